package household_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"sijil/household"
	"sijil/household/householddb"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/seal"
	"sijil/seal/sealtest"
)

// A member who was not registered yet is asked for again under a new key; the
// same key repeats the same request, and gets the same answer.
func TestANewKeyAsksAnew(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		s := r.people.born("1980-01-01", woman)
		name := s.Name
		r.people.change(s, func() { s.Name = "not registered under this name yet" })
		d := r.alone(s)
		c := s.Claim
		c.Name = name
		d.Members[0].Claim = &c
		if _, err := r.svc.Declare(ctx, officer, "first", d); !slices.Contains(codes(err), "household.member_unknown members[0].claim") {
			t.Fatalf("%v", err)
		}
		r.people.change(s, func() { s.Name = name })
		if _, err := r.svc.Declare(ctx, officer, "first", d); !slices.Contains(codes(err), "household.member_unknown members[0].claim") {
			t.Errorf("the same key: %v", err)
		}
		if f, err := r.svc.Declare(ctx, officer, "second", d); err != nil || f.Index == "" {
			t.Errorf("a new key: %+v, %v", f, err)
		}
	})
}

// failing is a key store that does not destroy keys for a while.
type failing struct {
	seal.KeyStore

	down *atomic.Bool
}

func (f failing) DestroyKey(ctx context.Context, id uid.ID, at time.Time, reason string) error {
	if f.down.Load() {
		return errors.New("the key store is down")
	}
	return f.KeyStore.DestroyKey(ctx, id, at, reason)
}

// A draft whose key could not be destroyed is discarded, and its key ended
// later; one that still fails holds up no other.
func TestKeysOfDiscardedDraftsAreEndedLater(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		keys := sealtest.NewKeyStore()
		var down atomic.Bool
		vault := seal.NewVault(seal.Social, r.keys, failing{keys, &down}, r.ids, r.clock, sealtest.NewRand(8))
		s := newRig(t, r.db, func(c *household.Config) { c.People, c.Vault, c.IDs = r.people, vault, r.ids })
		var drafts []*household.Filed
		for range 3 {
			f, err := s.svc.Save(ctx, officer, r.key(), s.alone(r.people.born("1980-01-01", woman)))
			if err != nil {
				t.Fatal(err)
			}
			drafts = append(drafts, f)
		}
		lives := func(f *household.Filed) bool {
			var id uid.ID
			err := r.db.View(ctx, func(tx *store.Tx) error {
				return tx.QueryRow(ctx, `SELECT key_id FROM household_versions WHERE household_id = $1`, f.ID).Scan(&id)
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = vault.Key(ctx, id)
			return err == nil
		}
		down.Store(true)
		for i, f := range drafts[:2] {
			for range 2 {
				got, err := s.svc.Discard(ctx, officer, "throw"+string(rune('0'+i)), f.Household, f.Revision)
				if err != nil || got.State != household.Discarded {
					t.Fatalf("%+v, %v", got, err)
				}
			}
			if !lives(f) {
				t.Error("the key is gone, though the key store failed")
			}
		}
		if n, err := s.svc.EndKeys(ctx, job, 10); n != 0 || err == nil {
			t.Errorf("%d ended, %v, while the key store fails", n, err)
		}
		down.Store(false)
		if n, err := s.svc.EndKeys(ctx, job, 1); n != 1 || err != nil {
			t.Errorf("%d ended, %v", n, err)
		}
		if n, err := s.svc.EndKeys(ctx, job, 10); n != 1 || err != nil {
			t.Errorf("%d ended, %v", n, err)
		}
		if n, err := s.svc.EndKeys(ctx, job, 10); n != 0 || err != nil {
			t.Errorf("%d ended, %v: nothing is left to do", n, err)
		}
		if lives(drafts[0]) || lives(drafts[1]) || !lives(drafts[2]) {
			t.Error("other keys are gone than those of discarded drafts")
		}
		if _, err := s.svc.EndKeys(ctx, officer, 10); err == nil {
			t.Error("an officer ends keys")
		}
	})
}

