package sample_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"

	"sijil/idcs"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/sample"
	"sijil/internal/synth"
	"sijil/population"
)

// inputs are the reference country's, read once.
var inputs = sync.OnceValues(func() (in sample.Inputs, err error) {
	files := os.DirFS("../../morocco")
	land, err := country.Open(files)
	if err != nil {
		return in, err
	}
	if in.Questionnaire, err = land.LoadQuestionnaire(); err != nil {
		return in, err
	}
	s := synth.Inputs{FiguresFile: "synth.json", NamesFile: "names.csv", Questionnaire: in.Questionnaire}
	if s.Figures, err = land.ReadFile("synth.json"); err != nil {
		return in, err
	}
	if s.Names, err = land.ReadFile("names.csv"); err != nil {
		return in, err
	}
	geo, err := land.LoadGeography()
	if err != nil {
		return in, err
	}
	for _, l := range geo.Localities {
		s.Localities = append(s.Localities, synth.Locality{Code: l.Code, Region: l.Region, Stratum: l.Stratum})
	}
	if in.Synth, err = synth.Load(s); err != nil {
		return in, err
	}
	rules, err := land.ReadFile("registration.json")
	if err != nil {
		return in, err
	}
	if in.Rules, err = population.ParseRules("registration.json", rules); err != nil {
		return in, err
	}
	in.File = "sample.json"
	in.Data, err = land.ReadFile(in.File)
	return in, err
})

func model(tb testing.TB) (*sample.Model, sample.Inputs) {
	tb.Helper()
	in, err := inputs()
	if err != nil {
		tb.Fatal(err)
	}
	m, err := sample.Load(in)
	if err != nil {
		tb.Fatal(err)
	}
	return m, in
}

func plan(tb testing.TB, o sample.Options, n int) []*sample.Household {
	tb.Helper()
	m, _ := model(tb)
	p := m.Plan(o)
	var out []*sample.Household
	for range n {
		h, err := p.Next()
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, h)
	}
	return out
}

func TestSameSeedSamePeople(t *testing.T) {
	t.Parallel()
	for _, canaries := range []bool{false, true} {
		a, b := plan(t, sample.Options{Seed: 3, Canaries: canaries}, 200), plan(t, sample.Options{Seed: 3, Canaries: canaries}, 200)
		if !reflect.DeepEqual(a, b) {
			t.Error("two plans of one seed differ")
		}
		if c := plan(t, sample.Options{Seed: 4, Canaries: canaries}, 200); reflect.DeepEqual(a, c) {
			t.Error("two seeds make the same people")
		}
	}
}

func TestPeopleAreWhole(t *testing.T) {
	t.Parallel()
	_, in := model(t)
	documents := map[string]bool{}
	var foreigners, introduced, minors, partial, contacts, people, institutions int
	for _, h := range plan(t, sample.Options{Seed: 1}, 4000) {
		if len(h.Persons) != len(h.Declaration.Members) {
			t.Fatal("not one person per member")
		}
		for i := range h.Persons {
			p := &h.Persons[i]
			e := p.Enrolment(idcs.IDCS{})
			people++
			checkPerson(t, in, h, i)
			for _, d := range e.Documents {
				key, err := json.Marshal([]any{d.Type, d.Parts})
				if err != nil {
					t.Fatal(err)
				}
				if documents[string(key)] {
					t.Fatal("a document belongs to two persons")
				}
				documents[string(key)] = true
			}
			if e.Category == population.Foreigner {
				foreigners++
			}
			if e.Birth.Date.Day == 0 {
				partial++
			}
			if p.Birth().Last().AgeAt(in.Synth.AsOf()) < in.Rules.Majority.Age {
				minors++
			}
			if p.Introducer >= 0 || e.Introducer != nil && e.Introducer.Holder.Institution != "" {
				introduced++
			}
			if e.Introducer != nil && e.Introducer.Holder.Institution != "" {
				institutions++
			}
			contacts += len(e.Contacts)
		}
	}
	if foreigners == 0 || partial == 0 || contacts < people/3 || introduced != minors || institutions == 0 || institutions > minors/20 {
		t.Errorf("%d people: %d foreigners, %d partial dates, %d contacts, %d of %d minors introduced", people, foreigners, partial, contacts, introduced, minors)
	}
}

