package household_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"sijil/access"
	"sijil/household"
	"sijil/internal/store"
)

// TestADraft is saved bit by bit, counts for nothing, and is submitted whole.
func TestADraft(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		_, whole := r.family(goldens(t)[0])
		first := whole
		first.Members, first.Answers = first.Members[:2], nil
		f, err := r.svc.Save(ctx, officer, "save", first)
		if err != nil || f.State != household.Draft || f.Version != 1 || f.Revision != 1 {
			t.Fatalf("%+v, %v", f, err)
		}
		if same, err := r.svc.Save(ctx, officer, "save", first); err != nil || same.Household != f.Household {
			t.Errorf("%+v, %v", same, err)
		}
		rows := r.dump()
		_, err = r.svc.Submit(ctx, officer, r.key(), f.Household, f.Revision)
		if got := codes(err); !slices.Contains(got, "questionnaire.missing answers.rooms") {
			t.Errorf("an incomplete draft: %q", got)
		}
		if _, err := r.svc.Submit(ctx, officer, r.key(), f.Household, f.Revision+1); !slices.Contains(codes(err), "household.stale revision") {
			t.Errorf("a stale one: %v", err)
		}
		if after := r.dump(); !maps.Equal(after, rows) || rows["household_claims"] != 0 || rows["household_scores"] != 0 {
			t.Errorf("something was written: %v, then %v", rows, after)
		}
		// Saved on: those known are named by their line, three more by name.
		next := whole
		next.Household, next.Revision = f.Household, f.Revision
		next.Members = slices.Clone(whole.Members)
		for i := range 2 {
			next.Members[i].Claim, next.Members[i].Line = nil, i+1
		}
		g, err := r.svc.Save(ctx, officer, r.key(), next)
		if err != nil || g.Version != 1 || g.Revision != 2 {
			t.Fatalf("%+v, %v", g, err)
		}
		if _, err := r.svc.Declare(ctx, officer, r.key(), again(g, whole)); !slices.Contains(codes(err), "household.draft_open household") {
			t.Errorf("beside a draft: %v", err)
		}
		elsewhere := officer
		elsewhere.Areas = []string{"03"}
		if _, err := r.svc.Submit(ctx, elsewhere, r.key(), g.Household, g.Revision); !slices.Contains(codes(err), "access.area ") {
			t.Errorf("outside the area: %v", err)
		}
		h, err := r.svc.Submit(ctx, officer, "submit", g.Household, g.Revision)
		if err != nil || h.State != household.Computed || h.Index != "9.4563944" {
			t.Fatalf("%+v, %v", h, err)
		}
		if same, err := r.svc.Submit(ctx, officer, "submit", g.Household, g.Revision); err != nil || same.Score != h.Score {
			t.Errorf("%+v, %v", same, err)
		}
		if _, err := r.svc.Submit(ctx, officer, r.key(), h.Household, h.Revision); !slices.Contains(codes(err), "household.no_draft household") {
			t.Errorf("nothing to submit: %v", err)
		}
		r.holds()
	})
}

// TestADiscardedDraft can be read no more, and the version beside it stands.
func TestADiscardedDraft(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		_, d := r.family(goldens(t)[0])
		f := r.declare(d)
		draft, err := r.svc.Save(ctx, officer, r.key(), again(f, d))
		if err != nil || draft.Version != 2 {
			t.Fatalf("%+v, %v", draft, err)
		}
		if _, err := r.svc.Discard(ctx, officer, "throw", f.Household, draft.Revision); err != nil {
			t.Fatal(err)
		}
		if again, err := r.svc.Discard(ctx, officer, "throw", f.Household, draft.Revision); err != nil || again.State != household.Discarded {
			t.Errorf("%+v, %v", again, err)
		}
		var key [16]byte
		if err := r.db.View(ctx, func(tx *store.Tx) error {
			return tx.QueryRow(ctx, `SELECT key_id FROM household_versions WHERE state = 'discarded'`).Scan(&key)
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.vault.Key(ctx, key); err == nil {
			t.Error("the key of the draft lives")
		}
		e := again(f, d)
		e.Revision = r.view(f.Household).Revision
		if g := r.declare(e); g.Version != 3 {
			t.Errorf("version %d", g.Version)
		}
		r.holds()
	})
}

// TestViewing: answers leave only with a recorded disclosure; a person sees the
// household's and the own line, and only of the own household.
func TestViewing(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		all, d := r.family(goldens(t)[0])
		d.Note = "the meter is shared with the neighbour"
		f := r.declare(d)
		if v := r.view(f.Household); v.Answers != nil || v.Note != "" || r.dump()["household_disclosures"] != 0 {
			t.Errorf("%+v", v)
		}
		v, err := r.svc.View(ctx, officer, household.ViewRequest{Household: f.Household, Parts: household.TheAnswers})
		if err != nil || len(v.Answers) != 6 || v.Note != d.Note || v.Score != nil || r.dump()["household_disclosures"] != 1 {
			t.Errorf("%+v, %v", v, err)
		}
		her := r.account(all[1])
		if _, err := r.svc.View(ctx, her, household.ViewRequest{Household: f.Household}); !slices.Contains(codes(err), "household.who who") {
			t.Errorf("nobody in particular: %v", err)
		}
		v, err = r.svc.View(ctx, her, household.ViewRequest{Household: f.Household, Who: &all[1].Claim, Key: r.key(), Parts: household.TheAnswers | household.OwnAnswers})
		if err != nil || v.Own != 2 || len(v.Answers) != 2 || v.Answers[2] == nil || v.Answers[1] != nil || r.dump()["household_disclosures"] != 2 {
			t.Errorf("%+v, %v", v, err)
		}
		stranger := r.people.born("1980-01-01", man)
		if _, err := r.svc.View(ctx, r.account(stranger), household.ViewRequest{Household: f.Household, Who: &stranger.Claim, Key: r.key()}); !slices.Contains(codes(err), "household.no_line who") {
			t.Errorf("a stranger: %v", err)
		}
		elsewhere := officer
		elsewhere.Areas = []string{"03"}
		if _, err := r.svc.View(ctx, elsewhere, household.ViewRequest{Household: f.Household}); !slices.Contains(codes(err), "access.area ") {
			t.Errorf("outside the area: %v", err)
		}
		// Tasks of an area show no answers and no index.
		r.declare(r.alone(all[1]))
		authority := access.Caller{Kind: access.Staff, Actor: uidOf(6), Roles: []access.Role{access.LocalAuthority}, Areas: []string{"06.141"}}
		tasks, err := r.svc.Tasks(ctx, authority, "06.141-U", [16]byte{}, 10)
		if err != nil || len(tasks) != 2 || tasks[0].Kind != household.MemberMoved {
			t.Errorf("%+v, %v", tasks, err)
		}
		if rest, err := r.svc.Tasks(ctx, authority, "06.141-U", tasks[0].Ref, 10); err != nil || len(rest) != 1 {
			t.Errorf("%+v, %v", rest, err)
		}
		if _, err := r.svc.Tasks(ctx, authority, "03.231-U", [16]byte{}, 10); err == nil {
			t.Error("tasks of another area")
		}
	})
}
