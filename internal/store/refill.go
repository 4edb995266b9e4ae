package store

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"sijil/internal/errs"
)

// restoring is recorded among the migrations of a store that is being filled
// from a backup: no program opens it before it is whole.
var restoring = Applied{Set: "restoring", Name: "restoring"}

func errRestoring(name string) error {
	return &errs.Error{Kind: errs.Conflict, Code: "store.restoring", What: "store " + name + " is being restored, or a restore of it was cut off",
		Fix: "run sijil restore again with the same backup"}
}

// Copy loads rows into a table within the transaction, as DB.Copy does.
func (tx *Tx) Copy(ctx context.Context, table string, columns []string, next func() ([]any, error)) (int64, error) {
	if err := tx.check(ctx); err != nil {
		return 0, err
	}
	return tx.s.load(ctx, tx, table, columns, next)
}

// Values returns the columns of the row at hand as plain values: nil, int64,
// bool, string, []byte, time.Time. They are what the engine has (SQLite keeps
// instants as numbers), and Copy on the same engine takes them back.
func (r *Rows) Values() ([]any, error) {
	values, err := r.c.values()
	if err != nil {
		return nil, r.tx.fail(err)
	}
	for i, v := range values {
		switch v := v.(type) {
		case nil, bool, string, time.Time, int64:
		default:
			if n, ok := integer(v); ok {
				values[i] = n
			} else if b, ok := bytesOf(v); ok {
				values[i] = slices.Clone(b)
			} else {
				return nil, r.tx.fail(&fault{kind: badValue, text: "a column has a type that no store has"})
			}
		}
	}
	return values, nil
}

// Checksums returns the SHA-256 of each migration of the sets, Common
// included, by "set/NNN_name".
func Checksums(sets []Migrations) (map[string]string, error) {
	all, err := steps(sets, SQLite)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, s := range all {
		out[s.String()] = hex.EncodeToString(s.sum[:])
	}
	return out, nil
}

// Recorded returns the checksum of each migration that was applied, by
// "set/NNN_name", within the transaction.
func Recorded(ctx context.Context, tx *Tx) (map[string]string, error) {
	have, err := readRecords(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for a, sum := range have {
		if a != restoring {
			out[a.String()] = hex.EncodeToString(sum)
		}
	}
	return out, nil
}

// RowTables returns the tables of the store that hold rows of its own, each
// after those it refers to; the record of migrations is not one.
func (db *DB) RowTables(ctx context.Context) ([]Table, error) {
	schema, err := db.Schema(ctx)
	if err != nil {
		return nil, err
	}
	var out []Table
	placed := map[string]bool{recordsName: true}
	for len(out) < len(schema.Tables)-1 {
		before := len(out)
		for _, t := range schema.Tables {
			waits := slices.ContainsFunc(t.Foreign, func(k ForeignKey) bool { return k.Parent != t.Name && !placed[k.Parent] })
			if !placed[t.Name] && !waits {
				placed[t.Name] = true
				out = append(out, t)
			}
		}
		if len(out) == before {
			if len(schema.Tables) == 0 {
				return nil, nil // no migration was applied
			}
			return nil, &errs.Error{Code: "store.defect", What: "the tables of store " + db.name + " refer to each other in a ring"}
		}
	}
	return out, nil
}

// Vacant reports whether the store can be filled from a backup: it has no
// tables, no rows, or a fill of it was cut off.
func (db *DB) Vacant(ctx context.Context) (bool, error) {
	tables, err := db.RowTables(ctx)
	if err != nil || len(tables) == 0 {
		return err == nil, err
	}
	vacant := true
	err = db.View(ctx, func(tx *Tx) error {
		have, err := readRecords(ctx, tx)
		if _, marked := have[restoring]; marked || err != nil {
			vacant = true
			return err
		}
		vacant = true
		for _, t := range tables {
			var n int64
			if err := tx.QueryRow(ctx, "SELECT count(*) FROM (SELECT 1 AS one FROM "+t.Name+" LIMIT 1) x").Scan(&n); err != nil {
				return err
			}
			vacant = vacant && n == 0
		}
		return nil
	})
	return vacant, err
}

// Fill brings a vacant store to the migrations of the sets and lets fn load
// all its rows in one transaction, after removing those of a fill that was cut
// off. Until Filled the store is marked, and other programs refuse it. fn may
// run several times.
func (db *DB) Fill(ctx context.Context, sets []Migrations, now time.Time, fn func(*Tx) error) error {
	vacant, err := db.Vacant(ctx)
	if err != nil {
		return err
	}
	if !vacant {
		return &errs.Error{Kind: errs.Conflict, Code: "store.not_empty", What: "store " + db.name + " has rows", Fix: "restore into an empty installation"}
	}
	db.filling.Store(true)
	if _, err := db.Migrate(ctx, sets, now, false); err != nil {
		return err
	}
	tables, err := db.RowTables(ctx)
	if err != nil {
		return err
	}
	err = db.Do(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO migrations (set_name, number, name, checksum, applied_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (set_name, number) DO NOTHING`, restoring.Set, restoring.Number, restoring.Name, []byte{0}, now)
		return err
	})
	if err != nil {
		return err
	}
	return db.Do(ctx, func(tx *Tx) error {
		for _, t := range slices.Backward(tables) {
			if _, err := tx.Exec(ctx, "DELETE FROM "+t.Name); err != nil {
				return err
			}
		}
		return fn(tx)
	})
}

// Finish lets this program use a store whose fill was cut off, to look whether
// it is whole after all.
func (db *DB) Finish() { db.filling.Store(true) }

// Filled removes the mark: the store is whole.
func (db *DB) Filled(ctx context.Context) error {
	return db.Do(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM migrations WHERE set_name = $1`, restoring.Set)
		return err
	})
}