func checkPerson(t *testing.T, in sample.Inputs, h *sample.Household, i int) {
	t.Helper()
	p := &h.Persons[i]
	e := p.Enrolment(idcs.IDCS{})
	if len(e.Names) != 1 || len(e.Names[0].Spellings) != 2 || e.Locality != h.Declaration.Locality || e.Address == "" || len(e.Documents) == 0 {
		t.Fatal("a person is not whole")
	}
	if e.Birth.Date != h.Declaration.Members[i].Birth || p.Ref != h.Declaration.Members[i].Ref {
		t.Fatal("a person differs from the member of the declaration")
	}
	if p.Introducer >= 0 {
		q := &h.Persons[p.Introducer]
		if q.Awaiting || q.Birth().Last().AgeAt(in.Synth.AsOf()) < in.Rules.Majority.Age {
			t.Fatal("the introducer is no adult with a number")
		}
	}
	for _, d := range e.Documents {
		for name, v := range d.Parts {
			if strings.ContainsAny(v, "#%") || v == "" {
				t.Fatalf("the part %s was not filled", name)
			}
		}
	}
}

// Whoever introduces comes before whom they introduce; nobody who awaits a
// number is enrolled.
func TestTheOrderOfEnrolling(t *testing.T) {
	t.Parallel()
	awaiting := 0
	for _, h := range plan(t, sample.Options{Seed: 1}, 3000) {
		done := map[int]bool{}
		for _, i := range h.Enrolling() {
			p := &h.Persons[i]
			if p.Awaiting || p.Introducer >= 0 && !done[p.Introducer] || done[i] {
				t.Fatal("the order does not hold")
			}
			done[i] = true
		}
		for i := range h.Persons {
			if h.Persons[i].Awaiting {
				awaiting++
			} else if !done[i] {
				t.Fatal("a person is forgotten")
			}
		}
	}
	if awaiting == 0 {
		t.Error("nobody awaits a number: the test looked at nothing")
	}
}

func TestTheIntroducerIsNamedByNumber(t *testing.T) {
	t.Parallel()
	for _, h := range plan(t, sample.Options{Seed: 1}, 100) {
		for i := range h.Persons {
			p := &h.Persons[i]
			if p.Introducer < 0 {
				continue
			}
			n := idcs.IDCS{}
			if e := p.Enrolment(n); e.Introducer != nil {
				t.Fatal("an introducer without a number")
			}
			number := someNumber(t)
			e, again := p.Enrolment(number), p.Enrolment(idcs.IDCS{})
			if e.Introducer == nil || e.Introducer.Holder.IDCS != number || e.Introducer.As != p.As || again.Introducer != nil {
				t.Fatal("the introducer is not who was named")
			}
			return
		}
	}
	t.Fatal("no child has an introducer")
}

