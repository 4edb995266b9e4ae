package xaes_test

import (
	"bytes"
	"crypto/sha3"
	"encoding/hex"
	"testing"

	"sijil/seal/xaes"
)

// The vectors of the specification: between them both branches of the subkey.
func TestVectors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		key       byte
		aad, want string
	}{
		{1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},
		{3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"},
	}
	nonce := []byte("ABCDEFGHIJKLMNOPQRSTUVWX")
	for _, tt := range tests {
		a := xaes.New((*[32]byte)(bytes.Repeat([]byte{tt.key}, 32)))
		got := a.Seal(nil, nonce, []byte("XAES-256-GCM"), []byte(tt.aad))
		if hex.EncodeToString(got) != tt.want {
			t.Errorf("key %d: got %x", tt.key, got)
		}
		plain, err := a.Open(nil, nonce, got, []byte(tt.aad))
		if err != nil || string(plain) != "XAES-256-GCM" {
			t.Errorf("key %d: %q, %v", tt.key, plain, err)
		}
	}
}

// The accumulated vector of the specification: 10,000 random messages.
func TestAccumulated(t *testing.T) {
	t.Parallel()
	s, d := sha3.NewSHAKE128(), sha3.NewSHAKE128()
	next := func(n int) []byte {
		p := make([]byte, n)
		_, _ = s.Read(p)
		return p
	}
	for range 10_000 {
		key, nonce := next(32), next(xaes.NonceSize)
		plain := next(int(next(1)[0]))
		aad := next(int(next(1)[0]))
		a := xaes.New((*[32]byte)(key))
		sealed := a.Seal(nil, nonce, plain, aad)
		if got, err := a.Open(nil, nonce, sealed, aad); err != nil || !bytes.Equal(got, plain) {
			t.Fatal("a message does not open again")
		}
		_, _ = d.Write(sealed)
	}
	sum := make([]byte, 32)
	_, _ = d.Read(sum)
	const want = "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939"
	if hex.EncodeToString(sum) != want {
		t.Errorf("got %x, want %s", sum, want)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	a := xaes.New(new([32]byte))
	nonce := make([]byte, xaes.NonceSize)
	sealed := a.Seal(nil, nonce, []byte("plain"), nil)
	if _, err := a.Open(nil, nonce[1:], sealed, nil); err == nil {
		t.Error("a short nonce was accepted")
	}
	sealed[0] ^= 1
	if _, err := a.Open(nil, nonce, sealed, nil); err == nil {
		t.Error("a changed bit was accepted")
	}
}
