package demo_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"sijil/agency"
	"sijil/internal/clock"
	"sijil/internal/demo"
)

// TestFolder takes a folder, keeps a state in it, and finds it again.
func TestFolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "demo")
	f, s, err := demo.OpenFolder(path)
	if err != nil || s != nil {
		t.Fatal(s, err)
	}
	if _, _, err := demo.OpenFolder(path); codeOf(err) != "demo.held" {
		t.Errorf("a folder held twice: %v", err)
	}
	want := demo.State{Format: 1, Country: "xx", Households: 7, Seed: 3, Password: "p", Begun: now, Reached: 5, Periods: 2, Examples: []demo.Example{{Code: "c", Shows: "s"}}}
	if err := f.Keep(want); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(path, "demo.json")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	half := []byte(`{"format": 1, "password"`)
	if err := os.WriteFile(file+".new", half, 0o600); err != nil { // a kill while it was written
		t.Fatal(err)
	}
	f, s, err = demo.OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	if want.About = s.About; !reflect.DeepEqual(*s, want) {
		t.Errorf("%+v, not %+v", *s, want)
	}
	if err := errors.Join(f.Keep(*s), f.Close()); err != nil {
		t.Error(err)
	}
}

// TestOtherFolders refuses what is not a demo's, and touches nothing.
func TestOtherFolders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		code  string
	}{
		"somebody's":            {map[string]string{"thesis.txt": "years of work"}, "demo.not_empty"},
		"an installation":       {map[string]string{"population.db": "", "key.json": "{}"}, "demo.not_empty"},
		"a later program's":     {map[string]string{"demo.json": `{"format": 2}`}, "demo.version"},
		"not a state":           {map[string]string{"demo.json": `{"format": 1`}, "demo.version"},
		"with an unknown field": {map[string]string{"demo.json": `{"format": 1, "moon": 1}`}, "demo.version"},
		"empty":                 {nil, ""},
		"cut off at once":       {map[string]string{"demo.json.new": "{"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range c.files {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			f, s, err := demo.OpenFolder(dir)
			if codeOf(err) != c.code || s != nil {
				t.Fatalf("%v, %v", s, err)
			}
			if f != nil {
				if err := f.Close(); err != nil {
					t.Error(err)
				}
			}
			for file, text := range c.files {
				if got, err := os.ReadFile(filepath.Join(dir, file)); err != nil || string(got) != text {
					t.Errorf("%s is now %q, %v", file, got, err)
				}
			}
		})
	}
}

// TestNothingLeftBehind: a folder that was made and not used goes.
func TestNothingLeftBehind(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "demo")
	f, _, err := demo.OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// TestPassword: a password is one the agency takes, and no two are alike.
func TestPassword(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		p, err := demo.NewPassword(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := agency.CheckPassword(p, "officer"); err != nil || seen[p] {
			t.Fatal(p, err)
		}
		seen[p] = true
	}
	if _, err := demo.NewPassword(strings.NewReader("short")); err == nil {
		t.Error("a password of little randomness")
	}
	same, err := demo.NewPassword(bytes.NewReader(make([]byte, 20)))
	if err != nil || same != "aaaaa-aaaaa-aaaaa-aaaaa" {
		t.Error(same, err)
	}
}

// TestClock: the clock of a demo moves only forwards, and ends in the present.
func TestClock(t *testing.T) {
	t.Parallel()
	c := demo.NewClock(clock.NewManual(now))
	if !c.Now().Equal(now) {
		t.Error("a new clock shows another time")
	}
	last := time.Time{}
	for _, to := range []time.Duration{-90 * time.Minute, -60 * time.Minute, -80 * time.Minute, -30 * time.Minute} {
		c.To(now.Add(to))
		for range 3 {
			if at := c.Now(); !at.After(last) || at.Before(now.Add(to)) {
				t.Fatalf("%v after %v, when told %v", at, last, to)
			} else {
				last = at
			}
		}
	}
	c.Present()
	if !c.Now().Equal(now) {
		t.Error("the clock stayed in the past")
	}
}
