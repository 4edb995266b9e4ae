package synth

import (
	"slices"

	"sijil/questionnaire"
)

type work struct {
	activity   [][3][]activityRow // by stratum and sex
	category   [][3][]picker      // by stratum, sex and level
	employment [][2]picker        // by category; heads, others
}

type activityRow struct {
	head string
	to   int
	pick picker
}

func (l *loader) work(m *Model, in fileWork) {
	w := &m.work
	n := len(l.q.Strata)
	w.activity, w.category = make([][3][]activityRow, n), make([][3][]picker, n)
	for i, row := range in.Activity {
		if !slices.Contains([]string{"", "yes", "no"}, row.Head) {
			l.bad.Addf(at("work.activity", i, "head"), "write yes or no, or leave it out for both", "neither yes nor no")
		}
		list := &w.activity[l.stratum(at("work.activity", i, "stratum"), row.Stratum)][l.sex(at("work.activity", i, "sex"), row.Sex)]
		*list = append(*list, activityRow{row.Head, row.To, l.weights(at("work.activity", i, "weights"), m.activity, row.Weights)})
	}
	for i, row := range in.Category {
		list := &w.category[l.stratum(at("work.category", i, "stratum"), row.Stratum)][l.sex(at("work.category", i, "sex"), row.Sex)]
		if *list == nil {
			*list = make([]picker, len(m.level.Choices))
		}
		p := l.weights(at("work.category", i, "weights"), m.category, row.Weights)
		for _, level := range row.Levels {
			if pos := l.choice(at("work.category", i, "levels"), m.level, level); pos >= 0 {
				(*list)[pos] = p
			}
		}
	}
	w.employment = make([][2]picker, len(m.category.Choices))
	for i, row := range in.Employment {
		if pos := l.choice(at("work.employment", i, "category"), m.category, row.Category); pos >= 0 {
			w.employment[pos] = [2]picker{
				l.weights(at("work.employment", i, "head"), m.employment, row.Head),
				l.weights(at("work.employment", i, "others"), m.employment, row.Others),
			}
		}
	}
	l.workIsWhole(m)
}

// workIsWhole reports the tables that miss a row, so that drawing never has to
// ask.
func (l *loader) workIsWhole(m *Model) {
	for s, stratum := range l.q.Strata {
		for _, sex := range []questionnaire.Sex{questionnaire.Female, questionnaire.Male} {
			if rows := m.work.activity[s][sex]; len(rows) == 0 || rows[len(rows)-1].head != "" || rows[len(rows)-1].to < 99 {
				l.bad.Addf("work.activity", "let the last row for each stratum and sex hold for everybody to age 120", "rows are missing for %s", stratum)
			}
			if rows := m.work.category[s][sex]; rows == nil || slices.ContainsFunc(rows, func(p picker) bool { return p == nil }) {
				l.bad.Addf("work.category", "give weights for every level and both sexes", "a level is missing for %s", stratum)
			}
		}
	}
	for pos, p := range m.work.employment {
		if p[0] == nil {
			l.bad.Addf("work.employment", "give weights for every category", "there are none for %s", m.category.Choices[pos].Code)
		}
	}
}

// employ gives a member of age an activity and what goes with it.
func (d *draft) employ(i int) {
	p, m := &d.members[i], d.m
	if p.age < m.school.adult {
		return
	}
	if p.school != none && p.school != m.notAttending {
		p.activity = m.student
		return
	}
	who := "no"
	if i == 0 {
		who = "yes"
	}
	for _, row := range m.work.activity[d.area.stratum][p.sex] {
		if p.age <= row.to && (row.head == "" || row.head == who) {
			p.activity = row.pick.pick(&d.r)
			break
		}
	}
	if p.activity != m.working {
		return
	}
	p.category = m.work.category[d.area.stratum][p.sex][p.level].pick(&d.r)
	other := 1
	if i == 0 {
		other = 0
	}
	p.employed = m.work.employment[p.category][other].pick(&d.r)
}
