package questionnaire_test

import (
	"os"
	"strings"
	"testing"

	"sijil/formula"
	"sijil/questionnaire"
)

// TestEffects changes one answer of a golden household at a time, and holds
// the change of the index to the effect published beside the golden cases.
func TestEffects(t *testing.T) {
	t.Parallel()
	const lastChild = `,{"ref":"5","birth_date":"2024-09-09","sex":"female","answers":{"relation":"child","presence":"present","awaiting_number":false,"health_cover":"none"}}`
	tests := []struct {
		name     string
		golden   int
		from, to string
		options  questionnaire.Options
		before   string // the index, or its first digits
		after    string
	}{
		{"one mobile phone more", 0, `"mobile_phones":2`, `"mobile_phones":3`, questionnaire.Options{}, "9.4563944", "9.5079944"},
		{"a computer", 0, `"computer":false`, `"computer":true`, questionnaire.Options{}, "9.4563944", "9.5943944"},
		{"a loan", 0, `"loan":false`, `"loan":true`, questionnaire.Options{}, "9.4563944", "9.5913944"},
		{"another health cover", 0, `"health_cover":"none"`, `"health_cover":"other"`, questionnaire.Options{}, "9.4563944", "9.6073944"},
		{"the state's health cover", 0, `"health_cover":"none"`, `"health_cover":"state_paid"`, questionnaire.Options{}, "9.4563944", "9.4563944"},
		{"50 dirhams more for the phone", 0, `"100.00"`, `"150.00"`, questionnaire.Options{}, "9.4563944", "9.4926344"},
		{"a motorcycle", 0, `"motorcycles":0`, `"motorcycles":1`, questionnaire.Options{}, "9.4563944", "9.5161944"},
		// 0.178 as published, and 0.0475 because four persons share two rooms.
		{"one member leaves", 0, lastChild, ``, questionnaire.Options{}, "9.4563944", "9.6815"},
		{"a child to a private school", 0, `"school":"public"`, `"school":"private"`, questionnaire.Options{}, "9.4563944", "9.5932944"},
		{"a child without a number, counted", 1, `"awaiting_number":false,"school":"public"`, `"awaiting_number":true,"school":"public"`, questionnaire.Options{}, "9.3626150", "9.3626150"},
		{"a child without a number, not counted", 1, `"awaiting_number":false,"school":"public"`, `"awaiting_number":true,"school":"public"`, questionnaire.Options{Awaiting: questionnaire.NotCounted}, "9.3626150", "9.5822633"},
	}
	lines := goldenLines(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before := string(lines[tt.golden])
			after := strings.Replace(before, tt.from, tt.to, 1)
			if after == before {
				t.Fatalf("%s is not in the declaration", tt.from)
			}
			if got := index(t, []byte(before), places[tt.golden], tt.options); !strings.HasPrefix(got, tt.before) {
				t.Errorf("before: %s, want %s", got, tt.before)
			}
			if got := index(t, []byte(after), places[tt.golden], tt.options); !strings.HasPrefix(got, tt.after) {
				t.Errorf("after: %s, want %s", got, tt.after)
			}
		})
	}
}

// index is the published formula's index of a declaration.
func index(t *testing.T, line []byte, p questionnaire.Place, o questionnaire.Options) string {
	t.Helper()
	data, err := os.ReadFile("../morocco/formulas/morocco-2021.json")
	if err != nil {
		t.Fatal(err)
	}
	f, err := formula.Parse("morocco-2021.json", data)
	if err != nil {
		t.Fatal(err)
	}
	d := declare(t, line, p)
	values, err := byStratum(t)[p.Stratum].Derive(nil, d, p, o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Evaluate(formula.Household{Stratum: p.Stratum, Region: p.Region, Values: values})
	if err != nil {
		t.Fatal(err)
	}
	return r.Index.String()
}
