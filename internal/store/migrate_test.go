package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/storetest"
)

func table(name string) string {
	return "CREATE TABLE " + name + " (id uuid NOT NULL, PRIMARY KEY (id));\n--+ place " + name + " by id\n"
}

func files(of map[string]string) []store.Migrations {
	m := fstest.MapFS{}
	for name, sql := range of {
		m[name] = &fstest.MapFile{Data: []byte(sql)}
	}
	return []store.Migrations{{Set: "test", Files: m}}
}

// bare is a store without migrations.
func bare(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	storetest.Each(t, nil, fn)
}

func tables(t *testing.T, db *store.DB) string {
	t.Helper()
	s, err := db.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tab := range s.Tables {
		names = append(names, tab.Name)
	}
	return strings.Join(names, " ")
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ""
}

func TestMigrations(t *testing.T) {
	t.Parallel()
	bare(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		one := files(map[string]string{"001_one.sql": table("one")})
		two := files(map[string]string{"001_one.sql": table("one"), "004_two.sql": table("two") + "ALTER TABLE one ADD COLUMN more smallint;\n"})
		migrate := func(sets []store.Migrations, dry bool) string {
			t.Helper()
			done, err := db.Migrate(ctx, sets, storetest.Now, dry)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(done)
		}
		if err := db.CheckSchema(ctx, one); codeOf(err) != "store.migration_missing" {
			t.Errorf("an empty store passed: %v", err)
		}
		if got := migrate(one, true); got != "[common/000_placement common/001_common common/002_outbox_topics test/001_one]" {
			t.Errorf("it would do %s", got)
		}
		if got := tables(t, db); got != "" {
			t.Errorf("a dry run made %s", got)
		}
		if got := migrate(one, false); got != "[common/000_placement common/001_common common/002_outbox_topics test/001_one]" {
			t.Errorf("it did %s", got)
		}
		if got := migrate(one, false); got != "[]" {
			t.Errorf("the second time it did %s", got)
		}
		if err := db.CheckSchema(ctx, one); err != nil {
			t.Error(err)
		}
		if err := db.CheckSchema(ctx, two); codeOf(err) != "store.migration_missing" {
			t.Errorf("got %v", err)
		}
		if got := migrate(two, true); got != "[test/004_two]" {
			t.Errorf("it would do %s", got)
		}
		if got := migrate(two, false); got != "[test/004_two]" {
			t.Errorf("it did %s", got)
		}
		if got, want := tables(t, db), "idempotency jobs migrations one outbox two"; got != want {
			t.Errorf("tables %s, not %s", got, want)
		}
		// An older program meets a later schema.
		_, err := db.Migrate(ctx, one, storetest.Now, false)
		for _, err := range []error{err, db.CheckSchema(ctx, one)} {
			if codeOf(err) != "store.migration_unknown" {
				t.Errorf("got %v", err)
			}
		}
		// Somebody changed a file that was applied.
		changed := files(map[string]string{"001_one.sql": table("one") + "-- a word\n", "004_two.sql": table("two"), "005_three.sql": table("three")})
		_, err = db.Migrate(ctx, changed, storetest.Now, false)
		for _, err := range []error{err, db.CheckSchema(ctx, changed)} {
			if codeOf(err) != "store.migration_changed" {
				t.Errorf("got %v", err)
			}
		}
		if strings.Contains(tables(t, db), "three") {
			t.Error("a migration ran after one that had changed")
		}
	})
}

func TestAFailedMigrationLeavesNothing(t *testing.T) {
	t.Parallel()
	bare(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		bad := files(map[string]string{"001_one.sql": table("one"), "002_bad.sql": table("half") + "CREATE INDEX half_gone ON half (gone);\n"})
		done, err := db.Migrate(ctx, bad, storetest.Now, false)
		if err == nil || !strings.Contains(err.Error(), "test/002_bad") || fmt.Sprint(done) != "[common/000_placement common/001_common common/002_outbox_topics test/001_one]" {
			t.Errorf("did %v: %v", done, err)
		}
		if got := tables(t, db); strings.Contains(got, "half") || !strings.Contains(got, "one") {
			t.Errorf("tables %s", got)
		}
		good := files(map[string]string{"001_one.sql": table("one"), "002_bad.sql": table("half")})
		if done, err := db.Migrate(ctx, good, storetest.Now, false); err != nil || fmt.Sprint(done) != "[test/002_bad]" {
			t.Errorf("did %v: %v", done, err)
		}
	})
}

// Several programs migrate one store at the same time: each migration runs
// once.
func TestSeveralRunners(t *testing.T) {
	t.Parallel()
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(e.String(), func(t *testing.T) {
			t.Parallel()
			cfg := storetest.Config(t, e)
			var wg sync.WaitGroup
			var mu sync.Mutex
			var all []string
			for range 6 {
				db, err := store.Open(t.Context(), cfg)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = db.Close() })
				wg.Go(func() {
					done, err := db.Migrate(t.Context(), files(map[string]string{"001_one.sql": table("one"), "002_two.sql": table("two")}), storetest.Now, false)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					for _, d := range done {
						all = append(all, d.String())
					}
				})
			}
			wg.Wait()
			if len(all) != 5 {
				t.Errorf("five migrations ran %d times: %v", len(all), all)
			}
		})
	}
}

