package score

import (
	"slices"

	"sijil/formula"
	"sijil/internal/country"
	"sijil/questionnaire"
)

// Vectors turns declarations into values by name, which several formulas with
// different variables can read. It belongs to one goroutine.
type Vectors struct {
	q        *questionnaire.Questionnaire
	g        *country.Geography
	names    map[string][]string // by stratum
	derivers map[string]*questionnaire.Deriver
	values   []formula.Value
}

// NewVectors prepares the variables of all the formulas.
func NewVectors(q *questionnaire.Questionnaire, g *country.Geography, formulas ...*formula.Formula) (*Vectors, error) {
	v := &Vectors{q: q, g: g, names: map[string][]string{}, derivers: map[string]*questionnaire.Deriver{}}
	for _, f := range formulas {
		for _, stratum := range f.Strata() {
			variables, err := f.Variables(stratum)
			if err != nil {
				return nil, err
			}
			for _, x := range variables {
				if !slices.Contains(v.names[stratum], x.Name) {
					v.names[stratum] = append(v.names[stratum], x.Name)
				}
			}
		}
	}
	for stratum, names := range v.names {
		d, err := q.Deriver(names)
		if err != nil {
			return nil, err
		}
		v.derivers[stratum] = d
	}
	return v, nil
}

// Of derives the variables of a declaration.
func (v *Vectors) Of(d *questionnaire.Declaration) (formula.Vector, error) {
	place, err := v.g.Place(d.Locality, d.AsOf)
	if err != nil {
		return formula.Vector{}, err
	}
	if err := v.q.Check(d, place); err != nil {
		return formula.Vector{}, err
	}
	deriver := v.derivers[place.Stratum]
	if v.values, err = deriver.Derive(v.values[:0], d, place, questionnaire.Options{}); err != nil {
		return formula.Vector{}, err
	}
	out := formula.Vector{Ref: d.Household, Stratum: place.Stratum, Region: place.Region, Profile: v.q.FrameProfile(d), Values: map[string]formula.Value{}}
	for i, name := range v.names[place.Stratum] {
		out.Values[name] = v.values[i]
	}
	return out, nil
}
