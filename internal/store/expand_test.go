package store_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"sijil/internal/store"
)

// TestLaterMigrationsOnlyAdd has one published migration and a later one.
func TestLaterMigrationsOnlyAdd(t *testing.T) {
	t.Parallel()
	const first = "CREATE TABLE a (id uuid NOT NULL, x text NOT NULL, PRIMARY KEY (id));\n--+ place a by id\n"
	tests := []struct{ name, later, want string }{
		{"a table with all it needs", "CREATE TABLE b (id uuid NOT NULL, y text NOT NULL, PRIMARY KEY (id));\n--+ place b by id\nCREATE UNIQUE INDEX b_y ON b (id, y);\nALTER TABLE b ADD COLUMN z text NOT NULL;", ""},
		{"a column that may be null", "ALTER TABLE a ADD COLUMN y text;", ""},
		{"a column with a default", "ALTER TABLE a ADD COLUMN y bigint NOT NULL DEFAULT 0;", ""},
		{"an index", "CREATE INDEX a_x ON a (x);", ""},
		{"a column nobody fills", "ALTER TABLE a ADD COLUMN y text NOT NULL;", "does not fill"},
		{"a column dropped", "ALTER TABLE a DROP COLUMN x;", "takes away"},
		{"a column renamed", "alter table a rename column x to y;", "takes away"},
		{"a table renamed", "ALTER TABLE a RENAME TO b;", "takes away"},
		{"a table dropped", "DROP TABLE a;", "takes away"},
		{"a uniqueness", "CREATE UNIQUE INDEX a_x ON a (id, x);", "uniqueness"},
		{"dropped when nothing reads it", "-- unread since 1.2\nALTER TABLE a DROP COLUMN x;", ""},
		{"only said", "CREATE INDEX a_x ON a (x); -- no DROP here, nor RENAME\n", ""},
	}
	sets := func(later string) []store.Migrations {
		return []store.Migrations{{Set: "s", Files: fstest.MapFS{"001_first.sql": {Data: []byte(first)}, "002_later.sql": {Data: []byte(later)}}}}
	}
	published := func() map[string]string {
		sums, err := store.Checksums(sets("CREATE INDEX a_x ON a (x);"))
		if err != nil {
			t.Fatal(err)
		}
		delete(sums, "s/002_later")
		return sums
	}()
	for _, tt := range tests {
		err := store.Expands(sets(tt.later), published)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	published["s/001_first"] = strings.Repeat("0", 64)
	if err := store.Expands(sets("CREATE INDEX a_x ON a (x);"), published); err == nil || !strings.Contains(err.Error(), "has changed") {
		t.Errorf("a published file that changed: %v", err)
	}
}

func TestListOfReleases(t *testing.T) {
	t.Parallel()
	got, err := store.Released("f", []byte("# none\n\n1.0 s/001_a abc\n1.1 s/002_b def\n"))
	if err != nil || len(got) != 2 || got["s/002_b"] != "def" {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"1.0 s/001_a\n", "1.0 s/001_a abc\n1.1 s/001_a abc\n"} {
		if _, err := store.Released("f", []byte(text)); err == nil || !strings.Contains(err.Error(), "f:") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
