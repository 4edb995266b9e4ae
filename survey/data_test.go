package survey_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sijil/survey"
)

// dataFile opens a file of the outside data, or skips the test where the data
// folder is absent.
func dataFile(tb testing.TB, name string) *os.File {
	tb.Helper()
	dir := os.Getenv("SIJIL_TESTDATA")
	if dir == "" {
		tb.Skip("SIJIL_TESTDATA is not set")
	}
	f, err := os.Open(filepath.Join(dir, "survey", name))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return f
}

func readTable(tb testing.TB, name string) *survey.Table {
	tb.Helper()
	table, err := survey.ReadCSV(dataFile(tb, name), survey.ReadOptions{File: name})
	if err != nil {
		tb.Fatal(err)
	}
	return table
}

func build(tb testing.TB, table *survey.Table, spec survey.Spec) *survey.Sample {
	tb.Helper()
	s, err := survey.Build(table, spec)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// fromText builds a sample from CSV written in a test.
func fromText(tb testing.TB, text string, spec survey.Spec) *survey.Sample {
	tb.Helper()
	table, err := survey.ReadCSV(strings.NewReader(text), survey.ReadOptions{File: "test.csv"})
	if err != nil {
		tb.Fatal(err)
	}
	return build(tb, table, spec)
}

func vietnam(t testing.TB) *survey.Sample {
	t.Helper()
	return build(t, readTable(t, "vietnam97.csv"), survey.Spec{Target: "y", Weight: "w", PSU: "cluster", Vars: []string{"x_*"},
		Fold: "fold", Welfare: "cons", Size: "hhsize"})
}

// reference reads a table of reference values: column by term.
func reference(t testing.TB, name string) map[string]map[string]float64 {
	t.Helper()
	rows, err := csv.NewReader(dataFile(t, filepath.Join("ref", name))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]float64{}
	for j, column := range rows[0][1:] {
		out[column] = map[string]float64{}
		for _, row := range rows[1:] {
			v, err := strconv.ParseFloat(strings.TrimSpace(row[j+1]), 64)
			if err != nil {
				t.Fatal(err)
			}
			out[column][row[0]] = v
		}
	}
	return out
}

// near fails unless got equals want to the relative tolerance.
func near(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if d := math.Abs(got - want); !(d <= tolerance*math.Abs(want)) {
		t.Errorf("%s: got %.16g, want %.16g, relative difference %.2g", what, got, want, d/math.Abs(want))
	}
}
