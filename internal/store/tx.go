package store

import (
	"context"

	"sijil/internal/outbox"
)

// session runs statements of one transaction on one engine. Arguments are
// plain (see plain): errors are faults.
type session interface {
	exec(ctx context.Context, sql string, args []any) (int64, error)
	query(ctx context.Context, sql string, args []any) (cursor, error)
	batch(ctx context.Context, items []item) error
	load(ctx context.Context, tx *Tx, table string, columns []string, next func() ([]any, error)) (int64, error)
}

// cursor walks through the rows of a query.
type cursor interface {
	next() bool
	values() ([]any, error)
	err() error
	close()
}

// Tx is one transaction. It belongs to one goroutine and ends with the
// function it was handed to. A statement that failed dooms it: every later
// statement returns the same error, and so does Do, on both engines.
type Tx struct {
	s    session
	doom error
	over bool
}

func (tx *Tx) check(ctx context.Context) error {
	if tx.over {
		return &fault{kind: misused, text: "the transaction is over"}
	}
	if tx.doom != nil {
		return tx.doom
	}
	if err := ctx.Err(); err != nil {
		return tx.fail(&fault{kind: cancelled, text: "given up", cause: err})
	}
	return nil
}

func (tx *Tx) fail(err error) error {
	if tx.doom == nil {
		tx.doom = err
	}
	return err
}

// Exec runs a statement and returns how many rows it wrote.
func (tx *Tx) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	if err := tx.check(ctx); err != nil {
		return 0, err
	}
	values, err := plain(args)
	if err != nil {
		return 0, tx.fail(err)
	}
	n, err := tx.s.exec(ctx, sql, values)
	if err != nil {
		return 0, tx.fail(err)
	}
	return n, nil
}

// Query runs a statement that returns rows. The rows must be closed before the
// next statement of the transaction.
func (tx *Tx) Query(ctx context.Context, sql string, args ...any) (*Rows, error) {
	if err := tx.check(ctx); err != nil {
		return nil, err
	}
	values, err := plain(args)
	if err != nil {
		return nil, tx.fail(err)
	}
	c, err := tx.s.query(ctx, sql, values)
	if err != nil {
		return nil, tx.fail(err)
	}
	return &Rows{tx: tx, c: c}, nil
}

// QueryRow runs a statement and returns its first row; Scan returns ErrNoRows
// when there is none.
func (tx *Tx) QueryRow(ctx context.Context, sql string, args ...any) Scanner {
	rows, err := tx.Query(ctx, sql, args...)
	return row{rows: rows, err: err}
}

type row struct {
	rows *Rows
	err  error
}

func (r row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	r.rows.Close()
	return r.rows.Err()
}

// Rows are the rows of a query, one after the other.
type Rows struct {
	tx     *Tx
	c      cursor
	closed bool
}

// Next goes to the next row and reports whether there is one. After the last
// row, or an error (see Err), the rows are closed.
func (r *Rows) Next() bool {
	if r.closed {
		return false
	}
	if !r.c.next() {
		r.Close()
		return false
	}
	return true
}

// Scan reads the columns of the row at hand; see Scanner.
func (r *Rows) Scan(dest ...any) error {
	values, err := r.c.values()
	if err == nil {
		err = assignAll(dest, values)
	}
	if err != nil {
		return r.tx.fail(err)
	}
	return nil
}

// Err returns the error that ended the rows, if one did.
func (r *Rows) Err() error {
	if err := r.c.err(); err != nil {
		return r.tx.fail(err)
	}
	return nil
}

// Close ends the rows. Closing them again does nothing.
func (r *Rows) Close() {
	if !r.closed {
		r.closed = true
		r.c.close()
		_ = r.Err() // dooms the transaction when the end was an error
	}
}

// item is one statement of a Batch.
type item struct {
	sql       string
	args      []any
	must      bool
	rows      int64
	otherwise error
}

// Batch is a list of statements that travel together: one round trip on
// PostgreSQL, in order on SQLite. The zero Batch is empty.
type Batch struct {
	items []item
	err   error
}

func (b *Batch) add(it item, args []any) {
	values, err := plain(args)
	if err != nil && b.err == nil {
		b.err = err
	}
	it.args = values
	b.items = append(b.items, it)
}

// Len returns how many statements the batch has.
func (b *Batch) Len() int { return len(b.items) }

// Exec adds a statement.
func (b *Batch) Exec(sql string, args ...any) { b.add(item{sql: sql}, args) }

// Must adds a statement that has to write exactly n rows: otherwise Run
// returns the given error and the transaction is undone.
func (b *Batch) Must(n int64, otherwise error, sql string, args ...any) {
	b.add(item{sql: sql, must: true, rows: n, otherwise: otherwise}, args)
}

// Emit adds an event of the outbox.
func (b *Batch) Emit(e outbox.Event) { b.Must(1, errNotEmitted, emitSQL, emitArgs(e)...) }

// Run runs the statements of a batch in order. The first error ends it and
// dooms the transaction.
func (tx *Tx) Run(ctx context.Context, b *Batch) error {
	if err := tx.check(ctx); err != nil {
		return err
	}
	if b.err != nil {
		return tx.fail(b.err)
	}
	if len(b.items) == 0 {
		return nil
	}
	if err := tx.s.batch(ctx, b.items); err != nil {
		return tx.fail(err)
	}
	return nil
}

// Emit writes an event into the outbox, in this transaction.
func (tx *Tx) Emit(ctx context.Context, e outbox.Event) error {
	_, err := tx.Exec(ctx, emitSQL, emitArgs(e)...)
	return err
}

var _ outbox.Emitter = (*Tx)(nil)
