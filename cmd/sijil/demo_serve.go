package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"sijil/household"
	"sijil/internal/clock"
	"sijil/internal/demo"
	"sijil/internal/errs"
	"sijil/internal/observe"
	"sijil/internal/server"
	"sijil/internal/system"
	"sijil/portal"
)

// serve answers with how far loading is, loads, and then serves what was loaded.
func (d *demonstration) serve() error {
	log, err := observe.NewLog(d.c.err, "error")
	if err != nil {
		return err
	}
	frame, err := portalOf(d.land)
	if err != nil {
		return err
	}
	frame.Demo = true
	pages, err := portal.New(frame)
	if err != nil {
		return err
	}
	d.show = portal.NewProgress(pages)
	ctx, stop := context.WithCancelCause(d.c.ctx)
	defer stop(nil)
	w := &demoWork{d: d, log: log, stop: stop}
	err = server.Run(ctx, server.Options{
		Listen: d.cmd.Addr, Handler: d.show, Log: log, Health: w.health,
		Ready:      func(at, _ net.Addr) { d.answers(at) },
		Background: w.run,
	})
	if s := w.system(); s != nil {
		err = errors.Join(err, s.Close())
	}
	if fault := context.Cause(ctx); d.c.ctx.Err() == nil && fault != nil {
		return fault
	}
	if err == nil && !d.state.Loaded {
		return d.c.ctx.Err() // told to stop half-way: the same command goes on
	}
	return err
}

// answers is called once the address is taken, before anything is made.
func (d *demonstration) answers(at net.Addr) {
	d.base = "http://" + at.String()
	fmt.Fprintf(d.c.out, "sijil: the demo is in %s\n", d.folder.Path)
	if !d.state.Loaded {
		what := "puts"
		if d.state.Reached > 0 {
			what = "goes on putting"
		}
		fmt.Fprintf(d.c.out, "sijil: %s %d households through the registers; %s shows how far it is\n", what, d.state.Households, d.base)
	}
}

// demoWork is what goes on behind the pages.
type demoWork struct {
	d    *demonstration
	log  *slog.Logger
	stop context.CancelCauseFunc

	mu  sync.Mutex
	sys *system.System
}

// system is nil while the sample is loaded.
func (w *demoWork) system() *system.System {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sys
}

// run loads, hands the address to the pages of what was loaded, and works in
// the background like any service.
func (w *demoWork) run(ctx context.Context) {
	s, err := w.d.load(ctx, demo.NewClock(clock.System{}))
	if err != nil {
		w.stop(err)
		return
	}
	w.mu.Lock()
	w.sys = s
	w.mu.Unlock()
	handler, err := newWeb(s, w.log, w.d.demoPages)
	if err != nil {
		w.stop(err)
		return
	}
	w.d.show.Finish(handler)
	w.d.print(w.d.c.out)
	s.Run(ctx)
}

// demoPages tells the pages who may sign in.
func (d *demonstration) demoPages(cfg *portal.Config) {
	cfg.Demo = true
	cfg.Work.Password = d.state.Password
	if samples, ok := cfg.Work.Figures.(portal.Samples); ok {
		cfg.Work.Samples = samples
	}
	for _, a := range demo.Accounts {
		cfg.Work.SignIns = append(cfg.Work.SignIns, portal.SignIn{Login: a.Login, Role: a.Role})
	}
}

// health is that of the stores once there are any.
func (w *demoWork) health(ctx context.Context) []server.Part {
	s := w.system()
	if s == nil {
		return []server.Part{{Name: "sample", Err: &errs.Error{Kind: errs.Unavailable, Code: "demo.loading", What: "the sample is being put through the registers"}}}
	}
	return healthOf(ctx, s, demoLag)
}

// demoLag is how long an event may wait.
const demoLag = time.Minute

// print says where to look and who to sign in as. The last line is what
// scripts wait for.
func (d *demonstration) print(w io.Writer) {
	at := func(path string) string { return d.base + "/" + d.cmd.Lang + path }
	logins := make([]string, len(demo.Accounts))
	for i, a := range demo.Accounts {
		logins[i] = a.Login
	}
	fmt.Fprintln(w)
	for _, line := range [][2]string{
		{at("/"), "what it is, for everybody"},
		{at("/simulator"), "the index of a household, answer by answer"},
		{at("/signin"), "for people at work: households (officer), figures (planner)"},
		{d.base + "/api", "for programs; the document is /openapi.json"},
	} {
		fmt.Fprintf(w, "  %-36s  %s\n", line[0], line[1])
	}
	fmt.Fprintf(w, "\nSign in as one of: %s\n", strings.Join(logins, ", "))
	fmt.Fprintf(w, "Password of each:  %s\n", d.state.Password)
	for _, what := range []struct{ shows, text string }{
		{demo.ShowsAgain, "declared twice"}, {demo.ShowsCustody, "its child is claimed by another household"},
		{demo.ShowsCorrection, "a birth date was corrected"}, {demo.ShowsAwaiting, "witnesses await a second officer"},
	} {
		for _, x := range slices.Backward(d.state.Examples) {
			if x.Shows == what.shows {
				fmt.Fprintf(w, "Household %s: %s\n", household.Code(x.Code), what.text)
				break
			}
		}
	}
	fmt.Fprintf(w, "\nCtrl-C ends it; the same command shows the same households again. Nobody in it exists.\nsijil: ready on %s\n", d.base)
}

// healthOf are the parts of an installation, for the server.
func healthOf(ctx context.Context, s *system.System, lag time.Duration) []server.Part {
	var out []server.Part
	for _, h := range s.Health(ctx, lag) {
		out = append(out, server.Part{Name: h.Part, Err: h.Err})
	}
	return out
}
