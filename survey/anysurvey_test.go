package survey_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/internal/errs"
	"sijil/survey"
)

// TestAnySmallSurvey feeds every estimator small surveys full of ties, empty
// groups, repeated columns and lonely clusters: each gives a result that can
// be written as JSON (no infinities, nothing undefined) or a clear error.
func TestAnySmallSurvey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := drawSurvey(t)
		table, err := survey.ReadCSV(strings.NewReader(text), survey.ReadOptions{})
		if plainly(t, "read", nil, err) {
			return
		}
		spec := survey.Spec{Target: "y", Vars: rapid.SampledFrom([][]string{{"*"}, {"a"}, {"a", "b", "c", "d"}, nil}).Draw(t, "vars"),
			DropMissing: rapid.Bool().Draw(t, "drop"), Groups: []string{"c", "p"}, Log: rapid.Bool().Draw(t, "log"),
			Lonely: rapid.SampledFrom([]survey.Lonely{"", survey.LonelyAdjust, survey.LonelyAverage, survey.LonelyCertainty}).Draw(t, "lonely")}
		for part, at := range []*string{&spec.Weight, &spec.Stratum, &spec.PSU, &spec.Size} {
			if rapid.Bool().Draw(t, "with") {
				*at = []string{"w", "h", "p", "n"}[part]
			}
		}
		s, err := survey.Build(table, spec)
		if plainly(t, "build", nil, err) {
			return
		}
		o := survey.Options{Collinear: rapid.SampledFrom([]survey.Collinear{"", survey.CollinearDrop, survey.CollinearKeep}).Draw(t, "collinear")}
		description, err := survey.Describe(s)
		plainly(t, "describe", description, err)
		wls, err := survey.FitWLS(s, o)
		plainly(t, "wls", wls, err)
		quantile, err := survey.FitQuantile(s, .4, o)
		plainly(t, "quantile", quantile, err)
		lasso, err := survey.FitLASSO(s, []float64{.1, .001}, o)
		plainly(t, "lasso", lasso, err)
		logit, err := survey.FitLogit(survey.PoorestIndicator(s, .4), o)
		plainly(t, "logit", logit, err)
		_, steps, err := survey.BackwardBIC(s, o)
		plainly(t, "bic", steps, err)
		folds, err := survey.MakeFolds(s.Design, 2, 1)
		if plainly(t, "folds", nil, err) {
			return
		}
		comparison, err := survey.Compare(s, []survey.Method{survey.WLSMethod(), survey.Calibrated(survey.QuantileMethod(.3)), survey.LogitMethod(.4), survey.BICMethod(),
			survey.LASSOMethod(0, 1), survey.Separately("c", survey.WLSMethod()), survey.BoostMethod(survey.BoostOptions{Trees: 3, LeafRows: 1})}[:rapid.IntRange(1, 7).Draw(t, "methods")],
			folds, survey.AssessOptions{Replicates: 3})
		plainly(t, "compare", comparison, err)
	})
}

// plainly fails unless the error is one the user can mend, or the result can be
// written; it reports whether there was an error.
func plainly(t *rapid.T, what string, result any, err error) bool {
	t.Helper()
	if err != nil {
		if errs.KindOf(err) != errs.Invalid {
			t.Fatalf("%s: not a clear error: %v", what, err)
		}
		return true
	}
	if _, err := json.Marshal(result); err != nil {
		t.Fatalf("%s: the result cannot be written: %v\n%+v", what, err, result)
	}
	return false
}

func drawSurvey(t *rapid.T) string {
	var b strings.Builder
	b.WriteString("y,w,h,p,n,a,b,c,d\n")
	missing := rapid.SampledFrom([]int{0, 0, 9}).Draw(t, "missing")
	for range rapid.IntRange(1, 25).Draw(t, "rows") {
		a := rapid.IntRange(-2, 3).Draw(t, "a")
		d := fmt.Sprint(rapid.IntRange(0, 1).Draw(t, "d"))
		if missing > 0 && rapid.IntRange(0, missing).Draw(t, "hole") == 0 {
			d = ""
		}
		fmt.Fprintf(&b, "%d,%d,%d,%d,%d,%d,%d,%s,%s\n", rapid.IntRange(-1, 6).Draw(t, "y"), rapid.IntRange(1, 3).Draw(t, "w"),
			rapid.IntRange(1, 2).Draw(t, "h"), rapid.IntRange(1, 6).Draw(t, "p"), rapid.IntRange(1, 3).Draw(t, "n"), a, 2*a+rapid.IntRange(0, 1).Draw(t, "b"),
			rapid.SampledFrom([]string{"u", "v", "w"}).Draw(t, "c"), d)
	}
	return b.String()
}
