package survey_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"sijil/survey"
)

// TestNearTheCutByHand: ten rows of weight one, scores 1 to 10 and a target that
// ranks rows 4 and 5 the wrong way round. At 40 % the cut is 4, the line 4.
func TestNearTheCutByHand(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,g\n1,a\n2,a\n3,a\n5,b\n4,b\n6,b\n7,b\n8,b\n9,b\n10,b\n", survey.Spec{Target: "y", Groups: []string{"g"}})
	scores := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	n, err := survey.Near(s, scores, survey.NearOptions{RobustOptions: survey.RobustOptions{Quotas: []float64{.4}}, Level: true, Edges: []float64{-2, 0, 1, 20}, Within: []float64{.5, 1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "RMSE", *n.RMSE, math.Sqrt(.2), 1e-15)
	q := n.Quota[0]
	if q.Cut != 4 || q.Line != 4 {
		t.Errorf("cut %v, line %v", q.Cut, q.Line)
	}
	// Distances −3 −2 | −1 0 | 1 | 2 … 6; poor are rows 1, 2, 3 and 5.
	for i, want := range []struct {
		name        string
		rows        int
		share, poor float64
	}{{"up to -2", 2, .2, 1}, {"-2 to 0", 2, .2, .5}, {"0 to 1", 1, .1, 1}, {"1 to 20", 5, .5, 0}, {"over 20", 0, 0, 0}} {
		b := q.Bands[i]
		if b.String() != want.name || b.Rows != want.rows || b.Share != want.share || b.Poor != want.poor || b.PoorInterval != nil {
			t.Errorf("%+v, want %+v", b, want)
		}
	}
	for i, want := range [][3]float64{{1, 0, 1}, {3, 2. / 3, 2. / 3}, {5, .6, .4}} { // rows, poor, misplaced
		w := q.Within[i]
		if float64(w.Rows) != want[0] || w.Share != want[0]/10 || w.Poor != want[1] || w.Misplaced != want[2] || w.CoinToss != nil {
			t.Errorf("%+v, want %v", w, want)
		}
	}
	if g := q.Groups; len(g) != 2 || g[0].Rows != 2 || g[0].Share != 2./3 || g[0].Poor != 1 || g[0].Wrong != 0 || g[1].Rows != 3 || g[1].Share != 3./7 || g[1].Poor != 1./3 || g[1].Wrong != 2./3 {
		t.Errorf("groups: %+v", g)
	}
}

// TestACoinTossIsSaid: a score that knows nothing, and one that knows all.
func TestACoinTossIsSaid(t *testing.T) {
	t.Parallel()
	s := clustered(t, 1200)
	rng := rand.New(rand.NewPCG(4, 4))
	blind := make([]float64, s.N())
	for i := range blind {
		blind[i] = rng.NormFloat64()
	}
	look := func(scores []float64) *survey.NearCut {
		n, err := survey.Near(s, scores, survey.NearOptions{RobustOptions: survey.RobustOptions{Quotas: []float64{.5}, Replicates: 50, Seed: 1}, Within: []float64{.2}})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	n := look(blind).Quota[0]
	if w := n.Within[0]; w.CoinToss == nil || !*w.CoinToss || math.Abs(w.Misplaced-.5) > 3*w.MisplacedInterval.SE {
		t.Errorf("a blind score: %+v", w)
	}
	total := 0.0
	for _, b := range n.Bands {
		total += b.Share
	}
	near(t, "sum of the bands", total, 1, 1e-12)
	if w := look(s.Y).Quota[0].Within[0]; w.CoinToss == nil || *w.CoinToss || w.Misplaced != 0 {
		t.Errorf("the truth as score: %+v", w)
	}
}

func TestNearIntervalsAreOfTheirFigures(t *testing.T) {
	t.Parallel()
	s := clustered(t, 300)
	scores, _, err := survey.OutOfFold(s, survey.WLSMethod(), foldsOf(t, s, 3))
	if err != nil {
		t.Fatal(err)
	}
	n, err := survey.Near(certain(t, s), scores, survey.NearOptions{RobustOptions: survey.RobustOptions{Replicates: 3}, Edges: []float64{-.3, 0, .3}})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range n.Quota {
		for _, b := range q.Bands {
			shrunk(t, "share of "+b.String(), b.ShareInterval, b.Share)
			shrunk(t, "poor of "+b.String(), b.PoorInterval, b.Poor)
		}
		for _, w := range q.Within {
			shrunk(t, "share", w.ShareInterval, w.Share)
			shrunk(t, "poor", w.PoorInterval, w.Poor)
			shrunk(t, "misplaced", w.MisplacedInterval, w.Misplaced)
		}
	}
}

func foldsOf(t testing.TB, s *survey.Sample, k int) []int {
	t.Helper()
	folds, err := survey.MakeFolds(s.Design, k, 1)
	if err != nil {
		t.Fatal(err)
	}
	return folds
}

func TestNearRefuses(t *testing.T) {
	t.Parallel()
	s := clustered(t, 60)
	for want, o := range map[string]survey.NearOptions{
		"do not rise":           {Edges: []float64{0, 0}},
		"not between 0 and 1":   {RobustOptions: survey.RobustOptions{Quotas: []float64{1}}},
		"or are no numbers":     {Edges: []float64{math.NaN(), 1}},
		"distances from the cu": {Within: []float64{-1}},
	} {
		if _, err := survey.Near(s, s.Y, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
