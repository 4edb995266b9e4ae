package system

import (
	"context"
	"errors"
	"time"

	"sijil/internal/errs"
	"sijil/internal/jobs"
	"sijil/internal/store"
	"sijil/seal"
)

// Health is whether one part of an installation works.
type Health struct {
	Part string // "store keys", "schema keys", "keeper", "outbox population"
	Err  error  // nil when it works
}

// Health looks at every part: whether each store answers, whether its schema is
// one this program can serve, whether the keeper wraps and unwraps, and whether
// events wait longer than lag in an outbox.
//
// A schema that a newer program has extended since this one was started is
// healthy: migrations only add to what the version before reads, so that both
// serve beside each other while one replaces the other. Open refuses it, so
// that an older program is not started anew by mistake.
func (s *System) Health(ctx context.Context, lag time.Duration) []Health {
	var out []Health
	say := func(part string, err error) { out = append(out, Health{Part: part, Err: err}) }
	for _, name := range StoreNames {
		db := s.Stores[name]
		err := db.View(ctx, func(tx *store.Tx) error {
			var one int64
			return tx.QueryRow(ctx, `SELECT count(*) FROM migrations`).Scan(&one)
		})
		say("store "+name, err)
		if err != nil {
			continue // the rest would say the same
		}
		err = db.CheckSchema(ctx, sets(name))
		if e, ok := errors.AsType[*errs.Error](err); ok && e.Code == "store.migration_unknown" {
			err = nil
		}
		say("schema "+name, err)
		say("outbox "+name, s.onTime(ctx, name, lag))
	}
	say("keeper", s.keeperWorks(ctx))
	return out
}

// Carriage is what waits to be carried out of a store's outbox.
type Carriage struct {
	Waiting, Parked int64
	Lag             time.Duration // age of the oldest event that nothing but time keeps waiting
	Kept            int64         // events that nobody reads yet, at most mostKept: they are late for nobody
}

// carriage counts. An event that failed, and those of the same subject behind
// it, wait for its next try or for a person: they count, and are not late.
func (s *System) carriage(ctx context.Context, name string) (c Carriage, err error) {
	topics := s.Topics(name)
	if c.Kept, err = s.kept(ctx, name, topics); err != nil || len(topics.Read) == 0 {
		return c, err
	}
	heard := topics.Read
	var oldest time.Time
	err = s.Stores[name].View(ctx, func(tx *store.Tx) error {
		err := tx.QueryRow(ctx, `SELECT count(CASE WHEN state = 0 THEN 1 END), count(CASE WHEN state = 2 THEN 1 END) FROM outbox
			WHERE state <> 1 AND topic = ANY($1)`, heard).Scan(&c.Waiting, &c.Parked)
		if err != nil || c.Waiting == 0 {
			return err
		}
		return tx.QueryRow(ctx, `SELECT min(o.at) FROM outbox o WHERE o.state <> 1 AND o.state = 0 AND o.tries = 0 AND o.topic = ANY($1)
			AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.subject_id = o.subject_id AND p.event_id < o.event_id AND p.state <> 1
				AND (p.state = 2 OR p.tries > 0))`, heard).Scan(&oldest)
	})
	if err == nil && !oldest.IsZero() {
		c.Lag = max(0, s.Parts.Clock.Now().Sub(oldest))
	}
	return c, err
}

func (s *System) onTime(ctx context.Context, name string, lag time.Duration) error {
	c, err := s.carriage(ctx, name)
	if err == nil {
		err = s.strays(ctx, name)
	}
	if err == nil && c.Lag > lag {
		err = &errs.Error{Kind: errs.Unavailable, Code: "outbox.late", What: "events wait longer than they should", Fix: "look in the log for what the relay says"}
	}
	return err
}

// keeperWorks reads the key file again, so that one that has gone or that
// others may read by now is seen, and takes a key there and back.
func (s *System) keeperWorks(ctx context.Context) error {
	if err := s.Keeper.Reload(); err != nil {
		return err
	}
	about := []byte("sijil health")
	for _, d := range domains {
		wrapped, err := s.Keeper.Wrap(ctx, d, make([]byte, 32), about)
		if err != nil {
			return err
		}
		if _, err := s.Keeper.Unwrap(ctx, d, wrapped, about); err != nil {
			return err
		}
	}
	return nil
}

// StoreMeasures are figures of one store.
type StoreMeasures struct {
	Name  string
	Stats store.Stats
	Err   error // why the figures below are missing; nil when they are there

	Outbox Carriage
	Jobs   jobs.Backlog
}

// Measures are figures of an installation at work. They name nobody.
type Measures struct {
	Stores []StoreMeasures
	Spare  map[seal.Domain]int // data keys made ahead

	SlowedLogins int64 // names (or devices) that failed so often that a wait is running
	Slowed       error // why that is missing
}

// Measure reads the figures.
func (s *System) Measure(ctx context.Context) Measures {
	m := Measures{Spare: map[seal.Domain]int{}}
	now := s.Parts.Clock.Now()
	for _, name := range StoreNames {
		db := s.Stores[name]
		sm := StoreMeasures{Name: name, Stats: db.Stats()}
		var err error
		if sm.Outbox, err = s.carriage(ctx, name); err == nil {
			sm.Jobs, err = jobs.Count(ctx, db)
		}
		sm.Err = err
		m.Stores = append(m.Stores, sm)
	}
	for d, v := range s.Vaults {
		m.Spare[d] = v.Spare()
	}
	m.Slowed = s.Stores[AgencyStore].View(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM attempts WHERE until_at > $1`, now).Scan(&m.SlowedLogins)
	})
	return m
}
