package synth_test

import (
	"context"
	"io"
	"testing"

	"sijil/internal/synth"
)

// BenchmarkHousehold makes households, declarations and names, on one core.
// The bar is 20,000 a second.
func BenchmarkHousehold(b *testing.B) {
	c := reference(b)
	var h synth.Household
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		c.model.Household(1, i, &h)
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "households/s")
}

// BenchmarkGenerate also writes both files, to nowhere, on all cores.
func BenchmarkGenerate(b *testing.B) {
	c := reference(b)
	const n = 20_000
	for b.Loop() {
		if err := c.model.Generate(context.Background(), synth.Writers{Households: io.Discard, Persons: io.Discard}, 1, n, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "households/s")
}
