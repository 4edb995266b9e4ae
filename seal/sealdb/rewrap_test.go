package sealdb_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"testing"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
	"sijil/seal"
	"sijil/seal/keeper"
	"sijil/seal/sealdb"
	"sijil/seal/sealtest"
)

// After a zone key is rotated and all data keys are wrapped anew, however often
// that was cut off, the old zone key can be removed and everything still opens;
// what was destroyed stays so.
func TestDataKeysAreWrappedAnew(t *testing.T) {
	t.Parallel()
	storetest.Each(t, sets, func(t *testing.T, db *store.DB) {
		t.Helper()
		ctx, r, c := t.Context(), sealtest.NewRand(1), clock.NewManual(day)
		domains := []seal.Domain{seal.Population, seal.Social}
		file, err := keeper.Create(filepath.Join(t.TempDir(), "keys.json"), domains, day, r)
		if err != nil {
			t.Fatal(err)
		}
		ids, keys := uid.NewSource(c, r), sealdb.New(db)
		b := seal.Binding{Table: "t", Column: "c", Row: ids.NewID()}
		sealed := map[seal.Domain]map[uid.ID][]byte{}
		var gone uid.ID
		for _, d := range domains {
			v := seal.NewVault(d, file, keys, ids, c, r)
			sealed[d] = map[uid.ID][]byte{}
			for range 150 {
				k, err := v.NewKey(ctx)
				if err != nil {
					t.Fatal(err)
				}
				sealed[d][k.ID()] = k.Seal(b, idBytes(k.ID()))
				gone = k.ID()
			}
			delete(sealed[d], gone)
			if err := v.Destroy(ctx, gone, "retention_ended"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := file.RotateZone(seal.Population, day); err != nil {
			t.Fatal(err)
		}
		if err := file.RetireZone(seal.Population, 2); errs.KindOf(err) != errs.Conflict {
			t.Errorf("the current zone key was removed: %v", err)
		}
		first, err := seal.Rewrap(ctx, file, keys, uid.ID{}, 40) // cut off here
		if err != nil || first.Seen != 40 || first.Last.IsZero() {
			t.Fatalf("%+v %v", first, err)
		}
		broken := failing{Keys: keys}
		if _, err := seal.Rewrap(ctx, file, &broken, first.Last, 40); errs.KindOf(err) != errs.Unavailable {
			t.Errorf("a store that fails: %v", err)
		}
		done, after := first.Done, uid.ID{} // begun anew
		for more := true; more; {
			step, err := seal.Rewrap(ctx, file, keys, after, 64)
			if err != nil {
				t.Fatal(err)
			}
			done += step.Done
			after, more = step.Last, !step.Last.IsZero()
		}
		counts, err := seal.Count(ctx, file, keys)
		if err != nil || counts[seal.Population][1] != 0 || int64(done) != counts[seal.Population][2] || counts[seal.Social][1] < 149 || len(counts[seal.Social]) != 1 {
			t.Fatalf("%d wrapped anew, counts %v, %v", done, counts, err)
		}
		if err := file.RetireZone(seal.Population, 1); err != nil {
			t.Fatal(err)
		}
		again, err := keeper.Open(file.Path(), r)
		if err != nil {
			t.Fatal(err)
		}
		for d, values := range sealed {
			v := seal.NewVault(d, again, keys, ids, c, r)
			for id, text := range values {
				k, err := v.Key(ctx, id)
				if err != nil {
					t.Fatal(err)
				}
				if plain, err := k.Open(b, text); err != nil || !bytes.Equal(plain, idBytes(id)) {
					t.Fatalf("a value does not open: %v", err)
				}
			}
		}
		if _, err := seal.NewVault(seal.Social, again, keys, ids, c, r).Key(ctx, gone); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a destroyed key: %v", err)
		}
	})
}

type failing struct{ *sealdb.Keys }

func (*failing) Rewrap(context.Context, []seal.Rewrapped) error { return errors.New("no answer") }

// A key that was destroyed while it was wrapped anew stays destroyed.
func TestADestroyedKeyIsNotWrappedAnew(t *testing.T) {
	t.Parallel()
	storetest.Each(t, sets, func(t *testing.T, db *store.DB) {
		t.Helper()
		keys := wrapped(uid.NewSource(clock.NewManual(day), sealtest.NewRand(1)), 2)
		s := sealdb.New(db)
		if err := s.PutKeys(t.Context(), keys); err != nil {
			t.Fatal(err)
		}
		if err := s.DestroyKey(t.Context(), keys[0].ID, day, "retention_ended"); err != nil {
			t.Fatal(err)
		}
		list := []seal.Rewrapped{{ID: keys[0].ID, Old: keys[0].Wrapped, New: []byte{9}}, {ID: keys[1].ID, Old: []byte{8}, New: []byte{9}}}
		if err := s.Rewrap(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		got, err := s.Keys(t.Context(), []uid.ID{keys[0].ID, keys[1].ID})
		if err != nil || len(got) != 2 {
			t.Fatal(err)
		}
		for _, g := range got {
			if bytes.Equal(g.Wrapped, []byte{9}) {
				t.Error("a key that was not as it was read was overwritten")
			}
		}
	})
}
