package formula_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sijil/formula"
)

// These hashes stand in stored decisions. They change when a number of the
// file changes, which is then a new version, and for no other reason.
func TestGoldenHashes(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		moroccoFile:              "c8d3917a1086ebcd8fd96138508c3c5c0d8bddaf703bcea712eba0dc903d7ad1",
		"testdata/thalassa.json": "7c8cfce3ce86da970fea36f29c299c8f12123d0ddd2046e9be98d60b22d2fabf",
	} {
		if got := load(t, path).Hash(); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func read(tb testing.TB, path string) string {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

func parse(tb testing.TB, text string) *formula.Formula {
	tb.Helper()
	f, err := formula.Parse("f.json", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// What is text for people, or another way to write the same, is not hashed.
func TestWhatDoesNotChangeTheHash(t *testing.T) {
	t.Parallel()
	text := read(t, "testdata/thalassa.json")
	want := parse(t, text).Hash()
	for _, change := range [][2]string{
		{`"coefficient": "7.5"`, `"coefficient": "7.50"`},
		{`"-0.12"`, `"-0.1200"`},
		{`"1/4"`, `"0.25"`},
		{`"120.5"`, `"241/2"`},
		{`"en": "Coast"`, `"en": "The coast"`},
		{`"2026-12-31"`, `"2027-12-31"`},
		{`"2026-12-31"`, `null`},
		{`"unverified"`, `"verified"`},
		{`"Invented for tests"`, `"Invented"`},
		{`"not_asked": "error"`, `"not_applicable": "error"`},
		{`"metres above the sea"`, `"metres"`},
		{`["n1", "n2"]`, `["n2", "n1"]`},
		{`"-0.0001"`, `"-0.000100000000"`},
	} {
		changed := strings.Replace(text, change[0], change[1], 1)
		if changed == text {
			t.Fatalf("%s is not in the file", change[0])
		}
		if got := parse(t, changed).Hash(); got != want {
			t.Errorf("%s → %s changes the hash", change[0], change[1])
		}
	}
}

// Every piece of text that holds a number, changed in any digit, is another
// formula; so are other rules.
func TestWhatChangesTheHash(t *testing.T) {
	t.Parallel()
	digits := regexp.MustCompile(`"(coefficient|points|cap|floor|else|value|from|below|not_applicable|unknown|version)": "-?[0-9][0-9./-]*"`)
	for _, path := range []string{moroccoFile, "testdata/thalassa.json"} {
		text := read(t, path)
		f := parse(t, text)
		seen := map[string]string{f.Hash(): "the file itself"}
		places := digits.FindAllStringIndex(text, -1)
		if len(places) < 40 {
			t.Fatalf("%d numbers in %s", len(places), path)
		}
		for _, p := range places {
			if strings.HasPrefix(text[p[0]:], `"value"`) && strings.HasPrefix(text[p[1]:], `, "source"`) {
				continue // what others read is not what is computed
			}
			at := p[1] - 2 // the last digit
			other := text[at] + 1
			if text[at] == '9' {
				other = '8'
			}
			changed := text[:at] + string(other) + text[at+1:]
			// A disputed number must be among its readings.
			changed = strings.ReplaceAll(changed, `"status": "disputed"`, `"status": "secondary"`)
			changed = regexp.MustCompile(`"readings": \[[^]]*\],`).ReplaceAllString(changed, "")
			g, err := formula.Parse("f.json", []byte(changed))
			if err != nil {
				continue // such as a range that now overlaps
			}
			if before, twice := seen[g.Hash()]; twice {
				t.Errorf("%s gives the hash of %s", text[p[0]:p[1]], before)
			}
			seen[g.Hash()] = text[p[0]:p[1]]
			if len(formula.Diff(f, g)) == 0 {
				t.Errorf("%s: no difference", text[p[0]:p[1]])
			}
		}
		if len(seen) < 35 {
			t.Errorf("only %d hashes", len(seen))
		}
	}
	text := read(t, "testdata/thalassa.json")
	hash := parse(t, text).Hash()
	for _, change := range [][2]string{
		{`"kind": "number"`, `"kind": "ratio"`},
		{`"at_sea"`, `"afloat"`},
		{`"n2"`, `"n3"`},
		{`"id": "thalassa"`, `"id": "thalassa-2"`},
		{`"from": "2024-01-01"`, `"from": "2024-01-02"`},
		{`"without": {"not_applicable": "3"}`, `"without": {}`},
		{`"variable": "goats"`, `"variable": "sheep"`},
		{`"code": "goats"`, `"code": "sheep"`},
	} {
		changed := strings.Replace(text, change[0], change[1], 1)
		if changed == text || parse(t, changed).Hash() == hash {
			t.Errorf("%s → %s does not change the hash", change[0], change[1])
		}
	}
}

// The order of names, terms, rows, regions and profiles does not matter.
func TestOrderDoesNotChangeTheHash(t *testing.T) {
	t.Parallel()
	for _, path := range []string{moroccoFile, "testdata/thalassa.json"} {
		f := load(t, path)
		r := rand.New(rand.NewPCG(1, 2))
		for range 50 {
			d := *f.Definition()
			d.Strata = map[string]formula.Stratum{}
			for name, s := range f.Definition().Strata {
				s.Terms = shuffled(r, s.Terms)
				s.Regions = shuffled(r, s.Regions)
				for i := range s.Terms {
					s.Terms[i].Rows = shuffled(r, s.Terms[i].Rows)
				}
				d.Strata[name] = s
			}
			d.Frame.Outside = shuffled(r, d.Frame.Outside)
			g, err := formula.New(d)
			if err != nil {
				t.Fatal(err)
			}
			if g.Hash() != f.Hash() || len(formula.Diff(f, g)) != 0 {
				t.Fatalf("order changes the hash: %v", formula.Diff(f, g))
			}
			text, err := json.Marshal(sortedNames(t, d)) // names in another order
			if err != nil {
				t.Fatal(err)
			}
			if parse(t, string(text)).Hash() != f.Hash() {
				t.Fatal("the order of names changes the hash")
			}
		}
	}
}

func shuffled[T any](r *rand.Rand, list []T) []T {
	out := append([]T(nil), list...)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func sortedNames(t *testing.T, d formula.Definition) any {
	t.Helper()
	text, err := d.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCanonicalText(t *testing.T) {
	t.Parallel()
	got := load(t, "testdata/thalassa.json").Canonical()
	if lines := strings.SplitAfter(got, "\n"); !slices.IsSorted(lines[:len(lines)-1]) {
		t.Error("the lines are not in byte order")
	}
	golden(t, "testdata/canonical.golden", func(*testing.T, string) string { return got })
}
