package system

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"sijil/access"
	"sijil/internal/clock"
	"sijil/internal/outbox"
	"sijil/internal/store"
	"sijil/population"
)

// relays carry events from each store to whom they concern. Looks have a relay
// of their own, so that nothing else holds them up.
func (s *System) relays() []*outbox.Relay {
	relay := func(name string, handlers map[string]outbox.Handler) *outbox.Relay {
		return outbox.NewRelay(store.Outbox{DB: s.Stores[name]}, s.Parts.Clock, handlers)
	}
	return []*outbox.Relay{
		relay(PopulationStore, map[string]outbox.Handler{topicPersonLooked: s.personLooked}),
		relay(PopulationStore, map[string]outbox.Handler{population.TopicCorrected: s.CorrectedPerson}),
		relay(SocialStore, map[string]outbox.Handler{topicHouseholdLooked: s.householdLooked}),
		relay(SocialStore, maps.Clone(s.SocialEvents())),
	}
}

// choresEvery is how often what falls due is looked for, in real time.
const choresEvery = time.Minute

// Run works in the background until the context ends: it carries events, and
// does what falls due. What fails is tried again.
func (s *System) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, r := range s.relays() {
		wg.Go(func() { r.Run(ctx, s.report) })
	}
	wg.Go(func() {
		for ctx.Err() == nil {
			if err := s.Chores(ctx); err != nil && ctx.Err() == nil {
				s.report(err)
			}
			_ = clock.Wait(ctx, choresEvery) // the loop looks at the context
		}
	})
	wg.Wait()
}

func (s *System) report(err error) {
	s.Parts.Log.Error("work in the background failed; it is tried again", slog.String("error", err.Error()))
}

// Settle carries events until none is left that can be handled now.
func (s *System) Settle(ctx context.Context) error {
	for again := true; again; {
		again = false
		for _, r := range s.relays() {
			sweep, err := r.Step(ctx)
			if err != nil {
				return err
			}
			again = again || sweep.Handled > 0
		}
	}
	return nil
}

// How long what is no longer needed is kept.
const (
	keepKeys     = 30 * 24 * time.Hour // idempotency keys
	keepSessions = 90 * 24 * time.Hour
	choreBatch   = 500
)

// Chores does what has fallen due: adults who did not answer are counted,
// refused enrolments and what is out of date are removed.
func (s *System) Chores(ctx context.Context) error {
	for {
		n, err := s.Household.CountDue(ctx, socialJob(), choreBatch)
		if err != nil {
			return err
		}
		if n < choreBatch {
			break
		}
	}
	if err := s.Agency.Tidy(ctx, access.SystemCaller("tidy", "-"), keepSessions); err != nil {
		return err
	}
	before := s.Parts.Clock.Now().Add(-keepKeys)
	for _, name := range StoreNames {
		for {
			n, err := s.Stores[name].ForgetKeys(ctx, before, choreBatch)
			if err != nil {
				return err
			}
			if n < choreBatch {
				break
			}
		}
	}
	return nil
}
