package survey_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"sijil/survey"
)

const precision = 200

func big0() *big.Float { return new(big.Float).SetPrec(precision) }

func bigOf(v float64) *big.Float { return big0().SetFloat64(v) }

// bigLeastSquares solves the normal equations with 200 bits and returns the
// coefficients and the four standard errors, by the textbook formulae.
func bigLeastSquares(s *survey.Sample) (b []float64, se [4][]float64) {
	n, k := s.X.Dims()
	gram := bigMatrix(k, k)
	rhs := bigMatrix(k, 1)
	for i := range n {
		w := bigOf(s.Design.Weight[i])
		for j := range k {
			wx := big0().Mul(w, bigOf(s.X.At(i, j)))
			rhs[j][0].Add(rhs[j][0], big0().Mul(wx, bigOf(s.Y[i])))
			for l := range k {
				gram[j][l].Add(gram[j][l], big0().Mul(wx, bigOf(s.X.At(i, l))))
			}
		}
	}
	inverse := bigInverse(gram)
	exact := bigMul(inverse, rhs)
	units := s.Design.Units()
	scores, totals := bigMatrix(n, k), bigMatrix(units, k)
	rss := big0()
	for i := range n {
		e := bigOf(s.Y[i])
		for j := range k {
			e.Sub(e, big0().Mul(bigOf(s.X.At(i, j)), exact[j][0]))
		}
		we := big0().Mul(bigOf(s.Design.Weight[i]), e)
		rss.Add(rss, big0().Mul(we, e))
		for j := range k {
			scores[i][j].Mul(we, bigOf(s.X.At(i, j)))
			totals[s.Design.PSU[i]][j].Add(totals[s.Design.PSU[i]][j], scores[i][j])
		}
	}
	centred := bigMatrix(units, k)
	scale := make([]float64, units)
	strata := len(s.Design.StratumUnits)
	mean := bigMatrix(strata, k)
	for c := range units {
		h := s.Design.UnitStratum[c]
		for j := range k {
			mean[h][j].Add(mean[h][j], big0().Quo(totals[c][j], bigOf(float64(s.Design.StratumUnits[h]))))
		}
	}
	for c := range units {
		h := s.Design.UnitStratum[c]
		nh := float64(s.Design.StratumUnits[h])
		scale[c] = nh / (nh - 1)
		for j := range k {
			centred[c][j].Sub(totals[c][j], mean[h][j])
		}
	}
	g, fn, fk := float64(units), float64(n), float64(k)
	se[0] = bigSandwich(inverse, centred, func(c int) float64 { return scale[c] })
	se[1] = bigSandwich(inverse, totals, func(int) float64 { return g / (g - 1) * (fn - 1) / (fn - fk) })
	se[2] = bigSandwich(inverse, scores, func(int) float64 { return fn / (fn - fk) })
	sigma2, _ := rss.Float64()
	for j := range k {
		v, _ := exact[j][0].Float64()
		b = append(b, v)
		a, _ := inverse[j][j].Float64()
		se[3] = append(se[3], math.Sqrt(a*sigma2/(fn-fk)))
	}
	return b, se
}

func bigSandwich(a, u [][]*big.Float, scale func(int) float64) []float64 {
	k := len(a)
	out := make([]float64, k)
	sum := bigMatrix(k, 1)
	for c, row := range u {
		for j := range k {
			v := big0()
			for l := range k {
				v.Add(v, big0().Mul(a[j][l], row[l]))
			}
			v.Mul(v, v)
			sum[j][0].Add(sum[j][0], v.Mul(v, bigOf(scale(c))))
		}
	}
	for j := range k {
		v, _ := sum[j][0].Float64()
		out[j] = math.Sqrt(v)
	}
	return out
}

func bigMatrix(n, k int) [][]*big.Float {
	m := make([][]*big.Float, n)
	for i := range m {
		m[i] = make([]*big.Float, k)
		for j := range m[i] {
			m[i][j] = big0()
		}
	}
	return m
}

func bigMul(a, b [][]*big.Float) [][]*big.Float {
	m := bigMatrix(len(a), len(b[0]))
	for i := range a {
		for j := range b[0] {
			for l := range b {
				m[i][j].Add(m[i][j], big0().Mul(a[i][l], b[l][j]))
			}
		}
	}
	return m
}

