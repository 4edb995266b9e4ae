package uid_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"sijil/internal/clock"
	"sijil/internal/uid"
)

func TestIDsIncreaseAndAreVersion7(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	s := uid.NewSource(clock.NewManual(at), rand.Reader)
	var last uid.ID
	for i := range 10_000 { // more than the 4,096 of one millisecond
		id := s.NewID()
		if bytes.Compare(id[:], last[:]) <= 0 {
			t.Fatalf("id %d is not after the one before", i)
		}
		if id[6]>>4 != 7 || id[8]>>6 != 2 {
			t.Fatalf("version or variant of %s", id)
		}
		last = id
	}
}

func TestReferencesReadBack(t *testing.T) {
	t.Parallel()
	s := uid.NewSource(clock.System{}, rand.Reader)
	r := s.NewRef()
	if got, err := uid.ParseRef(string(r)); err != nil || got != r {
		t.Fatalf("%v %v", got, err)
	}
	for _, bad := range []string{"", "a", string(r)[:25], string(r) + "a", string(bytes.ToUpper([]byte(r))), "zzzzzzzzzzzzzzzzzzzzzzzzz7"} {
		if _, err := uid.ParseRef(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestIDsAsText(t *testing.T) {
	t.Parallel()
	src := uid.NewSource(clock.System{}, rand.Reader)
	for range 1000 {
		id := src.NewID()
		text, err := id.MarshalText()
		var back uid.ID
		if err != nil || back.UnmarshalText(text) != nil || back != id || string(text) != id.String() {
			t.Fatalf("%s came back as %s, %v", text, back, err)
		}
		for _, bad := range []string{"", string(text[:35]), string(text) + "0", strings.ToUpper("a" + string(text[1:])), strings.ReplaceAll(string(text), "-", "_"), "g" + string(text[1:])} {
			if bad == string(text) {
				continue
			}
			if err := back.UnmarshalText([]byte(bad)); err == nil {
				t.Fatalf("%q was taken", bad)
			}
		}
	}
}
