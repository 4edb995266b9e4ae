package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sijil/internal/outbox"
	"sijil/internal/pgtemp"
	"sijil/internal/store"
	"sijil/internal/storetest"
)

// syncs measures how many 4 kB writes a second the disk makes durable, one
// after the other.
func syncs(b *testing.B) float64 {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "sync"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	start, n := time.Now(), 0
	for ; time.Since(start) < 300*time.Millisecond; n++ {
		if _, err := f.Write(block); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return float64(n) / time.Since(start).Seconds()
}

// durable returns a store that syncs every commit to the disk of the system's
// temporary folder.
func durable(b *testing.B, e store.Engine) *store.DB {
	b.Helper()
	if e == store.SQLite {
		return storetest.Open(b, e, set(things))
	}
	s, err := pgtemp.Start(b.Context(), pgtemp.Options{Durable: true})
	storetest.Need(b, err)
	b.Cleanup(func() { _ = s.Stop() })
	db, err := store.Open(b.Context(), store.Config{Name: "bench", Engine: e, DSN: s.DSN(), Schema: "bench", Conns: 32})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if _, err := db.Migrate(b.Context(), set(things), storetest.Now, false); err != nil {
		b.Fatal(err)
	}
	return db
}

// BenchmarkDurable is one transaction of three rows (a thing, its part, an
// event), acknowledged when it is on the disk, beside the disk's syncs/s.
func BenchmarkDurable(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		for _, writers := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/%d", e, writers), func(b *testing.B) {
				db := durable(b, e)
				rate := syncs(b)
				ctx := b.Context()
				b.ResetTimer()
				var wg sync.WaitGroup
				for w := range writers {
					wg.Go(func() {
						for i := w; i < b.N; i += writers {
							var batch store.Batch
							id := newID()
							batch.Exec(`INSERT INTO things (thing_id, name, n) VALUES ($1, $2, 1)`, id, id.String())
							batch.Exec(`INSERT INTO parts (thing_id, seq) VALUES ($1, 1)`, id)
							batch.Emit(outbox.Event{ID: newID(), Subject: id, Topic: "thing.made", At: storetest.Now})
							if err := db.Do(ctx, func(tx *store.Tx) error { return tx.Run(ctx, &batch) }); err != nil {
								b.Error(err)
							}
						}
					})
				}
				wg.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
				b.ReportMetric(rate, "syncs/s")
			})
		}
	}
}

// BenchmarkRead is one row by its key, in a View of its own.
func BenchmarkRead(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		b.Run(e.String(), func(b *testing.B) {
			db := storetest.Open(b, e, set(things))
			ctx, id := b.Context(), newID()
			if err := db.Do(ctx, func(tx *store.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO things (thing_id, name, n) VALUES ($1, 'x', 1)`, id)
				return err
			}); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					var n int
					if err := db.View(ctx, func(tx *store.Tx) error {
						return tx.QueryRow(ctx, `SELECT n FROM things WHERE thing_id = $1`, id).Scan(&n)
					}); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reads/s")
		})
	}
}

// BenchmarkCopy is a bulk load of rows.
func BenchmarkCopy(b *testing.B) {
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		b.Run(e.String(), func(b *testing.B) {
			db := durable(b, e)
			b.ResetTimer()
			i := 0
			_, err := db.Copy(b.Context(), "things", []string{"thing_id", "name", "n"}, func() ([]any, error) {
				if i == b.N {
					return nil, errEOF
				}
				i++
				id := newID()
				return []any{id, id.String(), i % 1000}, nil
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
