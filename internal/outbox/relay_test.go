package outbox_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
)

var common = []store.Migrations{store.Common()}

// scene is a store with an outbox, a clock that stands still, and what the
// handlers were handed.
type scene struct {
	db    *store.DB
	clock *clock.Manual
	ids   *uid.Source
	got   []string // "subject/text", in order
	fail  map[string]error
}

func newScene(db *store.DB) *scene {
	c := clock.NewManual(storetest.Now)
	return &scene{db: db, clock: c, ids: uid.NewSource(c, rand.Reader), fail: map[string]error{}}
}

func (s *scene) emit(t testing.TB, subject uid.ID, topic, text string) uid.ID {
	t.Helper()
	id := s.ids.NewID()
	err := s.db.Do(t.Context(), func(tx *store.Tx) error {
		return tx.Emit(t.Context(), outbox.Event{ID: id, Subject: subject, Topic: topic, At: s.clock.Now(), Body: []byte(text)})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (s *scene) handle(_ context.Context, e outbox.Event) error {
	text := string(e.Body)
	s.got = append(s.got, text)
	if err := s.fail[text]; err != nil {
		return err
	}
	return nil
}

func (s *scene) relay(topics ...string) *outbox.Relay {
	hs := map[string]outbox.Handler{}
	for _, topic := range topics {
		hs[topic] = s.handle
	}
	r := outbox.NewRelay(store.Outbox{DB: s.db}, s.clock, hs)
	r.Batch = 3 // less than there is
	return r
}

func (s *scene) step(t testing.TB, r *outbox.Relay) outbox.Sweep {
	t.Helper()
	sweep, err := r.Step(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sweep
}

func (s *scene) backlog(t testing.TB) outbox.Backlog {
	t.Helper()
	b, err := store.Outbox{DB: s.db}.Backlog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEventsAreHandedOnOnceInOrder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, common, func(t *testing.T, db *store.DB) {
		s := newScene(db)
		a, b := s.ids.NewID(), s.ids.NewID()
		var want []string
		for i := range 10 {
			text := fmt.Sprint(i)
			s.emit(t, []uid.ID{a, b}[i%2], "x", text)
			want = append(want, text)
		}
		s.emit(t, a, "of another relay", "other")
		r := s.relay("x")
		if sweep := s.step(t, r); sweep.Handled != 10 || !slices.Equal(s.got, want) {
			t.Errorf("%+v: %v", sweep, s.got)
		}
		if sweep := s.step(t, r); sweep != (outbox.Sweep{}) || len(s.got) != 10 {
			t.Errorf("again: %+v", sweep)
		}
		if bl := s.backlog(t); bl.Waiting != 1 || bl.Parked != 0 || bl.Oldest != storetest.Now {
			t.Errorf("backlog %+v", bl)
		}
		o := store.Outbox{DB: db}
		if n, err := o.Forget(t.Context(), storetest.Now, 100); n != 0 || err != nil {
			t.Errorf("forgot %d too early: %v", n, err)
		}
		if n, err := o.Forget(t.Context(), storetest.Now.Add(time.Hour), 7); n != 7 || err != nil {
			t.Errorf("forgot %d of 7: %v", n, err)
		}
	})
}

// A failing event is tried later and later, holds up its own subject only, is
// parked in the end where it can be seen, and goes on when it is released.
func TestPoisonEvents(t *testing.T) {
	t.Parallel()
	storetest.Each(t, common, func(t *testing.T, db *store.DB) {
		s := newScene(db)
		a, b := s.ids.NewID(), s.ids.NewID()
		poison := s.emit(t, a, "x", "poison")
		s.emit(t, a, "x", "behind")
		s.emit(t, b, "x", "other")
		s.fail["poison"] = &errs.Error{Code: "test.poison", What: "a secret value"}
		r := s.relay("x")
		r.MaxTries = 4
		if sweep := s.step(t, r); sweep != (outbox.Sweep{Handled: 1, Failed: 1, Held: 1}) {
			t.Errorf("%+v", sweep)
		}
		if !slices.Equal(s.got, []string{"poison", "other"}) {
			t.Errorf("handed on %v", s.got)
		}
		for i, pause := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
			s.clock.Advance(pause - time.Microsecond)
			if sweep := s.step(t, r); sweep != (outbox.Sweep{Held: 2}) {
				t.Errorf("try %d came early: %+v", i+2, sweep)
			}
			s.clock.Advance(time.Microsecond)
			if sweep := s.step(t, r); sweep.Failed != 1 {
				t.Errorf("try %d did not come: %+v", i+2, sweep)
			}
		}
		s.clock.Advance(24 * time.Hour)
		if sweep := s.step(t, r); sweep != (outbox.Sweep{Held: 2}) {
			t.Errorf("a parked event was tried: %+v", sweep)
		}
		if bl := s.backlog(t); bl.Waiting != 1 || bl.Parked != 1 {
			t.Errorf("backlog %+v", bl)
		}
		o := store.Outbox{DB: db}
		parked, err := o.Parked(t.Context(), 10)
		if err != nil || len(parked) != 1 || parked[0].ID != poison || parked[0].Subject != a || parked[0].Note != "test.poison" || parked[0].Tries != 4 {
			t.Errorf("parked %+v, %v", parked, err)
		}
		delete(s.fail, "poison")
		if err := o.Release(t.Context(), b, poison, s.clock.Now()); errs.KindOf(err) != errs.NotFound {
			t.Errorf("released an event of another subject: %v", err)
		}
		if err := o.Release(t.Context(), a, poison, s.clock.Now()); err != nil {
			t.Error(err)
		}
		s.got = nil
		if sweep := s.step(t, r); sweep.Handled != 2 || !slices.Equal(s.got, []string{"poison", "behind"}) {
			t.Errorf("%+v %v", sweep, s.got)
		}
	})
}

// forgetful is an outbox whose program ends between handling and marking.
type forgetful struct {
	outbox.Journal

	crashes int
}

var errCrash = errors.New("crash")

func (f *forgetful) Mark(ctx context.Context, m []outbox.Mark) error {
	if f.crashes > 0 {
		f.crashes--
		return errCrash
	}
	return f.Journal.Mark(ctx, m)
}

// After a crash between handling and marking an event comes again; a handler
// that claims it by key has its effect once.
func TestACrashBetweenHandlingAndMarking(t *testing.T) {
	t.Parallel()
	storetest.Each(t, common, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		s := newScene(db)
		subject := s.ids.NewID()
		for i := range 5 {
			s.emit(t, subject, "x", fmt.Sprint(i))
		}
		seen, effects := 0, 0
		handler := func(ctx context.Context, e outbox.Event) error {
			seen++
			return db.DoKeyed(ctx, func(tx *store.Tx) error {
				key := store.Key{Operation: "handle", Text: e.ID.String()}
				_, done, err := tx.Once(ctx, key, s.clock.Now())
				if err != nil || done {
					return err
				}
				effects++
				return nil
			})
		}
		j := &forgetful{Journal: store.Outbox{DB: db}, crashes: 1}
		for range 2 {
			r := outbox.NewRelay(j, s.clock, map[string]outbox.Handler{"x": handler})
			if _, err := r.Step(ctx); err != nil && !errors.Is(err, errCrash) {
				t.Fatal(err)
			}
		}
		if seen != 10 || effects != 5 {
			t.Errorf("five events were handed on %d times and took effect %d times", seen, effects)
		}
		if bl := s.backlog(t); bl.Waiting != 0 {
			t.Errorf("backlog %+v", bl)
		}
	})
}

// When the relay is told to stop, what was handled is marked, and the event at
// hand is not blamed.
func TestStoppingOnTheWay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, common, func(t *testing.T, db *store.DB) {
		s := newScene(db)
		subject := s.ids.NewID()
		for i := range 3 {
			s.emit(t, subject, "x", fmt.Sprint(i))
		}
		ctx, cancel := context.WithCancel(t.Context())
		r := outbox.NewRelay(store.Outbox{DB: db}, s.clock, map[string]outbox.Handler{"x": func(ctx context.Context, e outbox.Event) error {
			if string(e.Body) == "1" {
				cancel()
				return ctx.Err()
			}
			return nil
		}})
		r.Run(ctx, func(err error) { t.Error(err) })
		events, err := store.Outbox{DB: db}.Pending(t.Context(), []string{"x"}, uid.ID{}, 10)
		if err != nil || len(events) != 2 || events[0].Tries != 0 || string(events[0].Body) != "1" {
			t.Errorf("%+v %v", events, err)
		}
	})
}

func TestAPanicIsTheEventsOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, common, func(t *testing.T, db *store.DB) {
		s := newScene(db)
		s.emit(t, s.ids.NewID(), "x", "a")
		r := outbox.NewRelay(store.Outbox{DB: db}, s.clock, map[string]outbox.Handler{"x": func(context.Context, outbox.Event) error { panic("defect") }})
		r.MaxTries = 1
		if sweep := s.step(t, r); sweep.Parked != 1 {
			t.Errorf("%+v", sweep)
		}
	})
}

// Whatever fails and however often the program ends: in the end every event
// was handed on, and those of one subject first came in order.
func TestOrderOfASubject(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, store.SQLite, common)
	rapid.Check(t, func(rt *rapid.T) {
		s := newScene(db)
		subjects := []uid.ID{s.ids.NewID(), s.ids.NewID(), s.ids.NewID()}
		topic := s.ids.NewID().String()
		n := rapid.IntRange(1, 15).Draw(rt, "events")
		of := map[string]int{}
		for i := range n {
			k := rapid.IntRange(0, 2).Draw(rt, "subject")
			of[fmt.Sprint(i)] = k
			s.emit(t, subjects[k], topic, fmt.Sprint(i))
		}
		failures := map[string]int{}
		first := [3][]int{}
		done := map[string]bool{}
		handler := func(_ context.Context, e outbox.Event) error {
			text := string(e.Body)
			if failures[text] < 3 && rapid.Bool().Draw(rt, "fails") {
				failures[text]++
				return errors.New("not now")
			}
			if !done[text] {
				done[text] = true
				var i int
				fmt.Sscan(text, &i)
				first[of[text]] = append(first[of[text]], i)
			}
			return nil
		}
		j := &forgetful{Journal: store.Outbox{DB: db}}
		r := outbox.NewRelay(j, s.clock, map[string]outbox.Handler{topic: handler})
		r.Batch = rapid.IntRange(1, 5).Draw(rt, "batch")
		for range 200 {
			if rapid.IntRange(0, 3).Draw(rt, "crash") == 0 {
				j.crashes = 1
			}
			sweep, err := r.Step(t.Context())
			j.crashes = 0
			if err == nil && sweep == (outbox.Sweep{}) {
				break
			}
			s.clock.Advance(10 * time.Second)
		}
		for k, list := range first {
			if !slices.IsSorted(list) {
				rt.Fatalf("subject %d came in the order %v", k, list)
			}
		}
		if len(done) != n {
			rt.Fatalf("%d of %d events were handed on", len(done), n)
		}
	})
}
