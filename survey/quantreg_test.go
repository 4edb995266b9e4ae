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

// proveOptimum checks, from the multipliers, that no other coefficients can do
// better: they annihilate every column, lie within their bounds, and bound the
// objective from below at the value reached.
func proveOptimum(t *testing.T, s *survey.Sample, fit *survey.QuantileFit) {
	t.Helper()
	for j, name := range s.Names {
		total, size := 0.0, 0.0
		for i, a := range fit.Dual {
			total += a * s.X.At(i, j)
			size += math.Abs(a * s.X.At(i, j))
		}
		if math.Abs(total) > 1e-10*size {
			t.Errorf("tau %v: multipliers leave %g of %g in column %s", fit.Tau, total, size, name)
		}
	}
	bound, total := 0.0, 0.0
	for i, a := range fit.Dual {
		w := s.Design.Weight[i]
		if a > w*fit.Tau*(1+1e-9) || a < w*(fit.Tau-1)*(1+1e-9) {
			t.Errorf("tau %v: multiplier %g of row %d is out of bounds", fit.Tau, a, i)
		}
		bound += a * s.Y[i]
		total += w
	}
	bound *= float64(s.N()) / total
	if math.Abs(fit.Objective-bound) > 1e-9*fit.Objective || math.Abs(fit.Gap) > 1e-12 {
		t.Errorf("tau %v: objective %.15g, bound %.15g, gap %g", fit.Tau, fit.Objective, bound, fit.Gap)
	}
}

// TestQuantileManyTies fits a large programme of whole numbers and indicators,
// where thousands of rows are tied.
func TestQuantileManyTies(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	var text strings.Builder
	text.WriteString("y,a,b,c,d,e,w\n")
	for i := range 3000 {
		fmt.Fprintf(&text, "%d,%d,%d,%d,%d,%d,%d\n", rng.IntN(8), rng.IntN(2), rng.IntN(2), rng.IntN(5), rng.IntN(2), (i/2997)*(1+i%2), 1+rng.IntN(9))
	}
	s := fromText(t, text.String(), survey.Spec{Target: "y", Weight: "w", Vars: []string{"a", "b", "c", "d", "e"}})
	fits, err := survey.FitQuantiles(s, []float64{.05, .2, .5, .9}, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, fit := range fits {
		proveOptimum(t, s, fit)
	}
}

// TestQuantileOfNationalSurvey proves the optimum at full size.
func TestQuantileOfNationalSurvey(t *testing.T) {
	t.Parallel()
	s := fromText(t, nationalSurvey(3000, 60), nationalSpec)
	fits, err := survey.FitQuantiles(s, []float64{.2, .4}, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, fit := range fits {
		proveOptimum(t, s, fit)
	}
}

// TestQuantileAgainst200Bits solves the interpolated rows with 200 bits.
func TestQuantileAgainst200Bits(t *testing.T) {
	t.Parallel()
	s := illConditioned(t, 3, 160, 8, 2e-5)
	fit, err := survey.FitQuantile(s, .3, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	k := len(s.Names)
	a, rhs := bigMatrix(k, k), bigMatrix(k, 1)
	row := 0
	for i, m := range fit.Dual {
		w := s.Design.Weight[i]
		if m == w*.3 || m == w*(.3-1) {
			continue
		}
		for j := range k {
			a[row][j].SetFloat64(s.X.At(i, j))
		}
		rhs[row][0].SetFloat64(s.Y[i])
		row++
	}
	if row != k {
		t.Fatalf("%d rows are interpolated, want %d", row, k)
	}
	for j, v := range bigMul(bigInverse(a), rhs) {
		want, _ := v[0].Float64()
		near(t, s.Names[j], fit.Beta[j], want, 1e-14)
	}
}
