package system_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/system"
	"sijil/morocco"
)

// quick is little work for a password: tests make many.
var quick = agency.HashWork{Memory: 64, Passes: 1, Threads: 1}

func land(t testing.TB) *country.Country {
	t.Helper()
	c, err := country.Open(morocco.Data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// each runs a test on an installation of each engine that was migrated.
func each(t *testing.T, fn func(t *testing.T, cfg system.Config, p system.Parts, c *clock.Manual)) {
	t.Helper()
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(e.String(), func(t *testing.T) {
			t.Parallel()
			c := clock.NewManual(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
			p := system.Parts{Country: land(t), Clock: c}
			fn(t, config(t, e), p, c)
		})
	}
}

// place is where an installation is tried.
type place struct {
	t     *testing.T
	cfg   system.Config
	parts system.Parts
	clock *clock.Manual
}

// everywhere is each for tests that take the place.
func everywhere(t *testing.T, fn func(at place)) {
	t.Helper()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, c *clock.Manual) {
		t.Helper()
		fn(place{t, cfg, p, c})
	})
}

func config(t *testing.T, e store.Engine) system.Config {
	t.Helper()
	cfg := system.Config{Engine: e, Folder: filepath.Join(t.TempDir(), "data"), Agency: agency.Options{Hash: quick}}
	if e == store.Postgres {
		one := storetest.Config(t, e)
		cfg.DSN = map[string]string{}
		for _, name := range system.StoreNames {
			cfg.DSN[name] = one.DSN
		}
		cfg.Schema, cfg.Conns = one.Schema, 4
		cfg.KeyFile = filepath.Join(cfg.Folder, "key.json")
		if err := os.MkdirAll(cfg.Folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return cfg
}

func migrated(t *testing.T, cfg system.Config, p system.Parts) *system.System {
	t.Helper()
	if _, err := system.Migrate(t.Context(), cfg, p, false); err != nil {
		t.Fatal(err)
	}
	s, err := system.Open(t.Context(), cfg, p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestMigrateTwice(t *testing.T) {
	t.Parallel()
	everywhere(t, func(at place) {
		t, cfg, p := at.t, at.cfg, at.parts
		planned, err := system.Migrate(t.Context(), cfg, p, true)
		if err != nil {
			t.Fatal(err)
		}
		again, err := system.Migrate(t.Context(), cfg, p, true)
		if err != nil || len(again) != len(planned) || len(planned) < 5 {
			t.Fatalf("a dry run changed something: %d then %d, %v", len(planned), len(again), err)
		}
		if _, err := system.Open(t.Context(), cfg, p); errs.KindOf(err) != errs.NotFound && errs.KindOf(err) != errs.Conflict {
			t.Fatalf("opened before it was made: %v", err)
		}
		did, err := system.Migrate(t.Context(), cfg, p, false)
		if err != nil || len(did) != len(planned)+1 { // the purposes
			t.Fatalf("did %v, planned %v, %v", did, planned, err)
		}
		did, err = system.Migrate(t.Context(), cfg, p, false)
		if err != nil || len(did) != 0 {
			t.Fatalf("the second time: %v, %v", did, err)
		}
		s, err := system.Open(t.Context(), cfg, p)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		first, err := s.Agency.FirstAdministrator(t.Context(), access.SystemCaller("setup", "-"),
			agency.NewStaff{Name: "Invented Person", Login: "root.one", Password: "seven green lanterns at noon", Areas: []string{access.AnyArea}}, "")
		if err != nil || first.Ref == "" {
			t.Fatal(err)
		}
		if _, err := s.Agency.Login(t.Context(), agency.Login{Login: "Root.One", Password: "seven green lanterns at noon"}); err != nil {
			t.Fatal(err)
		}
	})
}
