package portal

import (
	"slices"
	"strconv"
	"strings"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/questionnaire"
)

// draft is a form made into a declaration, as far as it goes: what is wrong
// with it stands beside the field it is about.
type draft struct {
	p       *Portal
	form    *form
	decl    *questionnaire.Declaration
	place   questionnaire.Place
	needed  map[*questionnaire.Item]bool
	members [][]questionnaire.Asked // what arises, as questionnaire.Asking has it
	home    []questionnaire.Asked

	problems map[string]problem // by the name of the field
}

// problem is what is wrong with an answer: a message and its values.
type problem struct {
	key   string
	pairs []any
	fresh bool // not answered because the question was not there before
}

// draft makes a declaration of a form. It never fails: a form may be empty.
func (p *Portal) draft(f *form) *draft {
	d := &draft{p: p, form: f, problems: map[string]problem{}}
	q := p.Scorer.Questionnaire
	d.decl = &questionnaire.Declaration{Household: "simulated", AsOf: p.today(), Variant: f.Variant, Answers: make([]questionnaire.Answer, len(q.Household))}
	d.where()
	for i := range f.People {
		d.person(i)
	}
	d.heads()
	for _, item := range q.Household {
		d.decl.Answers[item.Position()] = d.answer(homeField(item.Code), item, f.Home[item.Code])
	}
	d.arising()
	return d
}

func (d *draft) bad(field, key string, pairs ...any) {
	if _, had := d.problems[field]; !had { // the first is the one to mend
		d.problems[field] = problem{key: key, pairs: pairs, fresh: key == missing && !d.form.asked[field]}
	}
}

const missing = "problem.missing"

// where finds the place: the reference locality of a province and a stratum.
func (d *draft) where() {
	f, s := d.form, d.p.Scorer
	if f.Place == "" {
		d.bad("place", missing)
	} else if !slices.ContainsFunc(s.Geography.Provinces, func(p country.Province) bool { return p.Code == f.Place }) {
		d.bad("place", "problem.list")
	}
	d.place.Stratum = s.Questionnaire.Strata[0] // to ask who lives there, until it is known
	d.needed = d.p.needed[f.Stratum]
	if d.needed == nil {
		d.bad("stratum", missing)
		d.needed = d.p.needed[d.place.Stratum]
	} else {
		d.place.Stratum = f.Stratum
	}
	if _, ok := s.Questionnaire.Variant(f.Variant); !ok || f.Variant == "" {
		d.bad("variant", missing)
		d.decl.Variant = ""
	}
	if len(d.problems) > 0 {
		return
	}
	for _, l := range s.Geography.Localities {
		if l.Province == f.Place && l.Stratum == f.Stratum && !d.decl.AsOf.Before(l.From) && (l.To.IsZero() || !d.decl.AsOf.After(l.To)) {
			d.decl.Locality, d.place = l.Code, questionnaire.Place{Region: l.Region, Stratum: l.Stratum}
			return
		}
	}
	d.bad("stratum", "problem.no_place")
}

func (d *draft) person(i int) {
	f := d.form.People[i]
	number := i + 1
	m := questionnaire.Member{Ref: strconv.Itoa(number), Answers: make([]questionnaire.Answer, len(d.p.Scorer.Questionnaire.Member))}
	d.born(personField(number, "born"), f.Born, &m)
	m.Sex = questionnaire.Female // where it is not asked, no rule reads it
	switch {
	case f.Sex == "male":
		m.Sex = questionnaire.Male
	case f.Sex != "female" && d.p.asksSex:
		d.bad(personField(number, "sex"), missing)
	}
	for _, item := range d.p.Scorer.Questionnaire.Member {
		m.Answers[item.Position()] = d.answer(personField(number, item.Code), item, f.Answers[item.Code])
	}
	d.decl.Members = append(d.decl.Members, m)
}

// oldest is the greatest age a form accepts.
const oldest = 120

// born reads a date of birth as far as it is given, or an age: the birth is
// then so many years ago to the day.
func (d *draft) born(field, value string, m *questionnaire.Member) {
	today := d.decl.AsOf
	if value == "" {
		d.bad(field, missing)
		return
	}
	if age, err := strconv.Atoi(value); err == nil && age >= 0 && age <= oldest {
		m.Birth = civil.Partial(yearsBefore(today, age))
		return
	}
	birth, err := civil.ParsePartial(value)
	switch {
	case err != nil || birth.Year < today.Year-oldest:
		d.bad(field, "problem.born")
	case birth.First().After(today):
		d.bad(field, "problem.future")
	default:
		m.Birth = birth
	}
}

// yearsBefore is the day so many years before a day; 29 February becomes the
// 28th.
func yearsBefore(day civil.Date, years int) civil.Date {
	day.Year -= years
	day.Day = min(day.Day, civil.DaysIn(day.Year, day.Month))
	return day
}

