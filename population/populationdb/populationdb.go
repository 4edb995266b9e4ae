// Package populationdb keeps the population register in SQLite or PostgreSQL.
//
// It knows tables and statements. It refuses to know what is sealed in them:
// it is handed ciphertext and blind indexes.
package populationdb

import (
	"context"
	"embed"
	"io/fs"
	"time"

	"sijil/internal/outbox"
	"sijil/internal/store"
	"sijil/population"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations returns the register's set of migrations.
func Migrations() store.Migrations {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return store.Migrations{Set: "population", Files: sub}
}

// Store is the register in a database.
type Store struct{ db *store.DB }

var (
	_ population.Store  = (*Store)(nil)
	_ population.Loader = (*Store)(nil)
	_ population.Tx     = tx{}
)

// New returns the register in a database that has its Migrations.
func New(db *store.DB) *Store { return &Store{db: db} }

// Do runs fn in a transaction that writes.
func (s *Store) Do(ctx context.Context, fn func(population.Tx) error) error {
	return s.db.Do(ctx, func(t *store.Tx) error { return fn(tx{t}) })
}

// DoKeyed is Do for a transaction whose first act claims a key.
func (s *Store) DoKeyed(ctx context.Context, fn func(population.Tx) error) error {
	return s.db.DoKeyed(ctx, func(t *store.Tx) error { return fn(tx{t}) })
}

// View runs fn on one snapshot.
func (s *Store) View(ctx context.Context, fn func(population.Tx) error) error {
	return s.db.View(ctx, func(t *store.Tx) error { return fn(tx{t}) })
}

type tx struct{ t *store.Tx }

func (x tx) Emit(ctx context.Context, e outbox.Event) error { return x.t.Emit(ctx, e) }

func key(k population.Key) store.Key {
	return store.Key{Caller: k.Caller, Operation: k.Operation, Text: k.Text, Body: k.Body}
}

func (x tx) Once(ctx context.Context, k population.Key, now time.Time) (prior []byte, done bool, err error) {
	return x.t.Once(ctx, key(k), now)
}

func (x tx) Remember(ctx context.Context, k population.Key, response []byte) error {
	return x.t.Remember(ctx, key(k), response)
}
