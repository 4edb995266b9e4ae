package populationdb

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/seal"
)

// attempts counts claims. A row that is over its limit ends the act.
func attempts(b *store.Batch, c *population.Changes) {
	rows := slices.SortedFunc(slices.Values(c.Attempts), func(a, b population.Attempt) int {
		return cmp.Or(bytes.Compare(a.Blind[:], b.Blind[:]), bytes.Compare(a.Caller[:], b.Caller[:]))
	})
	for _, a := range rows {
		var failedAt any
		if a.Failed > 0 {
			failedAt = a.At
		}
		b.Must(1, a.Over, `INSERT INTO attempts (blind, caller_id, asked, failed, last_at, period, period_failed, failed_at)
			VALUES ($1, $2, 1, $3, $4, $5, $3, $6)
			ON CONFLICT (blind, caller_id) DO UPDATE SET asked = attempts.asked + 1, failed = attempts.failed + $3, last_at = $4, period = $5,
			period_failed = CASE WHEN attempts.period = $5 THEN attempts.period_failed + $3 ELSE $3 END,
			failed_at = COALESCE($6, attempts.failed_at)
			WHERE (attempts.period <> $5 OR attempts.period_failed < $7) AND (attempts.failed_at IS NULL OR attempts.failed_at <= $8)`,
			a.Blind, a.Caller, a.Failed, a.At, a.Period, failedAt, a.Most, a.NotAfter)
	}
	for _, r := range c.Askings { // in the order of their slots
		b.Exec(`INSERT INTO askers (caller_id, slot, period, numbers, failed, alarms) VALUES ($1, $2, $3, $4, $5, 0)
			ON CONFLICT (caller_id, slot) DO UPDATE SET period = $3,
			numbers = CASE WHEN askers.period = $3 THEN askers.numbers + $4 ELSE $4 END,
			failed = CASE WHEN askers.period = $3 THEN askers.failed + $5 ELSE $5 END`,
			r.Caller, int64(r.Slot), r.Period, r.Numbers, r.Failed)
	}
	for _, r := range c.Alarms {
		b.Exec(`INSERT INTO askers (caller_id, slot, period, numbers, failed, alarms, alarmed_at) VALUES ($1, -1, $2, 0, 0, 1, $3)
			ON CONFLICT (caller_id, slot) DO UPDATE SET period = $2, alarms = askers.alarms + 1, alarmed_at = $3
			WHERE askers.alarmed_at < $4`, r.Caller, r.Period, r.At, r.Since)
	}
}

func (x tx) Attempts(ctx context.Context, blinds []seal.Blind, callers []uid.ID) ([]population.AttemptRow, error) {
	if len(blinds) == 0 {
		return nil, nil
	}
	return all(ctx, x.t, func(s store.Scanner) (r population.AttemptRow, err error) {
		return r, s.Scan(&r.Blind, &r.Caller, &r.Period, &r.Failed, &r.FailedAt, &r.Last)
	}, `SELECT blind, caller_id, period, period_failed, failed_at, last_at FROM attempts WHERE blind = ANY($1) AND caller_id = ANY($2)`, blinds, callers)
}

func (x tx) Asker(ctx context.Context, caller uid.ID, period int64) (r population.AskerRow, err error) {
	err = x.t.QueryRow(ctx, `SELECT COALESCE(sum(numbers), 0), COALESCE(sum(failed), 0) FROM askers WHERE caller_id = $1 AND period = $2`,
		caller, period).Scan(&r.Numbers, &r.Failed)
	if err != nil {
		return r, err
	}
	list, err := x.bursts(ctx, `SELECT caller_id, alarms, alarmed_at FROM askers WHERE caller_id = $1 AND slot = -1`, caller)
	if len(list) > 0 {
		r.Alarmed = list[0].Last
	}
	return r, err
}

func (x tx) Bursts(ctx context.Context, after uid.ID, limit int) ([]population.Burst, error) {
	return x.bursts(ctx, `SELECT caller_id, alarms, alarmed_at FROM askers WHERE alarms > 0 AND caller_id > $1 ORDER BY caller_id LIMIT $2`, after, limit)
}

func (x tx) bursts(ctx context.Context, sql string, args ...any) ([]population.Burst, error) {
	return all(ctx, x.t, func(s store.Scanner) (r population.Burst, err error) { return r, s.Scan(&r.Caller, &r.Hours, &r.Last) }, sql, args...)
}
