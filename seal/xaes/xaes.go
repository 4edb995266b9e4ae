// Package xaes is XAES-256-GCM (C2SP, https://c2sp.org/XAES-256-GCM):
// AES-256-GCM with a key derived for each message from 12 of 24 bytes of
// nonce, so that random nonces may be drawn for 2^80 messages under one key.
// It serves keys that seal for everybody; a person's own key seals too little
// to need it.
//
// It refuses to know what it seals.
package xaes

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"errors"
)

// NonceSize is the length of a nonce in bytes, Overhead of what a tag adds.
const (
	NonceSize = 24
	Overhead  = 16
)

// AEAD is a key ready for use. It does not change and may be shared.
type AEAD struct {
	block cipher.Block
	k1    [aes.BlockSize]byte // the subkey of CMAC, NIST SP 800-38B
}

// New returns the AEAD of a key.
func New(key *[32]byte) *AEAD {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic("xaes: " + err.Error()) // the length is fixed
	}
	a := &AEAD{block: block}
	block.Encrypt(a.k1[:], a.k1[:])
	msb := a.k1[0] >> 7
	for i := range a.k1 {
		a.k1[i] <<= 1
		if i+1 < len(a.k1) {
			a.k1[i] |= a.k1[i+1] >> 7
		}
	}
	a.k1[len(a.k1)-1] ^= byte(subtle.ConstantTimeSelect(int(msb), 0x87, 0))
	return a
}

// Seal encrypts plain and appends it, with its tag, to dst. The nonce has 24
// random bytes.
func (a *AEAD) Seal(dst, nonce, plain, aad []byte) []byte {
	if len(nonce) != NonceSize {
		panic("xaes: a nonce of another length")
	}
	return a.derive(nonce).Seal(dst, nonce[12:], plain, aad)
}

// Open reverses Seal and appends the plaintext to dst.
func (a *AEAD) Open(dst, nonce, sealed, aad []byte) ([]byte, error) {
	if len(nonce) != NonceSize {
		return nil, errors.New("xaes: a nonce of another length")
	}
	return a.derive(nonce).Open(dst, nonce[12:], sealed, aad)
}

// derive returns AES-256-GCM under the key of a nonce: NIST SP 800-108r1 in
// counter mode with CMAC, of which two blocks are needed.
func (a *AEAD) derive(nonce []byte) cipher.AEAD {
	var key [32]byte
	for i := range 2 {
		m := key[i*aes.BlockSize : (i+1)*aes.BlockSize]
		m[1], m[2] = byte(i+1), 'X'
		copy(m[4:], nonce[:12])
		subtle.XORBytes(m, m, a.k1[:])
		a.block.Encrypt(m, m)
	}
	block, err := aes.NewCipher(key[:])
	if err == nil {
		var g cipher.AEAD
		if g, err = cipher.NewGCM(block); err == nil {
			return g
		}
	}
	panic("xaes: " + err.Error())
}
