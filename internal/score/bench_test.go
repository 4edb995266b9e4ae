package score_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"sijil/formula"
	"sijil/internal/country"
	"sijil/internal/score"
)

// scorer returns a scorer of the reference country, and the golden
// declarations one a line.
func scorer(tb testing.TB) (*score.Scorer, [][]byte) {
	tb.Helper()
	land, err := country.Open(os.DirFS("../../morocco"))
	if err != nil {
		tb.Fatal(err)
	}
	f, err := land.LoadFormula("")
	if err != nil {
		tb.Fatal(err)
	}
	q, err := land.LoadQuestionnaire()
	if err != nil {
		tb.Fatal(err)
	}
	g, err := land.LoadGeography()
	if err != nil {
		tb.Fatal(err)
	}
	s, err := score.New(f, q, g)
	if err != nil {
		tb.Fatal(err)
	}
	data, err := os.ReadFile("../../questionnaire/testdata/golden.jsonl")
	if err != nil {
		tb.Fatal(err)
	}
	return s, bytes.Split(bytes.TrimSpace(data), []byte("\n"))
}

// featureLine writes what a formula saw of a household as a feature line.
func featureLine(tb testing.TB, s *score.Scorer, x *score.Scored) []byte {
	tb.Helper()
	variables, err := s.Formula.Variables(x.Household.Stratum)
	if err != nil {
		tb.Fatal(err)
	}
	values := map[string]any{}
	for i, v := range variables {
		switch value := x.Household.Values[i]; {
		case value.State != formula.Present:
			values[v.Name] = map[string]string{"state": value.State.String()}
		case value.Den == 1:
			values[v.Name] = value.Num
		default:
			values[v.Name] = value.String()
		}
	}
	line, err := json.Marshal(map[string]any{
		"household": x.Ref, "region": x.Household.Region, "stratum": x.Household.Stratum, "as_of": x.Household.AsOf, "values": values,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return line
}

func BenchmarkFeatures(b *testing.B) {
	s, lines := scorer(b)
	w := s.Worker()
	features := make([][]byte, 0, len(lines))
	for _, l := range lines {
		x, err := w.Line(l)
		if err != nil {
			b.Fatal(err)
		}
		features = append(features, featureLine(b, s, x))
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(features[0])))
	for i := 0; b.Loop(); i++ {
		if _, err := w.Features(features[i%len(features)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDeclaration(b *testing.B) {
	s, lines := scorer(b)
	w := s.Worker()
	b.ReportAllocs()
	b.SetBytes(int64(len(lines[0])))
	for i := 0; b.Loop(); i++ {
		if _, err := w.Line(lines[i%len(lines)]); err != nil {
			b.Fatal(err)
		}
	}
}
