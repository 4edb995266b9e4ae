package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"sijil/internal/civil"
	"sijil/internal/errs"
)

// postgresConns is the size of a pool that nobody chose.
const postgresConns = 16

// commitTime is how long a COMMIT may take before its outcome counts as
// unknown. A caller who gives up does not cut a COMMIT off.
const commitTime = 30 * time.Second

// postgresDB is a PostgreSQL store: a pool of connections that see one schema.
type postgresDB struct {
	pool   *pgxpool.Pool
	schema string
	warned sync.Map // *pgconn.PgConn to true: it warned that a commit may not count
}

func openPostgres(ctx context.Context, cfg Config) (backend, error) {
	if !isName(cfg.Schema) || cfg.Schema == "public" || strings.HasPrefix(cfg.Schema, "pg_") {
		return nil, errs.Bad("schema", "this cannot be the schema of a store", "name it in lower case, and not public: the product owns its schema")
	}
	pc, err := pgxpool.ParseConfig(cfg.DSN)
	if err != nil { // its text may repeat the password
		return nil, errs.Bad("dsn", "the connection string cannot be read", "write postgres://USER@HOST:PORT/DATABASE or host=… dbname=…")
	}
	db := &postgresDB{schema: cfg.Schema}
	pc.MaxConns = postgresConns
	if cfg.Conns > 0 {
		pc.MaxConns = int32(min(cfg.Conns, 1000))
	}
	cc := pc.ConnConfig
	cc.RuntimeParams["search_path"] = cfg.Schema
	cc.RuntimeParams["application_name"] = "sijil-" + cfg.Name
	cc.RuntimeParams["idle_in_transaction_session_timeout"] = "60s"
	if cc.ConnectTimeout == 0 {
		cc.ConnectTimeout = 10 * time.Second
	}
	cc.OnNotice = func(c *pgconn.PgConn, n *pgconn.Notice) {
		if n.SeverityUnlocalized == "WARNING" || n.Severity == "WARNING" {
			db.warned.Store(c, true)
		}
	}
	pc.BeforeClose = func(c *pgx.Conn) { db.warned.Delete(c.PgConn()) }
	if db.pool, err = pgxpool.NewWithConfig(ctx, pc); err != nil {
		return nil, postgresFault(err)
	}
	if err := db.pool.Ping(ctx); err != nil {
		db.pool.Close()
		return nil, postgresFault(err)
	}
	return db, nil
}

func (db *postgresDB) close() error {
	db.pool.Close()
	return nil
}

func (db *postgresDB) write(ctx context.Context, fn func(*Tx) error) error {
	return db.transact(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, fn)
}

func (db *postgresDB) read(ctx context.Context, fn func(*Tx) error) error {
	return db.transact(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, fn)
}

func (db *postgresDB) transact(ctx context.Context, opts pgx.TxOptions, fn func(*Tx) error) error {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return postgresFault(err)
	}
	defer conn.Release()
	px, err := conn.BeginTx(ctx, opts)
	if err != nil {
		return postgresFault(err)
	}
	tx := &Tx{s: postgresTx{px}}
	committed := false
	defer func() { // also when fn panics
		tx.over = true
		if !committed {
			undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTime)
			defer cancel()
			_ = px.Rollback(undo) // a connection that cannot is closed, which undoes it too
		}
	}()
	if err := outcome(tx, fn(tx)); err != nil {
		return err
	}
	if err := given(ctx); err != nil {
		return err
	}
	committed = true
	return db.commit(ctx, conn, px)
}

// commit ends a transaction. Only an ERROR of the server says that it is
// undone; whatever else goes wrong here leaves the outcome unknown.
func (db *postgresDB) commit(ctx context.Context, conn *pgxpool.Conn, px pgx.Tx) error {
	raw := conn.Conn().PgConn()
	db.warned.Delete(raw)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTime)
	defer cancel()
	err := px.Commit(end)
	if err == nil {
		if _, warned := db.warned.LoadAndDelete(raw); warned {
			// "canceling wait for synchronous replication": committed here, and
			// perhaps lost with this machine.
			_ = raw.Close(end)
			return &fault{kind: unknown, text: "the server warned at COMMIT that it may not be replicated"}
		}
		return nil
	}
	if errors.Is(err, pgx.ErrTxCommitRollback) {
		return &fault{kind: broken, text: "the server undid the transaction at COMMIT"}
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.SeverityUnlocalized == "ERROR" && e.Code[:2] != "08" && e.Code != "40003" {
		return postgresFault(err)
	}
	_ = raw.Close(end)
	f := faultOf(postgresFault(err))
	return &fault{kind: unknown, code: f.code, text: "the connection was lost at COMMIT"}
}

// postgresTx runs the statements of one transaction.
type postgresTx struct{ px pgx.Tx }

