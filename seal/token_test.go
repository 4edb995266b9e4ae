package seal_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/seal"
	"sijil/seal/sealtest"
)

func TestTokensReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes")
		tok, err := seal.TokenOf(b)
		if err != nil {
			t.Fatal(err)
		}
		got, err := seal.ParseToken(tok.Text())
		if err != nil || !got.Equal(tok) || got != tok || got.Bytes() != [16]byte(b) {
			t.Fatalf("%x reads back otherwise: %v", b, err)
		}
		b[0] ^= 1 // the token does not share the slice
		if other, _ := seal.TokenOf(b); other.Equal(tok) || tok.Bytes() == [16]byte(b) {
			t.Fatal("two tokens are equal")
		}
	})
}

func TestWhatIsNoToken(t *testing.T) {
	t.Parallel()
	text := seal.NewToken(sealtest.NewRand(1)).Text()
	for _, bad := range []string{"", "a", text[:25], text + "a", strings.ToUpper(text), text[:25] + "b", "Token(***)", text + "\n"} {
		if bad == text {
			continue
		}
		_, err := seal.ParseToken(bad)
		if err == nil {
			t.Errorf("%d characters were accepted", len(bad))
		} else if len(bad) > 20 && strings.Contains(err.Error(), bad) {
			t.Error("the error holds what was handed in")
		}
	}
	if _, err := seal.TokenOf(make([]byte, 15)); err == nil {
		t.Error("fifteen bytes were accepted")
	}
	var zero seal.Token
	if !zero.IsZero() || zero.Text() != "" || zero.Equal(seal.NewToken(sealtest.NewRand(1))) || !zero.Equal(seal.Token{}) {
		t.Error("the zero token is somebody's")
	}
}

func TestTokensDoNotSlipOut(t *testing.T) {
	t.Parallel()
	tok := seal.NewToken(sealtest.NewRand(1))
	b := tok.Bytes()
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "token", tok, "in", struct{ T seal.Token }{tok})
	outputs := []string{log.String(), fmt.Sprint(tok), fmt.Sprintf("%p", tok) /* a verb that never asks */}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%08b", "%o", "%c", "%U", "%t", "%e"} {
		outputs = append(outputs, fmt.Sprintf(verb, tok), fmt.Sprintf(verb, struct{ t seal.Token }{tok}),
			fmt.Sprintf(verb, []seal.Token{tok}), fmt.Sprintf(verb, map[string]any{"t": tok}), fmt.Sprintf(verb, &tok))
	}
	secrets := []string{tok.Text(), fmt.Sprintf("%x", b[:6]), fmt.Sprintf("%X", b[:6]), fmt.Sprintf("%d %d %d", b[0], b[1], b[2]),
		fmt.Sprintf("%x %x %x", b[0], b[1], b[2]), fmt.Sprintf("0x%x, 0x%x, 0x%x", b[0], b[1], b[2])}
	for _, out := range outputs {
		for _, s := range secrets {
			if strings.Contains(out, s) {
				t.Errorf("a token slipped out: %s", out)
			}
		}
	}
	if _, err := json.Marshal(tok); err == nil {
		t.Error("a token marshals")
	}
	if _, err := json.Marshal(map[string]any{"t": &tok}); err == nil {
		t.Error("a token marshals inside something")
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add(seal.NewToken(sealtest.NewRand(1)).Text())
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if tok, err := seal.ParseToken(s); err == nil && tok.Text() != s {
			t.Fatalf("%q is written otherwise", s)
		}
	})
}
