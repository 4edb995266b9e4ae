package population_test

import (
	"testing"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/population"
)

// TestTally: what is counted is who was enrolled, by place, state and month,
// and what waits, on every engine.
func TestTally(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		planner := w.caller(access.Planner, access.AnyArea)
		months := []time.Time{w.clock.Now().AddDate(0, -1, 0), w.clock.Now().Add(time.Hour)}
		got, err := w.Tally(t.Context(), planner, months)
		if err != nil || len(got.Persons)+len(got.Enrolments) != 0 {
			t.Fatalf("nobody gives %+v, %v", got, err)
		}
		one, two := w.enrol(w.adult()), w.enrol(w.adult())
		w.clock.Advance(2 * time.Hour)
		w.enrol(w.paperless(one, two))
		if got, err = w.Tally(t.Context(), planner, months); err != nil {
			t.Fatal(err)
		}
		type cell struct {
			state population.State
			month int
		}
		persons, states := map[cell]int64{}, map[population.EnrolmentState]int64{}
		for _, x := range got.Persons {
			persons[cell{x.State, x.Month}] += x.Persons
			if x.Locality != one.enrolment.Locality {
				t.Errorf("somebody lives at %q", x.Locality)
			}
		}
		for _, x := range got.Enrolments {
			states[x.State] += x.Count
		}
		if persons[cell{population.Active, 1}] != 2 || persons[cell{population.Unnumbered, 2}] != 1 || len(persons) != 2 {
			t.Errorf("persons %v", persons)
		}
		if states[population.Numbered] != 2 || states[population.AwaitingAcceptance] != 1 || len(states) != 2 {
			t.Errorf("enrolments %v", states)
		}
		if _, err := w.Tally(t.Context(), w.officer, nil); errs.KindOf(err) != errs.Denied {
			t.Errorf("an officer: %v", err)
		}
		if _, err := w.Tally(t.Context(), planner, make([]time.Time, 37)); errs.KindOf(err) != errs.Invalid {
			t.Errorf("37 months: %v", err)
		}
	})
}
