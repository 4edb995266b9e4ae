package portal

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"sijil/formula"
	"sijil/household"
	"sijil/internal/civil"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/lang"
	"sijil/internal/score"
	"sijil/internal/strictjson"
	"sijil/questionnaire"
)

// countryFile is what a country brings for its pages: households to begin
// with, and help that is open to those whom no programme takes. A country may
// leave it out.
const countryFile = "portal.json"

// countryData is the file as pages use it.
type countryData struct {
	Examples []*example
	Help     []help
	Expected expected
}

// example is a household that anybody can look at.
type example struct {
	Code  string
	Title lang.Text
	form  *form
}

// help is a place to turn to.
type help struct {
	Name   lang.Text `json:"name"`
	About  lang.Text `json:"about"`
	Status string    `json:"status"` // how far it has been verified
}

type fileCountry struct {
	Format   int           `json:"format"`
	Examples []fileExample `json:"examples"`
	Help     []help        `json:"help"`
	Expected expected      `json:"expected"`
}

// expected is how many people live where, to hold what is registered against.
type expected struct {
	AsOf       civil.Date         `json:"as_of"`
	Source     lang.Text          `json:"source"`
	Status     string             `json:"status"` // how far it has been verified
	Persons    int64              `json:"persons"`
	Households int64              `json:"households"`
	Provinces  []expectedProvince `json:"provinces"`
}

type expectedProvince struct {
	Province   string `json:"province"`
	Persons    int64  `json:"persons"`
	Households int64  `json:"households"`
}

// in is what is expected in a province; ok is false where nothing is said.
func (e *expected) in(province string) (x expectedProvince, ok bool) {
	i := slices.IndexFunc(e.Provinces, func(x expectedProvince) bool { return x.Province == province })
	if i < 0 {
		return x, false
	}
	return e.Provinces[i], true
}

// check reports what is wrong with it.
func (e *expected) check(bad *errs.List, c *country.Country, g *country.Geography) {
	if len(e.Provinces) == 0 && e.Persons == 0 {
		return // a country may leave it out
	}
	e.Source.Check("expected.source", c.Languages, func(field, what, fix string) { bad.Addf(field, fix, "%s", what) })
	for i, x := range e.Provinces {
		at := fmt.Sprintf("expected.provinces[%d]", i)
		if !slices.ContainsFunc(g.Provinces, func(p country.Province) bool { return p.Code == x.Province }) {
			bad.Addf(at+".province", "use a code of provinces.csv", "the province is unknown")
		}
		if x.Persons <= 0 || x.Households <= 0 {
			bad.Addf(at, "state how many persons and households are expected", "nobody is expected")
		}
	}
	if e.Persons <= 0 || e.Households <= 0 || e.AsOf.IsZero() {
		bad.Addf("expected", "state persons, households and as_of", "the totals or their day are missing")
	}
}

// fileExample is a declaration with ages instead of dates of birth, so that it
// stays what its title says.
type fileExample struct {
	Code     string       `json:"code"`
	Title    lang.Text    `json:"title"`
	Locality string       `json:"locality"`
	Variant  string       `json:"variant"`
	Members  []fileMember `json:"members"`
	Answers  fileAnswers  `json:"answers"`
}

type fileMember struct {
	Age     int         `json:"age"`
	Sex     string      `json:"sex"`
	Answers fileAnswers `json:"answers"`
}

type fileAnswers map[string]jsontext.Value

func readCountryData(c *country.Country, s *score.Scorer) (*countryData, error) {
	data, err := c.ReadFile(countryFile)
	if err != nil {
		if errs.KindOf(err) == errs.NotFound {
			err = nil
		}
		return &countryData{}, err
	}
	var in fileCountry
	if err := strictjson.Unmarshal(countryFile, data, &in); err != nil {
		return nil, err
	}
	out := &countryData{Help: in.Help, Expected: in.Expected}
	var bad errs.List
	if in.Format != 1 {
		bad.Addf("format", "this program reads format 1", "the format is unknown")
	}
	report := func(field, what, fix string) { bad.Addf(field, fix, "%s", what) }
	for i, h := range in.Help {
		h.Name.Check(fmt.Sprintf("help[%d].name", i), c.Languages, report)
		h.About.Check(fmt.Sprintf("help[%d].about", i), c.Languages, report)
	}
	for i, x := range in.Examples {
		at := fmt.Sprintf("examples[%d]", i)
		x.Title.Check(at+".title", c.Languages, report)
		if x.Code == "" || slices.ContainsFunc(out.Examples, func(o *example) bool { return o.Code == x.Code }) {
			bad.Addf(at+".code", "give every example a code of its own", "the code is missing or used twice")
		}
		f, err := x.form(s)
		if err != nil {
			bad.Add(errs.Bad(at, err.Error(), "write it as a declaration with ages"))
		}
		out.Examples = append(out.Examples, &example{Code: x.Code, Title: x.Title, form: f})
	}
	in.Expected.check(&bad, c, s.Geography)
	return out, errs.At(bad.Err(), countryFile, 0)
}

// The country's rules on households, of which pages name reasons and who
// declares.
const householdsFile = "households.json"

// readMore reads what the pages of households name: the rules, and every
// formula an index may have been made by.
func (p *Portal) readMore() error {
	ids, err := p.Country.Formulas()
	if err != nil {
		return err
	}
	p.formulas = map[string]*formula.Formula{p.Scorer.Formula.Hash(): p.Scorer.Formula}
	for _, id := range ids {
		f, err := p.Country.LoadFormula(id)
		if err != nil {
			return err
		}
		p.formulas[f.Hash()] = f
	}
	data, err := p.Country.ReadFile(householdsFile)
	if err == nil {
		p.rules, err = household.ParseRules(householdsFile, data)
	}
	if errs.KindOf(err) == errs.NotFound { // a country without a social register
		err = nil
	}
	return err
}

// form makes the example into what a visitor would have filled in.
func (x *fileExample) form(s *score.Scorer) (*form, error) {
	f := newForm()
	f.People, f.Variant = nil, x.Variant
	at := slices.IndexFunc(s.Geography.Localities, func(l country.Locality) bool { return l.Code == x.Locality })
	if at < 0 || len(x.Members) == 0 {
		return nil, errors.New("the locality is not in the list, or nobody is a member")
	}
	f.Place, f.Stratum = s.Geography.Localities[at].Province, s.Geography.Localities[at].Stratum
	for _, m := range x.Members {
		answers, err := m.Answers.read(s.Questionnaire)
		if err != nil {
			return nil, err
		}
		f.People = append(f.People, person{Born: fmt.Sprint(m.Age), Sex: m.Sex, Answers: answers})
	}
	var err error
	f.Home, err = x.Answers.read(s.Questionnaire)
	return f, err
}

// read writes answers of a declaration as a form has them.
func (a fileAnswers) read(q *questionnaire.Questionnaire) (map[string]string, error) {
	out := map[string]string{}
	for _, code := range slices.Sorted(maps.Keys(a)) {
		item, ok := q.Item(code)
		if !ok {
			return nil, fmt.Errorf("%s is not an item of the questionnaire", code)
		}
		text := string(a[code])
		switch a[code].Kind() {
		case '"':
			if err := json.Unmarshal(a[code], &text); err != nil {
				return nil, err
			}
		case 't':
			text = "yes"
		case 'f':
			text = "no"
		}
		n, problem := readAnswer(item, text)
		if problem != "" {
			return nil, fmt.Errorf("the answer to %s is not one of its answers", code)
		}
		out[code] = written(item, n)
	}
	return out, nil
}