// undone is a store whose transactions under a key are undone once, and run
// again after something else.
type undone struct {
	household.Store

	then func()
}

var errUndo = errors.New("undone by the test")

func (s *undone) DoKeyed(ctx context.Context, fn func(household.Tx) error) error {
	err := s.Store.DoKeyed(ctx, func(tx household.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		return err
	}
	s.then()
	return s.Store.DoKeyed(ctx, fn)
}

// TestAnAnswerIsMadeAnew: when a transaction runs again and finds that another
// one was done under the key, its answer holds nothing of the first run.
func TestAnAnswerIsMadeAnew(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		between := &undone{Store: householddb.New(r.db)}
		s := newRig(t, r.db, func(c *household.Config) {
			c.People, c.Vault, c.IDs, c.Store = r.people, r.vault, r.ids, between
		})
		between.then = func() {
			other := new(household.Filed)
			if err := household.Keyed(ctx, r.svc, officer, "key", other, func() household.Filed { return household.Filed{Version: 1} }); err != nil {
				t.Error(err)
			}
		}
		out := new(household.Filed)
		err := household.Keyed(ctx, s.svc, officer, "key", out, func() household.Filed {
			return household.Filed{Version: 2, Index: "9.0000000", Tasks: []household.TaskKind{household.MemberMoved}}
		})
		if err != nil || out.Version != 1 || out.Index != "" || out.Tasks != nil {
			t.Errorf("%+v, %v", out, err)
		}
	})
}

// TestGuessingARequest: what is kept of a request under a key that can be
// guessed is another in every installation.
func TestGuessingARequest(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		seen := &bodies{Store: householddb.New(r.db)}
		one := newRig(t, r.db, func(c *household.Config) { c.People, c.Vault, c.Store, c.IDs = r.people, r.vault, seen, r.ids })
		s := r.people.born("1980-01-01", woman)
		d := one.alone(s)
		if _, err := one.svc.Declare(ctx, officer, "1", d); err != nil {
			t.Fatal(err)
		}
		r.keys.RotateBlind()
		if _, err := one.svc.Declare(ctx, officer, "1", d); err != nil {
			t.Errorf("repeated after a rotation of keys: %v", err)
		}
		another := d
		another.Note = "another request"
		if _, err := one.svc.Declare(ctx, officer, "1", another); !slices.Contains(codes(err), "store.key_reused idempotency_key") {
			t.Errorf("another request under the key: %v", err)
		}
		if len(seen.all) != 2 {
			t.Errorf("%d requests look different, of two", len(seen.all))
		}
		other := sealtest.NewKeeper()
		other.RotateBlind()
		other.RetireBlind()
		vault := seal.NewVault(seal.Social, other, sealtest.NewKeyStore(), r.ids, r.clock, sealtest.NewRand(9))
		two := newRig(t, r.db, func(c *household.Config) { c.People, c.Vault, c.Store, c.IDs = r.people, vault, seen, r.ids })
		_, _ = two.svc.Declare(ctx, officer, "1", d) // refused or not: it is asked under the key
		if len(seen.all) != 3 {
			t.Errorf("%d requests look different, of two installations", len(seen.all))
		}
	})
}

// bodies keeps what is said of requests.
type bodies struct {
	household.Store

	all map[[32]byte]bool
}

func (s *bodies) DoKeyed(ctx context.Context, fn func(household.Tx) error) error {
	return s.Store.DoKeyed(ctx, func(tx household.Tx) error { return fn(bodiesTx{tx, s}) })
}

type bodiesTx struct {
	household.Tx

	s *bodies
}

func (t bodiesTx) Once(ctx context.Context, k household.Key, now time.Time) ([]byte, bool, error) {
	if t.s.all == nil {
		t.s.all = map[[32]byte]bool{}
	}
	t.s.all[k.Body] = true
	return t.Tx.Once(ctx, k, now)
}
