package portal

import (
	"slices"
	"strings"
	"time"

	"sijil/internal/civil"
	"sijil/internal/i18n"
	"sijil/internal/lang"
	"sijil/questionnaire"
)

// field is one question on a page.
type field struct {
	Name    string // also its id
	Who     string // of whom it is asked, where there are several
	Label   string
	Help    string
	Kind    string // radio, select or text
	Options []option
	Groups  []group // of a select, instead of Options
	Value   string
	Blank   string // of a select: what stands for no choice; "" for the usual words
	Mode    string // inputmode of a text
	Error   string
	New     bool // it was not on the page before
}

type option struct {
	Value, Label string
	Chosen       bool
}

type group struct {
	Label   string
	Options []option
}

// ErrorID names the element that says what is wrong, "" where nothing is.
func (f field) ErrorID() string {
	if f.Error == "" {
		return ""
	}
	return f.Name + "-error"
}

// Described are the ids of what describes the field, separated by blanks.
func (f field) Described() string {
	var ids []string
	if f.Help != "" {
		ids = append(ids, f.Name+"-help")
	}
	if f.Error != "" {
		ids = append(ids, f.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// block is a heading with its questions: a person, or a section.
type block struct {
	Title  string
	Number int // of a person, 0 for a section
	Fields []field
}

// fewest is how many options are shown at once; more become a list.
const fewest = 4

// asker makes fields of a draft in a language.
type asker struct {
	d       *draft
	l       *i18n.Language
	visited bool // what is wrong is shown
	err     error

	registers map[string]bool // variables that the population register says, where that is told
}

// t is a text; its error is kept for the end.
func (a *asker) t(key string, pairs ...any) string {
	s, err := a.l.T(key, pairs...)
	if err != nil && a.err == nil {
		a.err = err
	}
	return s
}

func (a *asker) say(t lang.Text) string { return text(t, a.l) }

// judged adds what is wrong with a field.
func (a *asker) judged(f field) field {
	p, wrong := a.d.problems[f.Name]
	switch {
	case !wrong || !a.visited:
	case p.fresh:
		f.New = true
	default:
		pairs := slices.Clone(p.pairs)
		for i := 1; i < len(pairs); i += 2 {
			if s, ok := pairs[i].(string); ok {
				pairs[i] = a.l.Decimal(s)
			}
		}
		f.Error = a.t(p.key, pairs...)
	}
	return f
}

// ofItem makes the field of an item.
func (a *asker) ofItem(name string, item *questionnaire.Item, value string) field {
	f := field{Name: name, Label: a.say(item.Label), Help: a.say(item.Help), Value: value, Kind: "text", Mode: "numeric"}
	switch item.Type {
	case questionnaire.Boolean:
		f.Kind = "radio"
		f.Options = []option{{"yes", a.t("sim.yes"), value == "yes"}, {"no", a.t("sim.no"), value == "no"}}
	case questionnaire.Choice:
		f.Kind = "radio"
		if len(item.Choices) > fewest {
			f.Kind = "select"
		}
		for _, c := range item.Choices {
			f.Options = append(f.Options, option{c.Code, a.say(c.Label), c.Code == value})
		}
	case questionnaire.Amount:
		f.Mode = "decimal"
	}
	return a.judged(f)
}

// place are the fields of where the household lives.
func (a *asker) place() []field {
	p := a.d.p
	province := field{Name: "place", Label: a.t("sim.province"), Kind: "select"}
	for _, region := range p.Scorer.Geography.Regions {
		g := group{Label: a.say(region.Name)}
		for _, x := range p.Scorer.Geography.Provinces {
			if x.Region == region.Code {
				g.Options = append(g.Options, option{x.Code, a.say(x.Name), x.Code == a.d.form.Place})
			}
		}
		province.Groups = append(province.Groups, g)
	}
	stratum := field{Name: "stratum", Label: a.t("sim.stratum"), Help: a.t("sim.stratum.help"), Kind: "radio"}
	for _, code := range p.Scorer.Questionnaire.Strata {
		stratum.Options = append(stratum.Options, option{code, a.say(p.Country.Strata[code]), code == a.d.form.Stratum})
	}
	variant := field{Name: "variant", Label: a.t("sim.variant"), Kind: "radio"}
	for _, v := range p.Scorer.Questionnaire.Variants {
		variant.Options = append(variant.Options, option{v.Code, a.say(v.Label), v.Code == a.d.form.Variant})
	}
	return []field{a.judged(province), a.judged(stratum), a.judged(variant)}
}

// presumed is the presumed birthday in words.
func (a *asker) presumed() string {
	b := a.d.p.Scorer.Questionnaire.PresumedBirthday
	day := a.d.decl.AsOf
	day.Month, day.Day = time.Month(b.Month), b.Day
	s, err := a.l.DayOfYear(day)
	if err != nil && a.err == nil {
		a.err = err
	}
	return s
}

// firstItems are the questions about a person that say who lives there.
func firstItems(q *questionnaire.Questionnaire) []*questionnaire.Item {
	return slices.DeleteFunc(slices.Clone(q.Member), func(i *questionnaire.Item) bool { return i.Purpose != "composition" })
}

// laterItems are the other questions about a person.
func laterItems(q *questionnaire.Questionnaire) []*questionnaire.Item {
	return slices.DeleteFunc(slices.Clone(q.Member), func(i *questionnaire.Item) bool { return i.Purpose == "composition" })
}

// people are the fields of the first step, a block a person.
func (a *asker) people() []block {
	var out []block
	for i, p := range a.d.form.People {
		n := i + 1
		b := block{Number: n, Title: a.t("sim.person", "number", a.l.Whole(int64(n)))}
		b.Fields = append(b.Fields, a.judged(field{
			Name: personField(n, "born"), Label: a.t("sim.born"), Help: a.t("sim.born.help", "day", a.presumed()), Kind: "text", Mode: "numeric", Value: p.Born,
		}))
		if a.d.p.asksSex {
			b.Fields = append(b.Fields, a.judged(field{Name: personField(n, "sex"), Label: a.t("sim.sex"), Kind: "radio", Options: []option{
				{"female", a.t("sim.sex.female"), p.Sex == "female"}, {"male", a.t("sim.sex.male"), p.Sex == "male"},
			}}))
		}
		for _, item := range firstItems(a.d.p.Scorer.Questionnaire) {
			if a.d.needed[item] && a.d.members[i][item.Position()] >= questionnaire.Possible {
				b.Fields = append(b.Fields, a.ofItem(personField(n, item.Code), item, p.Answers[item.Code]))
			}
		}
		out = append(out, a.owned(b))
	}
	return out
}

// owned says of each field of a person of whom it is asked.
func (a *asker) owned(b block) block {
	for i := range b.Fields {
		b.Fields[i].Who = a.t("sim.person", "number", a.l.Whole(int64(b.Number)))
	}
	return b
}

// answers are the fields of the second step, a block a person.
func (a *asker) answers() []block {
	var out []block
	for i, p := range a.d.form.People {
		b := block{Number: i + 1, Title: a.who(i)}
		for _, item := range laterItems(a.d.p.Scorer.Questionnaire) {
			if a.d.needed[item] && a.d.members[i][item.Position()] >= questionnaire.Possible {
				b.Fields = append(b.Fields, a.ofItem(personField(i+1, item.Code), item, p.Answers[item.Code]))
			}
		}
		out = append(out, a.owned(b))
	}
	return out
}

// who names a person: number, relation and age.
func (a *asker) who(i int) string {
	parts := []string{a.t("sim.person", "number", a.l.Whole(int64(i+1)))}
	relation := a.d.p.Scorer.Questionnaire.Composition.Relation
	if at, ok := relation.Choice(a.d.form.People[i].Answers[relation.Code]); ok {
		parts = append(parts, a.say(relation.Choices[at].Label))
	}
	if m := a.d.decl.Members[i]; m.Birth.Year != 0 {
		age, err := a.l.N("sim.years", max(0, m.Birth.First().AgeAt(a.d.decl.AsOf)))
		if m.Birth.Precision() == civil.Year {
			age, err = a.l.T("sim.born_in", "year", a.l.Decimal(a.d.form.People[i].Born))
		}
		if err != nil && a.err == nil {
			a.err = err
		}
		parts = append(parts, age)
	}
	return strings.Join(parts, a.t("sim.comma"))
}

// home are the fields of the third step, a block a section.
func (a *asker) home() []block {
	var out []block
	for _, s := range a.d.p.Scorer.Questionnaire.Sections {
		b := block{Title: a.say(s.Title)}
		for _, item := range s.Items {
			if item.Level == questionnaire.OfHousehold && a.d.needed[item] && a.d.home[item.Position()] >= questionnaire.Possible {
				b.Fields = append(b.Fields, a.ofItem(homeField(item.Code), item, a.d.form.Home[item.Code]))
			}
		}
		if len(b.Fields) > 0 {
			out = append(out, b)
		}
	}
	return out
}
