package formula_test

import (
	"testing"

	"sijil/formula"
)

// Parse never panics; what it accepts, written out again, is the same formula.
func FuzzParse(f *testing.F) {
	// Small seeds: the fuzzer spends its time shrinking large ones.
	for _, x := range []string{
		`"kind":"count","cap":"3","coefficient":"-0.01"`,
		`"kind":"square","without":{"unknown":"2/5"},"coefficient":"1.5"`,
		`"kind":"table_by_range","rows":[{"below":"1","points":"2"},{"from":"1","points":"3"}]`,
		`"kind":"table_by_value","rows":[{"value":"1","points":"2"}],"else":"0"`,
		`"kind":"table_by_code","rows":[{"code":"a","points":"2"}]`,
	} {
		f.Add([]byte(`{"format":1,"id":"i","version":"1","languages":["en"],"title":{"en":"t"},"meaning":{"en":"m"},"valid":{"from":"2020-01-01","to":null},
"decimals":7,"index_range":{"from":"0","to":"9"},"sources":[{"id":"s","text":"s"}],"frame":{"describes":{"en":"f"},"outside":[]},
"strata":{"a":{"label":{"en":"a"},"intercept":{"label":{"en":"c"},"coefficient":"1","source":"s","status":"verified"},
"regions":[{"regions":["r"],"label":{"en":"r"},"coefficient":"0","source":"s","status":"verified"}],
"terms":[{"code":"x","variable":"x","label":{"en":"x"},"unit":{"en":"u"},` + x + `,"source":"s","status":"verified"}]}}}`))
	}
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
