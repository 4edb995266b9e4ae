package population_test

import (
	"os"
	"testing"

	"sijil/access"
	"sijil/internal/checkmodel"
	"sijil/internal/civil"
	"sijil/internal/country"
	"sijil/internal/sample"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/synth"
	"sijil/internal/synthroll"
	"sijil/population"
	"sijil/population/populationdb"
)

// comers makes people some of whom come twice, other ones than the model was
// trained on, with the errors of the clerks of synthetic rolls.
func comers(t *testing.T, seed uint64) *checkmodel.Source {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	land, err := country.Open(os.DirFS("../morocco"))
	must(err)
	files := map[string][]byte{}
	for _, name := range []string{"synth.json", "synthroll.json", "names.csv", "sample.json", "duplicates.json"} {
		files[name], err = land.ReadFile(name)
		must(err)
	}
	ref := reference()
	q, err := land.LoadQuestionnaire()
	must(err)
	in := synth.Inputs{Figures: files["synth.json"], FiguresFile: "synth.json", Names: files["names.csv"], NamesFile: "names.csv", Questionnaire: q, AsOf: civil.MustParse("2026-11-02")}
	rolls := synthroll.Inputs{FiguresFile: "synthroll.json", Figures: files["synthroll.json"], NamesFile: "names.csv", Names: files["names.csv"]}
	out := checkmodel.Inputs{Names: ref.names}
	for _, p := range ref.places.Localities {
		in.Localities = append(in.Localities, synth.Locality{Code: p.Code, Region: p.Region, Stratum: p.Stratum})
		out.Places = append(out.Places, p.Code)
	}
	for _, p := range ref.places.Provinces {
		rolls.Places = append(rolls.Places, synthroll.Place{Latin: p.Name.In("fr"), Arabic: p.Name.In("ar")})
	}
	s, err := synth.Load(in)
	must(err)
	out.Clerks, err = synthroll.Load(rolls)
	must(err)
	out.People, err = sample.Load(sample.Inputs{Synth: s, Questionnaire: q, Rules: ref.rules, Data: files["sample.json"], File: "sample.json", Today: in.AsOf})
	must(err)
	out.Rules, err = population.ParseDuplicateRules("duplicates.json", files["duplicates.json"], ref.rules)
	must(err)
	return checkmodel.New(out, seed)
}

// What becomes of people who come twice, of twins and of strangers. The figures
// are in docs/enrolment.md.
func TestPeopleWhoComeTwice(t *testing.T) {
	t.Parallel()
	w := checked(newWorld(t, storetest.Open(t, store.SQLite, []store.Migrations{populationdb.Migrations()})))
	s := comers(t, 4711)
	counts := map[checkmodel.Kind]map[string]int{checkmodel.First: {}, checkmodel.Again: {}, checkmodel.Twin: {}}
	enrolled := map[int]bool{}
	people, again := count(t, 2000), 0
	for n := int64(0); again < people/4; n++ {
		m, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		if m.Kind == checkmodel.Again && !enrolled[m.Person] {
			continue
		}
		state := w.come(m, n)
		counts[m.Kind][state]++
		if m.Kind == checkmodel.Again {
			again++
		}
		enrolled[m.Person] = enrolled[m.Person] || state == string(population.Numbered)
	}
	t.Logf("come again %v, twins %v, others %v", counts[checkmodel.Again], counts[checkmodel.Twin], counts[checkmodel.First])
	refused, numbered := string(population.Refused), string(population.Numbered)
	if n := counts[checkmodel.Twin][refused] + counts[checkmodel.First][refused]; n != 0 {
		t.Errorf("%d twins or strangers were refused", n)
	}
	if n := counts[checkmodel.Again][numbered]; n*100 > 8*again {
		t.Errorf("%d of %d people who came twice have two numbers", n, again)
	}
	if n := counts[checkmodel.First][string(population.InJudgement)]; n*100 > people {
		t.Errorf("%d strangers are in judgement", n)
	}
}

func count(t *testing.T, n int) int {
	t.Helper()
	if testing.Short() {
		return n / 10
	}
	return n
}

// come enrols somebody who was made. Whoever has no document any more shows one
// of another kind; a child is brought by its mother each time.
func (w *world) come(m checkmodel.Made, serial int64) string {
	w.t.Helper()
	e := m.Enrolment
	e.Notice, e.Contacts, e.Consents, e.Address = noticed, nil, nil, ""
	minor := e.Birth.Date.Last().AgeAt(civil.MustParse("2026-11-02")) < 18
	switch {
	case minor:
		e.Introducer = &population.Relation{As: "mother", Holder: population.Holder{Name: "Khadija " + e.Names[0].Spellings[0].Family}}
	case len(e.Documents) == 0:
		e.Category, e.Documents = population.Foreigner, []population.Document{permit(serial)}
	default:
		e.Introducer = nil
	}
	for i := range e.Documents {
		if e.Documents[i].Type == "birth_act" && !minor {
			e.Documents = []population.Document{card(serial)}
		}
	}
	c := w.officer
	c.Areas = []string{access.AnyArea}
	out, err := w.Enrol(w.t.Context(), c, w.key(), e)
	if err != nil {
		got := codes(err)
		if len(got) == 1 && got[0] == "document_taken" {
			return got[0]
		}
		return "sent back" // what the clerk wrote cannot be a document
	}
	return string(out.State)
}
