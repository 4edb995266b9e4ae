package seal

import (
	"context"
	"io"
	"sync"
	"time"
)

// The pool is filled in batches. The first are small, for a process that does
// one act; each that is used up doubles the next.
const (
	poolLeast = 16
	poolMost  = 1024
	poolTime  = 30 * time.Second // for one batch to become durable
)

// pool holds keys that are durable in the key store and that nobody has yet.
type pool struct {
	mu      sync.Mutex
	keys    []Key
	batch   int
	filling chan struct{} // closed when the batch under way is there or has failed; nil when none is
	err     error         // of the last batch
}

// NewKey returns a new data key. It is durable in the key store already: a row
// that names it can always be opened. Keys are made ahead in batches, the next
// while half of the last is left, so that an act seldom waits for one. A
// process that stops leaves unused keys behind; they cost a row each.
func (v *Vault) NewKey(ctx context.Context) (Key, error) {
	p := &v.pool
	for {
		p.mu.Lock()
		if n := len(p.keys); n > 0 {
			k := p.keys[n-1]
			p.keys = p.keys[:n-1]
			if n-1 <= p.batch/2 && p.filling == nil {
				v.fill(ctx)
			}
			p.mu.Unlock()
			v.cache.put(k, v.clock.Now(), v.cache.epoch()) // what is new is soon read again
			return k, nil
		}
		if p.filling == nil {
			v.fill(ctx)
		}
		wait := p.filling
		p.mu.Unlock()
		select {
		case <-ctx.Done():
			return Key{}, unavailable("make a data key", ctx.Err())
		case <-wait:
		}
		p.mu.Lock()
		err, empty := p.err, len(p.keys) == 0
		p.mu.Unlock()
		if empty && err != nil {
			return Key{}, err
		}
	}
}

// Spare returns how many keys are made ahead and not handed out yet.
func (v *Vault) Spare() int {
	v.pool.mu.Lock()
	defer v.pool.mu.Unlock()
	return len(v.pool.keys)
}

// fill starts a batch; the pool is locked. The batch outlives the act that
// asked for it: others will want the keys.
func (v *Vault) fill(ctx context.Context) {
	p := &v.pool
	n := p.batch
	done := make(chan struct{})
	p.filling = done
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), poolTime)
		defer cancel()
		keys, err := v.makeKeys(ctx, n)
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.keys) == 0 {
			p.batch = min(2*p.batch, poolMost) // used up before the next was there
		}
		p.keys = append(p.keys, keys...)
		p.err = err
		p.filling = nil
		close(done)
	}()
}

func (v *Vault) makeKeys(ctx context.Context, n int) ([]Key, error) {
	keys, wrapped := make([]Key, n), make([]WrappedKey, n)
	now := v.clock.Now()
	secret := make([]byte, keySize)
	defer clear(secret)
	for i := range n {
		if _, err := io.ReadFull(v.rand, secret); err != nil {
			return nil, unavailable("draw a data key", err)
		}
		id := v.ids.NewID()
		w, err := v.keeper.Wrap(ctx, v.domain, secret, aboutKey(v.domain, id))
		if err != nil {
			return nil, unavailable("wrap a data key", err)
		}
		wrapped[i] = WrappedKey{ID: id, Domain: v.domain, Wrapped: w, Created: now}
		keys[i] = newKey(id, v.aead(secret), v.rand)
	}
	if err := v.store.PutKeys(ctx, wrapped); err != nil {
		return nil, unavailable("keep new data keys", err)
	}
	return keys, nil
}
