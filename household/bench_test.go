package household_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"sijil/household"
	"sijil/internal/store"
	"sijil/internal/storetest"
)

// BenchmarkDeclare declares the golden households, of 1 to 6 members, durably:
// the social store's part, with outcomes, over an invented population register.
func BenchmarkDeclare(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		b.Run(e.String(), func(b *testing.B) {
			r := newRig(b, storetest.Open(b, e, sets))
			var all []household.Declaration
			for i := range b.N {
				_, d := r.family(goldens(b)[i%6])
				all = append(all, d)
			}
			var next atomic.Int64
			b.SetParallelism(8)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n := next.Add(1) - 1
					if _, err := r.svc.Declare(context.Background(), officer, fmt.Sprint("b", n), all[n]); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "declarations/s")
		})
	}
}
