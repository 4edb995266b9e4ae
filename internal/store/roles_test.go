package store_test

import (
	"testing"

	"sijil/internal/errs"
	"sijil/internal/pgtemp"
	"sijil/internal/store"
	"sijil/internal/storetest"
)

// The roles that docs/stores.md tells operators to make: one that owns the
// schema and migrates, one that serves and can change no table.
func TestARoleThatOnlyServes(t *testing.T) {
	t.Parallel()
	_, err := pgtemp.Binaries()
	storetest.Need(t, err)
	ctx := t.Context()
	root := storetest.Open(t, store.Postgres, nil)
	for _, sql := range []string{
		`CREATE ROLE served_owner LOGIN`, `CREATE ROLE served_app LOGIN`, `CREATE ROLE served_stranger LOGIN`,
		`CREATE SCHEMA served AUTHORIZATION served_owner`, `GRANT USAGE ON SCHEMA served TO served_app`,
		`ALTER DEFAULT PRIVILEGES FOR ROLE served_owner IN SCHEMA served GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO served_app`,
	} {
		if err := root.Do(ctx, func(tx *store.Tx) error { _, err := tx.Exec(ctx, sql); return err }); err != nil {
			t.Fatal(err)
		}
	}
	open := func(role string) *store.DB {
		db, err := store.Open(ctx, store.Config{Name: role, Engine: store.Postgres, DSN: storetest.Server(t).DSNFor(role, "postgres"), Schema: "served"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	owner, app, stranger := open("served_owner"), open("served_app"), open("served_stranger")
	if _, err := owner.Migrate(ctx, set(things), storetest.Now, false); err != nil {
		t.Fatal(err)
	}
	if err := app.CheckSchema(ctx, set(things)); err != nil {
		t.Error(err)
	}
	if err := app.Do(ctx, func(tx *store.Tx) error { return insert(ctx, tx, "served") }); err != nil {
		t.Error(err)
	}
	if err := app.Do(ctx, func(tx *store.Tx) error { _, err := tx.Exec(ctx, `DROP TABLE parts`); return err }); err == nil {
		t.Error("the serving role dropped a table")
	}
	if _, err := app.Migrate(ctx, files(map[string]string{"001_test.sql": things, "002_more.sql": table("more")}), storetest.Now, false); err == nil {
		t.Error("the serving role migrated")
	}
	err = stranger.View(ctx, func(tx *store.Tx) error {
		var n int
		return tx.QueryRow(ctx, `SELECT count(*) FROM things`).Scan(&n)
	})
	if err == nil || errs.KindOf(err) != errs.Internal {
		t.Errorf("another store's role read: %v", err)
	}
}
