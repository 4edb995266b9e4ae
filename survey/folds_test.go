package survey_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"sijil/survey"
)

// clustered draws a survey whose clusters share a level, and whose target has
// a steeper slope in town.
func clustered(t testing.TB, n int) *survey.Sample {
	t.Helper()
	rng := rand.New(rand.NewPCG(11, 3))
	var b strings.Builder
	b.WriteString("y,w,h,c,x,z,town,n,fold\n")
	level := 0.0
	for i := range n {
		if i%6 == 0 {
			level = .3 * rng.NormFloat64()
		}
		x, town := rng.NormFloat64(), i/6%2
		fmt.Fprintf(&b, "%g,%g,%d,%d,%g,%g,%d,%d,%d\n", 8+level+x*(.2+.8*float64(town))+.4*rng.NormFloat64(), 1+rng.Float64(), i/6%4, i/6, x,
			rng.NormFloat64(), town, 1+rng.IntN(7), i%5)
	}
	return fromText(t, b.String(), survey.Spec{Target: "y", Weight: "w", Stratum: "h", PSU: "c", Vars: []string{"x", "z"},
		Groups: []string{"town"}, Size: "n", Fold: "fold"})
}

func TestFoldsKeepClustersWhole(t *testing.T) {
	t.Parallel()
	s := clustered(t, 600)
	folds, err := survey.MakeFolds(s.Design, 7, 42)
	if err != nil {
		t.Fatal(err)
	}
	of, rows := map[int32]int{}, make([]int, 7)
	for i, f := range folds {
		rows[f]++
		if g, seen := of[s.Design.PSU[i]]; seen && g != f {
			t.Fatalf("cluster %d lies in folds %d and %d", s.Design.PSU[i], g, f)
		}
		of[s.Design.PSU[i]] = f
	}
	for f, n := range rows {
		if n < 78 || n > 90 {
			t.Errorf("fold %d has %d of 600 rows", f, n)
		}
	}
	again, err := survey.MakeFolds(s.Design, 7, 42)
	if err != nil {
		t.Fatal(err)
	}
	other, err := survey.MakeFolds(s.Design, 7, 43)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(folds, again) || reflect.DeepEqual(folds, other) {
		t.Error("folds do not follow their seed")
	}
	if _, err := survey.MakeFolds(s.Design, 101, 1); err == nil {
		t.Error("more folds than clusters are made")
	}
	if _, err := survey.GivenFolds(s); err == nil || !strings.Contains(err.Error(), "test.csv:3: fold: a cluster lies in two folds") {
		t.Errorf("a fold column that cuts clusters: %v", err)
	}
}

// TestWavesScoreEachOther fits on one wave and scores the other, which lies
// one higher.
func TestWavesScoreEachOther(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,x,wave\n1,0,a\n2,1,a\n3,2,a\n2,0,b\n3,1,b\n4,2,b\n", survey.Spec{Target: "y", Vars: []string{"x"}, Wave: "wave"})
	folds, err := survey.WaveFolds(s)
	if err != nil {
		t.Fatal(err)
	}
	scores, _, err := survey.OutOfFold(s, survey.WLSMethod(), folds)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{2, 3, 4, 1, 2, 3} {
		near(t, fmt.Sprint("row ", i), scores[i], want, 1e-14)
	}
}

