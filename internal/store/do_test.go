package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
)

func insert(ctx context.Context, tx *store.Tx, name string) error {
	_, err := tx.Exec(ctx, `INSERT INTO things (thing_id, name, n) VALUES ($1, $2, 0)`, newID(), name)
	return err
}

func count(t *testing.T, db *store.DB, sql string, args ...any) int {
	t.Helper()
	var n int
	err := db.View(t.Context(), func(tx *store.Tx) error { return tx.QueryRow(t.Context(), sql, args...).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Many writers, a third of which fail in one of three ways: what each did is
// there if and only if it succeeded.
func TestOneFailureHarmsNoOther(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(things), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		if err := db.Do(ctx, func(tx *store.Tx) error { return insert(ctx, tx, "taken") }); err != nil {
			t.Fatal(err)
		}
		const writers, each = 16, 20
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					name := fmt.Sprintf("w%d-%d", w, i)
					err := db.Do(ctx, func(tx *store.Tx) error {
						if err := insert(ctx, tx, name); err != nil {
							return err
						}
						switch (w + i) % 6 {
						case 0:
							return insert(ctx, tx, "taken")
						case 1:
							return errors.New("mine")
						case 2: // hides the failure: it fails all the same
							_ = insert(ctx, tx, "taken")
						}
						return nil
					})
					if failed := (w+i)%6 < 3; failed != (err != nil) {
						t.Errorf("%s: %v", name, err)
					}
				}
			})
		}
		wg.Wait()
		for w := range writers {
			for i := range each {
				want := 1
				if (w+i)%6 < 3 {
					want = 0
				}
				if n := count(t, db, `SELECT count(*) FROM things WHERE name = $1`, fmt.Sprintf("w%d-%d", w, i)); n != want {
					t.Errorf("writer %d, act %d is there %d times, not %d", w, i, n, want)
				}
			}
		}
	})
}

// A transaction is acknowledged only once another connection can see it.
func TestAcknowledgedAfterCommit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(things), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 10 {
					name := fmt.Sprintf("a%d-%d", w, i)
					if err := db.Do(ctx, func(tx *store.Tx) error { return insert(ctx, tx, name) }); err != nil {
						t.Error(err)
					}
					if count(t, db, `SELECT count(*) FROM things WHERE name = $1`, name) != 1 {
						t.Errorf("%s was acknowledged before it was committed", name)
					}
				}
			})
		}
		wg.Wait()
	})
}

// While a later member of the group is at work, an earlier one is not
// acknowledged; nor is what it wrote seen.
func TestAGroupIsAcknowledgedTogether(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, store.SQLite, set(things))
	ctx := t.Context()
	holding, queued, letGo := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var firstDone atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		err := db.Do(ctx, func(tx *store.Tx) error {
			close(holding)
			<-queued
			return insert(ctx, tx, "first")
		})
		firstDone.Store(true)
		if err != nil {
			t.Error(err)
		}
	})
	<-holding
	started := make(chan struct{})
	wg.Go(func() {
		err := db.Do(ctx, func(tx *store.Tx) error {
			close(started)
			<-letGo
			return insert(ctx, tx, "second")
		})
		if err != nil {
			t.Error(err)
		}
	})
	time.Sleep(50 * time.Millisecond) // for the second to be in the queue; too short a time only makes the test idle
	close(queued)
	<-started
	if store.Grouped(db) {
		if firstDone.Load() {
			t.Error("the first was acknowledged before the group was committed")
		}
		if n := count(t, db, `SELECT count(*) FROM things`); n != 0 {
			t.Errorf("%d rows are seen before they are durable", n)
		}
	} else {
		t.Log("the two did not meet in one group")
	}
	close(letGo)
	wg.Wait()
}

