// Package keeper keeps the zone keys and blind keys of the domains in a file.
//
// It is for demonstrations, tests and small installations: who reads the file
// holds the keys, so it lies on another disk and in another backup than the
// stores, readable by the service's account alone. A production keeper is a
// hardware module behind PKCS#11, to come as another implementation of
// seal.Keeper; docs/sealing.md says how keys move there.
//
// It knows numbers, keys and the file. It refuses to know data keys, stores
// and what is sealed, and no key ever leaves it.
package keeper

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"sijil/internal/errs"
	"sijil/seal"
	"sijil/seal/xaes"
)

const (
	keySize = 32

	wrapFormat   = 1 // first byte of a wrapped key
	wrapHead     = 1 + 2 + xaes.NonceSize
	wrapOverhead = wrapHead + xaes.Overhead
)

// File is a keeper whose keys are in a file. It is safe for use by several
// goroutines. It prints as its path.
type File struct{ p *state } //nolint:recvcheck // a copy must not print its keys either

type state struct {
	path string
	rand io.Reader

	mu      sync.RWMutex
	domains map[seal.Domain]*domain
	seen    os.FileInfo // of the file as it was read
}

// domain has the keys of one domain, the current first.
type domain struct{ zone, blind []key }

type key struct {
	number  uint16
	created time.Time
	secret  [keySize]byte
	aead    *xaes.AEAD // of a zone key
}

var _ seal.ZoneKeeper = (*File)(nil)

// Wrap encrypts a data key under the current zone key of a domain, bound to
// about: XAES-256-GCM. The result is 43 bytes longer than plain: format,
// number of the zone key, nonce, ciphertext, tag. The file is read again when
// another process changed it, so that nothing is wrapped under a zone key that
// is about to go.
func (f *File) Wrap(_ context.Context, d seal.Domain, plain, about []byte) ([]byte, error) {
	if f.changed() {
		if err := f.Reload(); err != nil {
			return nil, err
		}
	}
	dom, err := f.domain(d)
	if err != nil {
		return nil, err
	}
	zone := &dom.zone[0]
	out := make([]byte, wrapHead, wrapOverhead+len(plain))
	out[0] = wrapFormat
	binary.BigEndian.PutUint16(out[1:], zone.number)
	nonce := out[3:]
	if _, err := io.ReadFull(f.p.rand, nonce); err != nil {
		return nil, &errs.Error{Kind: errs.Unavailable, Code: "keeper.random", What: "there is no randomness", Err: err}
	}
	return zone.aead.Seal(out, nonce, plain, about), nil
}

// ZoneOf returns the number of the zone key under which a data key is wrapped.
func (f *File) ZoneOf(wrapped []byte) (uint16, error) {
	if len(wrapped) < wrapOverhead || wrapped[0] != wrapFormat {
		return 0, &errs.Error{Code: "keeper.broken", What: "this is not a wrapped key", Fix: "restore the row of the key store from its backup"}
	}
	return binary.BigEndian.Uint16(wrapped[1:]), nil
}

// Unwrap reverses Wrap under whichever zone key of the domain wrapped. The
// file is read again for a key that another process added.
func (f *File) Unwrap(_ context.Context, d seal.Domain, wrapped, about []byte) ([]byte, error) {
	number, err := f.ZoneOf(wrapped)
	if err != nil {
		return nil, err
	}
	zone, err := f.find(d, number, func(dom *domain) []key { return dom.zone })
	if err != nil {
		return nil, err
	}
	plain, err := zone.aead.Open(nil, wrapped[3:wrapHead], wrapped[wrapHead:], about)
	if err != nil {
		return nil, &errs.Error{Code: "keeper.broken",
			What: fmt.Sprintf("a data key does not unwrap under zone key %d of the domain %s: it was changed or belongs elsewhere", number, d),
			Fix:  "check that the key file belongs to this key store, or restore the row from a backup"}
	}
	return plain, nil
}

// MAC computes HMAC-SHA-256 of msg under the blind key of a domain that has
// the number id, 0 for the current one.
func (f *File) MAC(_ context.Context, d seal.Domain, id uint16, msg []byte) (sum [32]byte, used uint16, err error) {
	if id == 0 {
		dom, err := f.domain(d)
		if err != nil {
			return sum, 0, err
		}
		id = dom.blind[0].number
	}
	k, err := f.find(d, id, func(dom *domain) []key { return dom.blind })
	if err != nil {
		return sum, 0, err
	}
	mac := hmac.New(sha256.New, k.secret[:])
	mac.Write(msg)
	mac.Sum(sum[:0])
	return sum, id, nil
}

// BlindKeys returns the numbers of a domain's blind keys, the current first;
// none when the file does not know the domain.
func (f *File) BlindKeys(d seal.Domain) []uint16 {
	dom, err := f.domain(d)
	if err != nil {
		return nil
	}
	return numbers(dom.blind)
}

// ZoneKeys returns the numbers of a domain's zone keys, the current first.
func (f *File) ZoneKeys(d seal.Domain) []uint16 {
	dom, err := f.domain(d)
	if err != nil {
		return nil
	}
	return numbers(dom.zone)
}

func numbers(keys []key) []uint16 {
	out := make([]uint16, len(keys))
	for i := range keys {
		out[i] = keys[i].number
	}
	return out
}

func (f *File) domain(d seal.Domain) (*domain, error) {
	f.p.mu.RLock()
	defer f.p.mu.RUnlock()
	dom, ok := f.p.domains[d]
	if !ok {
		return nil, &errs.Error{Kind: errs.NotFound, Code: "keeper.domain", File: f.p.path,
			What: "the key file has no domain " + string(d), Fix: "open the key file that was made for this service"}
	}
	return dom, nil
}

// find returns a key of a domain by its number, reading the file again once
// when it is not there.
func (f *File) find(d seal.Domain, number uint16, of func(*domain) []key) (*key, error) {
	for again := range 2 {
		if again == 1 {
			if err := f.Reload(); err != nil {
				return nil, err
			}
		}
		dom, err := f.domain(d)
		if err != nil {
			return nil, err
		}
		keys := of(dom)
		if i := slices.IndexFunc(keys, func(k key) bool { return k.number == number }); i >= 0 {
			return &keys[i], nil
		}
	}
	return nil, &errs.Error{Kind: errs.NotFound, Code: "keeper.no_key", File: f.p.path,
		What: fmt.Sprintf("the key file has no key %d of this kind in the domain %s", number, d),
		Fix:  "restore the key file that has it"}
}

// String returns the path of the file.
func (f File) String() string { return "keeper.File(" + f.p.path + ")" }

// Path returns where the file is.
func (f *File) Path() string { return f.p.path }

// GoString returns the path of the file.
func (f File) GoString() string { return f.String() }

// Format writes the path of the file under every verb.
func (f File) Format(s fmt.State, _ rune) {
	// A printer that cannot write has nobody to tell.
	_, _ = io.WriteString(s, f.String())
}
