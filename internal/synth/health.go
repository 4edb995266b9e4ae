package synth

import "slices"

type health struct {
	covered    [][]int // chance by employment and category
	retired    []int   // chance by activity
	own        int
	children   int
	otherwise  [][]curve // by stratum and choice; nil where it has none
	disability []agedPicker
}

func (l *loader) health(m *Model, in fileHealth) {
	h := &m.health
	h.covered = make([][]int, len(m.employment.Choices))
	for i := range h.covered {
		h.covered[i] = make([]int, len(m.category.Choices))
	}
	for code, table := range in.Covered {
		if pos := l.choice("health.covered", m.employment, code); pos >= 0 {
			h.covered[pos] = l.points("health.covered."+code, m.category, table)
		}
	}
	h.retired = l.points("health.retired", m.activity, in.Retired)
	h.own = l.choice("health.own", m.covered, in.Own)
	h.children = in.Children
	for _, byChoice := range spread(l, "health.otherwise", in.Otherwise) {
		h.otherwise = append(h.otherwise, l.choiceCurves("health.otherwise", byChoice, func(code string) int { return l.choice("health.otherwise", m.covered, code) }, len(m.covered.Choices)))
	}
	for i, row := range in.Disability {
		h.disability = append(h.disability, agedPicker{to: row.To, pick: l.weights(at("health.disability", i, "weights"), m.disability, row.Weights)})
	}
	if n := len(h.disability); n == 0 || h.disability[n-1].to < 120 {
		l.bad.Addf("health.disability", "let the last row reach age 120", "the oldest have no row")
	}
}

// choiceCurves puts curves by code at the positions of the codes.
func (l *loader) choiceCurves(field string, table map[string]curve, pos func(string) int, n int) []curve {
	out := make([]curve, n)
	for code, c := range table {
		err := c.check()
		if err != nil {
			l.add(field+"."+code, err)
		}
		if i := pos(code); i >= 0 && i < n && err == nil {
			out[i] = c
		}
	}
	if !slices.ContainsFunc(out, func(c curve) bool { return c != nil }) {
		l.bad.Addf(field, "give at least one choice weights", "there are no weights")
		out[0] = curve{{0, 1}}
	}
	return out
}

// pickCurve draws a position by the heights of curves at x.
func pickCurve(r *rng, curves []curve, x int) int {
	total := 0
	for _, c := range curves {
		if c != nil {
			total += max(0, c.at(x))
		}
	}
	if total == 0 {
		return slices.IndexFunc(curves, func(c curve) bool { return c != nil })
	}
	t := r.below(total)
	for i, c := range curves {
		if c == nil {
			continue
		}
		if t -= max(0, c.at(x)); t < 0 {
			return i
		}
	}
	return 0
}

// cover gives every member a health cover. Whoever works or retires with a
// cover shares it with spouse and children when they are head or spouse;
// everybody else is covered alike.
func (d *draft) cover() {
	h := &d.m.health
	otherwise := pickCurve(&d.r, h.otherwise[d.area.stratum], d.points)
	shared := false
	for i := range d.members {
		p := &d.members[i]
		p.cover = otherwise
		if d.insured(p) {
			p.cover = h.own
			shared = shared || p.relation == d.m.head || p.relation == d.m.spouse
		}
		row := slices.IndexFunc(h.disability, func(a agedPicker) bool { return p.age <= a.to })
		p.disability = h.disability[row].pick.pick(&d.r)
	}
	for i := range d.members {
		p := &d.members[i]
		kin := p.relation == d.m.head || p.relation == d.m.spouse || p.relation == d.m.child && p.age <= h.children && p.marital == d.m.single
		if shared && kin {
			p.cover = h.own
		}
	}
}

func (d *draft) insured(p *member) bool {
	h := &d.m.health
	if p.employed != none {
		return d.r.chance(h.covered[p.employed][p.category])
	}
	return p.activity != none && h.retired[p.activity] > 0 && d.r.chance(h.retired[p.activity])
}
