// Package householddb keeps the social register in SQLite or PostgreSQL.
//
// It knows tables and statements. It refuses to know what is sealed in them:
// it is handed ciphertext and blind indexes.
package householddb

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"time"

	"sijil/household"
	"sijil/internal/outbox"
	"sijil/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations returns the register's set of migrations.
func Migrations() store.Migrations {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return store.Migrations{Set: "household", Files: sub}
}

// Store is a household.Store. It is safe for use by several goroutines.
type Store struct{ db store.Doer }

var _ household.Store = Store{}

// New returns the register's store on a database.
func New(db store.Doer) Store { return Store{db} }

// Do runs fn in a write transaction; see household.Store.
func (s Store) Do(ctx context.Context, fn func(household.Tx) error) error {
	return s.db.Do(ctx, func(t *store.Tx) error { return fn(&tx{t}) })
}

// DoKeyed runs fn in a write transaction that claims an idempotency key.
func (s Store) DoKeyed(ctx context.Context, fn func(household.Tx) error) error {
	return s.db.DoKeyed(ctx, func(t *store.Tx) error { return fn(&tx{t}) })
}

// View runs fn on one snapshot.
func (s Store) View(ctx context.Context, fn func(household.Tx) error) error {
	return s.db.View(ctx, func(t *store.Tx) error { return fn(&tx{t}) })
}

type tx struct{ t *store.Tx }

func (x *tx) Emit(ctx context.Context, e outbox.Event) error { return x.t.Emit(ctx, e) }

func key(k household.Key) store.Key {
	return store.Key{Caller: k.Caller, Operation: k.Operation, Text: k.Text, Body: k.Body}
}

func (x *tx) Once(ctx context.Context, k household.Key, now time.Time) (prior []byte, done bool, err error) {
	return x.t.Once(ctx, key(k), now)
}

func (x *tx) Remember(ctx context.Context, k household.Key, response []byte) error {
	return x.t.Remember(ctx, key(k), response)
}

// found turns the absence of a row into the register's own error.
func found(err error) error {
	if errors.Is(err, store.ErrNoRows) {
		return household.NotFound()
	}
	return err
}

// all reads every row of a query.
func all[T any](ctx context.Context, t *store.Tx, read func(store.Scanner) (T, error), sql string, args ...any) ([]T, error) {
	rows, err := t.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := read(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
