package formula

import (
	"strconv"
	"strings"

	"sijil/internal/civil"
)

// State says whether a variable has a value, and if it has none, why. The
// three ways of having none are not the same thing to the person asked, and a
// formula states what each of them means for every term.
type State uint8

// The states.
const (
	Present       State = iota // the value is known
	NotApplicable              // the question does not apply to this household
	Unknown                    // refused, or the household does not know
	NotAsked                   // this variant of the questionnaire does not ask it
)

var stateNames = [...]string{"present", "not_applicable", "unknown", "not_asked"}

// String returns the name of the state as files and messages spell it.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "invalid"
}

// ParseState reads the name of a state; ok is false for any other text.
func ParseState(s string) (state State, ok bool) {
	for i, n := range stateNames {
		if n == s {
			return State(i), true
		}
	}
	return 0, false
}

// Value is the value of one variable: an integer or a ratio of two integers,
// exactly, or a code (a schooling level, say), or no value for a stated
// reason. Booleans are 0 and 1; amounts are ratios in the unit the variable
// names. A ratio need not be in lowest terms.
type Value struct {
	State State
	Num   int64
	Den   int64  // > 0 for numbers; 0 when Code holds the value
	Code  string // for variables whose values are codes
}

// Int returns the value of a whole number.
func Int(n int64) Value { return Value{Num: n, Den: 1} }

// Ratio returns the value num/den.
func Ratio(num, den int64) Value { return Value{Num: num, Den: den} }

// Bool returns 1 for true and 0 for false.
func Bool(b bool) Value {
	if b {
		return Int(1)
	}
	return Int(0)
}

// Code returns a coded value.
func Code(c string) Value { return Value{Code: c} }

// Without returns a variable that has no value, for the reason s.
func Without(s State) Value { return Value{State: s} }

// ParseValue reads the value of a number: "5", "0.4", "2/5", and what JSON
// writers make of small and large numbers, "4e-1". The value is exactly the
// one written; digits beyond 18 are an error, never rounded away.
func ParseValue(s string) (Value, error) {
	mantissa, exponent, scientific := cutExponent(s)
	n, err := parseNumber(mantissa)
	if err != nil {
		return Value{}, err
	}
	if scientific {
		e, err := strconv.Atoi(exponent)
		if err != nil || strings.Contains(mantissa, "/") {
			return Value{}, badDecimal("not a decimal number", "write it without an exponent")
		}
		if n, err = n.shift(e); err != nil {
			return Value{}, err
		}
	}
	return Ratio(n.num, n.den), nil
}

func cutExponent(s string) (mantissa, exponent string, found bool) {
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// shift returns a·10^e for a decimal a.
func (a number) shift(e int) (number, error) {
	for ; e > 0 && a.den > 1; e-- {
		a.den /= 10
	}
	tooBig := badDecimal("the number has too many digits", "use at most 18 digits")
	for ; e > 0 && a.num != 0; e-- {
		if magnitude(a.num) >= uint64(powers[maxDigits-1]) {
			return number{}, tooBig
		}
		a.num *= 10
	}
	for ; e < 0 && a.num != 0; e++ {
		switch {
		case a.num%10 == 0 && a.den == 1:
			a.num /= 10
		case a.den >= powers[maxDigits]:
			return number{}, tooBig
		default:
			a.den *= 10
		}
	}
	return a, nil
}

// String prints a number in lowest terms ("3", "2/5"), a code as it is, and
// the name of the state where there is no value.
func (v Value) String() string {
	switch {
	case v.State != Present:
		return v.State.String()
	case v.Den > 0:
		return number{v.Num, v.Den}.String()
	case v.Den == 0:
		return v.Code
	}
	return "invalid"
}

// Household is what a formula sees of a household: where it lives, as of when,
// and a vector of values in the order of Formula.Variables(stratum). It
// carries no name and no identifier.
type Household struct {
	Stratum string
	Region  string
	Values  []Value
	AsOf    civil.Date // day the values are taken at; the zero Date when none is stated, and validity is then not checked
	Profile string     // code of the profile outside the formula's frame; "" for a household inside it
}
