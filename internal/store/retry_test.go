package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"sijil/internal/errs"
	"sijil/internal/pgtemp"
	"sijil/internal/store"
	"sijil/internal/storetest"
)

// What PostgreSQL says of a conflict, a deadlock or a lost server starts the
// transaction again; what it says of a defect does not.
func TestConflictsRunAgain(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, store.Postgres, set(things))
	ctx := t.Context()
	for code, runs := range map[string]int{"40001": 3, "40P01": 3, "55P03": 3, "57P01": 3, "08006": 3, "42P01": 1, "22012": 1, "23514": 1} {
		n := 0
		err := db.Do(ctx, func(tx *store.Tx) error {
			n++
			if n < 3 {
				if _, err := tx.Exec(ctx, fmt.Sprintf(`DO $x$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '%s'; END $x$`, code)); err != nil {
					return errors.New("hidden") // a conflict runs again whatever the act makes of it
				}
			}
			return insert(ctx, tx, code)
		})
		if n != runs || (err == nil) != (runs == 3) {
			t.Errorf("%s: %d runs, %v", code, n, err)
		}
		if got := count(t, db, `SELECT count(*) FROM things WHERE name = $1`, code); got != runs/3 {
			t.Errorf("%s: there %d times", code, got)
		}
	}
}

func TestDeadlocksRunAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(things), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		if err := db.Do(ctx, func(tx *store.Tx) error { return errors.Join(insert(ctx, tx, "a"), insert(ctx, tx, "b")) }); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				first, second := "a", "b"
				if i%2 == 1 {
					first, second = second, first
				}
				for range 5 {
					err := db.Do(ctx, func(tx *store.Tx) error {
						if _, err := tx.Exec(ctx, `UPDATE things SET n = n + 1 WHERE name = $1`, first); err != nil {
							return err
						}
						_, err := tx.Exec(ctx, `UPDATE things SET n = n + 1 WHERE name = $1`, second)
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n := count(t, db, `SELECT min(n) FROM things`); n != 20 {
			t.Errorf("%d of 20 acts counted", n)
		}
	})
}

// Two programs on one SQLite file wait for each other.
func TestTwoProgramsOnOneFile(t *testing.T) {
	t.Parallel()
	cfg := storetest.Config(t, store.SQLite)
	ctx := t.Context()
	var wg sync.WaitGroup
	for range 2 {
		db, err := store.Open(ctx, cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if _, err := db.Migrate(ctx, set(things), storetest.Now, false); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			wg.Go(func() {
				for range 20 {
					if err := db.Do(ctx, func(tx *store.Tx) error { return insert(ctx, tx, newID().String()) }); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	db, err := store.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, `SELECT count(*) FROM things`); n != 160 {
		t.Errorf("%d of 160 rows", n)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if err := db.Do(ctx, func(*store.Tx) error { return nil }); err == nil {
		t.Error("a closed store wrote")
	}
}

// When SQLite undoes a whole group, the members that had finished run again.
func TestALostGroupRunsAgain(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, store.SQLite, set(things))
	ctx := t.Context()
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			bad := i%20 == 7
			err := db.Do(ctx, func(tx *store.Tx) error {
				if bad { // what SQLite does by itself when the disk is full
					_, err := tx.Exec(ctx, `ROLLBACK`)
					if i%40 == 7 {
						err = errors.New("full")
					}
					return err
				}
				return insert(ctx, tx, fmt.Sprint(i))
			})
			if bad != (err != nil) {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if n := count(t, db, `SELECT count(*) FROM things`); n != 190 {
		t.Errorf("%d of 190 rows", n)
	}
}

// cutter stands between a program and PostgreSQL and cuts the connection at
// COMMIT: before the server hears of it, or before the program hears of it.
type cutter struct {
	cuts   atomic.Int64 // still to be made
	before bool
	target string
}

func (c *cutter) listen(t *testing.T) (dsn string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "cut") //nolint:usetesting // the path of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.serve(conn)
		}
	}()
	return "host=" + dir + " user=sijil dbname=postgres sslmode=disable"
}

func (c *cutter) serve(client net.Conn) {
	server, err := net.Dial("unix", c.target)
	if err != nil {
		_ = client.Close()
		return
	}
	var swallow atomic.Bool
	go func() {
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if err != nil || swallow.Load() { // the answer to COMMIT, or the end
				break
			}
			if _, err := client.Write(buf[:n]); err != nil {
				break
			}
		}
		_ = client.Close()
		_ = server.Close()
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			break
		}
		if strings.HasPrefix(string(buf[:n]), "Q\x00\x00\x00\x0bcommit") && c.cuts.Add(-1) >= 0 {
			if c.before {
				break
			}
			swallow.Store(true)
		}
		if _, err := server.Write(buf[:n]); err != nil {
			break
		}
	}
	if !swallow.Load() {
		_ = client.Close()
		_ = server.Close()
	}
}

