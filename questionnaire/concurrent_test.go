package questionnaire_test

import (
	"slices"
	"sync"
	"testing"

	"sijil/formula"
	"sijil/questionnaire"
)

// One questionnaire serves many goroutines, each with a deriver of its own.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	lines := goldenLines(t)
	want := make([][]formula.Value, len(lines))
	for i, l := range lines {
		want[i] = derive(t, declare(t, l, places[i]), places[i], questionnaire.Options{}, everyVariable()...)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			q := morocco()
			v, err := q.Deriver(everyVariable())
			if err != nil {
				t.Error(err)
				return
			}
			d := new(questionnaire.Declaration)
			for n := range 60 {
				i := n % len(lines)
				if err := q.DecodeDeclaration(d, lines[i]); err != nil {
					t.Error(err)
				}
				if err := q.Check(d, places[i]); err != nil {
					t.Error(err)
				}
				got, err := v.Derive(nil, d, places[i], questionnaire.Options{})
				if err != nil || !slices.Equal(got, want[i]) {
					t.Errorf("golden %d differs: %v", i+1, err)
				}
			}
		})
	}
	wg.Wait()
}
