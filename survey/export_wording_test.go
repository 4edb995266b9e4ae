package survey_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/formula"
	"sijil/survey"
)

// TestWordingSaysWhatIsMissing breaks a terms file in each way and reads what
// is said of it.
func TestWordingSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	table, s := readVillage(t, 200, 11)
	tests := []struct {
		name  string
		spoil func(*survey.Wording)
		m     survey.LinearMethod
		want  []string
	}{
		{"nothing given", func(w *survey.Wording) { *w = survey.Wording{Format: 1} }, survey.LinearMethod{Name: "wls"},
			[]string{"title: the title is missing in ar, fr, en", "terms.label: the label of x_tools is missing in ar, fr, en", "terms.unit: the unit of x_tools is missing", "the label of wall is missing", "the label of the group milieu is missing"}},
		{"one language of a label", func(w *survey.Wording) { delete(w.Terms[1].Label, "ar") }, survey.LinearMethod{Name: "wls"},
			[]string{"terms[1].label: the label of x_tools is missing in ar; write it in the terms file"}},
		{"one language of a level", func(w *survey.Wording) { delete(w.Groups[0].Levels["town"], "fr") }, survey.LinearMethod{Name: "wls"},
			[]string{"the label of level town of milieu is missing in fr"}},
		{"one level of a code", func(w *survey.Wording) { w.Terms[5].Levels["brick"] = nil }, survey.LinearMethod{Name: "wls"},
			[]string{"terms[5].levels: the label of level brick of wall is missing in ar, fr, en"}},
		{"a unit", func(w *survey.Wording) { w.Terms[3].Unit = nil }, survey.LinearMethod{Name: "wls"}, []string{"terms[3].unit: the unit of x_readers is missing"}},
		{"a column nobody has", func(w *survey.Wording) { w.Terms[1].Column = "x_tool" }, survey.LinearMethod{Name: "wls"},
			[]string{"terms[1].column: the model has no column x_tool", "the label of x_tools is missing"}},
		{"a column twice", func(w *survey.Wording) { w.Terms[2].Column = "x_tools" }, survey.LinearMethod{Name: "wls"}, []string{"the column x_tools is named twice"}},
		{"a level by itself too", func(w *survey.Wording) {
			w.Terms = append(w.Terms, survey.TermWording{Column: "wall=mud", Label: said("Mud")})
		}, survey.LinearMethod{Name: "wls"}, []string{"terms[7]: the column wall=mud already serves in terms[5]"}},
		{"a region that is a term", func(w *survey.Wording) { w.Regions[1].Column = "x_town" }, survey.LinearMethod{Name: "wls"}, []string{"terms[6]: the column x_town already serves in regions[1]"}},
		{"a categorical as region", func(w *survey.Wording) { w.Regions[1].Column = "wall" }, survey.LinearMethod{Name: "wls"}, []string{"regions[1].column: the model has no column wall"}},
		{"the intercept as a term", func(w *survey.Wording) { w.Terms[6].Column = survey.Intercept }, survey.LinearMethod{Name: "wls"}, []string{"terms[6].column: the model has no column (Intercept)"}},
		{"a tag nobody knows", func(w *survey.Wording) { w.Terms[2].Tags = []string{"secret"} }, survey.LinearMethod{Name: "wls"}, []string{"no such tag"}},
		{"not a square", func(w *survey.Wording) { w.Terms[2].Of = "size" }, survey.LinearMethod{Name: "wls"}, []string{"village.csv:3: terms[2].of: x_tools2 is not the square of size"}},
		{"a square of nothing", func(w *survey.Wording) { w.Terms[2].Of = "" }, survey.LinearMethod{Name: "wls"}, []string{"needs the column it was computed from"}},
		{"not a function", func(w *survey.Wording) { w.Terms[0].Of = "x_tools" }, survey.LinearMethod{Name: "wls"}, []string{"x_lsize is not a function of x_tools"}},
		{"of a column nobody has", func(w *survey.Wording) { w.Terms[0].Of = "sizes" }, survey.LinearMethod{Name: "wls"}, []string{"the survey has no column of numbers sizes"}},
		{"a kind too narrow", func(w *survey.Wording) { w.Terms[3].Kind = formula.Count }, survey.LinearMethod{Name: "wls"}, []string{"readers: term readers: the value is not a whole number"}},
		{"a cap the survey passes", func(w *survey.Wording) { w.Terms[1].Cap = new(string); *w.Terms[1].Cap = "3" }, survey.LinearMethod{Name: "wls"}, []string{"terms[1].cap: a value of x_tools lies beyond it"}},
		{"two regions at once", func(w *survey.Wording) { w.Regions[1].Column = "x_town"; w.Terms[6].Column = "x_south" }, survey.LinearMethod{Name: "wls"}, []string{"the household is in no region, or in two"}},
		{"no region for some", func(w *survey.Wording) { w.Regions = w.Regions[:2] }, survey.LinearMethod{Name: "wls"}, []string{"the household is in no region, or in two"}},
		{"a region that is no indicator", func(w *survey.Wording) { w.Regions[1].Column = "x_land"; w.Terms[4].Column = "x_south" }, survey.LinearMethod{Name: "wls"}, []string{"x_land is not an indicator"}},
		{"levels without strata", func(*survey.Wording) {}, survey.LinearMethod{Name: "wls", By: "milieu"}, []string{"level country of milieu has 0 strata"}},
		{"strata without levels", func(w *survey.Wording) { w.Strata = byMilieu().Strata }, survey.LinearMethod{Name: "wls"}, []string{"the model is pooled and has no levels"}},
		{"another format", func(w *survey.Wording) { w.Format = 2 }, survey.LinearMethod{Name: "wls"}, []string{`format: this program reads format 1; write "format": 1`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := villageWording()
			tt.spoil(w)
			l, err := tt.m.Fit(s, survey.Options{Collinear: survey.CollinearDrop})
			if err != nil {
				t.Fatal(err)
			}
			p, err := survey.Export(s, table, l, w, villageExport)
			if err == nil {
				_, err = p.Indexes(s)
			}
			for _, want := range tt.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%v\ndoes not say %q", err, want)
				}
			}
		})
	}
}

