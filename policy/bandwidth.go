package policy

import (
	"math"
	"slices"
)

// Selector says which error a selected bandwidth makes small, to first order.
type Selector string

// The selectors of Cattaneo, Jansson and Ma (Stata Journal 2018, section 2.4).
const (
	Combined   Selector = "combined"   // per side, the median of the three below
	Each       Selector = "each"       // mean squared error of each side's density
	Difference Selector = "difference" // of the difference of the two densities, one bandwidth
	Sum        Selector = "sum"        // of their sum, one bandwidth
)

// sides are the two halves of a sample.
type sides struct {
	left, right side
	mean, sd    float64 // of all distances, signed
}

// leading are the leading terms of the mean squared error of one density:
// variance/(n·h) + (bias·hᵖ)².
type leading struct {
	variance, bias float64
}

// bandwidths selects the width of each side's window for densities of order p.
// ok is false when the pilot windows do not determine the pilot estimates.
func (x *sides) bandwidths(p int, kernel Kernel, sel Selector) (left, right float64, ok bool) {
	l, okLeft := x.pilot(&x.left, p, kernel)
	r, okRight := x.pilot(&x.right, p, kernel)
	if !okLeft || !okRight {
		return 0, 0, false
	}
	both := leading{l.variance + r.variance, r.bias - l.bias}
	total := leading{l.variance + r.variance, r.bias + l.bias}
	few := fewest(p)
	hl := x.left.hold(x.best(l, p), few)
	hr := x.right.hold(x.best(r, p), few)
	hd := x.hold(x.best(both, p), few)
	hs := x.hold(x.best(total, p), few)
	switch sel {
	case Each:
		left, right = hl, hr
	case Difference:
		left, right = hd, hd
	case Sum:
		left, right = hs, hs
	default:
		left, right = median(hl, hd, hs), median(hr, hd, hs)
	}
	return left, right, left > 0 && right > 0
}

// best minimises variance/(n·h) + (bias·hᵖ)². Without any bias it is infinite,
// and hold brings it back to the data.
func (x *sides) best(l leading, p int) float64 {
	n := float64(x.left.n)
	return math.Pow(l.variance/(2*float64(p)*l.bias*l.bias*n), 1/float64(2*p+1))
}

// pilot estimates the leading terms of one side: the variance from a fit of
// order p, the bias from the (p+1)-th derivative of a fit of order p+2, each in
// a window that would be best if the scores were normal.
func (x *sides) pilot(s *side, p int, kernel Kernel) (leading, bool) {
	widthBias := x.hold(x.reference(p+2, p+1), fewest(p+2))
	widthVariance := x.hold(x.reference(p, 1), fewest(p))
	constant, ok := kernel.slopeBias(p)
	if !ok {
		return leading{}, false
	}
	slope, ok := s.derivative(widthVariance, p, 1, kernel)
	if !ok {
		return leading{}, false
	}
	bend, ok := s.derivative(widthBias, p+2, p+1, kernel)
	if !ok {
		return leading{}, false
	}
	return leading{
		variance: float64(s.n) * widthVariance * slope.variance,
		bias:     bend.value * constant,
	}, true
}

// reference is the bandwidth that would be best for the s-th coefficient of a
// fit of the given order if the scores were normal with the sample's mean and
// standard deviation and the kernel uniform. The (order+1)-th derivative of a
// normal distribution function is its density times a Hermite polynomial.
func (x *sides) reference(order, s int) float64 {
	z := -x.mean / x.sd
	h := hermite(order, z)
	density := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
	variance, bias := float64(2*s-1), float64(2*(order+1-s))
	ratio := variance / bias * uniformRatio(order, s) / (h * h * density)
	return x.sd * math.Pow(ratio/float64(x.left.n), 1/(variance+bias))
}

// hermite is the probabilists' Hermite polynomial Heₙ(z).
func hermite(n int, z float64) float64 {
	before, at := 1.0, z
	if n == 0 {
		return before
	}
	for k := 1; k < n; k++ {
		before, at = at, z*at-float64(k)*before
	}
	return at
}

// fewest is how many observations, and how many distinct values, a window must
// hold for a fit of the given order: rddensity's default of 20 + order + 1.
func fewest(order int) int { return 20 + order + 1 }

// hold keeps a bandwidth inside the data and wide enough for a fit.
func (s *side) hold(h float64, few int) float64 {
	return max(min(h, s.dist[len(s.dist)-1]), s.reach(few))
}

// hold is the same for one bandwidth on both sides.
func (x *sides) hold(h float64, few int) float64 {
	far := max(x.left.dist[len(x.left.dist)-1], x.right.dist[len(x.right.dist)-1])
	return max(min(h, far), x.left.reach(few), x.right.reach(few))
}

// reach is the distance at which a window holds the given number of distinct
// values, hence of observations; with fewer on this side, the farthest.
func (s *side) reach(few int) float64 {
	i, seen := 0, 1
	for ; seen < few && s.tied[i] < len(s.dist); seen++ {
		i = s.tied[i]
	}
	return s.dist[i]
}

func median(a, b, c float64) float64 {
	v := []float64{a, b, c}
	slices.Sort(v)
	return v[1]
}
