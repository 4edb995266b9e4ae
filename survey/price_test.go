package survey_test

import (
	"reflect"
	"strconv"
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

// certain gives every row a stratum of its own: the bootstrap then draws the
// sample as it is, and every interval shrinks to its figure.
func certain(t testing.TB, s *survey.Sample) *survey.Sample {
	t.Helper()
	stratum := make([]int32, s.N())
	labels := make([]string, s.N())
	for i := range stratum {
		stratum[i], labels[i] = int32(i), strconv.Itoa(i)
	}
	d, err := survey.NewDesign(s.N(), s.Design.Weight, stratum, nil, labels, nil, survey.LonelyCertainty, s.Lines)
	if err != nil {
		t.Fatal(err)
	}
	out := *s
	out.Design = d
	return &out
}

// shrunk fails unless an interval is the figure itself.
func shrunk(t testing.TB, what string, got *survey.Interval, want float64) {
	t.Helper()
	if got == nil || got.Low != want || got.High != want {
		t.Errorf("%s: interval %v, want %v", what, got, want)
	}
}

// TestPriceByHand: y is x, and z says only whether y is over 4. Without x the
// score is the mean of the other fold's rows on the same side.
func TestPriceByHand(t *testing.T) {
	t.Parallel()
	s := certain(t, fromText(t, "y,x,z\n1,1,0\n2,2,0\n3,3,0\n4,4,0\n5,5,1\n6,6,1\n7,7,1\n8,8,1\n9,9,1\n", survey.Spec{Target: "y", Vars: []string{"x", "z"}}))
	folds := []int{0, 1, 0, 0, 0, 1, 1, 1, 1}
	p := prices(t, s, folds, survey.AssessOptions{Quotas: []float64{.2, .5}, Replicates: 3}, survey.TagGroup{Name: "x", Variables: []string{"x"}}, survey.TagGroup{Name: "both", Variables: []string{"x", "z"}})
	if len(p) != 3 || p[0].Variables != 2 || p[1].Variables != 1 || p[0].Quota[0].EER != 0 || *p[0].R2 < 1-1e-12 {
		t.Fatalf("with all variables: %+v", p)
	}
	// Scores without x: 2, 2⅔, 2, 2, 7½, 5, 5, 5, 5. At 20 % the line is 2 and the
	// cut 2, which selects 1, 3 and 4. At half both are 5: all but 5 are selected.
	for k, want := range [][2]float64{{.5, 2. / 3}, {.2, .5}} {
		q := p[1].Quota[k]
		if q.EER != want[0] || q.IER != want[1] || q.EERDifference != want[0] || q.IERDifference != want[1] {
			t.Errorf("without x at %v: %+v, want %v", q.Q, q, want)
		}
		shrunk(t, "EER", q.EERInterval, want[0])
		shrunk(t, "IER", q.IERInterval, want[1])
		shrunk(t, "difference of EER", q.EERPaired, want[0])
		shrunk(t, "difference of IER", q.IERPaired, want[1])
	}
	near(t, "R² without x", *p[1].R2, 1-(1+4./9+1+4+6.25+1+4+9+16)/60, 1e-12)
	shrunk(t, "difference of R²", p[1].R2Interval, *p[1].R2Difference)
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
	if *nothing.R2Difference != 0 || *nothing.R2Interval != (survey.Interval{}) || *nothing.R2 != *p[0].R2 {
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
	if *x.R2 != a.R2 || x.Quota[0].EER != a.Quota[0].EER || !reflect.DeepEqual(*x.Quota[1].IERInterval, a.Quota[1].Intervals["ier"]) {
		t.Errorf("without x %+v, assessed alone %+v", x, a.Quota)
	}
	if *x.R2Difference > -.3 || x.Quota[0].EERPaired.Low <= 0 {
		t.Errorf("the variable that explains most costs nothing: %+v", x)
	}
	if _, err := survey.PriceOfGroups(s, survey.WLSMethod(), folds, []survey.TagGroup{{Name: "g", Variables: []string{"tv"}}}, o); err == nil || !strings.Contains(err.Error(), "tv: the formula has no such variable") {
		t.Errorf("an unknown variable: %v", err)
	}
}
