package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// sqliteFault reads an error of SQLite. Its messages hold names of tables and
// columns, never values.
func sqliteFault(err error, c *sqliteConn) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		if ctx := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded); ctx {
			return &fault{kind: cancelled, text: "given up", cause: err}
		}
		return &fault{kind: misused, text: "the statement cannot be run: " + err.Error()}
	}
	f := &fault{kind: broken, code: "SQLITE_" + strconv.Itoa(e.Code()), text: sqliteMessage(e.Error())}
	switch e.Code() & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_PROTOCOL:
		f.kind = contended
	case lib.SQLITE_FULL:
		f.kind = full
	case lib.SQLITE_INTERRUPT:
		f.kind = cancelled
	case lib.SQLITE_MISMATCH, lib.SQLITE_TOOBIG, lib.SQLITE_RANGE:
		f.kind = badValue
	case lib.SQLITE_CANTOPEN, lib.SQLITE_IOERR:
		f.kind = unreachable
	case lib.SQLITE_CONSTRAINT:
		f.violated(e.Code(), c)
	}
	return f
}

// sqliteMessage drops what the driver puts around SQLite's own words.
func sqliteMessage(s string) string {
	if i := strings.LastIndex(s, " ("); i > 0 && strings.HasSuffix(s, ")") {
		s = s[:i]
	}
	if _, own, ok := strings.Cut(s, "constraint failed: "); ok {
		return own
	}
	return s
}

func (f *fault) violated(code int, c *sqliteConn) {
	_, what, _ := strings.Cut(f.text, "constraint failed: ")
	f.kind = check
	switch code {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_ROWID:
		f.kind, f.constraint = unique, c.uniqueName(what)
		f.text = "another row has this key"
	case lib.SQLITE_CONSTRAINT_NOTNULL:
		f.constraint = strings.ReplaceAll(what, ".", "_") + "_not_null"
		f.text = "a value is missing"
	case lib.SQLITE_CONSTRAINT_FOREIGNKEY:
		f.kind, f.text = foreign, "the row referred to is not there, or is referred to"
	case lib.SQLITE_CONSTRAINT_CHECK:
		if strings.HasPrefix(what, typeCheck) {
			f.kind, f.text = badValue, "a value does not fit its column"
			return
		}
		f.constraint, f.text = what, "a rule of the table refuses this"
	case lib.SQLITE_CONSTRAINT_DATATYPE:
		f.kind, f.text = badValue, "a value does not fit its column"
	}
}

// constraints are names that SQLite does not tell, found in the schema once.
type constraints struct {
	mu     sync.Mutex
	unique map[string]string // "table.a, table.b" to the name
}

// uniqueName returns the name of the unique constraint over columns that
// SQLite reports as "table.a, table.b", or of an index as "index 'name'".
func (c *sqliteConn) uniqueName(columns string) string {
	if name, ok := strings.CutPrefix(columns, "index '"); ok {
		return strings.TrimSuffix(name, "'")
	}
	if c == nil {
		return ""
	}
	c.names.mu.Lock()
	defer c.names.mu.Unlock()
	if name, ok := c.names.unique[columns]; ok {
		return name
	}
	table, _, _ := strings.Cut(columns, ".")
	if c.names.unique == nil {
		c.names.unique = map[string]string{}
	}
	for name, cols := range c.uniques(table) {
		for i, col := range cols {
			cols[i] = table + "." + col
		}
		c.names.unique[strings.Join(cols, ", ")] = name
	}
	if name, ok := c.names.unique[columns]; ok {
		return name
	}
	return table + "_pkey" // an INTEGER PRIMARY KEY has no index
}

// uniques returns the unique constraints of a table, by name.
func (c *sqliteConn) uniques(table string) map[string][]string {
	out := map[string][]string{}
	for _, ix := range c.rowsOf(`SELECT name, origin FROM pragma_index_list($1) WHERE "unique" = 1`, table) {
		name, _ := ix[0].(string)
		var cols []string
		for _, col := range c.rowsOf(`SELECT name FROM pragma_index_info($1) ORDER BY seqno`, name) {
			s, _ := col[0].(string)
			cols = append(cols, s)
		}
		switch ix[1] {
		case "pk":
			name = table + "_pkey"
		case "u":
			name = table + "_" + strings.Join(cols, "_") + "_key"
		}
		out[name] = cols
	}
	return out
}

// rowsOf reads a few rows of the schema; it returns none when that fails.
func (c *sqliteConn) rowsOf(sql string, args ...any) [][]any {
	cur, err := c.query(context.Background(), sql, args)
	if err != nil {
		return nil
	}
	defer cur.close()
	var out [][]any
	for cur.next() {
		row, err := cur.values()
		if err != nil {
			return nil
		}
		out = append(out, row)
	}
	return out
}

