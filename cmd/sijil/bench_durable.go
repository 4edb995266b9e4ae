package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sijil/internal/pgtemp"
	"sijil/internal/store"
	"sijil/internal/system"
)

// durableFlags are what the benches of acts that reach the disk have in common.
type durableFlags struct {
	Size    int    `help:"People enrolled before the measurement." default:"100000" placeholder:"N"`
	Acts    int    `help:"Acts that are measured." default:"10000" placeholder:"N"`
	Clients int    `help:"Clients that act at the same time." default:"8" placeholder:"N"`
	Store   string `enum:"sqlite,postgres" default:"sqlite" help:"Where the stores are: files, or a PostgreSQL server of its own (${enum})."`
	Data    string `help:"Folder to make the stores in; they are removed afterwards. Default: the system's for temporary files." placeholder:"DIR" type:"path"`
	JSON    bool   `help:"Print one JSON object."`
}

func (f *durableFlags) check() error {
	if f.Size < 0 || f.Acts < 1 || f.Clients < 1 || f.Clients > 256 {
		return usageError("--size from 0, --acts from 1, --clients from 1 to 256")
	}
	return nil
}

// durable is an installation made for a measurement, on a disk that is told to
// keep everything.
type durable struct {
	sys    *system.System
	folder string
	server *pgtemp.Server
}

func (f *durableFlags) install(c *console) (*durable, error) {
	land, err := c.openCountry()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(f.Data, "sijil-bench-")
	if err != nil {
		return nil, err
	}
	d := &durable{folder: folder}
	cfg := system.Config{Engine: store.SQLite, Folder: filepath.Join(folder, "data"), KeyFile: filepath.Join(folder, "key.json")}
	if f.Store == store.Postgres.String() {
		d.server, err = pgtemp.Start(c.ctx, pgtemp.Options{Durable: true, Dir: f.Data, Settings: []string{
			"shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=15min", "wal_compression=on",
		}})
		if err != nil {
			return nil, errors.Join(err, d.remove())
		}
		cfg.Engine, cfg.DSN = store.Postgres, map[string]string{}
		for _, name := range system.StoreNames {
			cfg.DSN[name] = d.server.DSN()
		}
	}
	parts := system.Parts{Country: land}
	if _, err := system.Migrate(c.ctx, cfg, parts, false); err != nil {
		return nil, errors.Join(err, d.remove())
	}
	if d.sys, err = system.Open(c.ctx, cfg, parts); err != nil {
		return nil, errors.Join(err, d.remove())
	}
	return d, nil
}

// remove ends the installation and leaves nothing behind.
func (d *durable) remove() error {
	var all []error
	if d.sys != nil {
		all = append(all, d.sys.Close())
	}
	if d.server != nil {
		all = append(all, d.server.Stop())
	}
	return errors.Join(append(all, os.RemoveAll(d.folder))...)
}

// measured are the latencies of acts done at the same time.
type measured struct {
	acts     int
	seconds  float64
	p50, p99 float64 // milliseconds: the median, and what 99 of 100 stay under
}

// act is one act, and how long the service took for it.
type act func(context.Context) (time.Duration, error)

// measure does acts with several clients until next says io.EOF or there are
// enough. next is called by one client at a time.
func measure(ctx context.Context, clients, acts int, next func() (act, error)) (measured, error) {
	var (
		mu      sync.Mutex
		wg      sync.WaitGroup
		started int
		failed  atomic.Pointer[error]
		took    = make([][]time.Duration, clients)
		deal    = func() (act, error) {
			mu.Lock()
			defer mu.Unlock()
			if started == acts || failed.Load() != nil {
				return nil, io.EOF
			}
			started++
			return next()
		}
	)
	start := time.Now()
	for i := range clients {
		wg.Go(func() {
			for {
				do, err := deal()
				if errors.Is(err, io.EOF) {
					return
				}
				var d time.Duration
				if err == nil {
					d, err = do(ctx)
				}
				if err != nil {
					failed.CompareAndSwap(nil, &err)
					return
				}
				took[i] = append(took[i], d)
			}
		})
	}
	wg.Wait()
	m := measured{seconds: time.Since(start).Seconds()}
	if err := failed.Load(); err != nil {
		return m, *err
	}
	all := slices.Concat(took...)
	if len(all) == 0 {
		return m, errors.New("nothing was measured")
	}
	slices.Sort(all)
	m.acts = len(all)
	m.p50, m.p99 = quantile(all, .5), quantile(all, .99)
	return m, nil
}

// quantile is the nearest-rank quantile of sorted durations, in milliseconds.
func quantile(sorted []time.Duration, q float64) float64 {
	at := max(int(math.Ceil(q*float64(len(sorted))))-1, 0)
	return float64(sorted[at].Microseconds()) / 1000
}

// fsyncRate writes blocks of a file one after the other, each made durable
// before the next, for a second: what the disk allows a single writer.
func fsyncRate(folder string) (rate float64, err error) {
	f, err := os.Create(filepath.Join(folder, "fsync"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	block := make([]byte, 4096)
	n, start := 0, time.Now()
	for time.Since(start) < time.Second {
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		n++
	}
	return float64(n) / time.Since(start).Seconds(), nil
}

// printDurable prints a report for people.
func printDurable(c *console, what string, before int, m measured, fsyncs float64) {
	fmt.Fprintf(c.out, "%d people enrolled before; %d %s in %.1f s\n", before, m.acts, what, m.seconds)
	fmt.Fprintf(c.out, "  %8.0f a second, durable; half within %.1f ms, 99 of 100 within %.1f ms\n", float64(m.acts)/m.seconds, m.p50, m.p99)
	fmt.Fprintf(c.out, "  %8.0f fsyncs a second, one writer, on the same disk\n", fsyncs)
}
