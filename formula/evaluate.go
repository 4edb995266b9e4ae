package formula

import (
	"fmt"

	"sijil/internal/errs"
)

// Result is the index of a household.
type Result struct {
	Index        Index
	Unrounded    Points
	OutsideFrame string   // code of the profile outside the frame, "" for a household inside it
	Imputed      []string // codes of the terms whose unknown value the formula's stated one replaced, in the order of Variables
}

// Evaluate returns the index of h. Everything that is wrong with h is
// reported together: an unknown stratum, region or profile, a day outside the
// formula's validity, a value that is missing or does not fit its term, an
// index outside the formula's range. Errors name terms and variables, never
// values.
func (f *Formula) Evaluate(h Household) (Result, error) { return f.evaluate(&h, nil) }

// visit is called for each term that contributes: the variable's value as
// given and as used.
type visit func(t *term, v *variable, given, used Value, p piece)

func (f *Formula) evaluate(h *Household, each visit) (Result, error) {
	s, where, err := f.place(h)
	if err != nil {
		return Result{}, err
	}
	var list errs.List
	r := Result{OutsideFrame: h.Profile}
	var sum total
	sum.add(s.intercept)
	sum.add(where.points)
	for i := range s.vars {
		v := &s.vars[i]
		given := h.Values[i]
		used, err := v.resolve(given)
		if err != nil {
			list.Add(err)
			continue
		}
		for j := range v.terms {
			t := &v.terms[j]
			p, err := t.contribute(v.name, used)
			if err != nil {
				list.Add(err)
				break
			}
			if given.State == Unknown {
				r.Imputed = append(r.Imputed, t.code)
			}
			if each != nil {
				each(t, v, given, used, p)
			}
			sum.add(p.points)
		}
	}
	if len(list) > 0 {
		return Result{}, list.Err()
	}
	unrounded, fits := sum.value()
	r.Unrounded = Points(unrounded)
	r.Index = r.Unrounded.Index()
	if !fits || r.Index < f.low || r.Index > f.high {
		return Result{}, f.outOfRange()
	}
	return r, nil
}

func (f *Formula) outOfRange() *errs.Error {
	return &errs.Error{Kind: errs.Invalid, Code: "formula.index_out_of_range",
		What: fmt.Sprintf("the index lies outside %s to %s", f.low, f.high),
		Fix:  "check the household's values: a size, an age or an amount may be in the wrong unit"}
}

// place finds the model of a household and checks what is not a value.
func (f *Formula) place(h *Household) (*stratum, region, error) {
	s, err := f.stratum(h.Stratum)
	if err != nil {
		return nil, region{}, err
	}
	var list errs.List
	where, ok := s.regions[h.Region]
	if !ok {
		list.Add(&errs.Error{Kind: errs.Invalid, Code: "formula.unknown_region", Field: "region",
			What: "the formula has no such region in stratum " + s.name, Fix: "use the code of a region that the formula lists"})
	}
	if h.Profile != "" && !f.outside[h.Profile] {
		list.Add(&errs.Error{Kind: errs.Invalid, Code: "formula.unknown_profile", Field: "profile",
			What: "the formula has no such profile outside its frame", Fix: "use the code of a profile that the formula lists, or none"})
	}
	list.Add(f.validOn(h.AsOf))
	if len(h.Values) != len(s.vars) {
		list.Add(&errs.Error{Kind: errs.Invalid, Code: "formula.vector", Field: "values",
			What: fmt.Sprintf("%d values for the %d variables of stratum %s", len(h.Values), len(s.vars), s.name), Fix: "give one value for each of Variables, in that order"})
	}
	return s, where, list.Err()
}

func (f *Formula) stratum(name string) (*stratum, error) {
	if s, ok := f.strata[name]; ok {
		return s, nil
	}
	return nil, &errs.Error{Kind: errs.Invalid, Code: "formula.unknown_stratum", Field: "stratum",
		What: "the formula has no such stratum", Fix: fmt.Sprintf("use one of %v", f.names)}
}

// resolve returns the value to use for given: itself, or what the formula
// states for its state.
func (v *variable) resolve(given Value) (Value, error) {
	term := v.terms[0].code
	switch {
	case int(given.State) >= len(v.without):
		return Value{}, refuse(v.name, "state", term, "the value has no such state", "use present, not_applicable, unknown or not_asked")
	case given.State == Present:
		if given.Den == 0 && given.Code == "" {
			return Value{}, refuse(v.name, "missing", term, "the value is missing", "give a value, or say why there is none")
		}
		return given, nil
	case given.Num != 0 || given.Den != 0 || given.Code != "":
		return Value{}, refuse(v.name, "state", term, "a value stands beside the state "+given.State.String(), "give either a value or a state")
	}
	if stated := v.without[given.State]; stated != nil {
		return *stated, nil
	}
	return Value{}, refuse(v.name, "without_value", term, "there is no value ("+given.State.String()+"), and the formula states none for this", "ask for the value again")
}
