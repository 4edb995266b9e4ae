package synth_test

import (
	"context"
	"strings"
	"testing"
)

// TestTargets makes 30,000 households, takes each through the questionnaire
// and the published formula, and holds the population to every target of the
// data.
func TestTargets(t *testing.T) {
	t.Parallel()
	c := reference(t)
	s, err := c.model.Summarise(context.Background(), c.f, 1, 30_000, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Rows {
		if !r.Reached {
			t.Errorf("%s: generated %.3f, aimed at %s (%s to %s)", r.Target, r.Generated, r.Aim, r.Low, r.High)
		}
	}
	var b strings.Builder
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", b.String())
}
