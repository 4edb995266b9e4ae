package household_test

import (
	"testing"

	"sijil/programme"
	"sijil/programme/programmedb"
)

// A later list of what gives a new outcome makes no earlier outcome wrong.
func TestOutcomesHoldWhenTheCausesChange(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		_, d := r.family(goldens(t)[0])
		f := r.declare(d)
		l := land()
		later := programme.New(programme.Config{
			Store: programmedb.New(r.db), Scores: scores{r.svc}, Programmes: l.p, Recomputes: []string{"declaration", "review"},
			Zone: l.c.Zone, Clock: r.clock, IDs: r.ids,
		})
		list, err := later.RecomputeScore(t.Context(), auditor, f.ID, f.Score)
		if err != nil || len(list) != 2 {
			t.Fatalf("%d outcomes, %v", len(list), err)
		}
		for _, v := range list {
			if v.Finding != programme.Agrees {
				t.Errorf("%s: %s", v.Outcome.Programme, v.Finding)
			}
		}
	})
}
