package questionnaire_test

import (
	"bytes"
	"os"
	"sync"
	"testing"

	"sijil/formula"
	"sijil/questionnaire"
)

// morocco is the reference country's questionnaire, parsed once: it is
// immutable.
var morocco = sync.OnceValue(func() *questionnaire.Questionnaire {
	data, err := os.ReadFile("../morocco/questionnaire.json")
	if err != nil {
		panic(err)
	}
	q, err := questionnaire.Parse("questionnaire.json", data)
	if err != nil {
		panic(err)
	}
	return q
})

var (
	urban = questionnaire.Place{Region: "06", Stratum: "urban"}
	rural = questionnaire.Place{Region: "05", Stratum: "rural"}
)

// goldenLines are the golden households as declarations, one a line.
func goldenLines(tb testing.TB) [][]byte {
	tb.Helper()
	data, err := os.ReadFile("testdata/golden.jsonl")
	if err != nil {
		tb.Fatal(err)
	}
	return bytes.Split(bytes.TrimSpace(data), []byte("\n"))
}

// declare reads and checks a declaration.
func declare(tb testing.TB, line []byte, p questionnaire.Place) *questionnaire.Declaration {
	tb.Helper()
	d, err := morocco().ParseDeclaration(line)
	if err != nil {
		tb.Fatal(err)
	}
	if err := morocco().Check(d, p); err != nil {
		tb.Fatal(err)
	}
	return d
}

// derive returns the variables named.
func derive(tb testing.TB, d *questionnaire.Declaration, p questionnaire.Place, o questionnaire.Options, variables ...string) []formula.Value {
	tb.Helper()
	v, err := morocco().Deriver(variables)
	if err != nil {
		tb.Fatal(err)
	}
	values, err := v.Derive(nil, d, p, o)
	if err != nil {
		tb.Fatal(err)
	}
	return values
}
