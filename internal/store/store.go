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

// Config says which database to open.
type Config struct {
	Name    string // what messages call it: "population", "social", "agency", "keys"
	Engine  Engine
	Path    string // SQLite: the file
	DSN     string // PostgreSQL: the connection string; never in a message
	Schema  string // PostgreSQL: the schema that holds the tables; "" is "sijil"
	Readers int    // connections that read; 0 is a default
}

// ErrNoRows is what QueryRow's Scan returns when there is none.
var ErrNoRows = errors.New("store: no row")

// ErrUnknownOutcome is in the chain of an error of Do when the connection was
// lost at COMMIT: the act may or may not have happened. Read it again by key.
var ErrUnknownOutcome = errors.New("store: the outcome of the commit is unknown")

// IDs is the part of uid.Source that stores need.
type IDs interface{ NewID() uid.ID }

// Scanner reads the columns of a row into pointers: *string, *int64, *int,
// *bool, *[]byte, *uid.ID, *time.Time, *civil.Date, and pointers to those for
// columns that may be null.
type Scanner interface{ Scan(dest ...any) error }

// Doer is what adapters of registers are built on: *DB is one.
type Doer interface {
	Do(ctx context.Context, fn func(*Tx) error) error
	DoKeyed(ctx context.Context, fn func(*Tx) error) error
	View(ctx context.Context, fn func(*Tx) error) error
}