func (s postgresTx) exec(ctx context.Context, sql string, args []any) (int64, error) {
	tag, err := s.px.Exec(ctx, sql, postgresArgs(args)...)
	if err != nil {
		return 0, postgresFault(err)
	}
	return tag.RowsAffected(), nil
}

func (s postgresTx) query(ctx context.Context, sql string, args []any) (cursor, error) {
	rows, err := s.px.Query(ctx, sql, postgresArgs(args)...)
	if err != nil {
		return nil, postgresFault(err)
	}
	return postgresRows{rows}, nil
}

func (s postgresTx) batch(ctx context.Context, items []item) (err error) {
	var b pgx.Batch
	for _, it := range items {
		b.Queue(it.sql, postgresArgs(it.args)...)
	}
	results := s.px.SendBatch(ctx, &b)
	defer func() {
		if closed := results.Close(); err == nil && closed != nil {
			err = postgresFault(closed)
		}
	}()
	for _, it := range items {
		tag, err := results.Exec()
		if err != nil {
			return postgresFault(err)
		}
		if it.must && tag.RowsAffected() != it.rows {
			return it.otherwise
		}
	}
	return nil
}

type postgresRows struct{ rows pgx.Rows }

func (r postgresRows) next() bool             { return r.rows.Next() }
func (r postgresRows) values() ([]any, error) { return r.rows.Values() }
func (r postgresRows) close()                 { r.rows.Close() }

func (r postgresRows) err() error {
	if err := r.rows.Err(); err != nil {
		return postgresFault(err)
	}
	return nil
}

// octets are bytes for a column of type bytea or uuid.
type octets []byte

// BytesValue is how pgx asks for bytes.
func (b octets) BytesValue() ([]byte, error) { return b, nil }

// UUIDValue is how pgx asks for a uuid.
func (b octets) UUIDValue() (pgtype.UUID, error) {
	if len(b) != 16 {
		return pgtype.UUID{}, valueError("an id has 16 bytes")
	}
	return pgtype.UUID{Bytes: [16]byte(b), Valid: true}, nil
}

// postgresArgs are plain values as pgx takes them.
func postgresArgs(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = postgresArg(a)
	}
	return out
}

func postgresArg(a any) any {
	switch v := a.(type) {
	case []byte:
		return octets(v)
	case civil.Date:
		return pgtype.Date{Time: time.Date(v.Year, v.Month, v.Day, 0, 0, 0, 0, time.UTC), Valid: true}
	case list:
		switch v.kind { //nolint:exhaustive // plainList makes no other
		case reflect.String:
			return flat[string](v.values)
		case reflect.Int64:
			return flat[int64](v.values)
		default:
			out := make(pgtype.FlatArray[octets], len(v.values))
			for i, e := range v.values {
				b, _ := e.([]byte)
				out[i] = b
			}
			return out
		}
	}
	return a
}

func flat[T any](values []any) pgtype.FlatArray[T] {
	out := make(pgtype.FlatArray[T], len(values))
	for i, v := range values {
		out[i], _ = v.(T)
	}
	return out
}

// load streams rows in by COPY, in a transaction of its own.
func (db *postgresDB) load(ctx context.Context, table string, columns []string, next func() ([]any, error)) (int64, error) {
	var total int64
	err := db.transact(ctx, pgx.TxOptions{}, func(tx *Tx) (err error) {
		total, err = tx.Copy(ctx, table, columns, next)
		return err
	})
	return total, err
}

// load streams rows in by COPY. The schema is the one of the connection.
func (s postgresTx) load(ctx context.Context, tx *Tx, table string, columns []string, next func() ([]any, error)) (int64, error) {
	src := &copySource{next: next, columns: len(columns)}
	n, err := s.px.CopyFrom(ctx, pgx.Identifier{table}, columns, src)
	if src.failed != nil {
		return 0, src.failed
	}
	if err != nil {
		return 0, tx.fail(postgresFault(err))
	}
	return n, nil
}

// copySource feeds COPY from the caller's function.
type copySource struct {
	next    func() ([]any, error)
	columns int
	row     []any
	n       int
	failed  error
}

func (s *copySource) Next() bool {
	row, err := s.next()
	if errors.Is(err, io.EOF) {
		return false
	}
	s.n++
	switch {
	case err != nil:
		s.failed = err
	case len(row) != s.columns:
		s.failed = &fault{kind: misused, text: fmt.Sprintf("row %d has %d values for %d columns", s.n, len(row), s.columns)}
	default:
		if row, s.failed = plain(row); s.failed == nil {
			s.row = postgresArgs(row)
		}
	}
	return s.failed == nil
}

func (s *copySource) Values() ([]any, error) { return s.row, nil }

// Err ends the COPY with an error, which undoes it.
func (s *copySource) Err() error { return s.failed }
