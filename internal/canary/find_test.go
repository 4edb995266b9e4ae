package canary_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"sijil/internal/canary"
)

// Every form is found wherever it stands, by an encoder that is not ours.
func TestEveryFormIsFound(t *testing.T) {
	t.Parallel()
	const value = "Canari-زنقة-12"
	utf := func(big bool) []byte {
		var out []byte
		for _, u := range utf16.Encode([]rune(value)) {
			if big {
				out = append(out, byte(u>>8), byte(u))
			} else {
				out = append(out, byte(u), byte(u>>8))
			}
		}
		return out
	}
	within := func(n int) []byte { return append(bytes.Repeat([]byte{0xfb}, n), value+"\xff\xff\xff"...) }
	planted := map[canary.Form][]byte{
		canary.Plain:      []byte(value),
		canary.Lower:      []byte("canari-زنقة-12"),
		canary.Upper:      []byte("CANARI-زنقة-12"),
		canary.UTF16LE:    utf(false),
		canary.UTF16BE:    utf(true),
		canary.HexLower:   []byte(hex.EncodeToString([]byte(value))),
		canary.HexUpper:   fmt.Appendf(nil, "%X", value),
		canary.Base64At0:  []byte(base64.StdEncoding.EncodeToString(within(3))),
		canary.Base64At1:  []byte(base64.StdEncoding.EncodeToString(within(1))),
		canary.Base64At2:  []byte(base64.StdEncoding.EncodeToString(within(2))),
		canary.Escaped:    []byte(`Canari-\u0632\u0646\u0642\u0629-12`),
		canary.Base64URL0: nil, canary.Base64URL1: nil, canary.Base64URL2: nil, canary.Base32Low: nil, // below
	}
	var f canary.Finder
	f.Add("field", []byte(value), true)
	for _, form := range canary.Forms {
		b, ok := planted[form]
		if !ok {
			t.Errorf("%s: nothing planted", form)
		}
		if b == nil {
			continue
		}
		hits := search(t, &f, append(append([]byte("before "), b...), " after"...))
		if len(hits) != 1 || hits[0].Form != form || hits[0].Field != "field" {
			t.Errorf("%s: got %v", form, hits)
		}
	}
}

func TestFormsOfBytes(t *testing.T) {
	t.Parallel()
	value := []byte{0xfb, 0xff, 0xbf, 1, 0xfb, 0xff, 0xbf, 2, 0xfb, 0xff, 0xbf, 3, 0xfb, 0xff, 0xbf, 4}
	var f canary.Finder
	f.Add("token", value, false)
	for before, form := range map[int]canary.Form{0: canary.Base64URL0, 1: canary.Base64URL1, 2: canary.Base64URL2} {
		text := base64.RawURLEncoding.EncodeToString(append(make([]byte, before), append(value, 7, 7)...))
		if hits := search(t, &f, []byte(text)); len(hits) != 1 || hits[0].Form != form {
			t.Errorf("%d before: got %v", before, hits)
		}
	}
	if hits := search(t, &f, []byte("token: 7p735p73x6a7x757x4b7x757x7bq")); len(hits) != 0 {
		t.Error("found what is not there")
	}
	b, ok := canary.Encode(canary.Base32Low, value, false)
	if hits := search(t, &f, b); !ok || len(hits) != 1 || hits[0].Form != canary.Base32Low {
		t.Errorf("base32: got %v", hits)
	}
}

// A value is found at every place of a file, the seams between reads and the
// ends among them.
func TestEveryPlaceIsSearched(t *testing.T) {
	t.Parallel()
	var f canary.Finder
	for i := range 50 {
		f.Add("other", fmt.Appendf(nil, "%032d", i), true)
	}
	value := []byte("canary of some bytes")
	f.Add("field", value, true)
	noise := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, 3<<20)
	for i := range data {
		data[i] = byte(noise.Uint32())
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.OneOf(rapid.SampledFrom([]int{0, 1, 1<<20 - 20, 1<<20 - 19, 1<<20 - 1, 1 << 20, 2<<20 - 7, 3<<20 - 20}), rapid.IntRange(0, 3<<20-20)).Draw(t, "at")
		old := bytes.Clone(data[at : at+20])
		copy(data[at:], value)
		hits, err := f.Search(bytes.NewReader(data), "x", 10)
		if err != nil || len(hits) != 1 || hits[0].Offset != int64(at) {
			t.Fatalf("at %d: %v, %v", at, hits, err)
		}
		copy(data[at:], old)
	})
}

func TestTreesAreSearchedWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "a", "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"one", "a/two", "a/b/three"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("... canary-canary ..."), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var f canary.Finder
	f.Add("field", []byte("canary-canary"), true)
	hits, read, err := f.SearchTree(dir, 100)
	if err != nil || len(hits) != 3 || read != 63 {
		t.Errorf("%d hits in %d bytes, %v", len(hits), read, err)
	}
	if hits, _, err := f.SearchTree(dir, 2); err != nil || len(hits) != 2 {
		t.Errorf("%d hits, %v", len(hits), err)
	}
}

func search(t *testing.T, f *canary.Finder, data []byte) []canary.Hit {
	t.Helper()
	hits, err := f.Search(bytes.NewReader(data), "x", 10)
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

func BenchmarkSearch(b *testing.B) {
	noise := rand.New(rand.NewPCG(1, 2))
	var f canary.Finder
	value := make([]byte, 14)
	for range 20_000 {
		for i := range value {
			value[i] = byte('a' + noise.IntN(26))
		}
		f.Add("field", value, true)
	}
	data := make([]byte, 16<<20)
	for i := range data {
		data[i] = byte(noise.Uint32())
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if hits, err := f.Search(bytes.NewReader(data), "x", 10); err != nil || len(hits) > 0 {
			b.Fatal(hits, err)
		}
	}
}
