package seal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"

	"sijil/internal/errs"
)

// Blind returns the blind index of a value under the current blind key of the
// domain: the key's number, then the first 128 bits of HMAC-SHA-256 under a
// key derived for the field. field separates kinds of values ("document",
// "phone"): equal values of two fields have nothing in common. The value is
// expected in one form per meaning; the caller normalises it.
func (v *Vault) Blind(ctx context.Context, field string, value []byte) (Blind, error) {
	fk, err := v.fieldKey(ctx, purposeBlind, field, 0)
	if err != nil {
		return Blind{}, err
	}
	return fk.blind(value), nil
}

// Blinds returns the blind index of a value under every live blind key of the
// domain, the current first. A look-up tries all of them: while keys are
// rotated, some rows still have an index under the key before.
func (v *Vault) Blinds(ctx context.Context, field string, value []byte) ([]Blind, error) {
	numbers := v.keeper.BlindKeys(v.domain)
	if len(numbers) == 0 {
		return nil, unavailable("find a blind key", &errs.Error{What: "the keeper has none for the domain " + string(v.domain)})
	}
	out := make([]Blind, len(numbers))
	for i, n := range numbers {
		fk, err := v.fieldKey(ctx, purposeBlind, field, n)
		if err != nil {
			return nil, err
		}
		out[i] = fk.blind(value)
	}
	return out, nil
}

// Number returns the number of the key a blind index was made with.
func (b Blind) Number() uint16 { return binary.BigEndian.Uint16(b[:2]) }

// BlindOf returns the blind index of 18 bytes.
func BlindOf(p []byte) (Blind, error) {
	var b Blind
	if len(p) != BlindSize {
		return b, &errs.Error{Code: "seal.blind", What: "a blind index has another length"}
	}
	copy(b[:], p)
	return b, nil
}

// What a derived key is for. A keeper's MAC under one key serves both, so the
// purpose stands in the message.
const (
	purposeBlind  = "sijil blind index v1"
	purposeShared = "sijil shared seal v1"
)

// fieldKey is a key that the keeper derived for one purpose and field: the
// keeper is asked once per field, not once per value.
type fieldKey struct {
	number uint16
	key    [sha256.Size]byte
	macs   sync.Pool // of hash.Hash: HMAC under key
}

type fieldKeyName struct {
	purpose, field string
	number         uint16
}

// fieldKey returns the derived key under the blind key of a number, 0 for the
// current.
func (v *Vault) fieldKey(ctx context.Context, purpose, field string, number uint16) (*fieldKey, error) {
	if number == 0 {
		numbers := v.keeper.BlindKeys(v.domain)
		if len(numbers) == 0 {
			return nil, unavailable("find a blind key", &errs.Error{What: "the keeper has none for the domain " + string(v.domain)})
		}
		number = numbers[0]
	}
	name := fieldKeyName{purpose, field, number}
	v.derivedMu.RLock()
	k := v.derived[name]
	v.derivedMu.RUnlock()
	if k != nil {
		return k, nil
	}
	msg := binary.BigEndian.AppendUint16(nil, uint16(len(purpose)))
	msg = append(msg, purpose...)
	msg = append(msg, field...)
	sum, used, err := v.keeper.MAC(ctx, v.domain, number, msg)
	if err != nil {
		return nil, unavailable("derive a key", err)
	}
	if used != number {
		return nil, unavailable("derive a key", &errs.Error{What: "the keeper answered with another key than was asked for"})
	}
	k = &fieldKey{number: number, key: sum}
	v.derivedMu.Lock()
	defer v.derivedMu.Unlock()
	if kept := v.derived[name]; kept != nil {
		return kept, nil
	}
	v.derived[name] = k
	return k, nil
}

func (k *fieldKey) blind(value []byte) Blind {
	mac, ok := k.macs.Get().(hash.Hash)
	if !ok {
		mac = hmac.New(sha256.New, k.key[:])
	}
	mac.Reset()
	mac.Write(value)
	var sum [sha256.Size]byte
	mac.Sum(sum[:0])
	k.macs.Put(mac)
	var b Blind
	binary.BigEndian.PutUint16(b[:2], k.number)
	copy(b[2:], sum[:])
	return b
}
