package population_test

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"testing"

	"sijil/internal/civil"
	"sijil/linkage"
	"sijil/population"
)

var update = flag.Bool("update", false, "make the other country's model again")

const pelagiaDuplicates = "../cmd/sijil/testdata/pelagia/duplicates.json"

// The model of a country without a table of names is what training on its
// people gives, and states its hash.
func TestPelagiaModel(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(pelagiaDuplicates)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(pelagia)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := population.ParseRules(pelagia, text)
	if err != nil {
		t.Fatal(err)
	}
	r, err := population.ParseDuplicateRules(pelagiaDuplicates, data, rules)
	if err != nil {
		t.Fatal(err)
	}
	model := pelagianModel(t, r)
	file := "../cmd/sijil/testdata/pelagia/" + r.Model.File
	sum := sha256.Sum256(model)
	if *update {
		data = regexp.MustCompile(`"hash": "[0-9a-f]*"`).ReplaceAll(data, fmt.Appendf(nil, `"hash": "%s"`, hex.EncodeToString(sum[:])))
		for name, b := range map[string][]byte{file: model, pelagiaDuplicates: data} {
			if err := os.WriteFile(name, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := population.ParseDuplicates(pelagiaDuplicates, data, rules, nil, func(string) ([]byte, error) { return os.ReadFile(file) }); err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(file); err != nil || string(kept) != string(model) {
		t.Errorf("training gives another model than the one that is kept: run with -update, %v", err)
	}
	// What is wrong with the data is said.
	for what, tt := range map[string]struct{ old, new, code string }{
		"another model":        {hex.EncodeToString(sum[:])[:8], "00000000", "other_model"},
		"an unknown document":  {`"document": "sea_card"`, `"document": "moon_card"`, "?"},
		"an unknown script":    {`"Latn"`, `"Cyrl"`, "?"},
		"a kind that is wrong": {`"kind": "date"`, `"kind": "phone"`, "?"},
		"no bounds":            {`"holders": 25`, `"holders": 0`, "?"},
		"strict without cause": {`"from": "sex"`, `"from": "sex", "strict": true`, "?"},
		"other fields":         {`"name": "residence"`, `"name": "home"`, "other_fields"},
	} {
		bad := regexp.MustCompile(regexp.QuoteMeta(tt.old)).ReplaceAllString(string(data), tt.new)
		_, err := population.ParseDuplicates(pelagiaDuplicates, []byte(bad), rules, nil, func(string) ([]byte, error) { return model, nil })
		if err == nil {
			t.Errorf("%s was taken", what)
		} else if tt.code != "?" {
			wants(t, err, tt.code)
		}
	}
}

// pelagianModel is trained on invented people, one in five of whom comes twice.
func pelagianModel(t *testing.T, r *population.DuplicateRules) []byte {
	t.Helper()
	b, err := linkage.NewBuilder(r.Spec(), nil)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	word := func(kinds int) string {
		n := rnd.IntN(kinds)
		out := ""
		for range 3 {
			out += string("bcdfglmnprst"[n%12]) + string("aeiou"[n/12%5])
			n = n*7 + 3
		}
		return out
	}
	for i := range 4000 {
		e := population.Enrolment{
			Names: []population.Name{name(word(300), word(2000))}, Sex: []population.Sex{population.Female, population.Male}[i%2],
			Birth: population.Birth{Date: civil.Partial{Year: 1940 + rnd.IntN(70), Month: 1, Day: 1}}, Locality: []string{"quay", "hill"}[rnd.IntN(2)],
			Documents: []population.Document{{Type: "sea_card", Parts: map[string]string{"number": fmt.Sprintf("%08d", rnd.IntN(1e8))}}},
		}
		e.Birth.Date = civil.Partial(e.Birth.Date.First().AddDays(rnd.IntN(365)))
		for again := range 2 {
			if again == 1 && i%5 != 0 {
				continue
			}
			if again == 1 {
				e.Documents = nil
				if w := &e.Names[0].Spellings[0]; i%10 == 0 {
					w.Family = w.Family[:len(w.Family)-1] + "y"
				}
			}
			if err := b.Add(r.Values(e)[0]); err != nil {
				t.Fatal(err)
			}
		}
	}
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	m, err := linkage.Train(t.Context(), recs, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := m.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return data
}
