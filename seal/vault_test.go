package seal_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
	"sijil/seal/sealtest"
)

var day = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)

func TestNewKeysAreDurableBeforeUse(t *testing.T) {
	t.Parallel()
	v, _, s, _ := rig(t, seal.Population)
	seen := map[uid.ID]bool{}
	for range 3000 {
		k, err := v.NewKey(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if seen[k.ID()] {
			t.Fatal("a key was handed out twice")
		}
		seen[k.ID()] = true
		kept, err := s.Keys(t.Context(), []uid.ID{k.ID()})
		if err != nil || len(kept) != 1 || kept[0].Domain != seal.Population || !kept[0].Destroyed.IsZero() {
			t.Fatalf("a key was handed out that the store does not have: %v", err)
		}
	}
	if s.Puts() > 20 {
		t.Errorf("%d writes for 3,000 keys", s.Puts())
	}
}

func TestNewKeyByManyAtOnce(t *testing.T) {
	t.Parallel()
	v := vault(t, seal.Population)
	var mu sync.Mutex
	seen := map[uid.ID]bool{}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 200 {
				k, err := v.NewKey(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if seen[k.ID()] {
					t.Error("a key was handed out twice")
				}
				seen[k.ID()] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

func TestASealedValueOpensInAnotherProcess(t *testing.T) {
	t.Parallel()
	v, keeper, store, c := rig(t, seal.Population)
	k, err := v.NewKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sealed := k.Seal(here, []byte("x"))
	keeper.RotateZone()
	other := seal.NewVault(seal.Population, keeper, store, nil, c, nil)
	again, err := other.Key(t.Context(), k.ID())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(here, sealed); err != nil || string(got) != "x" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestNoKeyWithoutStoreOrKeeper(t *testing.T) {
	t.Parallel()
	v, keeper, store, _ := rig(t, seal.Population)
	down := errors.New("down")
	store.Fail(down)
	if _, err := v.NewKey(t.Context()); !errors.Is(err, down) || errs.KindOf(err) != errs.Unavailable {
		t.Errorf("store down: %v", err)
	}
	store.Fail(nil)
	keeper.Fail(down)
	if _, err := v.NewKey(t.Context()); !errors.Is(err, down) {
		t.Errorf("keeper down: %v", err)
	}
	keeper.Fail(nil)
	k, err := v.NewKey(t.Context())
	if err != nil {
		t.Fatalf("up again: %v", err)
	}
	store.Fail(down)
	if _, err := v.Key(t.Context(), k.ID()); err != nil {
		t.Errorf("a cached key needs no store: %v", err)
	}
	if _, err := v.Key(t.Context(), uid.ID{1}); !errors.Is(err, down) {
		t.Errorf("an unknown key with the store down: %v", err)
	}
	if _, err := v.Keys(t.Context(), k.ID(), uid.ID{1}); !errors.Is(err, down) {
		t.Errorf("an unknown key with the store down: %v", err)
	}
}

func TestNewKeyGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	v := vault(t, seal.Population)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 { // the batch may win the race a few times
		if _, err := v.NewKey(ctx); err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			break
		}
	}
	if _, err := v.NewKey(t.Context()); err != nil {
		t.Errorf("the next act suffers from it: %v", err)
	}
}

func TestDestroyedKeysAreGone(t *testing.T) {
	t.Parallel()
	v, keeper, store, c := rig(t, seal.Population)
	ctx := t.Context()
	k, err := v.NewKey(ctx)
	if err != nil {
		t.Fatal(err)
	}
	other, err := v.NewKey(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Destroy(ctx, k.ID(), ""); errs.KindOf(err) != errs.Invalid {
		t.Errorf("destroyed without a reason: %v", err)
	}
	c.Advance(24 * time.Hour)
	if _, err := v.Key(ctx, k.ID()); err != nil { // it is cached now
		t.Fatal(err)
	}
	if err := v.Destroy(ctx, k.ID(), "retention_ended"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Key(ctx, k.ID()); errs.KindOf(err) != errs.NotFound {
		t.Errorf("the key opens after it was destroyed: %v", err)
	}
	c.Advance(time.Hour)
	if err := v.Destroy(ctx, k.ID(), "again"); err != nil {
		t.Errorf("destroying twice: %v", err)
	}
	for _, vault := range []*seal.Vault{v, seal.NewVault(seal.Population, keeper, store, nil, c, nil)} {
		_, err = vault.Key(ctx, k.ID())
		e, ok := errors.AsType[*seal.Erased](err)
		if !ok || !e.At.Equal(day.Add(24*time.Hour)) || errs.KindOf(err) != errs.NotFound {
			t.Errorf("got %v", err)
		}
		all, err := vault.Keys(ctx, k.ID(), other.ID())
		if err != nil || len(all) != 1 || all[other.ID()].ID() != other.ID() {
			t.Errorf("%d keys, %v", len(all), err)
		}
	}
	i := slices.IndexFunc(store.All(), func(w seal.WrappedKey) bool { return w.ID == k.ID() })
	if w := store.All()[i]; len(w.Wrapped) != 0 || w.Reason != "retention_ended" {
		t.Errorf("the store keeps %d bytes, reason %q", len(w.Wrapped), w.Reason)
	}
	if err := v.Destroy(ctx, uid.ID{1}, "x"); errs.KindOf(err) != errs.NotFound {
		t.Errorf("an unknown key: %v", err)
	}
}

func TestKeysDestroyedElsewhereLeaveTheCacheInTime(t *testing.T) {
	t.Parallel()
	v, _, store, c := rig(t, seal.Population)
	k, err := v.NewKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.DestroyKey(t.Context(), k.ID(), c.Now(), "elsewhere"); err != nil {
		t.Fatal(err)
	}
	c.Advance(seal.CacheTime - time.Second)
	if _, err := v.Key(t.Context(), k.ID()); err != nil {
		t.Errorf("it is cached still: %v", err)
	}
	c.Advance(time.Second)
	if _, err := v.Key(t.Context(), k.ID()); errs.KindOf(err) != errs.NotFound {
		t.Errorf("asking for it kept it: %v", err)
	}
}

func TestTheCacheIsBoundedAndKeepsWhatIsUsed(t *testing.T) {
	t.Parallel()
	v, _, store, _ := rig(t, seal.Population)
	v.SetCache(100)
	first, err := v.NewKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if _, err := v.NewKey(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Key(t.Context(), first.ID()); err != nil {
			t.Fatal(err)
		}
	}
	if n := v.Cached(); n > 100 {
		t.Errorf("%d keys are cached", n)
	}
	store.Fail(errors.New("down"))
	if _, err := v.Key(t.Context(), first.ID()); err != nil {
		t.Errorf("a key in use was dropped: %v", err)
	}
}

func TestKeysOfAnotherDomainDoNotOpen(t *testing.T) {
	t.Parallel()
	v, keeper, store, c := rig(t, seal.Population)
	k, err := v.NewKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	social := seal.NewVault(seal.Social, keeper, store, nil, c, nil)
	if _, err := social.Key(t.Context(), k.ID()); err == nil || !strings.Contains(err.Error(), "belongs to the domain population, not social") {
		t.Errorf("a key of another domain: %v", err)
	}
	// Even when somebody moves the row: the wrapping is bound to domain and id.
	w := store.All()[0]
	w.Domain, w.ID = seal.Social, uid.ID{77}
	if err := store.PutKeys(t.Context(), []seal.WrappedKey{w}); err != nil {
		t.Fatal(err)
	}
	if _, err := social.Key(t.Context(), w.ID); err == nil {
		t.Error("a moved key was unwrapped")
	}
}

func TestUnknownKeys(t *testing.T) {
	t.Parallel()
	v := vault(t, seal.Population)
	if _, err := v.Key(t.Context(), uid.ID{1}); errs.KindOf(err) != errs.NotFound {
		t.Errorf("got %v", err)
	}
	if _, err := v.Keys(t.Context(), uid.ID{1}); errs.KindOf(err) != errs.NotFound {
		t.Errorf("got %v", err)
	}
	if all, err := v.Keys(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("no ids: %v, %v", all, err)
	}
}

func parts() (*sealtest.Keeper, *sealtest.KeyStore, *clock.Manual) {
	return sealtest.NewKeeper(), sealtest.NewKeyStore(), clock.NewManual(day)
}

// between is a key store in which something happens while it is asked.
type between struct {
	seal.KeyStore

	put, read func(ctx context.Context) error
}

func (s *between) PutKeys(ctx context.Context, keys []seal.WrappedKey) error {
	if s.put != nil {
		if err := s.put(ctx); err != nil {
			return err
		}
	}
	return s.KeyStore.PutKeys(ctx, keys)
}

func (s *between) Keys(ctx context.Context, ids []uid.ID) ([]seal.WrappedKey, error) {
	found, err := s.KeyStore.Keys(ctx, ids)
	if s.read != nil {
		if err := s.read(ctx); err != nil {
			return nil, err
		}
	}
	return found, err
}

// A key that is destroyed while somebody reads it does not stay in the cache.
func TestAKeyDestroyedWhileItIsReadIsNotCached(t *testing.T) {
	t.Parallel()
	first, keeper, store, c := rig(t, seal.Population)
	k, err := first.NewKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := &between{KeyStore: store}
	v := seal.NewVault(seal.Population, keeper, s, nil, c, nil)
	s.read = func(ctx context.Context) error {
		s.read = nil
		return v.Destroy(ctx, k.ID(), "meanwhile")
	}
	if _, err := v.Key(t.Context(), k.ID()); err != nil {
		t.Fatalf("it was read before it was destroyed: %v", err)
	}
	if _, err := v.Key(t.Context(), k.ID()); errs.KindOf(err) != errs.NotFound {
		t.Errorf("it was cached: %v", err)
	}
}

// A batch of keys outlives the act that asked for it.
func TestABatchServesThoseWhoStillWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, aBatchServes)
}

func aBatchServes(t *testing.T) {
	keeper, store, c := parts()
	r := sealtest.NewRand(8)
	started, goOn := make(chan struct{}), make(chan struct{})
	s := &between{KeyStore: store, put: func(ctx context.Context) error {
		close(started)
		<-goOn
		return ctx.Err()
	}}
	v := seal.NewVault(seal.Population, keeper, s, uid.NewSource(c, r), c, r)
	ctx, cancel := context.WithCancel(t.Context())
	gone, served := make(chan error), make(chan error)
	go func() {
		_, err := v.NewKey(ctx)
		gone <- err
	}()
	<-started
	go func() {
		_, err := v.NewKey(t.Context())
		served <- err
	}()
	synctest.Wait() // both wait for the batch
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up: %v", err)
	}
	s.put = nil // the next batch
	close(goOn)
	if err := <-served; err != nil {
		t.Errorf("who still waited: %v", err)
	}
}
