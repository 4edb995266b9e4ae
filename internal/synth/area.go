package synth

import "slices"

// areas compiles where households live.
func (l *loader) areas(m *Model, f *file) {
	var households []int
	for i, in := range f.Areas.List {
		a := area{region: in.Region, stratum: l.stratum(at("areas.list", i, "stratum"), in.Stratum), shift: in.SizeShift}
		var weights []int
		for _, place := range l.in.Localities {
			// A list kept by date may name a place twice.
			if place.Region != in.Region || place.Stratum != in.Stratum || slices.Contains(a.localities, place.Code) {
				continue
			}
			w, ok := f.Localities.Weights[place.Code]
			if !ok {
				l.bad.Addf("localities.weights", "give every locality a weight, 0 for none", "locality %s has none", place.Code)
			}
			a.localities = append(a.localities, place.Code)
			weights = append(weights, w)
		}
		if len(a.localities) == 0 {
			l.bad.Addf(at("areas.list", i, ""), "check region and stratum against the country's localities", "no locality lies in it")
			continue
		}
		a.locality = l.picker("localities.weights", weights)
		m.areas = append(m.areas, a)
		households = append(households, in.Households)
	}
	m.area = l.picker("areas.list", households)
	for code := range f.Localities.Weights {
		if !slices.ContainsFunc(l.in.Localities, func(p Locality) bool { return p.Code == code }) {
			l.bad.Addf("localities.weights."+code, "use codes of the country's localities", "there is no such locality")
		}
	}
}

func (l *loader) births(m *Model, f fileBirthDates) {
	m.births = make([][]yearOnly, len(l.q.Strata))
	for i, row := range f.YearOnly {
		for s, chance := range spread(l, at("birth_dates.year_only", i, "chances"), row.Chances) {
			m.births[s] = append(m.births[s], yearOnly{row.Before, chance})
		}
	}
}
