// Package storetest runs a test on every engine that a store can have, and
// holds the schema of a store to the table of fields.
//
// It refuses to know what is stored.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sijil/internal/pgtemp"
	"sijil/internal/store"
)

// Now is an instant for migrations of tests.
var Now = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)

// Each runs fn as a subtest on a fresh store of each engine, migrated with the
// sets. PostgreSQL is skipped, saying why, when its server is not installed;
// with SIJIL_REQUIRE_POSTGRES=1 that fails instead.
func Each(t *testing.T, sets []store.Migrations, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(e.String(), func(t *testing.T) {
			t.Parallel()
			fn(t, Open(t, e, sets))
		})
	}
}

// Open returns a fresh store of one engine, migrated with the sets; it is
// closed at the end of the test.
func Open(t testing.TB, e store.Engine, sets []store.Migrations) *store.DB {
	t.Helper()
	cfg := Config(t, e)
	db, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if sets != nil {
		if _, err := db.Migrate(t.Context(), sets, Now, false); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// Config returns the configuration of a fresh store of one engine.
func Config(t testing.TB, e store.Engine) store.Config {
	t.Helper()
	if e == store.SQLite {
		return store.Config{Name: "test", Engine: e, Path: filepath.Join(t.TempDir(), "test.db")}
	}
	return store.Config{Name: "test", Engine: e, DSN: Server(t).DSN(), Schema: fmt.Sprintf("t%d", schemas.Add(1)), Conns: 8}
}

var (
	schemas atomic.Int64
	server  struct {
		once sync.Once
		s    *pgtemp.Server
		err  error
	}
)

// Server returns the PostgreSQL server of this test process. It is started
// when the first test asks for it and ends with the process. It does not sync:
// tests that cut the power start one of their own.
func Server(t testing.TB) *pgtemp.Server {
	t.Helper()
	server.once.Do(func() { server.s, server.err = pgtemp.Start(context.Background(), pgtemp.Options{}) })
	Need(t, server.err)
	return server.s
}

// Need ends a test that has no PostgreSQL: it is skipped when the server is
// not installed, and fails when it is but does not start or when
// SIJIL_REQUIRE_POSTGRES=1 says that it must be there.
func Need(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, pgtemp.ErrNotInstalled) && os.Getenv("SIJIL_REQUIRE_POSTGRES") != "1":
		t.Skip("not tried on PostgreSQL: " + err.Error())
	default:
		t.Fatal(err)
	}
}
