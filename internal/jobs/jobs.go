// Package jobs knows background work: jobs are rows of a store, claimed by a
// runner for a while, tried again when they fail, and done at least once.
//
// It refuses to know what a job does. Its body is ids and codes, never
// personal data.
package jobs

import (
	"context"
	"crypto/sha256"
	"time"

	"sijil/internal/store"
	"sijil/internal/uid"
)

// Buckets is how many parts the work is split into. Every claim names one, so
// that it stays on one machine.
const Buckets = 16

// Job is a piece of background work.
type Job struct {
	ID    uid.ID // the same work has the same id; see IDFor
	Kind  string // stable name, such as "household.compute"
	Body  []byte // JSON of ids and codes
	Due   time.Time
	Tries int // how often it was begun, this time included
}

// Handler does a job. It may be handed one twice, also while the first run of
// it is still at work elsewhere, and must then have no effect the second time.
// It returns soon after its context ends.
type Handler func(ctx context.Context, j Job) error

// IDFor returns the id of the work of a kind on something: asking for it twice
// makes one job.
func IDFor(kind string, about ...string) uid.ID {
	h := sha256.New()
	for _, s := range append([]string{kind}, about...) {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return uid.ID(h.Sum(nil)[:16])
}

// Bucket returns the part of the work that a job belongs to.
func Bucket(id uid.ID) int { return int(id[15]) % Buckets }

// addSQL keeps a job that is there already as it is.
const addSQL = `INSERT INTO jobs (bucket, job_id, kind, body, state, tries, due_at, holder, note, created_at)
	VALUES ($1, $2, $3, $4, 0, 0, $5, NULL, NULL, $6) ON CONFLICT (bucket, job_id) DO NOTHING`

// Add asks for a job, in the transaction at hand. added is false when a job
// with its id was asked for before, whatever became of it.
func Add(ctx context.Context, tx *store.Tx, j Job, now time.Time) (added bool, err error) {
	due, body := j.Due, j.Body
	if due.IsZero() {
		due = now
	}
	if body == nil {
		body = []byte{}
	}
	n, err := tx.Exec(ctx, addSQL, Bucket(j.ID), j.ID, j.Kind, body, due, now)
	return n == 1, err
}

// States of a job, as the table has them.
const (
	waiting = 0
	held    = 1
	done    = 2
	parked  = 3
)

// Backlog is how much work there is.
type Backlog struct {
	Waiting, Held, Parked int64
	Oldest                time.Time // when the oldest of them was due; zero when there is none
}

// Count returns how much work there is.
func Count(ctx context.Context, db *store.DB) (Backlog, error) {
	var b Backlog
	err := db.View(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(CASE WHEN state = 0 THEN 1 END), count(CASE WHEN state = 1 THEN 1 END),
			count(CASE WHEN state = 3 THEN 1 END), min(due_at) FROM jobs WHERE state <> 2`).
			Scan(&b.Waiting, &b.Held, &b.Parked, &b.Oldest)
	})
	return b, err
}

// Release lets a parked job be tried again; released is false when no such job
// is parked.
func Release(ctx context.Context, db *store.DB, id uid.ID, now time.Time) (released bool, err error) {
	err = db.Do(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE jobs SET state = 0, tries = 0, due_at = $3 WHERE bucket = $1 AND job_id = $2 AND state = 3`,
			Bucket(id), id, now)
		released = n == 1
		return err
	})
	return released, err
}

// Forget deletes jobs that were done before an instant and returns how many.
func Forget(ctx context.Context, db *store.DB, before time.Time) (int64, error) {
	var total int64
	for bucket := range Buckets {
		err := db.Do(ctx, func(tx *store.Tx) error {
			n, err := tx.Exec(ctx, `DELETE FROM jobs WHERE bucket = $1 AND state = 2 AND due_at < $2`, bucket, before)
			total += n
			return err
		})
		if err != nil {
			return total, err
		}
	}
	return total, nil
}
