package seal

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"sijil/seal/xaes"
)

const sharedOverhead = 1 + 2 + xaes.NonceSize + tagSize

// SealShared seals a small value that is not one person's, under a key of the
// domain derived for the table and column: the kept response of an idempotency
// key, a cursor. It opens only at the same binding. Such values must be
// short-lived: they are erased by being deleted, not by a key.
//
// One key seals very many values, so this is XAES-256-GCM, whose 192 random
// bits of nonce do not run out. The result is 43 bytes longer than plain.
func (v *Vault) SealShared(ctx context.Context, b Binding, plain []byte) ([]byte, error) {
	fk, err := v.fieldKey(ctx, purposeShared, b.Table+"."+b.Column, 0)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 3+xaes.NonceSize, sharedOverhead+len(plain))
	out[0] = formatShared
	binary.BigEndian.PutUint16(out[1:], fk.number)
	nonce := out[3:]
	if _, err := io.ReadFull(v.rand, nonce); err != nil {
		panic("seal: no randomness: " + err.Error())
	}
	return xaes.New(&fk.key).Seal(out, nonce, plain, b.appendTo(nil, formatShared)), nil
}

// OpenShared reverses SealShared, under whichever key of the domain sealed the
// value. Errors are those of Key.Open.
func (v *Vault) OpenShared(ctx context.Context, b Binding, sealed []byte) ([]byte, error) {
	if len(sealed) < sharedOverhead {
		return nil, broken(b, fmt.Sprintf("%d bytes are not the length of a sealed value", len(sealed)))
	}
	if sealed[0] != formatShared {
		return nil, broken(b, fmt.Sprintf("its format is %d, not %d", sealed[0], formatShared))
	}
	number := binary.BigEndian.Uint16(sealed[1:])
	if !v.hasBlindKey(number) {
		return nil, broken(b, "the keeper has no key of its number")
	}
	fk, err := v.fieldKey(ctx, purposeShared, b.Table+"."+b.Column, number)
	if err != nil {
		return nil, err
	}
	nonce, body := sealed[3:3+xaes.NonceSize], sealed[3+xaes.NonceSize:]
	plain, err := xaes.New(&fk.key).Open(nil, nonce, body, b.appendTo(nil, formatShared))
	if err != nil {
		return nil, broken(b, "it was changed or belongs elsewhere")
	}
	return plain, nil
}

func (v *Vault) hasBlindKey(number uint16) bool {
	return slices.Contains(v.keeper.BlindKeys(v.domain), number)
}
