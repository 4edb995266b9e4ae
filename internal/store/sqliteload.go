package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// loadRows is how many rows one statement of a bulk load carries, at most.
const loadRows = 128

// load inserts rows in one transaction of the writer. It holds the writer while
// it lasts.
func (db *sqliteDB) load(ctx context.Context, table string, columns []string, next func() ([]any, error)) (int64, error) {
	var total int64
	err := db.write(ctx, func(tx *Tx) (err error) {
		total, err = tx.Copy(ctx, table, columns, next)
		return err
	})
	return total, err
}

// load inserts rows with statements of many rows.
func (c *sqliteConn) load(ctx context.Context, tx *Tx, table string, columns []string, next func() ([]any, error)) (int64, error) {
	var total int64
	many := min(loadRows, 30_000/max(len(columns), 1))
	args := make([]any, 0, many*len(columns))
	for {
		row, err := next()
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return 0, err
		}
		if !end {
			if len(row) != len(columns) {
				return 0, &fault{kind: misused, text: fmt.Sprintf("row %d has %d values for %d columns", total+1, len(row), len(columns))}
			}
			args = append(args, row...)
			total++
		}
		if n := len(args) / len(columns); n == many || end && n > 0 {
			if _, err := tx.Exec(ctx, insertRows(table, columns, n), args...); err != nil {
				return 0, err
			}
			args = args[:0]
		}
		if end {
			return total, nil
		}
	}
}

func insertRows(table string, columns []string, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES ")
	n := 0
	for r := range rows {
		if r > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for i := range columns {
			if i > 0 {
				b.WriteByte(',')
			}
			n++
			fmt.Fprintf(&b, "$%d", n)
		}
		b.WriteByte(')')
	}
	return b.String()
}
