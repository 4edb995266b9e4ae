package seal

import (
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"log/slog"
	"unique"

	"sijil/internal/errs"
)

// maskedToken is what every print of a token shows.
const maskedToken = "Token(***)"

var tokenBase = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewToken draws a token from rand. It panics when there is no randomness:
// nothing can go on safely without.
func NewToken(rand io.Reader) Token {
	var b [TokenSize]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		panic("seal: no randomness: " + err.Error())
	}
	return token(b[:])
}

func token(b []byte) Token { return Token{unique.Make(string(b))} }

// TokenOf returns the token of 16 bytes, as Bytes gave them.
func TokenOf(b []byte) (Token, error) {
	if len(b) != TokenSize {
		return Token{}, &errs.Error{Code: "seal.token", What: fmt.Sprintf("a token has %d bytes, not %d", TokenSize, len(b))}
	}
	return token(b), nil
}

// ParseToken reads a token as somebody hands it in: 26 characters, as Text
// gave them.
func ParseToken(s string) (Token, error) {
	b, err := tokenBase.DecodeString(s)
	if err != nil || len(b) != TokenSize || tokenBase.EncodeToString(b) != s {
		return Token{}, &errs.Error{Kind: errs.Invalid, Code: "seal.token", Field: "token",
			What: "this is not a token", Fix: "send all 26 letters and digits of the token that was handed out"}
	}
	return token(b), nil
}

// IsZero reports whether the token names nobody.
func (t Token) IsZero() bool { return t == Token{} }

// Bytes returns the token itself, zeros for the zero Token. Whoever calls it
// must seal or blind what it gets.
func (t Token) Bytes() [TokenSize]byte {
	var b [TokenSize]byte
	if !t.IsZero() {
		copy(b[:], t.h.Value())
	}
	return b
}

// Text returns the token for its recipient: 26 characters of base32 (RFC 4648,
// lower case, without padding), "" for the zero Token.
func (t Token) Text() string {
	if t.IsZero() {
		return ""
	}
	return tokenBase.EncodeToString([]byte(t.h.Value()))
}

// Equal compares in constant time.
func (t Token) Equal(o Token) bool {
	a, b := t.Bytes(), o.Bytes()
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && t.IsZero() == o.IsZero()
}

// String returns a mask.
func (t Token) String() string { return maskedToken }

// GoString returns a mask.
func (t Token) GoString() string { return maskedToken }

// Format writes a mask under every verb and flag.
func (t Token) Format(f fmt.State, _ rune) {
	// A printer that cannot write has nobody to tell.
	_, _ = io.WriteString(f, maskedToken)
}

// LogValue makes log records hold a mask.
func (t Token) LogValue() slog.Value { return slog.StringValue(maskedToken) }

// MarshalText refuses: a token must not leave unnoticed, and a mask written to
// a file or an answer would be taken for it.
func (t Token) MarshalText() ([]byte, error) {
	return nil, &errs.Error{Code: "seal.not_marshalled", What: "a token does not marshal",
		Fix: "record the disclosure and write Text"}
}