// What one engine would read otherwise than the other is refused on both.
func TestRefusedMigrations(t *testing.T) {
	t.Parallel()
	good := "CREATE TABLE a (id uuid NOT NULL, PRIMARY KEY (id));\n--+ place a by id\n"
	for name, sql := range map[string]string{
		"not placed":           "CREATE TABLE a (id uuid NOT NULL, PRIMARY KEY (id));",
		"not placed before":    "CREATE TABLE a (id uuid NOT NULL, PRIMARY KEY (id));\nCREATE INDEX i ON a (id);\n--+ place a by id\n",
		"another table placed": "CREATE TABLE a (id uuid NOT NULL, PRIMARY KEY (id));\n--+ place b by id\n",
		"unknown placement":    "CREATE TABLE a (id uuid NOT NULL, PRIMARY KEY (id));\n--+ place a somewhere\n",
		"no column":            "CREATE TABLE a (id uuid NOT NULL, PRIMARY KEY (id));\n--+ place a by\n",
		"unknown directive":    good + "--+ explode\n",
		"unknown engine":       "--+ only oracle\n" + good,
		"directive inside":     "CREATE TABLE a (\n--+ place a by id\nid uuid);",
		"no end":               good + "CREATE INDEX i ON a (id)",
		"serial":               strings.Replace(good, "id uuid", "id serial", 1),
		"float":                strings.Replace(good, "id uuid", "x real, id uuid", 1),
		"generated":            strings.Replace(good, "id uuid", "x bigint GENERATED ALWAYS AS IDENTITY, id uuid", 1),
		"now()":                strings.Replace(good, "id uuid", "x timestamptz DEFAULT now(), id uuid", 1),
		"named key":            strings.Replace(good, "PRIMARY KEY", "CONSTRAINT k PRIMARY KEY", 1),
		"named column key":     strings.Replace(good, "NOT NULL", "CONSTRAINT k UNIQUE", 1),
		"nameless check":       strings.Replace(good, "PRIMARY KEY", "CHECK (id IS NOT NULL), PRIMARY KEY", 1),
		"upper case":           strings.Replace(good, "id uuid", "Id uuid", 1),
		"quoted table":         strings.Replace(good, "TABLE a", `TABLE "a b"`, 1),
		"empty item":           strings.Replace(good, "NOT NULL,", "NOT NULL,,", 1),
		"trigger":              good + "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;",
		"sequence":             good + "CREATE SEQUENCE s;",
		"view":                 good + "CREATE VIEW v AS SELECT id FROM a;",
		"concurrently":         good + "CREATE INDEX CONCURRENTLY i ON a (id);",
		"method":               good + "CREATE INDEX i ON a USING hash (id);",
		"include":              good + "CREATE INDEX i ON a (id) INCLUDE (id);",
		"alter type":           good + "ALTER TABLE a ALTER COLUMN id TYPE text;",
		"add constraint":       good + "ALTER TABLE a ADD CONSTRAINT c CHECK (id IS NOT NULL);",
		"begin":                "BEGIN;" + good,
		"commit":               good + "COMMIT;",
		"pragma":               good + "PRAGMA foreign_keys = OFF;",
		"options":              strings.Replace(good, "));", ")) WITHOUT ROWID;", 1),
	} {
		_, err := store.Placements(files(map[string]string{"001_bad.sql": sql}))
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.Contains(err.Error(), "001_bad.sql:") && name != "unknown engine" {
			t.Errorf("%s: no place in %v", name, err)
		}
	}
	for name, set := range map[string]map[string]string{
		"no number": {"one.sql": good}, "short number": {"1_one.sql": good}, "twice": {"001_one.sql": good, "001_two.sql": good},
	} {
		if _, err := store.Placements(files(set)); err == nil {
			t.Errorf("%s: was read", name)
		}
	}
	if _, err := store.Placements([]store.Migrations{files(nil)[0], files(nil)[0]}); err == nil {
		t.Error("one set was named twice")
	}
	if _, err := store.Placements([]store.Migrations{store.Common(), files(map[string]string{"001_one.sql": good})[0]}); err != nil {
		t.Error(err)
	}
}

func FuzzMigration(f *testing.F) {
	f.Add("CREATE TABLE a (id uuid NOT NULL, PRIMARY KEY (id));\n--+ place a by id with b\n-- c\n/* d */ CREATE INDEX i ON a (id) WHERE id <> 'x';")
	f.Add("--+ only postgres\nCREATE FUNCTION f() AS $x$ ; $x$;")
	f.Fuzz(func(t *testing.T, sql string) {
		placed, err := store.Placements(files(map[string]string{"001_fuzz.sql": sql}))
		if err == nil && len(placed) < 4 {
			t.Error("the common tables are gone")
		}
	})
}
