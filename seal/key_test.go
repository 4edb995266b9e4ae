package seal_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
	"sijil/seal/sealtest"
)

var here = seal.Binding{Table: "persons", Column: "record", Row: uid.ID{1, 2, 3}, Version: 4}

func newKey(tb testing.TB) seal.Key {
	tb.Helper()
	k, err := sealtest.NewVault(tb, seal.Population).NewKey(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// The cases of the GCM specification with a key of 256 bits (McGrew and Viega,
// appendix B, also in NIST's CAVP files): 13, 14, 15 and 16.
func TestCipherIsGCM(t *testing.T) {
	t.Parallel()
	const key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
	const text = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
	tests := []struct{ key, nonce, plain, aad, want string }{
		{strings.Repeat("00", 32), strings.Repeat("00", 12), "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
		{strings.Repeat("00", 32), strings.Repeat("00", 12), strings.Repeat("00", 16), "", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
		{key, "cafebabefacedbaddecaf888", text + "1aafd255", "",
			"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015adb094dac5d93471bdec1a502270e3cc6c"},
		{key, "cafebabefacedbaddecaf888", text, "feedfacedeadbeeffeedfacedeadbeefabaddad2",
			"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
	}
	for i, tt := range tests {
		got := seal.NewGCM(unhex(t, tt.key)).Seal(nil, unhex(t, tt.nonce), unhex(t, tt.plain), unhex(t, tt.aad))
		if hex.EncodeToString(got) != tt.want {
			t.Errorf("case %d: got %x", 13+i, got)
		}
	}
}

func unhex(tb testing.TB, s string) []byte {
	tb.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// What is on disk must be readable by another program from the description in
// docs/sealing.md: this test is that program.
func TestFormatOfARecord(t *testing.T) {
	t.Parallel()
	secret := bytes.Repeat([]byte{7}, 32)
	k := seal.KeyOf(uid.ID{9}, secret, sealtest.NewRand(1))
	sealed := k.Seal(here, []byte("forty bytes of plain text are two blocks"))
	if len(sealed) != 1+12+64+16 || sealed[0] != 1 {
		t.Fatalf("%d bytes, format %d", len(sealed), sealed[0])
	}
	aad := []byte{1, 0, 7}
	aad = append(aad, "persons"...)
	aad = append(aad, 0, 6)
	aad = append(aad, "record"...)
	aad = append(aad, here.Row[:]...)
	aad = binary.BigEndian.AppendUint64(aad, 4)
	block, err := aes.NewCipher(secret)
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := gcm.Open(nil, sealed[1:13], sealed[13:], aad)
	if err != nil {
		t.Fatal(err)
	}
	if want := append([]byte("forty bytes of plain text are two blocks\x80"), make([]byte, 23)...); !bytes.Equal(plain, want) {
		t.Errorf("the padded plaintext is %q", plain)
	}
}

func TestSealOpensAgainAndOnlyThere(t *testing.T) {
	t.Parallel()
	v := sealtest.NewVault(t, seal.Population)
	rapid.Check(t, func(t *rapid.T) {
		k, err := v.NewKey(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		binding := func(label string) seal.Binding {
			return seal.Binding{
				Table: rapid.StringMatching(`[a-c]{0,3}`).Draw(t, label+" table"), Column: rapid.StringMatching(`[a-c]{0,3}`).Draw(t, label+" column"),
				Row: uid.ID{rapid.Byte().Draw(t, label+" row")}, Version: rapid.Int64Range(-1, 2).Draw(t, label+" version"),
			}
		}
		b, other := binding("sealed at"), binding("opened at")
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		sealed := k.Seal(b, plain)
		got, err := k.Open(b, sealed)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("it does not open where it was sealed: %v", err)
		}
		if _, err := k.Open(other, sealed); (err == nil) != (b == other) {
			t.Fatalf("sealed at %v, opened at %v: %v", b, other, err)
		}
		k2, err := v.NewKey(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k2.Open(b, sealed); err == nil {
			t.Fatal("another key opened it")
		}
	})
}

func TestOpenRefusesWhatWasMovedOrChanged(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	const canary = "canary-of-a-person"
	sealed := k.Seal(here, []byte(canary))
	change := func(f func(*seal.Binding)) seal.Binding { b := here; f(&b); return b }
	tests := []struct {
		name   string
		at     seal.Binding
		sealed []byte
	}{
		{"another table", change(func(b *seal.Binding) { b.Table = "person" }), sealed},
		{"another column", change(func(b *seal.Binding) { b.Column = "address" }), sealed},
		{"a letter moved from table to column", change(func(b *seal.Binding) { b.Table, b.Column = "person", "srecord" }), sealed},
		{"another row", change(func(b *seal.Binding) { b.Row[15] = 1 }), sealed},
		{"an earlier version", change(func(b *seal.Binding) { b.Version-- }), sealed},
		{"nothing", here, nil},
		{"cut short by one", here, sealed[:len(sealed)-1]},
		{"cut short by a block", here, sealed[:len(sealed)-32]},
		{"one byte more", here, append(bytes.Clone(sealed), 0)},
		{"a format that does not exist", here, append([]byte{9}, sealed[1:]...)},
		{"the format of shared values", here, append([]byte{2}, sealed[1:]...)},
	}
	for _, tt := range tests {
		got, err := k.Open(tt.at, tt.sealed)
		checkBroken(t, tt.name, got, err, canary)
	}
	for bit := range 8 * len(sealed) {
		flipped := bytes.Clone(sealed)
		flipped[bit/8] ^= 1 << (bit % 8)
		got, err := k.Open(here, flipped)
		checkBroken(t, fmt.Sprintf("bit %d changed", bit), got, err, canary)
	}
	got, err := seal.Key{}.Open(here, sealed)
	checkBroken(t, "the zero key", got, err, canary)
}

func checkBroken(t *testing.T, name string, got []byte, err error, canary string) {
	t.Helper()
	switch {
	case err == nil || got != nil:
		t.Errorf("%s: it opened", name)
	case errs.KindOf(err) != errs.Internal || !strings.Contains(err.Error(), "persons") && !strings.Contains(err.Error(), "person."):
		t.Errorf("%s: the error does not say where: %v", name, err)
	case strings.Contains(err.Error(), canary):
		t.Errorf("%s: the error holds the plaintext", name)
	}
}

// Short values have one length when sealed: a dump does not tell who has a
// short name, or a birth date of which only the year is known.
func TestLengthsDoNotShow(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	for n := range 100 {
		if got, want := len(k.Seal(here, make([]byte, n))), 29+(n/32+1)*32; got != want {
			t.Fatalf("%d bytes sealed are %d, want %d", n, got, want)
		}
	}
}

func TestNoncesAreNeverEqual(t *testing.T) {
	t.Parallel()
	k := newKey(t)
	seen := map[string]bool{}
	for range 10_000 {
		nonce := string(k.Seal(here, nil)[1:13])
		if seen[nonce] {
			t.Fatal("a nonce came twice")
		}
		seen[nonce] = true
	}
}

func TestZeroKeyDoesNotSeal(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("the zero key sealed")
		}
	}()
	seal.Key{}.Seal(here, []byte("x"))
}

func TestSealStopsWithoutRandomness(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("it sealed without randomness")
		}
	}()
	seal.KeyOf(uid.ID{1}, make([]byte, 32), strings.NewReader("short")).Seal(here, nil)
}

func TestKeysPrintAsTheirID(t *testing.T) {
	t.Parallel()
	secret := []byte("0123456789abcdef0123456789ABCDEF")
	k := seal.KeyOf(uid.NewSource(clock.System{}, sealtest.NewRand(3)).NewID(), secret, nil)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%c", "%t"} {
		if s := fmt.Sprintf(verb, struct{ k seal.Key }{k}); strings.Contains(s, "0123456789") || strings.Contains(s, "48 49 50") {
			t.Error("a struct around a key prints its bytes")
		}
		if got, want := fmt.Sprintf(verb, k), "Key("+k.ID().String()+")"; got != want {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}

func TestSealAndOpenAllocateOnce(t *testing.T) {
	k := newKey(t)
	plain := make([]byte, 300)
	sealed := k.Seal(here, plain)
	if n := testing.AllocsPerRun(100, func() { k.Seal(here, plain) }); n > 1 {
		t.Errorf("Seal allocates %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = k.Open(here, sealed) }); n > 1 {
		t.Errorf("Open allocates %v times", n)
	}
}

func FuzzOpen(f *testing.F) {
	k := newKey(f)
	sealed := k.Seal(here, []byte("a value"))
	f.Add(sealed)
	f.Add(sealed[:40])
	f.Add([]byte{})
	f.Add(make([]byte, 61))
	f.Fuzz(func(t *testing.T, data []byte) {
		if plain, err := k.Open(here, data); err == nil && (!bytes.Equal(data, sealed) || string(plain) != "a value") {
			t.Fatalf("%x opened", data)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	k := newKey(b)
	plain := make([]byte, 600)
	b.SetBytes(600)
	for b.Loop() {
		k.Seal(here, plain)
	}
}

func BenchmarkOpen(b *testing.B) {
	k := newKey(b)
	sealed := k.Seal(here, make([]byte, 600))
	b.SetBytes(600)
	for b.Loop() {
		if _, err := k.Open(here, sealed); err != nil {
			b.Fatal(err)
		}
	}
}
