package population_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
	"sijil/linkage"
	"sijil/population"
	"sijil/population/populationdb"
)

// judging runs fn on a register of each engine, in which whoever is somewhat
// like somebody is left to people.
func judging(t *testing.T, fn func(w *world)) {
	t.Helper()
	storetest.Each(t, []store.Migrations{populationdb.Migrations()}, func(t *testing.T, db *store.DB) { t.Helper(); fn(newJudging(t, db)) })
}

func newJudging(t testing.TB, db *store.DB) *world {
	t.Helper()
	w := newWorld(t, db)
	d, err := reference().duplicates.WithBands(linkage.Bands{Judge: -20, Same: 100})
	if err != nil {
		t.Fatal(err)
	}
	w.config.Duplicates = d
	w.Service, err = population.New(w.config)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) adjudicator() access.Caller { return w.caller(access.Adjudicator, hereArea) }

// likeness enrols a person and somebody very much like it.
func (w *world) likeness() (first, second citizen) {
	w.t.Helper()
	first = w.enrol(w.adult())
	w.clock.Advance(time.Minute)
	second = w.enrol(w.adult())
	if first.State != population.Numbered || second.State != population.InJudgement || !second.IDCS.IsZero() {
		w.t.Fatalf("%s, %s", first.State, second.State)
	}
	return first, second
}

// openCases are the references of the cases that an officer sees.
func (w *world) openCases(c access.Caller) []uid.Ref {
	w.t.Helper()
	list, err := w.Cases(w.t.Context(), c, hereArea, population.CaseCursor{}, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []uid.Ref
	for _, e := range list {
		out = append(out, e.Ref)
	}
	return out
}

var (
	different = population.Judgement{Verdict: population.OpinionDifferent, Reason: "different_kin"}
	cannot    = population.Judgement{Verdict: population.OpinionCannotTell, Reason: "not_enough"}
	same      = population.Judgement{Verdict: population.OpinionSame, Other: 1, Reason: "same_documents", Document: "miswritten"}
)

// opine gives an officer's opinion on what the officer sees.
func (w *world) opine(c access.Caller, ref uid.Ref, j population.Judgement) (population.Judged, error) {
	w.t.Helper()
	v, err := w.Case(w.t.Context(), c, ref)
	if err != nil {
		return population.Judged{}, err
	}
	j.Seen = v.Seen
	return w.Judge(w.t.Context(), c, w.key(), ref, j)
}

func (w *world) mustOpine(c access.Caller, ref uid.Ref, j population.Judgement) population.Judged {
	w.t.Helper()
	out, err := w.opine(c, ref, j)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// decide lets two officers agree on the only open case.
func (w *world) decide(j population.Judgement) population.Judged {
	w.t.Helper()
	one, two := w.adjudicator(), w.adjudicator()
	refs := w.openCases(one)
	if len(refs) != 1 {
		w.t.Fatalf("%d open cases", len(refs))
	}
	if first := w.mustOpine(one, refs[0], j); first.State != population.CaseOpen || first.Outcome != "" {
		w.t.Fatalf("one opinion bound: %+v", first)
	}
	return w.mustOpine(two, refs[0], j)
}

func (w *world) status(receipt uid.Ref) population.Status {
	w.t.Helper()
	st, err := w.Receipt(w.t.Context(), w.officer, receipt)
	if err != nil {
		w.t.Fatal(err)
	}
	return st
}

// TestTwoOfficersFindTwoPeople: the second is numbered, and not asked about
// again.
func TestTwoOfficersFindTwoPeople(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		first, second := w.likeness()
		if out := w.decide(different); out.State != population.CaseDecided || out.Outcome != population.OutcomeDifferent {
			w.t.Fatalf("%+v", out)
		}
		if st := w.status(second.Receipt); st.State != population.Numbered {
			w.t.Fatalf("%+v", st)
		}
		if n := w.count(`SELECT count(*) FROM number_claims`); n != 2 {
			w.t.Errorf("%d numbers", n)
		}
		if w.sector(first).IsZero() {
			w.t.Error("the first person")
		}
		r, err := w.RecheckStep(w.t.Context(), w.job(), 100)
		if err != nil || r.People != 2 || r.Cases != 0 || r.Ended.IsZero() {
			w.t.Errorf("recheck: %+v, %v", r, err)
		}
	})
}

// TestTwoOfficersFindOnePerson: the enrolment is refused, with reason and
// remedy, and the papers are free to be put into the record there is.
func TestTwoOfficersFindOnePerson(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		first, second := w.likeness()
		if out := w.decide(same); out.Outcome != population.OutcomeRefused {
			w.t.Fatalf("%+v", out)
		}
		st := w.status(second.Receipt)
		told := w.Told(st)
		if st.State != population.Refused || st.Reason != "duplicate" || told.Refusal == nil || told.Heard["ar"] == "" || told.Until.IsZero() {
			w.t.Fatalf("%+v %+v", st, told)
		}
		if n := w.count(`SELECT count(*) FROM number_claims`); n != 1 {
			w.t.Errorf("%d numbers", n)
		}
		if n := w.count(`SELECT count(*) FROM document_claims`); n != 1 {
			w.t.Errorf("%d claims of documents", n)
		}
		if w.sector(first).IsZero() {
			w.t.Error("the person there was is not exchanged any more")
		}
		uses, err := w.Used(w.t.Context(), w.resident(first.id), uid.ID{})
		if err != nil || !slices.ContainsFunc(uses, func(u access.Use) bool { return u.Operation == access.CaseJudge && u.Verdict == "refused" }) {
			w.t.Errorf("the person does not see it: %v", err)
		}
	})
}

