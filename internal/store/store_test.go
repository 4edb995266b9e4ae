package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"sijil/internal/store"
	"sijil/internal/storetest"
)

// set makes migrations of one file.
func set(sql string) []store.Migrations {
	return []store.Migrations{{Set: "test", Files: fstest.MapFS{"001_test.sql": {Data: []byte(sql)}}}}
}

const things = `
CREATE TABLE things (
  thing_id uuid NOT NULL,
  name text NOT NULL,
  n integer NOT NULL CHECK (n >= 0),
  PRIMARY KEY (thing_id)
);
--+ place things by thing_id
CREATE UNIQUE INDEX things_by_name ON things (name);
CREATE TABLE parts (
  thing_id uuid NOT NULL REFERENCES things (thing_id),
  seq smallint NOT NULL,
  other_id uuid,
  code text UNIQUE,
  PRIMARY KEY (thing_id, seq),
  FOREIGN KEY (other_id) REFERENCES things (thing_id),
  CONSTRAINT parts_differ CHECK (other_id <> thing_id)
);
--+ place parts by thing_id with things
`

func TestWriteReadUndo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(things), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		id := newID()
		err := db.Do(ctx, func(tx *store.Tx) error {
			n, err := tx.Exec(ctx, `INSERT INTO things (thing_id, name, n) VALUES ($1, $3, $2)`, id, 7, "a")
			if err == nil && n != 1 {
				t.Errorf("%d rows were written", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		mine := errors.New("mine")
		err = db.Do(ctx, func(tx *store.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE things SET n = n + 1`); err != nil {
				return err
			}
			return mine
		})
		if !errors.Is(err, mine) {
			t.Fatalf("got %v", err)
		}
		err = db.View(ctx, func(tx *store.Tx) error {
			var name string
			var n int
			if err := tx.QueryRow(ctx, `SELECT name, n FROM things WHERE thing_id = $1`, id).Scan(&name, &n); err != nil {
				return err
			}
			if name != "a" || n != 7 {
				t.Errorf("read %q %d", name, n)
			}
			if err := tx.QueryRow(ctx, `SELECT n FROM things WHERE thing_id = $1`, newID()).Scan(&n); !errors.Is(err, store.ErrNoRows) {
				t.Errorf("no row gave %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.View(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM things`)
			return err
		}); err == nil {
			t.Error("a view wrote")
		}
		if err := db.CheckSchema(ctx, set(things)); err != nil {
			t.Error(err)
		}
	})
}

// The settings that durability and confidentiality rest on.
func TestSQLiteIsSetUp(t *testing.T) {
	t.Parallel()
	cfg := storetest.Config(t, store.SQLite)
	cfg.Path = filepath.Join(filepath.Dir(cfg.Path), "100% odd?name#.db")
	db, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(store.Pragmas(db, "journal_mode", "synchronous", "foreign_keys", "temp_store", "secure_delete"))
	if got != "[wal 2 1 2 1]" {
		t.Errorf("settings %s", got)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the file: %v", info.Mode())
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(cfg.Path), "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("closing left %v", left)
	}
}
