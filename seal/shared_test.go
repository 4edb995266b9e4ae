package seal_test

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

var cursor = seal.Binding{Table: "cursors", Column: "persons", Row: uid.ID{5}}

func TestSharedOpensAgainAndOnlyThere(t *testing.T) {
	t.Parallel()
	v := vault(t, seal.Population)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		sealed, err := v.SealShared(t.Context(), cursor, plain)
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.OpenShared(t.Context(), cursor, sealed)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("it does not open again: %v", err)
		}
		other := cursor
		switch rapid.IntRange(0, 3).Draw(t, "moved") {
		case 0:
			other.Table = "cursor"
		case 1:
			other.Column = "households"
		case 2:
			other.Row[3]++
		case 3:
			other.Version++
		}
		if _, err := v.OpenShared(t.Context(), other, sealed); err == nil {
			t.Fatal("it opened elsewhere")
		}
		changed := bytes.Clone(sealed)
		changed[rapid.IntRange(0, len(changed)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		if _, err := v.OpenShared(t.Context(), cursor, changed); err == nil {
			t.Fatal("it opened with a byte changed")
		}
	})
}

func TestSharedSurvivesRotationAndEndsWithIt(t *testing.T) {
	t.Parallel()
	v, k, _, _ := rig(t, seal.Population)
	ctx := t.Context()
	sealed, err := v.SealShared(ctx, cursor, []byte("where we were"))
	if err != nil {
		t.Fatal(err)
	}
	k.RotateBlind()
	if got, err := v.OpenShared(ctx, cursor, sealed); err != nil || string(got) != "where we were" {
		t.Errorf("after a rotation: %q, %v", got, err)
	}
	k.RetireBlind()
	if _, err := v.OpenShared(ctx, cursor, sealed); err == nil || errs.KindOf(err) != errs.Internal {
		t.Errorf("after the key was retired: %v", err)
	}
	again, err := v.SealShared(ctx, cursor, []byte("where we were"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.OpenShared(ctx, cursor, again); err != nil {
		t.Error(err)
	}
}

func TestSharedOfAnotherDomainDoesNotOpen(t *testing.T) {
	t.Parallel()
	a := vault(t, seal.Population)
	b := vault(t, seal.Social)
	sealed, err := a.SealShared(t.Context(), cursor, []byte("canary-canary"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range [][]byte{sealed, nil, sealed[:20], append([]byte{1}, sealed[1:]...)} {
		if _, err := b.OpenShared(t.Context(), cursor, s); err == nil || strings.Contains(err.Error(), "canary-canary") {
			t.Errorf("%d bytes: %v", len(s), err)
		}
	}
}

func FuzzOpenShared(f *testing.F) {
	v := vault(f, seal.Population)
	sealed, err := v.SealShared(f.Context(), cursor, []byte("a value"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add(sealed[:45])
	f.Add([]byte{2, 0, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := v.OpenShared(t.Context(), cursor, data); err == nil && !bytes.Equal(data, sealed) {
			t.Fatalf("%x opened", data)
		}
	})
}
