package formula_test

import (
	"testing"

	"sijil/formula"
)

// Parse never panics; what it accepts, written out again, is the same formula.
func FuzzParse(f *testing.F) {
	f.Add([]byte(read(f, "testdata/thalassa.json")))
	f.Add([]byte(read(f, moroccoFile)))
	f.Add([]byte(`{"format":1,"strata":{"a":{"terms":[{"code":"x","kind":"count"}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := formula.Parse("f.json", data)
		if err != nil {
			if a != nil || err.Error() == "" {
				t.Fatal("an error without a text, or with a formula")
			}
			return
		}
		text, err := a.Definition().JSON()
		if err != nil {
			t.Fatal(err)
		}
		b, err := formula.Parse("f.json", text)
		if err != nil {
			t.Fatalf("what is written out is refused: %v", err)
		}
		if a.Hash() != b.Hash() || len(formula.Diff(a, b)) != 0 {
			t.Fatalf("written out it is another formula: %v", formula.Diff(a, b))
		}
		for _, s := range a.Strata() {
			vars, err := a.Variables(s)
			if err != nil {
				t.Fatal(err)
			}
			h := formula.Household{Stratum: s, Values: make([]formula.Value, len(vars))}
			for i := range h.Values {
				h.Values[i] = formula.Int(int64(i % 2))
			}
			for _, e := range a.Definition().Strata[s].Regions {
				h.Region = e.Regions[0]
			}
			r, err := a.Evaluate(h)
			q, err2 := b.Evaluate(h)
			if (err == nil) != (err2 == nil) || r.Index != q.Index {
				t.Fatalf("%v %v, written out %v %v", r, err, q, err2)
			}
		}
	})
}
