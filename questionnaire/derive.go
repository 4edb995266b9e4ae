package questionnaire

import (
	"sijil/formula"
	"sijil/internal/errs"
	"sijil/rules"
)

// Awaiting says how members who await a number are counted.
type Awaiting uint8

// The ways of counting members who await a number.
const (
	AsSet      Awaiting = iota // as the questionnaire states
	Counted                    // in size like every member
	NotCounted                 // not in size
)

// Options are the ways a declaration can be looked at. The zero value looks at
// it as the country's data say.
type Options struct {
	Awaiting Awaiting
	Ages     []int // whole years, one per member; nil for those at the as-of date. See AgeVariants
}

// Deriver derives some variables from declarations. It belongs to one
// goroutine at a time; making one is cheap.
type Deriver struct {
	q           *Questionnaire
	derivations []*Derivation
	desk        desk
}

// Deriver returns a deriver of the variables named, in their order. Variables
// without a derivation are an error that names them all.
func (q *Questionnaire) Deriver(variables []string) (*Deriver, error) {
	v := &Deriver{q: q}
	var l errs.List
	for _, name := range variables {
		d, ok := q.byVariable[name]
		if !ok {
			l.Addf(name, "add it to the questionnaire's derivations", "the questionnaire %s has no derivation of this variable", q.ID)
			continue
		}
		v.derivations = append(v.derivations, d)
	}
	return v, l.Err()
}

// Derive appends the value of each variable to dst: an integer, a ratio, a
// code, or the state of what is missing. The declaration must have passed
// Check at the same place. Ages are whole years at its as-of date. A rule that
// cannot be computed is an error, and dst is then returned as it came.
func (v *Deriver) Derive(dst []formula.Value, d *Declaration, p Place, o Options) ([]formula.Value, error) {
	k := &v.desk
	if err := k.open(v.q, d, p, o.Ages); err != nil {
		return dst, err
	}
	for i := range d.Members {
		if err := spread(field{member: i + 1, answers: true}, k.records[i][memberItems:], v.q.Member, d.Members[i].Answers); err != nil {
			return dst, err
		}
	}
	if err := k.gather(v.q, d, o.Awaiting); err != nil {
		return dst, err
	}
	if err := spread(field{answers: true}, k.household.Scalars[householdItems:], v.q.Household, d.Answers); err != nil {
		return dst, err
	}
	start := len(dst)
	for _, r := range v.derivations {
		value, err := r.eval(&k.household)
		if err != nil {
			return dst[:start], err
		}
		dst = append(dst, value)
	}
	return dst, nil
}

// spread writes the answers of one level as facts.
func spread(at field, values []rules.Value, level []*Item, answers []Answer) error {
	for i, item := range level {
		a := answers[i]
		if !a.Given {
			at.name = item.Code
			return errs.Bad(at.String(), "not answered", "check the declaration before deriving from it")
		}
		values[i] = item.fact(a)
	}
	return nil
}

func (d *Derivation) eval(f *rules.Facts) (formula.Value, error) {
	value, err := d.value.Eval(f)
	if err != nil {
		return formula.Value{}, err
	}
	den := rules.Of(1)
	if d.denominator != nil {
		if den, err = d.denominator.Eval(f); err != nil {
			return formula.Value{}, err
		}
	}
	if absent := max(value.State, den.State); absent != rules.Present {
		return formula.Without(formulaStates[absent]), nil
	}
	if d.value.Kind() == rules.Choice {
		return formula.Code(d.value.List().Codes[value.Int]), nil
	}
	if den.Int <= 0 {
		return formula.Value{}, &errs.Error{Kind: errs.Invalid, Code: "questionnaire.denominator", Field: d.Variable,
			What: "the denominator is not above zero",
			Fix:  "correct the derivation, or the limits of what it divides by"}
	}
	return formula.Ratio(value.Int, den.Int), nil
}

// FrameProfile returns the profile of the formula's frame that the
// declaration's variant puts the household in; "" for none.
func (q *Questionnaire) FrameProfile(d *Declaration) string {
	if v, ok := q.Variant(d.Variant); ok {
		return v.FrameProfile
	}
	return ""
}
