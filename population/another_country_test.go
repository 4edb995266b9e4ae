package population_test

import (
	"os"
	"testing"

	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/country"
	"sijil/population"
)

// Another country brings its data and no code: other documents, scripts, age
// of majority, numbers.
func TestAnotherCountry(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		data, err := os.ReadFile(pelagia)
		if err != nil {
			t.Fatal(err)
		}
		land, err := country.Open(os.DirFS("../cmd/sijil/testdata/pelagia"))
		if err != nil {
			t.Fatal(err)
		}
		places, err := land.LoadGeography()
		if err != nil {
			t.Fatal(err)
		}
		cfg := w.config
		cfg.Names = nil
		cfg.Places = func(code string, day civil.Date) error { _, err := places.Locality(code, day); return err }
		if cfg.Rules, err = population.ParseRules(pelagia, data); err != nil {
			t.Fatal(err)
		}
		if cfg.Scheme, err = idcs.NewScheme(land.Identifier()); err != nil {
			t.Fatal(err)
		}
		alike, err := land.ReadFile("duplicates.json")
		if err != nil {
			t.Fatal(err)
		}
		if cfg.Duplicates, err = population.ParseDuplicates("duplicates.json", alike, cfg.Rules, nil, land.ReadFile); err != nil {
			t.Fatal(err)
		}
		s, err := population.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		officer := w.officer
		officer.Areas = []string{"quay"}
		e := population.Enrolment{
			Category: population.Citizen, Names: []population.Name{name("Marina", "Silva")}, Sex: population.Female,
			Birth: population.Birth{Date: date("2000-01-01")}, Locality: "quay", Notice: population.Notice{Version: "1", Language: "pt", Way: "read"},
			Documents: []population.Document{{Type: "sea_card", Parts: map[string]string{"number": "1234-5678"}}},
		}
		out, err := s.Enrol(t.Context(), officer, w.key(), e)
		if err != nil || len(out.IDCS.Digits()) != 12 {
			t.Fatalf("%v %v", out, err)
		}
		yes, err := s.Exchange(t.Context(), w.social(), population.Social, w.key(), []population.Claim{{IDCS: out.IDCS, Name: "Silva Marina", Birth: date("2000-01-01")}})
		if err != nil || !yes[0].Yes {
			t.Errorf("%v %v", yes, err)
		}
		e.Birth.Date, e.Documents[0].Parts = date("2007-01-01"), map[string]string{"number": "22222222"} // nineteen, a minor there
		_, err = s.Enrol(t.Context(), officer, w.key(), e)
		wants(t, err, "introducer")
		e.Names[0].Spellings[0].Script = "Arab"
		_, err = s.Enrol(t.Context(), officer, w.key(), e)
		wants(t, err, "script")
	})
}
