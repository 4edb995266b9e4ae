package system

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"sijil/access"
	"sijil/internal/clock"
	"sijil/internal/outbox"
	"sijil/internal/store"
	"sijil/population"
)

// carried are handlers of one store's topics, which one relay works on.
type carried struct {
	store    string
	handlers map[string]outbox.Handler
}

// carriers are all readers of events. Looks have a relay of their own, so that
// nothing else holds them up.
func (s *System) carriers() []carried {
	return []carried{
		{PopulationStore, map[string]outbox.Handler{topicPersonLooked: s.personLooked}},
		{PopulationStore, map[string]outbox.Handler{population.TopicCorrected: s.CorrectedPerson, population.TopicRelated: s.RelatedPerson}},
		{PopulationStore, map[string]outbox.Handler{population.TopicAlike: s.alikePerson}},
		{PopulationStore, s.mergedHandlers()},
		{SocialStore, map[string]outbox.Handler{topicHouseholdLooked: s.householdLooked}},
		{SocialStore, s.SocialEvents()},
	}
}

// relays carry events from each store to whom they concern.
func (s *System) relays() []*outbox.Relay {
	var out []*outbox.Relay
	for _, c := range s.carriers() {
		out = append(out, outbox.NewRelay(store.Outbox{DB: s.Stores[c.store]}, s.Parts.Clock, c.handlers))
	}
	return out
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
	keepEvents   = 30 * 24 * time.Hour // of the outbox, after they were handed on
	keepSessions = 90 * 24 * time.Hour
	choreBatch   = 500
)

// Chores does what has fallen due: adults who did not answer are counted,
// rival claims to children looked at again, keys of discarded drafts ended,
// refused enrolments whose time has ended are erased, checks that were cut off
// are finished, and what is out of date is removed.
func (s *System) Chores(ctx context.Context) error {
	now := s.Parts.Clock.Now()
	chores := []func(limit int) (int, error){
		func(limit int) (int, error) { return s.Household.CountDue(ctx, socialJob(), limit) },
		func(limit int) (int, error) { return s.Household.LookAgain(ctx, socialJob(), limit) },
		func(limit int) (int, error) { return s.Household.EndKeys(ctx, socialJob(), limit) },
		func(limit int) (int, error) {
			return s.Population.EraseRefused(ctx, access.SystemCaller("erase", "-"), limit)
		},
		func(limit int) (int, error) {
			return s.Population.FinishChecks(ctx, access.SystemCaller("enrolment", "-"), limit)
		},
		func(limit int) (int, error) {
			return s.Population.Escalate(ctx, access.SystemCaller("judgement", "-"), limit)
		},
	}
	for _, name := range StoreNames {
		chores = append(chores, func(limit int) (int, error) {
			n, err := s.Stores[name].ForgetKeys(ctx, now.Add(-keepKeys), limit)
			return int(n), err
		}, func(limit int) (int, error) {
			return store.Outbox{DB: s.Stores[name]}.Forget(ctx, now.Add(-keepEvents), limit)
		})
	}
	var failed []error // one chore holds up no other
	for _, chore := range chores {
		for n := choreBatch; n == choreBatch; {
			var err error
			if n, err = chore(choreBatch); err != nil {
				failed = append(failed, err)
				break
			}
		}
	}
	failed = append(failed, s.Agency.Tidy(ctx, access.SystemCaller("tidy", "-"), keepSessions))
	return errors.Join(failed...)
}
