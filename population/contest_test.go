package population_test

import (
	"testing"
	"time"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/population"
)

// TestARefusedPersonIsHeard: at any counter, by other officers; the data are
// kept until that has ended, and erased after.
func TestARefusedPersonIsHeard(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		first, second := w.likeness()
		w.decide(same)
		_, err := w.Contest(w.t.Context(), w.officer, w.key(), second.Receipt)
		wants(w.t, err, "same_officer")
		_, err = w.Contest(w.t.Context(), w.caller(access.RegistrationOfficer, "06"), w.key(), first.Receipt)
		wants(w.t, err, "not_refused")
		w.clock.Advance(90 * 24 * time.Hour) // the last day
		elsewhere := w.caller(access.RegistrationOfficer, "06")
		for range 2 {
			st, err := w.Contest(w.t.Context(), elsewhere, "contest", second.Receipt)
			if err != nil || st.State != population.InJudgement {
				w.t.Fatalf("%+v %v", st, err)
			}
		}
		if told := w.Told(w.status(second.Receipt)); told.Late || !told.Until.Equal(w.clock.Now().UTC().Add(24*time.Hour)) {
			w.t.Errorf("the clock of a contest: %+v", told)
		}
		w.clock.Advance(2 * 24 * time.Hour)
		if n, err := w.EraseRefused(w.t.Context(), w.job(), 10); n != 0 || err != nil {
			w.t.Fatalf("a contested refusal was erased: %d %v", n, err)
		}
		if out := w.decide(different); out.Outcome != population.OutcomeDifferent {
			w.t.Fatalf("%+v", out)
		}
		if st := w.status(second.Receipt); st.State != population.Numbered {
			w.t.Fatalf("%s", st.State)
		}
		if w.ownerOf(second.enrolment.Documents[0]) != second.Receipt || w.ownerOf(first.enrolment.Documents[0]) != first.Receipt {
			w.t.Error("the papers are not whose they were")
		}
		// Whoever comes next is compared with both.
		third := w.enrol(w.adult())
		v, err := w.Case(w.t.Context(), w.adjudicator(), w.openCases(w.adjudicator())[0])
		if third.State != population.InJudgement || err != nil || len(v.Others) != 2 {
			w.t.Errorf("%s, %d others, %v", third.State, len(v.Others), err)
		}
	})
}

// TestTheContestOfSomebodyWhosePapersAreTaken: the record keeps what is the
// person's own.
func TestTheContestOfSomebodyWhosePapersAreTaken(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		first, second := w.likeness()
		w.decide(same)
		shown, err := w.Show(w.t.Context(), w.officer, w.find(first), population.Counter, []population.Field{population.FieldState})
		if err != nil {
			w.t.Fatal(err)
		}
		_, err = w.Correct(w.t.Context(), w.officer, w.key(), population.Correction{
			Person: w.find(first), Revision: shown.Revision, Drop: first.enrolment.Documents, Add: second.enrolment.Documents, Cause: "document",
			Act: population.Act{Type: "card", Date: civil.MustParse("2026-11-01")},
		})
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.Contest(w.t.Context(), w.caller(access.RegistrationOfficer, hereArea), w.key(), second.Receipt); err != nil {
			w.t.Fatal(err)
		}
		w.decide(different)
		shown, err = w.Show(w.t.Context(), w.officer, w.find(second), population.Counter, []population.Field{population.FieldDocuments, population.FieldState})
		if err != nil || len(shown.Documents) != 0 || shown.State != population.Active || shown.Revision != 2 {
			w.t.Errorf("%+v %v", shown, err)
		}
		if w.ownerOf(second.enrolment.Documents[0]) != first.Receipt {
			w.t.Error("the paper is no longer whose it was")
		}
	})
}

// TestTheContestEnds: what nobody contested is erased, and cannot be contested
// any more; a refusal that was confirmed is kept again for its time.
func TestTheContestEnds(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		_, second := w.likeness()
		w.decide(same)
		if _, err := w.Contest(w.t.Context(), w.caller(access.LocalAuthority, hereArea), w.key(), second.Receipt); err != nil {
			w.t.Fatal(err)
		}
		w.decide(same)
		w.clock.Advance(91 * 24 * time.Hour)
		if n, err := w.EraseRefused(w.t.Context(), w.job(), 10); n != 1 || err != nil {
			w.t.Fatalf("%d %v", n, err)
		}
		_, err := w.Contest(w.t.Context(), w.caller(access.LocalAuthority, hereArea), w.key(), second.Receipt)
		wants(w.t, err, "contest_over")
	})
}

// TestRefusedWitnessesAreHeardAgain, by another officer than the first.
func TestRefusedWitnessesAreHeardAgain(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		one, two := w.enrol(w.adult()), w.enrol(w.adult())
		e := w.enrol(w.paperless(one, two))
		waiting, err := w.Waiting(w.t.Context(), w.second, hereArea, population.CaseCursor{}, 10)
		if err != nil || len(waiting) != 1 || waiting[0].Receipt != e.Receipt || waiting[0].Overdue {
			w.t.Fatalf("%+v %v", waiting, err)
		}
		if _, err := w.Accept(w.t.Context(), w.second, w.key(), e.Receipt, population.Acceptance{Reason: "witnesses_refused"}); err != nil {
			w.t.Fatal(err)
		}
		st, err := w.Contest(w.t.Context(), w.caller(access.RegistrationOfficer, hereArea), w.key(), e.Receipt)
		if err != nil || st.State != population.AwaitingAcceptance {
			w.t.Fatalf("%+v %v", st, err)
		}
		_, err = w.Accept(w.t.Context(), w.second, w.key(), e.Receipt, population.Acceptance{Accept: true})
		wants(w.t, err, "same_officer")
		st, err = w.Accept(w.t.Context(), w.caller(access.LocalAuthority, hereArea), w.key(), e.Receipt, population.Acceptance{Accept: true})
		if err != nil || st.State != population.Numbered {
			w.t.Fatalf("%+v %v", st, err)
		}
	})
}

// TestEverybodyIsComparedAnew: a new model opens cases, once, and merges nobody.
func TestEverybodyIsComparedAnew(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		for range 5 {
			w.numbered(w.adult())
		}
		if n := w.count(`SELECT count(*) FROM cases`); n != 0 {
			w.t.Fatalf("%d cases", n)
		}
		steps := 0
		for {
			r, err := w.RecheckStep(w.t.Context(), w.job(), 2)
			if err != nil || steps > 10 {
				w.t.Fatal(err)
			}
			if steps++; !r.Ended.IsZero() {
				if r.People != 5 {
					w.t.Errorf("%+v", r)
				}
				break
			}
		}
		if n := w.count(`SELECT count(*) FROM judged_pairs`); n != 10 {
			w.t.Errorf("%d pairs of 10", n)
		}
		if n := w.count(`SELECT count(*) FROM persons WHERE state = 'active'`); n != 5 {
			w.t.Errorf("%d are active", n)
		}
		before := w.count(`SELECT count(*) FROM cases`)
		w.exec(`DELETE FROM rechecks`)
		if _, err := w.RecheckStep(w.t.Context(), w.job(), 100); err != nil || w.count(`SELECT count(*) FROM cases`) != before {
			w.t.Errorf("asked again, %v", err)
		}
		_, err := w.RecheckStep(w.t.Context(), w.officer, 1)
		if errs.KindOf(err) != errs.Denied {
			w.t.Errorf("%v", err)
		}
	})
}
