package storetest_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"sijil/internal/fields"
	"sijil/internal/store"
	"sijil/internal/storetest"
)

func TestTheCommonTablesAreListed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{store.Common()}, func(t *testing.T, db *store.DB) {
		storetest.Fields(t, db, "none")
	})
}

func TestProblemsAreFound(t *testing.T) {
	t.Parallel()
	const sql = `
CREATE TABLE people (person_id uuid NOT NULL, name bytea NOT NULL, PRIMARY KEY (person_id));
--+ place people by person_id
CREATE TABLE codes (code text NOT NULL, PRIMARY KEY (code));
--+ place codes everywhere
CREATE TABLE good (person_id uuid NOT NULL REFERENCES people (person_id), seq integer NOT NULL, code text REFERENCES codes (code),
	PRIMARY KEY (person_id, seq));
--+ place good by person_id
CREATE TABLE bad (bad_id uuid NOT NULL, person_id uuid, other uuid UNIQUE, extra text,
	PRIMARY KEY (bad_id), FOREIGN KEY (other) REFERENCES people (person_id));
--+ place bad by person_id
CREATE TABLE near (near_id uuid NOT NULL REFERENCES people (person_id), PRIMARY KEY (near_id));
--+ place near local
CREATE TABLE hidden (hidden_id uuid NOT NULL, PRIMARY KEY (hidden_id));
--+ place hidden local
CREATE UNIQUE INDEX near_once ON near (near_id) WHERE near_id IS NOT NULL;
`
	table := func(name string, p fields.Placement, by string, cols ...string) fields.Table {
		f := fields.Table{Name: name, Placement: p, By: by}
		for _, c := range cols {
			f.Columns = append(f.Columns, fields.Column{Name: c, Class: fields.Clear})
		}
		return f
	}
	listed := append(fields.Of("none"),
		table("people", fields.ByColumn, "person_id", "person_id", "name"),
		table("codes", fields.Local, "", "code"),
		table("good", fields.ByColumn, "person_id", "person_id", "seq", "code"),
		table("bad", fields.ByColumn, "person_id", "bad_id", "person_id", "other", "gone"),
		table("near", fields.Local, "", "near_id"),
		table("missing", fields.Local, ""),
	)
	want := []string{
		"column bad.extra is not listed in internal/fields",
		"column bad.gone of internal/fields is not in the store",
		"column bad.person_id places its row and may be null",
		"foreign key bad_other_fkey does not join person_id to person_id, by which the rows are placed",
		"foreign key near_near_id_fkey joins a table placed local and one placed by",
		"near_pkey and near_once are unique over the same columns: SQLite would not tell them apart",
		"table codes is placed everywhere  by its migration, local  by internal/fields",
		"table hidden is not listed in internal/fields",
		"table missing of internal/fields is not in the store",
		"the primary key of bad lacks person_id, which places the row",
		"unique index bad_other_key lacks person_id, which places the row: it would hold on one machine only",
	}
	sets := []store.Migrations{{Set: "test", Files: fstest.MapFS{"001_test.sql": {Data: []byte(sql)}}}}
	storetest.Each(t, sets, func(t *testing.T, db *store.DB) {
		schema, err := db.Schema(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		placed, err := store.Placements(sets)
		if err != nil {
			t.Fatal(err)
		}
		if got := storetest.Problems(schema, placed, listed); !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}
