package household_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"sijil/formula"
	"sijil/household"
	"sijil/internal/civil"
	"sijil/internal/store"
	"sijil/programme"
)

// TestACorrectionGivesANewScore, once for each event, with its cause; what was
// decided before stays as it was.
func TestACorrectionGivesANewScore(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		all, d := r.family(goldens(t)[1])
		f := r.declare(d)
		// The head is ten years older than the register had it.
		r.people.change(all[0], func() { all[0].Birth = civil.Partial{Year: 1976, Month: 2, Day: 14} })
		event := r.ids.NewID()
		var wg sync.WaitGroup
		for range 4 { // the relay repeats itself, even at once
			wg.Go(func() {
				if err := r.svc.PersonCorrected(ctx, job, all[0].token, event); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		v := r.view(f.Household)
		if len(v.History) != 2 || v.Score.Cause != household.CauseCorrection || v.Score.Index.String() == f.Index || v.History[0].To != v.Score.From {
			t.Fatalf("%d scores, cause %s, index %s", len(v.History), v.Score.Cause, v.Score.Index)
		}
		if v.Score.AsOf != v.History[0].AsOf {
			t.Errorf("as of %s, then %s", v.History[0].AsOf, v.Score.AsOf)
		}
		// Another event that changes nothing gives no score; nor does one about
		// somebody of no household.
		if err := r.svc.PersonCorrected(ctx, job, all[0].token, r.ids.NewID()); err != nil {
			t.Fatal(err)
		}
		if err := r.svc.PersonCorrected(ctx, job, r.people.born("1980-01-01", woman).token, r.ids.NewID()); err != nil {
			t.Fatal(err)
		}
		if v := r.view(f.Household); len(v.History) != 2 {
			t.Errorf("%d scores", len(v.History))
		}
		// The child turns out to be of age for questions that were not asked.
		r.people.change(all[1], func() { all[1].Birth = civil.Partial{Year: 2006, Month: 1, Day: 1} })
		event = r.ids.NewID()
		for range 2 {
			if err := r.svc.PersonCorrected(ctx, job, all[1].token, event); err != nil {
				t.Fatal(err)
			}
		}
		v = r.view(f.Household)
		if len(v.History) != 2 || !slices.Equal(v.Tasks, []household.TaskKind{household.AnswersMissing}) {
			t.Errorf("%d scores, tasks %v", len(v.History), v.Tasks)
		}
		r.holds()
	})
}

// TestAPresumedBirthdayDecidesAgainstNobody.
func TestAPresumedBirthdayDecidesAgainstNobody(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		head := r.people.born("1983", woman) // 42 or 43 on 1 November, by the day of birth
		f := r.declare(r.alone(head))
		v := r.view(f.Household)
		if v.Score.Presumed != 1 || v.Score.Low == v.Score.High {
			t.Fatalf("presumed %d, %s to %s", v.Score.Presumed, v.Score.Low, v.Score.High)
		}
		// A threshold between the two: invented, and the score as it was stored.
		between := formula.Threshold(int64(v.Score.Low)+int64(v.Score.High)) / 2
		s, err := scores{r.svc}.Score(context.Background(), job, f.ID, f.Score)
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			index    formula.Index
			standing programme.Standing
			reason   programme.Reason
			hinges   programme.Reason
		}{
			{v.Score.High, programme.Undecided, programme.PresumedBirthday, ""},
			{v.Score.Low, programme.AtOrBelow, programme.Compared, programme.PresumedBirthday},
		} {
			s.Index = tt.index
			standing, reason, hinges := programme.DecideOne(s, between)
			if standing != tt.standing || reason != tt.reason || hinges != tt.hinges {
				t.Errorf("index %s: %s, %s, %q", tt.index, standing, reason, hinges)
			}
		}
	})
}

