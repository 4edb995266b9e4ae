package survey_test

import (
	"fmt"
	"math"
	"testing"

	"sijil/survey"
)

func TestLASSOEqualsGlmnet(t *testing.T) {
	t.Parallel()
	ref := reference(t, "vietnam97_lasso.csv")
	fit, err := survey.FitLASSO(vietnam(t), []float64{.001, .1, .05, .02, .01, .005, .002}, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range fit.Path {
		want := ref[fmt.Sprintf("lam_%v", p.Lambda)]
		for _, c := range p.Coefficients {
			if want[c.Name] == 0 {
				if c.Estimate != 0 {
					t.Errorf("%v %s: got %v, want 0", p.Lambda, c.Name, c.Estimate)
				}
				continue
			}
			near(t, fmt.Sprint(p.Lambda, " ", c.Name), c.Estimate, want[c.Name], 1e-9)
		}
		if p.KKT > 1e-8 {
			t.Errorf("%v: optimality missed by %g", p.Lambda, p.KKT)
		}
	}
}

// TestLASSOByHand fits one column, where the solution is soft thresholding.
func TestLASSOByHand(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,x\n1,-1\n2,0\n6,1\n", survey.Spec{Target: "y", Vars: []string{"x"}})
	sd := math.Sqrt(2. / 3)
	fit, err := survey.FitLASSO(s, []float64{.5, 10}, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if b := fit.Path[0].Beta[1]; b != 0 {
		t.Errorf("slope %v under a heavy penalty, want 0", b)
	}
	near(t, "intercept", fit.Path[0].Beta[0], 3, 1e-14)
	near(t, "slope", fit.Path[1].Beta[1], (5./3-.5*sd)/(2./3), 1e-14)
}
