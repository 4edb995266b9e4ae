package linkage_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/linkage"
)

// values draws a record: often of a person, sometimes of anything.
func values(rows [][]string) *rapid.Generator[[]string] {
	return rapid.Custom(func(t *rapid.T) []string {
		row := append([]string(nil), rapid.SampledFrom(rows).Draw(t, "row")...)
		for range rapid.IntRange(0, 4).Draw(t, "changes") {
			c := rapid.IntRange(0, len(row)-1).Draw(t, "column")
			other := rapid.SampledFrom(rows).Draw(t, "other")
			row[c] = rapid.OneOf(rapid.Just(""), rapid.Just(other[c]), rapid.String(),
				rapid.SampledFrom([]string{"1990-02-03", "1990-03-02", "1990-03-05", "1990-05-03", "1990-01-01", "1991-01-01", "1990", "1990-03"}),
				rapid.StringMatching(`[0-9]{0,4}[-/]?[0-9]{0,2}[-/]?[0-9]{0,4}`)).Draw(t, "value")
		}
		return row
	})
}

// TestDates compares dates both ways round.
func TestDates(t *testing.T) {
	t.Parallel()
	spec := linkage.Spec{Fields: []linkage.Field{field("born", linkage.Date)}}
	all := []string{
		"1990-02-03", "1990-03-02", "03/02/1990", "19900203", "1990-03-05", "1990-05-03", "1990-01-01", "1991-01-01", "1990", "1990-03",
		"1990-04", "1988-07-30", "1909-02-03", "1990-13-40", "03-05-1990", "31/12/1990", "", "soon",
	}
	var rows [][]string
	for _, v := range all {
		rows = append(rows, []string{v})
	}
	m, _ := dedupe(t, build(t, spec, rows))
	record := func(v string) *linkage.Record {
		r, err := m.Record([]string{v})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	code := func(v, w string) string {
		return m.Weights()[0].Levels[m.Compare(record(v), record(w)).Levels()[0]].Code
	}
	for _, v := range all {
		for _, w := range all {
			if x, y := code(v, w), code(w, v); x != y {
				t.Errorf("%s and %s: %s one way, %s the other", v, w, x, y)
			}
		}
	}
	for _, test := range []struct{ a, b, code string }{
		{"1990-02-03", "03/02/1990", "date.same"},
		{"1990-02-03", "19900203", "date.same"},
		{"1990-02-03", "1990-03-02", "date.swapped"},
		{"1990-02-03", "1990-01-01", "date.presumed"},
		{"1990-01-01", "01/01/1990", "date.same_presumed"},
		{"1990-02-03", "1991-01-01", "date.presumed_near"},
		{"1990-02-03", "1990", "date.partial"},
		{"1990-02-03", "1990-03", "date.partial_near"},
		{"1990-02-03", "1990-02-08", "date.digit"},
		{"1990-02-03", "1909-02-03", "date.digit"},
		{"1990-02-03", "1990-02-28", "date.two_parts"},
		{"1990-02-03", "1988-07-30", "date.near"},
		{"1990-02-03", "1961-11-30", "date.different"},
		{"1990-02-03", "soon", "date.missing"},
	} {
		if got := code(test.a, test.b); got != test.code {
			t.Errorf("%s and %s: %s, want %s", test.a, test.b, got, test.code)
		}
	}
}

// TestScore compares any two records: both ways round alike, explained to the
// last bit, and never merged over documents that contradict.
func TestScore(t *testing.T) {
	t.Parallel()
	rows, _ := people(t, 11, 1000)
	m, _ := dedupe(t, build(t, ma, rows))
	rapid.Check(t, func(t *rapid.T) {
		va, vb := values(rows).Draw(t, "a"), values(rows).Draw(t, "b")
		a, errA := m.Record(va)
		b, errB := m.Record(vb)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		s, r := m.Compare(a, b), m.Compare(b, a)
		if s.Weight != r.Weight || s.Band != r.Band || s.Guard != r.Guard {
			t.Fatalf("%v one way, %v the other", s, r)
		}
		if math.IsNaN(s.Weight) || s.Probability < 0 || s.Probability > 1 {
			t.Fatalf("weight %v, probability %v", s.Weight, s.Probability)
		}
		sum := 0.0
		for _, l := range s.Explain() {
			sum += l.Bits
			if l.Code == "" || l.Text == "" {
				t.Fatalf("a line says nothing: %+v", l)
			}
		}
		if sum != s.Weight {
			t.Fatalf("the lines add up to %v, the weight is %v", sum, s.Weight)
		}
		keys := m.Keys(a)
		if len(keys) > linkage.MaxKeys {
			t.Fatalf("%d keys", len(keys))
		}
		for i, k := range keys {
			if k.Depth > 0 && (i == 0 || keys[i-1].Pass != k.Pass || keys[i-1].Depth != k.Depth-1) {
				t.Fatal("a key has no coarser one before it")
			}
		}
	})
}

// TestVerdicts are pairs whose verdict must not be another.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	rows, _ := people(t, 12, 2000)
	m, _ := dedupe(t, build(t, ma, rows))
	base := []string{"Karim", "كريم", "Tazi", "التازي", "Omar", "عمر", "M", "1987-05-23", "Elm", "", "T123456", "0612345678"}
	with := func(changes map[int]string) []string {
		out := append([]string(nil), base...)
		for c, v := range changes {
			out[c] = v
		}
		return out
	}
	for _, test := range []struct {
		name  string
		other []string
		band  linkage.Band
		guard linkage.Guard
	}{
		{"the same", base, linkage.Same, linkage.NoGuard},
		{"spelt otherwise, no document", with(map[int]string{0: "Kareem", 2: "Et-Tazi", 10: ""}), linkage.Same, linkage.NoGuard},
		{"exchanged names", with(map[int]string{0: base[2], 1: base[3], 2: base[0], 3: base[1]}), linkage.Same, linkage.NoGuard},
		{"another document", with(map[int]string{10: "T987001"}), linkage.Judge, linkage.DocumentsDiffer},
		{"a twin with a document", with(map[int]string{0: "Rachid", 1: "رشيد", 10: "T987001"}), linkage.New, linkage.NoGuard},
		{"a stranger", []string{"Fatima", "فاطمة", "Alaoui", "العلوي", "Said", "سعيد", "F", "1960-01-01", "Dorn", "", "T555123", "0699999999"}, linkage.New, linkage.NoGuard},
		{"nothing known", make([]string, 12), linkage.New, linkage.NoGuard},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a, err := m.Record(base)
			if err != nil {
				t.Fatal(err)
			}
			b, err := m.Record(test.other)
			if err != nil {
				t.Fatal(err)
			}
			s := m.Compare(a, b)
			if s.Band != test.band || s.Guard != test.guard {
				var lines []string
				for _, l := range s.Explain() {
					lines = append(lines, l.Field+" "+l.Code)
				}
				t.Errorf("%v (%v) at weight %.2f, want %v (%v): %s", s.Band, s.Guard, s.Weight, test.band, test.guard, strings.Join(lines, ", "))
			}
		})
	}
	t.Run("a twin without a document", func(t *testing.T) {
		t.Parallel()
		a, _ := m.Record(with(map[int]string{10: ""}))
		b, _ := m.Record(with(map[int]string{0: "Rachid", 1: "رشيد", 10: ""}))
		if s := m.Compare(a, b); s.Band == linkage.Same {
			t.Errorf("merged at weight %.2f", s.Weight)
		}
	})
}