// explain reads the error of a statement. SQLite does not say which foreign
// key was violated; named finds out.
func (c *sqliteConn) explain(ctx context.Context, err error, text string, args []driver.NamedValue) error {
	if cause := ctx.Err(); cause != nil {
		return &fault{kind: cancelled, text: "given up", cause: cause}
	}
	return c.named(sqliteFault(err, c), text, args)
}

// foreignKey is a foreign key of a table.
type foreignKey struct {
	name            string
	table, parent   string
	columns, target []string
}

func (c *sqliteConn) foreignKeys(table string) []foreignKey {
	var out []foreignKey
	last := int64(-1)
	for _, r := range c.rowsOf(`SELECT id, "table", "from", "to" FROM pragma_foreign_key_list($1) ORDER BY id DESC, seq`, table) {
		id, _ := r[0].(int64)
		if id != last || out == nil {
			parent, _ := r[1].(string)
			out, last = append(out, foreignKey{table: table, parent: parent}), id
		}
		k := &out[len(out)-1]
		from, _ := r[2].(string)
		to, named := r[3].(string)
		if !named {
			to = c.keyColumn(k.parent, len(k.target))
		}
		k.columns, k.target = append(k.columns, from), append(k.target, to)
		k.name = table + "_" + strings.Join(k.columns, "_") + "_fkey"
	}
	return out
}

func (c *sqliteConn) keyColumn(table string, n int) string {
	for _, r := range c.rowsOf(`SELECT name FROM pragma_table_info($1) WHERE pk = $2`, table, int64(n+1)) {
		s, _ := r[0].(string)
		return s
	}
	return ""
}

// named gives a violated foreign key its name. Where the table has several, it
// runs the statement once more with the check put off, looks which row is
// missing, and undoes that.
func (c *sqliteConn) named(err error, text string, args []driver.NamedValue) error {
	f := faultOf(err)
	if f == nil || f.kind != foreign {
		return err
	}
	verb, table := writes(text)
	if verb == "" {
		return err
	}
	keys := c.foreignKeys(table)
	if verb == "DELETE" {
		keys = nil
		for _, r := range c.rowsOf(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`) {
			child, _ := r[0].(string)
			for _, k := range c.foreignKeys(child) {
				if k.parent == table {
					keys = append(keys, k)
				}
			}
		}
	}
	switch {
	case len(keys) == 1:
		f.constraint = keys[0].name
	case len(keys) > 1:
		f.constraint = c.missing(keys, verb, text, args)
	}
	return f
}

// writes returns the verb and the table of a statement that writes.
func writes(text string) (verb, table string) {
	w := strings.Fields(strings.ReplaceAll(text, "(", " ("))
	if len(w) < 3 {
		return "", ""
	}
	switch verb = strings.ToUpper(w[0]); verb {
	case "INSERT", "DELETE":
		return verb, w[2]
	case "UPDATE":
		return verb, w[1]
	}
	return "", ""
}

func (c *sqliteConn) missing(keys []foreignKey, verb, text string, args []driver.NamedValue) (name string) {
	if strings.Contains(strings.ToUpper(text), "RETURNING") {
		return ""
	}
	var want []string
	for _, k := range keys {
		if verb == "DELETE" {
			want = append(want, k.target...)
		} else {
			want = append(want, k.columns...)
		}
	}
	if err := c.script("SAVEPOINT why; PRAGMA defer_foreign_keys = ON"); err != nil {
		return ""
	}
	defer func() {
		_ = c.script("ROLLBACK TO why; RELEASE why; PRAGMA defer_foreign_keys = OFF")
	}()
	plainArgs := make([]any, len(args))
	for i, a := range args {
		plainArgs[i] = a.Value
	}
	for _, row := range c.rowsOf(text+" RETURNING "+strings.Join(want, ", "), plainArgs...) {
		at := 0
		for _, k := range keys {
			vals := row[at : at+len(k.columns)]
			at += len(k.columns)
			if c.violates(k, verb == "DELETE", vals) {
				return k.name
			}
		}
	}
	return ""
}

// violates reports whether the rows on the two sides of a key do not fit.
func (c *sqliteConn) violates(k foreignKey, deleted bool, vals []any) bool {
	table, cols := k.parent, k.target
	if deleted {
		table, cols = k.table, k.columns
	}
	where := make([]string, len(cols))
	for i, col := range cols {
		if vals[i] == nil {
			return false
		}
		where[i] = fmt.Sprintf("%s = $%d", col, i+1)
	}
	found := len(c.rowsOf("SELECT 1 FROM "+table+" WHERE "+strings.Join(where, " AND ")+" LIMIT 1", vals...)) > 0
	return found == deleted
}
