package policy_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"sijil/policy"
)

// sample draws a smooth sample, a cutoff inside it and options.
func sample(t *rapid.T) ([]float64, policy.DensityOptions) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	v := normal(r, rapid.IntRange(300, 900).Draw(t, "n"))
	return v, policy.DensityOptions{
		Cutoff: rapid.Float64Range(-.8, .8).Draw(t, "cutoff"),
		Order:  rapid.IntRange(1, 3).Draw(t, "order"),
		Kernel: rapid.SampledFrom([]policy.Kernel{policy.Triangular, policy.Epanechnikov}).Draw(t, "kernel"),
	}
}

func test(t *rapid.T, v []float64, o policy.DensityOptions) policy.Density {
	d, err := policy.TestDensity(v, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func same(t *rapid.T, what string, got, want, tolerance float64) {
	if !(math.Abs(got-want) <= tolerance*(1e-3+math.Abs(want))) {
		t.Fatalf("%s = %.15g, want %.15g", what, got, want)
	}
}

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v, o := sample(t)
		before := test(t, v, o)
		other := slices.Clone(v)
		rand.New(rand.NewPCG(1, 1)).Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		shuffled := slices.Clone(other)
		if after := test(t, other, o); after != before {
			t.Fatalf("%+v after shuffling, %+v before", after, before)
		}
		if !slices.Equal(other, shuffled) {
			t.Fatal("the caller's slice changed")
		}
	})
}

func TestUnitsDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v, o := sample(t)
		before := test(t, v, o)
		a := math.Exp(rapid.Float64Range(-10, 10).Draw(t, "log of scale"))
		shift := rapid.Float64Range(-5, 5).Draw(t, "shift")
		for i := range v {
			v[i] = a * (v[i] + shift)
		}
		o.Cutoff = a * (o.Cutoff + shift)
		after := test(t, v, o)
		same(t, "T", after.T, before.T, 1e-6)
		same(t, "p", after.P, before.P, 1e-6)
		same(t, "h", after.HLeft, a*before.HLeft, 1e-6)
		same(t, "density", after.DensityRight*a, before.DensityRight, 1e-6)
	})
}

func TestMirrorFlipsTheSign(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v, o := sample(t)
		before := test(t, v, o)
		for i := range v {
			v[i] = -v[i]
		}
		o.Cutoff = -o.Cutoff
		after := test(t, v, o)
		same(t, "density left", after.DensityLeft, before.DensityRight, 1e-9)
		same(t, "density right", after.DensityRight, before.DensityLeft, 1e-9)
		if after.EffectiveLeft != before.EffectiveRight {
			t.Fatalf("%d effective, want %d", after.EffectiveLeft, before.EffectiveRight)
		}
		same(t, "standard error", after.SELeft, before.SERight, 1e-9)
		same(t, "h", after.HLeft, before.HRight, 1e-9)
		same(t, "T", after.T, -before.T, 1e-8)
	})
}
