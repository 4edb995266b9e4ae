package store

import (
	"context"
	"fmt"
	"hash/fnv"

	"github.com/jackc/pgx/v5"
)

func (db *postgresDB) prepare(ctx context.Context) error {
	return db.alone(ctx, func(tx *Tx) error {
		var n int
		// Looked for first: a role that owns a schema made for it need not be
		// allowed to make one.
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM pg_namespace WHERE nspname = $1`, db.schema).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			if err := db.define(ctx, tx, "CREATE SCHEMA "+db.schema); err != nil {
				return tx.fail(err)
			}
		}
		if err := db.define(ctx, tx, fmt.Sprintf(recordsTable, "bytea", "timestamptz")); err != nil {
			return tx.fail(err)
		}
		return nil
	})
}

func (db *postgresDB) recorded(ctx context.Context) (have map[Applied][]byte, there bool, err error) {
	err = db.read(ctx, func(tx *Tx) error {
		var n int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM pg_tables WHERE schemaname = $1 AND tablename = 'migrations'`, db.schema).Scan(&n); err != nil || n == 0 {
			return err
		}
		have, err = readRecords(ctx, tx)
		there = true
		return err
	})
	return have, there, err
}

// alone holds an advisory lock that is named after the schema until the
// transaction ends.
func (db *postgresDB) alone(ctx context.Context, fn func(*Tx) error) error {
	h := fnv.New64a()
	_, _ = h.Write([]byte("sijil migrations of " + db.schema))
	return db.write(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(h.Sum64())); err != nil {
			return err
		}
		return fn(tx)
	})
}

// define sends a statement as text, without preparing it: changes of the
// schema are not worth a place in the cache, and cannot all be prepared.
func (db *postgresDB) define(ctx context.Context, tx *Tx, sql string) error {
	if err := tx.check(ctx); err != nil {
		return err
	}
	s, ok := tx.s.(postgresTx)
	if !ok {
		return &fault{kind: misused, text: "this is no transaction of PostgreSQL"}
	}
	if _, err := s.px.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil {
		return postgresFault(err)
	}
	return nil
}
