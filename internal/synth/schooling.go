package synth

import (
	"slices"

	"sijil/questionnaire"
)

type schooling struct {
	together   int
	levels     [][3][]dated // by stratum and sex
	attendance [][3][]aged
	byAge      []agedPicker
	private    []curve
	diplomas   []picker // by level
	literate   []int    // by level
	from, to   int      // ages school is asked at
	level      int      // from this age the level
	adult      int      // from this age marital status, diploma, work
}

type dated struct {
	before int
	pick   picker
}

type aged struct{ to, chance int }

type agedPicker struct {
	to   int
	pick picker
	most int // the greatest position that has a weight
}

func (l *loader) sex(field, code string) questionnaire.Sex {
	switch code {
	case "female":
		return questionnaire.Female
	case "male":
		return questionnaire.Male
	}
	l.bad.Addf(field, "write female or male", "not a sex")
	return questionnaire.Male
}

func (l *loader) schooling(m *Model, in fileSchooling) {
	s := &m.school
	n := len(l.q.Strata)
	s.together, s.from, s.to, s.level, s.adult = in.Together, in.Ages.School[0], in.Ages.School[1], in.Ages.Level, in.Ages.Adult
	s.levels, s.attendance = make([][3][]dated, n), make([][3][]aged, n)
	for i, row := range in.Levels {
		list := &s.levels[l.stratum(at("schooling.levels", i, "stratum"), row.Stratum)][l.sex(at("schooling.levels", i, "sex"), row.Sex)]
		*list = append(*list, dated{row.Before, l.weights(at("schooling.levels", i, "weights"), m.level, row.Weights)})
	}
	for i, row := range in.Attendance {
		for stratum, bySex := range spread(l, at("schooling.attendance", i, "chances"), row.Chances) {
			for sex, chance := range bySex {
				list := &s.attendance[stratum][l.sex(at("schooling.attendance", i, "chances"), sex)]
				*list = append(*list, aged{row.To, chance})
			}
		}
	}
	for i, row := range in.ByAge {
		points := l.points(at("schooling.by_age", i, "weights"), m.level, row.Weights)
		a := agedPicker{to: row.To, pick: l.picker(at("schooling.by_age", i, "weights"), points)}
		for pos, w := range points {
			if w > 0 {
				a.most = pos
			}
		}
		s.byAge = append(s.byAge, a)
	}
	s.private = l.curves("schooling.private", in.Private)
	for _, c := range m.level.Choices {
		s.diplomas = append(s.diplomas, l.weights("schooling.diplomas."+c.Code, m.diploma, in.Diplomas[c.Code]))
	}
	s.literate = l.points("schooling.literate", m.level, in.Literate)
	for stratum := range s.levels {
		for _, sex := range []questionnaire.Sex{questionnaire.Female, questionnaire.Male} {
			if len(s.levels[stratum][sex]) == 0 || len(s.attendance[stratum][sex]) == 0 {
				l.bad.Addf("schooling", "give levels and attendance for both sexes", "a table is missing for %s", l.q.Strata[stratum])
			}
		}
	}
}

// educate gives a member school, level, diploma and reading. Whether a pupil's
// school is private is decided later, with the living standard.
func (d *draft) educate(p *member) {
	s, m := &d.m.school, d.m
	p.rank = d.r.below(whole)
	if d.r.chance(s.together) {
		p.rank = d.rank
	}
	pupil := p.age >= s.from && p.age <= s.to && p.marital == m.single && d.attends(p)
	if p.age >= s.from && p.age <= s.to {
		p.school = m.notAttending
		if pupil {
			p.school = m.public
		}
	}
	if p.age < s.level {
		return
	}
	row := slices.IndexFunc(s.byAge, func(a agedPicker) bool { return p.age <= a.to })
	if pupil && row >= 0 {
		p.level = s.byAge[row].pick.pick(&d.r)
	} else {
		p.level = d.reached(p)
		if row >= 0 {
			p.level = min(p.level, s.byAge[row].most)
		}
	}
	if p.age < s.adult {
		return
	}
	passed := p.level
	if pupil {
		passed = max(0, passed-1)
	}
	p.diploma = s.diplomas[passed].pick(&d.r)
	p.literate = d.r.chance(s.literate[p.level])
}

// attends compares the member's rank with the share of the age that attends.
func (d *draft) attends(p *member) bool {
	for _, a := range d.m.school.attendance[d.area.stratum][p.sex] {
		if p.age <= a.to {
			return p.rank >= whole-a.chance
		}
	}
	return false
}

// reached draws the level that somebody of the member's generation reached at
// the member's rank.
func (d *draft) reached(p *member) int {
	rows := d.m.school.levels[d.area.stratum][p.sex]
	for _, row := range rows {
		if p.birth.Year < row.before {
			return row.pick.ranked(p.rank)
		}
	}
	return rows[len(rows)-1].pick.ranked(p.rank)
}
