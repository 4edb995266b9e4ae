package seal_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
	"sijil/seal/sealtest"
)

func vault(tb testing.TB, d seal.Domain) *seal.Vault {
	tb.Helper()
	return sealtest.NewVault(tb, d)
}

func rig(tb testing.TB, d seal.Domain) (*seal.Vault, *sealtest.Keeper, *sealtest.KeyStore, *clock.Manual) {
	tb.Helper()
	k, s, r, c := sealtest.NewKeeper(), sealtest.NewKeyStore(), sealtest.NewRand(7), clock.NewManual(day)
	return seal.NewVault(d, k, s, uid.NewSource(c, r), c, r), k, s, c
}

// RFC 4231, test cases 1 (its key filled up with zeros, as HMAC does) and 5,
// whose output the RFC cuts to 128 bits as a blind index is cut.
func TestBlindIsHMACCutTo128Bits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		key, data []byte
		want      string
	}{
		{bytes.Repeat([]byte{0x0b}, 20), []byte("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b"},
		{[]byte("Jefe"), []byte("what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c7"},
		{bytes.Repeat([]byte{0x0c}, 20), []byte("Test With Truncation"), "a3b6167473100ee06e0c796c2955552b"},
	}
	for _, tt := range tests {
		var key [32]byte
		copy(key[:], tt.key)
		if got := hex.EncodeToString(seal.BlindUnder(key, tt.data)); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.data, got, tt.want)
		}
	}
}

// The description in docs/sealing.md, computed apart.
func TestFormatOfABlindIndex(t *testing.T) {
	t.Parallel()
	v, k, _, _ := rig(t, seal.Population)
	msg := append([]byte{0, 20}, "sijil blind index v1document"...)
	derived, number, err := k.MAC(t.Context(), seal.Population, 1, msg)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, derived[:])
	mac.Write([]byte("value"))
	want := append([]byte{0, byte(number)}, mac.Sum(nil)[:16]...)
	got, err := v.Blind(t.Context(), "document", []byte("value"))
	if err != nil || !bytes.Equal(got[:], want) {
		t.Errorf("got %x, %v, want %x", got, err, want)
	}
}

func TestEqualValuesOfAFieldAndOnlyThose(t *testing.T) {
	t.Parallel()
	population := vault(t, seal.Population)
	social := vault(t, seal.Social)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) (*seal.Vault, string, string) {
			return rapid.SampledFrom([]*seal.Vault{population, social}).Draw(t, label+" domain"),
				rapid.StringMatching(`[ab]{0,2}`).Draw(t, label+" field"), rapid.StringMatching(`[ab]{0,2}`).Draw(t, label+" value")
		}
		v1, f1, x1 := draw("first")
		v2, f2, x2 := draw("second")
		b1, err1 := v1.Blind(t.Context(), f1, []byte(x1))
		b2, err2 := v2.Blind(t.Context(), f2, []byte(x2))
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if (b1 == b2) != (v1 == v2 && f1 == f2 && x1 == x2) {
			t.Fatalf("blinds of %q %q and %q %q", f1, x1, f2, x2)
		}
	})
}

func TestBlindsDuringRotation(t *testing.T) {
	t.Parallel()
	v, k, _, _ := rig(t, seal.Population)
	ctx := t.Context()
	before, err := v.Blind(ctx, "phone", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	k.RotateBlind()
	after, err := v.Blind(ctx, "phone", []byte("x"))
	if err != nil || after == before || after.Number() != 2 || before.Number() != 1 {
		t.Fatalf("numbers %d, %d, %v", before.Number(), after.Number(), err)
	}
	all, err := v.Blinds(ctx, "phone", []byte("x"))
	if err != nil || len(all) != 2 || all[0] != after || all[1] != before {
		t.Errorf("got %d blinds, %v: the current first, the one before after it", len(all), err)
	}
	k.RetireBlind()
	if all, err = v.Blinds(ctx, "phone", []byte("x")); err != nil || len(all) != 1 || all[0] != after {
		t.Errorf("a retired key still answers: %d, %v", len(all), err)
	}
}

func TestTheKeeperIsAskedOncePerField(t *testing.T) {
	t.Parallel()
	v, k, _, _ := rig(t, seal.Population)
	for i := range 100 {
		if _, err := v.Blind(t.Context(), "document", []byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if macs, _ := k.Calls(); macs != 1 {
		t.Errorf("the keeper was asked %d times", macs)
	}
}

func TestBlindWithoutAKeeperIsNoBlind(t *testing.T) {
	t.Parallel()
	v, k, _, _ := rig(t, seal.Population)
	down := errors.New("down")
	k.Fail(down)
	b, err := v.Blind(t.Context(), "document", []byte("x"))
	if !errors.Is(err, down) || errs.KindOf(err) != errs.Unavailable || b != (seal.Blind{}) {
		t.Errorf("got %x, %v", b, err)
	}
	if all, err := v.Blinds(t.Context(), "document", []byte("x")); err == nil || all != nil {
		t.Errorf("got %d blinds, %v", len(all), err)
	}
}

func TestBlindOf(t *testing.T) {
	t.Parallel()
	v := vault(t, seal.Agency)
	b, err := v.Blind(t.Context(), "f", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := seal.BlindOf(b[:]); err != nil || got != b {
		t.Errorf("got %x, %v", got, err)
	}
	if _, err := seal.BlindOf(b[1:]); err == nil {
		t.Error("seventeen bytes were taken for a blind index")
	}
}

func BenchmarkBlind(b *testing.B) {
	v := vault(b, seal.Population)
	value := []byte("AB123456")
	for b.Loop() {
		if _, err := v.Blind(b.Context(), "document", value); err != nil {
			b.Fatal(err)
		}
	}
}
