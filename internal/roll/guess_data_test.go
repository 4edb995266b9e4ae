package roll_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"sijil/internal/roll"
	"sijil/names"
)

// known asks the reference country's table of names.
func known(t testing.TB) roll.Known {
	t.Helper()
	data, err := os.ReadFile("../../morocco/names.csv")
	if err != nil {
		t.Fatal(err)
	}
	table, err := names.ReadTable("names.csv", data)
	if err != nil {
		t.Fatal(err)
	}
	return func(v string) (given, family bool) {
		return len(table.Find(names.Given, v)) > 0, len(table.Find(names.Family, v)) > 0
	}
}

func words(t testing.TB) *roll.Words {
	t.Helper()
	data, err := os.ReadFile("../../morocco/rolls.json")
	if err != nil {
		t.Fatal(err)
	}
	w, err := roll.LoadWords("rolls.json", data)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// guess opens a file and guesses; it returns "column: field/kind" for every
// column, or the reason it is left out.
func guess(t testing.TB, path string, apart map[string]roll.Reason) (*roll.Guess, map[string]string) {
	t.Helper()
	f, err := roll.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Sample()
	if err != nil {
		t.Fatal(err)
	}
	g, err := words(t).Guess(f, s, known(t), apart)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, c := range g.Columns {
		if c.Field == "" {
			out[c.Name] = "- " + string(c.From)
			continue
		}
		out[c.Name] = fmt.Sprintf("%s/%s", c.Field, c.Kind)
	}
	return g, out
}

// TestGuessOnOutsideFiles holds the guess to files made by others.
func TestGuessOnOutsideFiles(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("SIJIL_TESTDATA")
	if dir == "" {
		t.Skip("SIJIL_TESTDATA is not set")
	}
	febrl := map[string]string{
		"rec_id": "- id", "given_name": "given/given", "surname": "family/family", "street_number": "street_number/number",
		"address_1": "address_1/text", "address_2": "address_2/text", "suburb": "suburb/place", "postcode": "postcode/number",
		"state": "state/category", "date_of_birth": "birth_date/date", "soc_sec_id": "soc_sec_id/document",
	}
	ma := map[string]string{
		"unique_id": "- id", "cluster": "- truth", "first_name": "given/given", "first_name_ar": "given/given",
		"surname": "family/family", "surname_ar": "family/family", "father_name": "father/parent", "father_name_ar": "father/parent",
		"gender": "sex/category", "dob": "birth_date/date", "birth_place": "birth_place/place", "birth_place_ar": "birth_place/place",
		"cin": "cin/document", "phone": "phone/phone",
	}
	for name, want := range map[string]map[string]string{
		"febrl1.csv": febrl, "febrl2.csv": febrl, "febrl3.csv": febrl, "febrl4a.csv": febrl, "febrl4b.csv": febrl,
		"ma_5k.csv": ma, "ma_100k.csv": ma,
		"fake_1000.csv": {
			"unique_id": "- id", "cluster": "- truth", "first_name": "given/given", "surname": "family/family",
			"dob": "birth_date/date", "city": "city/place", "email": "email/email",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, got := guess(t, filepath.Join(dir, "linkage", name), nil)
			for column, w := range want {
				if got[column] != w {
					t.Errorf("%s is taken for %q, want %q", column, got[column], w)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%d columns, want %d", len(got), len(want))
			}
		})
	}
}
