package synth_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"sijil/internal/synth"
	"sijil/questionnaire"
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

// TestSummaryCountsAsTheQuestionnaireDoes: its persons are the sizes that the
// formula sees.
func TestSummaryCountsAsTheQuestionnaireDoes(t *testing.T) {
	t.Parallel()
	c := reference(t)
	s, err := c.model.Summarise(context.Background(), c.f, 2, 2_000, nil)
	if err != nil {
		t.Fatal(err)
	}
	deriver, err := c.q.Deriver([]string{"hh_size"})
	if err != nil {
		t.Fatal(err)
	}
	var want int64
	var h synth.Household
	for i := range 2_000 {
		c.model.Household(2, i, &h)
		p := questionnaire.Place{Region: h.Region, Stratum: h.Stratum}
		if err = c.q.Check(&h.Declaration, p); err != nil {
			t.Fatal(err)
		}
		values, err := deriver.Derive(nil, &h.Declaration, p, questionnaire.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want += values[0].Num
	}
	if s.Households != 2_000 || s.Persons != want {
		t.Errorf("%d households, %d persons; want 2000, %d", s.Households, s.Persons, want)
	}
	if _, err := json.Marshal(s); err != nil {
		t.Error(err)
	}
	if _, err := c.model.Summarise(context.Background(), c.f, 2, 99, nil); err == nil {
		t.Error("99 households have a summary")
	}
}
