// Package rules compiles and evaluates the conditions and sums that a country
// writes as text: whether a question arises, what a variable is, later who is
// eligible and for how much.
//
// The language is CEL (cel.dev), parsed and type-checked by cel-go against an
// environment of typed names. The checked expression is then translated once
// into Go closures over integers: truths are 0 and 1, choices are positions in
// their list, amounts are whole numbers. Evaluation allocates nothing, and
// costs a few nanoseconds a step. What is left out of CEL on purpose: floating
// point, text beyond the codes of a list, maps, time, and anything that builds
// a list.
//
// Absent values follow CEL's rules for unknowns: they spread through every
// operation except where the other operand already decides (true || unknown is
// true, false && unknown is false). Each keeps its state; where several meet,
// unknown outranks not_asked, which outranks not_applicable, so that no result
// depends on the order of members. A failure (overflow, division by zero) is
// an error and never a value; where it meets an absent value in || or &&, the
// absent value stands, as in CEL.
//
// The package refuses to know what the names mean, what day it is, and who is
// asked about.
package rules

// Kind is the kind of a scalar.
type Kind uint8

// The kinds.
const (
	Bool   Kind = iota + 1 // 0 or 1
	Int                    // a whole number
	Choice                 // the position of a code in its list, from 0
)

var kindNames = [...]string{"nothing", "a truth", "a whole number", "a code of a list"}

// String names the kind in words for messages.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "nothing"
}

// List is the list of codes that a choice takes its values from. Two choices
// can be compared only when they share one List.
type List struct {
	Name  string // for messages
	Codes []string
}

// Position returns the place of a code in the list.
func (l *List) Position(code string) (pos int, ok bool) {
	for i, c := range l.Codes {
		if c == code {
			return i, true
		}
	}
	return 0, false
}

// Field is a typed name: a variable, or a field of an object. The place of a
// field in its slice is the place of its value in a Record.
type Field struct {
	Name string
	Kind Kind
	List *List // of a Choice; nil otherwise
}

// Object is a type of objects, such as a member of a household.
type Object struct {
	Name   string
	Fields []Field
}

// Named is a variable that holds one object, or a list of them.
type Named struct {
	Name   string
	Object *Object
	Max    int // of a list: the most objects it ever holds, for the estimate of cost
}

// Schema declares what expressions may name. The order of each slice is the
// order of the values in Facts.
type Schema struct {
	Scalars []Field
	Objects []Named
	Lists   []Named
	MaxCost uint64 // the highest worst-case cost accepted; 0 means DefaultMaxCost
}

// DefaultMaxCost is the highest worst-case cost, in CEL's units of about one
// step each, of an expression accepted when a Schema does not say otherwise.
const DefaultMaxCost = 20_000

// State says whether a value is there, and if not, why. The states are in the
// order of precedence: where several meet, the greatest wins.
type State uint8

// The states.
const (
	Present       State = iota // the value is known
	NotApplicable              // the question does not apply
	NotAsked                   // it was not asked
	Unknown                    // refused, or nobody knows
)

// Value is a scalar or the reason why there is none.
type Value struct {
	Int   int64
	State State
}

// Of returns the value n.
func Of(n int64) Value { return Value{Int: n} }

// Truth returns 1 for true and 0 for false.
func Truth(b bool) Value {
	if b {
		return Value{Int: 1}
	}
	return Value{}
}

// Without returns no value, for the reason s.
func Without(s State) Value { return Value{State: s} }

// True reports whether v is present and true.
func (v Value) True() bool { return v.State == Present && v.Int != 0 }

// Record holds the values of an object, in the order of Object.Fields.
type Record []Value

// Facts is what a Program is evaluated over, in the order of the Schema. It
// belongs to one goroutine at a time: evaluation keeps its loop variables
// there. Programs themselves are safe for concurrent use.
type Facts struct {
	Scalars []Value
	Objects []Record
	Lists   [][]Record

	loops  [maxLoops]loop
	failed failure
}

const maxLoops = 4 // nesting of loops; the cost limit is reached long before

type loop struct {
	item Record
	accu Value
}
