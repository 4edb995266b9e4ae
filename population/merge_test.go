package population_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/population/populationdb"
	"sijil/seal"
)

// numbered enrols somebody whom nothing holds up.
func (w *world) numbered(e population.Enrolment) citizen {
	w.t.Helper()
	config := w.config
	config.Duplicates = reference().unlike
	s, err := population.New(config)
	if err != nil {
		w.t.Fatal(err)
	}
	was := w.Service
	w.Service = s
	c := w.enrol(e)
	w.Service = was
	w.clock.Advance(time.Minute)
	return c
}

// judged reports two numbers, and lets two officers agree.
func (w *world) judged(a, b idcs.IDCS, j population.Judgement) (population.Judged, error) {
	w.t.Helper()
	officer := w.officer
	officer.Areas = []string{access.AnyArea}
	ref, err := w.Report(w.t.Context(), officer, w.key(), population.CaseReport{One: a, Other: b})
	if err != nil {
		return population.Judged{}, err
	}
	var out population.Judged
	for range 2 {
		c := w.caller(access.Adjudicator, access.AnyArea)
		v, err := w.Case(w.t.Context(), c, ref)
		if err != nil {
			return out, err
		}
		if j.Seen = v.Seen; j.Verdict == population.OpinionSame {
			if j.Document = ""; len(v.Others[0].Conflict) > 0 {
				j.Document = "replaced"
			}
		}
		if out, err = w.Judge(w.t.Context(), c, w.key(), ref, j); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (w *world) mustJudge(a, b idcs.IDCS, j population.Judgement, want population.CaseOutcome) {
	w.t.Helper()
	out, err := w.judged(a, b, j)
	if err != nil || out.Outcome != want {
		w.t.Fatalf("%+v, %v; want %s", out, err, want)
	}
}

func (w *world) born(t seal.Token) (string, error) {
	f, err := w.Facts(w.t.Context(), w.social(), population.Social, []seal.Token{t})
	if err != nil {
		return "", err
	}
	return f[0].Birth.String(), nil
}

// TestMergeAndSplit: the earlier number survives, everything of the other
// leads to it, and a split gives it back.
func TestMergeAndSplit(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		e := w.adult()
		e.Consents, e.Contacts = []string{"phone"}, []population.Contact{{Channel: population.Phone, Value: "0600000001"}}
		p := w.numbered(w.adult())
		e.Names[0] = name("Yusuf", "Benani")
		e.Birth.Date = date("1981-05-17")
		q := w.numbered(e)
		tp, tq := w.sector(p), w.sector(q)

		w.mustJudge(q.IDCS, p.IDCS, same, population.OutcomeMerged)
		if n := w.count(`SELECT count(*) FROM persons WHERE state = 'merged'`); n != 1 {
			w.t.Fatalf("%d merged", n)
		}
		for what, c := range map[string]population.Claim{"its own": p.claim(), "the old one, as its papers say": q.claim()} {
			out, err := w.Exchange(w.t.Context(), w.social(), population.Social, w.key(), []population.Claim{c})
			if err != nil || !out[0].Yes || out[0].Token != tp {
				w.t.Errorf("%s: %+v %v", what, out, err)
			}
		}
		for what, token := range map[string]seal.Token{"its own": tp, "the old": tq} {
			if got, err := w.born(token); err != nil || got != "1980-05-17" {
				w.t.Errorf("%s token: %s %v", what, got, err)
			}
		}
		if owner := w.ownerOf(q.enrolment.Documents[0]); owner != p.Receipt {
			w.t.Error("the other's document is not the survivor's")
		}
		show, err := w.Show(w.t.Context(), w.officer, w.find(q), population.Counter, []population.Field{population.FieldNames, population.FieldFormer, population.FieldDocuments, population.FieldContacts, population.FieldConsents})
		if err != nil || len(show.Names) != 1 || len(show.Former) != 1 || len(show.Documents) != 2 || len(show.Contacts) != 1 || len(show.Consents) != 1 {
			w.t.Errorf("%+v %v", show, err)
		}
		_, err = w.judged(p.IDCS, q.IDCS, population.Judgement{Verdict: population.OpinionSame, Other: 1, Reason: "same_said"})
		if err != nil {
			w.t.Errorf("a merge that holds: %v", err)
		}
		looks, err := w.Disclosed(w.t.Context(), w.resident(p.id), uid.ID{})
		own, err2 := w.Disclosed(w.t.Context(), w.resident(q.id), uid.ID{})
		if err != nil || err2 != nil || len(looks) != len(own) || len(looks) < 6 {
			w.t.Errorf("who looked: %d, %d", len(looks), len(own))
		}

		w.mustJudge(p.IDCS, q.IDCS, different, population.OutcomeSplit)
		if got, err := w.born(tq); err != nil || got != "1981-05-17" {
			w.t.Errorf("the token of the other after the split: %s %v", got, err)
		}
		if got, err := w.born(tp); err != nil || got != "1980-05-17" {
			w.t.Errorf("the token of the survivor after the split: %s %v", got, err)
		}
		if out, err := w.Exchange(w.t.Context(), w.social(), population.Social, w.key(), []population.Claim{q.claim()}); err != nil || out[0].Token != tq {
			w.t.Errorf("the other's number after the split: %+v %v", out, err)
		}
		if w.ownerOf(q.enrolment.Documents[0]) != q.Receipt || w.ownerOf(p.enrolment.Documents[0]) != p.Receipt {
			w.t.Error("documents did not go back")
		}
		show, err = w.Show(w.t.Context(), w.officer, w.find(p), population.Counter, []population.Field{population.FieldFormer, population.FieldDocuments, population.FieldContacts, population.FieldConsents})
		if err != nil || len(show.Former) != 0 || len(show.Documents) != 1 || len(show.Contacts) != 0 || len(show.Consents) != 1 || show.Consents[0].Withdrawn.IsZero() {
			w.t.Errorf("%+v %v", show, err)
		}
		if n := w.count(`SELECT count(*) FROM redirects`); n != 0 {
			w.t.Error("a redirect is left")
		}
	})
}

