package formula_test

import (
	"math/rand/v2"
	"testing"

	"sijil/formula"
)

func BenchmarkEvaluate(b *testing.B) {
	f := load(b, moroccoFile)
	r := rand.New(rand.NewPCG(1, 1))
	hs, vars := make([]formula.Household, 1000), variables(b, f)["urban"]
	for i := range hs {
		hs[i] = randomHousehold(r, vars, "urban")
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := f.Evaluate(hs[i%len(hs)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkExplain(b *testing.B) {
	f := load(b, moroccoFile)
	h := randomHousehold(rand.New(rand.NewPCG(1, 1)), variables(b, f)["urban"], "urban")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Explain(h); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	f := load(b, moroccoFile)
	r := rand.New(rand.NewPCG(1, 1))
	hs, vars := make([]formula.Household, 1000), variables(b, f)["urban"]
	for i := range hs {
		hs[i] = randomHousehold(r, vars, "urban")
	}
	tab, err := f.NewTable("urban")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if err := tab.Append(hs[i%len(hs)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// BenchmarkTable evaluates two million households in memory on one core. The
// columns (about 80 MB in town) are far larger than the caches.
func BenchmarkTable(b *testing.B) {
	const n = 2_000_000
	f := load(b, moroccoFile)
	for _, stratum := range f.Strata() {
		b.Run(stratum, func(b *testing.B) {
			tab, err := f.NewTable(stratum)
			if err != nil {
				b.Fatal(err)
			}
			r := rand.New(rand.NewPCG(1, 1))
			vars := variables(b, f)[stratum]
			for range n {
				if err := tab.Append(randomHousehold(r, vars, stratum)); err != nil {
					b.Fatal(err)
				}
			}
			dst := make([]formula.Index, n)
			for b.Loop() {
				if err := tab.Evaluate(dst); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "households/s")
		})
	}
}
