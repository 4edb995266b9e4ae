package population_test

import (
	"sync/atomic"
	"testing"

	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/population"
	"sijil/population/populationdb"
)

// BenchmarkEnrol enrols with eight officers at once. Keys are made in memory
// and PostgreSQL does not sync here: `sijil bench enrol` measures what is
// durable.
func BenchmarkEnrol(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		b.Run(e.String(), func(b *testing.B) {
			w := newWorld(b, storetest.Open(b, e, []store.Migrations{populationdb.Migrations()}))
			b.ResetTimer()
			b.SetParallelism(4)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := w.Enrol(b.Context(), w.officer, w.key(), w.adult()); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "enrolments/s")
		})
	}
}

// BenchmarkExchange exchanges households of four.
func BenchmarkExchange(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		b.Run(e.String(), func(b *testing.B) {
			w := newWorld(b, storetest.Open(b, e, []store.Migrations{populationdb.Migrations()}))
			var households [][]population.Claim
			for range 50 {
				var h []population.Claim
				for range 4 {
					h = append(h, w.enrol(w.adult()).claim())
				}
				households = append(households, h)
			}
			var n atomic.Int64
			b.ResetTimer()
			b.SetParallelism(4)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					h := households[n.Add(1)%int64(len(households))]
					if _, err := w.Exchange(b.Context(), w.social(), population.Social, w.key(), h); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "households/s")
		})
	}
}
