package seal

import (
	"context"
	"crypto/cipher"
	"io"
	"maps"
	"sync"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal/internal/control"
)

const (
	cacheSize = 16_384           // keys; about a kilobyte each
	cacheTime = 10 * time.Minute // how long a key destroyed by another process may still open here
)

// Vault seals and opens for one domain. It is safe for use by several
// goroutines.
type Vault struct {
	domain Domain
	keeper Keeper
	store  KeyStore
	ids    *uid.Source
	clock  clock.Clock
	rand   io.Reader

	derivedMu sync.RWMutex
	derived   map[fieldKeyName]*fieldKey

	pool  pool
	cache cache
}

// NewVault returns the vault of a domain. rand is crypto/rand.Reader but in
// tests, and must be safe for use by several goroutines, as that is.
func NewVault(d Domain, k Keeper, s KeyStore, ids *uid.Source, c clock.Clock, rand io.Reader) *Vault {
	v := &Vault{domain: d, keeper: k, store: s, ids: ids, clock: c, rand: rand, derived: map[fieldKeyName]*fieldKey{}}
	v.pool.batch = poolLeast
	v.cache.limit = cacheSize
	return v
}

// Domain returns the vault's domain.
func (v *Vault) Domain() Domain { return v.domain }

// Key returns the key with an id. A destroyed key is an error with *Erased in
// its chain, an unknown one is NotFound with code "seal.no_key".
func (v *Vault) Key(ctx context.Context, id uid.ID) (Key, error) {
	if k, ok := v.cache.get(id, v.clock.Now()); ok {
		return k, nil
	}
	found, erased, err := v.load(ctx, []uid.ID{id})
	if err != nil {
		return Key{}, err
	}
	if at, ok := erased[id]; ok {
		return Key{}, &Erased{At: at}
	}
	return found[id], nil
}

// Keys returns the keys with these ids in one look at the key store. Destroyed
// ones are left out (Key says when they were destroyed); an unknown id is an
// error as in Key.
func (v *Vault) Keys(ctx context.Context, ids ...uid.ID) (map[uid.ID]Key, error) {
	out := make(map[uid.ID]Key, len(ids))
	var missing []uid.ID
	now := v.clock.Now()
	for _, id := range ids {
		if _, twice := out[id]; twice {
			continue
		}
		k, ok := v.cache.get(id, now)
		if !ok {
			missing = append(missing, id)
			continue
		}
		out[id] = k
	}
	if len(missing) == 0 {
		return out, nil
	}
	found, _, err := v.load(ctx, missing)
	if err != nil {
		return nil, err
	}
	maps.Copy(out, found)
	return out, nil
}

// load reads keys from the key store, unwraps and caches them.
func (v *Vault) load(ctx context.Context, ids []uid.ID) (found map[uid.ID]Key, erased map[uid.ID]time.Time, err error) {
	epoch := v.cache.epoch()
	now := v.clock.Now()
	wrapped, err := v.store.Keys(ctx, ids)
	if err != nil {
		return nil, nil, unavailable("read data keys", err)
	}
	found, erased = make(map[uid.ID]Key, len(wrapped)), map[uid.ID]time.Time{}
	for _, w := range wrapped {
		if w.Domain != v.domain {
			return nil, nil, &errs.Error{Code: "seal.domain",
				What: "the key " + w.ID.String() + " belongs to the domain " + string(w.Domain) + ", not " + string(v.domain)}
		}
		if !w.Destroyed.IsZero() {
			erased[w.ID] = w.Destroyed
			continue
		}
		k, err := v.unwrap(ctx, w)
		if err != nil {
			return nil, nil, err
		}
		found[w.ID] = k
		v.cache.put(k, now, epoch)
	}
	for _, id := range ids {
		_, lives := found[id]
		if _, gone := erased[id]; !lives && !gone {
			return nil, nil, noKey(id)
		}
	}
	return found, erased, nil
}

func (v *Vault) unwrap(ctx context.Context, w WrappedKey) (Key, error) {
	plain, err := v.keeper.Unwrap(ctx, v.domain, w.Wrapped, aboutKey(v.domain, w.ID))
	if err != nil {
		return Key{}, unavailable("unwrap the data key "+w.ID.String(), err)
	}
	if len(plain) != keySize {
		return Key{}, unavailable("unwrap the data key "+w.ID.String(), &errs.Error{What: "it has another length"})
	}
	defer clear(plain)
	return newKey(w.ID, v.aead(plain), v.rand), nil
}

// aead returns the cipher of a data key. The keeper of a control store, which
// exists in tests only, turns sealing off.
func (v *Vault) aead(plain []byte) cipher.AEAD {
	if off, ok := v.keeper.(control.Off); ok {
		return off.SealingOff()
	}
	return newGCM(plain)
}

// Destroy destroys a key for ever: everything it sealed is erased, in every
// backup too that does not hold the key store. Destroying it again changes
// nothing. Other processes may open with it for ten more minutes.
func (v *Vault) Destroy(ctx context.Context, id uid.ID, reason string) error {
	if reason == "" {
		return errs.Bad("reason", "a key is not destroyed without a reason", "state the reason as a code")
	}
	if err := v.store.DestroyKey(ctx, id, v.clock.Now(), reason); err != nil {
		if errs.KindOf(err) == errs.NotFound {
			return err
		}
		return unavailable("destroy the data key "+id.String(), err)
	}
	v.cache.drop(id)
	return nil
}

// aboutKey is what a wrapped data key is bound to.
func aboutKey(d Domain, id uid.ID) []byte {
	about := append([]byte("sijil data key v1\x00"), d...)
	return append(append(about, 0), id[:]...)
}
