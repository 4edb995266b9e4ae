package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/uid"
)

// Runner does the jobs of one store. Several runners may work on a store, in
// one program or in several.
type Runner struct {
	db       *store.DB
	clock    clock.Clock
	ids      store.IDs
	handlers map[string]Handler
	kinds    []string
	turn     int // the bucket to begin with

	Workers  int           // jobs at work at a time
	Lease    time.Duration // how long a claim holds unless it is renewed
	MaxTries int           // attempts after which a job is parked
	Poll     time.Duration // real time between two looks when there is no work
	Grace    time.Duration // real time that handlers get to finish when the runner is told to stop
}

// NewRunner returns a runner with its usual settings.
func NewRunner(db *store.DB, c clock.Clock, ids store.IDs, handlers map[string]Handler) *Runner {
	return &Runner{
		db: db, clock: c, ids: ids, handlers: handlers, kinds: slices.Sorted(maps.Keys(handlers)),
		Workers: 4, Lease: time.Minute, MaxTries: 12, Poll: 500 * time.Millisecond, Grace: 10 * time.Second,
	}
}

// Run does jobs until the context ends, which is no error. Handlers at work
// then get Grace to finish; what is not finished is handed back, to be claimed
// at once by another runner. Errors of the store are handed to report.
func (r *Runner) Run(ctx context.Context, report func(error)) {
	for ctx.Err() == nil {
		n, err := r.Step(ctx)
		if err != nil && ctx.Err() == nil {
			report(err)
		}
		if n == 0 || err != nil {
			_ = clock.Wait(ctx, r.Poll) // the loop looks at the context
		}
	}
}

// claimed is a job with the proof that it is ours.
type claimed struct {
	Job

	holder uid.ID
}

// Step claims jobs that are due, at most one for every worker, does them, and
// returns how many it claimed.
func (r *Runner) Step(ctx context.Context) (int, error) {
	jobs, err := r.claim(ctx)
	if err != nil {
		return 0, fmt.Errorf("claiming jobs: %w", err)
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() {
		_ = clock.Wait(work, r.Grace) // ends early when all are done
		stop()
	})()
	var wg sync.WaitGroup
	failures := make([]error, len(jobs))
	for i, j := range jobs {
		wg.Go(func() { failures[i] = r.do(work, j) })
	}
	wg.Wait()
	return len(jobs), errors.Join(failures...)
}

// claim takes jobs, bucket after bucket, beginning with another one each time.
func (r *Runner) claim(ctx context.Context) ([]claimed, error) {
	now := r.clock.Now()
	due, err := r.due(ctx, now)
	if err != nil {
		return nil, err
	}
	r.turn++
	var jobs []claimed
	for i := range due {
		if len(jobs) >= r.Workers {
			break
		}
		bucket := due[(i+r.turn)%len(due)]
		got, err := r.claimFrom(ctx, bucket, now, r.Workers-len(jobs))
		if err != nil {
			return nil, errors.Join(err, r.handBack(ctx, jobs))
		}
		jobs = append(jobs, got...)
	}
	return jobs, nil
}

func (r *Runner) due(ctx context.Context, now time.Time) ([]int, error) {
	var out []int
	err := r.db.View(ctx, func(tx *store.Tx) error {
		out = nil
		rows, err := tx.Query(ctx, `SELECT bucket FROM jobs WHERE state < 2 AND due_at <= $1 AND kind = ANY($2) GROUP BY bucket ORDER BY bucket`, now, r.kinds)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var b int
			if err := rows.Scan(&b); err != nil {
				return err
			}
			out = append(out, b)
		}
		return rows.Err()
	})
	return out, err
}

// claimSQL takes jobs that wait, and those whose holder did not renew its
// lease, which ends at due_at.
const claimSQL = `WITH picked AS MATERIALIZED (
		SELECT job_id FROM jobs WHERE bucket = $1 AND state < 2 AND due_at <= $2 AND kind = ANY($3)
		ORDER BY due_at, job_id LIMIT $4 FOR UPDATE SKIP LOCKED)
	UPDATE jobs SET state = 1, holder = $5, due_at = $6, tries = tries + 1
	WHERE bucket = $1 AND job_id IN (SELECT job_id FROM picked)
	RETURNING job_id, kind, body, tries`

