package policy_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sijil/internal/errs"
	"sijil/policy"
)

// column reads a one-column CSV file of the measuring data.
func column(t *testing.T, name string) []float64 {
	t.Helper()
	dir := os.Getenv("SIJIL_TESTDATA")
	if dir == "" {
		t.Skip("SIJIL_TESTDATA is not set")
	}
	text, err := os.ReadFile(filepath.Join(dir, "survey", name))
	if err != nil {
		t.Fatal(err)
	}
	var v []float64
	for i, line := range strings.Fields(string(text)) {
		if i == 0 {
			continue
		}
		x, err := strconv.ParseFloat(line, 64)
		if err != nil {
			t.Fatalf("%s:%d: %v", name, i+1, err)
		}
		v = append(v, x)
	}
	return v
}

func near(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if !(math.Abs(got-want) <= relative*math.Abs(want)) {
		t.Errorf("%s = %.17g, want %.17g (relative %.2g)", what, got, want, math.Abs(got/want-1))
	}
}

// The figures are those of the R package rddensity 2.6.
func TestDensityAgreesWithRddensity(t *testing.T) {
	t.Parallel()
	d, err := policy.TestDensity(column(t, "rddensity_senate.csv"), policy.DensityOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// The package holds its constants for preliminary bandwidths to nine digits
	// or so; ours are exact.
	near(t, "h left", d.HLeft, 19.841108436263454, 1e-10)
	near(t, "h right", d.HRight, 27.118786663327565, 1e-10)
	near(t, "density left", d.DensityLeft, .021685914653257754, 1e-11)
	near(t, "density right", d.DensityRight, .018137707252761537, 1e-11)
	near(t, "standard error left", d.SELeft, .0032884781, 2e-8)
	near(t, "standard error right", d.SERight, .0023705366, 2e-8)
	near(t, "T", d.T, -.87527301408197911, 1e-10)
	near(t, "p", d.P, .38142537375751223, 1e-10)
	if d.NLeft != 640 || d.NRight != 750 || d.EffectiveLeft != 408 || d.EffectiveRight != 460 {
		t.Errorf("counts %d %d %d %d, want 640 750 408 460", d.NLeft, d.NRight, d.EffectiveLeft, d.EffectiveRight)
	}
}

func TestDensityAgreesAtGivenBandwidths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		o policy.DensityOptions
		T float64
	}{
		{policy.DensityOptions{LeftWidth: 10, RightWidth: 10}, -.82131734392636246},
		{policy.DensityOptions{LeftWidth: 10, RightWidth: 10, Order: 1, Kernel: policy.Uniform}, -.45478954813183115},
	} {
		d, err := policy.TestDensity(column(t, "rddensity_senate.csv"), c.o)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "T", d.T, c.T, 1e-9)
	}
}

func TestDensityFindsBunching(t *testing.T) {
	t.Parallel()
	d, err := policy.TestDensity(column(t, "sim_bunching.csv"), policy.DensityOptions{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "T", d.T, -8.088, 1e-4)
	near(t, "p", d.P, 6e-16, .02)
}

// normal draws n scores from a normal density, smooth everywhere.
func normal(r *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	return v
}

// A uniform density of 1/2 on each side of the cutoff, and one with three
// quarters of the people on the left: the truth is known without any program.
func TestDensityEstimatesAKnownDensity(t *testing.T) {
	t.Parallel()
	const n = 4000
	v := make([]float64, 0, n)
	for i := range 3 * n / 4 {
		v = append(v, -(float64(i)+.5)/(3*n/4))
	}
	for i := range n / 4 {
		v = append(v, (float64(i)+.5)/(n/4))
	}
	for _, k := range []policy.Kernel{policy.Triangular, policy.Uniform, policy.Epanechnikov} {
		d, err := policy.TestDensity(v, policy.DensityOptions{Kernel: k, LeftWidth: .5, RightWidth: .4})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "density left", d.DensityLeft, .75, 1e-3)
		near(t, "density right", d.DensityRight, .25, 1e-3)
	}
}

