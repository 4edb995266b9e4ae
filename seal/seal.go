// Package seal knows how personal data are kept unreadable: records sealed
// under a key of their own, keyed blind indexes by which an equal value can be
// found without being read, and random tokens.
//
// It refuses to know what is sealed, where it is stored, and where the keys of
// the keys are: a Keeper (package seal/keeper) holds those, a KeyStore (package
// seal/sealdb) the wrapped data keys.
package seal

import (
	"context"
	"time"
	"unique"

	"sijil/internal/uid"
)

// Domain is a key domain. Keys of one domain open nothing of another.
type Domain string

// The key domains.
const (
	Population Domain = "population"
	Social     Domain = "social"
	Agency     Domain = "agency"
)

// Keeper holds the keys of the domains and never lets them out. It is safe for
// use by several goroutines.
type Keeper interface {
	// Wrap encrypts a data key under the current zone key of a domain, bound to
	// about.
	Wrap(ctx context.Context, d Domain, plain, about []byte) ([]byte, error)
	// Unwrap reverses Wrap, under whichever zone key wrapped it.
	Unwrap(ctx context.Context, d Domain, wrapped, about []byte) ([]byte, error)
	// MAC computes HMAC-SHA-256 of msg under the blind key of a domain that has
	// the number id; 0 is the current one, whose number is returned.
	MAC(ctx context.Context, d Domain, id uint16, msg []byte) (sum [32]byte, used uint16, err error)
	// BlindKeys returns the numbers of a domain's blind keys, the current first.
	BlindKeys(d Domain) []uint16
}

// WrappedKey is a data key as the key store keeps it.
type WrappedKey struct {
	ID        uid.ID
	Domain    Domain
	Wrapped   []byte
	Created   time.Time
	Destroyed time.Time // zero while the key lives; Wrapped is then empty
	Reason    string    // why it was destroyed
}

// KeyStore keeps wrapped data keys, apart from what they seal.
type KeyStore interface {
	// PutKeys keeps new keys durably, all or none.
	PutKeys(ctx context.Context, keys []WrappedKey) error
	// Keys returns the keys with these ids, those destroyed too; unknown ids are
	// left out.
	Keys(ctx context.Context, ids []uid.ID) ([]WrappedKey, error)
	// DestroyKey overwrites a key for ever. Destroying it again changes nothing.
	DestroyKey(ctx context.Context, id uid.ID, at time.Time, reason string) error
}

// Binding says where a sealed value belongs: it opens nowhere else.
type Binding struct {
	Table   string
	Column  string
	Row     uid.ID
	Version int64
}

// BlindSize is the length of a blind index in bytes: two of the key's number,
// sixteen of the keyed hash.
const BlindSize = 18

// Blind is a keyed blind index: equal values of a field have equal blinds
// under one key, and nothing else about them shows. Comparable, a map key.
type Blind [BlindSize]byte

// TokenSize is the length of a token in bytes.
const TokenSize = 16

// Token names a person to one recipient: 128 random bits. It prints as a mask
// under every verb and does not marshal; Text is the only way out. The zero
// Token names nobody. Tokens are comparable and may be map keys.
//
// The bits are behind a handle of a string because fmt reaches unexported
// fields of outer structs without calling their methods: printing such a
// struct shows an address, under any verb.
type Token struct{ h unique.Handle[string] }