func (r *Runner) claimFrom(ctx context.Context, bucket int, now time.Time, limit int) ([]claimed, error) {
	holder := r.ids.NewID()
	var out []claimed
	err := r.db.Do(ctx, func(tx *store.Tx) error {
		out = nil
		rows, err := tx.Query(ctx, claimSQL, bucket, now, r.kinds, limit, holder, now.Add(r.Lease))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			c := claimed{holder: holder}
			c.Due = now
			if err := rows.Scan(&c.ID, &c.Kind, &c.Body, &c.Tries); err != nil {
				return err
			}
			out = append(out, c)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err // after an unknown outcome the lease runs out
	}
	return out, nil
}

// do runs the handler of a job while its lease is renewed, and keeps what
// became of it.
func (r *Runner) do(ctx context.Context, c claimed) error {
	if c.Tries > r.MaxTries { // it ended its runners before it could fail
		return r.settle(ctx, c, parked, c.Tries, "jobs.tries")
	}
	own, lost := context.WithCancel(ctx)
	defer lost()
	var renewing sync.WaitGroup
	renewing.Go(func() { r.renew(own, lost, c) })
	err := safely(own, r.handlers[c.Kind], c.Job)
	lost()
	renewing.Wait()
	switch {
	case err == nil:
		return r.settle(ctx, c, done, c.Tries, "")
	case ctx.Err() != nil: // told to stop: no fault of the job
		return r.settle(ctx, c, waiting, c.Tries-1, "")
	case c.Tries >= r.MaxTries:
		return r.settle(ctx, c, parked, c.Tries, code(err))
	default:
		return r.settle(ctx, c, waiting, c.Tries, code(err))
	}
}

// renew keeps the lease alive until the context ends; when somebody else has
// the job, it ends the context itself.
func (r *Runner) renew(ctx context.Context, lost context.CancelFunc, c claimed) {
	for clock.Wait(ctx, r.Lease/3) == nil {
		var n int64
		err := r.db.Do(ctx, func(tx *store.Tx) (err error) {
			n, err = tx.Exec(ctx, `UPDATE jobs SET due_at = $4 WHERE bucket = $1 AND job_id = $2 AND holder = $3 AND state = 1`,
				Bucket(c.ID), c.ID, c.holder, r.clock.Now().Add(r.Lease))
			return err
		})
		if err == nil && n == 0 {
			lost()
		}
	}
}

// settle keeps what became of a job, if it is still ours.
func (r *Runner) settle(ctx context.Context, c claimed, state, tries int, note string) error {
	end := context.WithoutCancel(ctx)
	now := r.clock.Now()
	if state == waiting && note != "" {
		now = now.Add(backoff(tries))
	}
	var why *string
	if note != "" {
		why = &note
	}
	err := r.db.Do(end, func(tx *store.Tx) error {
		_, err := tx.Exec(end, `UPDATE jobs SET state = $4, tries = $5, due_at = $6, note = $7, holder = NULL
			WHERE bucket = $1 AND job_id = $2 AND holder = $3 AND state = 1`, Bucket(c.ID), c.ID, c.holder, state, tries, now, why)
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping what became of a job: %w", err)
	}
	return nil
}

// handBack gives jobs up that were claimed and not begun.
func (r *Runner) handBack(ctx context.Context, jobs []claimed) error {
	var all error
	for _, c := range jobs {
		all = errors.Join(all, r.settle(ctx, c, waiting, c.Tries-1, ""))
	}
	return all
}

var errPanicked = &errs.Error{Code: "jobs.panic", What: "the handler of a job panicked"}

// safely keeps a handler's defect to its job.
func safely(ctx context.Context, h Handler, j Job) (err error) {
	defer func() {
		if recover() != nil { // its text may hold a value
			err = errPanicked
		}
	}()
	return h(ctx, j)
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