// TestRecompute: every stored score computes to the same bytes; a changed row
// is found, and so is a changed formula; erased inputs are said to be erased.
func TestRecompute(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		var filed []*household.Filed
		for _, g := range goldens(t) {
			_, d := r.family(g)
			filed = append(filed, r.declare(d))
		}
		all := func(svc *household.Service) map[string][2]household.Finding {
			out := map[string][2]household.Finding{}
			var at household.Cursor
			for {
				page, next, done, err := svc.RecomputeAfter(ctx, auditor, at, 2)
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range page {
					out[v.Score.String()] = [2]household.Finding{v.Variables, v.Inputs}
				}
				if at = next; done {
					return out
				}
			}
		}
		for s, v := range all(r.svc) {
			if v != [2]household.Finding{household.Agrees, household.Agrees} {
				t.Errorf("score %s: %v", s, v)
			}
		}
		tamper := func(i int, sql string, args ...any) {
			t.Helper()
			err := r.db.Do(ctx, func(tx *store.Tx) error {
				n, err := tx.Exec(ctx, sql, append(args, filed[i].Score)...)
				if n != 1 {
					t.Errorf("%d rows changed", n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		tamper(0, `UPDATE household_scores SET index_value = index_value - 1 WHERE score_id = $1`)
		tamper(1, `UPDATE household_scores SET variables = replace(variables, '"hh_size":"4"', '"hh_size":"5"') WHERE score_id = $1`)
		tamper(2, `UPDATE household_scores SET low = low - 1 WHERE score_id = $1`)
		tamper(3, `UPDATE household_scores SET parts = replace(parts, '0', '1') WHERE score_id = $1`)
		tamper(4, `UPDATE household_scores SET inputs = $1 WHERE score_id = $2`, make([]byte, 400))
		got := all(r.svc)
		for i, want := range [][2]household.Finding{
			{household.Differs, household.Differs}, {household.Differs, household.Differs}, {household.Agrees, household.Differs},
			{household.Differs, household.Differs}, {household.Agrees, household.InputsBroken}, {household.Agrees, household.Agrees},
		} {
			if got[filed[i].Score.String()] != want {
				t.Errorf("score %d: %v, want %v", i+1, got[filed[i].Score.String()], want)
			}
		}
		// Erased: what needs no answers still agrees.
		var key [16]byte
		if err := r.db.View(ctx, func(tx *store.Tx) error {
			return tx.QueryRow(ctx, `SELECT key_id FROM household_scores WHERE score_id = $1`, filed[5].Score).Scan(&key)
		}); err != nil {
			t.Fatal(err)
		}
		if err := r.vault.Destroy(ctx, key, "retention ended"); err != nil {
			t.Fatal(err)
		}
		page, err := r.svc.RecomputeHousehold(ctx, auditor, filed[5].Household)
		if err != nil || len(page) != 1 || page[0].Inputs != household.InputsErased || page[0].Variables != household.Agrees || !page[0].Holds() || !page[0].ErasedAt.Equal(t0) {
			t.Errorf("%+v, %v", page, err)
		}
		// The same register with another formula of the same name.
		changed := *land().f.Definition()
		strata := map[string]formula.Stratum{}
		for name, s := range changed.Strata {
			s.Intercept.Coefficient = "9.5"
			strata[name] = s
		}
		changed.Strata = strata
		data, err := changed.JSON()
		if err != nil {
			t.Fatal(err)
		}
		other, err := formula.Parse("changed", data)
		if err != nil {
			t.Fatal(err)
		}
		svc := newRig(t, r.db, func(c *household.Config) { c.Formulas, c.Vault = []*formula.Formula{other}, r.vault }).svc
		for s, v := range all(svc) {
			if v[0] != household.FormulaChanged {
				t.Errorf("score %s: %v", s, v)
			}
		}
	})
}

// TestOutcomesRecompute, and are written once.
func TestOutcomesRecompute(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		_, d := r.family(goldens(t)[0])
		f := r.declare(d)
		for range 3 {
			if err := r.programmes.Decide(ctx, job, f.ID, f.Score); err != nil {
				t.Fatal(err)
			}
		}
		if n := r.dump()["programme_outcomes"]; n != 2 {
			t.Errorf("%d outcomes", n)
		}
		page, _, done, err := r.programmes.RecomputeAfter(ctx, auditor, programme.Cursor{}, 10)
		if err != nil || !done || len(page) != 2 || page[0].Finding != programme.Agrees || page[1].Finding != programme.Agrees {
			t.Fatalf("%+v, %v", page, err)
		}
		for i, sql := range []string{
			`UPDATE programme_outcomes SET standing = 'at_or_below' WHERE score_id = $1 AND programme = 'amo-tadamon'`,
			`UPDATE programme_outcomes SET threshold = threshold + 1 WHERE score_id = $1 AND programme = 'asd'`,
		} {
			if err := r.db.Do(ctx, func(tx *store.Tx) error { _, err := tx.Exec(ctx, sql, f.Score); return err }); err != nil {
				t.Fatal(err)
			}
			page, err := r.programmes.RecomputeScore(ctx, auditor, f.ID, f.Score)
			if err != nil || page[i].Finding != []programme.Finding{programme.Differs, programme.ThresholdChanged}[i] {
				t.Errorf("%+v, %v", page, err)
			}
		}
	})
}
