package formula

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"sijil/internal/errs"
)

// number is an exact ratio of two integers; den > 0.
type number struct{ num, den int64 }

var powers = func() (p [19]int64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 10
	}
	return p
}()

const maxDigits = 18 // after the point: a power of ten that fits an int64

func badDecimal(what, fix string) error {
	return &errs.Error{Kind: errs.Invalid, Code: "formula.decimal", What: what, Fix: fix}
}

// parseDecimal reads "-12.0340" as digits × 10^-decimals, without trailing
// zeros after the point.
func parseDecimal(s string) (digits int64, decimals int, err error) {
	const fix = "write it with the digits 0 to 9 and a point, such as -0.0104"
	body, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(body, ".")
	switch {
	case s == "":
		return 0, 0, badDecimal("a number is missing", fix)
	case len(s) > 64:
		return 0, 0, badDecimal("the number is too long", "use at most 18 digits")
	case strings.Trim(whole+fraction, "0123456789") != "":
		return 0, 0, badDecimal("not a decimal number", fix)
	case whole == "" || (point && fraction == ""):
		return 0, 0, badDecimal("a digit is missing beside the point", fix)
	case len(whole) > 1 && whole[0] == '0':
		return 0, 0, badDecimal("the number begins with a superfluous 0", fix)
	}
	fraction = strings.TrimRight(fraction, "0")
	digits, err = strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || len(fraction) > maxDigits {
		return 0, 0, badDecimal("the number has too many digits", "use at most 18 digits")
	}
	if negative {
		digits = -digits
	}
	return digits, len(fraction), nil
}

// parseFixed reads a decimal as an integer of 10^-decimals, with at most six
// digits before the point.
func parseFixed(s string, decimals int) (int64, error) {
	digits, d, err := parseDecimal(s)
	if err != nil {
		return 0, err
	}
	if d > decimals {
		return 0, badDecimal("more than "+strconv.Itoa(decimals)+" decimals", "round it to "+strconv.Itoa(decimals)+" decimals")
	}
	if max(digits, -digits)/powers[d] >= 1_000_000 {
		return 0, badDecimal("the number is out of bounds", "use a number between -1000000 and 1000000, both excluded")
	}
	return digits * powers[decimals-d], nil
}

// formatFixed prints an integer of 10^-decimals with all its decimals.
func formatFixed(n int64, decimals int) string {
	s := strconv.FormatUint(magnitude(n), 10)
	if len(s) <= decimals {
		s = strings.Repeat("0", decimals+1-len(s)) + s
	}
	s = s[:len(s)-decimals] + "." + s[len(s)-decimals:]
	if n < 0 {
		return "-" + s
	}
	return s
}

// parseNumber reads a decimal or a ratio of two whole numbers.
func parseNumber(s string) (number, error) {
	top, bottom, ratio := strings.Cut(s, "/")
	digits, decimals, err := parseDecimal(top)
	if err != nil {
		return number{}, err
	}
	if !ratio {
		return number{digits, powers[decimals]}, nil
	}
	den, _, err := parseDecimal(bottom)
	if err != nil {
		return number{}, err
	}
	if strings.Contains(s, ".") || den <= 0 {
		return number{}, badDecimal("not a ratio of whole numbers", "write it such as 2/5")
	}
	return number{digits, den}, nil
}

// String prints the number in lowest terms: "3", "-2/5".
func (a number) String() string {
	g := int64(gcd(magnitude(a.num), uint64(a.den)))
	if a.den == g {
		return strconv.FormatInt(a.num/g, 10)
	}
	return strconv.FormatInt(a.num/g, 10) + "/" + strconv.FormatInt(a.den/g, 10)
}

// compare returns -1, 0 or +1 as a is less than, equal to or greater than b.
func (a number) compare(b number) int {
	if sa, sb := sign(a.num), sign(b.num); sa != sb || sa == 0 {
		return sign(int64(sa - sb))
	}
	hi1, lo1 := bits.Mul64(magnitude(a.num), uint64(b.den))
	hi2, lo2 := bits.Mul64(magnitude(b.num), uint64(a.den))
	order := 0
	switch {
	case hi1 < hi2 || (hi1 == hi2 && lo1 < lo2):
		order = -1
	case hi1 != hi2 || lo1 != lo2:
		order = 1
	}
	return order * sign(a.num)
}

func sign(n int64) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// mulDiv returns a·b/d rounded half to even; ok is false when it does not fit.
func mulDiv(a, b, d int64) (q int64, ok bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if d <= 0 || hi >= uint64(d) {
		return 0, false
	}
	quotient, rest := bits.Div64(hi, lo, uint64(d))
	if 2*rest+quotient&1 > uint64(d) {
		quotient++
	}
	if quotient > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(quotient), true
	}
	return int64(quotient), true
}

// add returns a+b; ok is false when it does not fit.
func add(a, b int64) (sum int64, ok bool) {
	sum = a + b
	return sum, (a < 0) != (b < 0) || (sum < 0) == (a < 0)
}

// total is a sum in 128 bits, so that it does not depend on the order of its
// parts whether it fits.
type total struct {
	high int64
	low  uint64
}

func (t *total) add(n int64) {
	var carry uint64
	t.low, carry = bits.Add64(t.low, uint64(n), 0)
	t.high += n>>63 + int64(carry)
}

// value returns the sum; ok is false when it does not fit.
func (t *total) value() (sum int64, ok bool) {
	return int64(t.low), t.high == int64(t.low)>>63
}
