package synth_test

import (
	"errors"
	"strings"
	"testing"

	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/synth"
	"sijil/questionnaire"
)

// TestLoadSaysWhatIsWrong breaks the data one place at a time.
func TestLoadSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	c := reference(t)
	tests := []struct{ name, old, new, want string }{
		{"format", `"format": 1`, `"format": 2`, "format"},
		{"unknown name", `"format": 1`, `"format": 1, "formatt": 1`, "unknown name"},
		{"cut off", `"targets": [`, `"targets"`, "not JSON"},
		{"day", `"as_of": "2024-09-01"`, `"as_of": "2024-13-01"`, "as_of"},
		{"no day", `"as_of": "2024-09-01"`, `"as_of": ""`, "as_of"},
		{"stratum", `"region": "01", "stratum": "urban"`, `"region": "01", "stratum": "suburban"`, "areas.list[0].stratum"},
		{"region", `"region": "01", "stratum": "urban"`, `"region": "99", "stratum": "urban"`, "areas.list[0]"},
		{"locality", `"01.051-U": `, `"01.050-U": `, "localities.weights"},
		{"negative weight", `"01.051-U": 1`, `"01.051-U": -1`, "localities.weights"},
		{"source", `"source": "ours"`, `"source": "theirs"`, "source"},
		{"status", `"status": "assumed"`, `"status": "certain"`, "status"},
		{"form", `"form": "couple"`, `"form": "triple"`, "form"},
		{"choice", `"divorced": 26`, `"separated": 26`, "marital"},
		{"item", `"item": "computer"`, `"item": "computers"`, "items.list"},
		{"way", `"how": "truth"`, `"how": "amount"`, "how"},
		{"curve", `[-1500, 300], [-500, 1300]`, `[-500, 300], [-500, 1300]`, "chance"},
		{"figure", `"figure": "female_head"`, `"figure": "male_head"`, "targets"},
		{"bounds", `"aim": "19.2"`, `"aim": "91.2"`, "aim"},
		{"threshold", `"threshold": "9.3264284"`, `"threshold": "9.32642841"`, "threshold"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(string(c.inputs.Figures), tt.old) {
				t.Fatalf("the data no longer hold %s", tt.old)
			}
			in := c.inputs
			in.Figures = []byte(strings.Replace(string(c.inputs.Figures), tt.old, tt.new, 1))
			_, err := synth.Load(in)
			if err == nil {
				t.Fatal("no error")
			}
			if errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), "synth.json") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestLoadRefusesNames(t *testing.T) {
	t.Parallel()
	c := reference(t)
	head := "kind,arabic,arabic_variants,latin,latin_variants,weight_older,weight_younger,flavour\n"
	whole := head + "first_m,آدم,ادم,Adam,,1,1,\nfirst_f,آية,,Aya,,1,1,\nfamily,شكري,,Chokri,,1,1,\n"
	in := c.inputs
	in.Names = []byte(whole)
	if _, err := synth.Load(in); err != nil {
		t.Fatalf("a small table: %v", err)
	}
	for name, table := range map[string]string{
		"empty": "", "header only": head, "another header": strings.Replace(whole, "kind,", "sort,", 1),
		"unknown kind": whole + "middle,آدم,,Adam,,1,1,\n", "columns": whole + "first_m,آدم\n",
		"weight": whole + "first_m,آدم,,Adam,,-1,1,\n", "text for weight": whole + "first_m,آدم,,Adam,,1,x,\n",
		"no name": whole + "first_m,,,Adam,,1,1,\n", "quote": whole + "first_m,آدم,,\"Ad\"\"am\",,1,1,\n", "backslash": whole + "first_m,آدم,,Ad\\am,,1,1,\n",
		"control character": whole + "first_m,آدم,,\"Ad\nam\",,1,1,\n", "flavour": whole + "first_m,آدم,,Adam,,1,1,vanilla\n",
		"nobody": head + "first_m,آدم,,Adam,,0,0,\nfirst_f,آية,,Aya,,1,1,\nfamily,شكري,,Chokri,,1,1,\n",
	} {
		in.Names = []byte(table)
		_, err := synth.Load(in)
		var e *errs.Error
		if !errors.As(err, &e) || e.File != "names.csv" || e.Kind != errs.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestOtherDays makes declarations as of other days; they must still pass.
func TestOtherDays(t *testing.T) {
	t.Parallel()
	c := reference(t)
	for _, day := range []string{"2022-01-01", "2024-02-29", "2026-12-31"} {
		in := c.inputs
		in.AsOf = civil.MustParse(day)
		m, err := synth.Load(in)
		if err != nil {
			t.Fatal(err)
		}
		var h synth.Household
		for i := range 1_000 {
			m.Household(1, i, &h)
			if h.Declaration.AsOf != in.AsOf {
				t.Fatalf("%s: the declaration is of another day", day)
			}
			if err := c.q.Check(&h.Declaration, questionnaire.Place{Region: h.Region, Stratum: h.Stratum}); err != nil {
				t.Fatalf("%s: household %d: %v", day, i, err)
			}
		}
	}
}