// heads wants one head, beside whose relation what is wrong is said.
func (d *draft) heads() {
	c := &d.p.Scorer.Questionnaire.Composition
	found := 0
	for i := range d.decl.Members {
		a := d.decl.Members[i].Answers[c.Relation.Position()]
		if !a.Given { // said already
			continue
		}
		if a.Int == int64(c.Head) {
			if found++; found > 1 {
				d.bad(personField(i+1, c.Relation.Code), "problem.two_heads")
			}
		}
	}
	if found == 0 {
		for i := range d.decl.Members {
			if d.decl.Members[i].Answers[c.Relation.Position()].Given {
				d.bad(personField(i+1, c.Relation.Code), "problem.no_head")
				return
			}
		}
	}
}

// answer reads the answer to an item. An item that the formula does not need is
// marked unknown: it is not asked here.
func (d *draft) answer(field string, item *questionnaire.Item, value string) questionnaire.Answer {
	if !d.needed[item] {
		return questionnaire.Answer{Given: true, State: formula.Unknown}
	}
	if value == "" {
		return questionnaire.Answer{} // whether it is missing depends on whether it arises
	}
	n, key := readAnswer(item, value)
	if key != "" {
		d.bad(field, key)
		return questionnaire.Answer{}
	}
	if len(item.Limits) > 0 {
		if l := d.limits(item); n < l.Min || n > l.Max {
			d.bad(field, "problem.limits", "min", written(item, l.Min), "max", written(item, l.Max))
			return questionnaire.Answer{}
		}
	}
	return questionnaire.Answer{Given: true, Int: n}
}

// limits are those of the place's stratum.
func (d *draft) limits(item *questionnaire.Item) questionnaire.Limits {
	return item.Limits[max(0, slices.Index(d.p.Scorer.Questionnaire.Strata, d.place.Stratum))]
}

// arising finds which questions arise, and marks those not answered.
func (d *draft) arising() {
	q := d.p.Scorer.Questionnaire
	var err error
	if d.members, d.home, err = q.Asking(d.decl, d.place); err != nil {
		d.p.Failed(err) // place, variant and members are such that this cannot be
		d.members, d.home = make([][]questionnaire.Asked, len(d.decl.Members)), make([]questionnaire.Asked, len(q.Household))
		for i := range d.members {
			d.members[i] = make([]questionnaire.Asked, len(q.Member))
		}
	}
	for i := range d.decl.Members {
		for j, item := range q.Member {
			a := &d.decl.Members[i].Answers[j]
			d.settle(personField(i+1, item.Code), item, a, d.members[i][j])
		}
	}
	for j, item := range q.Household {
		d.settle(homeField(item.Code), item, &d.decl.Answers[j], d.home[j])
	}
	d.present()
}

// settle marks an answer that is missing, and drops one whose question does
// not arise: the form keeps it, for the answer it depends on may change back.
func (d *draft) settle(field string, item *questionnaire.Item, a *questionnaire.Answer, asked questionnaire.Asked) {
	switch {
	case asked == questionnaire.NotArising:
		*a = questionnaire.Answer{}
		delete(d.problems, field)
	case asked >= questionnaire.Possible && !a.Given && !item.Optional && d.needed[item]:
		d.bad(field, missing)
	}
}

// present wants somebody who counts. The rule is the country's: it is tried
// with everybody else's absence settled.
func (d *draft) present() {
	if len(d.problems) > 0 {
		return
	}
	check := clone(d.decl)
	err := d.p.Scorer.Questionnaire.Check(check, d.place)
	each(err, func(e *errs.Error) {
		if e.Field == "members" {
			d.bad(personField(1, d.p.Scorer.Questionnaire.Composition.Relation.Code), "problem.nobody")
			return
		}
		d.bad(fieldOf(e.Field), "problem.no_index")
	})
}

// fieldOf is the field of the form for a path in a declaration:
// "members[2].answers.diploma" is p3.diploma.
func fieldOf(path string) string {
	if rest, ok := strings.CutPrefix(path, "members["); ok {
		index, code, _ := strings.Cut(rest, "]")
		if n, err := strconv.Atoi(index); err == nil {
			return personField(n+1, strings.TrimPrefix(code, ".answers."))
		}
	}
	return homeField(strings.TrimPrefix(path, "answers."))
}

// each calls f with every error of this program in err.
func each(err error, f func(*errs.Error)) {
	switch e := err.(type) { //nolint:errorlint // the outermost error is meant: a list or one
	case nil:
	case *errs.Error:
		f(e)
	case errs.List:
		for _, member := range e {
			each(member, f)
		}
	default:
		f(&errs.Error{Field: "members", What: "unknown", Err: err})
	}
}
