package survey_test

import (
	"reflect"
	"strings"
	"testing"

	"sijil/survey"
)

func prices(t testing.TB, s *survey.Sample, folds []int, o survey.AssessOptions, groups ...survey.TagGroup) []survey.Price {
	t.Helper()
	p, err := survey.PriceOfGroups(s, survey.WLSMethod(), folds, groups, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPriceByHand: y is x, and z says only which half a row is in. Without x
// the score is the mean of the other fold's rows in the same half.
func TestPriceByHand(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,x,z\n1,1,0\n2,2,0\n3,3,0\n4,4,0\n5,5,1\n6,6,1\n7,7,1\n8,8,1\n", survey.Spec{Target: "y", Vars: []string{"x", "z"}})
	folds := []int{0, 1, 0, 1, 0, 1, 1, 0}
	p := prices(t, s, folds, survey.AssessOptions{Quotas: []float64{.25, .5}}, survey.TagGroup{Name: "x", Variables: []string{"x"}}, survey.TagGroup{Name: "both", Variables: []string{"x", "z"}})
	if len(p) != 3 || p[0].Variables != 2 || p[1].Variables != 1 || p[0].Quota[0].EER != 0 || p[0].R2 < 1-1e-12 {
		t.Fatalf("with all variables: %+v", p)
	}
	// Rows 1 and 3 score 3, rows 2 and 4 score 2, the others 6½: at a quarter
	// the cut is 2 and selects 2 and 4, of the poor 1 and 2.
	q := p[1].Quota
	if q[0].EER != .5 || q[0].IER != .5 || q[0].EERDifference != .5 || q[0].IERDifference != .5 || q[1].EER != 0 {
		t.Errorf("without x: %+v", q)
	}
	// Squared errors 4, 0, 0, 4 below and 2¼, ¼, ¼, 2¼ above, of 42.
	near(t, "R² without x", p[1].R2, 1-13./42, 1e-12)
	if p[2].Unpriced == "" || len(p[2].Quota) != 0 {
		t.Errorf("without any variable: %+v", p[2])
	}
}

// TestDroppingNothingChangesNothing to the last bit, and dropping a group is
// what assessing the sample without its columns gives.
func TestDroppingNothingChangesNothing(t *testing.T) {
	t.Parallel()
	s := clustered(t, 600)
	folds, err := survey.MakeFolds(s.Design, 5, 3)
	if err != nil {
		t.Fatal(err)
	}
	o := survey.AssessOptions{Replicates: 30, Seed: 9}
	p := prices(t, s, folds, o, survey.TagGroup{Name: "nothing"}, survey.TagGroup{Name: "x", Variables: []string{"x"}})
	nothing := p[1]
	for k, q := range nothing.Quota {
		if q.EERDifference != 0 || q.IERDifference != 0 || *q.EERPaired != (survey.Interval{}) || *q.IERPaired != (survey.Interval{}) || q.EER != p[0].Quota[k].EER {
			t.Errorf("dropping nothing: %+v", q)
		}
	}
	if nothing.R2Difference != 0 || *nothing.R2Interval != (survey.Interval{}) || nothing.R2 != p[0].R2 {
		t.Errorf("dropping nothing moves R²: %+v", nothing)
	}
	narrow := s.Columns([]int{0, 2})
	scores, _, err := survey.OutOfFold(narrow, survey.WLSMethod(), folds)
	if err != nil {
		t.Fatal(err)
	}
	o.Level = true
	a, err := survey.Assess(narrow, scores, o)
	if err != nil {
		t.Fatal(err)
	}
	x := p[2]
	if x.R2 != a.R2 || x.Quota[0].EER != a.Quota[0].EER || !reflect.DeepEqual(*x.Quota[1].IERInterval, a.Quota[1].Intervals["ier"]) {
		t.Errorf("without x %+v, assessed alone %+v", x, a.Quota)
	}
	if x.R2Difference > -.3 || x.Quota[0].EERPaired.Low <= 0 {
		t.Errorf("the variable that explains most costs nothing: %+v", x)
	}
	if _, err := survey.PriceOfGroups(s, survey.WLSMethod(), folds, []survey.TagGroup{{Name: "g", Variables: []string{"tv"}}}, o); err == nil || !strings.Contains(err.Error(), "tv: the formula has no such variable") {
		t.Errorf("an unknown variable: %v", err)
	}
}