// TestOutOfFoldSeesNoneOfItsFold refits by hand what one fold should have seen.
func TestOutOfFoldSeesNoneOfItsFold(t *testing.T) {
	t.Parallel()
	s := clustered(t, 300)
	folds, err := survey.MakeFolds(s.Design, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	scores, _, err := survey.OutOfFold(s, survey.WLSMethod(), folds)
	if err != nil {
		t.Fatal(err)
	}
	fit, err := survey.FitWLS(s.Where(func(i int) bool { return folds[i] != 2 }), survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range fit.Score(s) {
		if (scores[i] == v) != (folds[i] == 2) {
			t.Fatalf("row %d of fold %d scores %v; the fit without fold 2 gives %v", i, folds[i], scores[i], v)
		}
	}
}

func TestMethodsAnswerTheirPurpose(t *testing.T) {
	t.Parallel()
	s := clustered(t, 1200)
	folds, err := survey.MakeFolds(s.Design, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	methods := []survey.Method{survey.WLSMethod(), survey.Separately("town", survey.WLSMethod()), survey.Calibrated(survey.WLSMethod()),
		survey.QuantileMethod(.2), survey.LASSOMethod(0, 1), survey.LASSOMethod(.01, 1), survey.LogitMethod(.2), survey.BICMethod(),
		survey.PoorestMethod(.6), survey.PovertyWeightedMethod(.4, .1)}
	c, err := survey.Compare(s, methods, folds, survey.AssessOptions{})
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]*survey.Assessment{}
	for _, a := range c.Methods {
		by[a.Method] = a
		if a.Quota[1].AUC < .7 {
			t.Errorf("%s: AUC %.3f", a.Method, a.Quota[1].AUC)
		}
		if math.Abs(a.Quota[1].EER-a.Quota[1].IER) > .01 {
			t.Errorf("%s: at a fixed quota exclusion %.3f and inclusion error %.3f should agree", a.Method, a.Quota[1].EER, a.Quota[1].IER)
		}
	}
	if by["wls by town"].R2 < by["wls"].R2+.05 {
		t.Errorf("separate fits reach R2 %.3f, pooled %.3f, where slopes differ", by["wls by town"].R2, by["wls"].R2)
	}
	if got := by["wls calibrated"].Line[0].Selected; math.Abs(got-.2) > .03 || by["wls"].Line[0].Selected > got {
		t.Errorf("at the line of 20 %% the calibrated score takes %.3f, the plain %.3f", got, by["wls"].Line[0].Selected)
	}
	if q, w := by["quantile 0.2"].Line[0].EER, by["wls"].Line[0].EER; q >= w {
		t.Errorf("at a fixed line the quantile fit misses %.3f of the poor, least squares %.3f", q, w)
	}
	for _, name := range []string{"poorest 0.6", "poverty-weighted 0.4/0.1"} {
		if p, w := by[name].Line[0].EER, by["wls"].Line[0].EER; p >= w {
			t.Errorf("at a fixed line %s misses %.3f of the poor, least squares %.3f", name, p, w)
		}
	}
	if len(by["logit 0.2"].Line) != 0 {
		t.Error("log odds are judged at a line")
	}
}

func TestBootstrapAgreesWithTaylor(t *testing.T) {
	t.Parallel()
	s := clustered(t, 600)
	want, err := s.Design.Mean(s.Y)
	if err != nil {
		t.Fatal(err)
	}
	const replicates = 2000
	var total, squares, weights float64
	for r := range replicates {
		w := s.Design.Replicate(1, r)
		var top, bottom float64
		for i, y := range s.Y {
			top += w[i] * y
			bottom += w[i]
		}
		weights += bottom / replicates
		m := top/bottom - want.Value
		total += m
		squares += m * m
	}
	se := math.Sqrt(squares/replicates - total*total/replicates/replicates)
	if math.Abs(se/want.SE-1) > .08 {
		t.Errorf("bootstrap %.5f, Taylor %.5f", se, want.SE)
	}
	all := 0.0
	for _, w := range s.Design.Weight {
		all += w
	}
	near(t, "weights of replicates, on average", weights, all, .003)
}

// TestPairedDifferences compares a method with itself and with a worse one.
func TestPairedDifferences(t *testing.T) {
	t.Parallel()
	s := clustered(t, 900)
	folds, err := survey.MakeFolds(s.Design, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	blind := survey.Method{Name: "blind", Fit: func(*survey.Sample) (survey.Model, error) { return noise{}, nil }}
	var steps []int
	c, err := survey.Compare(s, []survey.Method{survey.WLSMethod(), survey.WLSMethod(), blind}, folds,
		survey.AssessOptions{Replicates: 50, Seed: 1, Progress: func(done, _ int) { steps = append(steps, done) }})
	if err != nil {
		t.Fatal(err)
	}
	same, other := c.Paired[0], c.Paired[2]
	if same.Difference != 0 || same.Interval != (survey.Interval{}) {
		t.Errorf("a method differs from itself: %+v", same)
	}
	if other.Method != "blind" || other.Q != .2 || other.Interval.Low < .05 || other.Interval.High < other.Difference || other.Interval.Low > other.Difference {
		t.Errorf("a blind score is told from chance: %+v", other)
	}
	if len(steps) != 3*51 || steps[len(steps)-1] != 153 {
		t.Errorf("%d steps of progress, the last %d; want 153", len(steps), steps[len(steps)-1])
	}
}

// noise scores rows by their place.
type noise struct{}

func (noise) Score(s *survey.Sample) []float64 {
	scores := make([]float64, s.N())
	for i := range scores {
		scores[i] = float64(i * 7919 % 1000)
	}
	return scores
}

func TestCalibrationByHand(t *testing.T) {
	t.Parallel()
	ones := []float64{1, 1, 1, 1}
	c := survey.Calibrate([]float64{2, 2, 3, 4}, []float64{0, 10, 20, 40}, ones)
	for score, want := range map[float64]float64{2: 10, 3: 20, 3.5: 30, 4: 40, 5: 41, 1: 9} {
		near(t, fmt.Sprint("level of ", score), c.At(score), want, 1e-14)
	}
}

// TestSameBytesAtAnyGOMAXPROCS judges two methods alone and with four at once.
// It is not parallel: it changes a setting of the whole process.
func TestSameBytesAtAnyGOMAXPROCS(t *testing.T) {
	s := clustered(t, 3000)
	folds, err := survey.MakeFolds(s.Design, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	run := func(procs int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		c, err := survey.Compare(s, []survey.Method{survey.WLSMethod(), survey.QuantileMethod(.4), survey.BoostMethod(survey.BoostOptions{Trees: 20})}, folds, survey.AssessOptions{Replicates: 20, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		fit, err := survey.FitWLS(s, survey.Options{})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal([]any{c, fit})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	alone := run(1)
	if run(4) != alone {
		t.Error("the answer depends on how many processors work on it")
	}
	for _, name := range []string{`"eer":`, `"se_hc1":`, `"paired":`, `"intervals":`, `"(Intercept)"`} {
		if !strings.Contains(alone, name) {
			t.Errorf("no %s in the result", name)
		}
	}
}
