package policy_test

import (
	"math/rand/v2"
	"testing"

	"sijil/policy"
)

// BenchmarkTestDensity times the test with selected bandwidths on 100,000
// scores.
func BenchmarkTestDensity(b *testing.B) {
	v := normal(rand.New(rand.NewPCG(1, 1)), 100_000)
	for b.Loop() {
		if _, err := policy.TestDensity(v, policy.DensityOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
