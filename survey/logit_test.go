package survey_test

import (
	"math"
	"testing"

	"sijil/survey"
)

func TestLogitEqualsSvyglm(t *testing.T) {
	t.Parallel()
	ref := reference(t, "vietnam97_logit20.csv")
	s := vietnam(t)
	line := survey.WeightedQuantile(s.Y, s.Design.Weight, .2)
	poor := *s
	poor.Y = make([]float64, s.N())
	for i, y := range s.Y {
		if y <= line {
			poor.Y[i] = 1
		}
	}
	fit, err := survey.FitLogit(&poor, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range fit.Coefficients {
		near(t, c.Name, c.Estimate, ref["coef"][c.Name], 1e-8)
		near(t, c.Name+" se", c.SEDesign, ref["se_svy"][c.Name], 1e-8)
	}
}

// TestLogitByHand fits one indicator, where the coefficients are log odds.
func TestLogitByHand(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,x,w\n1,0,1\n0,0,3\n1,1,4\n0,1,2\n", survey.Spec{Target: "y", Weight: "w", Vars: []string{"x"}})
	fit, err := survey.FitLogit(s, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "intercept", fit.Beta[0], math.Log(1./3), 1e-12)
	near(t, "slope", fit.Beta[1], math.Log(2)-math.Log(1./3), 1e-12)
	if !fit.Converged || fit.Separated {
		t.Errorf("%+v", fit)
	}
}

// TestLogitSeparated has a column that only the poor have.
func TestLogitSeparated(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,x\n1,0\n0,0\n1,0\n0,0\n1,1\n1,1\n", survey.Spec{Target: "y", Vars: []string{"x"}})
	fit, err := survey.FitLogit(s, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !fit.Separated {
		t.Errorf("separation unnoticed: %+v", fit)
	}
	if _, err := survey.FitLogit(fromText(t, "y,x\n1,0\n2,0\n1,1\n", survey.Spec{Target: "y", Vars: []string{"x"}}), survey.Options{}); err == nil {
		t.Error("a target of 2 is taken")
	}
}
