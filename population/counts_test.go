package population_test

import (
	"fmt"
	"testing"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/population"
)

// Counts are read in pages by place and month; nothing is left out between two
// pages, or stands twice.
func TestCountsInPages(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		for i := range 2*population.MaxPage + 7 {
			w.exec(`INSERT INTO tallies (place, name, month, count) VALUES ($1, $2, $3, $4)`, fmt.Sprintf("place-%02d", i%40), "refused.x",
				civil.Date{Year: 2020 + i/40, Month: 1, Day: 1}, int64(i+1))
		}
		w.exec(`INSERT INTO tallies (place, name, month, count) VALUES ('place-00', 'another', $1, 1)`, civil.Date{Year: 2020, Month: 1, Day: 1})
		planner := w.caller(access.Planner)
		seen := map[int64]bool{}
		pages := 0
		for after := (population.Count{}); ; {
			page, err := w.Counts(t.Context(), planner, "refused.x", after)
			if err != nil {
				t.Fatal(err)
			}
			pages++
			for _, c := range page {
				if seen[c.Count] {
					t.Errorf("a count stands twice")
				}
				seen[c.Count] = true
			}
			if len(page) < population.MaxPage {
				break
			}
			after = page[len(page)-1]
		}
		if len(seen) != 2*population.MaxPage+7 || pages != 3 {
			t.Errorf("%d counts on %d pages", len(seen), pages)
		}
	})
}
