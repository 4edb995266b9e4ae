package country_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"sijil/internal/civil"
	"sijil/internal/country"
)

const pelagia = "../../cmd/sijil/testdata/pelagia"

// folder returns a country's folder in memory, with some text replaced.
func folder(t *testing.T, dir, file, old, replacement string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		name := filepath.ToSlash(rel)
		if name == file {
			if !strings.Contains(string(data), old) {
				t.Fatalf("%s does not hold %q", file, old)
			}
			data = []byte(strings.ReplaceAll(string(data), old, replacement))
		}
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// load reads every part of a country.
func load(files fs.FS) error {
	c, err := country.Open(files)
	if err != nil {
		return err
	}
	if _, err := c.LoadFormula(""); err != nil {
		return err
	}
	if _, err := c.LoadQuestionnaire(); err != nil {
		return err
	}
	if _, err := c.LoadGeography(); err != nil {
		return err
	}
	_, err = c.LoadProgrammes()
	return err
}

func TestCountriesLoad(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{pelagia, "../../morocco"} {
		if err := load(os.DirFS(dir)); err != nil {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

func TestFaultsAreNamed(t *testing.T) {
	t.Parallel()
	tests := []struct{ file, old, replacement, want string }{
		{"country.json", `"format": 1`, `"format": 2`, "country.json: format: the format is unknown"},
		{"country.json", `"xp"`, `"Pelagia"`, "country.json: code: not a country code"},
		{"country.json", `"Atlantic/Azores"`, `"Atlantic/Atlantis"`, "country.json: zone: the time zone is unknown"},
		{"country.json", `, "pt": "ilha"`, ``, "country.json: strata.island.pt: the text is missing"},
		{"country.json", `"pt": "ilha"`, `"pt": "ilha", "fr": "île"`, "country.json: strata.island.fr: the text is in a language of its own"},
		{"country.json", `"length": 12`, `"length": 40`, "country.json: identifier.length: the length is out of range"},
		{"country.json", `"sequence"`, `"order"`, "country.json: identifier.filters[0].name: there is no such filter"},
		{"country.json", `"pelagia-1"`, `"pelagia-2"`, `there is no formula "pelagia-2"; the country has: pelagia-1`},
		{"formulas/pelagia-1.json", `"id": "pelagia-1"`, `"id": "other"`, "formulas/pelagia-1.json: id: the id is not the name of the file"},
		{"programmes.json", `"5.5"`, `"5.55555555"`, "programmes.json:5: programmes[0].thresholds[1].at_most: more than 7 decimals"},
		{"programmes.json", `"2025-12-31"`, `"2026-01-01"`, "programmes.json: programmes[0].thresholds[1]: two thresholds hold on one day"},
		{"programmes.json", `"2025-12-31"`, `"2019-12-31"`, "programmes.json: programmes[0].thresholds[0].from: the days are missing or reversed"},
		{"programmes.json", `"formula": "pelagia-1", "at_most": "5.4"`, `"formula": "other", "at_most": "5.4"`, "programmes.json: programmes[0].thresholds[0].formula: there is no such formula"},
		{"programmes.json", `"source": "invented"`, `"source": ""`, "a threshold without a source"},
		{"geography/provinces.csv", "e1.a,e1", "e1.a,e9", "geography/provinces.csv:3: region: there is no such region"},
		{"geography/localities.csv", "rock,e1.a,e1", "rock,e1.b,e1", "geography/localities.csv:3: province: there is no such province"},
		{"geography/localities.csv", "rock,e1.a,e1", "rock,e1.a,w2", "geography/localities.csv:3: region: not the region of the province"},
		{"geography/localities.csv", "e1,island,Rock", "e1,sea,Rock", "geography/localities.csv:3: milieu: there is no such stratum"},
		{"geography/localities.csv", "Rocha,2020-01-01", "Rocha,2020-13-01", "geography/localities.csv:3: valid_from: not a date"},
		{"geography/localities.csv", "rock,e1.a,e1", "quay,e1.a,e1", "geography/localities.csv:3: valid_from: the locality's earlier entry still holds"},
		{"geography/localities.csv", "rock,e1.a", ",e1.a", "geography/localities.csv:3: locality: the code is missing"},
		{"geography/localities.csv", "rock,e1.a,e1", "rock,e1", "geography/localities.csv:3: the line does not have the columns of the header"},
		{"geography/localities.csv", "milieu", "stratum", "geography/localities.csv:1: milieu: the column is missing"},
		{"geography/regions.csv", "East,Leste", "East,", "geography/regions.csv:4: name_pt: the name is missing"},
		{"questionnaire.json", `"id": "pelagia"`, `"name": "pelagia"`, "questionnaire.json:2: name: unknown name"},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			t.Parallel()
			err := load(folder(t, pelagia, tt.file, tt.old, tt.replacement))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestMissingFilesAreNamed(t *testing.T) {
	t.Parallel()
	whole := folder(t, pelagia, "", "", "")
	for _, name := range []string{"country.json", "programmes.json", "questionnaire.json", "formulas/pelagia-1.json", "geography/regions.csv"} {
		files := fstest.MapFS{}
		for n, f := range whole {
			if n != name {
				files[n] = f
			}
		}
		want := name
		if path.Dir(name) == "formulas" {
			want = "formulas" // without its only file the folder is gone
		}
		if err := load(files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// A locality keeps the stratum it had on the day: a moved boundary is a new
// line, and no index of before jumps.
func TestGeographyIsDated(t *testing.T) {
	t.Parallel()
	files := folder(t, "../../morocco", "geography/localities.csv",
		"01.051-R,01.051,01,rural,الحسيمة (قروي),Al Hoceïma (rural),Al Hoceima (rural),2021-08-09,,",
		"01.051-R,01.051,01,rural,ا,A,A,2021-08-09,2025-12-31,x\n01.051-R,01.051,01,urban,ا,A,A,2026-01-01,,")
	c, err := country.Open(files)
	if err != nil {
		t.Fatal(err)
	}
	g, err := c.LoadGeography()
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2021-08-09": "rural", "2025-12-31": "rural", "2026-01-01": "urban", "2030-01-01": "urban"} {
		p, err := g.Place("01.051-R", civil.MustParse(day))
		if err != nil || p.Stratum != want || p.Region != "01" {
			t.Errorf("%s: %+v, %v", day, p, err)
		}
	}
	if _, err := g.Place("01.051-R", civil.MustParse("2021-08-08")); err == nil || !strings.Contains(err.Error(), "no entry on this day") {
		t.Errorf("the day before: %v", err)
	}
	if _, err := g.Place("nowhere", civil.MustParse("2026-01-01")); err == nil || !strings.Contains(err.Error(), "not in the reference list") {
		t.Errorf("nowhere: %v", err)
	}
}

func TestThresholdsAreDated(t *testing.T) {
	t.Parallel()
	c, err := country.Open(os.DirFS(pelagia))
	if err != nil {
		t.Fatal(err)
	}
	programmes, err := c.LoadProgrammes()
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2019-12-31": "", "2020-01-01": "5.4000000", "2025-12-31": "5.4000000", "2026-01-01": "5.5000000"} {
		got := ""
		if th, ok := programmes[0].On("pelagia-1", civil.MustParse(day)); ok {
			got = th.AtMost.String()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
	if _, ok := programmes[0].On("other", civil.MustParse("2026-01-01")); ok {
		t.Error("a threshold of another formula holds")
	}
}
