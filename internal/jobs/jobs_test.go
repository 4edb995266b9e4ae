package jobs_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/jobs"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
)

var common = []store.Migrations{store.Common()}

type scene struct {
	db    *store.DB
	clock *clock.Manual
	ids   *uid.Source
}

func newScene(db *store.DB) *scene {
	c := clock.NewManual(storetest.Now)
	return &scene{db: db, clock: c, ids: uid.NewSource(c, rand.Reader)}
}

func (s *scene) add(t testing.TB, j jobs.Job) (added bool) {
	t.Helper()
	err := s.db.Do(t.Context(), func(tx *store.Tx) (err error) {
		added, err = jobs.Add(t.Context(), tx, j, s.clock.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func (s *scene) runner(h jobs.Handler) *jobs.Runner {
	return jobs.NewRunner(s.db, s.clock, s.ids, map[string]jobs.Handler{"work": h})
}

func step(t testing.TB, r *jobs.Runner) int {
	t.Helper()
	n, err := r.Step(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *scene) count(t testing.TB) jobs.Backlog {
	t.Helper()
	b, err := jobs.Count(t.Context(), s.db)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheSameWorkIsOneJob(t *testing.T) {
	t.Parallel()
	storetest.Each(t, common, func(t *testing.T, db *store.DB) {
		s := newScene(db)
		j := jobs.Job{ID: jobs.IDFor("work", "a"), Kind: "work", Body: []byte("1"), Due: s.clock.Now().Add(time.Minute)}
		if !s.add(t, j) || s.add(t, j) {
			t.Error("the job was not made once")
		}
		if jobs.IDFor("work", "a", "b") == jobs.IDFor("work", "ab") {
			t.Error("different work has one id")
		}
		s.add(t, jobs.Job{ID: s.ids.NewID(), Kind: "of another runner"})
		var got []string
		r := s.runner(func(_ context.Context, j jobs.Job) error {
			got = append(got, fmt.Sprint(string(j.Body), j.Tries))
			return nil
		})
		if n := step(t, r); n != 0 {
			t.Error("a job came before it was due")
		}
		s.clock.Advance(time.Minute)
		if n := step(t, r) + step(t, r); n != 1 || len(got) != 1 || got[0] != "11" {
			t.Errorf("%d claimed, %v", n, got)
		}
		if s.add(t, j) {
			t.Error("work that is done was asked for again")
		}
		if b := s.count(t); b.Waiting != 1 || b.Held+b.Parked != 0 {
			t.Errorf("%+v", b)
		}
		if n, err := jobs.Forget(t.Context(), db, s.clock.Now().Add(time.Second)); n != 1 || err != nil {
			t.Errorf("forgot %d: %v", n, err)
		}
		if !s.add(t, j) {
			t.Error("forgotten work cannot be asked for again")
		}
	})
}

// Several runners share the work: every job is done once.
func TestSeveralRunners(t *testing.T) {
	t.Parallel()
	storetest.Each(t, common, func(t *testing.T, db *store.DB) {
		s := newScene(db)
		const many = 200
		for range many {
			s.add(t, jobs.Job{ID: s.ids.NewID(), Kind: "work"})
		}
		var done sync.Map
		var total atomic.Int64
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		var wg sync.WaitGroup
		for range 4 {
			r := s.runner(func(_ context.Context, j jobs.Job) error {
				if _, twice := done.LoadOrStore(j.ID, true); twice {
					t.Error("a job was done twice")
				}
				if total.Add(1) == many {
					stop()
				}
				return nil
			})
			wg.Go(func() { r.Run(ctx, func(err error) { t.Error(err) }) })
		}
		wg.Wait()
		if b := s.count(t); total.Load() != many || b.Waiting+b.Held+b.Parked != 0 {
			t.Errorf("%d of %d done; %+v", total.Load(), many, b)
		}
	})
}

func TestFailuresAndPoison(t *testing.T) {
	t.Parallel()
	storetest.Each(t, common, func(t *testing.T, db *store.DB) {
		s := newScene(db)
		id := s.ids.NewID()
		s.add(t, jobs.Job{ID: id, Kind: "work"})
		runs := 0
		r := s.runner(func(context.Context, jobs.Job) error {
			if runs++; runs == 2 {
				panic("defect")
			}
			return errors.New("not now")
		})
		r.MaxTries = 3
		for i, pause := range []time.Duration{0, time.Second, 2 * time.Second} {
			if pause > 0 {
				s.clock.Advance(pause - time.Microsecond)
				if step(t, r) != 0 {
					t.Errorf("try %d came early", i+1)
				}
				s.clock.Advance(time.Microsecond)
			}
			if step(t, r) != 1 {
				t.Errorf("try %d did not come", i+1)
			}
		}
		s.clock.Advance(24 * time.Hour)
		if n := step(t, r); n != 0 || runs != 3 {
			t.Errorf("a parked job ran: %d runs", runs)
		}
		if b := s.count(t); b.Parked != 1 {
			t.Errorf("%+v", b)
		}
		if ok, err := jobs.Release(t.Context(), db, id, s.clock.Now()); !ok || err != nil {
			t.Errorf("released %v, %v", ok, err)
		}
		if step(t, r) != 1 {
			t.Error("a released job did not run")
		}
	})
}

// A runner that dies holds its job until the lease runs out; then another does
// it, and the first one's late answer changes nothing.
func TestLeases(t *testing.T) {
	t.Parallel()
	storetest.Each(t, common, func(t *testing.T, db *store.DB) {
		s := newScene(db)
		s.add(t, jobs.Job{ID: s.ids.NewID(), Kind: "work"})
		started, letGo, ended := make(chan struct{}), make(chan error), make(chan struct{})
		hung := s.runner(func(context.Context, jobs.Job) error { close(started); return <-letGo })
		hung.Lease = time.Hour // its real time does not pass: it renews nothing
		go func() {
			defer close(ended)
			if _, err := hung.Step(t.Context()); err != nil {
				t.Error(err)
			}
		}()
		<-started
		done := 0
		second := s.runner(func(_ context.Context, j jobs.Job) error {
			if done++; j.Tries != 2 {
				t.Errorf("try %d", j.Tries)
			}
			return nil
		})
		s.clock.Advance(time.Hour - time.Microsecond)
		if step(t, second) != 0 {
			t.Error("a job was taken from a runner that held it")
		}
		s.clock.Advance(time.Microsecond)
		if step(t, second) != 1 || done != 1 {
			t.Error("a job whose lease ran out was not taken")
		}
		letGo <- errors.New("too late")
		<-ended
		s.clock.Advance(24 * time.Hour)
		if step(t, second) != 0 {
			t.Error("the late failure brought the job back")
		}
		if b := s.count(t); b != (jobs.Backlog{}) {
			t.Errorf("%+v", b)
		}
	})
}

// A job that ends every program it runs in is parked before it does so again.
func TestAJobThatKillsItsRunners(t *testing.T) {
	t.Parallel()
	storetest.Each(t, common, func(t *testing.T, db *store.DB) {
		s := newScene(db)
		id := s.ids.NewID()
		s.add(t, jobs.Job{ID: id, Kind: "work"})
		err := db.Do(t.Context(), func(tx *store.Tx) error { // as three runners left it
			n, err := tx.Exec(t.Context(), `UPDATE jobs SET state = 1, tries = 3, holder = $1 WHERE bucket = $2 AND job_id = $3`, s.ids.NewID(), jobs.Bucket(id), id)
			if err == nil && n != 1 {
				t.Errorf("%d rows", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		r := s.runner(func(context.Context, jobs.Job) error { t.Error("it ran again"); return nil })
		r.MaxTries = 3
		step(t, r)
		if b := s.count(t); b.Parked != 1 {
			t.Errorf("%+v", b)
		}
	})
}

// A runner that is told to stop lets handlers finish for a while, and hands
// the rest back so that another has it at once.
func TestHandingBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, common, func(t *testing.T, db *store.DB) {
		s := newScene(db)
		quick, slow := jobs.IDFor("work", "quick"), jobs.IDFor("work", "slow")
		for _, id := range []uid.ID{quick, slow} {
			s.add(t, jobs.Job{ID: id, Kind: "work"})
		}
		ctx, stop := context.WithCancel(t.Context())
		var started sync.WaitGroup
		started.Add(2)
		r := s.runner(func(work context.Context, j jobs.Job) error {
			started.Done()
			started.Wait()
			stop()
			if j.ID == quick {
				return nil
			}
			<-work.Done()
			return work.Err()
		})
		r.Grace = 20 * time.Millisecond
		r.Run(ctx, func(err error) { t.Error(err) })
		if b := s.count(t); b.Waiting != 1 || b.Held != 0 {
			t.Errorf("%+v", b)
		}
		var tries int
		other := s.runner(func(_ context.Context, j jobs.Job) error { tries = j.Tries; return nil })
		if step(t, other) != 1 || tries != 1 {
			t.Errorf("it was not handed back whole: try %d", tries)
		}
	})
}

// A handler is told when its lease is lost.
func TestALostLeaseEndsTheHandler(t *testing.T) {
	t.Parallel()
	storetest.Each(t, common, func(t *testing.T, db *store.DB) {
		s := newScene(db)
		id := s.ids.NewID()
		s.add(t, jobs.Job{ID: id, Kind: "work"})
		r := s.runner(func(work context.Context, _ jobs.Job) error {
			err := db.Do(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(t.Context(), `UPDATE jobs SET holder = $1 WHERE bucket = $2 AND job_id = $3`, s.ids.NewID(), jobs.Bucket(id), id)
				return err
			})
			if err != nil {
				return err
			}
			<-work.Done()
			return work.Err()
		})
		r.Lease = 30 * time.Millisecond
		step(t, r)
		if b := s.count(t); b.Held != 1 {
			t.Errorf("the other runner's job was touched: %+v", b)
		}
	})
}

func TestRunReportsAStoreThatIsGone(t *testing.T) {
	t.Parallel()
	db, err := store.Open(t.Context(), storetest.Config(t, store.SQLite))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := newScene(db)
	ctx, stop := context.WithCancel(t.Context())
	reports := 0
	r := s.runner(nil)
	r.Poll = time.Millisecond
	r.Run(ctx, func(err error) {
		if errs.KindOf(err) != errs.Internal {
			t.Errorf("got %v", err)
		}
		if reports++; reports == 3 {
			stop()
		}
	})
}
