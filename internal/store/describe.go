package store

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// Table is a table as the database has it.
type Table struct {
	Name    string
	Columns []Column
	Primary []string            // columns of the primary key
	Unique  map[string][]string // other unique constraints and indexes, by name
	Foreign []ForeignKey
}

// Column is a column as the database has it.
type Column struct {
	Name string
	Null bool // whether it may be null
}

// ForeignKey is a foreign key as the database has it.
type ForeignKey struct {
	Name    string
	Columns []string
	Parent  string
	Target  []string
}

// Placement is where a table's rows live, as its migration says.
type Placement struct {
	Kind string // by, everywhere, here, local
	By   string // the distribution column of kind "by"
}

// Schema is all that a store's database holds.
type Schema struct {
	Tables []Table  // by name, that of the migrations included
	Others []string // what no store may have: triggers, sequences, views
}

// Schema reads the schema of the store.
func (db *DB) Schema(ctx context.Context) (Schema, error) {
	var out Schema
	err := db.View(ctx, func(tx *Tx) (err error) {
		out = Schema{}
		if db.engine == SQLite {
			out, err = sqliteSchema(ctx, tx)
		} else {
			out, err = postgresSchema(ctx, tx, db.schema)
		}
		return err
	})
	return out, err
}

// Placements returns where the tables of sets of migrations live, Common
// included.
func Placements(sets []Migrations) (map[string]Placement, error) {
	all, err := steps(sets, SQLite)
	if err != nil {
		return nil, err
	}
	out := map[string]Placement{recordsName: {Kind: "local"}}
	for _, s := range all {
		maps.Copy(out, s.placed)
	}
	return out, nil
}

// each runs a query and hands every row to read.
func each(ctx context.Context, tx *Tx, sql string, args []any, read func(Scanner) error) error {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func sqliteSchema(ctx context.Context, tx *Tx) (Schema, error) {
	var s Schema
	err := each(ctx, tx, `SELECT type, name FROM sqlite_schema WHERE type <> 'index' AND name NOT LIKE 'sqlite_stat%' ORDER BY name`, nil, func(row Scanner) error {
		var kind, name string
		if err := row.Scan(&kind, &name); err != nil {
			return err
		}
		if kind == "table" && !strings.HasPrefix(name, "sqlite_") {
			s.Tables = append(s.Tables, Table{Name: name, Unique: map[string][]string{}})
		} else {
			s.Others = append(s.Others, kind+" "+name)
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	c, ok := tx.s.(*sqliteConn)
	if !ok {
		return s, &fault{kind: misused, text: "this is no reader of SQLite"}
	}
	for i := range s.Tables {
		t := &s.Tables[i]
		err := each(ctx, tx, `SELECT name, "notnull" FROM pragma_table_info($1) ORDER BY cid`, []any{t.Name}, func(row Scanner) error {
			var col Column
			var notNull bool
			err := row.Scan(&col.Name, &notNull)
			col.Null = !notNull
			t.Columns = append(t.Columns, col)
			return err
		})
		if err != nil {
			return s, err
		}
		for name, cols := range c.uniques(t.Name) {
			if name == t.Name+"_pkey" {
				t.Primary = cols
			} else {
				t.Unique[name] = cols
			}
		}
		for _, k := range c.foreignKeys(t.Name) {
			t.Foreign = append(t.Foreign, ForeignKey{Name: k.name, Columns: k.columns, Parent: k.parent, Target: k.target})
		}
		slices.SortFunc(t.Foreign, func(a, b ForeignKey) int { return strings.Compare(a.Name, b.Name) })
	}
	return s, nil
}

func postgresSchema(ctx context.Context, tx *Tx, schema string) (Schema, error) {
	var s Schema
	at := map[string]int{}
	err := each(ctx, tx, `SELECT c.relname, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relkind NOT IN ('i', 'I', 'c', 't') ORDER BY c.relname`, []any{schema}, func(row Scanner) error {
		var name, kind string
		if err := row.Scan(&name, &kind); err != nil {
			return err
		}
		if kind == "r" || kind == "p" {
			at[name] = len(s.Tables)
			s.Tables = append(s.Tables, Table{Name: name, Unique: map[string][]string{}})
		} else {
			s.Others = append(s.Others, "relation "+name+" of kind "+kind)
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	err = each(ctx, tx, `SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND NOT t.tgisinternal`, []any{schema}, func(row Scanner) error {
		var name string
		err := row.Scan(&name)
		s.Others = append(s.Others, "trigger "+name)
		return err
	})
	if err != nil {
		return s, err
	}
	err = each(ctx, tx, `SELECT table_name::text, column_name::text, is_nullable = 'YES' FROM information_schema.columns
		WHERE table_schema = $1 ORDER BY table_name, ordinal_position`, []any{schema}, func(row Scanner) error {
		var table string
		var col Column
		err := row.Scan(&table, &col.Name, &col.Null)
		if i, ok := at[table]; ok {
			s.Tables[i].Columns = append(s.Tables[i].Columns, col)
		}
		return err
	})
	if err != nil {
		return s, err
	}
	return s, postgresKeys(ctx, tx, schema, func(table string) *Table { return &s.Tables[at[table]] })
}

func postgresKeys(ctx context.Context, tx *Tx, schema string, table func(string) *Table) error {
	err := each(ctx, tx, `SELECT c.relname::text, i.relname::text, x.indisprimary,
			(SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(x.indkey) WITH ORDINALITY k(att, n)
				JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.att)
		FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
			JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND x.indisunique AND c.relkind IN ('r', 'p')`, []any{schema}, func(row Scanner) error {
		var tab, name, cols string
		var primary bool
		if err := row.Scan(&tab, &name, &primary, &cols); err != nil {
			return err
		}
		if primary {
			table(tab).Primary = strings.Split(cols, ",")
		} else {
			table(tab).Unique[name] = strings.Split(cols, ",")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return each(ctx, tx, `SELECT c.relname::text, f.conname::text, p.relname::text,
			(SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(f.conkey) WITH ORDINALITY k(att, n)
				JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.att),
			(SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(f.confkey) WITH ORDINALITY k(att, n)
				JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.att)
		FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class p ON p.oid = f.confrelid
			JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND f.contype = 'f' ORDER BY f.conname`, []any{schema}, func(row Scanner) error {
		var tab, cols, target string
		var k ForeignKey
		if err := row.Scan(&tab, &k.Name, &k.Parent, &cols, &target); err != nil {
			return err
		}
		k.Columns, k.Target = strings.Split(cols, ","), strings.Split(target, ",")
		table(tab).Foreign = append(table(tab).Foreign, k)
		return nil
	})
}
