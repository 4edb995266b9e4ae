package survey_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sijil/survey"
)

// bicOf refits a sample from scratch.
func bicOf(t *testing.T, s *survey.Sample) float64 {
	t.Helper()
	fit, err := survey.FitWLS(s, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rss, total := 0.0, 0.0
	for i, e := range fit.Residuals {
		rss += s.Design.Weight[i] * e * e
		total += s.Design.Weight[i]
	}
	n := float64(s.N())
	return n*math.Log(rss/total) + float64(len(fit.Coefficients))*math.Log(n)
}

// TestBackwardBICEqualsRefitting holds every step to fits from scratch: the
// BIC it names, and that no other single loss would have been better.
func TestBackwardBICEqualsRefitting(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 9))
	var text strings.Builder
	text.WriteString("y,w,a,b,c,d,r\n")
	for range 400 {
		a, b, c := rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()
		fmt.Fprintf(&text, "%g,%g,%g,%g,%g,%g,%s\n", a+.1*b+rng.NormFloat64(), .5+rng.Float64(), a, b+.5*a, c, rng.NormFloat64(),
			[]string{"north", "south", "west"}[rng.IntN(3)])
	}
	s := fromText(t, text.String(), survey.Spec{Target: "y", Weight: "w", Vars: []string{"a", "b", "c", "d", "r"}})
	kept, steps, err := survey.BackwardBIC(s, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(steps) == 0 || kept.Names[1] != "a" {
		t.Fatalf("kept %v after %d steps; want a kept and noise dropped", kept.Names, len(steps))
	}
	current := s
	for _, step := range steps {
		best, at := math.Inf(1), ""
		var next *survey.Sample
		for _, term := range current.Terms {
			var keep []int
			for j := range current.Names {
				if !slices.Contains(term.Columns, j) {
					keep = append(keep, j)
				}
			}
			without := current.Columns(keep)
			if bic := bicOf(t, without); bic < best {
				best, at, next = bic, term.Name, without
			}
		}
		if at != step.Dropped {
			t.Fatalf("dropped %s, the best loss is %s", step.Dropped, at)
		}
		near(t, "BIC without "+at, step.BIC, best, 1e-10)
		if best > bicOf(t, current) {
			t.Errorf("the step that drops %s raises the BIC", at)
		}
		current = next
	}
	near(t, "BIC of the sample kept", bicOf(t, kept), steps[len(steps)-1].BIC, 1e-10)
}
