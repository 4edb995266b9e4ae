package questionnaire_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"sijil/formula"
	"sijil/questionnaire"
)

// The questionnaire derives exactly the variables of the published formula.
func TestEveryVariableOfTheFormulaIsDerived(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../morocco/formulas/morocco-2021.json")
	if err != nil {
		t.Fatal(err)
	}
	f, err := formula.Parse("morocco-2021.json", data)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, s := range f.Strata() {
		if !slices.Contains(morocco().Strata, s) {
			t.Errorf("the questionnaire does not know the stratum %s", s)
		}
		vars, err := f.Variables(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range vars {
			want[v.Name] = true
		}
	}
	for _, d := range morocco().Derivations {
		if !want[d.Variable] {
			t.Errorf("%s is derived, but the formula does not use it", d.Variable)
		}
		delete(want, d.Variable)
	}
	for name := range want {
		t.Errorf("%s is not derived", name)
	}
}

// Nothing is asked that nobody uses: an item for the index is read by a
// derivation or by the condition of one that is, and an item that neither
// reads says what else it is for.
func TestEveryItemIsUsed(t *testing.T) {
	t.Parallel()
	q := morocco()
	all := append(slices.Clone(q.Household), q.Member...)
	if len(all) > 45 {
		t.Errorf("%d items are asked, at most 45", len(all))
	}
	used := map[string]bool{}
	for _, d := range q.Derivations {
		for _, r := range d.Reads() {
			used[strings.TrimPrefix(r, "member.")] = true
		}
	}
	for _, i := range all {
		for _, other := range all {
			if used[other.Code] && strings.Contains(other.AskedIf, i.Code) {
				used[i.Code] = true
			}
		}
		for code, v := range map[string]bool{"composition": true, "programmes": true, "calibration": true, "index": used[i.Code]} {
			if i.Purpose == code && !v {
				t.Errorf("%s is asked for the index, but no derivation reads it", i.Code)
			}
		}
		if used[i.Code] && i.Purpose != "index" && i.Purpose != "composition" {
			t.Errorf("%s enters the index, but says it is for %s", i.Code, i.Purpose)
		}
	}
}

// Each bill is monthly in dirhams; the variables are dirhams a year and head.
func TestUnits(t *testing.T) {
	t.Parallel()
	d := declare(t, line(t, dwelling.with(answers{"butane_small": "10.05", "butane_large": "0.10", "phone_internet": "0.01"}),
		member("1", "1980-01-01", "male", adult.with(answers{"marital_status": "married"})),
		member("2", "1981-01-01", "female", adult.with(answers{"marital_status": "married", "relation": "spouse"}))), urban)
	got := derive(t, d, urban, questionnaire.Options{}, "butane_mad_year_pc", "water_elec_mad_year_pc", "phone_internet_mad_year_pc")
	want := []formula.Value{
		formula.Ratio(12*1015, 200),              // 10.15 a month
		formula.Ratio(4*(10000+11000+9000), 200), // 100 a month on average
		formula.Ratio(12, 200),                   // one centime a month
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
