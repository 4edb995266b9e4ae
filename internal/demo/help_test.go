package demo_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sijil/agency"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/demo"
	"sijil/internal/sample"
	"sijil/internal/store"
	"sijil/internal/synth"
	"sijil/internal/system"
	"sijil/morocco"
	"sijil/population"
)

// land is the reference country, read once.
var land = sync.OnceValues(func() (*country.Country, error) { return country.Open(morocco.Data) })

// modelOf reads what synthetic people of a day are made from.
func modelOf(today civil.Date) (*sample.Model, error) {
	c, err := land()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range []string{"synth.json", "names.csv", "registration.json", "sample.json"} {
		if files[name], err = c.ReadFile(name); err != nil {
			return nil, err
		}
	}
	q, err := c.LoadQuestionnaire()
	if err != nil {
		return nil, err
	}
	g, err := c.LoadGeography()
	if err != nil {
		return nil, err
	}
	in := synth.Inputs{Figures: files["synth.json"], FiguresFile: "synth.json", Names: files["names.csv"], NamesFile: "names.csv", Questionnaire: q, AsOf: today}
	for _, l := range g.Localities {
		if l.To.IsZero() {
			in.Localities = append(in.Localities, synth.Locality{Code: l.Code, Region: l.Region, Stratum: l.Stratum})
		}
	}
	s, err := synth.Load(in)
	if err != nil {
		return nil, err
	}
	rules, err := population.ParseRules("registration.json", files["registration.json"])
	if err != nil {
		return nil, err
	}
	return sample.Load(sample.Inputs{Synth: s, Questionnaire: q, Rules: rules, Data: files["sample.json"], File: "sample.json", Today: today})
}

// now is when the tests' demos begin.
var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// day is the day of now.
var day = civil.MustParse("2026-11-22")

// trial is a demo in a folder of its own.
type trial struct {
	t     *testing.T
	at    string // folder of the stores
	sys   *system.System
	clock *demo.Clock
	kept  demo.State

	mu   sync.Mutex
	told []demo.Progress
}

func newTrial(t *testing.T, households int) *trial {
	t.Helper()
	d := &trial{t: t, kept: demo.State{Country: "xx", Households: households, Seed: 1, Password: "seven green lanterns at noon", Begun: now}}
	d.at = filepath.Join(t.TempDir(), "data")
	d.open()
	t.Cleanup(func() { _ = d.sys.Close() })
	return d
}

// again is the next start of the program.
func (d *trial) again() {
	d.t.Helper()
	if err := d.sys.Close(); err != nil {
		d.t.Fatal(err)
	}
	d.open()
}

func (d *trial) open() {
	d.t.Helper()
	c, err := land()
	if err != nil {
		d.t.Fatal(err)
	}
	d.clock = demo.NewClock(clock.NewManual(now.Add(time.Minute)))
	light := agency.Options{Hash: agency.HashWork{Memory: 1024, Passes: 1, Threads: 1}}
	cfg, parts := system.Config{Engine: store.SQLite, Folder: d.at, Agency: light}, system.Parts{Country: c, Clock: d.clock}
	if _, err := system.Migrate(d.t.Context(), cfg, parts, false); err != nil {
		d.t.Fatal(err)
	}
	if d.sys, err = system.Open(d.t.Context(), cfg, parts); err != nil {
		d.t.Fatal(err)
	}
}

// load loads until told is enough, if that is not nil.
func (d *trial) load(enough func(demo.Progress) bool) (*demo.Loader, error) {
	ctx, cancel := context.WithCancel(d.t.Context())
	defer cancel()
	l := &demo.Loader{
		System: d.sys, Clock: d.clock, Model: modelOf, State: d.kept,
		Keep: func(s demo.State) error {
			d.kept = s
			return nil
		},
		Report: func(p demo.Progress) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.told = append(d.told, p)
			if enough != nil && enough(p) {
				cancel()
			}
		},
	}
	_, err := l.Load(ctx)
	return l, err
}

// count reads a number from a store.
func (d *trial) count(store_, sql string, args ...any) (n int64) {
	d.t.Helper()
	err := d.sys.Stores[store_].View(d.t.Context(), func(tx *store.Tx) error { return tx.QueryRow(d.t.Context(), sql, args...).Scan(&n) })
	if err != nil {
		d.t.Fatal(sql, err)
	}
	return n
}
