package store

import (
	"context"
	"sync/atomic"
	"time"

	"sijil/internal/clock"
)

// attempts is how often a transaction runs at most. The pauses between the
// attempts add up to one to two seconds.
const attempts = 12

// retry is the one policy of retrying. What lost against another transaction,
// or its connection before COMMIT, is not written and runs again. After an
// unknown outcome only a keyed transaction runs again.
func (db *DB) retry(ctx context.Context, keyed bool, once func() error) error {
	db.counted.transactions.Add(1)
	for n := 1; ; n++ {
		err := once()
		if err == nil {
			return nil
		}
		if n == attempts || !again(err, keyed) || clock.Wait(ctx, pause(n)) != nil {
			if faultOf(err) != nil { // the store's own failure, not what the caller decided
				db.counted.failures.Add(1)
			}
			return db.explain(err)
		}
		db.counted.retries.Add(1)
	}
}

// counts are of one open store.
type counts struct{ transactions, retries, failures atomic.Uint64 }

// Stats counts what an open store has done since it was opened.
type Stats struct {
	Transactions uint64 // begun, those that read included
	Retries      uint64 // attempts after the first
	Failures     uint64 // transactions that the store could not do; a caller's own errors are not counted
}

// Stats returns the counts so far.
func (db *DB) Stats() Stats {
	c := &db.counted
	return Stats{Transactions: c.transactions.Load(), Retries: c.retries.Load(), Failures: c.failures.Load()}
}

func again(err error, keyed bool) bool {
	f := faultOf(err)
	if f == nil {
		return false
	}
	switch f.kind {
	case contended, unreachable:
		return true
	case unknown:
		return keyed
	}
	return false
}

var turnsTaken atomic.Uint64

// pause grows from a millisecond to a second and is spread, so that those who
// collided do not meet again.
func pause(n int) time.Duration {
	d := min(time.Millisecond<<(n-1), time.Second)
	spread := turnsTaken.Add(1) * 0x9E3779B97F4A7C15 >> 56 // 0 to 255, evenly
	return d/2 + d*time.Duration(spread)/512
}
