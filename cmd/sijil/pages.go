package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"sijil/access"
	"sijil/api"
	"sijil/formula"
	"sijil/household"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/system"
	"sijil/population"
	"sijil/portal"
	"sijil/seal"
)

// portalOf is what the pages of a country are made of, without registers.
func portalOf(land *country.Country) (portal.Config, error) {
	scorer, err := newScorer(land, "", true)
	if err != nil {
		return portal.Config{}, err
	}
	programmes, err := land.LoadProgrammes()
	if err != nil {
		return portal.Config{}, err
	}
	return portal.Config{Country: land, Scorer: scorer, Programmes: programmes, Clock: clock.System{}}, nil
}

// newPortal makes the pages of the country of the command line.
func newPortal(c *console) (*portal.Portal, error) {
	land, err := c.openCountry()
	if err != nil {
		return nil, err
	}
	cfg, err := portalOf(land)
	if err != nil {
		return nil, err
	}
	return portal.New(cfg)
}

// newWeb makes all that an installation answers over HTTP but health: pages
// for everybody and for people at work, and the API for programs. change, if
// not nil, sees the configuration of the pages before they are made.
func newWeb(s *system.System, log *slog.Logger, change func(*portal.Config)) (http.Handler, error) {
	cfg, err := portalOf(s.Parts.Country)
	if err != nil {
		return nil, err
	}
	counts := registers{s}
	cfg.Work = &portal.Work{Staff: s.Agency, Households: s.Household, Outcomes: s.Programmes, Figures: counts}
	cfg.Failed = func(err error) { log.Error("a page failed", slog.String("error", err.Error())) }
	if change != nil {
		change(&cfg)
	}
	pages, err := portal.New(cfg)
	if err != nil {
		return nil, err
	}
	programs, err := api.New(api.Config{
		Agency: s.Agency, Population: s.Population, Household: s.Household, Programmes: s.Programmes, Linker: s, Sealer: s.Vaults[seal.Agency],
		Country: cfg.Country, Scorer: cfg.Scorer, Clock: s.Parts.Clock, Log: log,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	for _, pattern := range api.Patterns() {
		mux.Handle(pattern, programs)
	}
	return mux, nil
}

// registers ask the registers as the program itself, for pages that show
// figures, and for a demonstration's examples.
type registers struct{ s *system.System }

func figuresJob() access.Caller {
	return access.SystemCaller("figures", "figures that name nobody")
}

// Persons counts persons.
func (r registers) Persons(ctx context.Context, months []time.Time) (*population.Tally, error) {
	return r.s.Population.Tally(ctx, figuresJob(), months)
}

// Households counts households.
func (r registers) Households(ctx context.Context, q household.TallyRequest) (*household.Tally, error) {
	return r.s.Household.Tally(ctx, figuresJob(), q)
}

// Examples picks households of a demonstration.
func (r registers) Examples(ctx context.Context, limits []formula.Index) ([]household.Example, error) {
	return r.s.Household.Examples(ctx, figuresJob(), limits)
}
