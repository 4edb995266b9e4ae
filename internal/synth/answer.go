package synth

import (
	"slices"

	"sijil/formula"
	"sijil/questionnaire"
)

// answer draws the answers to all household items into d.answers.
func (d *draft) answer(v *questionnaire.Variant) {
	clear(d.answers)
	for i := range d.m.items {
		it := &d.m.items[i]
		if !v.Asks(it.Item) {
			continue
		}
		switch {
		case d.asked(it):
			d.answers[it.Position()] = given(d.draw(it))
		case it.other != nil:
			d.answers[it.Position()] = given(int64(*it.other))
		}
	}
}

func given(n int64) questionnaire.Answer {
	return questionnaire.Answer{Given: true, State: formula.Present, Int: n}
}

func (d *draft) asked(it *item) bool {
	for _, n := range it.needs {
		a := d.answers[n.at]
		if !a.Given || !slices.Contains(n.answers, a.Int) {
			return false
		}
	}
	return true
}

func (d *draft) draw(it *item) int64 {
	s := d.area.stratum
	x := d.points + it.member*(len(d.members)-1)
	switch it.how {
	case howTruth:
		return truth(d.r.chance(d.chanceOf(it, x)))
	case howChoice, howCounts:
		if it.minors != nil && d.byOther {
			return int64(it.minors.pick(&d.r))
		}
		return int64(pickCurve(&d.r, it.weights[s], x))
	case howTrials:
		trials, n := it.trials, int64(0)
		if trials == 0 {
			trials = d.adults()
		}
		for per := d.chanceOf(it, x); trials > 0; trials-- {
			n += truth(d.r.chance(per))
		}
		return n
	case howAmount:
		if it.chance != nil && !d.r.chance(d.chanceOf(it, x)) {
			return 0
		}
		middle := it.amount[s].at(x)
		if it.each != nil {
			middle += it.each[s].at(x) * d.adults()
		}
		return d.amount(it, middle*100)
	case howRepeat:
		return d.amount(it, int(d.answers[it.of].Int))
	}
	return it.fixed
}

// amount varies a middle, in hundredths, by the item's spread and rounds it.
func (d *draft) amount(it *item, middle int) int64 {
	percent := max(10, 100+d.r.bell(it.spread)*2/3)
	unit := it.round * 100
	n := middle * percent / 100
	return int64((n + unit/2) / unit * unit)
}

func (d *draft) chanceOf(it *item, x int) int {
	for _, w := range it.with {
		if slices.ContainsFunc(d.members, func(p member) bool { return p.category == w.category }) {
			return w.chance[d.area.stratum].at(x)
		}
	}
	return it.chance[d.area.stratum].at(x)
}

func (d *draft) adults() int {
	n := 0
	for i := range d.members {
		if d.members[i].age >= d.m.school.adult && !slices.Contains(d.m.absences.uncounted, d.members[i].presence) {
			n++
		}
	}
	return n
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
