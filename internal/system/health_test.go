package system_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/store"
	"sijil/internal/system"
	"sijil/population"
)

// failing returns the parts that do not work and their codes.
func failing(t *testing.T, s *system.System, lag time.Duration) []string {
	t.Helper()
	var out []string
	for _, h := range s.Health(t.Context(), lag) {
		if h.Err != nil {
			code := errs.KindOf(h.Err).String()
			if e, ok := h.Err.(*errs.Error); ok {
				code = e.Code
			}
			out = append(out, h.Part+" "+code)
		}
	}
	return out
}

// TestHealth breaks one part after the other.
func TestHealth(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, c *clock.Manual) {
		t.Helper()
		s := migrated(t, cfg, p)
		expect := func(what string, want ...string) {
			t.Helper()
			if got := failing(t, s, time.Minute); !slices.Equal(got, want) {
				t.Errorf("%s: %v, not %v", what, got, want)
			}
		}
		expect("new")
		db := s.Stores[system.PopulationStore]
		emit := func(topic string, tries int) outbox.Event {
			e := outbox.Event{ID: s.IDs.NewID(), Subject: s.IDs.NewID(), Topic: topic, At: c.Now()}
			err := db.Do(t.Context(), func(tx *store.Tx) error {
				if err := tx.Emit(t.Context(), e); err != nil {
					return err
				}
				_, err := tx.Exec(t.Context(), `UPDATE outbox SET tries = $2 WHERE event_id = $1`, e.ID, tries)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		emit(population.TopicEnrolled, 0)  // kept for a reader to come
		emit(population.TopicCorrected, 3) // failed, and waits for its next try
		c.Advance(2 * time.Minute)
		expect("events that are late for nobody")
		emit(population.TopicCorrected, 0)
		c.Advance(59 * time.Second)
		expect("an event in time")
		if m := s.Measure(t.Context()); m.Slowed != nil || m.Stores[2].Err != nil || m.Stores[2].Outbox.Waiting != 2 || m.Stores[2].Outbox.Lag != 59*time.Second {
			t.Errorf("%+v", m)
		}
		c.Advance(2 * time.Second)
		expect("an event that is late", "outbox population outbox.late")

		err := db.Do(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM outbox`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		key := cfg.KeyFile
		if key == "" {
			key = cfg.Folder + "/key.json"
		}
		if err := os.Chmod(key, 0o640); err != nil {
			t.Fatal(err)
		}
		expect("keys others may read", "keeper keeper.mode")
		if err := os.Chmod(key, 0o600); err != nil {
			t.Fatal(err)
		}
		record := func(set string) {
			err := db.Do(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(t.Context(), `INSERT INTO migrations (set_name, number, name, checksum, applied_at) VALUES ($1, 900, 'later', $2, $3)`, set, []byte{1}, c.Now())
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		record("common")
		expect("a newer program's schema, while this one serves beside it")
		err = db.Do(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE migrations SET checksum = $1 WHERE set_name = 'common' AND number = 1`, []byte{2})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		expect("another schema", "schema population store.migration_changed")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if got := failing(t, s, time.Minute); len(got) != 1 || got[0][:17] != "store population " {
			t.Errorf("a store that is gone: %v", got)
		}
	})
}
