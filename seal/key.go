package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"

	"sijil/internal/uid"
)

const (
	keySize   = 32 // AES-256
	nonceSize = 12
	tagSize   = 16

	// padTo is the multiple that plaintexts are padded to, so that the length
	// of a ciphertext does not tell a short name from a long one.
	padTo = 32

	formatRecord = 1 // first byte of what Key.Seal returns
	formatShared = 2 // first byte of what Vault.SealShared returns

	overhead = 1 + nonceSize + tagSize
)

// Key is a data key: it seals the values of one person, or of one version of a
// household. The zero Key seals and opens nothing. It prints as its id.
type Key struct{ p *keyState }

type keyState struct {
	id   uid.ID
	aead cipher.AEAD
	rand io.Reader
}

func newKey(id uid.ID, aead cipher.AEAD, rand io.Reader) Key {
	return Key{&keyState{id: id, aead: aead, rand: rand}}
}

// newGCM returns AES-256-GCM under a key.
func newGCM(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err == nil {
		var a cipher.AEAD
		if a, err = cipher.NewGCM(block); err == nil {
			return a
		}
	}
	panic("seal: " + err.Error()) // only a key of another length gets here
}

// ID returns the id under which the key store keeps the key; zero for the zero
// Key. Rows keep it beside what they seal.
func (k Key) ID() uid.ID {
	if k.p == nil {
		return uid.ID{}
	}
	return k.p.id
}

// Seal encrypts plain so that it opens only under this key and at this
// binding: AES-256-GCM with a random nonce; associated data are the format and
// the binding. The result is 29 bytes longer than plain padded to the next
// multiple of 32: format, nonce, ciphertext, tag. It panics for the zero Key,
// and when there is no randomness: nothing can go on safely without.
func (k Key) Seal(b Binding, plain []byte) []byte {
	if k.p == nil {
		panic("seal: Seal under no key")
	}
	padded := len(plain)/padTo*padTo + padTo
	// One allocation holds the sealed value and, behind it, the associated data.
	sealedLen := overhead + padded
	buf := make([]byte, sealedLen, sealedLen+b.size())
	buf[0] = formatRecord
	nonce := buf[1 : 1+nonceSize]
	if _, err := io.ReadFull(k.p.rand, nonce); err != nil {
		panic("seal: no randomness: " + err.Error())
	}
	body := buf[1+nonceSize : 1+nonceSize+padded]
	body[copy(body, plain)] = 0x80
	aad := b.appendTo(buf[sealedLen:sealedLen], formatRecord)
	k.p.aead.Seal(body[:0], nonce, body, aad) //nolint:gosec // the nonce was drawn a few lines above
	return buf[:sealedLen:sealedLen]
}

// Open reverses Seal. A value that was sealed under another key or at another
// binding, that is cut short or has a bit changed, is an error with code
// "seal.broken" that holds nothing of it.
func (k Key) Open(b Binding, sealed []byte) ([]byte, error) {
	if k.p == nil {
		return nil, broken(b, "no key was given")
	}
	if len(sealed) < overhead+padTo || (len(sealed)-overhead)%padTo != 0 {
		return nil, broken(b, fmt.Sprintf("%d bytes are not the length of a sealed value", len(sealed)))
	}
	if sealed[0] != formatRecord {
		return nil, broken(b, fmt.Sprintf("its format is %d, not %d", sealed[0], formatRecord))
	}
	n := len(sealed) - overhead
	buf := make([]byte, n, n+b.size())
	aad := b.appendTo(buf[n:n], formatRecord)
	plain, err := k.p.aead.Open(buf[:0], sealed[1:1+nonceSize], sealed[1+nonceSize:], aad)
	if err != nil {
		return nil, broken(b, "it was changed, belongs elsewhere, or is another key's")
	}
	end := len(plain) - 1
	for end >= 0 && plain[end] == 0 {
		end--
	}
	if end < 0 || len(plain)-end > padTo || plain[end] != 0x80 {
		return nil, broken(b, "its padding is wrong")
	}
	return plain[:end:end], nil
}

// String returns the id of the key.
func (k Key) String() string { return "Key(" + k.ID().String() + ")" }

// GoString returns the id of the key.
func (k Key) GoString() string { return k.String() }

// Format writes the id of the key under every verb.
func (k Key) Format(f fmt.State, _ rune) {
	// A printer that cannot write has nobody to tell.
	_, _ = io.WriteString(f, k.String())
}

// LogValue makes log records hold the id of the key.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// size is an upper bound of what appendTo appends.
func (b Binding) size() int { return 1 + 2 + len(b.Table) + 2 + len(b.Column) + len(b.Row) + 8 }

// appendTo appends the binding as associated data. Lengths stand before texts,
// so that no two bindings have the same bytes.
func (b Binding) appendTo(dst []byte, format byte) []byte {
	dst = append(dst, format)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(b.Table)))
	dst = append(dst, b.Table...)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(b.Column)))
	dst = append(dst, b.Column...)
	dst = append(dst, b.Row[:]...)
	return binary.BigEndian.AppendUint64(dst, uint64(b.Version))
}
