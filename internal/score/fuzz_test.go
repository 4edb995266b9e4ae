package score_test

import (
	"encoding/json"
	"testing"
)

// FuzzFeatures holds the reader of feature lines to encoding/json, which
// accepts everything that is JSON: what the reader scores must be.
func FuzzFeatures(f *testing.F) {
	s, lines := scorer(f)
	w := s.Worker()
	for _, l := range lines[:2] {
		x, err := w.Line(l)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(featureLine(f, s, x))
	}
	f.Add([]byte(`{"stratum":"urban","values":{"hh_size":{"state":"unknown"}}}`))
	f.Add([]byte(`{"values":{}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		x, err := w.Features(line)
		if err != nil {
			return
		}
		if !json.Valid(line) {
			t.Errorf("scored %q, which is not JSON", line)
		}
		if low, high := s.Formula.Range(); x.Result.Index < low || x.Result.Index > high {
			t.Errorf("index %s outside the formula's range", x.Result.Index)
		}
	})
}
