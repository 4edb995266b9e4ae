package store

import (
	"context"
	"fmt"
)

func (db *sqliteDB) prepare(ctx context.Context) error {
	return db.write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, fmt.Sprintf(recordsTable, "BLOB", "INTEGER")+" STRICT")
		return err
	})
}

func (db *sqliteDB) recorded(ctx context.Context) (have map[Applied][]byte, there bool, err error) {
	err = db.read(ctx, func(tx *Tx) error {
		var n int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'`).Scan(&n); err != nil || n == 0 {
			return err
		}
		have, err = readRecords(ctx, tx)
		there = true
		return err
	})
	return have, there, err
}

func readRecords(ctx context.Context, tx *Tx) (map[Applied][]byte, error) {
	rows, err := tx.Query(ctx, `SELECT set_name, number, name, checksum FROM migrations`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	have := map[Applied][]byte{}
	for rows.Next() {
		var a Applied
		var sum []byte
		if err := rows.Scan(&a.Set, &a.Number, &a.Name, &sum); err != nil {
			return nil, err
		}
		have[a] = sum
	}
	return have, rows.Err()
}

// alone is any write: SQLite has one writer, over all programs.
func (db *sqliteDB) alone(ctx context.Context, fn func(*Tx) error) error { return db.write(ctx, fn) }

func (db *sqliteDB) define(ctx context.Context, tx *Tx, sql string) error {
	_, err := tx.Exec(ctx, sql)
	return err
}
