package formula_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sijil/formula"
)

var rewrite = flag.Bool("rewrite", false, "write what the code gives into the golden files")

const moroccoFile = "../morocco/formulas/morocco-2021.json"

func load(tb testing.TB, path string) *formula.Formula {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	f, err := formula.Parse(filepath.Base(path), data)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// golden runs each case of a file, "input ---- output", and compares.
func golden(t *testing.T, path string, run func(t *testing.T, input string) string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for part := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n\n") {
		input, want, ok := strings.Cut(part+"\n", "----\n")
		if !ok {
			t.Fatalf("%s: a case without ----:\n%s", path, part)
		}
		got := run(t, uncomment(input))
		if got != want && !*rewrite {
			t.Errorf("%s:\n%s----\ngot:\n%s\nwant:\n%s", path, input, got, want)
		}
		out.WriteString(input + "----\n" + got + "\n")
	}
	if *rewrite {
		if err := os.WriteFile(path, []byte(strings.TrimSuffix(out.String(), "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func uncomment(input string) string {
	var b strings.Builder
	for l := range strings.SplitAfterSeq(input, "\n") {
		if !strings.HasPrefix(l, "#") {
			b.WriteString(l)
		}
	}
	return b.String()
}

// household reads "STRATUM REGION [PROFILE]", then name=value words; numbers
// of variables that are not named are 0.
func household(t *testing.T, f *formula.Formula, head string, words []string) formula.Household {
	t.Helper()
	place := strings.Fields(head)
	h := formula.Household{Stratum: place[0], Region: place[1]}
	if len(place) > 2 {
		h.Profile = place[2]
	}
	values := map[string]formula.Value{}
	vars, err := f.Variables(h.Stratum)
	if err != nil {
		t.Fatal(err)
	}
	coded := map[string]bool{}
	for _, v := range vars {
		values[v.Name] = formula.Int(0)
		coded[v.Name] = v.Kind == formula.TableByCode
	}
	for _, w := range words {
		name, text, _ := strings.Cut(w, "=")
		if state, ok := formula.ParseState(text); ok {
			values[name] = formula.Without(state)
		} else if coded[name] {
			values[name] = formula.Code(text)
		} else if values[name], err = formula.ParseValue(text); err != nil {
			t.Fatal(name, err)
		}
	}
	if h.Values, err = f.Bind(h.Stratum, values); err != nil {
		t.Fatal(err)
	}
	return h
}

// count returns how many cases a test runs: usual, ten times fewer under the
// race detector, soak where SIJIL_SOAK is set.
func count(usual, soak int) int {
	switch {
	case os.Getenv("SIJIL_SOAK") != "":
		return soak
	case raceDetector:
		return usual / 10
	}
	return usual
}

// fataler is what a test and a property have in common.
type fataler interface {
	Fatalf(format string, args ...any)
}

// one returns a formula of one term x, for tests that try unusual numbers.
func one(t fataler, kind, coefficient, more string) *formula.Formula {
	return of(t, "1", `"code":"x","variable":"x","kind":"`+kind+`",`+more+`"coefficient":"`+coefficient+`"`)
}

// of returns a formula of one stratum "all" and one region "r", with the terms
// given as the inside of their objects.
func of(t fataler, intercept string, terms ...string) *formula.Formula {
	const rest = `,"label":{"en":"x"},"unit":{"en":"u"},"source":"s","status":"unverified"}`
	text := `{"format":1,"id":"one","version":"1","languages":["en"],"title":{"en":"t"},"meaning":{"en":"m"},
		"valid":{"from":"2020-01-01","to":null},"decimals":7,"index_range":{"from":"-999999","to":"999999"},
		"sources":[{"id":"s","text":"s"}],"frame":{"describes":{"en":"f"},"outside":[]},
		"strata":{"all":{"label":{"en":"All"},"intercept":{"label":{"en":"c"},"coefficient":"` + intercept + `","source":"s","status":"unverified"},
		"regions":[{"regions":["r"],"label":{"en":"r"},"coefficient":"0","source":"s","status":"unverified"}],
		"terms":[{` + strings.Join(terms, rest+",{") + rest + `]}}}`
	f, err := formula.Parse("one.json", []byte(text))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return f
}
