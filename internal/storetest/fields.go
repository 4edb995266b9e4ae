package storetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"sijil/internal/fields"
	"sijil/internal/store"
)

// Fields holds the schema of a migrated store to internal/fields: every table
// and column is listed there and nothing else is, each table lives where it
// says, and what a distributed table needs holds: its column is never null and
// is inside the primary key, every unique index and every foreign key. There
// are no triggers, sequences or views.
func Fields(t *testing.T, db *store.DB, storeName string) {
	t.Helper()
	schema, err := db.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	placed, err := store.Placements(db.Sets())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range Problems(schema, placed, fields.Of(storeName)) {
		t.Error(p)
	}
}

// Problems says in what a schema and the placements of its tables differ from
// the table of fields, and which rules of distributed tables it breaks.
func Problems(schema store.Schema, placed map[string]store.Placement, listed []fields.Table) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, o := range schema.Others {
		say("a store has tables and indexes only, not: %s", o)
	}
	byName := map[string]fields.Table{}
	for _, f := range listed {
		if _, twice := byName[f.Name]; twice {
			say("table %s is listed twice", f.Name)
		}
		byName[f.Name] = f
	}
	parents := map[string]store.Table{}
	for _, t := range schema.Tables {
		parents[t.Name] = t
	}
	for _, t := range schema.Tables {
		f, ok := byName[t.Name]
		if !ok {
			say("table %s is not listed in internal/fields", t.Name)
			continue
		}
		delete(byName, t.Name)
		columns(t, f, say)
		ambiguous(t, say)
		p := placed[t.Name]
		if want := (store.Placement{Kind: string(f.Placement), By: f.By}); p != want {
			say("table %s is placed %s %s by its migration, %s %s by internal/fields", t.Name, p.Kind, p.By, want.Kind, want.By)
		}
		if p.Kind == string(fields.ByColumn) {
			distributed(t, p.By, say)
		}
		for _, k := range t.Foreign {
			foreign(t, k, placed, say)
		}
	}
	for name := range byName {
		say("table %s of internal/fields is not in the store", name)
	}
	slices.Sort(out)
	return out
}

func columns(t store.Table, f fields.Table, say func(string, ...any)) {
	listed := map[string]bool{}
	for _, c := range f.Columns {
		if listed[c.Name] {
			say("column %s.%s is listed twice", t.Name, c.Name)
		}
		listed[c.Name] = true
		switch c.Class {
		case fields.Sealed, fields.Blind, fields.Blocking, fields.Clear:
		default:
			say("column %s.%s has no class", t.Name, c.Name)
		}
	}
	for _, c := range t.Columns {
		if !listed[c.Name] {
			say("column %s.%s is not listed in internal/fields", t.Name, c.Name)
		}
		delete(listed, c.Name)
	}
	for name := range listed {
		say("column %s.%s of internal/fields is not in the store", t.Name, name)
	}
}

// ambiguous finds unique indexes over the same columns: SQLite names a violated
// one by its columns.
func ambiguous(t store.Table, say func(string, ...any)) {
	over := map[string]string{strings.Join(t.Primary, ", "): t.Name + "_pkey"}
	for _, name := range slices.Sorted(maps.Keys(t.Unique)) {
		cols := strings.Join(t.Unique[name], ", ")
		if other, taken := over[cols]; taken {
			say("%s and %s are unique over the same columns: SQLite would not tell them apart", other, name)
		}
		over[cols] = name
	}
}

// distributed are the rules of a table that is spread by a column.
func distributed(t store.Table, by string, say func(string, ...any)) {
	i := slices.IndexFunc(t.Columns, func(c store.Column) bool { return c.Name == by })
	switch {
	case i < 0:
		say("table %s is placed by %s, which it has not got", t.Name, by)
	case t.Columns[i].Null:
		say("column %s.%s places its row and may be null", t.Name, by)
	}
	if !slices.Contains(t.Primary, by) {
		say("the primary key of %s lacks %s, which places the row", t.Name, by)
	}
	for name, cols := range t.Unique {
		if !slices.Contains(cols, by) {
			say("unique index %s lacks %s, which places the row: it would hold on one machine only", name, by)
		}
	}
}

// foreign are the rules of a foreign key: it stays on one machine.
func foreign(t store.Table, k store.ForeignKey, placed map[string]store.Placement, say func(string, ...any)) {
	child, parent := placed[t.Name], placed[k.Parent]
	switch {
	case parent.Kind == string(fields.Everywhere):
		return
	case child.Kind != parent.Kind:
		say("foreign key %s joins a table placed %s and one placed %s", k.Name, child.Kind, parent.Kind)
	case child.Kind == string(fields.ByColumn):
		i := slices.Index(k.Columns, child.By)
		if i < 0 || k.Target[i] != parent.By {
			say("foreign key %s does not join %s to %s, by which the rows are placed", k.Name, child.By, parent.By)
		}
	}
}