// TestDraftIsCompleteButForTexts fills the texts of a draft in, and exports.
func TestDraftIsCompleteButForTexts(t *testing.T) {
	t.Parallel()
	table, s := readVillage(t, 200, 11)
	for _, m := range []survey.LinearMethod{{Name: "wls"}, {Name: "wls", By: "milieu"}} {
		l, err := m.Fit(s, survey.Options{Collinear: survey.CollinearDrop})
		if err != nil {
			t.Fatal(err)
		}
		file, err := json.Marshal(survey.Draft(s, l, nil))
		if err != nil {
			t.Fatal(err)
		}
		filled := strings.NewReplacer(`""`, `"x"`).Replace(string(file))
		w, err := survey.ParseWording("draft.json", []byte(filled))
		if err != nil {
			t.Fatalf("%v in\n%s", err, filled)
		}
		p, err := survey.Export(s, table, l, w, villageExport)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Indexes(s); err != nil {
			t.Error(err)
		}
	}
}

// TestOneWordingForSmallerModels leaves out terms whose column the model does
// not use, but not columns that the survey does not have.
func TestOneWordingForSmallerModels(t *testing.T) {
	t.Parallel()
	table, s := readVillage(t, 200, 11, "x_tools", "x_readers")
	l, err := survey.LinearMethod{Name: "wls"}.Fit(s, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := villageWording()
	w.Regions = nil
	p, err := survey.Export(s, table, l, w, villageExport)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(p.Definition.Strata["all"].Terms); n != 2 {
		t.Errorf("%d terms of two columns", n)
	}
	if _, err := survey.Export(s, nil, l, w, villageExport); err == nil || !strings.Contains(err.Error(), "terms[4].column: the model has no column x_land") {
		t.Errorf("without the survey's header: %v", err)
	}
}

// TestUnpublishable refuses what a formula cannot hold.
func TestUnpublishable(t *testing.T) {
	t.Parallel()
	if _, err := (survey.LinearMethod{Name: "boost"}).Method(); err == nil || !strings.Contains(err.Error(), "no table of points") {
		t.Errorf("boosted trees: %v", err)
	}
	table, err := survey.ReadCSV(strings.NewReader("y,x_a\n5000000,1\n6000000,2\n7500000,3\n8000000,5\n"), survey.ReadOptions{File: "rich.csv"})
	if err != nil {
		t.Fatal(err)
	}
	s := build(t, table, survey.Spec{Target: "y", Vars: []string{"x_a"}})
	l, err := survey.LinearMethod{Name: "wls"}.Fit(s, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &survey.Wording{Format: 1, Title: said("t"), Meaning: said("m"), Terms: []survey.TermWording{{Column: "x_a", Label: said("a"), Unit: said("u")}}}
	if _, err := survey.Export(s, table, l, w, villageExport); err == nil || !strings.Contains(err.Error(), "fit the logarithm of the target") {
		t.Errorf("an intercept of millions: %v", err)
	}
}

// TestRatiosOfASurvey finds the ratio behind a number printed in full.
func TestRatiosOfASurvey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		den := rapid.Int64Range(1, 5000).Draw(rt, "den")
		num := rapid.Int64Range(-9000, 9000).Draw(rt, "num")
		v, err := survey.ExactValue(float64(num) / float64(den))
		if err != nil {
			rt.Fatal(err)
		}
		if v.Num*den != num*v.Den {
			rt.Fatalf("%d/%d became %d/%d", num, den, v.Num, v.Den)
		}
		x := rapid.Float64Range(-1e6, 1e6).Draw(rt, "x")
		if v, err = survey.ExactValue(x); err != nil {
			rt.Fatal(err)
		}
		if d := math.Abs(float64(v.Num)/float64(v.Den) - x); d > 1e-15*math.Abs(x)+1e-18 {
			rt.Fatalf("%v became %v", x, v)
		}
	})
}

