package trial_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/system"
)

// restoreVariable makes the test binary a restore that is killed.
const restoreVariable = "SIJIL_TRIAL_RESTORE"

// restoring says what is restored, and where to.
type restoring struct {
	To        orders
	Dir, Keys string
}

// restoreWork is the program that is killed.
func restoreWork() int {
	var o restoring
	err := json.Unmarshal([]byte(os.Getenv(restoreVariable)), &o)
	if err == nil {
		_, err = o.run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func (o *restoring) run() (system.Checked, error) {
	c, err := land()
	if err != nil {
		return system.Checked{}, err
	}
	return system.Restore(context.Background(), o.config(), system.Parts{Country: c}, o.Dir, o.Keys)
}

// config is where to; the embedded stores have their key file in their folder.
func (o *restoring) config() system.Config {
	cfg := o.To.config()
	if cfg.Engine == store.SQLite {
		cfg.KeyFile = ""
	}
	return cfg
}

// child starts a restore in a program of its own.
func (o *restoring) child(t *testing.T) (cmd *exec.Cmd, complaints *bytes.Buffer) {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	cmd, complaints = exec.Command(os.Args[0]), &bytes.Buffer{}
	cmd.Env = append(os.Environ(), restoreVariable+"="+string(text))
	cmd.Stderr = complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, complaints
}

// A restore that is killed at any moment leaves an installation that is whole,
// or one that every program refuses with what to do; and the same restore run
// again makes it whole.
func TestARestoreIsKilled(t *testing.T) {
	t.Parallel()
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(e.String(), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, e, 7)
			if _, err := r.run(false); err != nil { // something to restore
				t.Fatal(err)
			}
			s, err := system.Open(t.Context(), r.orders.config(), r.parts())
			if err != nil {
				t.Fatal(err)
			}
			r.quiet(s)
			if err := s.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			want, err := rowsOf(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			o := restoring{To: r.orders, Dir: filepath.Join(t.TempDir(), "stores"), Keys: filepath.Join(t.TempDir(), "keys")}
			if _, _, err := s.Backup(t.Context(), o.Dir, o.Keys, "trial"); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				r.stop()
			}()
			whole, refused := 0, map[string]int{}
			kills := count("SIJIL_RESTORES", 3, 40)
			pace := o.pace(t, kills)
			for n := range kills {
				o.to(t, n)
				cmd, _ := o.child(t)
				time.Sleep(time.Duration((float64(n) + rand.New(rand.NewPCG(seed(), uint64(n))).Float64()) / float64(kills) * 1.2 * float64(pace)))
				_ = cmd.Process.Kill() // it may have ended
				_ = cmd.Wait()
				r.quiet(s)
				code, err := o.look(t, want)
				if err != nil {
					t.Fatalf("kill %d: %v", n, err)
				}
				if code == "" {
					whole++
					continue
				}
				refused[code]++
				if _, err := o.run(); err != nil {
					t.Fatalf("kill %d, restored again: %v", n, err)
				}
				if code, err := o.look(t, want); code != "" || err != nil {
					t.Fatalf("kill %d, after a restore that ended well: %s %v", n, code, err)
				}
			}
			t.Logf("%d kills in %s: %d whole, refused %v", kills, pace, whole, refused)
			if len(refused) == 0 {
				t.Error("no kill came before the end: nothing was proved")
			}
		})
	}
}

// pace is how long a whole restore takes in a program of its own.
func (o *restoring) pace(t *testing.T, n int) time.Duration {
	t.Helper()
	o.to(t, n)
	began := time.Now()
	cmd, complaints := o.child(t)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("a restore that nobody kills: %v: %s", err, complaints.String())
	}
	return time.Since(began)
}

// to names a place of its own for a restore.
func (o *restoring) to(t *testing.T, n int) {
	t.Helper()
	o.To.Folder = filepath.Join(t.TempDir(), "data")
	if o.To.DSN != "" {
		o.To.Schema = fmt.Sprintf("restored%d", n)
		if err := os.MkdirAll(o.To.Folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// look opens what a restore left: code is that of a refusal, "" when all is
// there; err is what must not be.
func (o *restoring) look(t *testing.T, want map[string]int64) (code string, err error) {
	t.Helper()
	c, err := land()
	if err != nil {
		return "", err
	}
	s, err := system.Open(t.Context(), o.config(), system.Parts{Country: c})
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" && e.Fix != "" && e.Kind != errs.Internal {
		return e.Code, nil
	}
	if err != nil {
		return "", fmt.Errorf("refused without a remedy: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err := s.CheckAcross(t.Context()); err != nil {
		return "", fmt.Errorf("it opens and does not hold together: %w", err)
	}
	got, err := rowsOf(t.Context(), s)
	if err != nil {
		return "", err
	}
	if !maps.Equal(got, want) {
		return "", fmt.Errorf("it opens with %v, not %v", got, want)
	}
	return "", nil
}
