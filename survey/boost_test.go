package survey_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"sijil/survey"
)

// TestBoostLearnsWhatALineCannot fits a target that depends on whether two
// signs agree, out of fold.
func TestBoostLearnsWhatALineCannot(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 9))
	var b strings.Builder
	b.WriteString("y,a,b,noise\n")
	for range 1500 {
		x, z := rng.NormFloat64(), rng.NormFloat64()
		fmt.Fprintf(&b, "%g,%g,%g,%g\n", 10+math.Copysign(1, x*z)+.2*rng.NormFloat64(), x, z, rng.NormFloat64())
	}
	s := fromText(t, b.String(), survey.Spec{Target: "y", Vars: []string{"a", "b", "noise"}})
	folds, err := survey.MakeFolds(s.Design, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	c, err := survey.Compare(s, []survey.Method{survey.WLSMethod(), survey.BoostMethod(survey.BoostOptions{Trees: 150})}, folds, survey.AssessOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if line, trees := c.Methods[0].R2, c.Methods[1].R2; line > .05 || trees < .85 {
		t.Errorf("out of fold R2: line %.3f, trees %.3f", line, trees)
	}
}

// TestBoostKeepsDirections fits a falling target and demands a rising score in
// one column, in company of another.
func TestBoostKeepsDirections(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(2, 9))
	var b strings.Builder
	b.WriteString("y,a,b\n")
	for range 800 {
		x, z := rng.Float64(), rng.Float64()
		fmt.Fprintf(&b, "%g,%g,%g\n", math.Sin(7*x)+2*z*x+.1*rng.NormFloat64(), x, z)
	}
	s := fromText(t, b.String(), survey.Spec{Target: "y", Vars: []string{"a", "b"}})
	for _, d := range []int{1, -1} {
		model, err := survey.BoostMethod(survey.BoostOptions{Trees: 60, Monotone: map[string]int{"a": d}}).Fit(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, z := range []string{"0.1", "0.5", "0.9"} {
			var grid strings.Builder
			grid.WriteString("y,a,b\n")
			for i := range 100 {
				fmt.Fprintf(&grid, "0,%g,%s\n", float64(i)/100, z)
			}
			scores := model.Score(fromText(t, grid.String(), survey.Spec{Target: "y", Vars: []string{"a", "b"}}))
			for i := 1; i < len(scores); i++ {
				if float64(d)*(scores[i]-scores[i-1]) < -1e-12 {
					t.Fatalf("direction %d: the score goes from %v to %v", d, scores[i-1], scores[i])
				}
			}
			if scores[0] == scores[99] && d == 1 {
				t.Error("the column is not used at all")
			}
		}
	}
	if _, err := survey.BoostMethod(survey.BoostOptions{Monotone: map[string]int{"c": 1}}).Fit(s); err == nil {
		t.Error("a direction for no column is taken")
	}
}
