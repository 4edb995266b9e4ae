package rules

import (
	"fmt"
	"math/bits"
	"slices"

	"cel.dev/cel-go/common/operators"

	"sijil/internal/errs"
)

// failing marks, inside an evaluation only, a value that could not be
// computed; it outranks every state. It never leaves Eval.
const failing State = 255

type failure struct {
	line, column int
	what         string
}

// Eval evaluates the program. A failure (overflow, division by zero) is an
// error that names the rule and the place; there is then no value.
func (p *Program) Eval(f *Facts) (Value, error) {
	v := p.run(f)
	switch v.State {
	case Present:
		return v, nil
	case failing:
		return Value{}, p.failed(f)
	}
	return Value{State: v.State}, nil
}

func (p *Program) failed(f *Facts) error {
	return &errs.Error{
		Kind: errs.Invalid, Code: "rules.failed",
		Field: fmt.Sprintf("%s %d:%d", p.name, f.failed.line, f.failed.column),
		What:  f.failed.what, Fix: "the rule decides nothing here; correct it or the limits of what it reads",
	}
}

// absent returns the state that wins of two values of which at least one is
// absent.
func absent(a, b Value) Value { return Value{State: max(a.State, b.State)} }

// decidedBy is || for decider 1 and && for decider 0.
func decidedBy(decider int64, a, b eval) eval {
	return func(f *Facts) Value {
		x := a(f)
		if x.State == 0 && x.Int == decider {
			return x
		}
		y := b(f)
		if y.State == 0 && (y.Int == decider || x.State == 0) {
			return y
		}
		if x.State == 0 {
			return y
		}
		if y.State == 0 {
			return x
		}
		// An absent value stands beside a failure, as in CEL.
		if x.State == failing {
			return y
		}
		if y.State == failing {
			return x
		}
		return absent(x, y)
	}
}

func not(a eval) eval {
	return func(f *Facts) Value {
		x := a(f)
		if x.State == 0 {
			x.Int ^= 1
		}
		return x
	}
}

func notStrictlyFalse(a eval) eval {
	return func(f *Facts) Value {
		x := a(f)
		return Truth(x.State != 0 || x.Int != 0)
	}
}

func conditional(cond, a, b eval) eval {
	return func(f *Facts) Value {
		c := cond(f)
		switch {
		case c.State != 0:
			return Value{State: c.State}
		case c.Int != 0:
			return a(f)
		}
		return b(f)
	}
}

func compareWith(op string, a eval, n int64) eval {
	switch op {
	case operators.Equals:
		return func(f *Facts) Value {
			x := a(f)
			if x.State != 0 {
				return x
			}
			return Truth(x.Int == n)
		}
	case operators.GreaterEquals:
		return func(f *Facts) Value {
			x := a(f)
			if x.State != 0 {
				return x
			}
			return Truth(x.Int >= n)
		}
	case operators.LessEquals:
		return func(f *Facts) Value {
			x := a(f)
			if x.State != 0 {
				return x
			}
			return Truth(x.Int <= n)
		}
	}
	return compare(op, a, func(*Facts) Value { return Value{Int: n} })
}

func compare(op string, a, b eval) eval {
	var holds func(x, y int64) bool
	switch op {
	case operators.Equals:
		holds = func(x, y int64) bool { return x == y }
	case operators.NotEquals:
		holds = func(x, y int64) bool { return x != y }
	case operators.Less:
		holds = func(x, y int64) bool { return x < y }
	case operators.LessEquals:
		holds = func(x, y int64) bool { return x <= y }
	case operators.Greater:
		holds = func(x, y int64) bool { return x > y }
	default:
		holds = func(x, y int64) bool { return x >= y }
	}
	return func(f *Facts) Value {
		x, y := a(f), b(f)
		if x.State|y.State != 0 {
			return absent(x, y)
		}
		return Truth(holds(x.Int, y.Int))
	}
}

func oneOf(a eval, values []int64) eval {
	return func(f *Facts) Value {
		x := a(f)
		if x.State != 0 {
			return x
		}
		return Truth(slices.Contains(values, x.Int))
	}
}

func arithmetic(op string, a, b eval, at failure) eval {
	var compute func(x, y int64) (int64, bool)
	at.what = "the number is too large"
	switch op {
	case operators.Add:
		compute = func(x, y int64) (int64, bool) { s := x + y; return s, (s > x) == (y > 0) }
	case operators.Subtract:
		compute = func(x, y int64) (int64, bool) { s := x - y; return s, (s < x) == (y > 0) }
	case operators.Multiply:
		compute = multiply
	case operators.Divide:
		at.what = "division by zero, or the number is too large"
		compute = func(x, y int64) (int64, bool) {
			if y == 0 || (y == -1 && x == -x) && x != 0 {
				return 0, false
			}
			return x / y, true
		}
	default:
		at.what = "division by zero, or the number is too large"
		compute = func(x, y int64) (int64, bool) {
			if y == 0 || (y == -1 && x == -x) && x != 0 {
				return 0, false
			}
			return x % y, true
		}
	}
	return func(f *Facts) Value {
		x, y := a(f), b(f)
		if x.State|y.State != 0 {
			return absent(x, y)
		}
		n, ok := compute(x.Int, y.Int)
		if !ok {
			f.failed = at
			return Value{State: failing}
		}
		return Value{Int: n}
	}
}

func multiply(x, y int64) (int64, bool) {
	neg := (x < 0) != (y < 0)
	hi, lo := bits.Mul64(magnitude(x), magnitude(y))
	switch {
	case hi != 0:
		return 0, false
	case neg && lo <= 1<<63:
		return -int64(lo), true
	case neg || lo >= 1<<63:
		return 0, false
	}
	return int64(lo), true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// repeat runs a loop over list number at, keeping its variables in place depth
// of the facts.
func repeat(at, depth int, init int64, cond typed, step eval) eval {
	run := cond.run
	if cond.fixed {
		run = nil // count and sum look at every object
	}
	return func(f *Facts) Value {
		l := &f.loops[depth]
		l.accu = Value{Int: init}
		for _, r := range f.Lists[at] {
			if run != nil && !run(f).True() {
				break
			}
			l.item = r
			l.accu = step(f)
		}
		return l.accu
	}
}
