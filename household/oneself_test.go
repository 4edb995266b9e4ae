package household_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"sijil/household"
)

// A husband knows his wife's number, name and date of birth. With an account of
// his own he neither speaks, leaves, looks nor declares as her, nor touches a
// household that is not his.
func TestAnAccountActsForItsOwnerOnly(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		his, her := r.people.born("1980-01-01", man), r.people.born("1985-01-01", woman)
		d := r.alone(her)
		f := r.declare(d)
		listed := r.declare(r.alone(his))
		saved, err := r.svc.Save(ctx, officer, r.key(), again(f, d))
		if err != nil {
			t.Fatal(err)
		}
		he, she := r.account(his), r.account(her)
		other, foreign := r.alone(her), r.alone(his)
		foreign.Household, foreign.Revision = f.Household, saved.Revision
		before := r.dump()
		for _, tt := range []struct {
			what, code string
			act        func() error
		}{
			{"confirm", "household.member_unknown who", func() error {
				_, err := r.svc.Confirm(ctx, he, r.key(), household.Word{Household: f.Household, Who: her.Claim})
				return err
			}},
			{"leave", "household.member_unknown who", func() error {
				_, err := r.svc.Leave(ctx, he, r.key(), household.Departure{Household: f.Household, Who: her.Claim})
				return err
			}},
			{"view", "household.member_unknown who", func() error {
				_, err := r.svc.View(ctx, he, household.ViewRequest{Household: f.Household, Who: &her.Claim, Key: r.key()})
				return err
			}},
			{"declare", "household.declarant_other declarant", func() error { _, err := r.svc.Declare(ctx, he, r.key(), other); return err }},
			{"save", "household.not_found household", func() error { _, err := r.svc.Save(ctx, he, r.key(), foreign); return err }},
			{"submit", "household.not_found household", func() error {
				_, err := r.svc.Submit(ctx, he, r.key(), f.Household, saved.Revision)
				return err
			}},
			{"discard", "household.not_found household", func() error {
				_, err := r.svc.Discard(ctx, he, r.key(), f.Household, saved.Revision)
				return err
			}},
		} {
			if err := tt.act(); !slices.Contains(codes(err), tt.code) {
				t.Errorf("%s: %q, want %s", tt.what, codes(err), tt.code)
			}
		}
		if after := r.dump(); !maps.Equal(before, after) {
			t.Errorf("%v, before %v", after, before)
		}
		// As themselves they do.
		if _, err := r.svc.Submit(ctx, she, r.key(), f.Household, saved.Revision); err != nil {
			t.Error(err)
		}
		if _, err := r.svc.Leave(ctx, he, r.key(), household.Departure{Household: listed.Household, Who: his.Claim}); err != nil {
			t.Error(err)
		}
	})
}
