package household_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"sijil/household"
	"sijil/internal/store"
	"sijil/internal/uid"
)

// What waits for its delay in a version that no longer stands is over: it does
// not fill the list of what is due.
func TestLinesOfOldVersionsAreNotDue(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		for range 3 {
			_, d := r.family(goldens(t)[3])
			f := r.declare(d)
			r.declare(again(f, d))
		}
		r.clock.Advance(15 * 24 * time.Hour)
		for round, want := range []int{2, 1, 0} {
			if n, err := r.svc.CountDue(ctx, job, 2); n != want || err != nil {
				t.Errorf("round %d: %d counted, want %d, %v", round, n, want, err)
			}
		}
	}, delayed(14))
}

// One household that cannot be computed holds up no other.
func TestOneHouseholdThatCannotBeComputedHoldsUpNoOther(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		_, first := r.family(goldens(t)[3])
		broken := r.declare(first)
		r.clock.Advance(time.Hour)
		_, second := r.family(goldens(t)[3])
		whole := r.declare(second)
		if err := r.vault.Destroy(ctx, r.keyOf(broken), "test"); err != nil {
			t.Fatal(err)
		}
		r.clock.Advance(15 * 24 * time.Hour)
		for range 2 {
			if _, err := r.svc.CountDue(ctx, job, 1); err != nil {
				t.Errorf("%v", err)
			}
		}
		if v := r.view(whole.Household); len(v.History) != 2 {
			t.Errorf("%d scores of the household that can be computed", len(v.History))
		}
	}, delayed(14))
}

// A father declares the children, and dies: they are with the widow, who may
// leave her in-laws' house with them.
func TestAWidowLeavesWithTheChildren(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		his, her := r.people.born("1980-01-01", man), r.people.born("1985-01-01", woman)
		kid := r.people.born("2024-01-01", woman)
		f := r.declare(r.house(home(t), named(his, adult("head", "married")), named(her, adult("spouse", "married")), named(kid, child("child"))))
		r.people.change(his, func() { his.dead = true })
		d := r.house(home(t), named(her, adult("head", "widowed")), named(kid, child("child")))
		d.Household, d.Revision, d.HeadReason = f.Household, f.Revision, "death"
		g := r.declare(d)
		out, err := r.svc.Leave(ctx, officer, r.key(), household.Departure{Household: g.Household, Who: her.Claim, Lines: []int{2}})
		if err != nil || !slices.ContainsFunc(out.Lines, func(l household.Line) bool { return l.Standing == household.Left }) {
			t.Errorf("%+v, %v", out, err)
		}
		r.holds()
	})
}

// Whoever has custody hands it to another adult of the household by declaring
// so; nobody else does.
func TestCustodyIsHandedOnByWhoHasIt(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		his, her := r.people.born("1980-01-01", man), r.people.born("1985-01-01", woman)
		kid := r.people.born("2024-01-01", woman)
		d := r.house(home(t), named(his, adult("head", "married")), named(her, adult("spouse", "married")), named(kid, child("child")))
		d.Members[1].Ref = "2"
		f := r.declare(d) // the declarant has custody, as nothing else is said
		d.Members[2].Custodian = "2"
		f = r.declare(again(f, d)) // and hands it on
		d.Members[2].Custodian = ""
		f = r.declare(again(f, d)) // and cannot take it back
		if _, err := r.svc.Leave(ctx, officer, r.key(), household.Departure{Household: f.Household, Who: her.Claim, Lines: []int{3}}); err != nil {
			t.Error(err)
		}
		r.holds()
	})
}

// keyOf returns the data key of a household's first version.
func (r *rig) keyOf(f *household.Filed) (id uid.ID) {
	r.t.Helper()
	err := r.db.View(context.Background(), func(tx *store.Tx) error {
		return tx.QueryRow(context.Background(), `SELECT key_id FROM household_versions WHERE household_id = $1 AND version = 1`, f.ID).Scan(&id)
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}
