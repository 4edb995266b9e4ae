package system_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sijil/access"
	"sijil/household"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/system"
)

// lived is an installation with two persons and a household, and looks at them.
func lived(t *testing.T, cfg system.Config, p system.Parts) (s *system.System, filed *household.Filed) {
	t.Helper()
	s = migrated(t, cfg, p)
	officer := counter(s)
	for i, g := range allGoldens(t)[2:4] {
		d := household.Declaration{Locality: g.Locality, Declarant: "1", Answers: g.Answers}
		for n, m := range g.Members {
			claim := enrolAt(t, s, officer, 100*(i+1)+n, m.Birth, m.Sex, g.Locality)
			d.Members = append(d.Members, household.Member{Ref: m.Ref, Claim: &household.Claim{IDCS: claim.IDCS, Name: claim.Name, Birth: claim.Birth}, Answers: m.Answers})
		}
		var err error
		if filed, err = s.Household.Declare(t.Context(), officer, fmt.Sprintf("declare-%d", i), d); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, filed
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return fmt.Sprint(err)
}

// everyRow is what a store holds, without what is new after a restore by right:
// whether an event was handed on, and what is sealed of a look that was.
func everyRow(t *testing.T, db *store.DB) []string {
	t.Helper()
	tables, err := db.RowTables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	err = db.View(t.Context(), func(tx *store.Tx) error {
		for _, table := range tables {
			what := "*"
			if table.Name == "outbox" {
				what = "subject_id, event_id, topic, at, body"
			}
			if table.Name == "looked" {
				what = "person, look_id, register, at, recorded_at, operation, kind, purpose, basis, fields, verdict"
			}
			rows, err := tx.Query(t.Context(), "SELECT "+what+" FROM "+table.Name)
			if err != nil {
				return err
			}
			for rows.Next() {
				values, err := rows.Values()
				if err != nil {
					return err
				}
				out = append(out, fmt.Sprintf("%s %v", table.Name, values))
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func execute(t *testing.T, db *store.DB, sql string, args ...any) {
	t.Helper()
	err := db.Do(t.Context(), func(tx *store.Tx) error {
		n, err := tx.Exec(t.Context(), sql, args...)
		if err == nil && n == 0 {
			err = errors.New("the test's own statement wrote nothing")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// copied makes a backup and returns its two folders.
func copied(t *testing.T, s *system.System) (dir, keys string) {
	t.Helper()
	base := t.TempDir()
	dir, keys = filepath.Join(base, "stores"), filepath.Join(base, "keys")
	if _, _, err := s.Backup(t.Context(), dir, keys, "test"); err != nil {
		t.Fatal(err)
	}
	return dir, keys
}

func TestARestoreHoldsEverything(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, _ *clock.Manual) {
		t.Helper()
		s, _ := lived(t, cfg, p)
		want := map[string][]string{}
		for _, name := range system.StoreNames {
			want[name] = everyRow(t, s.Stores[name])
		}
		// As if the agency had been copied a moment before it was told.
		execute(t, s.Stores[system.AgencyStore], `DELETE FROM looked`)
		execute(t, s.Stores[system.SocialStore], `DELETE FROM programme_outcomes`)
		dir, keys := copied(t, s)
		for _, name := range []string{"keys.rows", "key.json"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				t.Errorf("%s lies with the stores", name)
			}
		}
		to := config(t, cfg.Engine)
		report, err := system.Restore(t.Context(), to, p, dir, keys)
		if err != nil {
			t.Fatal(err)
		}
		if report.Keys < 4 || report.Scores != 2 || report.CarriedAgain == 0 {
			t.Errorf("%+v", report)
		}
		r, err := system.Open(t.Context(), to, p)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		for _, name := range system.StoreNames {
			got := everyRow(t, r.Stores[name])
			if name == system.AgencyStore || name == system.SocialStore {
				// Told and decided again; the hour is the same, for the clock stands.
				got, want[name] = without(got, "outbox"), without(want[name], "outbox")
			}
			if !slices.Equal(got, want[name]) {
				t.Errorf("store %s has %d rows, had %d, or other ones", name, len(got), len(want[name]))
			}
		}
		page, _, done, err := r.Household.RecomputeAfter(t.Context(), access.SystemCaller("audit", "law 72-18"), household.Cursor{}, 100)
		if err != nil || !done || len(page) != 2 {
			t.Fatalf("%d scores, %v", len(page), err)
		}
		for _, one := range page {
			if one.Variables != household.Agrees || one.Inputs != household.Agrees {
				t.Errorf("%+v", one)
			}
		}
		// It goes on: a second restore into it is refused.
		if _, err := system.Restore(t.Context(), to, p, dir, keys); codeOf(err) != "store.not_empty" {
			t.Errorf("over a living installation: %v", err)
		}
	})
}

func without(rows []string, tables ...string) []string {
	return slices.DeleteFunc(rows, func(r string) bool {
		return slices.ContainsFunc(tables, func(name string) bool { return strings.HasPrefix(r, name+" ") })
	})
}

// TestWhatARestoreRefuses changes a backup, its keys or its target; nothing is
// made.
func TestWhatARestoreRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, c *clock.Manual) {
		t.Helper()
		s, _ := lived(t, cfg, p)
		base := t.TempDir()
		if _, _, err := s.Backup(t.Context(), filepath.Join(base, "a"), filepath.Join(base, "a", "keys"), "test"); errs.KindOf(err) != errs.Invalid {
			t.Errorf("keys inside the stores' folder: %v", err)
		}
		_, oldKeys := copied(t, s)
		c.Advance(1)
		dir, keys := copied(t, s)
		if _, _, err := s.Backup(t.Context(), dir, filepath.Join(base, "k"), "test"); codeOf(err) != "backup.exists" {
			t.Errorf("over another backup: %v", err)
		}
		to := config(t, cfg.Engine)
		expect := func(what, want string, cfg system.Config, dir, keys string) {
			t.Helper()
			_, err := system.Restore(t.Context(), cfg, p, dir, keys)
			if codeOf(err) != want {
				t.Errorf("%s: %v, not %s", what, err, want)
			}
			if _, err := system.Open(t.Context(), to, p); err == nil {
				t.Errorf("%s: there is an installation", what)
			}
		}
		edit := func(path string, change func([]byte) []byte) (undo func()) {
			old, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(path, change(slices.Clone(old)), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			return func() {
				if err := os.WriteFile(path, old, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		undo := edit(filepath.Join(dir, "manifest.json"), func(b []byte) []byte {
			return []byte(strings.Replace(string(b), `"waiting": `, `"waiting": 1`, 1))
		})
		expect("a changed manifest", "backup.tampered", to, dir, keys)
		undo()
		undo = edit(filepath.Join(dir, "population.rows"), func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
		expect("a changed file", "backup.tampered", to, dir, keys)
		undo()
		undo = edit(filepath.Join(keys, "keys.rows"), func(b []byte) []byte { return b[:len(b)-1] })
		expect("a short file", "backup.tampered", to, dir, keys)
		undo()
		expect("the folders exchanged", "backup.kind", to, keys, keys)
		expect("older keys", "backup.old_keys", to, dir, oldKeys)
		expect("no backup", "backup.no_manifest", to, base, keys)
		other := config(t, cfg.Engine)
		migrated(t, other, p)
		foreign := to
		if foreign.KeyFile = other.KeyFile; foreign.KeyFile == "" {
			foreign.KeyFile = filepath.Join(other.Folder, "key.json")
		}
		expect("another installation's keys", "backup.other_keys", foreign, dir, keys)
		if _, err := system.Restore(t.Context(), to, p, dir, keys); err != nil {
			t.Errorf("what was refused before is restored: %v", err)
		}
	})
}

// TestACutOffRestoreIsNoInstallation fails after the stores were filled, as a
// kill would leave it, and restores again over what is left.
func TestACutOffRestoreIsNoInstallation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, _ *clock.Manual) {
		t.Helper()
		s, _ := lived(t, cfg, p)
		dir, keys := copied(t, s)
		// The backups below lack what the stores' constraints cannot hold.
		execute(t, s.Stores[system.KeyStore], `DELETE FROM data_keys WHERE domain <> $1`, "agency")
		lost, lostKeys := copied(t, s)
		to := config(t, cfg.Engine)
		if _, err := system.Restore(t.Context(), to, p, lost, lostKeys); codeOf(err) != "system.keys_missing" {
			t.Fatalf("persons without keys: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := system.Restore(ctx, to, p, dir, keys); err == nil {
			t.Error("restored though it was given up")
		}
		if _, err := system.Open(t.Context(), to, p); err == nil || cfg.Engine == store.Postgres && codeOf(err) != "store.restoring" {
			t.Errorf("half a restore opens: %v", err)
		}
		if _, err := system.Migrate(t.Context(), to, p, false); cfg.Engine == store.Postgres && codeOf(err) != "store.restoring" {
			t.Errorf("half a restore is migrated: %v", err)
		}
		if cfg.Engine == store.SQLite {
			to = config(t, cfg.Engine) // the line above has made a new one
			if _, err := system.Restore(t.Context(), to, p, lost, lostKeys); codeOf(err) != "system.keys_missing" {
				t.Fatalf("persons without keys: %v", err)
			}
		}
		if _, err := system.Restore(t.Context(), to, p, dir, keys); err != nil {
			t.Fatalf("again: %v", err)
		}
		r, err := system.Open(t.Context(), to, p)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if sound, err := r.CheckAcross(t.Context()); err != nil || sound.Looks == 0 {
			t.Errorf("%+v, %v", sound, err)
		}
		execute(t, r.Stores[system.PopulationStore], `DELETE FROM disclosures`)
		if _, err := r.CheckAcross(t.Context()); codeOf(err) != "system.behind" {
			t.Errorf("looks at acts that were lost: %v", err)
		}
	})
}

// TestARestoreCutOffAtItsVeryEnd leaves marks on some stores only, as a kill
// between two of them would: the same restore ends it, another is refused.
func TestARestoreCutOffAtItsVeryEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, _ *clock.Manual) {
		t.Helper()
		if cfg.Engine == store.SQLite {
			t.Skip("files get their folder's name last") // nothing is there before
		}
		s, _ := lived(t, cfg, p)
		dir, keys := copied(t, s)
		enrolAt(t, s, counter(s), 998, allGoldens(t)[2].Members[0].Birth, allGoldens(t)[2].Members[0].Sex, allGoldens(t)[2].Locality)
		otherDir, otherKeys := copied(t, s)
		to := config(t, cfg.Engine)
		if _, err := system.Restore(t.Context(), to, p, dir, keys); err != nil {
			t.Fatal(err)
		}
		r, err := system.Open(t.Context(), to, p)
		if err != nil {
			t.Fatal(err)
		}
		want := everyRow(t, r.Stores[system.PopulationStore])
		execute(t, r.Stores[system.SocialStore], `INSERT INTO migrations (set_name, number, name, checksum, applied_at) VALUES ('restoring', 0, 'restoring', $1, $2)`, []byte{0}, p.Clock.Now())
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := system.Open(t.Context(), to, p); codeOf(err) != "store.restoring" {
			t.Fatalf("opens: %v", err)
		}
		if _, err := system.Restore(t.Context(), to, p, otherDir, otherKeys); codeOf(err) != "store.not_empty" {
			t.Errorf("another backup: %v", err)
		}
		if _, err := system.Restore(t.Context(), to, p, dir, keys); err != nil {
			t.Fatalf("the same again: %v", err)
		}
		if r, err = system.Open(t.Context(), to, p); err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if got := everyRow(t, r.Stores[system.PopulationStore]); !slices.Equal(got, want) {
			t.Error("what was restored is not what is there")
		}
	})
}
