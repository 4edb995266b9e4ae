package seal

import (
	"crypto/cipher"
	"io"

	"sijil/internal/uid"
)

// CacheTime is how long a key stays cached.
const CacheTime = cacheTime

// NewGCM returns the cipher under which keys seal.
func NewGCM(key []byte) cipher.AEAD { return newGCM(key) }

// KeyOf returns a data key of known bytes.
func KeyOf(id uid.ID, secret []byte, rand io.Reader) Key { return newKey(id, newGCM(secret), rand) }

// BlindUnder returns the hash of a blind index under a known derived key.
func BlindUnder(key [32]byte, value []byte) []byte {
	k := &fieldKey{key: key}
	b := k.blind(value)
	return b[2:]
}

// SetCache bounds the cache.
func (v *Vault) SetCache(n int) { v.cache.limit = n }

// Cached returns how many keys the cache holds.
func (v *Vault) Cached() int {
	v.cache.mu.Lock()
	defer v.cache.mu.Unlock()
	return len(v.cache.young) + len(v.cache.old)
}