func TestUnknownOutcome(t *testing.T) {
	t.Parallel()
	_, err := pgtemp.Binaries()
	storetest.Need(t, err)
	for name, before := range map[string]bool{"before the server hears of it": true, "before we hear of it": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := storetest.Config(t, store.Postgres)
			host, _, _ := strings.Cut(strings.TrimPrefix(cfg.DSN, "host="), " ")
			c := &cutter{before: before, target: filepath.Join(host, ".s.PGSQL.5432")}
			cfg.DSN = c.listen(t)
			ctx := t.Context()
			db, err := store.Open(ctx, cfg)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			if _, err := db.Migrate(ctx, set(things), storetest.Now, false); err != nil {
				t.Fatal(err)
			}
			c.cuts.Store(1)
			runs := 0
			err = db.Do(ctx, func(tx *store.Tx) error { runs++; return insert(ctx, tx, "plain") })
			if !errors.Is(err, store.ErrUnknownOutcome) || errs.KindOf(err) != errs.Unavailable || runs != 1 {
				t.Errorf("%d runs, %v", runs, err)
			}
			want := 1
			if before {
				want = 0
			}
			if n := count(t, db, `SELECT count(*) FROM things WHERE name = 'plain'`); n != want {
				t.Errorf("there %d times, not %d", n, want)
			}

			c.cuts.Store(3)
			key := store.Key{Operation: "o", Text: "k"}
			err = db.DoKeyed(ctx, func(tx *store.Tx) error {
				prior, done, err := tx.Once(ctx, key, storetest.Now)
				if err != nil {
					return err
				}
				if done {
					if string(prior) != "made" {
						t.Errorf("remembered %q", prior)
					}
					return nil
				}
				if _, err := tx.Exec(ctx, `INSERT INTO things (thing_id, name, n) VALUES ($1, $2, 5)`, newID(), newID().String()); err != nil {
					return err
				}
				return tx.Remember(ctx, key, []byte("made"))
			})
			if err != nil {
				t.Error(err)
			}
			if n := count(t, db, `SELECT count(*) FROM things WHERE n = 5`); n != 1 {
				t.Errorf("a keyed act is there %d times", n)
			}
		})
	}
}

