package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/demo"
	"sijil/internal/errs"
	"sijil/internal/i18n"
	"sijil/internal/sample"
	"sijil/internal/store"
	"sijil/internal/system"
	"sijil/portal"
)

// demoCmd makes an installation with a synthetic sample and serves it.
type demoCmd struct {
	Data       string `help:"Folder of the demo; the same folder goes on where it was. Default: one in the user's cache." placeholder:"DIR" type:"path"`
	Addr       string `help:"Where to answer; port 0 takes a free one." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Households int    `help:"How many households the sample has. Default: what the folder has, or 500." placeholder:"N"`
	Seed       uint64 `help:"Same seed, same households. Default: what the folder has, or 1." placeholder:"S"`
	Lang       string `help:"Language of the addresses that are printed. Default: the country's first." placeholder:"CODE"`
	Anybody    bool   `help:"Answer on an address that others can reach, too: whoever reads the terminal's password may sign in."`
}

const (
	demoHouseholds = 500
	demoMost       = 1_000_000 // households: more than a folder on one disk should get by mistake
	demoSeed       = 1
)

// Run makes what is missing and serves until it is told to stop.
func (cmd *demoCmd) Run(c *console) (err error) {
	if cmd.Households < 0 || cmd.Households > demoMost {
		return usageError(fmt.Sprintf("--households: from 1 to %d", demoMost))
	}
	if err := cmd.near(); err != nil {
		return err
	}
	land, err := c.openCountry()
	if err != nil {
		return err
	}
	if err := cmd.language(land); err != nil {
		return err
	}
	d, err := cmd.open(c, land)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.folder.Close()) }()
	return d.serve()
}

// near refuses an address that others can reach, unless it was asked for.
func (cmd *demoCmd) near() error {
	host, _, err := net.SplitHostPort(cmd.Addr)
	if err != nil {
		return usageError("--addr: write an address and a port, such as 127.0.0.1:8080")
	}
	ip, err := netip.ParseAddr(host)
	if host == "localhost" || err == nil && ip.IsLoopback() || cmd.Anybody {
		return nil
	}
	return usageError("--addr: a demo answers on this machine only, such as 127.0.0.1:8080; --anybody lets others reach it")
}

func (cmd *demoCmd) language(land *country.Country) error {
	written := i18n.Written(land.Languages)
	if len(written) == 0 {
		return &errs.Error{Kind: errs.Invalid, What: "there are no pages in a language of this country", Fix: "see docs/portal.md"}
	}
	if cmd.Lang == "" {
		cmd.Lang = written[0]
	}
	if slices.Contains(written, cmd.Lang) {
		return nil
	}
	return usageError(fmt.Sprintf("--lang: one of %v", written))
}

// demonstration is a demo at work.
type demonstration struct {
	cmd    *demoCmd
	c      *console
	land   *country.Country
	folder *demo.Folder
	state  demo.State
	models func(civil.Date) (*sample.Model, error)
	began  time.Time

	show *portal.Progress
	base string // address that is printed
}

// open takes the folder and reads what is in it. Whatever is wrong with it is
// found before anything is made.
func (cmd *demoCmd) open(c *console, land *country.Country) (*demonstration, error) {
	d := &demonstration{cmd: cmd, c: c, land: land, began: time.Now(), models: func(day civil.Date) (*sample.Model, error) { return loadSampleOf(land, day) }}
	path := cmd.Data
	if path == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, usageError("--data: name the folder of the demo")
		}
		path = filepath.Join(cache, "sijil", "demo-"+land.Code)
	}
	if _, err := d.models(clock.Today(clock.System{}, land.Zone)); err != nil { // before a folder is made
		return nil, err
	}
	folder, state, err := demo.OpenFolder(path)
	if err != nil {
		return nil, err
	}
	d.folder = folder
	if state != nil {
		d.state = *state
		err = cmd.fits(state, land, path)
	} else {
		err = d.begin()
	}
	if err == nil && !d.state.Loaded {
		err = d.sameSample()
	}
	if err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	return d, nil
}

// begin makes the state of a new demo. It is kept when the address is known to
// be free.
func (d *demonstration) begin() error {
	password, err := demo.NewPassword(rand.Reader)
	if err != nil {
		return err
	}
	d.state = demo.State{Country: d.land.Code, Households: d.cmd.Households, Seed: d.cmd.Seed, Password: password, Begun: time.Now().UTC().Truncate(time.Second)}
	if d.state.Households == 0 {
		d.state.Households = demoHouseholds
	}
	if d.state.Seed == 0 {
		d.state.Seed = demoSeed
	}
	return nil
}

// fits refuses a folder of another demo.
func (cmd *demoCmd) fits(s *demo.State, land *country.Country, path string) error {
	other := func(what string) error {
		return &errs.Error{Kind: errs.Conflict, Code: "demo.other", File: path, What: "the demo in this folder is " + what, Fix: "name a new folder with --data, or leave the flag out"}
	}
	switch {
	case s.Country != land.Code:
		return other("of another country")
	case cmd.Households != 0 && cmd.Households != s.Households:
		return other(fmt.Sprintf("one of %d households", s.Households))
	case cmd.Seed != 0 && cmd.Seed != s.Seed:
		return other(fmt.Sprintf("one of seed %d", s.Seed))
	}
	return nil
}

// sameSample refuses to go on with a sample that this program makes otherwise
// than the one that began.
func (d *demonstration) sameSample() error {
	model, err := d.models(clock.Today(clock.NewManual(d.state.Begun), d.land.Zone))
	if err != nil {
		return err
	}
	sum, err := demo.Fingerprint(model, d.state.Seed)
	if err != nil {
		return err
	}
	if d.state.Sample != "" && d.state.Sample != sum {
		return &errs.Error{Kind: errs.Conflict, Code: "demo.version", File: d.folder.Path, What: "another version of the program began this demo, and its sample is not this one's",
			Fix: "name a new folder with --data, or delete this one: nobody in it exists"}
	}
	d.state.Sample = sum
	return nil
}

// load makes the stores, and puts through the registers what is left of the
// sample.
func (d *demonstration) load(ctx context.Context, shared *demo.Clock) (*system.System, error) {
	if err := d.folder.Keep(d.state); err != nil {
		return nil, err
	}
	cfg := system.Config{Engine: store.SQLite, Folder: d.folder.Path}
	parts := system.Parts{Country: d.land, Clock: shared}
	if !d.state.Loaded {
		if _, err := system.Migrate(ctx, cfg, parts, false); err != nil {
			return nil, d.refused(err)
		}
	}
	s, err := system.Open(ctx, cfg, parts)
	if err != nil {
		return nil, d.refused(err)
	}
	if d.state.Loaded {
		return s, nil
	}
	bar := newProgress(d.c.err, "households", d.state.Households)
	l := &demo.Loader{System: s, Clock: shared, Model: d.models, State: d.state, Keep: d.folder.Keep, Report: func(p demo.Progress) {
		d.show.Set(portal.Loading{Step: p.Stage, Done: p.Done, Of: p.Of, Elapsed: time.Since(d.began)})
		bar.at(p.Done)
	}}
	d.state, err = l.Load(ctx)
	bar.end()
	if err != nil {
		d.show.Set(portal.Loading{Step: demo.StageHouseholds, Of: d.state.Households, Elapsed: time.Since(d.began), Failed: true})
		return nil, errors.Join(err, s.Close())
	}
	debug.FreeOSMemory() // what loading took is not needed again
	return s, nil
}

// refused says of stores that this program does not open what can be done in a
// demo: nothing in it is worth keeping.
func (d *demonstration) refused(err error) error {
	if errs.KindOf(err) != errs.Conflict {
		return err
	}
	return &errs.Error{Kind: errs.Conflict, Code: "demo.version", File: d.folder.Path, What: "another version of the program made this demo: " + err.Error(),
		Fix: "name a new folder with --data, or delete this one: nobody in it exists"}
}
