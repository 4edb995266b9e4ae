package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"sijil/internal/errs"
)

// Migrations is a numbered set of schema changes, one file each: NNN_name.sql.
//
// The files are written in the SQL of PostgreSQL that both engines have: see
// docs/stores.md. A file that was applied somewhere never changes again.
type Migrations struct {
	Set   string // whose they are, such as "population"
	Files fs.FS
}

// Applied is a migration that was applied, or would be.
type Applied struct {
	Set    string
	Number int
	Name   string
}

// String returns "set/NNN_name".
func (a Applied) String() string { return fmt.Sprintf("%s/%03d_%s", a.Set, a.Number, a.Name) }

// step is one migration, read and checked.
type step struct {
	Applied
	sum   [sha256.Size]byte
	parts []string

	placed map[string]Placement
}

// steps reads the sets, Common first.
func steps(sets []Migrations, engine Engine) ([]step, error) {
	all := []Migrations{Common()}
	for _, s := range sets {
		if !slices.ContainsFunc(all, func(o Migrations) bool { return o.Set == s.Set }) {
			all = append(all, s)
		} else if s.Set != all[0].Set {
			return nil, &errs.Error{Code: "store.migration", What: "the set of migrations " + s.Set + " is named twice"}
		}
	}
	var out []step
	for _, set := range all {
		read, err := set.read(engine)
		if err != nil {
			return nil, fmt.Errorf("migrations of %s: %w", set.Set, err)
		}
		out = append(out, read...)
	}
	return out, nil
}

