package keeper_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
	"sijil/seal/keeper"
	"sijil/seal/sealtest"
)

var (
	day     = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	domains = []seal.Domain{seal.Population, seal.Social, seal.Agency}
)

func create(tb testing.TB) (*keeper.File, string) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "keys.json")
	f, err := keeper.Create(path, domains, day, sealtest.NewRand(1))
	if err != nil {
		tb.Fatal(err)
	}
	return f, path
}

func TestWhatWasWrappedUnwrapsAfterOpeningAgain(t *testing.T) {
	t.Parallel()
	f, path := create(t)
	ctx := t.Context()
	wrapped, err := f.Wrap(ctx, seal.Population, []byte("a data key"), []byte("about"))
	if err != nil {
		t.Fatal(err)
	}
	sum, used, err := f.MAC(ctx, seal.Population, 0, []byte("message"))
	if err != nil || used != 1 {
		t.Fatal(used, err)
	}
	again, err := keeper.Open(path, sealtest.NewRand(2))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Unwrap(ctx, seal.Population, wrapped, []byte("about")); err != nil || string(got) != "a data key" {
		t.Errorf("%q, %v", got, err)
	}
	if got, _, err := again.MAC(ctx, seal.Population, 1, []byte("message")); err != nil || got != sum {
		t.Errorf("another sum: %v", err)
	}
}