// bigInverse inverts by Gauss–Jordan elimination with pivoting.
func bigInverse(m [][]*big.Float) [][]*big.Float {
	k := len(m)
	a := bigMatrix(k, 2*k)
	for i := range k {
		for j := range k {
			a[i][j].Set(m[i][j])
		}
		a[i][k+i].SetInt64(1)
	}
	for c := range k {
		p := c
		for i := c + 1; i < k; i++ {
			if big0().Abs(a[i][c]).Cmp(big0().Abs(a[p][c])) > 0 {
				p = i
			}
		}
		a[c], a[p] = a[p], a[c]
		pivot := big0().Set(a[c][c])
		for j := range a[c] {
			a[c][j].Quo(a[c][j], pivot)
		}
		for i := range k {
			if i == c {
				continue
			}
			f := big0().Set(a[i][c])
			for j := range a[i] {
				a[i][j].Sub(a[i][j], big0().Mul(f, a[c][j]))
			}
		}
	}
	inv := make([][]*big.Float, k)
	for i := range k {
		inv[i] = a[i][k:]
	}
	return inv
}

// illConditioned draws a stratified cluster survey whose columns span ten
// decades of units and of which two differ by closeness only.
func illConditioned(t testing.TB, seed uint64, n, k int, closeness float64) *survey.Sample {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	var text strings.Builder
	text.WriteString("y,w,h,c")
	for j := range k {
		fmt.Fprintf(&text, ",v%d", j)
	}
	text.WriteByte('\n')
	row := make([]float64, k)
	for i := range n {
		y := rng.NormFloat64()
		for j := range row {
			row[j] = rng.NormFloat64() + 3
			if j == 1 {
				row[j] = row[0] + closeness*rng.NormFloat64()
			}
			y += row[j] * float64(j%3-1)
		}
		fmt.Fprintf(&text, "%.17g,%.17g,%d,%d", y, 1+100*rng.Float64(), i%4, i/8)
		for j, v := range row {
			fmt.Fprintf(&text, ",%.17g", v*math.Pow(10, float64(10*j)/float64(k-1)-5))
		}
		text.WriteByte('\n')
	}
	return fromText(t, text.String(), survey.Spec{Target: "y", Weight: "w", Stratum: "h", PSU: "c", Vars: []string{"v*"}})
}

// TestWLSAgainst200Bits holds every coefficient to the last digit and every
// standard error to 1e-9 of a 200-bit computation, while cond(X'WX) of the
// scaled columns goes beyond 1e10 and units span ten decades, and where columns
// are so near that the fit must be asked for.
func TestWLSAgainst200Bits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		closeness float64
		options   survey.Options
		tolerance float64
	}{
		{1, survey.Options{}, 1e-12},
		{1e-3, survey.Options{}, 1e-10},
		{1e-4, survey.Options{}, 1e-9},
		{2e-5, survey.Options{}, 1e-9},
		{3e-9, survey.Options{Collinear: survey.CollinearKeep}, 1e-9},
	}
	for seed, tt := range tests {
		t.Run(fmt.Sprint(tt.closeness), func(t *testing.T) {
			t.Parallel()
			s := illConditioned(t, uint64(seed), 160, 8, tt.closeness)
			fit, err := survey.FitWLS(s, tt.options)
			if err != nil {
				t.Fatal(err)
			}
			b, se := bigLeastSquares(s)
			worst := 0.0
			for j, c := range fit.Coefficients {
				near(t, c.Name, c.Estimate, b[j], min(tt.tolerance, max(1e-14, 1e-32*fit.Condition*fit.Condition*10)))
				worst = max(worst, math.Abs(c.Estimate/b[j]-1))
				for i, v := range []float64{c.SEDesign, c.SECluster, c.SEHC1, c.SEIID} {
					near(t, fmt.Sprint(c.Name, " se ", i), v, se[i][j], tt.tolerance)
					worst = max(worst, math.Abs(v/se[i][j]-1))
				}
			}
			t.Logf("condition %.2g, worst relative error %.2g", fit.Condition, worst)
		})
	}
}
