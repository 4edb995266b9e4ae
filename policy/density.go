package policy

import (
	"fmt"
	"math"
	"slices"

	"sijil/internal/errs"
)

// DensityOptions say how the density test is done. The zero value, with a
// cutoff of 0, is what rddensity 2.6 does by default.
type DensityOptions struct {
	Cutoff     float64  // an observation at the cutoff is on the right
	Order      int      // p, for which bandwidths are best: 1 to 4; 0 means 2
	TestOrder  int      // q ≥ p, with which densities are compared: up to 7; 0 means p + 1
	Kernel     Kernel   // "" means Triangular
	Selector   Selector // "" means Combined; unused with given bandwidths
	LeftWidth  float64  // bandwidth below the cutoff, in units of the score; 0 selects both
	RightWidth float64  // bandwidth at and above the cutoff
	IgnoreTies bool     // take repeated values in arbitrary order, as if they differed
}

// Density is the outcome of a density test. Densities are per unit of the
// score and estimated with the test's order, so that their bias does not spoil
// the standard errors.
type Density struct {
	Cutoff         float64 `json:"cutoff"`
	Order          int     `json:"order"`
	TestOrder      int     `json:"test_order"`
	Kernel         Kernel  `json:"kernel"`
	NLeft          int     `json:"n_left"` // observations below the cutoff
	NRight         int     `json:"n_right"`
	EffectiveLeft  int     `json:"effective_left"` // of them, inside the bandwidth
	EffectiveRight int     `json:"effective_right"`
	DistinctLeft   int     `json:"distinct_left"` // distinct values inside the bandwidth
	DistinctRight  int     `json:"distinct_right"`
	HLeft          float64 `json:"h_left"` // bandwidth
	HRight         float64 `json:"h_right"`
	DensityLeft    float64 `json:"density_left"`
	DensityRight   float64 `json:"density_right"`
	SELeft         float64 `json:"se_left"` // jackknife standard error
	SERight        float64 `json:"se_right"`
	T              float64 `json:"t"` // (right − left) / standard error of the difference
	P              float64 `json:"p"` // two-sided, from the normal distribution
}

// TestDensity tests whether the density of scores is continuous at a cutoff,
// by the method of Cattaneo, Jansson and Ma ("Simple local polynomial density
// estimators", Journal of the American Statistical Association 115, 2020;
// "Manipulation testing based on density discontinuity", Stata Journal 18,
// 2018) with jackknife standard errors and no restriction between the sides.
//
// The order of scores does not matter and the slice is not changed. Scores in
// other units give the same T and P; a mirrored scale gives the opposite T,
// unless scores are tied or lie on the cutoff itself.
//
// Errors are of kind Invalid and name the row, from 1, or the option: a score
// that is not a finite number, scores all equal or all on one side, too few
// observations or distinct values for the fit, an option out of range.
func TestDensity(scores []float64, o DensityOptions) (Density, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return Density{}, err
	}
	x, err := split(scores, o)
	if err != nil {
		return Density{}, err
	}
	hl, hr := o.LeftWidth, o.RightWidth
	if hl == 0 {
		if hl, hr, err = x.choose(o); err != nil {
			return Density{}, err
		}
	}
	d := Density{
		Cutoff: o.Cutoff, Order: o.Order, TestOrder: o.TestOrder, Kernel: o.Kernel,
		NLeft: len(x.left.dist), NRight: len(x.right.dist),
		EffectiveLeft: x.left.within(hl), EffectiveRight: x.right.within(hr),
		HLeft: hl, HRight: hr,
	}
	d.DistinctLeft = x.left.distinct(d.EffectiveLeft)
	d.DistinctRight = x.right.distinct(d.EffectiveRight)
	l, err := x.left.density(hl, o)
	if err != nil {
		return Density{}, err
	}
	r, err := x.right.density(hr, o)
	if err != nil {
		return Density{}, err
	}
	d.DensityLeft, d.SELeft = l.value, math.Sqrt(l.variance)
	d.DensityRight, d.SERight = r.value, math.Sqrt(r.variance)
	d.T = (r.value - l.value) / math.Sqrt(l.variance+r.variance)
	d.P = math.Erfc(math.Abs(d.T) / math.Sqrt2)
	return d, nil
}

func (o DensityOptions) withDefaults() DensityOptions {
	if o.Order == 0 {
		o.Order = 2
	}
	if o.TestOrder == 0 {
		o.TestOrder = o.Order + 1
	}
	if o.Kernel == "" {
		o.Kernel = Triangular
	}
	if o.Selector == "" {
		o.Selector = Combined
	}
	return o
}

