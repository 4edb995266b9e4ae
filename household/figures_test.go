package household_test

import (
	"testing"
	"time"

	"sijil/access"
	"sijil/formula"
	"sijil/household"
	"sijil/internal/errs"
)

// TestTally: what is counted is what was declared, by place, by month, by side
// of each limit, on every engine.
func TestTally(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := t.Context()
		planner := access.Caller{Kind: access.Staff, Actor: r.ids.NewID(), Roles: []access.Role{access.Planner}}
		ask := household.TallyRequest{
			Months: []time.Time{t0.AddDate(0, -1, 0), t0.Add(time.Hour)},
			Limits: []formula.Index{93_626_150, 97_430_010}, Width: 1_000_000,
		}
		empty, err := r.svc.Tally(ctx, planner, ask)
		if err != nil || len(empty.Homes)+len(empty.Scores)+len(empty.Tasks) != 0 {
			t.Fatalf("nothing gives %+v, %v", empty, err)
		}
		var lines int64
		for i, g := range goldens(t) {
			if i == 3 {
				r.clock.Advance(2 * time.Hour)
			}
			_, d := r.family(g)
			r.declare(d)
			lines += int64(len(d.Members))
		}
		got, err := r.svc.Tally(ctx, planner, ask)
		if err != nil {
			t.Fatal(err)
		}
		months, homes, persons := map[int]int64{}, int64(0), int64(0)
		for _, h := range got.Homes {
			months[h.Month] += h.Households
			homes, persons = homes+h.Households, persons+h.Persons
		}
		if homes != 6 || persons != lines || months[1] != 3 || months[2] != 3 {
			t.Errorf("%d households of %d persons (of %d), by month %v", homes, persons, lines, months)
		}
		// The golden indexes: 9.456 9.3626150 10.460 10.018 8.779 9.600; the second
		// is the first limit exactly.
		under, bins := map[int]int64{}, map[int64]int64{}
		scored := int64(0)
		for _, s := range got.Scores {
			under[s.Under] += s.Households
			bins[s.Bin] += s.Households
			scored += s.Persons
			if s.Outside || s.Stratum == "" {
				t.Errorf("a household outside the frame, or without a stratum: %+v", s)
			}
		}
		if under[0] != 2 || under[1] != 2 || under[2] != 2 || scored != lines {
			t.Errorf("at or below so many limits: %v; %d persons", under, scored)
		}
		if bins[94] != 1 || bins[93] != 1 || bins[104] != 1 || bins[100] != 1 || bins[87] != 1 || bins[96] != 1 {
			t.Errorf("bins %v", bins)
		}
	})
}

// TestTallyIsForWhoMaySeeCounts, and in sizes that make sense.
func TestTallyIsForWhoMaySeeCounts(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ask := household.TallyRequest{Width: 1}
		if _, err := r.svc.Tally(t.Context(), officer, ask); errs.KindOf(err) != errs.Denied {
			t.Errorf("an officer: %v", err)
		}
		planner := access.Caller{Kind: access.Staff, Roles: []access.Role{access.Planner}}
		for _, bad := range []household.TallyRequest{{}, {Width: -1}, {Width: 1, Months: make([]time.Time, 37)}, {Width: 1, Limits: make([]formula.Index, 17)}} {
			if _, err := r.svc.Tally(t.Context(), planner, bad); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if _, err := r.svc.Examples(t.Context(), officer, nil); errs.KindOf(err) != errs.Denied {
			t.Errorf("an officer goes through the register: %v", err)
		}
	})
}

// TestExamples: the lowest, the highest and the nearest are those.
func TestExamples(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		if got, err := r.svc.Examples(t.Context(), job, []formula.Index{1}); err != nil || len(got) != 0 {
			t.Fatalf("nothing gives %v, %v", got, err)
		}
		var codes []household.Code
		for _, g := range goldens(t) {
			_, d := r.family(g)
			codes = append(codes, r.declare(d).Household)
		}
		got, err := r.svc.Examples(t.Context(), job, []formula.Index{93_264_284, 97_430_010})
		if err != nil {
			t.Fatal(err)
		}
		want := map[household.Code]string{codes[4]: household.TellingLowest, codes[2]: household.TellingHighest, codes[1]: household.TellingNearest, codes[3]: household.TellingNearest}
		if len(got) != len(want) {
			t.Errorf("%d examples", len(got))
		}
		for _, e := range got {
			if want[e.Code] != e.Why {
				t.Errorf("an example of %s is another's", e.Why)
			}
		}
	})
}