// A server that crashes and comes back: what was lost before COMMIT is done
// again by itself, and every acknowledged keyed act is there once.
func TestAServerThatCrashes(t *testing.T) {
	t.Parallel()
	server, err := pgtemp.Start(t.Context(), pgtemp.Options{Durable: true})
	storetest.Need(t, err)
	t.Cleanup(func() { _ = server.Stop() })
	db, err := store.Open(t.Context(), store.Config{Name: "crashing", Engine: store.Postgres, DSN: server.DSN(), Schema: "crashing"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	ctx := t.Context()
	if _, err := db.Migrate(ctx, set(things), storetest.Now, false); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var acked sync.Map
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				name := fmt.Sprintf("%d-%d", w, i)
				err := db.DoKeyed(ctx, func(tx *store.Tx) error {
					_, done, err := tx.Once(ctx, store.Key{Text: name}, storetest.Now)
					if err != nil || done {
						return err
					}
					if _, err := tx.Exec(ctx, `INSERT INTO things (thing_id, name, n) VALUES ($1, $2, 0)`, newID(), name); err != nil {
						return err
					}
					return nil
				})
				if err == nil {
					acked.Store(name, true)
				} else if errs.KindOf(err) != errs.Unavailable {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	for range 3 {
		if err := server.Crash(); err != nil {
			t.Fatal(err)
		}
		if err := server.Restart(ctx); err != nil {
			t.Fatal(err)
		}
		for n := count(t, db, `SELECT count(*) FROM things`); count(t, db, `SELECT count(*) FROM things`) < n+20; {
		}
	}
	close(stop)
	wg.Wait()
	n := 0
	acked.Range(func(name, _ any) bool {
		n++
		if count(t, db, `SELECT count(*) FROM things WHERE name = $1`, name) != 1 {
			t.Errorf("%s was acknowledged and is not there", name)
		}
		return true
	})
	if n < 60 {
		t.Errorf("only %d acts", n)
	}
}

func TestCopy(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(things), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		rows := func(n int, end error) func() ([]any, error) {
			i := 0
			return func() ([]any, error) {
				if i == n {
					return nil, end
				}
				i++
				return []any{newID(), fmt.Sprint("row ", i), i}, nil
			}
		}
		cols := []string{"thing_id", "name", "n"}
		broke := errors.New("the source broke")
		if _, err := db.Copy(ctx, "things", cols, rows(5000, broke)); !errors.Is(err, broke) {
			t.Errorf("got %v", err)
		}
		if n := count(t, db, `SELECT count(*) FROM things`); n != 0 {
			t.Errorf("%d rows of a load that failed", n)
		}
		const many = 100_000
		if n, err := db.Copy(ctx, "things", cols, rows(many, io.EOF)); err != nil || n != many {
			t.Fatalf("%d rows: %v", n, err)
		}
		if n := count(t, db, `SELECT count(*) FROM things WHERE n BETWEEN 1 AND 100000`); n != many {
			t.Errorf("%d rows are there", n)
		}
		n, err := db.Copy(ctx, "things", cols, rows(3, io.EOF))
		if name, ok := store.Constraint(err); n != 0 || !ok || name != "things_by_name" {
			t.Errorf("loaded %d rows twice: %v", n, err)
		}
		for name, row := range map[string][]any{
			"short": {newID()}, "NUL": {newID(), "a\x00", 1}, "null": {newID(), nil, 1}, "type": {newID(), "s", 1.5}, "large": {newID(), "l", int64(1) << 40},
		} {
			fed := false
			_, err := db.Copy(ctx, "things", cols, func() ([]any, error) {
				if fed {
					return nil, io.EOF
				}
				fed = true
				return row, nil
			})
			if err == nil {
				t.Errorf("%s: a bad row was loaded", name)
			}
		}
		if _, err := db.Copy(ctx, "things; DROP TABLE things", cols, rows(1, io.EOF)); err == nil {
			t.Error("that is no table")
		}
		if n := count(t, db, `SELECT count(*) FROM things`); n != many {
			t.Errorf("%d rows", n)
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	const secret = "hunter2secret"
	for name, cfg := range map[string]store.Config{
		"no name":     {Engine: store.SQLite, Path: "x"},
		"no engine":   {Name: "a", Path: "x"},
		"no file":     {Name: "a", Engine: store.SQLite},
		"no folder":   {Name: "a", Engine: store.SQLite, Path: filepath.Join(t.TempDir(), "no", "such")},
		"bad DSN":     {Name: "a", Engine: store.Postgres, DSN: "postgres://u:" + secret + "@h:notaport/x"},
		"no server":   {Name: "a", Engine: store.Postgres, DSN: "host=/nonexistent user=u password=" + secret},
		"public":      {Name: "a", Engine: store.Postgres, DSN: "host=/nonexistent", Schema: "public"},
		"odd schema":  {Name: "a", Engine: store.Postgres, DSN: "host=/nonexistent", Schema: "a; DROP TABLE b"},
		"system's":    {Name: "a", Engine: store.Postgres, DSN: "host=/nonexistent", Schema: "pg_mine"},
		"quoted name": {Name: "a", Engine: store.Postgres, DSN: "host=/nonexistent", Schema: `x"y`},
	} {
		db, err := store.Open(context.Background(), cfg)
		if err == nil {
			_ = db.Close()
			t.Errorf("%s: opened", name)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the message has the password", name)
		}
	}
}

// A full disk fails who needs room, and nobody else; what was acknowledged
// stays, and with room again the store goes on.
func TestAFullDisk(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, store.SQLite, set(things))
	ctx := t.Context()
	store.Pragmas(db, "max_page_count = 60")
	var acked atomic.Int64
	var refused atomic.Bool
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 40 {
				err := db.Do(ctx, func(tx *store.Tx) error {
					_, err := tx.Exec(ctx, `INSERT INTO things (thing_id, name, n) VALUES ($1, $2, 0)`, newID(), strings.Repeat("x", 1000)+newID().String())
					return err
				})
				switch {
				case err == nil:
					acked.Add(1)
				case codeOf(err) == "store.unavailable" || codeOf(err) == "store.busy":
					refused.Store(true)
				default:
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if !refused.Load() {
		t.Error("the disk was never full")
	}
	if n := count(t, db, `SELECT count(*) FROM things`); int64(n) != acked.Load() {
		t.Errorf("%d acknowledged, %d there", acked.Load(), n)
	}
	store.Pragmas(db, "max_page_count = 4294967294")
	if err := db.Do(ctx, func(tx *store.Tx) error { return insert(ctx, tx, "after") }); err != nil {
		t.Error(err)
	}
}
