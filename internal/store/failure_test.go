package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sijil/internal/store"
	"sijil/internal/storetest"
)

var errTaken = errors.New("taken")

// Whoever is told that somebody was faster is told after the other's act is
// durable: until then it may be undone, and nobody else can see it.
func TestAFailureIsToldAfterTheCommitOfTheGroup(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, store.SQLite, set(things))
	ctx := t.Context()
	one := newID()
	claim := func(tx *store.Tx) error {
		var b store.Batch
		b.Must(1, errTaken, `INSERT INTO things (thing_id, name, n) VALUES ($1, 'one', 0) ON CONFLICT DO NOTHING`, one)
		return tx.Run(ctx, &b)
	}
	holding, queued, third, letGo := make(chan struct{}), make(chan struct{}), make(chan struct{}), make(chan struct{})
	var told atomic.Bool
	var wg sync.WaitGroup
	act := func(fn func(tx *store.Tx) error, ended func(error)) {
		wg.Go(func() { ended(db.Do(ctx, fn)) })
		time.Sleep(20 * time.Millisecond) // to be in the queue before the next; too short a time only makes the test idle
	}
	wins := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	act(func(tx *store.Tx) error {
		close(holding)
		<-queued
		return claim(tx)
	}, wins)
	<-holding
	act(claim, func(err error) {
		told.Store(true)
		if !errors.Is(err, errTaken) {
			t.Errorf("the loser got %v", err)
		}
		if n := count(t, db, `SELECT count(*) FROM things WHERE thing_id = $1`, one); n != 1 {
			t.Errorf("%d rows of the winner, when the loser was told", n)
		}
	})
	act(func(tx *store.Tx) error {
		close(third)
		<-letGo
		return insert(ctx, tx, "third")
	}, wins)
	close(queued)
	<-third
	time.Sleep(20 * time.Millisecond) // for an answer that comes too early
	if told.Load() && store.Grouped(db) {
		t.Error("the loser was told before the winner was committed")
	}
	close(letGo)
	wg.Wait()
}
