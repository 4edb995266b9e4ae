package agencydb

import (
	"context"
	"errors"
	"time"

	"sijil/agency"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/seal"
)

func (t tx) Attempt(ctx context.Context, keys []seal.Blind) (a agency.Attempt, err error) {
	err = t.QueryRow(ctx, `SELECT attempt, failures, last_at, until_at FROM attempts WHERE attempt = ANY($1) ORDER BY last_at DESC LIMIT 1`,
		blinds(keys)).Scan(&a.Key, &a.Failures, &a.Last, &a.Until)
	if errors.Is(err, store.ErrNoRows) {
		return agency.Attempt{}, nil
	}
	return a, err
}

func (t tx) PutAttempt(ctx context.Context, old, next agency.Attempt) (bool, error) {
	if old.Key == next.Key {
		n, err := t.Exec(ctx, `UPDATE attempts SET failures = $2, last_at = $3, until_at = $4
			WHERE attempt = $1 AND failures = $5 AND last_at = $6 AND until_at = $7`,
			next.Key, next.Failures, next.Last, next.Until, old.Failures, old.Last, old.Until)
		return n == 1, err
	}
	n, err := t.Exec(ctx, `INSERT INTO attempts (attempt, failures, last_at, until_at) VALUES ($1, $2, $3, $4) ON CONFLICT (attempt) DO NOTHING`,
		next.Key, next.Failures, next.Last, next.Until)
	return n == 1, err
}

func (t tx) DropAttempts(ctx context.Context, keys []seal.Blind) error {
	_, err := t.Exec(ctx, `DELETE FROM attempts WHERE attempt = ANY($1)`, blinds(keys))
	return err
}

func (t tx) InsertSession(ctx context.Context, r agency.SessionRow) error {
	_, err := t.Exec(ctx, `INSERT INTO sessions (session, staff_id, started_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $5)`,
		r.Secret, r.Staff, r.Started, r.Seen, r.Ends)
	return err
}

func (t tx) Session(ctx context.Context, secrets []seal.Blind) (r agency.SessionRow, err error) {
	var reason *string
	err = t.QueryRow(ctx, `SELECT session, staff_id, started_at, seen_at, ends_at, ended_at, reason FROM sessions WHERE session = ANY($1)`,
		blinds(secrets)).Scan(&r.Secret, &r.Staff, &r.Started, &r.Seen, &r.Ends, &r.Ended, &reason)
	if reason != nil {
		r.Reason = *reason
	}
	return r, missing(err, "agency.no_session", "there is no such session")
}

func (t tx) TouchSession(ctx context.Context, secret seal.Blind, now time.Time) error {
	_, err := t.Exec(ctx, `UPDATE sessions SET seen_at = $2 WHERE session = $1 AND ended_at IS NULL AND seen_at < $2`, secret, now)
	return err
}

func (t tx) EndSession(ctx context.Context, secret seal.Blind, now time.Time, reason string) (bool, error) {
	n, err := t.Exec(ctx, `UPDATE sessions SET ended_at = $2, reason = $3 WHERE session = $1 AND ended_at IS NULL`, secret, now, reason)
	return n == 1, err
}

func (t tx) EndSessions(ctx context.Context, staff uid.ID, now time.Time, reason string) error {
	_, err := t.Exec(ctx, `UPDATE sessions SET ended_at = $2, reason = $3 WHERE staff_id = $1 AND ended_at IS NULL`, staff, now, reason)
	return err
}