func TestPanicsAndGivingUpLeaveTheWriterWhole(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(things), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = db.Do(ctx, func(tx *store.Tx) error {
				_ = insert(ctx, tx, "panicked")
				panic("defect")
			})
		}()
		early, cancel := context.WithCancel(ctx)
		err := db.Do(early, func(tx *store.Tx) error {
			if err := insert(early, tx, "given up"); err != nil {
				return err
			}
			cancel()
			return insert(early, tx, "given up too")
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if err := db.Do(early, func(*store.Tx) error { t.Error("ran"); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if err := db.Do(ctx, func(tx *store.Tx) error { return insert(ctx, tx, "after") }); err != nil {
			t.Error(err)
		}
		if n := count(t, db, `SELECT count(*) FROM things`); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

// A caller who gives up in the queue leaves; the others go on.
func TestLeavingTheQueue(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, store.SQLite, set(things))
	holding, letGo := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = db.Do(t.Context(), func(*store.Tx) error { close(holding); <-letGo; return nil })
	})
	<-holding
	ctx, cancel := context.WithCancel(t.Context())
	wg.Go(func() {
		err := db.Do(ctx, func(*store.Tx) error { t.Error("ran though nobody waits"); return nil })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		close(letGo)
	})
	cancel()
	wg.Wait()
	if err := db.Do(t.Context(), func(tx *store.Tx) error { return insert(t.Context(), tx, "after") }); err != nil {
		t.Error(err)
	}
}

// A thousand acts claim one key at the same time; one of them acts.
func TestOneWinnerOfAKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(things), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		key := store.Key{Caller: newID(), Operation: "thing.make", Text: "k"}
		other := key
		other.Body[0] = 1
		var wins, replays atomic.Int64
		var wg sync.WaitGroup
		for i := range 1000 {
			wg.Go(func() {
				won := false
				var prior []byte
				err := db.DoKeyed(ctx, func(tx *store.Tx) error {
					got, done, err := tx.Once(ctx, key, storetest.Now)
					if won, prior = !done, got; err != nil || done {
						return err
					}
					if err := insert(ctx, tx, fmt.Sprint("winner ", i)); err != nil {
						return err
					}
					return tx.Remember(ctx, key, []byte("response"))
				})
				switch {
				case err != nil:
					t.Error(err)
				case won:
					wins.Add(1)
				case string(prior) == "response":
					replays.Add(1)
				default:
					t.Error("neither won nor replayed")
				}
			})
		}
		wg.Wait()
		if wins.Load() != 1 || replays.Load() != 999 || count(t, db, `SELECT count(*) FROM things`) != 1 {
			t.Errorf("%d winners, %d replays", wins.Load(), replays.Load())
		}
		err := db.Do(ctx, func(tx *store.Tx) error { _, _, err := tx.Once(ctx, other, storetest.Now); return err })
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Code != "store.key_reused" || e.Kind != errs.Conflict {
			t.Errorf("the key with another request gave %v", err)
		}
		for _, text := range []string{"", strings.Repeat("x", 201)} {
			bad := key
			bad.Text = text
			err := db.Do(ctx, func(tx *store.Tx) error { _, _, err := tx.Once(ctx, bad, storetest.Now); return err })
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("a key of %d characters gave %v", len(text), err)
			}
		}
		if n, err := db.ForgetKeys(ctx, storetest.Now.Add(time.Second), 10); err != nil || n != 1 {
			t.Errorf("forgot %d keys: %v", n, err)
		}
	})
}

// Claims of one value by many: a unique index picks one.
func TestOneWinnerOfAClaim(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(things), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		var wins, losses atomic.Int64
		lost := errors.New("taken")
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				var b store.Batch
				b.Must(1, lost, `INSERT INTO things (thing_id, name, n) VALUES ($1, 'claimed', 0) ON CONFLICT (name) DO NOTHING`, newID())
				b.Emit(outbox.Event{ID: newID(), Subject: newID(), Topic: "thing.made", At: storetest.Now})
				switch err := db.Do(ctx, func(tx *store.Tx) error { return tx.Run(ctx, &b) }); {
				case err == nil:
					wins.Add(1)
				case errors.Is(err, lost):
					losses.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if wins.Load() != 1 || losses.Load() != 999 {
			t.Errorf("%d won, %d lost", wins.Load(), losses.Load())
		}
		if n := count(t, db, `SELECT count(*) FROM outbox`); n != 1 {
			t.Errorf("%d events of one act", n)
		}
	})
}

func TestABatchIsOneAct(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(things), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		nobody := errors.New("nobody there")
		id := newID()
		var b store.Batch
		b.Exec(`INSERT INTO things (thing_id, name, n) VALUES ($1, 'x', 1)`, id)
		b.Must(1, nobody, `UPDATE things SET n = 2 WHERE name = 'y'`)
		b.Exec(`INSERT INTO things (thing_id, name, n) VALUES ($1, 'z', 1)`, newID())
		for range 2 {
			// Even where the act goes on as if nothing had happened.
			if err := db.Do(ctx, func(tx *store.Tx) error { _ = tx.Run(ctx, &b); return nil }); !errors.Is(err, nobody) {
				t.Errorf("got %v", err)
			}
		}
		if n := count(t, db, `SELECT count(*) FROM things`); n != 0 {
			t.Errorf("%d rows of an act that failed", n)
		}
		var bad store.Batch
		bad.Exec(`INSERT INTO things (thing_id, name, n) VALUES ($1, $2, 1)`, id, "x\x00")
		if err := db.Do(ctx, func(tx *store.Tx) error { return tx.Run(ctx, &bad) }); errs.KindOf(err) != errs.Invalid {
			t.Errorf("got %v", err)
		}
	})
}

func TestListsOfKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(things), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		var all []uid.ID
		err := db.Do(ctx, func(tx *store.Tx) error {
			for i := range 9 {
				id := newID()
				all = append(all, id)
				if _, err := tx.Exec(ctx, `INSERT INTO things (thing_id, name, n) VALUES ($1, $2, $3)`, id, fmt.Sprint("t", i), i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 10 {
			if got := count(t, db, `SELECT count(*) FROM things WHERE n >= $1 AND thing_id = ANY($2)`, 0, all[:n]); got != n {
				t.Errorf("%d of %d were found", got, n)
			}
		}
		if got := count(t, db, `SELECT count(*) FROM things WHERE name = ANY($1) AND n = ANY($2)`, []string{"t1", "t2", "t3"}, []int{2, 3, 4}); got != 2 {
			t.Errorf("found %d", got)
		}
		if got := count(t, db, `SELECT count(*) FROM things WHERE name = ANY($1)`, []string{}); got != 0 {
			t.Errorf("found %d of none", got)
		}
	})
}