func (o DensityOptions) check() error {
	switch {
	case math.IsNaN(o.Cutoff) || math.IsInf(o.Cutoff, 0):
		return errs.Bad("cutoff", "is not a finite number", "give the threshold in the units of the score")
	case o.Order < 1 || o.Order > 4:
		return errs.Bad("order", fmt.Sprintf("is %d", o.Order), "choose 1 to 4; 2 is usual")
	case o.TestOrder < o.Order || o.TestOrder > 7:
		return errs.Bad("test_order", fmt.Sprintf("is %d with order %d", o.TestOrder, o.Order),
			"choose at least the order and at most 7; order + 1 is usual")
	case !slices.Contains([]Kernel{Triangular, Uniform, Epanechnikov}, o.Kernel):
		return errs.Bad("kernel", fmt.Sprintf("%q is unknown", o.Kernel), "choose triangular, uniform or epanechnikov")
	case !slices.Contains([]Selector{Combined, Each, Difference, Sum}, o.Selector):
		return errs.Bad("selector", fmt.Sprintf("%q is unknown", o.Selector), "choose combined, each, difference or sum")
	case !widthsFit(o.LeftWidth, o.RightWidth):
		return errs.Bad("bandwidth", "must be two positive finite numbers, or neither given",
			"give the bandwidth of both sides, or leave both to be selected")
	}
	return nil
}

func widthsFit(left, right float64) bool {
	given := left > 0 && right > 0 && !math.IsInf(left, 0) && !math.IsInf(right, 0)
	return given || left == 0 && right == 0
}

// split sorts the scores into the two sides of the cutoff.
func split(scores []float64, o DensityOptions) (*sides, error) {
	for i, v := range scores {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, &errs.Error{Kind: errs.Invalid, Line: i + 1, Field: "score",
				What: "is not a finite number", Fix: "leave out rows without a score"}
		}
	}
	v := slices.Sorted(slices.Values(scores))
	for i := range v {
		v[i] -= o.Cutoff
	}
	n := len(v)
	left, _ := slices.BinarySearch(v, 0)
	switch {
	case n == 0:
		return nil, errs.Bad("scores", "there are none", "give a score per row")
	case v[0] == v[n-1]:
		return nil, errs.Bad("scores", "are all equal", "a density needs scores that differ")
	case left == 0 || left == n:
		return nil, errs.Bad("cutoff", "has every score on one side", "choose a cutoff inside the scores")
	}
	x := &sides{}
	x.left, x.right = halves(v, left, o.IgnoreTies)
	x.mean, x.sd = moments(v)
	if math.IsInf(x.sd, 0) || x.sd == 0 {
		return nil, errs.Bad("scores", "spread too far or too little for floating-point numbers", "rescale the scores")
	}
	return x, nil
}

// halves cuts sorted distances at the index where the right side begins.
func halves(v []float64, cut int, ignoreTies bool) (left, right side) {
	n := len(v)
	last := make([]int, n) // of the values tied with this one
	for i := n - 1; i >= 0; i-- {
		last[i] = i
		if i+1 < n && v[i] == v[i+1] && !ignoreTies {
			last[i] = last[i+1]
		}
	}
	left, right = side{n: n, left: true}, side{n: n}
	for i := cut - 1; i >= 0; i-- {
		left.dist = append(left.dist, -v[i])
		left.rise = append(left.rise, float64(cut-last[i])/float64(n-1))
	}
	for i := cut; i < n; i++ {
		right.dist = append(right.dist, v[i])
		right.rise = append(right.rise, float64(last[i]-cut)/float64(n-1))
		right.tied = append(right.tied, last[i]-cut+1)
	}
	left.tied = make([]int, cut)
	for i := cut - 1; i >= 0; i-- {
		left.tied[i] = i + 1
		if i+1 < cut && left.dist[i] == left.dist[i+1] && !ignoreTies {
			left.tied[i] = left.tied[i+1]
		}
	}
	return left, right
}

// moments are the mean and the standard deviation, with n − 1.
func moments(v []float64) (mean, sd float64) {
	n := float64(len(v))
	for _, x := range v {
		mean += x / n
	}
	for _, x := range v {
		sd += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(sd / (n - 1))
}

// choose selects bandwidths, after checking that each side has enough for the
// pilot fits.
func (x *sides) choose(o DensityOptions) (left, right float64, err error) {
	need := fewest(o.Order)
	for _, s := range []*side{&x.left, &x.right} {
		if have := len(s.dist); have < need {
			return 0, 0, errs.Bad("scores", fmt.Sprintf("%d are %s the cutoff, and a bandwidth needs %d", have, s.where(), need),
				"choose another cutoff, pool more records, or give bandwidths")
		}
	}
	left, right, ok := x.bandwidths(o.Order, o.Kernel, o.Selector)
	if !ok {
		return 0, 0, errs.Bad("scores", "have too few distinct values around the cutoff to select a bandwidth",
			"give bandwidths, choose a lower order, or compare counts of neighbouring values")
	}
	return left, right, nil
}

// density is the slope at the cutoff with the test's order.
func (s *side) density(h float64, o DensityOptions) (estimate, error) {
	// A polynomial through every value leaves no residual to judge it by.
	have, need := s.distinct(s.within(h)), o.TestOrder+2
	if have >= need {
		if e, ok := s.derivative(h, o.TestOrder, 1, o.Kernel); ok {
			return e, nil
		}
	}
	return estimate{}, errs.Bad("scores", fmt.Sprintf("%d distinct values are within the bandwidth %s the cutoff, and order %d needs %d that are spread out",
		have, s.where(), o.TestOrder, need), "widen the bandwidth, lower the order, or choose another cutoff")
}

func (s *side) where() string {
	if s.left {
		return "below"
	}
	return "at or above"
}
