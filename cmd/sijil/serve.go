package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"

	"sijil/internal/config"
	"sijil/internal/errs"
	"sijil/internal/observe"
	"sijil/internal/server"
	"sijil/internal/system"
)

// serveCmd runs the service.
type serveCmd struct {
	configFlags

	WorkerOnly bool `name:"worker-only" help:"Carry events and do what falls due; serve no pages. Health and measures stay on the listener of /metrics."`
}

// Run serves until it is told to stop.
func (cmd *serveCmd) Run(c *console) (err error) {
	cfg, _, err := cmd.load(c)
	if err != nil {
		return err
	}
	log, err := observe.NewLog(c.err, cfg.LogLevel)
	if err != nil {
		return err
	}
	s, err := openForService(c, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var registry observe.Registry
	registry.Collect(func(ctx context.Context, out *observe.Samples) { writeMeasures(s.Measure(ctx), out) })
	o := server.Options{
		Metrics: cfg.Metrics, Registry: &registry, Log: log, TrustProxy: cfg.TrustProxy, MaxBody: int64(cfg.MaxBody), Timeout: cfg.Timeout,
		Background: s.Run,
		Health:     func(ctx context.Context) []server.Part { return healthOf(ctx, s, cfg.OutboxLag) },
		Ready: func(pages, metrics net.Addr) {
			if metrics != nil {
				fmt.Fprintf(c.out, "sijil: measures on http://%s/metrics\n", metrics)
			}
			if pages != nil {
				fmt.Fprintf(c.out, "sijil: ready on http://%s\n", pages)
			} else {
				fmt.Fprintln(c.out, "sijil: ready, without pages")
			}
		},
	}
	if !cmd.WorkerOnly {
		o.Listen = cfg.Listen
		if o.Handler, err = newWeb(s, log, nil); err != nil {
			return err
		}
	}
	return server.Run(c.ctx, o)
}

// openForService opens an installation, and refuses one nobody could look
// after. What System.Open refuses, it says how to mend.
func openForService(c *console, cfg config.Config, log *slog.Logger) (*system.System, error) {
	where, err := systemConfig(cfg)
	if err != nil {
		return nil, err
	}
	land, err := c.openCountry()
	if err != nil {
		return nil, err
	}
	s, err := system.Open(c.ctx, where, system.Parts{Country: land, Log: log})
	if err != nil {
		return nil, err
	}
	there, err := s.Agency.HasAdministrator(c.ctx)
	if err == nil && !there {
		err = &errs.Error{Kind: errs.Conflict, Code: "serve.no_administrator", What: "there is no administrator, so nobody could look after this installation",
			Fix: "make one: sijil admin create, with the same flags or configuration"}
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// writeMeasures writes the figures of an installation as measures.
func writeMeasures(m system.Measures, out *observe.Samples) {
	for _, st := range m.Stores {
		out.Counter("sijil_store_transactions_total", "Transactions begun on a store, those that read included.", float64(st.Stats.Transactions), "store", st.Name)
		out.Counter("sijil_store_retries_total", "Attempts of transactions after the first.", float64(st.Stats.Retries), "store", st.Name)
		out.Counter("sijil_store_failures_total", "Transactions a store could not do.", float64(st.Stats.Failures), "store", st.Name)
		up := 1.0
		if st.Err != nil {
			up = 0
		}
		out.Gauge("sijil_store_up", "Whether the store answered when it was asked for these measures.", up, "store", st.Name)
		if st.Err != nil {
			continue // missing is not zero
		}
		out.Gauge("sijil_outbox_waiting", "Events that wait to be carried.", float64(st.Outbox.Waiting), "store", st.Name)
		out.Gauge("sijil_outbox_parked", "Events that failed too often and wait for a person.", float64(st.Outbox.Parked), "store", st.Name)
		out.Gauge("sijil_outbox_kept", "Events kept for a reader to come, counted up to a million.", float64(st.Outbox.Kept), "store", st.Name)
		out.Gauge("sijil_outbox_lag_seconds", "Age of the oldest event that has not been tried.", st.Outbox.Lag.Seconds(), "store", st.Name)
		out.Gauge("sijil_jobs_waiting", "Jobs that wait.", float64(st.Jobs.Waiting), "store", st.Name)
		out.Gauge("sijil_jobs_held", "Jobs at work.", float64(st.Jobs.Held), "store", st.Name)
		out.Gauge("sijil_jobs_parked", "Jobs that failed too often and wait for a person.", float64(st.Jobs.Parked), "store", st.Name)
	}
	for domain, n := range m.Spare {
		out.Gauge("sijil_keys_spare", "Data keys made ahead.", float64(n), "domain", string(domain))
	}
	if m.Slowed == nil {
		out.Gauge("sijil_logins_slowed", "Names or devices that failed to log in so often that they have to wait.", float64(m.SlowedLogins))
	}
}
