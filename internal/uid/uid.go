// Package uid makes the two kinds of names that things have in Sijil: internal
// ids (UUID version 7, RFC 9562), which order by time and never leave the
// program, and references (128 random bits in base32), by which a thing is
// named outside.
//
// It refuses to know what is named.
package uid

import (
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"sync"

	"sijil/internal/clock"
	"sijil/internal/errs"
)

// ID is an internal id. The zero ID names nothing.
type ID [16]byte

// IsZero reports whether the id names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// String prints the id in the usual form of a UUID, for operators: ids are
// not shown to the public.
func (id ID) String() string {
	var b [36]byte
	hex.Encode(b[0:8], id[0:4])
	hex.Encode(b[9:13], id[4:6])
	hex.Encode(b[14:18], id[6:8])
	hex.Encode(b[19:23], id[8:10])
	hex.Encode(b[24:36], id[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// MarshalText prints the id as String does: events name their subjects so.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(text []byte) error {
	var raw ID
	var digits [32]byte
	if len(text) == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-' {
		n := copy(digits[:], text[0:8])
		n += copy(digits[n:], text[9:13])
		n += copy(digits[n:], text[14:18])
		n += copy(digits[n:], text[19:23])
		copy(digits[n:], text[24:36])
		if _, err := hex.Decode(raw[:], digits[:]); err == nil && raw.String() == string(text) {
			*id = raw
			return nil
		}
	}
	return &errs.Error{Code: "uid.text", What: "this is not the text of an id"}
}

// FromBytes returns the id of 16 bytes.
func FromBytes(b []byte) (ID, error) {
	var id ID
	if len(b) != len(id) {
		return id, &errs.Error{Code: "uid.length", What: fmt.Sprintf("an id has 16 bytes, not %d", len(b))}
	}
	copy(id[:], b)
	return id, nil
}

// Ref is a reference: 26 characters of base32 (RFC 4648, lower case, without
// padding). The zero Ref refers to nothing.
type Ref string

var base = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// ParseRef reads a reference as somebody hands it in.
func ParseRef(s string) (Ref, error) {
	b, err := base.DecodeString(s)
	if err != nil || len(b) != 16 || base.EncodeToString(b) != s {
		return "", &errs.Error{Kind: errs.Invalid, Code: "uid.reference", Field: "reference",
			What: "this is not a reference", Fix: "copy all 26 letters and digits of it"}
	}
	return Ref(s), nil
}

// Source makes ids and references. It is safe for use by several goroutines;
// ids of one source are strictly increasing.
type Source struct {
	clock clock.Clock
	rand  io.Reader

	mu   sync.Mutex
	last uint64 // milliseconds << 12 | counter of the last id
}

// NewSource returns a source that reads the time from c and randomness from
// rand: crypto/rand.Reader, but in tests.
func NewSource(c clock.Clock, rand io.Reader) *Source { return &Source{clock: c, rand: rand} }

// NewID returns a new id. It panics when there is no randomness: nothing can
// go on safely without.
func (s *Source) NewID() ID {
	var id ID
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read(id[8:])
	now := uint64(s.clock.Now().UnixMilli()) << 12
	s.last = max(now, s.last+1)
	binary.BigEndian.PutUint64(id[:8], s.last>>12<<16|0x7000|s.last&0xfff)
	id[8] = id[8]&0x3f | 0x80
	return id
}

// NewRef returns a new reference.
func (s *Source) NewRef() Ref {
	var b [16]byte
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read(b[:])
	return Ref(base.EncodeToString(b[:]))
}

func (s *Source) read(b []byte) {
	if _, err := io.ReadFull(s.rand, b); err != nil {
		panic("uid: no randomness: " + err.Error())
	}
}
