package policy_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sijil/policy"
)

// rejections counts how many of the samples the test rejects at 5 %.
func rejections(t *testing.T, samples int, draw func(*rand.Rand) []float64) int {
	t.Helper()
	r := rand.New(rand.NewPCG(2020, 531))
	n := 0
	for range samples {
		d, err := policy.TestDensity(draw(r), policy.DensityOptions{Cutoff: .3})
		if err != nil {
			t.Fatal(err)
		}
		if d.P < .05 {
			n++
		}
	}
	return n
}

// On a smooth density 5 in 100 samples are rejected; with 400 samples the
// binomial standard deviation is 1.1 points, and the bounds are generous.
func TestSizeUnderASmoothDensity(t *testing.T) {
	t.Parallel()
	const samples = 400
	for name, draw := range map[string]func(*rand.Rand) []float64{
		"normal": func(r *rand.Rand) []float64 { return normal(r, 1000) },
		"skewed": func(r *rand.Rand) []float64 {
			v := normal(r, 1000)
			for i := range v {
				v[i] = math.Exp(v[i]/2) - .8
			}
			return v
		},
	} {
		n := rejections(t, samples, draw)
		t.Logf("%s: %d of %d rejected", name, n, samples)
		if n < samples*2/100 || n > samples*9/100 {
			t.Errorf("%s: %d of %d rejected at 5 %%", name, n, samples)
		}
	}
}

// Of those within 0.15 above the line, half move just below it.
func TestPowerUnderBunching(t *testing.T) {
	t.Parallel()
	const samples = 60
	n := rejections(t, samples, func(r *rand.Rand) []float64 {
		v := normal(r, 4000)
		for i := range v {
			if over := v[i] - .3; over >= 0 && over < .15 && r.IntN(2) == 0 {
				v[i] = .3 - over
			}
		}
		return v
	})
	t.Logf("%d of %d rejected", n, samples)
	if n < samples*9/10 {
		t.Errorf("only %d of %d rejected", n, samples)
	}
}