func (m Migrations) read(engine Engine) ([]step, error) {
	names, err := fs.Glob(m.Files, "*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	out := make([]step, 0, len(names))
	for _, file := range names {
		number, name, ok := strings.Cut(strings.TrimSuffix(file, ".sql"), "_")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || len(number) != 3 {
			return nil, errs.At(errs.Bad("", "a migration is named NNN_name.sql", ""), file, 0)
		}
		if len(out) > 0 && n <= out[len(out)-1].Number {
			return nil, errs.At(errs.Bad("", "the number of the migration is taken", "give it the next one"), file, 0)
		}
		data, err := fs.ReadFile(m.Files, file)
		if err != nil {
			return nil, err
		}
		parsed, err := parseDDL(file, string(data), engine)
		if err != nil {
			return nil, err
		}
		s := step{Applied: Applied{Set: m.Set, Number: n, Name: name}, sum: sha256.Sum256(data), placed: parsed.placed}
		if parsed.only == 0 || parsed.only == engine {
			s.parts = parsed.steps
		}
		out = append(out, s)
	}
	return out, nil
}

// migrator is what an engine does for migrations.
type migrator interface {
	// prepare makes the schema and the table of migrations.
	prepare(ctx context.Context) error
	// recorded returns the checksums of the migrations that were applied, and
	// whether there is a table of them.
	recorded(ctx context.Context) (map[Applied][]byte, bool, error)
	// alone runs fn in one transaction while no other runner of migrations is
	// in one.
	alone(ctx context.Context, fn func(*Tx) error) error
	// define runs statements that change the schema.
	define(ctx context.Context, tx *Tx, sql string) error
}

// recordsName is the table that keeps what was applied.
const recordsName = "migrations"

// recordsTable keeps what was applied. It is a plain local table.
const recordsTable = `CREATE TABLE IF NOT EXISTS migrations (
  set_name text NOT NULL, number integer NOT NULL, name text NOT NULL, checksum %s NOT NULL, applied_at %s NOT NULL,
  PRIMARY KEY (set_name, number))`

// Migrate brings the schema up to date: each migration that is not applied yet
// in one transaction of its own, so that one that fails leaves nothing. It is
// safe to run by several programs at once. With dry it only says what it would
// do. An applied migration that has changed, or one that this program does not
// know, is an error, and nothing is done.
func (db *DB) Migrate(ctx context.Context, sets []Migrations, now time.Time, dry bool) ([]Applied, error) {
	all, err := db.steps(sets)
	if err != nil {
		return nil, err
	}
	if !dry {
		if err := db.retry(ctx, true, func() error { return db.back.prepare(ctx) }); err != nil {
			return nil, fmt.Errorf("preparing store %s for migrations: %w", db.name, err)
		}
	}
	todo, err := db.pending(ctx, all)
	if err != nil || dry {
		return applied(todo), err
	}
	var done []Applied
	for _, s := range todo {
		var mine bool
		err := db.retry(ctx, true, func() error {
			return db.back.alone(ctx, func(tx *Tx) (err error) {
				mine, err = db.apply(ctx, tx, s, now)
				return err
			})
		})
		if err != nil {
			return done, fmt.Errorf("migration %s of store %s: %w", s.Applied, db.name, err)
		}
		if mine {
			done = append(done, s.Applied)
		}
	}
	return done, nil
}

func applied(steps []step) []Applied {
	out := make([]Applied, len(steps))
	for i, s := range steps {
		out[i] = s.Applied
	}
	return out
}

// apply runs one migration unless another runner has done so meanwhile.
func (db *DB) apply(ctx context.Context, tx *Tx, s step, now time.Time) (mine bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO migrations (set_name, number, name, checksum, applied_at)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT (set_name, number) DO NOTHING`, s.Set, s.Number, s.Name, s.sum, now)
	if err != nil || n == 0 {
		return false, err
	}
	for i, sql := range s.parts {
		if err := db.back.define(ctx, tx, sql); err != nil {
			return false, fmt.Errorf("statement %d: %w", i+1, tx.fail(err))
		}
	}
	return true, nil
}

// steps reads the sets for the store's engine, and remembers them.
func (db *DB) steps(sets []Migrations) ([]step, error) {
	all, err := steps(sets, db.engine)
	if err == nil {
		db.sets.Store(&sets)
	}
	return all, err
}

// Sets returns the sets of migrations that Migrate or CheckSchema saw last.
func (db *DB) Sets() []Migrations {
	if p := db.sets.Load(); p != nil {
		return *p
	}
	return nil
}

// pending compares what is known with what is recorded and returns what is
// missing.
func (db *DB) pending(ctx context.Context, all []step) ([]step, error) {
	var have map[Applied][]byte
	err := db.retry(ctx, true, func() (err error) {
		have, _, err = db.back.recorded(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the migrations of store %s: %w", db.name, err)
	}
	byNumber := map[Applied][]byte{}
	for a, sum := range have {
		if a == restoring {
			if db.filling.Load() {
				continue
			}
			return nil, errRestoring(db.name)
		}
		byNumber[Applied{Set: a.Set, Number: a.Number}] = sum
	}
	var todo []step
	for _, s := range all {
		key := Applied{Set: s.Set, Number: s.Number}
		sum, ok := byNumber[key]
		delete(byNumber, key)
		switch {
		case !ok:
			todo = append(todo, s)
		case !bytes.Equal(sum, s.sum[:]):
			return nil, &errs.Error{Kind: errs.Conflict, Code: "store.migration_changed",
				What: "migration " + s.String() + " of store " + db.name + " is not the one that was applied",
				Fix:  "restore the file, and put the change into a new migration"}
		}
	}
	for a := range byNumber {
		return nil, &errs.Error{Kind: errs.Conflict, Code: "store.migration_unknown",
			What: fmt.Sprintf("store %s has a migration %s/%03d that this program does not know", db.name, a.Set, a.Number),
			Fix:  "run the version of the program that made it, or a later one"}
	}
	return todo, nil
}

// CheckSchema returns an error unless every migration of the sets, and no
// other, was applied to the store. It changes nothing.
func (db *DB) CheckSchema(ctx context.Context, sets []Migrations) error {
	all, err := db.steps(sets)
	if err != nil {
		return err
	}
	todo, err := db.pending(ctx, all)
	if err != nil {
		return err
	}
	if len(todo) > 0 {
		return &errs.Error{Kind: errs.Conflict, Code: "store.migration_missing",
			What: fmt.Sprintf("store %s lacks %d migrations, the first is %s", db.name, len(todo), todo[0]),
			Fix:  "run: sijil migrate"}
	}
	return nil
}
