package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"math/bits"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"

	"sijil/internal/civil"
	"sijil/internal/errs"
)

// How a SQLite store is set up. A commit is in the write-ahead log and synced
// before it is acknowledged (synchronous=FULL); temporary tables never touch
// the disk; deleted bytes are overwritten.
const (
	sqliteReaders = 4
	sqliteSetup   = `PRAGMA busy_timeout = 10000;
		PRAGMA journal_mode = WAL;
		PRAGMA synchronous = FULL;
		PRAGMA foreign_keys = ON;
		PRAGMA temp_store = MEMORY;
		PRAGMA secure_delete = ON;
		PRAGMA cache_size = -65536;
		PRAGMA wal_autocheckpoint = 4000;
		PRAGMA journal_size_limit = 67108864;`
)

// sqliteDB is a SQLite store: one connection that writes, a few that read.
type sqliteDB struct {
	path    string
	writer  *writer
	readers chan *sqliteConn // those not in use
	count   int
	closed  chan struct{}
	once    sync.Once
	names   *constraints
}

func openSQLite(ctx context.Context, cfg Config) (backend, error) {
	if cfg.Path == "" {
		return nil, errs.Bad("path", "a SQLite store needs a file", "name one")
	}
	path, err := filepath.Abs(cfg.Path)
	if err != nil {
		return nil, err
	}
	// The database would be made readable by everybody.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	db := &sqliteDB{path: path, closed: make(chan struct{}), names: &constraints{}}
	db.count = cfg.Readers
	if db.count <= 0 {
		db.count = sqliteReaders
	}
	if db.writer, err = newWriter(db); err != nil {
		return nil, err
	}
	db.readers = make(chan *sqliteConn, db.count)
	for range db.count {
		c, err := db.connect()
		if err == nil {
			err = c.script("PRAGMA query_only = ON")
		}
		if err != nil {
			return nil, errors.Join(err, db.close())
		}
		db.readers <- c
	}
	return db, ctx.Err()
}