// TestOpinionsAreGivenAlone: who may, once, on what was seen, without seeing
// what others hold.
func TestOpinionsAreGivenAlone(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		_, second := w.likeness()
		one, two, three := w.adjudicator(), w.adjudicator(), w.adjudicator()
		ref := w.openCases(one)[0]
		before, err := w.Case(w.t.Context(), two, ref)
		if err != nil {
			w.t.Fatal(err)
		}
		w.mustOpine(one, ref, same)
		after, err := w.Case(w.t.Context(), two, ref)
		if err != nil || before.Seen != after.Seen {
			w.t.Error("the view tells that somebody gave an opinion")
		}
		if len(w.openCases(one)) != 0 || len(w.openCases(two)) != 1 {
			w.t.Error("the list shows a case to whoever has judged it, or hides it from others")
		}
		_, err = w.opine(one, ref, different)
		wants(w.t, err, "opinion_given")
		capturer := w.officer
		capturer.Roles = []access.Role{access.Adjudicator}
		_, err = w.Case(w.t.Context(), capturer, ref)
		wants(w.t, err, "same_officer")
		_, err = w.Case(w.t.Context(), w.caller(access.Adjudicator, "06"), ref)
		if errs.KindOf(err) != errs.Denied {
			w.t.Errorf("an officer of elsewhere: %v", err)
		}
		w.staff.mu.Lock()
		token, err := w.TokenOf(w.t.Context(), w.job(), second.id, population.Agency, true)
		w.staff.who[token] = true
		w.staff.mu.Unlock()
		if err != nil {
			w.t.Fatal(err)
		}
		_, err = w.Case(w.t.Context(), three, ref)
		wants(w.t, err, "concerned")
		w.staff.mu.Lock()
		clear(w.staff.who)
		w.staff.mu.Unlock()

		stale := same
		stale.Seen = "1.9"
		_, err = w.Judge(w.t.Context(), two, w.key(), ref, stale)
		wants(w.t, err, "stale")
		bad := same
		bad.Seen, bad.Document = before.Seen, ""
		_, err = w.Judge(w.t.Context(), two, w.key(), ref, bad)
		wants(w.t, err, "contradiction")

		// They differ: a third one tips it.
		if out := w.mustOpine(two, ref, different); out.State != population.CaseOpen {
			w.t.Fatalf("%+v", out)
		}
		if out := w.mustOpine(three, ref, different); out.Outcome != population.OutcomeDifferent {
			w.t.Fatalf("%+v", out)
		}
		_, err = w.opine(w.adjudicator(), ref, same)
		wants(w.t, err, "case_decided")
	})
}

// TestARepeatedOpinionCountsOnce sends one twice.
func TestARepeatedOpinionCountsOnce(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		w.likeness()
		one, two := w.adjudicator(), w.adjudicator()
		ref := w.openCases(one)[0]
		v, err := w.Case(w.t.Context(), one, ref)
		if err != nil {
			w.t.Fatal(err)
		}
		j := different
		j.Seen = v.Seen
		for range 2 {
			if out, err := w.Judge(w.t.Context(), one, "the-key", ref, j); err != nil || out.State != population.CaseOpen {
				w.t.Fatalf("%+v %v", out, err)
			}
		}
		first, err := w.Judge(w.t.Context(), two, "the-key", ref, j)
		again, err2 := w.Judge(w.t.Context(), two, "the-key", ref, j)
		if err != nil || err2 != nil || first != again || first.Outcome != population.OutcomeDifferent {
			w.t.Fatalf("%+v %+v %v %v", first, again, err, err2)
		}
		if n := w.count(`SELECT count(*) FROM case_opinions`); n != 2 {
			w.t.Errorf("%d opinions", n)
		}
	})
}

