// Package store knows the two databases Sijil runs on, SQLite and PostgreSQL:
// pools, transactions, migrations, bulk loading, and the one way of retrying.
// Everything that differs between the two lives here, so that a register has
// one SQL text.
//
// It refuses to know what the tables mean.
package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"sijil/internal/errs"
	"sijil/internal/uid"
)

// Engine is a database engine.
type Engine uint8

// The engines.
const (
	SQLite   Engine = iota + 1 // embedded: one file, one writer
	Postgres                   // PostgreSQL 15 or later
)

// String returns the name of the engine, as flags and files have it.
func (e Engine) String() string {
	switch e {
	case SQLite:
		return "sqlite"
	case Postgres:
		return "postgres"
	}
	return "unknown"
}

// ParseEngine reads the name of an engine.
func ParseEngine(s string) (Engine, error) {
	for _, e := range []Engine{SQLite, Postgres} {
		if s == e.String() {
			return e, nil
		}
	}
	return 0, errs.Bad("store", "there is no such database engine", "write sqlite or postgres")
}

// Config says which database to open.
type Config struct {
	Name    string // what messages call it: "population", "social", "agency", "keys"
	Engine  Engine
	Path    string // SQLite: the file; it is made, readable by its owner only, when it is not there
	DSN     string // PostgreSQL: the connection string; never in a message
	Schema  string // PostgreSQL: the schema that holds the tables; "" is "sijil"
	Readers int    // SQLite: connections that read; 0 is a default
	Conns   int    // PostgreSQL: the most connections of the pool; 0 is a default
}

// ErrNoRows is what QueryRow's Scan returns when there is none.
var ErrNoRows = errors.New("store: no row")

// ErrUnknownOutcome is in the chain of an error of Do when the connection was
// lost at COMMIT: the act may or may not have happened. Read it again by key.
var ErrUnknownOutcome = errors.New("store: the outcome of the commit is unknown")

// IDs is the part of uid.Source that stores need.
type IDs interface{ NewID() uid.ID }

// Scanner reads the columns of a row into pointers: *string, *[]byte, *bool,
// integers, *uid.ID, *time.Time, *civil.Date, types made of those (and of
// byte arrays, such as blind indexes), and pointers to pointers for columns
// that may be null. Null is the zero time.Time, the zero civil.Date and the
// nil slice; anything else that cannot be null is an error.
type Scanner interface{ Scan(dest ...any) error }

// Doer is what adapters of registers are built on: *DB is one.
type Doer interface {
	Do(ctx context.Context, fn func(*Tx) error) error
	DoKeyed(ctx context.Context, fn func(*Tx) error) error
	View(ctx context.Context, fn func(*Tx) error) error
}

// backend is one engine's way of doing things, once: DB adds the retries.
type backend interface {
	write(ctx context.Context, fn func(*Tx) error) error
	read(ctx context.Context, fn func(*Tx) error) error
	load(ctx context.Context, table string, columns []string, next func() ([]any, error)) (int64, error)
	migrator
	close() error
}

// DB is one open store. It is safe for use by several goroutines.
type DB struct {
	name   string
	engine Engine
	schema string
	back   backend
	sets   atomic.Pointer[[]Migrations]

	counted counts
	filling atomic.Bool // from a backup
}

var _ Doer = (*DB)(nil)

// Open opens a store. It makes the file of a SQLite store that is not there;
// it makes no tables (Migrate does). The store must be closed.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Name == "" {
		return nil, errs.Bad("name", "a store needs a name", "name it population, social, agency or keys")
	}
	db := &DB{name: cfg.Name, engine: cfg.Engine, schema: cfg.Schema}
	var err error
	switch cfg.Engine {
	case SQLite:
		db.back, err = openSQLite(ctx, cfg)
	case Postgres:
		if db.schema == "" {
			db.schema = "sijil"
		}
		cfg.Schema = db.schema
		db.back, err = openPostgres(ctx, cfg)
	default:
		err = errs.Bad("engine", "no database engine was chosen", "choose sqlite or postgres")
	}
	if err != nil {
		return nil, fmt.Errorf("opening store %s: %w", cfg.Name, err)
	}
	return db, nil
}

// Name returns what messages call the store.
func (db *DB) Name() string { return db.name }

// Engine returns the engine of the store.
func (db *DB) Engine() Engine { return db.engine }

// Close ends the store: transactions at work are finished, others are refused.
func (db *DB) Close() error { return db.back.close() }

// Do runs fn as one write transaction and returns after it is durable. fn may
// run several times: a conflict with another transaction, a busy database or a
// connection lost before COMMIT starts it again. When fn returns an error, or
// any statement of it failed, nothing is written. A connection lost at COMMIT
// is an error with ErrUnknownOutcome in its chain.
//
// fn waits for nothing but its own statements: on SQLite it holds the only
// writer, and calling Do on the same store from inside it never returns.
func (db *DB) Do(ctx context.Context, fn func(*Tx) error) error {
	return db.retry(ctx, false, func() error { return db.back.write(ctx, fn) })
}

// DoKeyed is Do for a function whose first statement claims an idempotency key
// (Tx.Once): it also runs again after an unknown outcome, because the second
// run finds out whether the first one counted.
func (db *DB) DoKeyed(ctx context.Context, fn func(*Tx) error) error {
	return db.retry(ctx, true, func() error { return db.back.write(ctx, fn) })
}

// View runs fn on one unchanging snapshot of the store. Statements that write
// fail.
func (db *DB) View(ctx context.Context, fn func(*Tx) error) error {
	return db.retry(ctx, true, func() error { return db.back.read(ctx, fn) })
}

// Copy loads rows into a table in one transaction and returns how many. next
// returns the values of a row, or io.EOF after the last; any other error of it
// leaves nothing written. Copy is never retried: next cannot be asked again.
func (db *DB) Copy(ctx context.Context, table string, columns []string, next func() ([]any, error)) (int64, error) {
	if !isName(table) {
		return 0, errs.Bad("table", "this is not the name of a table", "")
	}
	for _, c := range columns {
		if !isName(c) {
			return 0, errs.Bad("columns", "this is not the name of a column", "")
		}
	}
	n, err := db.back.load(ctx, table, columns, next)
	if err != nil {
		return 0, db.explain(err)
	}
	return n, nil
}

// isName reports whether s can stand in SQL as a name without quotes.
func isName(s string) bool {
	if s == "" || len(s) > 63 || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
