package questionnaire_test

import (
	"os"
	"testing"

	"sijil/formula"
	"sijil/questionnaire"
)

// The benchmarks run over the golden households, one after the other: 1 to 6
// members, 1.5 kB a line on average. The figure to hold against a bar is 1e9
// divided by ns/op: households a second and core.

var places = []questionnaire.Place{
	{Region: "06", Stratum: "urban"}, {Region: "03", Stratum: "urban"}, {Region: "06", Stratum: "urban"},
	{Region: "06", Stratum: "urban"}, {Region: "05", Stratum: "rural"}, {Region: "09", Stratum: "rural"},
}

func BenchmarkParse(b *testing.B) {
	lines, q, d := goldenLines(b), morocco(), new(questionnaire.Declaration)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := q.DecodeDeclaration(d, lines[i%len(lines)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	lines, q := goldenLines(b), morocco()
	ds := make([]*questionnaire.Declaration, len(lines))
	for i, l := range lines {
		ds[i] = declare(b, l, places[i])
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := q.Check(ds[i%len(ds)], places[i%len(ds)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDerive(b *testing.B) {
	lines := goldenLines(b)
	ds := make([]*questionnaire.Declaration, len(lines))
	for i, l := range lines {
		ds[i] = declare(b, l, places[i])
	}
	derivers := byStratum(b)
	var values []formula.Value
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := places[i%len(ds)]
		var err error
		if values, err = derivers[p.Stratum].Derive(values[:0], ds[i%len(ds)], p, questionnaire.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLineToVariables(b *testing.B) {
	lines, q, d := goldenLines(b), morocco(), new(questionnaire.Declaration)
	derivers := byStratum(b)
	var values []formula.Value
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := places[i%len(lines)]
		if err := q.DecodeDeclaration(d, lines[i%len(lines)]); err != nil {
			b.Fatal(err)
		}
		if err := q.Check(d, p); err != nil {
			b.Fatal(err)
		}
		var err error
		if values, err = derivers[p.Stratum].Derive(values[:0], d, p, questionnaire.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	q := morocco()
	d := declare(b, goldenLines(b)[0], places[0])
	var line []byte
	b.ReportAllocs()
	for b.Loop() {
		line = q.AppendJSON(line[:0], d)
	}
}

// byStratum returns a deriver of the published formula's variables for each
// stratum.
func byStratum(tb testing.TB) map[string]*questionnaire.Deriver {
	tb.Helper()
	data, err := os.ReadFile("../morocco/formulas/morocco-2021.json")
	if err != nil {
		tb.Fatal(err)
	}
	f, err := formula.Parse("morocco-2021.json", data)
	if err != nil {
		tb.Fatal(err)
	}
	out := map[string]*questionnaire.Deriver{}
	for _, s := range f.Strata() {
		vars, err := f.Variables(s)
		if err != nil {
			tb.Fatal(err)
		}
		var names []string
		for _, v := range vars {
			names = append(names, v.Name)
		}
		if out[s], err = morocco().Deriver(names); err != nil {
			tb.Fatal(err)
		}
	}
	return out
}

// BenchmarkParseQuestionnaire reads and compiles a whole questionnaire: what a
// command pays once when it starts.
func BenchmarkParseQuestionnaire(b *testing.B) {
	data, err := os.ReadFile("../morocco/questionnaire.json")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := questionnaire.Parse("questionnaire.json", data); err != nil {
			b.Fatal(err)
		}
	}
}
