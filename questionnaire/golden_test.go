package questionnaire_test

import (
	"os"
	"testing"

	"sijil/formula"
	"sijil/questionnaire"
)

// TestGolden takes the six golden households from their declarations through
// the questionnaire and the published formula. The indices were computed
// independently from the published coefficients.
func TestGolden(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../morocco/formulas/morocco-2021.json")
	if err != nil {
		t.Fatal(err)
	}
	f, err := formula.Parse("morocco-2021.json", data)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ region, stratum, index string }{
		{"06", "urban", "9.4563944"},
		{"03", "urban", "9.3626150"},
		{"06", "urban", "10.4604364"},
		{"06", "urban", "10.0178904"},
		{"05", "rural", "8.7790733"},
		{"09", "rural", "9.6002600"},
	}
	lines := goldenLines(t)
	if len(lines) != len(want) {
		t.Fatalf("%d declarations, want %d", len(lines), len(want))
	}
	for i, w := range want {
		p := questionnaire.Place{Region: w.region, Stratum: w.stratum}
		d := declare(t, lines[i], p)
		vars, err := f.Variables(w.stratum)
		if err != nil {
			t.Fatal(err)
		}
		names := make([]string, len(vars))
		for j, v := range vars {
			names[j] = v.Name
		}
		values := derive(t, d, p, questionnaire.Options{}, names...)
		r, err := f.Evaluate(formula.Household{Stratum: w.stratum, Region: w.region, AsOf: d.AsOf, Values: values})
		if err != nil {
			t.Fatal(err)
		}
		if r.Index.String() != w.index {
			t.Errorf("golden %d: index %s, want %s", i+1, r.Index, w.index)
			for j := range names {
				t.Logf("  %s = %+v", names[j], values[j])
			}
		}
	}
}