// Each score twice is the same distribution function at the same points: the
// density stays, and the bandwidth window holds twice the observations.
func TestTiedScoresCountTogether(t *testing.T) {
	t.Parallel()
	v := normal(rand.New(rand.NewPCG(7, 7)), 600)
	o := policy.DensityOptions{Cutoff: .1, LeftWidth: 1, RightWidth: 1}
	once, err := policy.TestDensity(v, o)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := policy.TestDensity(append(v, v...), o)
	if err != nil {
		t.Fatal(err)
	}
	// (2k−1)/(2n−1) against (k−1)/(n−1), whose slopes are as 2n/(2n−1) to n/(n−1).
	ratio := 2 * 599.0 / 1199
	near(t, "density left", twice.DensityLeft, once.DensityLeft*ratio, 1e-9)
	near(t, "density right", twice.DensityRight, once.DensityRight*ratio, 1e-9)
	// Each weight halves and each part keeps its sum; twice as many parts.
	near(t, "standard error left", twice.SELeft, once.SELeft*math.Sqrt(.5)*ratio, 1e-9)
	near(t, "standard error right", twice.SERight, once.SERight*math.Sqrt(.5)*ratio, 1e-9)
	if twice.DistinctLeft != once.DistinctLeft || twice.EffectiveLeft != 2*once.EffectiveLeft {
		t.Errorf("distinct %d, effective %d; once %d, %d", twice.DistinctLeft, twice.EffectiveLeft, once.DistinctLeft, once.EffectiveLeft)
	}
	o.IgnoreTies = true
	apart, err := policy.TestDensity(append(v, v...), o)
	if err != nil {
		t.Fatal(err)
	}
	if apart.SERight == twice.SERight {
		t.Error("ignoring ties changes nothing")
	}
}

// A window too narrow for the fit is widened until it holds enough values.
func TestSelectedWindowsHoldEnough(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 9))
	points := make([]float64, 3000) // a score in steps of 0.1
	for i := range points {
		points[i] = math.Round(r.NormFloat64()*10) / 10
	}
	for _, sel := range []policy.Selector{policy.Combined, policy.Each, policy.Difference, policy.Sum} {
		d, err := policy.TestDensity(points, policy.DensityOptions{Selector: sel})
		if err != nil {
			t.Fatal(err)
		}
		if d.DistinctLeft < 23 || d.DistinctRight < 23 {
			t.Errorf("%s: %d and %d distinct values, want at least 23", sel, d.DistinctLeft, d.DistinctRight)
		}
	}
}

func TestBadInputIsNamed(t *testing.T) {
	t.Parallel()
	smooth := normal(rand.New(rand.NewPCG(1, 2)), 500)
	withNaN := append(append([]float64{}, smooth...), math.NaN())
	same := make([]float64, 100)
	lumps := make([]float64, 300)
	for i := range lumps {
		lumps[i] = float64(i%6) - 3
	}
	for name, c := range map[string]struct {
		v    []float64
		o    policy.DensityOptions
		want string
	}{
		"none":          {nil, policy.DensityOptions{}, "there are none"},
		"NaN":           {withNaN, policy.DensityOptions{}, "line 501: score: is not a finite number"},
		"infinite":      {[]float64{1, math.Inf(1)}, policy.DensityOptions{}, "line 2"},
		"all equal":     {same, policy.DensityOptions{}, "all equal"},
		"outside":       {smooth, policy.DensityOptions{Cutoff: 9}, "every score on one side"},
		"few below":     {smooth, policy.DensityOptions{Cutoff: -2}, "below the cutoff, and a bandwidth needs 23"},
		"few above":     {smooth, policy.DensityOptions{Cutoff: 2}, "at or above the cutoff"},
		"lumps":         {lumps, policy.DensityOptions{}, "distinct values"},
		"narrow":        {smooth, policy.DensityOptions{LeftWidth: .001, RightWidth: 1}, "0 distinct values are within the bandwidth below"},
		"one width":     {smooth, policy.DensityOptions{LeftWidth: 1}, "neither given"},
		"width":         {smooth, policy.DensityOptions{LeftWidth: math.NaN(), RightWidth: 1}, "bandwidth"},
		"order":         {smooth, policy.DensityOptions{Order: 5}, "choose 1 to 4"},
		"test order":    {smooth, policy.DensityOptions{Order: 2, TestOrder: 1}, "test_order: is 1 with order 2"},
		"kernel":        {smooth, policy.DensityOptions{Kernel: "gauss"}, "choose triangular"},
		"selector":      {smooth, policy.DensityOptions{Selector: "best"}, "choose combined"},
		"cutoff":        {smooth, policy.DensityOptions{Cutoff: math.NaN()}, "cutoff: is not"},
		"beyond floats": {[]float64{-math.MaxFloat64, 0, math.MaxFloat64}, policy.DensityOptions{}, "rescale"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := policy.TestDensity(c.v, c.o)
			if err == nil {
				t.Fatalf("no error, but %+v", d)
			}
			if errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %q (%v), want %q", err, errs.KindOf(err), c.want)
			}
		})
	}
}

func TestDensityJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(policy.Density{Kernel: policy.Triangular})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"n_left", "n_right", "effective_left", "effective_right", "h_left", "h_right",
		"density_left", "density_right", "se_left", "se_right", `"t"`, `"p"`} {
		if !strings.Contains(string(b), k) {
			t.Errorf("%s is missing in %s", k, b)
		}
	}
}
