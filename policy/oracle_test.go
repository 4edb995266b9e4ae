package policy_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"sijil/policy"
)

// literal computes the density of one side and its variance straight from the
// paper's definitions: powers of x, a matrix inverse and a double sum.
func literal(v []float64, keep func(x float64) bool, h float64, order int, k policy.Kernel) (density, variance float64) {
	n := float64(len(v))
	terms := order + 1
	powers := func(x float64) *mat.VecDense {
		r := mat.NewVecDense(terms, nil)
		for i := range terms {
			r.SetVec(i, math.Pow(x, float64(i)))
		}
		return r
	}
	inside := func(x float64) bool { return keep(x) && math.Abs(x) <= h }
	s, xy := mat.NewDense(terms, terms, nil), mat.NewVecDense(terms, nil)
	for _, x := range v {
		if !inside(x) {
			continue
		}
		below := -1.0
		for _, y := range v {
			if y <= x {
				below++
			}
		}
		w, r := k.Weight(math.Abs(x)/h), powers(x)
		s.RankOne(s, w, r, r)
		xy.AddScaledVec(xy, w*below/(n-1), r)
	}
	var inv, v2 mat.Dense
	if err := inv.Inverse(s); err != nil {
		panic(err)
	}
	middle := mat.NewDense(terms, terms, nil)
	for _, xi := range v {
		if !inside(xi) {
			continue
		}
		g := mat.NewVecDense(terms, nil)
		for _, xj := range v {
			if inside(xj) && xi <= xj {
				g.AddScaledVec(g, k.Weight(math.Abs(xj)/h)/(n-1), powers(xj))
			}
		}
		middle.RankOne(middle, 1, g, g)
	}
	v2.Product(&inv, middle, &inv)
	var b mat.VecDense
	b.MulVec(&inv, xy)
	return b.AtVec(1), v2.At(1, 1)
}

func TestDensityIsItsDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		v := normal(r, rapid.IntRange(100, 200).Draw(t, "n"))
		if steps := rapid.IntRange(0, 20).Draw(t, "steps"); steps > 5 { // tied scores
			for i := range v {
				v[i] = math.Round(v[i]*float64(steps)) / float64(steps)
			}
		}
		o := policy.DensityOptions{
			LeftWidth: 1.25, RightWidth: 1.5,
			Order:  rapid.IntRange(1, 2).Draw(t, "order"),
			Kernel: rapid.SampledFrom([]policy.Kernel{policy.Triangular, policy.Uniform, policy.Epanechnikov}).Draw(t, "kernel"),
		}
		d := test(t, v, o)
		fl, vl := literal(v, func(x float64) bool { return x < 0 }, 1.25, o.Order+1, o.Kernel)
		fr, vr := literal(v, func(x float64) bool { return x >= 0 }, 1.5, o.Order+1, o.Kernel)
		same(t, "density left", d.DensityLeft, fl, 1e-8)
		same(t, "density right", d.DensityRight, fr, 1e-8)
		same(t, "standard error left", d.SELeft, math.Sqrt(vl), 1e-8)
		same(t, "standard error right", d.SERight, math.Sqrt(vr), 1e-8)
		same(t, "T", d.T, (fr-fl)/math.Sqrt(vl+vr), 1e-7)
	})
}

func TestKernelMoments(t *testing.T) {
	t.Parallel()
	for _, k := range []policy.Kernel{policy.Triangular, policy.Uniform, policy.Epanechnikov} {
		for i := range 8 {
			want := quad.Fixed(func(u float64) float64 { return math.Pow(u, float64(i)) * k.Weight(u) }, 0, 1, 12, quad.Legendre{}, 1)
			near(t, string(k), k.Moment(i), want, 1e-12)
		}
	}
}

// For a line fitted to F the slope's weights are 12u − 6, their tail sums
// 6u(1 − u), whose square integrates to 6/5; the bias is half the second
// derivative: (6/5)·4. The other figure is 232960/9 by exact fractions.
func TestPreliminaryConstants(t *testing.T) {
	t.Parallel()
	near(t, "order 1, slope", policy.UniformRatio(1, 1), 4.8, 1e-14)
	near(t, "order 2, slope", policy.UniformRatio(2, 1), 3840.0/7, 1e-14)
	near(t, "order 3, curvature", policy.UniformRatio(3, 2), 232960.0/9, 1e-14)
	near(t, "order 4, third", policy.UniformRatio(4, 3), 37739520.0/11, 1e-14)
}
