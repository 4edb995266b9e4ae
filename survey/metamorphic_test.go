package survey_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"sijil/survey"
)

// TestWLSFollowsChangesOfColumns fits a survey of national size, then the same
// with column u replaced by u + 2¹⁵·v, which leaves the coefficient of u and its
// errors as they are and makes cond(X) about 1e5, and with every column in
// another unit, over ten decades. Indicators and powers of two keep the change
// itself exact.
func TestWLSFollowsChangesOfColumns(t *testing.T) {
	t.Parallel()
	const u, v, factor = 41, 42, 1 << 15
	s := fromText(t, nationalSurvey(2500, 60), nationalSpec)
	base, err := survey.FitWLS(s, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	unit := func(j int) float64 { return math.Pow(2, float64(j%34-17)) }
	changed := *s
	changed.X = mat.DenseCopyOf(s.X)
	for i := range s.N() {
		row := changed.X.RawRowView(i)
		row[u] += factor * row[v]
		for j := 1; j < len(row); j++ {
			row[j] *= unit(j)
		}
	}
	fit, err := survey.FitWLS(&changed, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if fit.Condition < 3e4 {
		t.Errorf("condition number %.2g: the change does not bite", fit.Condition)
	}
	worst := 0.0
	for j, c := range fit.Coefficients {
		b := base.Coefficients[j]
		scale := unit(j)
		if j == 0 {
			scale = 1
		}
		if j == v {
			near(t, c.Name, c.Estimate*scale, b.Estimate-factor*base.Coefficients[u].Estimate, 1e-12)
			continue
		}
		near(t, c.Name, c.Estimate*scale, b.Estimate, 1e-12)
		for _, pair := range [][2]float64{{c.SEDesign, b.SEDesign}, {c.SECluster, b.SECluster}, {c.SEHC1, b.SEHC1}, {c.SEIID, b.SEIID}} {
			near(t, c.Name, pair[0]*scale, pair[1], 1e-9)
			worst = max(worst, math.Abs(pair[0]*scale/pair[1]-1))
		}
	}
	near(t, "R2", fit.R2, base.R2, 1e-12)
	t.Logf("condition %.2g, standard errors agree to %.2g", fit.Condition, worst)
}

// TestRowsInAnyOrder shuffles the rows: nothing but rounding may change.
func TestRowsInAnyOrder(t *testing.T) {
	t.Parallel()
	s := fromText(t, nationalSurvey(1500, 30), nationalSpec)
	order := make([]int, s.N())
	for i := range order {
		order[i] = i * 7 % s.N()
	}
	if s.N()%7 == 0 {
		t.Fatal("the order is no permutation")
	}
	a, err := survey.FitWLS(s, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := survey.FitWLS(s.Rows(order), survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for j, c := range a.Coefficients {
		near(t, c.Name, b.Coefficients[j].Estimate, c.Estimate, 1e-12)
		near(t, c.Name+" design", b.Coefficients[j].SEDesign, c.SEDesign, 1e-11)
	}
	qa, err := survey.FitQuantile(s, .3, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	qb, err := survey.FitQuantile(s.Rows(order), .3, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "quantile objective", qb.Objective, qa.Objective, 1e-13)
}
