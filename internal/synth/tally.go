package synth

import (
	"slices"

	"sijil/formula"
	"sijil/questionnaire"
)

// tally counts households. All counts are integers, so that tallies of parts
// add up to the same whole in any order.
type tally struct {
	m       *Model
	f       *formula.Formula
	derive  []*questionnaire.Deriver // by stratum
	place   questionnaire.Place
	values  []formula.Value
	strata  []counts
	kinds   []int64
	regions map[string]*regionCount
}

// counts are of one stratum.
type counts struct {
	households, persons, one, femaleHead, young, old, tenPlus, illiterate int64
	hit, base                                                             []int64 // by target: FigureAnswer and FigureUnder
}

type regionCount struct {
	households, persons int64
	under               []int64 // persons, by target of FigureUnder
}

func (m *Model) newTally(f *formula.Formula) (*tally, error) {
	t := &tally{m: m, f: f, kinds: make([]int64, len(m.kinds)), regions: map[string]*regionCount{}}
	for _, s := range m.q.Strata {
		vars, err := f.Variables(s)
		if err != nil {
			return nil, err
		}
		names := make([]string, len(vars))
		for i, v := range vars {
			names[i] = v.Name
		}
		d, err := m.q.Deriver(names)
		if err != nil {
			return nil, err
		}
		t.derive = append(t.derive, d)
		t.strata = append(t.strata, counts{hit: make([]int64, len(m.targets)), base: make([]int64, len(m.targets))})
	}
	return t, nil
}

// add takes a household through the questionnaire and the formula, as a
// declared one would go, and counts it.
func (t *tally) add(h *Household) error {
	t.place.Region, t.place.Stratum = h.Region, h.Stratum
	dec := &h.Declaration
	if err := t.m.q.Check(dec, t.place); err != nil {
		return err
	}
	s := slices.Index(t.m.q.Strata, h.Stratum)
	var err error
	if t.values, err = t.derive[s].Derive(t.values[:0], dec, t.place, questionnaire.Options{}); err != nil {
		return err
	}
	result, err := t.f.Evaluate(formula.Household{
		Stratum: h.Stratum, Region: h.Region, AsOf: dec.AsOf, Profile: t.m.q.FrameProfile(dec), Values: t.values,
	})
	if err != nil {
		return err
	}
	c := &t.strata[s]
	persons := t.people(c, h)
	c.households++
	t.kinds[slices.IndexFunc(t.m.kinds, func(k kind) bool { return k.code == h.Kind })]++
	r := t.regions[h.Region]
	if r == nil {
		r = &regionCount{under: make([]int64, len(t.m.targets))}
		t.regions[h.Region] = r
	}
	r.households++
	r.persons += persons
	for i := range t.m.targets {
		tg := &t.m.targets[i]
		switch {
		case tg.Figure == FigureUnder && result.Index.AtOrBelow(tg.threshold):
			c.hit[i] += persons
			r.under[i] += persons
		case tg.Figure == FigureAnswer:
			if a := dec.Answers[tg.item.Position()]; a.State == formula.Present {
				c.base[i]++
				c.hit[i] += truth(slices.Contains(tg.answers, a.Int))
			}
		}
	}
	return nil
}

// people counts the members who count in the household's size.
func (t *tally) people(c *counts, h *Household) (persons int64) {
	for i := range h.draft.members {
		p := &h.draft.members[i]
		if slices.Contains(t.m.absences.uncounted, p.presence) {
			continue
		}
		persons++
		if p.age <= 14 {
			c.young++
		}
		if p.age >= 60 {
			c.old++
		}
		if p.age >= 10 {
			c.tenPlus++
			// Reading is asked of grown people; a child reads who goes to school.
			reads := p.literate || p.age < t.m.school.adult && p.school != t.m.notAttending
			c.illiterate += truth(!reads)
		}
	}
	c.persons += persons
	c.one += truth(persons == 1)
	c.femaleHead += truth(h.draft.members[0].sex == questionnaire.Female)
	return persons
}

func (t *tally) merge(o *tally) {
	for i := range t.strata {
		a, b := &t.strata[i], &o.strata[i]
		a.merge(b)
	}
	for i, n := range o.kinds {
		t.kinds[i] += n
	}
	for code, b := range o.regions {
		a := t.regions[code]
		if a == nil {
			t.regions[code] = b
			continue
		}
		a.households += b.households
		a.persons += b.persons
		addAll(a.under, b.under)
	}
}

func (c *counts) merge(o *counts) {
	c.households += o.households
	c.persons += o.persons
	c.one += o.one
	c.femaleHead += o.femaleHead
	c.young += o.young
	c.old += o.old
	c.tenPlus += o.tenPlus
	c.illiterate += o.illiterate
	addAll(c.hit, o.hit)
	addAll(c.base, o.base)
}

func addAll(a, b []int64) {
	for i, n := range b {
		a[i] += n
	}
}
