package fields_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"sijil/internal/fields"
)

var snake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

func TestEveryTableIsWhole(t *testing.T) {
	t.Parallel()
	var stores []string
	for _, s := range fields.Stores {
		stores = append(stores, s.Name)
		seen := map[string]bool{}
		for _, table := range fields.Of(s.Name) {
			if seen[table.Name] {
				t.Errorf("%s.%s stands there twice", s.Name, table.Name)
			}
			seen[table.Name] = true
		}
	}
	for _, table := range fields.All() {
		checkTable(t, table, stores)
	}
}

func checkTable(t *testing.T, table fields.Table, stores []string) {
	t.Helper()
	where := table.Store + "." + table.Name
	if table.Store != fields.EveryStore && !slices.Contains(stores, table.Store) {
		t.Errorf("%s: there is no such store", where)
	}
	if !snake.MatchString(table.Name) || table.About == "" || len(table.Columns) == 0 {
		t.Errorf("%s: a table has a name in small letters, says what it is about, and has columns", where)
	}
	if !slices.Contains([]fields.Placement{fields.ByColumn, fields.Everywhere, fields.Here, fields.Local}, table.Placement) {
		t.Errorf("%s: its placement is %q", where, table.Placement)
	}
	if (table.Placement == fields.ByColumn) != (table.By != "") {
		t.Errorf("%s: only a table placed by a column names one", where)
	}
	seen := map[string]bool{}
	for _, c := range table.Columns {
		if seen[c.Name] {
			t.Errorf("%s.%s stands there twice", where, c.Name)
		}
		seen[c.Name] = true
		if !snake.MatchString(c.Name) || c.About == "" {
			t.Errorf("%s.%s: a column has a name in small letters and says what it holds", where, c.Name)
		}
		if !slices.Contains([]fields.Class{fields.Sealed, fields.Blind, fields.Blocking, fields.Clear}, c.Class) {
			t.Errorf("%s.%s: its class is %q", where, c.Name, c.Class)
		}
		if c.Class == fields.Blocking && table.Store != "population" {
			t.Errorf("%s.%s: linkage keys stay in the population store", where, c.Name)
		}
		if c.Name == table.By && c.Class == fields.Sealed {
			t.Errorf("%s.%s: rows are placed by a column that compares", where, c.Name)
		}
	}
	if table.By != "" && !seen[table.By] {
		t.Errorf("%s: it is placed by %s, which it does not have", where, table.By)
	}
}

// personal are words in the name of a column that holds a person's data. Such
// a column is not clear, unless it is listed with its reason.
var personal = []string{"birth", "phone", "email", "address", "idcs", "token", "surname", "document", "password", "secret"}

var clearAllTheSame = map[string]string{}

func TestPersonalDataAreNotClear(t *testing.T) {
	t.Parallel()
	for _, table := range fields.All() {
		for _, c := range table.Columns {
			where := table.Store + "." + table.Name + "." + c.Name
			words := strings.Split(c.Name, "_")
			if c.Class == fields.Clear && clearAllTheSame[where] == "" && slices.ContainsFunc(personal, func(p string) bool { return slices.Contains(words, p) }) {
				t.Errorf("%s is clear: seal it, blind it, or say here why not", where)
			}
		}
	}
}
