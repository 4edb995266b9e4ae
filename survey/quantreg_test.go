package survey_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"sijil/internal/errs"
	"sijil/survey"
)

func TestQuantileObjectiveAtMostThatOfR(t *testing.T) {
	t.Parallel()
	ref := reference(t, "vietnam97_ols_svyglm_rq.csv")
	s := vietnam(t)
	for tau, column := range map[float64]string{.2: "rq20", .4: "rq40", .5: "rq50"} {
		t.Run(fmt.Sprint(tau), func(t *testing.T) {
			t.Parallel()
			fit, err := survey.FitQuantile(s, tau, survey.Options{})
			if err != nil {
				t.Fatal(err)
			}
			beta := make([]float64, len(s.Names))
			for j, name := range s.Names {
				beta[j] = ref[column][name]
			}
			theirs := survey.CheckLoss(s, beta, tau)
			if fit.Objective > theirs*(1+1e-12) {
				t.Errorf("objective %.17g, R reaches %.17g", fit.Objective, theirs)
			}
			t.Logf("%d pivots; ours/theirs − 1 = %.2g", fit.Pivots, fit.Objective/theirs-1)
			for _, c := range fit.Coefficients {
				near(t, c.Name, c.Estimate, ref[column][c.Name], 1e-7)
			}
		})
	}
}

// TestQuantileOfMedianByHand fits an intercept alone: the optimum is the
// weighted quantile.
func TestQuantileOfMedianByHand(t *testing.T) {
	t.Parallel()
	s := fromText(t, "y,w\n5,1\n1,1\n2,4\n9,1\n7,2\n", survey.Spec{Target: "y", Weight: "w"})
	for tau, want := range map[float64]float64{.1: 1, .4: 2, .8: 7, .95: 9} {
		fit, err := survey.FitQuantile(s, tau, survey.Options{})
		if err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprint("quantile ", tau), fit.Beta[0], want, 1e-15)
	}
}

// TestQuantileOptimalAmongAllVertices compares with every vertex of small
// programmes full of ties, where the walk could stall or stop too early.
func TestQuantileOptimalAmongAllVertices(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(5, 14).Draw(t, "n")
		tau := rapid.SampledFrom([]float64{.1, .2, .4, .5, .75}).Draw(t, "tau")
		var text strings.Builder
		text.WriteString("y,w,a,b\n")
		for range n {
			fmt.Fprintf(&text, "%d,%d,%d,%d\n", rapid.IntRange(0, 3).Draw(t, "y"), rapid.IntRange(1, 3).Draw(t, "w"),
				rapid.IntRange(0, 1).Draw(t, "a"), rapid.IntRange(0, 2).Draw(t, "b"))
		}
		table, err := survey.ReadCSV(strings.NewReader(text.String()), survey.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := survey.Build(table, survey.Spec{Target: "y", Weight: "w", Vars: []string{"a", "b"}})
		if err != nil {
			t.Fatal(err)
		}
		fit, err := survey.FitQuantile(s, tau, survey.Options{})
		if err != nil {
			if errs.KindOf(err) == errs.Invalid {
				t.Skip("constant or collinear columns")
			}
			t.Fatal(err)
		}
		best := math.Inf(1)
		for i := range n {
			for j := range i {
				for l := range j {
					var b mat.VecDense
					a := mat.NewDense(3, 3, nil)
					for row, r := range []int{i, j, l} {
						a.SetRow(row, s.X.RawRowView(r))
					}
					if math.Abs(mat.Det(a)) < .5 {
						continue
					}
					if err := b.SolveVec(a, mat.NewVecDense(3, []float64{s.Y[i], s.Y[j], s.Y[l]})); err != nil {
						continue
					}
					best = min(best, survey.CheckLoss(s, b.RawVector().Data, tau))
				}
			}
		}
		if fit.Objective > best*(1+1e-12)+1e-14 {
			t.Fatalf("objective %.17g, the best vertex has %.17g", fit.Objective, best)
		}
	})
}

// TestQuantileManyTies fits a large programme of whole numbers and indicators
// and asks for the proof of the optimum: multipliers within [τ−1, τ] that
// annihilate every column.
func TestQuantileManyTies(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	var text strings.Builder
	text.WriteString("y,a,b,c,d,e\n")
	for range 3000 {
		fmt.Fprintf(&text, "%d,%d,%d,%d,%d,%d\n", rng.IntN(8), rng.IntN(2), rng.IntN(2), rng.IntN(5), rng.IntN(2), rng.IntN(3))
	}
	s := fromText(t, text.String(), survey.Spec{Target: "y", Vars: []string{"*"}})
	for _, tau := range []float64{.2, .5, .9} {
		fit, err := survey.FitQuantile(s, tau, survey.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for j := range s.Names {
			low, high := 0.0, 0.0
			for i := range s.N() {
				r := s.Y[i]
				for l, v := range s.X.RawRowView(i) {
					r -= v * fit.Beta[l]
				}
				x := s.X.At(i, j)
				switch {
				case r > 1e-9:
					low, high = low+tau*x, high+tau*x
				case r < -1e-9:
					low, high = low+(tau-1)*x, high+(tau-1)*x
				default:
					low, high = low+(tau-1)*x, high+tau*x
				}
			}
			if low > 1e-6 || high < -1e-6 {
				t.Errorf("tau %v: column %s could still lower the objective: subgradient [%g, %g]", tau, s.Names[j], low, high)
			}
		}
	}
}