// ownerOf is the receipt of whoever has a document; "" is nobody.
func (w *world) ownerOf(d population.Document) uid.Ref {
	w.t.Helper()
	c := w.officer
	c.Areas = []string{access.AnyArea}
	list, err := w.Find(w.t.Context(), c, population.FindRequest{Document: &d})
	if err != nil || len(list) > 1 {
		w.t.Fatalf("%d people have a document, %v", len(list), err)
	}
	if len(list) == 0 {
		return ""
	}
	shown, err := w.Show(w.t.Context(), c, list[0].Token, population.Counter, []population.Field{population.FieldNumber})
	if err != nil {
		w.t.Fatal(err)
	}
	var receipt uid.Ref
	err = w.db.View(w.t.Context(), func(tx *store.Tx) error {
		blinds, err := w.vault.Blinds(w.t.Context(), "population.number", []byte(shown.IDCS.Digits()))
		if err != nil {
			return err
		}
		return tx.QueryRow(w.t.Context(), `SELECT p.receipt FROM persons p JOIN number_claims n ON n.person_id = p.person_id WHERE n.blind = ANY($1)`, blinds).Scan(&receipt)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return receipt
}

// TestAFormerMergerDoesNotSplit: whoever merged two records does not judge
// whether that was wrong.
func TestWhoMergedDoesNotJudgeTheSplit(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		p, q := w.numbered(w.adult()), w.numbered(w.adult())
		report := func() uid.Ref {
			ref, err := w.Report(w.t.Context(), w.officer, w.key(), population.CaseReport{One: p.IDCS, Other: q.IDCS})
			if err != nil {
				w.t.Fatal(err)
			}
			return ref
		}
		ref := report()
		if _, err := w.Report(w.t.Context(), w.officer, w.key(), population.CaseReport{One: q.IDCS, Other: p.IDCS}); err == nil {
			w.t.Error("a second case about the same two")
		}
		one, two := w.adjudicator(), w.adjudicator()
		w.mustOpine(one, ref, same)
		if out := w.mustOpine(two, ref, same); out.Outcome != population.OutcomeMerged {
			w.t.Fatalf("%+v", out)
		}
		ref = report()
		_, err := w.Case(w.t.Context(), one, ref)
		wants(w.t, err, "same_officer")
		v, err := w.Case(w.t.Context(), w.adjudicator(), ref)
		if err != nil || !v.Split {
			w.t.Errorf("%v %v", v.Split, err)
		}
	})
}

// someone is a person of the property below, as the test knows it.
type someone struct {
	citizen
	into   int // the person merged into; -1 when none
	tokens []seal.Token
}

