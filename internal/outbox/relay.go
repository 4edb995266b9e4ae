package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

// State is what became of an event.
type State uint8

// The states. A parked event failed so often that a person has to look: it
// and the later events of its subject wait until it is released.
const (
	Waiting State = 0
	Handled State = 1
	Parked  State = 2
)

// Pending is an event that is not handled yet.
type Pending struct {
	Event

	State State
	Tries int       // how often its handler failed
	Due   time.Time // not before this instant
}

// Mark says what became of an event.
type Mark struct {
	Subject, ID uid.ID
	State       State
	Tries       int
	Due         time.Time // of the next try; when it was handled
	Note        string    // code of the failure; never a value
}

// Backlog is how much waits in an outbox.
type Backlog struct {
	Waiting, Parked int64
	Oldest          time.Time // of those that wait or are parked; zero when none does
}

// Journal is an outbox as a store keeps it.
type Journal interface {
	// Pending returns at most limit events of the topics that are not handled,
	// after an id, in the order of their ids.
	Pending(ctx context.Context, topics []string, after uid.ID, limit int) ([]Pending, error)
	// Mark keeps what became of events, all or none. An event that is marked as
	// handled stays so.
	Mark(ctx context.Context, marks []Mark) error
}

// Relay hands the events of one journal to their handlers: at least once, and
// those of one subject in the order of their ids. A handler that fails is
// tried again later and later, and holds up its own subject only.
//
// One relay at a time should work on the same topics of a store. Two are safe,
// because handlers do nothing the second time, but do the work twice.
type Relay struct {
	journal  Journal
	clock    clock.Clock
	handlers map[string]Handler
	topics   []string

	Batch    int           // events read at a time
	MaxTries int           // failures after which an event is parked
	Poll     time.Duration // real time between two looks at an outbox without news
}

// NewRelay returns a relay with its usual settings.
func NewRelay(j Journal, c clock.Clock, handlers map[string]Handler) *Relay {
	return &Relay{
		journal: j, clock: c, handlers: handlers, topics: slices.Sorted(maps.Keys(handlers)),
		Batch: 200, MaxTries: 12, Poll: 200 * time.Millisecond,
	}
}

// Sweep is what one pass over an outbox did.
type Sweep struct {
	Handled, Failed, Parked int
	Held                    int // not due, or behind an event of the same subject that is not
}

// Run relays until the context ends, which is no error. Errors of the store
// are handed to report, and the work goes on: it may be a while before a
// database is back.
func (r *Relay) Run(ctx context.Context, report func(error)) {
	for ctx.Err() == nil {
		s, err := r.Step(ctx)
		if err != nil && ctx.Err() == nil {
			report(err)
		}
		if s.Handled == 0 || err != nil {
			_ = clock.Wait(ctx, r.Poll) // the loop looks at the context
		}
	}
}

// Step goes once through all events that are not handled. When the context
// ends on the way, what has been handled is still marked.
func (r *Relay) Step(ctx context.Context) (Sweep, error) {
	var sweep Sweep
	held := map[uid.ID]bool{}
	var after uid.ID
	for {
		events, err := r.journal.Pending(ctx, r.topics, after, r.Batch)
		if err != nil {
			return sweep, fmt.Errorf("reading the outbox: %w", err)
		}
		marks := r.batch(ctx, events, held, &sweep)
		if len(marks) > 0 {
			if err := r.journal.Mark(context.WithoutCancel(ctx), marks); err != nil {
				return sweep, fmt.Errorf("marking events of the outbox: %w", err)
			}
		}
		if len(events) < r.Batch || ctx.Err() != nil {
			return sweep, ctx.Err()
		}
		after = events[len(events)-1].ID
	}
}

func (r *Relay) batch(ctx context.Context, events []Pending, held map[uid.ID]bool, sweep *Sweep) []Mark {
	var marks []Mark
	for _, e := range events {
		if ctx.Err() != nil {
			break
		}
		now := r.clock.Now()
		if held[e.Subject] || e.State == Parked || e.Due.After(now) {
			held[e.Subject] = true
			sweep.Held++
			continue
		}
		m := Mark{Subject: e.Subject, ID: e.ID, State: Handled, Tries: e.Tries, Due: now}
		if err := safely(ctx, r.handlers[e.Topic], e.Event); err != nil {
			if ctx.Err() != nil {
				break // told to stop: no fault of the event
			}
			held[e.Subject] = true
			sweep.Failed++
			m.Tries++
			m.State, m.Due, m.Note = Waiting, now.Add(backoff(m.Tries)), code(err)
			if m.Tries >= r.MaxTries {
				m.State = Parked
				sweep.Parked++
			}
		} else {
			sweep.Handled++
		}
		marks = append(marks, m)
	}
	return marks
}

var errPanicked = &errs.Error{Code: "outbox.panic", What: "the handler of an event panicked"}

// safely keeps a handler's defect to its event.
func safely(ctx context.Context, h Handler, e Event) (err error) {
	defer func() {
		if recover() != nil { // its text may hold a value
			err = errPanicked
		}
	}()
	return h(ctx, e)
}

// backoff is a second after the first failure, doubles, and stops at an hour.
func backoff(tries int) time.Duration {
	return min(time.Second<<min(max(tries-1, 0), 20), time.Hour)
}

// code is what may be kept of an error: no value of anybody is in it.
func code(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" {
		return e.Code
	}
	return errs.KindOf(err).String()
}
