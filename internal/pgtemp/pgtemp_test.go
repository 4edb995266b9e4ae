package pgtemp_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"sijil/internal/pgtemp"
	"sijil/internal/store"
	"sijil/internal/storetest"
)

func folder(s *pgtemp.Server) string {
	dir, _, _ := strings.Cut(strings.TrimPrefix(s.DSN(), "host="), " ")
	return dir
}

func open(t *testing.T, s *pgtemp.Server) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{Name: "x", Engine: store.Postgres, DSN: s.DSN(), Schema: "x"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// A durable server keeps what it acknowledged over a crash, and its folder
// goes with it.
func TestStartCrashRestartStop(t *testing.T) {
	t.Parallel()
	s, err := pgtemp.Start(t.Context(), pgtemp.Options{Durable: true, Settings: []string{"work_mem=5MB"}})
	storetest.Need(t, err)
	db := open(t, s)
	ctx := t.Context()
	if _, err := db.Migrate(ctx, nil, storetest.Now, false); err != nil {
		t.Fatal(err)
	}
	var mem string
	if err := db.View(ctx, func(tx *store.Tx) error { return tx.QueryRow(ctx, `SHOW work_mem`).Scan(&mem) }); err != nil || mem != "5MB" {
		t.Errorf("work_mem is %s: %v", mem, err)
	}
	if err := s.Restart(ctx); err == nil {
		t.Error("a running server was started again")
	}
	if err := s.Crash(); err != nil {
		t.Fatal(err)
	}
	if err := s.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	if err := db.CheckSchema(ctx, nil); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(folder(s)); !os.IsNotExist(err) {
		t.Errorf("the folder is left: %v", err)
	}
}

// A server that is killed is started again with what it acknowledged, and none
// of its processes is left before that.
func TestKill(t *testing.T) {
	t.Parallel()
	s, err := pgtemp.Start(t.Context(), pgtemp.Options{Durable: true})
	storetest.Need(t, err)
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	ctx := t.Context()
	for range 3 {
		db := open(t, s)
		if _, err := db.Migrate(ctx, nil, storetest.Now, false); err != nil {
			t.Fatal(err)
		}
		if err := s.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := db.CheckSchema(ctx, nil); err == nil {
			t.Error("a killed server answers")
		}
		if err := s.Restart(ctx); err != nil {
			t.Fatal(err)
		}
		if err := open(t, s).CheckSchema(ctx, nil); err != nil {
			t.Error(err)
		}
	}
}

// The server does not outlive a process that is killed.
func TestTheServerDiesWithItsProcess(t *testing.T) {
	t.Parallel()
	if os.Getenv("SIJIL_PGTEMP_CHILD") == "1" {
		s, err := pgtemp.Start(t.Context(), pgtemp.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(os.Stdout, "folder "+folder(s)+"\n")
		select {}
	}
	_, err := pgtemp.Binaries()
	storetest.Need(t, err)
	cmd := exec.Command(os.Args[0], "-test.run=^TestTheServerDiesWithItsProcess$")
	cmd.Env = append(os.Environ(), "SIJIL_PGTEMP_CHILD=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var dir string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if d, ok := strings.CutPrefix(lines.Text(), "folder "); ok {
			dir = d
			break
		}
	}
	if _, err := os.Stat(dir); err != nil || dir == "" {
		t.Fatalf("the server has no folder: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("the folder %s is left", dir)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