// TestNobodyIsRefusedBySilence: without a majority, or in time, a case goes on
// and is escalated; the person stays heard.
func TestNobodyIsRefusedBySilence(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		_, second := w.likeness()
		ref := w.openCases(w.adjudicator())[0]
		operator := w.caller(access.Operator)
		if n, err := w.Escalate(w.t.Context(), w.job(), 10); n != 0 || err != nil {
			w.t.Fatalf("escalated at once: %d %v", n, err)
		}
		w.clock.Advance(24 * time.Hour)
		if n, err := w.Escalate(w.t.Context(), w.job(), 10); n != 1 || err != nil {
			w.t.Fatalf("escalated: %d %v", n, err)
		}
		if n, err := w.Escalate(w.t.Context(), w.job(), 10); n != 0 || err != nil {
			w.t.Fatalf("escalated twice: %d %v", n, err)
		}
		late, err := w.Overdue(w.t.Context(), operator, population.CaseCursor{}, 10)
		if err != nil || len(late) != 1 || late[0].Ref != ref || !late[0].Waiting {
			w.t.Fatalf("%+v %v", late, err)
		}
		st := w.status(second.Receipt)
		if told := w.Told(st); st.State != population.InJudgement || !told.Late || !told.Household {
			w.t.Errorf("%+v", told)
		}
		for _, j := range []population.Judgement{cannot, cannot} {
			w.mustOpine(w.adjudicator(), ref, j)
		}
		if out := w.mustOpine(w.adjudicator(), ref, different); out.State != population.CaseOpen {
			w.t.Fatal("one opinion of a new round bound")
		}
		if out := w.mustOpine(w.adjudicator(), ref, different); out.Outcome != population.OutcomeDifferent {
			w.t.Fatalf("%+v", out)
		}
		late, err = w.Overdue(w.t.Context(), operator, population.CaseCursor{}, 10)
		if err != nil || len(late) != 0 {
			w.t.Errorf("a decided case is overdue: %v", err)
		}
	})
}

// TestOpinionsAtOnce: of opinions that are given at the same moment the first
// two decide, and one number is given.
func TestOpinionsAtOnce(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		_, second := w.likeness()
		ref := w.openCases(w.adjudicator())[0]
		var officers []access.Caller
		for range 4 {
			officers = append(officers, w.adjudicator())
		}
		v, err := w.Case(w.t.Context(), officers[0], ref)
		if err != nil {
			w.t.Fatal(err)
		}
		j := different
		j.Seen = v.Seen
		var wg sync.WaitGroup
		outs, fails := make([]population.Judged, len(officers)), make([]error, len(officers))
		for i, c := range officers {
			wg.Go(func() { outs[i], fails[i] = w.Judge(w.t.Context(), c, "k", ref, j) })
		}
		wg.Wait()
		decided := 0
		for i, o := range outs {
			switch {
			case fails[i] != nil:
				wants(w.t, fails[i], "case_decided")
			case o.State == population.CaseDecided:
				decided++
			}
		}
		if decided != 1 || w.count(`SELECT count(*) FROM case_opinions`) != 2 || w.count(`SELECT count(*) FROM number_claims`) != 2 {
			w.t.Errorf("%d decided it", decided)
		}
		if st := w.status(second.Receipt); st.State != population.Numbered {
			w.t.Errorf("%s", st.State)
		}
	})
}

// TestTheViewLeavesOutWhereSomebodyLives, and discloses what it shows.
func TestTheViewShowsWhatIsRecorded(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		first, _ := w.likeness()
		c := w.adjudicator()
		ref := w.openCases(c)[0]
		v, err := w.Case(w.t.Context(), c, ref)
		if err != nil || len(v.Others) != 1 || v.Others[0].Place != 1 || len(v.Others[0].Lines) < 5 || !v.Others[0].Model || len(v.Others[0].Conflict) != 1 {
			w.t.Fatalf("%+v %v", v.Others, err)
		}
		looks, err := w.Disclosed(w.t.Context(), w.resident(first.id), uid.ID{})
		if err != nil || len(looks) != 1 || looks[0].Operation != access.CaseView || looks[0].Case != string(ref) || looks[0].Recipient != c.Actor {
			w.t.Errorf("%+v %v", looks, err)
		}
		if slices.Contains(looks[0].Fields, "address") || slices.Contains(looks[0].Fields, "contacts") || slices.Contains(looks[0].Fields, "number") {
			w.t.Errorf("too much: %v", looks[0].Fields)
		}
	})
}

// TestMajorities: what the opinions of one round, in their order, lead to.
func TestMajorities(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		for what, opinions := range map[string][]population.Judgement{
			"different": {cannot, different, different},
			"refused":   {same, different, same},
			"":          {same, cannot, different},
		} {
			w.exec(`DELETE FROM case_opinions`)
			w.exec(`DELETE FROM case_pairs`)
			w.exec(`DELETE FROM cases`)
			w.numbered(w.adult())
			waits := w.enrol(w.adult())
			ref := w.openCases(w.adjudicator())[0]
			var out population.Judged
			for i, j := range opinions {
				if i > 0 && out.State != population.CaseOpen {
					w.t.Fatalf("%q: decided by %d", what, i)
				}
				v, err := w.Case(w.t.Context(), w.adjudicator(), ref)
				if err != nil {
					w.t.Fatal(err)
				}
				if j.Document = ""; j.Verdict == population.OpinionSame && len(v.Others[0].Conflict) > 0 {
					j.Document = "miswritten"
				}
				out = w.mustOpine(w.adjudicator(), ref, j)
			}
			if string(out.Outcome) != what {
				w.t.Errorf("%+v, want %q", out, what)
			}
			if st := w.status(waits.Receipt).State; (what == "") != (st == population.InJudgement) {
				w.t.Errorf("%q: %s", what, st)
			}
		}
	})
}
