package canary_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sijil/idcs"
	"sijil/internal/canary"
	"sijil/internal/fields"
	"sijil/internal/sample"
	"sijil/internal/store"
	"sijil/internal/uid"
)

// shared are the columns whose values several stores may have in common: they
// name nobody who is registered.
var shared = map[string]string{
	"locality": "a place has thousands of people", "since": "a day", "day": "a day", "valid_from": "a day", "as_of": "a day",
	"purpose": "a code", "basis": "a law", "operation": "a code", "fields": "a code", "code of purposes": "a code", "cause": "a code", "recomputes": "codes",
	"recorded_by": "staff", "recipient_id": "staff", "captured_by": "staff", "given_to": "staff", "caller_id": "staff", "actor": "staff", "recipient": "staff",
}

// Whoever has the stores of two registers finds no value in one by which a row
// of the other could be told to be about the same person: not in a column of
// its own, and no id or code of one anywhere in the files of the other.
func TestStolenStoresDoNotJoin(t *testing.T) {
	t.Parallel()
	s := open(t, store.SQLite, true)
	s.work(t, 40)
	s.declareAgain(t)
	stores := []string{"population", "social", "agency"}
	where := map[string]map[string]string{} // value → store → column
	ids := map[string]*canary.Finder{}
	for _, name := range stores {
		ids[name] = &canary.Finder{}
		for value, column := range s.values(t, name) {
			if where[plainly(value)] == nil {
				where[plainly(value)] = map[string]string{}
			}
			where[plainly(value)][name] = column
			if len(value) == len(uid.ID{}) {
				id := uid.ID([]byte(value))
				ids[name].Add(column, id[:], false)
				ids[name].Add(column, []byte(id.String()), true)
			}
		}
	}
	for what, n := range count(where) {
		t.Errorf("%d values stand in two stores: %s", n, what)
	}
	for _, of := range stores {
		for _, in := range stores {
			if of == in {
				continue
			}
			for _, file := range []string{".db", ".db-wal"} {
				s.noIDs(t, ids[of], of, filepath.Join(s.root, in+file))
			}
		}
	}
}

// plainly is a value without what differs between writings of a code.
func plainly(value string) string { return strings.ToUpper(strings.ReplaceAll(value, "-", "")) }

func count(where map[string]map[string]string) map[string]int {
	seen := map[string]int{}
	for _, at := range where {
		if len(at) > 1 {
			seen[fmt.Sprint(at)]++
		}
	}
	return seen
}

func (s *site) noIDs(t *testing.T, f *canary.Finder, of, path string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // only read
	hits, err := f.Search(file, path, most)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, h := range hits {
		seen[h.Field]++
	}
	for column, n := range seen {
		t.Errorf("ids of the %s store, of %s, stand in %s, %d times", of, column, filepath.Base(path), n)
	}
}

// values returns every text and every string of bytes in a store, eight bytes
// and more, with the column it stands in.
func (s *site) values(t *testing.T, name string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, table := range fields.Of(name) {
		for _, c := range table.Columns {
			if shared[c.Name] != "" || shared[c.Name+" of "+table.Name] != "" || table.Name == "migrations" {
				continue
			}
			err := s.stores[name].View(t.Context(), func(tx *store.Tx) error {
				rows, err := tx.Query(t.Context(), "SELECT CAST("+c.Name+" AS BLOB) FROM "+table.Name+" WHERE typeof("+c.Name+") IN ('text', 'blob')")
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					var b []byte
					if err := rows.Scan(&b); err != nil {
						return err
					}
					if len(b) >= 8 {
						out[string(b)] = table.Name + "." + c.Name
					}
				}
				return rows.Err()
			})
			if err != nil {
				t.Fatal(name, table.Name, c.Name, err)
			}
		}
	}
	return out
}

// declareAgain has some households declare a second time, by an officer who
// states no case.
func (s *site) declareAgain(t *testing.T) {
	t.Helper()
	plan := s.sample.Plan(sample.Options{Seed: 12, Serial: 1_000_000})
	alone := officer
	alone.Case = ""
	for range 10 {
		h, err := plan.Next()
		if err != nil {
			t.Fatal(err)
		}
		numbers := make([]idcs.IDCS, len(h.Persons))
		for _, i := range h.Enrolling() {
			person := &h.Persons[i]
			var by idcs.IDCS
			if person.Introducer >= 0 {
				by = numbers[person.Introducer]
			}
			got, err := s.people.Enrol(t.Context(), alone, fmt.Sprint("alone-", person.Serial), person.Enrolment(by))
			if err != nil {
				t.Fatal(err)
			}
			numbers[i] = got.IDCS
		}
		d, err := s.sample.Declaration(h, numbers)
		if err != nil {
			t.Fatal(err)
		}
		filed, err := s.homes.Declare(t.Context(), alone, fmt.Sprint("first-", h.Number), d)
		if err != nil {
			t.Fatal(err)
		}
		d.Household, d.Revision = filed.Household, filed.Revision
		if _, err := s.homes.Declare(t.Context(), alone, fmt.Sprint("second-", h.Number), d); err != nil {
			t.Fatal(err)
		}
	}
}
