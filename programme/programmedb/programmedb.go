// Package programmedb keeps outcomes in SQLite or PostgreSQL, in the social
// store.
//
// It knows tables and statements. It refuses to know what an outcome leads to.
package programmedb

import (
	"context"
	"embed"
	"io/fs"
	"strings"

	"sijil/internal/outbox"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/programme"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations returns the set of migrations of outcomes.
func Migrations() store.Migrations {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return store.Migrations{Set: "programme", Files: sub}
}

// Store is a programme.Store. It is safe for use by several goroutines.
type Store struct{ db store.Doer }

var _ programme.Store = Store{}

// New returns the store of outcomes on a database.
func New(db store.Doer) Store { return Store{db} }

// Do runs fn in a write transaction, perhaps more than once.
func (s Store) Do(ctx context.Context, fn func(programme.Tx) error) error {
	return s.db.Do(ctx, func(t *store.Tx) error { return fn(&tx{t}) })
}

// View runs fn on one snapshot.
func (s Store) View(ctx context.Context, fn func(programme.Tx) error) error {
	return s.db.View(ctx, func(t *store.Tx) error { return fn(&tx{t}) })
}

type tx struct{ t *store.Tx }

const columns = `household_id, score_id, programme, standing, reason, hinges, day, threshold, threshold_from,
	index_value, distance, formula, formula_hash, recomputes, decided_at`

func args(o *programme.Outcome) []any {
	return []any{o.Household, o.Score, o.Programme, o.Standing, o.Reason, o.Hinges, o.Day, o.Threshold, o.ThresholdFrom,
		o.Index, o.Distance, o.Formula, o.FormulaHash, o.Recomputes, o.Decided}
}

func (x *tx) Write(ctx context.Context, outcomes []programme.Outcome, e outbox.Event) error {
	var b store.Batch
	for i := range outcomes {
		b.Must(1, programme.ErrDecided, `INSERT INTO programme_outcomes (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			ON CONFLICT (household_id, score_id, programme) DO NOTHING`, args(&outcomes[i])...)
	}
	b.Emit(e)
	return x.t.Run(ctx, &b)
}

func (x *tx) Of(ctx context.Context, household, score uid.ID) ([]programme.Outcome, error) {
	return x.all(ctx, `SELECT `+columns+` FROM programme_outcomes WHERE household_id = $1 AND score_id = $2 ORDER BY programme`, household, score)
}

func (x *tx) After(ctx context.Context, c programme.Cursor, limit int) ([]programme.Outcome, error) {
	return x.all(ctx, `SELECT `+columns+` FROM programme_outcomes WHERE (household_id, score_id, programme) > ($1, $2, $3)
		ORDER BY household_id, score_id, programme LIMIT $4`, c.Household, c.Score, c.Programme, limit)
}

func (x *tx) all(ctx context.Context, sql string, args ...any) ([]programme.Outcome, error) {
	rows, err := x.t.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []programme.Outcome
	for rows.Next() {
		var o programme.Outcome
		if err := rows.Scan(&o.Household, &o.Score, &o.Programme, &o.Standing, &o.Reason, &o.Hinges, &o.Day, &o.Threshold, &o.ThresholdFrom,
			&o.Index, &o.Distance, &o.Formula, &o.FormulaHash, &o.Recomputes, &o.Decided); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, rows.Err()
}

// Load writes outcomes in bulk, those that next returns until io.EOF, as they
// are written one by one.
func Load(ctx context.Context, db *store.DB, next func() (*programme.Outcome, error)) (int64, error) {
	names := strings.FieldsFunc(columns, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' })
	return db.Copy(ctx, "programme_outcomes", names, func() ([]any, error) {
		o, err := next()
		if err != nil {
			return nil, err
		}
		return args(o), nil
	})
}