func someNumber(tb testing.TB) idcs.IDCS {
	tb.Helper()
	land, err := country.Open(os.DirFS("../../morocco"))
	if err != nil {
		tb.Fatal(err)
	}
	s, err := idcs.NewScheme(land.Identifier())
	if err != nil {
		tb.Fatal(err)
	}
	n, err := s.Draw(rand.NewChaCha8([32]byte{1}))
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func TestCanariesStandInEveryText(t *testing.T) {
	t.Parallel()
	fields := map[string]int{}
	seen := map[string]string{}
	for _, h := range plan(t, sample.Options{Seed: 1, Canaries: true}, 400) {
		for i := range h.Persons {
			p := &h.Persons[i]
			e := p.Enrolment(idcs.IDCS{})
			if p.Introducer >= 0 {
				e = p.Enrolment(someNumber(t))
			}
			var text strings.Builder
			fmt.Fprintf(&text, "%+v", e)
			if e.Introducer != nil {
				fmt.Fprintf(&text, " %+v %+v", *e.Introducer, e.Introducer.Holder.Document)
			}
			for _, c := range p.Canaries {
				fields[c.Field]++
				if len(c.Value) < 9 {
					t.Errorf("%s: a canary of %d bytes", c.Field, len(c.Value))
				}
				if c.Field == "birth" {
					continue
				}
				if !strings.Contains(text.String(), c.Value) {
					t.Errorf("%s: the canary is not planted", c.Field)
				}
				if at, twice := seen[c.Value]; twice && c.Field != "contacts.phone" && !strings.HasSuffix(c.Field, ".office") {
					t.Errorf("%s: the canary of %s again", c.Field, at)
				}
				seen[c.Value] = c.Field
			}
		}
	}
	for _, want := range []string{
		"names.official.Arab.given", "names.official.Latn.family", "names.usual.Arab.family", "names.former.Latn.given", "address",
		"contacts.phone", "contacts.mail", "documents.passport.number", "documents.family_booklet.number", "documents.national_card.number",
		"documents.birth_act.office", "documents.refugee_card.number", "introducer.name", "introducer.institution", "introducer.document", "introducer.act.type",
		"introducer.act.number", "introducer.act.office", "birth",
	} {
		if fields[want] == 0 {
			t.Errorf("no canary is planted in %s", want)
		}
	}
}

func TestSerialsAndFirstHouseholds(t *testing.T) {
	t.Parallel()
	all := plan(t, sample.Options{Seed: 9}, 20)
	m, _ := model(t)
	late := m.Plan(sample.Options{Seed: 9, First: 10, Serial: all[10].Persons[0].Serial})
	for i := 10; i < 20; i++ {
		h, err := late.Next()
		if err != nil || !reflect.DeepEqual(h, all[i]) {
			t.Fatalf("household %d differs when it is made alone: %v", i, err)
		}
	}
}

func TestNumbersRunOut(t *testing.T) {
	t.Parallel()
	m, _ := model(t)
	p := m.Plan(sample.Options{Seed: 1, Serial: 50_000_000})
	for range 50 {
		if _, err := p.Next(); err != nil {
			if errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), "sample.json") {
				t.Errorf("got %v", err)
			}
			return
		}
	}
	t.Error("numbers were given twice")
}

func TestBadData(t *testing.T) {
	t.Parallel()
	_, in := model(t)
	change := func(old, by string) []byte {
		out := regexp.MustCompile(old).ReplaceAllString(string(in.Data), by)
		if out == string(in.Data) {
			t.Fatalf("%s is not in the file", old)
		}
		return []byte(out)
	}
	for want, data := range map[string][]byte{
		"format 1":                 change(`"format": 1`, `"format": 2`),
		"no such document":         change(`"type": "national_card"`, `"type": "moon_card"`),
		"does not have the form":   change(`"ZZ#######"`, `"ZZ########"`),
		"years of validity":        change(`, "valid_years": 3\}`, `}`),
		"the part is missing":      change(`"year": \["YYYY"\], `, ``),
		"that this document":       change(`"year": \["YYYY"\], `, `"year": ["YYYY"], "moon": ["1"], `),
		"unaccompanied":            change(`"as": "institution"`, `"as": ""`),
		"no such relation":         change(`"of": "child"`, `"of": "moon"`),
		"who brings the child":     change(`"sex": "female"`, `"sex": "none"`),
		"phones, mails, addresses": change(`"patterns": \["synthetique.########@exemple.invalid"\]`, `"patterns": []`),
		"sample.json:":             []byte(`{"format":1,"moon":1}`),
	} {
		bad := in
		bad.Data = data
		_, err := sample.Load(bad)
		if errs.KindOf(err) != errs.Invalid || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func BenchmarkNext(b *testing.B) {
	m, _ := model(b)
	p := m.Plan(sample.Options{Seed: 1})
	people := 0
	for b.Loop() {
		h, err := p.Next()
		if err != nil {
			b.Fatal(err)
		}
		people += len(h.Persons)
	}
	b.ReportMetric(float64(people)/b.Elapsed().Seconds(), "people/s")
}
