package sealtest

import (
	"crypto/cipher"
	"slices"

	"sijil/internal/errs"
	"sijil/seal"
	"sijil/seal/internal/control"
)

// Off is a keeper under which records are not sealed: the control of the
// searches for plaintext, which must be seen to find it. Blind indexes are as
// ever.
type Off struct{ seal.Keeper }

var _ control.Off = Off{}

// SealingOff returns the cipher that does nothing.
func (Off) SealingOff() cipher.AEAD { return plain{} }

type plain struct{}

func (plain) NonceSize() int { return 12 }
func (plain) Overhead() int  { return 16 }

func (plain) Seal(dst, _, plaintext, _ []byte) []byte {
	return append(append(dst, plaintext...), make([]byte, 16)...)
}

func (plain) Open(dst, _, ciphertext, _ []byte) ([]byte, error) {
	if len(ciphertext) < 16 {
		return nil, &errs.Error{What: "too short"}
	}
	return append(dst, slices.Clone(ciphertext[:len(ciphertext)-16])...), nil
}
