package roll_test

import (
	"os"
	"path/filepath"
	"testing"

	"sijil/internal/roll"
)

// BenchmarkEach reads the largest outside file.
func BenchmarkEach(b *testing.B) {
	dir := os.Getenv("SIJIL_TESTDATA")
	if dir == "" {
		b.Skip("SIJIL_TESTDATA is not set")
	}
	f, err := roll.Open(filepath.Join(dir, "linkage", "ma_100k.csv"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		rows := 0
		err := roll.Each(b.Context(), f, func() func(*roll.Block) (int, error) {
			return func(bl *roll.Block) (int, error) { return bl.Rows(), nil }
		}, func(_ *roll.Block, n int) error { rows += n; return nil })
		if err != nil || rows != 100_000 {
			b.Fatal(rows, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/row")
}