// TestRoundedTexts writes numbers as a formula file has them.
func TestRoundedTexts(t *testing.T) {
	t.Parallel()
	digits, decimals := survey.DefaultRounding, survey.Rounding{Decimals: 3}
	for _, tt := range []struct {
		r           survey.Rounding
		v           float64
		coefficient string
		points      string
	}{
		{digits, .1234567, "0.1235", "0.1235"}, {digits, -12.34567, "-12.35", "-12.3457"}, {digits, .00001234567, "0.00001235", "0"},
		{digits, 98765.4, "98770", "98765.4"}, {digits, -.00001, "-0.00001", "0"}, {digits, 2, "2", "2"},
		{decimals, .1234567, "0.123", "0.123"}, {decimals, -12.34567, "-12.346", "-12.346"}, {decimals, .0004, "", "0"},
	} {
		if got, err := survey.RoundCoefficient(tt.r, tt.v); got != tt.coefficient || (err != nil) != (tt.coefficient == "") {
			t.Errorf("%+v of %v: coefficient %q, %v, want %q", tt.r, tt.v, got, err, tt.coefficient)
		}
		if got, err := survey.RoundPoints(tt.r, tt.v); got != tt.points || err != nil {
			t.Errorf("%+v of %v: points %q, %v, want %q", tt.r, tt.v, got, err, tt.points)
		}
	}
	for _, v := range []float64{1e6, 1e-13, math.NaN(), math.Inf(1)} {
		if got, err := survey.RoundCoefficient(digits, v); err == nil {
			t.Errorf("%v became %q", v, got)
		}
	}
}