func TestUnwrapRefuses(t *testing.T) {
	t.Parallel()
	f, _ := create(t)
	ctx := t.Context()
	const canary = "canary-data-key"
	wrapped, err := f.Wrap(ctx, seal.Population, []byte(canary), []byte("about"))
	if err != nil {
		t.Fatal(err)
	}
	refused := func(name string, d seal.Domain, w, about []byte) {
		t.Helper()
		got, err := f.Unwrap(ctx, d, w, about)
		if err == nil || got != nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused("another domain", seal.Social, wrapped, []byte("about"))
	refused("an unknown domain", "moon", wrapped, []byte("about"))
	refused("about something else", seal.Population, wrapped, []byte("abouT"))
	refused("nothing", seal.Population, nil, nil)
	refused("cut short", seal.Population, wrapped[:len(wrapped)-1], []byte("about"))
	for i := range wrapped {
		changed := bytes.Clone(wrapped)
		changed[i] ^= 4
		refused(fmt.Sprint("byte ", i), seal.Population, changed, []byte("about"))
	}
}

// The MAC is HMAC-SHA-256 under the key as the file has it.
func TestMACIsHMAC(t *testing.T) {
	t.Parallel()
	f, path := create(t)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Domains map[string]struct{ Blind []struct{ Key string } }
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	key, err := base64.StdEncoding.DecodeString(doc.Domains["social"].Blind[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("message"))
	if sum, _, err := f.MAC(t.Context(), seal.Social, 0, []byte("message")); err != nil || !bytes.Equal(sum[:], mac.Sum(nil)) {
		t.Errorf("%x, %v", sum, err)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	f, path := create(t)
	ctx := t.Context()
	elsewhere, err := keeper.Open(path, sealtest.NewRand(3)) // another process, which does not know
	if err != nil {
		t.Fatal(err)
	}
	old, err := f.Wrap(ctx, seal.Population, []byte("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.RotateZone(seal.Population, day); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	if n, err := f.RotateBlind(seal.Population, day); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	fresh, err := f.Wrap(ctx, seal.Population, []byte("y"), nil)
	if err != nil || bytes.Equal(fresh[1:3], old[1:3]) {
		t.Fatalf("wrapped under key %x: %v", fresh[1:3], err)
	}
	for _, keeper := range []*keeper.File{f, elsewhere} {
		for want, w := range map[string][]byte{"x": old, "y": fresh} {
			if got, err := keeper.Unwrap(ctx, seal.Population, w, nil); err != nil || string(got) != want {
				t.Errorf("%q, %v", got, err)
			}
		}
		if got := keeper.BlindKeys(seal.Population); !slices.Equal(got, []uint16{2, 1}) {
			t.Errorf("blind keys %v", got)
		}
		if got := keeper.ZoneKeys(seal.Population); !slices.Equal(got, []uint16{2, 1}) {
			t.Errorf("zone keys %v", got)
		}
		if got := keeper.BlindKeys(seal.Social); !slices.Equal(got, []uint16{1}) {
			t.Errorf("the other domain: %v", got)
		}
	}
	if err := f.RetireBlind(seal.Population, 2); errs.KindOf(err) != errs.Conflict {
		t.Errorf("the current key was retired: %v", err)
	}
	if err := f.RetireBlind(seal.Population, 1); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.MAC(ctx, seal.Population, 1, nil); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a retired key answers: %v", err)
	}
	if _, err := f.RotateBlind("moon", day); errs.KindOf(err) != errs.NotFound {
		t.Errorf("an unknown domain: %v", err)
	}
}

// Two processes that rotate do not lose each other's key.
func TestRotationStartsFromTheFile(t *testing.T) {
	t.Parallel()
	f, path := create(t)
	other, err := keeper.Open(path, sealtest.NewRand(4))
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range []*keeper.File{f, other, f} {
		if n, err := k.RotateZone(seal.Social, day); err != nil || int(n) != i+2 {
			t.Fatal(n, err)
		}
	}
	lock := path + ".lock"
	if err := os.WriteFile(lock, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.RotateZone(seal.Social, day); errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), lock) {
		t.Errorf("rotated while another process does: %v", err)
	}
}

func TestNoFileIsOverwritten(t *testing.T) {
	t.Parallel()
	_, path := create(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keeper.Create(path, domains, day, sealtest.NewRand(9)); errs.KindOf(err) != errs.Conflict {
		t.Errorf("got %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file changed: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %d files", len(left))
	}
	hidden, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	if err != nil || len(hidden) != 0 {
		t.Errorf("left behind: %d hidden files", len(hidden))
	}
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	f, path := create(t)
	check := func() {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	}
	check()
	if _, err := f.RotateZone(seal.Agency, day); err != nil {
		t.Fatal(err)
	}
	check()
	for _, mode := range []os.FileMode{0o640, 0o604, 0o610, 0o620, 0o602, 0o601} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := keeper.Open(path, nil)
		if errs.KindOf(err) != errs.Denied || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := keeper.Open(path, nil); err != nil {
		t.Errorf("mode 0400: %v", err)
	}
	if _, err := keeper.Open(filepath.Dir(path), nil); err == nil {
		t.Error("a folder was opened")
	}
	if _, err := keeper.Open(path+"x", nil); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	_, path := create(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var secrets []string
	for line := range strings.SplitSeq(string(good), "\n") {
		if _, v, ok := strings.Cut(line, `"key": "`); ok {
			secrets = append(secrets, v[:20])
		}
	}
	if len(secrets) != 6 {
		t.Fatalf("%d keys", len(secrets))
	}
	first := secrets[0]
	tests := map[string]string{
		"empty":           "",
		"cut short":       string(good[:len(good)/2]),
		"another format":  strings.Replace(string(good), `"format": 1`, `"format": 2`, 1),
		"a key cut":       strings.Replace(string(good), first, first[:16], 1),
		"a key no base64": strings.Replace(string(good), first, "!"+first[1:], 1),
		"a number 0":      strings.Replace(string(good), `"number": 1`, `"number": 0`, 1),
		"an unknown name": strings.Replace(string(good), `"zone"`, `"zones"`, 1),
		"no domain":       `{"format":1,"warning":"","domains":{}}`,
		"no key":          `{"format":1,"warning":"","domains":{"social":{"zone":[],"blind":[]}}}`,
		"text behind":     string(good) + "x",
	}
	for name, data := range tests {
		p := filepath.Join(t.TempDir(), "keys.json")
		if err := os.WriteFile(p, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := keeper.Open(p, nil)
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), p) {
			t.Errorf("%s: %v", name, err)
		}
		for _, s := range secrets {
			if err != nil && strings.Contains(err.Error(), s[:10]) {
				t.Errorf("%s: the error holds a key", name)
			}
		}
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	t.Parallel()
	f, path := create(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
		if got := fmt.Sprintf(verb, f); got != "keeper.File("+path+")" {
			t.Errorf("%s prints more than the path", verb)
		}
		if got := fmt.Sprintf(verb, *f); got != "keeper.File("+path+")" {
			t.Errorf("%s prints more than the path", verb)
		}
	}
}

func TestVaultOnAFile(t *testing.T) {
	t.Parallel()
	f, path := create(t)
	store, r, c := sealtest.NewKeyStore(), sealtest.NewRand(5), clock.NewManual(day)
	v := seal.NewVault(seal.Population, f, store, uid.NewSource(c, r), c, r)
	k, err := v.NewKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := seal.Binding{Table: "t", Column: "c"}
	sealed := k.Seal(b, []byte("x"))
	again, err := keeper.Open(path, r)
	if err != nil {
		t.Fatal(err)
	}
	k2, err := seal.NewVault(seal.Population, again, store, nil, c, r).Key(t.Context(), k.ID())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := k2.Open(b, sealed); err != nil || string(got) != "x" {
		t.Errorf("%q, %v", got, err)
	}
}

func FuzzOpen(f *testing.F) {
	_, path := create(f)
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:100])
	f.Add([]byte(`{"format":1,"domains":{"a":{"zone":[{"number":1}]}}}`))
	p := filepath.Join(f.TempDir(), "keys.json")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(p, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if k, err := keeper.Open(p, sealtest.NewRand(1)); err == nil {
			for _, d := range domains {
				if len(k.BlindKeys(d)) == 0 {
					continue
				}
				if _, err := k.Wrap(t.Context(), d, []byte("x"), nil); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func BenchmarkWrap(b *testing.B) {
	f, _ := create(b)
	secret, about := make([]byte, 32), make([]byte, 40)
	for b.Loop() {
		if _, err := f.Wrap(b.Context(), seal.Population, secret, about); err != nil {
			b.Fatal(err)
		}
	}
}
