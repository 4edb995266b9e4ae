// Package sealtest has keepers and key stores in memory, for tests of what
// seals. Programs never import it: a test in internal/arch holds that.
package sealtest

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
	"sijil/seal/xaes"
)

// NewVault returns a vault over a new keeper and key store in memory.
func NewVault(tb testing.TB, d seal.Domain) *seal.Vault {
	tb.Helper()
	r := NewRand(1)
	return seal.NewVault(d, NewKeeper(), NewKeyStore(), uid.NewSource(clock.System{}, r), clock.System{}, r)
}

// Rand is randomness that repeats itself, safe for several goroutines. Ids and
// nonces drawn from equal seeds are equal: one Rand serves a whole test.
type Rand struct {
	mu  sync.Mutex
	src *rand.ChaCha8
}

// NewRand returns the randomness of a seed.
func NewRand(seed uint64) *Rand {
	var s [32]byte
	binary.LittleEndian.PutUint64(s[:], seed)
	return &Rand{src: rand.NewChaCha8(s)}
}

// Read fills p.
func (r *Rand) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.src.Read(p)
}

// Keeper is a keeper in memory whose keys follow from the domain and their
// numbers: two keepers open what the other wrapped.
type Keeper struct {
	mu          sync.Mutex
	zone, blind []uint16 // live numbers, the current first
	down        error
	macs, wraps int
}

var _ seal.Keeper = (*Keeper)(nil)

// NewKeeper returns a keeper with one zone key and one blind key a domain.
func NewKeeper() *Keeper { return &Keeper{zone: []uint16{1}, blind: []uint16{1}} }

// RotateZone adds a zone key and makes it the current one.
func (k *Keeper) RotateZone() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.zone = slices.Insert(k.zone, 0, k.zone[0]+1)
}

// RotateBlind adds a blind key and makes it the current one.
func (k *Keeper) RotateBlind() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.blind = slices.Insert(k.blind, 0, k.blind[0]+1)
}

// RetireBlind forgets all blind keys but the current one.
func (k *Keeper) RetireBlind() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.blind = k.blind[:1]
}

// Fail makes the keeper answer with err until it is told nil.
func (k *Keeper) Fail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.down = err
}

// Calls returns how often MAC and Wrap were asked.
func (k *Keeper) Calls() (macs, wraps int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.macs, k.wraps
}

func derive(what string, d seal.Domain, number uint16) *[32]byte {
	sum := sha256.Sum256(binary.BigEndian.AppendUint16([]byte("sealtest "+what+" "+string(d)+" "), number))
	return &sum
}

// Wrap encrypts a data key under the current zone key.
func (k *Keeper) Wrap(_ context.Context, d seal.Domain, plain, about []byte) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.down != nil {
		return nil, k.down
	}
	k.wraps++
	nonce := sha256.Sum256(about) // every data key has an id of its own
	out := append(binary.BigEndian.AppendUint16(nil, k.zone[0]), nonce[:xaes.NonceSize]...)
	return xaes.New(derive("zone", d, k.zone[0])).Seal(out, nonce[:xaes.NonceSize], plain, about), nil
}

// Unwrap reverses Wrap.
func (k *Keeper) Unwrap(_ context.Context, d seal.Domain, wrapped, about []byte) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.down != nil {
		return nil, k.down
	}
	if len(wrapped) < 2+xaes.NonceSize || !slices.Contains(k.zone, binary.BigEndian.Uint16(wrapped)) {
		return nil, &errs.Error{What: "no zone key wrapped this"}
	}
	number, nonce, body := binary.BigEndian.Uint16(wrapped), wrapped[2:2+xaes.NonceSize], wrapped[2+xaes.NonceSize:]
	return xaes.New(derive("zone", d, number)).Open(nil, nonce, body, about)
}

// MAC computes HMAC-SHA-256 under a blind key.
func (k *Keeper) MAC(_ context.Context, d seal.Domain, id uint16, msg []byte) (sum [32]byte, used uint16, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.down != nil {
		return sum, 0, k.down
	}
	k.macs++
	if id == 0 {
		id = k.blind[0]
	}
	if !slices.Contains(k.blind, id) {
		return sum, 0, &errs.Error{Kind: errs.NotFound, What: "no such blind key"}
	}
	mac := hmac.New(sha256.New, derive("blind", d, id)[:])
	mac.Write(msg)
	mac.Sum(sum[:0])
	return sum, id, nil
}

// BlindKeys returns the live numbers, the current first.
func (k *Keeper) BlindKeys(seal.Domain) []uint16 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.blind)
}

// KeyStore is a key store in memory.
type KeyStore struct {
	mu   sync.Mutex
	keys map[uid.ID]seal.WrappedKey
	down error
	puts int
}

var _ seal.KeyStore = (*KeyStore)(nil)

// NewKeyStore returns an empty key store.
func NewKeyStore() *KeyStore { return &KeyStore{keys: map[uid.ID]seal.WrappedKey{}} }

// Fail makes the store answer with err until it is told nil.
func (s *KeyStore) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = err
}

// All returns every key, by id.
func (s *KeyStore) All() []seal.WrappedKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]seal.WrappedKey, 0, len(s.keys))
	for _, k := range s.keys {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b seal.WrappedKey) int { return cmp.Compare(a.ID.String(), b.ID.String()) })
	return all
}

// Puts returns how many batches were kept.
func (s *KeyStore) Puts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.puts
}

// PutKeys keeps new keys.
func (s *KeyStore) PutKeys(_ context.Context, keys []seal.WrappedKey) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return s.down
	}
	for _, k := range keys {
		if _, twice := s.keys[k.ID]; twice {
			return &errs.Error{Kind: errs.Conflict, Code: "seal.key_exists", What: "a key with this id exists"}
		}
	}
	for _, k := range keys {
		k.Wrapped = slices.Clone(k.Wrapped)
		s.keys[k.ID] = k
	}
	s.puts++
	return nil
}

// Keys returns the keys with these ids.
func (s *KeyStore) Keys(_ context.Context, ids []uid.ID) ([]seal.WrappedKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return nil, s.down
	}
	var out []seal.WrappedKey
	for _, id := range ids {
		if k, ok := s.keys[id]; ok {
			k.Wrapped = slices.Clone(k.Wrapped)
			out = append(out, k)
		}
	}
	return out, nil
}

// DestroyKey overwrites a key.
func (s *KeyStore) DestroyKey(_ context.Context, id uid.ID, at time.Time, reason string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil {
		return s.down
	}
	k, ok := s.keys[id]
	if !ok {
		return &errs.Error{Kind: errs.NotFound, Code: "seal.no_key", What: "there is no key " + id.String()}
	}
	if k.Destroyed.IsZero() {
		clear(k.Wrapped)
		k.Wrapped, k.Destroyed, k.Reason = nil, at, reason
		s.keys[id] = k
	}
	return nil
}
