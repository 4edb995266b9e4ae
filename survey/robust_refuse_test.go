package survey_test

import (
	"strings"
	"testing"

	"sijil/survey"
)

// TestRobustnessRefuses what it cannot answer, saying what and where.
func TestRobustnessRefuses(t *testing.T) {
	t.Parallel()
	s := clustered(t, 120)
	waved := *s
	wave := survey.Bands("wave", s.Size, []float64{4, 99})
	waved.Wave = &wave
	two := survey.Bands("wave", s.Size, []float64{4})
	thin := *s
	thin.Wave = &two
	tagged := movable(t, s)
	bad := survey.RobustOptions{Quotas: []float64{0}}
	broken := givenMethod(1, 1)
	broken.Fit = func(*survey.Sample) (survey.Model, error) { return nan{}, nil }
	for want, try := range map[string]func() error{
		"wave: the sample has no two waves": func() error { _, err := survey.Drifts(s, survey.DriftOptions{}); return err },
		"the wave 99 and over has no rows":  func() error { _, err := survey.Drifts(&waved, survey.DriftOptions{}); return err },
		"wave under 4: folds: 999 folds":    func() error { _, err := survey.Drifts(&thin, survey.DriftOptions{Folds: 999}); return err },
		"quota: 0 is not between":           func() error { _, err := survey.Drifts(&thin, survey.DriftOptions{RobustOptions: bad}); return err },
		"0 price levels for 120 rows": func() error {
			_, err := survey.Drifts(&thin, survey.DriftOptions{Prices: &survey.Amounts{}})
			return err
		},
		"wave: the sample has no waves": func() error { _, err := survey.PricesByWave(s, nil); return err },
		"0 is not between 0 and 1":      func() error { _, err := survey.Hide(s, survey.WLSMethod(), nil, tagged, bad); return err },
		"folds: 1 folds for 120 rows": func() error {
			_, err := survey.Hide(s, survey.WLSMethod(), []int{1}, tagged, survey.RobustOptions{})
			return err
		},
		"test.csv:2: the model has no score": func() error { _, err := survey.Hide(s, broken, nil, tagged, survey.RobustOptions{}); return err },
		"fold 1 of method logit 0.2: y: the ": func() error {
			flat := *s
			flat.Y = make([]float64, s.N())
			_, err := survey.Hide(&flat, survey.LogitMethod(.2), make([]int, s.N()), tagged, survey.RobustOptions{})
			return err
		},
	} {
		err := try()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// nan is a model without an answer.
type nan struct{}

func (nan) Score(s *survey.Sample) []float64 {
	out := make([]float64, s.N())
	zero := 0.0
	for i := range out {
		out[i] = zero / zero
	}
	return out
}

// TestOneLessIsTheNextSeen: nobody has 2, so that the square of one less than 3
// is not known, and the next below is taken; below the least nobody goes.
func TestOneLessIsTheNextSeen(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("y,n,n2\n")
	for i := range 40 {
		b.WriteString([]string{"1,1,1\n", "3,3,9\n", "4,4,16\n", "3,3,9\n"}[i%4])
	}
	s := fromText(t, b.String(), survey.Spec{Target: "y", Vars: []string{"n", "n2"}})
	h := hide(t, s, givenMethod(0, 1, .1), movable(t, s, "n"), survey.RobustOptions{Quotas: []float64{.25}})
	if len(h.Items) != 1 || strings.Join(h.Items[0].Moves, " ") != "one less one more" || len(h.Items[0].Follow) != 1 {
		t.Fatalf("%+v", h.Items)
	}
	// The cut is 1.1: from 3 the answer 1 is given; from 4 it is 3, which scores 3.9.
	if c := h.Quota[0].Crossings[0]; c.Rows != 20 || c.Answer != survey.HideOne {
		t.Errorf("%+v", c)
	}
}
