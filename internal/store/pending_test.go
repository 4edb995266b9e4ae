package store_test

import (
	"slices"
	"testing"

	"sijil/internal/outbox"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
)

// Events of several topics come in the order of their ids, page by page, and
// those of topics that nobody asked for do not come at all.
func TestPendingEventsOfSeveralTopics(t *testing.T) {
	t.Parallel()
	storetest.Each(t, set(things), func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		var want []uid.ID
		err := db.Do(ctx, func(tx *store.Tx) error {
			var b store.Batch
			want = nil
			for i := range 60 {
				e := outbox.Event{ID: newID(), Subject: newID(), Topic: []string{"a", "unheard", "b"}[i*i%3], At: storetest.Now}
				if i > 40 {
					e.Topic = "b"
				}
				if e.Topic != "unheard" {
					want = append(want, e.ID)
				}
				b.Emit(e)
			}
			return tx.Run(ctx, &b)
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []uid.ID
		for after, full := (uid.ID{}), true; full; {
			page, err := store.Outbox{DB: db}.Pending(ctx, []string{"a", "b", "c"}, after, 7)
			if err != nil || len(page) > 7 {
				t.Fatalf("%d events, %v", len(page), err)
			}
			for _, e := range page {
				got = append(got, e.ID)
				after = e.ID
			}
			full = len(page) == 7
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d events, want %d in their order", len(got), len(want))
		}
	})
}
