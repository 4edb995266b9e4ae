package store

import (
	"bytes"
	"context"
	"slices"
	"time"

	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
)

// Outbox is the outbox of a store, for a relay and for those who watch it.
type Outbox struct{ DB *DB }

var _ outbox.Journal = Outbox{}

// Pending implements outbox.Journal. Each topic is read by its own key: the
// events of others are not in the way.
func (o Outbox) Pending(ctx context.Context, topics []string, after uid.ID, limit int) ([]outbox.Pending, error) {
	var out []outbox.Pending
	err := o.DB.View(ctx, func(tx *Tx) error {
		out = nil
		for _, topic := range topics {
			err := each(ctx, tx, `SELECT subject_id, event_id, topic, at, body, state, tries, due_at FROM outbox
				WHERE state <> 1 AND topic = $1 AND event_id > $2 ORDER BY event_id LIMIT $3`,
				[]any{topic, after, limit}, func(row Scanner) error {
					var e outbox.Pending
					err := row.Scan(&e.Subject, &e.ID, &e.Topic, &e.At, &e.Body, &e.State, &e.Tries, &e.Due)
					out = append(out, e)
					return err
				})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if len(topics) > 1 {
		slices.SortFunc(out, func(a, b outbox.Pending) int { return bytes.Compare(a.ID[:], b.ID[:]) })
		out = out[:min(limit, len(out))]
	}
	return out, err
}

// Mark implements outbox.Journal.
func (o Outbox) Mark(ctx context.Context, marks []outbox.Mark) error {
	return o.DB.Do(ctx, func(tx *Tx) error {
		var b Batch
		for _, m := range marks {
			var note *string
			if m.Note != "" {
				note = &m.Note
			}
			b.Exec(`UPDATE outbox SET state = $3, tries = $4, due_at = $5, note = $6
				WHERE subject_id = $1 AND event_id = $2 AND state <> 1`, m.Subject, m.ID, m.State, m.Tries, m.Due, note)
		}
		return tx.Run(ctx, &b)
	})
}

// Backlog counts what is not handled.
func (o Outbox) Backlog(ctx context.Context) (outbox.Backlog, error) {
	var b outbox.Backlog
	err := o.DB.View(ctx, func(tx *Tx) error {
		return tx.QueryRow(ctx, `SELECT count(CASE WHEN state = 0 THEN 1 END), count(CASE WHEN state = 2 THEN 1 END), min(at)
			FROM outbox WHERE state <> 1`).Scan(&b.Waiting, &b.Parked, &b.Oldest)
	})
	return b, err
}

// Parked returns at most limit parked events, the oldest first, for an
// operator to look at.
func (o Outbox) Parked(ctx context.Context, limit int) ([]outbox.Mark, error) {
	var out []outbox.Mark
	err := o.DB.View(ctx, func(tx *Tx) error {
		out = nil
		return each(ctx, tx, `SELECT subject_id, event_id, state, tries, due_at, note FROM outbox
			WHERE state = 2 AND state <> 1 ORDER BY event_id LIMIT $1`, []any{limit}, func(row Scanner) error {
			var m outbox.Mark
			var note *string
			err := row.Scan(&m.Subject, &m.ID, &m.State, &m.Tries, &m.Due, &note)
			if note != nil {
				m.Note = *note
			}
			out = append(out, m)
			return err
		})
	})
	return out, err
}

// Release lets a parked event be tried again at once.
func (o Outbox) Release(ctx context.Context, subject, event uid.ID, now time.Time) error {
	var b Batch
	b.Must(1, &errs.Error{Kind: errs.NotFound, Code: "store.event", What: "no such event is parked"},
		`UPDATE outbox SET state = 0, tries = 0, due_at = $3 WHERE subject_id = $1 AND event_id = $2 AND state = 2`, subject, event, now)
	return o.DB.Do(ctx, func(tx *Tx) error { return tx.Run(ctx, &b) })
}

// Forget deletes events handled before an instant, at most limit of them, and
// returns how many: run it again until it returns less.
func (o Outbox) Forget(ctx context.Context, before time.Time, limit int) (int, error) {
	var n int
	err := o.DB.Do(ctx, func(tx *Tx) error {
		var b Batch
		err := each(ctx, tx, `SELECT subject_id, event_id FROM outbox WHERE state = 1 AND due_at < $1 ORDER BY due_at LIMIT $2`,
			[]any{before, limit}, func(row Scanner) error {
				var subject, id uid.ID
				err := row.Scan(&subject, &id)
				b.Exec(`DELETE FROM outbox WHERE subject_id = $1 AND event_id = $2`, subject, id)
				return err
			})
		if err != nil {
			return err
		}
		n = b.Len()
		return tx.Run(ctx, &b)
	})
	return n, err
}
