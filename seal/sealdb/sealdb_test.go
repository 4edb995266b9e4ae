package sealdb_test

import (
	"bytes"
	"testing"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
	"sijil/seal"
	"sijil/seal/sealdb"
	"sijil/seal/sealtest"
)

var (
	day  = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	sets = []store.Migrations{sealdb.Migrations()}
)

func wrapped(ids *uid.Source, n int) []seal.WrappedKey {
	keys := make([]seal.WrappedKey, n)
	for i := range keys {
		keys[i] = seal.WrappedKey{ID: ids.NewID(), Domain: seal.Social, Wrapped: []byte{1, 2, byte(i), byte(i >> 8)}, Created: day}
	}
	return keys
}

func TestKeysAreKeptAndFound(t *testing.T) {
	t.Parallel()
	storetest.Each(t, sets, func(t *testing.T, db *store.DB) {
		t.Helper()
		s, ctx := sealdb.New(db), t.Context()
		ids := uid.NewSource(clock.NewManual(day), sealtest.NewRand(1))
		keys := wrapped(ids, 700)
		if err := s.PutKeys(ctx, keys); err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{0, 1, 2, 4, 5, 256, 257, 700} {
			want := map[uid.ID]seal.WrappedKey{}
			ask := []uid.ID{ids.NewID()} // one that is unknown
			for _, k := range keys[:n] {
				want[k.ID] = k
				ask = append(ask, k.ID)
			}
			got, err := s.Keys(ctx, ask)
			if err != nil || len(got) != n {
				t.Fatalf("%d keys, %v, want %d", len(got), err, n)
			}
			for _, g := range got {
				w := want[g.ID]
				if g.Domain != w.Domain || !bytes.Equal(g.Wrapped, w.Wrapped) || !g.Created.Equal(w.Created) || !g.Destroyed.IsZero() || g.Reason != "" {
					t.Fatalf("a key came back otherwise")
				}
			}
		}
		if got, err := s.Keys(ctx, nil); err != nil || len(got) != 0 {
			t.Errorf("no ids: %d keys, %v", len(got), err)
		}
	})
}

func TestAllOrNone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, sets, func(t *testing.T, db *store.DB) {
		t.Helper()
		s, ctx := sealdb.New(db), t.Context()
		keys := wrapped(uid.NewSource(clock.NewManual(day), sealtest.NewRand(1)), 3)
		if err := s.PutKeys(ctx, keys[2:]); err != nil {
			t.Fatal(err)
		}
		if err := s.PutKeys(ctx, keys); errs.KindOf(err) != errs.Conflict {
			t.Errorf("an id twice: %v", err)
		}
		if got, err := s.Keys(ctx, []uid.ID{keys[0].ID, keys[1].ID}); err != nil || len(got) != 0 {
			t.Errorf("%d keys of the refused batch are there, %v", len(got), err)
		}
	})
}

func TestDestroyedKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, sets, func(t *testing.T, db *store.DB) {
		t.Helper()
		s, ctx := sealdb.New(db), t.Context()
		ids := uid.NewSource(clock.NewManual(day), sealtest.NewRand(1))
		keys := wrapped(ids, 2)
		if err := s.PutKeys(ctx, keys); err != nil {
			t.Fatal(err)
		}
		for i, reason := range []string{"retention_ended", "again"} {
			if err := s.DestroyKey(ctx, keys[0].ID, day.Add(time.Duration(i+1)*time.Hour), reason); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Keys(ctx, []uid.ID{keys[0].ID})
		if err != nil || len(got) != 1 || len(got[0].Wrapped) != 0 || !got[0].Destroyed.Equal(day.Add(time.Hour)) || got[0].Reason != "retention_ended" {
			t.Errorf("got %+v, %v", got, err)
		}
		got, err = s.Keys(ctx, []uid.ID{keys[1].ID})
		if err != nil || len(got) != 1 || len(got[0].Wrapped) == 0 {
			t.Errorf("the other key: %+v, %v", got, err)
		}
		if err := s.DestroyKey(ctx, ids.NewID(), day, "x"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("an unknown key: %v", err)
		}
	})
}

func TestVaultOnAStore(t *testing.T) {
	t.Parallel()
	storetest.Each(t, sets, func(t *testing.T, db *store.DB) {
		t.Helper()
		ctx := t.Context()
		keeper, r, c := sealtest.NewKeeper(), sealtest.NewRand(1), clock.NewManual(day)
		ids := uid.NewSource(c, r)
		v := seal.NewVault(seal.Population, keeper, sealdb.New(db), ids, c, r)
		b := seal.Binding{Table: "t", Column: "c", Row: ids.NewID()}
		sealed := map[uid.ID][]byte{}
		var first uid.ID
		for range 100 {
			k, err := v.NewKey(ctx)
			if err != nil {
				t.Fatal(err)
			}
			sealed[k.ID()] = k.Seal(b, idBytes(k.ID()))
			first = k.ID()
		}
		if err := v.Destroy(ctx, first, "retention_ended"); err != nil {
			t.Fatal(err)
		}
		other := seal.NewVault(seal.Population, keeper, sealdb.New(db), ids, c, r)
		var all []uid.ID
		for id := range sealed {
			all = append(all, id)
		}
		keys, err := other.Keys(ctx, all...)
		if err != nil || len(keys) != 99 {
			t.Fatalf("%d keys, %v", len(keys), err)
		}
		for id, k := range keys {
			if plain, err := k.Open(b, sealed[id]); err != nil || !bytes.Equal(plain, id[:]) {
				t.Fatalf("a value does not open: %v", err)
			}
		}
		if _, err := other.Key(ctx, first); errs.KindOf(err) != errs.NotFound {
			t.Errorf("the destroyed key: %v", err)
		}
	})
}

func TestSchema(t *testing.T) {
	t.Parallel()
	storetest.Each(t, sets, func(t *testing.T, db *store.DB) {
		t.Helper()
		storetest.Fields(t, db, "keys")
	})
}

func idBytes(id uid.ID) []byte { return id[:] }
