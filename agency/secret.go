package agency

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"strings"

	"sijil/internal/errs"
)

// Secret is a secret of a session, a device or a client. It prints as a mask
// and does not marshal; Text is the only way out.
type Secret struct{ text string }

const maskedSecret = "Secret(***)"

// Text returns the secret itself, for the one it is made for.
func (s Secret) Text() string { return s.text }

// String returns a mask.
func (s Secret) String() string { return maskedSecret }

// GoString returns a mask.
func (s Secret) GoString() string { return maskedSecret }

// Format writes a mask under every verb.
func (s Secret) Format(f fmt.State, _ rune) {
	// A printer that cannot write has nobody to tell.
	_, _ = io.WriteString(f, maskedSecret)
}

// LogValue makes log records hold a mask.
func (s Secret) LogValue() slog.Value { return slog.StringValue(maskedSecret) }

// MarshalText refuses: a secret leaves once, by Text.
func (s Secret) MarshalText() ([]byte, error) {
	return nil, &errs.Error{Code: "agency.not_marshalled", What: "a secret does not marshal", Fix: "hand out Text once"}
}

var secretBase = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Beginnings of the two kinds of secrets: whoever finds one in a file or a
// message knows what it is, and so do programs that look for leaked secrets.
const (
	clientPrefix  = "sijil_"
	sessionPrefix = "sijils_"
)

const (
	randomSize = 32 // bytes: 256 bits
	secretText = 52 // characters of those
	sumText    = 7  // characters of the checksum
)

// newSecret draws a secret: prefix, 256 random bits and a CRC-32 of both, by
// which a mistyped one is told from a wrong one without asking anybody.
func newSecret(rand io.Reader, prefix string) string {
	var b [randomSize]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		panic("agency: no randomness: " + err.Error())
	}
	body := prefix + secretBase.EncodeToString(b[:])
	return body + checksum(body)
}

func checksum(body string) string {
	return secretBase.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(body))))
}

// wellFormed reports whether a text could be a secret of a prefix.
func wellFormed(text, prefix string) bool {
	if len(text) != len(prefix)+secretText+sumText || !strings.HasPrefix(text, prefix) {
		return false
	}
	body := text[:len(text)-sumText]
	b, err := secretBase.DecodeString(body[len(prefix):])
	return err == nil && secretBase.EncodeToString(b) == body[len(prefix):] && checksum(body) == text[len(body):]
}