// TestMergesAndSplits: after any sequence of merges and splits every token ever
// issued and every number leads to exactly one live person, the one that the
// merges say; every document belongs to exactly one; no number is given twice.
func TestMergesAndSplits(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{populationdb.Migrations()}, func(t *testing.T, db *store.DB) {
		t.Helper()
		w := newJudging(t, db)
		rapid.Check(t, func(rt *rapid.T) {
			people := make([]*someone, 4)
			for i := range people {
				e := w.adult()
				e.Birth.Date = date(fmt.Sprintf("19%d0-05-17", i+5))
				e.Names = []population.Name{name(lettered(w.serial.Add(1)), "Bennani")} // whoever shares a name with hundreds is left to people
				people[i] = &someone{citizen: w.numbered(e), into: -1}
			}
			for range rapid.IntRange(1, 6).Draw(rt, "acts") {
				a := rapid.IntRange(0, len(people)-1).Draw(rt, "a")
				b := rapid.IntRange(0, len(people)-1).Draw(rt, "b")
				for _, i := range []int{a, b} { // a token may be issued at any time
					if rapid.Bool().Draw(rt, "token") {
						live := people[liveOf(people, i)]
						live.tokens = append(live.tokens, w.sector(people[i].citizen))
					}
				}
				mergeOrSplit(w, people, a, b)
				consistent(rt, w, people)
			}
		})
	})
}

// lettered is a name of its own for each number.
func lettered(n int64) string {
	out := ""
	for range 6 {
		out += string("bdfklmnrst"[n%10]) + string("aiuo"[n/10%4])
		n /= 10
	}
	return strings.ToUpper(out[:1]) + out[1:]
}

func liveOf(people []*someone, i int) int {
	for people[i].into >= 0 {
		i = people[i].into
	}
	return i
}

// mergeOrSplit merges two people, or undoes the merge that made them one.
func mergeOrSplit(w *world, people []*someone, a, b int) {
	la, lb := liveOf(people, a), liveOf(people, b)
	switch {
	case a == b:
	case la != lb:
		out, err := w.judged(people[a].IDCS, people[b].IDCS, same)
		if err != nil || out.Outcome != population.OutcomeMerged {
			w.t.Fatalf("merge: %+v %v", out, err)
		}
		people[max(la, lb)].into = min(la, lb)
	default: // the later of those that were merged is in question
		out, err := w.judged(people[a].IDCS, people[b].IDCS, different)
		if err != nil || out.Outcome != population.OutcomeSplit {
			w.t.Fatalf("split: %+v %v", out, err)
		}
		i := max(a, b)
		if people[i].into < 0 {
			i = min(a, b)
		}
		people[i].into = -1
	}
}

func consistent(rt *rapid.T, w *world, people []*someone) {
	for i, p := range people {
		live := people[liveOf(people, i)]
		want := live.enrolment.Birth.Date.String()
		for _, token := range p.tokens {
			// A token is of whoever it was issued for, wherever that one is now.
			if got, err := w.born(token); err != nil || got != want {
				rt.Fatalf("a token of %d leads to %s, not to %s: %v", i, got, want, err)
			}
		}
		out, err := w.Exchange(w.t.Context(), w.social(), population.Social, w.key(), []population.Claim{p.claim()})
		if err != nil || !out[0].Yes {
			rt.Fatalf("the number of %d: %v %v", i, out, err)
		}
		if got, err := w.born(out[0].Token); err != nil || got != want {
			rt.Fatalf("the number of %d leads to %s, not to %s: %v", i, got, want, err)
		}
		if owner := w.ownerOf(p.enrolment.Documents[0]); owner != live.Receipt {
			rt.Fatalf("the document of %d is not whose it should be", i)
		}
	}
	if n, m := w.count(`SELECT count(*) FROM number_claims`), w.count(`SELECT count(*) FROM persons WHERE number IS NOT NULL`); n != m {
		rt.Fatalf("%d numbers of %d people", n, m)
	}
}

// TestAStaffMemberWhoWasMergedIsStillAColleague: the agency knows a staff
// member by the token it was given, whatever that leads to now.
func TestAStaffMemberWhoWasMergedIsStillAColleague(t *testing.T) {
	t.Parallel()
	judging(t, func(w *world) {
		p, q := w.numbered(w.adult()), w.numbered(w.adult())
		other := w.numbered(w.adult())
		token, err := w.TokenOf(w.t.Context(), w.job(), q.id, population.Agency, true)
		if err != nil {
			w.t.Fatal(err)
		}
		w.mustJudge(p.IDCS, q.IDCS, same, population.OutcomeMerged)
		w.staff.mu.Lock()
		w.staff.who[token] = true
		w.staff.mu.Unlock()
		_, err = w.Enrol(w.t.Context(), w.officer, w.key(), w.paperless(p, other))
		wants(w.t, err, "witness_staff")
	})
}
