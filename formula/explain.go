package formula

import (
	"cmp"
	"slices"
)

// Codes of the two contributions that every formula has.
const (
	interceptCode = "intercept"
	regionCode    = "region"
)

// Explanation is an index with all that went into it. The Points of Parts add
// up to Unrounded exactly, in any order.
type Explanation struct {
	Result

	Formula, Version, Hash string
	EvaluationVersion      int
	Stratum, Region        string
	Parts                  []Part // intercept, region, then the terms in the order of the file
}

// Part is one contribution to an index.
type Part struct {
	Code        string
	Kind        Kind // "" for intercept and region
	Variable    string
	Label       Text
	Given       string // the variable's value, as used: "3", "2/5" or a code; "" for intercept and region
	Value       string // what the coefficient multiplies: Given after floor and cap, squared for a square; the region's code; "" for the intercept
	Coefficient string // shortest decimal text; "" for tables
	Points      Points
	State       State  // Present, or why the household gave no value
	Imputed     bool   // the value was unknown and the formula's stated one is used
	Limit       Limit  // a floor or a cap changed the value
	Status      string // of the number: how far it has been checked
}

// Explain evaluates h and says what each term contributed. Its errors are
// those of Evaluate.
func (f *Formula) Explain(h Household) (Explanation, error) {
	parts := make([]Part, 0, 64)
	d := f.def.Strata[h.Stratum]
	r, err := f.evaluate(&h, func(t *term, v *variable, given, used Value, p piece) {
		def := &d.Terms[t.pos]
		part := Part{Code: t.code, Kind: t.kind, Variable: v.name, Label: def.Label,
			Given: used.String(), Value: t.operand(used, p), Points: Points(p.points), State: given.State, Imputed: given.State == Unknown, Limit: p.limited, Status: def.Status}
		if t.lookup == nil {
			part.Coefficient = shortest(t.coefficient)
		}
		parts = append(parts, part)
	})
	if err != nil {
		return Explanation{}, err
	}
	s := f.strata[h.Stratum]
	slices.SortFunc(parts, func(a, b Part) int { return cmp.Compare(s.position(a), s.position(b)) })
	where := s.regions[h.Region]
	effect := &d.Regions[where.group]
	all := append(make([]Part, 0, 2+len(parts)),
		Part{Code: interceptCode, Label: d.Intercept.Label, Coefficient: shortest(s.intercept), Points: Points(s.intercept), Status: d.Intercept.Status},
		Part{Code: regionCode, Label: effect.Label, Value: h.Region, Coefficient: shortest(where.points), Points: Points(where.points), Status: effect.Status})
	return Explanation{
		Formula: f.def.ID, Version: f.def.Version, Hash: f.hash, EvaluationVersion: EvaluationVersion,
		Stratum: h.Stratum, Region: h.Region, Result: r, Parts: append(all, parts...),
	}, nil
}

// operand prints what the coefficient multiplies, or what the table looks up.
func (t *term) operand(used Value, p piece) string {
	switch t.kind {
	case TableByCode:
		return used.Code
	case Square:
		return squareText(p.used)
	}
	return p.used.String()
}

func (s *stratum) position(p Part) int {
	v := &s.vars[s.byName[p.Variable]]
	for i := range v.terms {
		if v.terms[i].code == p.Code {
			return v.terms[i].pos
		}
	}
	return -1
}

// shortest prints points without trailing zeros: "0.107", "0".
func shortest(points int64) string {
	s := formatFixed(points, 12)
	end := len(s)
	for s[end-1] == '0' {
		end--
	}
	if s[end-1] == '.' {
		end--
	}
	return s[:end]
}

// Move is what one part did to the difference between two explanations.
type Move struct {
	Code     string
	Label    Text
	From, To string // values; "" where the part is absent, as between strata
	Before   Points // 0 where the part is absent
	After    Points
}

// Change returns what the part moved the index by.
func (m Move) Change() Points { return m.After - m.Before }

// Moved says what moved an index from a to b, the largest change first; parts
// that contribute the same are left out. The changes add up exactly to
// b.Unrounded − a.Unrounded.
func Moved(a, b Explanation) []Move {
	var moves []Move
	for _, p := range a.Parts {
		m := Move{Code: p.Code, Label: p.Label, From: p.Value, Before: p.Points}
		if i := slices.IndexFunc(b.Parts, func(q Part) bool { return q.Code == p.Code }); i >= 0 {
			m.To, m.After, m.Label = b.Parts[i].Value, b.Parts[i].Points, b.Parts[i].Label
		}
		moves = append(moves, m)
	}
	for _, q := range b.Parts {
		if !slices.ContainsFunc(a.Parts, func(p Part) bool { return p.Code == q.Code }) {
			moves = append(moves, Move{Code: q.Code, Label: q.Label, To: q.Value, After: q.Points})
		}
	}
	moves = slices.DeleteFunc(moves, func(m Move) bool { return m.Change() == 0 })
	slices.SortStableFunc(moves, func(a, b Move) int {
		return cmp.Compare(magnitude(int64(b.Change())), magnitude(int64(a.Change())))
	})
	return moves
}
