// Package agencydb keeps the agency's books on a store. One SQL text serves
// both engines.
//
// It knows the tables. It refuses to know what is sealed in them and what a
// role may do.
package agencydb

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/seal"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations returns the tables of the agency's store.
func Migrations() store.Migrations {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return store.Migrations{Set: "agency", Files: sub}
}

// Store is an agency.Store on a store.
type Store struct{ db store.Doer }

var _ agency.Store = (*Store)(nil)

// New returns the books on the store that is named "agency".
func New(db store.Doer) *Store { return &Store{db} }

// Do runs fn in a transaction that writes.
func (s *Store) Do(ctx context.Context, fn func(agency.Tx) error) error {
	return s.db.Do(ctx, func(t *store.Tx) error { return fn(tx{t}) })
}

// DoKeyed runs fn in a transaction that begins by claiming a key.
func (s *Store) DoKeyed(ctx context.Context, fn func(agency.Tx) error) error {
	return s.db.DoKeyed(ctx, func(t *store.Tx) error { return fn(tx{t}) })
}

// View runs fn on a snapshot.
func (s *Store) View(ctx context.Context, fn func(agency.Tx) error) error {
	return s.db.View(ctx, func(t *store.Tx) error { return fn(tx{t}) })
}

// tx is one transaction; Emit comes from the store's.
type tx struct{ *store.Tx }

func (t tx) Once(ctx context.Context, k agency.Key, now time.Time) (prior []byte, done bool, err error) {
	return t.Tx.Once(ctx, store.Key(k), now)
}

func (t tx) Remember(ctx context.Context, k agency.Key, response []byte) error {
	return t.Tx.Remember(ctx, store.Key(k), response)
}

func (t tx) Guard(ctx context.Context) error {
	var b store.Batch
	b.Must(1, &errs.Error{Code: "agency.no_guard", What: "the agency's store lacks its guard row", Fix: "run sijil migrate"},
		`UPDATE guard SET turns = turns + 1 WHERE guard_id = 1`)
	return t.Run(ctx, &b)
}

// Lists of codes are kept between bars, so that one can be looked for.

func bars[T ~string](list []T) string {
	var b strings.Builder
	b.WriteByte('|')
	for _, s := range list {
		b.WriteString(string(s))
		b.WriteByte('|')
	}
	return b.String()
}

func unbars[T ~string](s string) []T {
	var out []T
	for part := range strings.SplitSeq(strings.Trim(s, "|"), "|") {
		if part != "" {
			out = append(out, T(part))
		}
	}
	return out
}

func missing(err error, code, what string) error {
	if errors.Is(err, store.ErrNoRows) {
		return &errs.Error{Kind: errs.NotFound, Code: code, What: what}
	}
	return err
}

func blinds(list []seal.Blind) [][]byte {
	out := make([][]byte, len(list))
	for i := range list {
		out[i] = slices.Clone(list[i][:])
	}
	return out
}

var errStale = &errs.Error{Kind: errs.Conflict, Code: "agency.stale", What: "somebody changed this meanwhile", Fix: "read it again and decide anew"}

// parseKind reverses access.Kind.String.
func parseKind(s string) access.Kind {
	for k := access.Nobody; k <= access.System; k++ {
		if k.String() == s {
			return k
		}
	}
	return access.Nobody
}

func (t tx) each(ctx context.Context, scan func(*store.Rows) error, sql string, args ...any) error {
	rows, err := t.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (t tx) Tidy(ctx context.Context, before time.Time) error {
	if _, err := t.Exec(ctx, `DELETE FROM attempts WHERE last_at < $1`, before); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `DELETE FROM sessions WHERE seen_at < $1 AND (ended_at IS NOT NULL OR ends_at < $1)`, before)
	return err
}
