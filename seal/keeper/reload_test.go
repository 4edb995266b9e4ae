package keeper_test

import (
	"testing"

	"sijil/seal"
	"sijil/seal/keeper"
	"sijil/seal/sealtest"
)

// Another process that has the file open wraps under the zone key that was
// made current, so that the one before can be removed.
func TestWrapUsesTheCurrentKeyOfTheFile(t *testing.T) {
	t.Parallel()
	f, path := create(t)
	other, err := keeper.Open(path, sealtest.NewRand(2))
	if err != nil {
		t.Fatal(err)
	}
	for want := uint16(1); want < 4; want++ {
		w, err := other.Wrap(t.Context(), seal.Social, make([]byte, 32), nil)
		if err != nil {
			t.Fatal(err)
		}
		if zone, err := other.ZoneOf(w); err != nil || zone != want {
			t.Errorf("wrapped under zone key %d, want %d, %v", zone, want, err)
		}
		if _, err := f.RotateZone(seal.Social, day); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.ZoneOf([]byte("short")); err == nil {
		t.Error("what is no wrapped key has a zone key")
	}
}