// connect opens one more connection to the file.
func (db *sqliteDB) connect() (*sqliteConn, error) {
	raw, err := (&sqlite.Driver{}).Open("file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(db.path))
	if err != nil {
		return nil, sqliteFault(err, nil)
	}
	c := &sqliteConn{raw: raw, statements: map[string]*statement{}, names: db.names}
	if err := c.script(sqliteSetup); err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	return c, nil
}

func (db *sqliteDB) close() error {
	var err error
	db.once.Do(func() {
		close(db.closed)
		if db.readers != nil {
			for range cap(db.readers) {
				select {
				case c := <-db.readers:
					err = errors.Join(err, c.close())
				case <-timeout(5 * time.Second):
					err = errors.Join(err, &fault{kind: misused, text: "closed while somebody reads"})
				}
			}
		}
		err = errors.Join(err, db.writer.stop()) // last: it folds the log into the file
	})
	return err
}

func timeout(d time.Duration) <-chan struct{} {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	context.AfterFunc(ctx, cancel)
	return ctx.Done()
}

// read runs fn on a reader. The snapshot is that of its first statement.
func (db *sqliteDB) read(ctx context.Context, fn func(*Tx) error) error {
	var c *sqliteConn
	select {
	case <-db.closed:
		return errClosed
	default:
	}
	select {
	case c = <-db.readers:
	case <-ctx.Done():
		return given(ctx)
	case <-db.closed:
		return errClosed
	}
	tx := &Tx{s: c}
	defer func() {
		tx.over = true
		_, _ = c.exec(context.Background(), "ROLLBACK", nil) // nothing was written; an error says that SQLite has done it
		db.readers <- c
	}()
	if _, err := c.exec(context.Background(), "BEGIN", nil); err != nil {
		return err
	}
	return outcome(tx, fn(tx))
}

// outcome is what a function on a transaction amounts to: a statement that
// failed decides, unless the function has said what the failure means. A
// conflict is never hidden: it runs again.
func outcome(tx *Tx, err error) error {
	if tx.doom != nil && (err == nil || again(tx.doom, false)) {
		return tx.doom
	}
	return err
}

var errClosed = &fault{kind: misused, text: "the store is closed"}

// sqliteConn is one connection with its prepared statements. It belongs to one
// goroutine at a time.
type sqliteConn struct {
	raw        driver.Conn
	statements map[string]*statement
	names      *constraints
}

type statement struct {
	stmt driver.Stmt
	used bool // its rows are being read
}

// statementsKept bounds the prepared statements of a connection.
const statementsKept = 500

func (c *sqliteConn) prepare(sql string) (*statement, error) {
	if st, ok := c.statements[sql]; ok && !st.used {
		return st, nil
	}
	stmt, err := c.raw.Prepare(sql)
	if err != nil {
		return nil, sqliteFault(err, c)
	}
	st := &statement{stmt: stmt}
	if _, taken := c.statements[sql]; taken {
		return st, nil // for once; closed with its rows
	}
	if len(c.statements) >= statementsKept {
		for text, old := range c.statements {
			if !old.used {
				delete(c.statements, text)
				_ = old.stmt.Close()
				break
			}
		}
	}
	c.statements[sql] = st
	return st, nil
}

// script runs statements without arguments or results.
func (c *sqliteConn) script(sql string) error {
	x, ok := c.raw.(driver.ExecerContext)
	if !ok {
		return &fault{kind: broken, text: "the driver runs no scripts"}
	}
	if _, err := x.ExecContext(context.Background(), sql, nil); err != nil {
		return sqliteFault(err, c)
	}
	return nil
}

func (c *sqliteConn) exec(ctx context.Context, sql string, args []any) (int64, error) {
	text, values := sqliteText(sql, args)
	st, err := c.prepare(text)
	if err != nil {
		return 0, err
	}
	x, ok := st.stmt.(driver.StmtExecContext)
	if !ok {
		return 0, &fault{kind: broken, text: "the driver runs no statements"}
	}
	r, err := x.ExecContext(ctx, values)
	if c.statements[text] != st {
		_ = st.stmt.Close()
	}
	if err != nil {
		return 0, c.explain(ctx, err, text, values)
	}
	n, err := r.RowsAffected()
	return n, err
}

func (c *sqliteConn) query(ctx context.Context, sql string, args []any) (cursor, error) {
	text, values := sqliteText(sql, args)
	st, err := c.prepare(text)
	if err != nil {
		return nil, err
	}
	x, ok := st.stmt.(driver.StmtQueryContext)
	if !ok {
		return nil, &fault{kind: broken, text: "the driver runs no queries"}
	}
	rows, err := x.QueryContext(ctx, values)
	if err != nil {
		return nil, c.explain(ctx, err, text, values)
	}
	st.used = true
	return &sqliteRows{c: c, st: st, text: text, args: values, rows: rows, row: make([]driver.Value, len(rows.Columns())), ctxErr: ctx.Err}, nil
}

func (c *sqliteConn) batch(ctx context.Context, items []item) error {
	for _, it := range items {
		n, err := c.exec(ctx, it.sql, it.args)
		if err != nil {
			return err
		}
		if it.must && n != it.rows {
			return it.otherwise
		}
	}
	return nil
}

func (c *sqliteConn) close() error {
	var err error
	for _, st := range c.statements {
		err = errors.Join(err, st.stmt.Close())
	}
	c.statements = map[string]*statement{}
	return errors.Join(err, c.raw.Close())
}

type sqliteRows struct {
	c      *sqliteConn
	st     *statement
	text   string
	args   []driver.NamedValue
	rows   driver.Rows
	row    []driver.Value
	failed error
	ctxErr func() error
}

func (r *sqliteRows) next() bool {
	err := r.rows.Next(r.row)
	if err == nil {
		return true
	}
	if !errors.Is(err, io.EOF) {
		if cause := r.ctxErr(); cause != nil {
			r.failed = &fault{kind: cancelled, text: "given up", cause: cause}
		} else {
			r.failed = r.c.named(sqliteFault(err, r.c), r.text, r.args)
		}
	}
	return false
}

func (r *sqliteRows) values() ([]any, error) {
	out := make([]any, len(r.row))
	for i, v := range r.row {
		out[i] = v
	}
	return out, nil
}

func (r *sqliteRows) err() error { return r.failed }

func (r *sqliteRows) close() {
	if err := r.rows.Close(); err != nil && r.failed == nil {
		r.failed = sqliteFault(err, r.c)
	}
	r.st.used = false
	if r.c.statements[r.text] != r.st {
		_ = r.st.stmt.Close()
	}
}

// sqliteText is a statement as SQLite reads it. Locks on rows mean nothing
// with one writer; casts are for a planner that it has not got; a list becomes
// the numbers of its elements.
func sqliteText(sql string, args []any) (string, []driver.NamedValue) {
	text, ok := rewritten.Load(sql)
	if !ok {
		s := sqliteLocks.ReplaceAllString(sql, "")
		s = sqliteCasts.ReplaceAllString(s, "")
		text, _ = rewritten.LoadOrStore(sql, s)
	}
	s, _ := text.(string)
	values := make([]driver.NamedValue, len(args), len(args)+8)
	for i, a := range args {
		if l, ok := a.(list); ok {
			s, values = spread(s, i+1, l.values, values)
			a = nil
		}
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: sqliteValue(a)}
	}
	return s, values
}

var (
	rewritten   sync.Map // of sql text to what SQLite reads
	sqliteLocks = regexp.MustCompile(`(?i)\s+FOR\s+(UPDATE|SHARE|NO KEY UPDATE|KEY SHARE)(\s+SKIP\s+LOCKED)?`)
	sqliteAny   = regexp.MustCompile(`(?i)=\s*ANY\s*\(\s*(\$\d+)\s*\)`)
	sqliteCasts = regexp.MustCompile(`(?i)::(uuid|bytea|bigint|integer|smallint|boolean|text|timestamptz|date)(\[\])?`)
)

// spread writes "= ANY($n)" as "IN ($m, …)", padded to a power of two by its
// last element so that few texts are prepared.
func spread(sql string, n int, elements []any, values []driver.NamedValue) (string, []driver.NamedValue) {
	var b strings.Builder
	b.WriteString("IN (")
	if len(elements) == 0 {
		b.WriteString("NULL")
	} else {
		for i := range 1 << bits.Len(uint(len(elements)-1)) {
			if i > 0 {
				b.WriteString(",")
			}
			values = append(values, driver.NamedValue{Ordinal: len(values) + 1, Value: sqliteValue(elements[min(i, len(elements)-1)])})
			b.WriteString("$" + strconv.Itoa(len(values)))
		}
	}
	b.WriteString(")")
	number := "$" + strconv.Itoa(n)
	return sqliteAny.ReplaceAllStringFunc(sql, func(match string) string {
		if sqliteAny.FindStringSubmatch(match)[1] == number {
			return b.String()
		}
		return match
	}), values
}

// sqliteValue is how SQLite keeps a plain value.
func sqliteValue(v any) driver.Value {
	switch v := v.(type) {
	case time.Time:
		return v.UnixMicro()
	case civil.Date:
		return v.String()
	}
	return v
}
