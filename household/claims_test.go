package household_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"sijil/household"
	"sijil/internal/store"
	"sijil/questionnaire"
)

// alone is the declaration of one person who lives alone.
func (r *rig) alone(s *someone) household.Declaration {
	g := goldens(r.t)[2]
	return household.Declaration{Locality: g.Locality, Declarant: "1", Answers: g.Answers,
		Members: []household.Member{{Ref: "1", Claim: &s.Claim, Answers: adult("head", "single")}}}
}

// adult are the answers about an adult at home; child about a small child.
func adult(relation, marital string) []byte {
	return []byte(`{"relation":"` + relation + `","marital_status":"` + marital + `","presence":"present","awaiting_number":false,"school_level":"none","diploma":"none",
		"reads_and_writes":true,"activity":"home","health_cover":"none"}`)
}

func child(relation string) []byte {
	return []byte(`{"relation":"` + relation + `","presence":"present","awaiting_number":false,"health_cover":"none"}`)
}

// holders returns how many claims and households hold persons, and fails when
// a person has two.
func (r *rig) claimsOf() (claims int) {
	r.t.Helper()
	err := r.db.View(context.Background(), func(tx *store.Tx) error {
		var n int64
		err := tx.QueryRow(context.Background(), "SELECT count(*) FROM household_claims").Scan(&n)
		claims = int(n)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return claims
}

func standings(v *household.Shown) []household.Standing {
	var out []household.Standing
	for _, l := range v.Lines {
		out = append(out, l.Standing)
	}
	return out
}

// TestThePersonsOwnActWins: a listed spouse declares alone and is then out of
// the first household, whose score stays in force until it declares again;
// both households are asked to look.
func TestThePersonsOwnActWins(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		all, d := r.family(goldens(t)[0])
		first := r.declare(d)
		if got := standings(r.view(first.Household)); !slices.Equal(got, []household.Standing{household.Declared, household.Unconfirmed, household.Child, household.Child, household.Child}) {
			t.Fatalf("lines %v", got)
		}
		index := first.Index
		second := r.declare(r.alone(all[1]))
		v := r.view(first.Household)
		if v.Lines[1].Standing != household.Left || v.Score.Index.String() != index || len(v.History) != 1 {
			t.Errorf("line %s, index %s of %d scores", v.Lines[1].Standing, v.Score.Index, len(v.History))
		}
		if !slices.Contains(v.Tasks, household.MemberMoved) || !slices.Contains(r.view(second.Household).Tasks, household.MemberMoved) {
			t.Errorf("tasks %v and %v", v.Tasks, r.view(second.Household).Tasks)
		}
		if r.claimsOf() != 5 {
			t.Errorf("%d claims for five persons", r.claimsOf())
		}
		// Declared anew, the first household is without the spouse; the task is done.
		e := again(first, d)
		e.Revision = v.Revision
		e.Members = slices.Delete(e.Members, 1, 2)
		third := r.declare(e)
		v = r.view(first.Household)
		if third.Version != 2 || len(v.Tasks) != 0 || len(v.History) != 2 || v.Score.Index.String() == index || v.History[0].To != v.History[1].From {
			t.Errorf("version %d, tasks %v, %d scores", third.Version, v.Tasks, len(v.History))
		}
	})
}

// TestNobodyIsTakenByALine: a declarant cannot list somebody out of a
// household that the person declared, confirmed or was first listed in.
func TestNobodyIsTakenByALine(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		all, d := r.family(goldens(t)[3])
		own := r.declare(r.alone(all[1]))
		if _, err := r.svc.Declare(ctx, officer, r.key(), d); !slices.Contains(codes(err), "household.member_elsewhere members[1]") {
			t.Errorf("%v", err)
		}
		if v := r.view(own.Household); v.Lines[0].Standing != household.Declared || len(v.Tasks) != 0 {
			t.Errorf("%+v", v)
		}
		// She leaves her own, is listed, refuses, and cannot be listed again.
		if _, err := r.svc.Leave(ctx, officer, r.key(), household.Departure{Household: own.Household, Who: all[1].Claim}); err != nil {
			t.Fatal(err)
		}
		f := r.declare(d)
		no, err := r.svc.Confirm(ctx, officer, r.key(), household.Word{Household: f.Household, Who: all[1].Claim})
		if err != nil || no.Lines[0].Standing != household.Refused {
			t.Fatalf("%+v, %v", no, err)
		}
		e := again(no, d)
		if _, err := r.svc.Declare(ctx, officer, r.key(), e); !slices.Contains(codes(err), "household.member_declined members[1]") {
			t.Errorf("%v", err)
		}
		e.Members = e.Members[:1]
		g := r.declare(e)
		if g.Index == f.Index {
			t.Error("the index is that of two")
		}
	})
}

// TestConfirming makes a line the person's own word, and moves the person from
// where he or she was.
func TestConfirming(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		all, d := r.family(goldens(t)[3])
		f := r.declare(d)
		yes, err := r.svc.Confirm(ctx, officer, "word", household.Word{Household: f.Household, Who: all[1].Claim, Accept: true})
		if err != nil || yes.Lines[0].Standing != household.Confirmed || yes.Revision != f.Revision+1 {
			t.Fatalf("%+v, %v", yes, err)
		}
		if twice, err := r.svc.Confirm(ctx, officer, "word", household.Word{Household: f.Household, Who: all[1].Claim, Accept: true}); err != nil || twice.Revision != yes.Revision {
			t.Errorf("%+v, %v", twice, err)
		}
		if _, err := r.svc.Confirm(ctx, officer, r.key(), household.Word{Household: f.Household, Who: all[1].Claim}); !slices.Contains(codes(err), "household.own_word accept") {
			t.Errorf("refused after confirming: %v", err)
		}
		stranger := r.people.born("1980-01-01", questionnaire.Female)
		if _, err := r.svc.Confirm(ctx, officer, r.key(), household.Word{Household: f.Household, Who: stranger.Claim, Accept: true}); !slices.Contains(codes(err), "household.no_line who") {
			t.Errorf("a stranger: %v", err)
		}
		// He leaves and declares alone; she stays, he comes back by confirming.
		if _, err := r.svc.Leave(ctx, officer, r.key(), household.Departure{Household: f.Household, Who: all[0].Claim}); err != nil {
			t.Fatal(err)
		}
		own := r.declare(r.alone(all[0]))
		back, err := r.svc.Confirm(ctx, officer, r.key(), household.Word{Household: f.Household, Who: all[0].Claim, Accept: true})
		if err != nil || back.Lines[0].Standing != household.Confirmed {
			t.Fatalf("%+v, %v", back, err)
		}
		if v := r.view(own.Household); v.Lines[0].Standing != household.Left || !slices.Contains(v.Tasks, household.MemberMoved) {
			t.Errorf("%+v", v)
		}
		if r.claimsOf() != 2 {
			t.Errorf("%d claims for two persons", r.claimsOf())
		}
	})
}

// TestAnUnconfirmedAdultCountsAfterTheDelay, or when he or she confirms.
func TestAnUnconfirmedAdultCountsAfterTheDelay(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		all, d := r.family(goldens(t)[3])
		f := r.declare(d)
		one := f.Index
		if f.Lines[1].Counted || one == "10.0178904" {
			t.Fatalf("counted before the delay: %+v", f)
		}
		if n, err := r.svc.CountDue(ctx, job, 10); n != 0 || err != nil {
			t.Errorf("%d, %v before the delay", n, err)
		}
		r.clock.Advance(15 * 24 * time.Hour)
		if n, err := r.svc.CountDue(ctx, job, 10); n != 1 || err != nil {
			t.Errorf("%d, %v after the delay", n, err)
		}
		v := r.view(f.Household)
		if v.Score.Index.String() != "10.0178904" || v.Score.Cause != household.CauseMember || len(v.History) != 2 {
			t.Errorf("index %s, cause %s", v.Score.Index, v.Score.Cause)
		}
		if n, err := r.svc.CountDue(ctx, job, 10); n != 0 || err != nil {
			t.Errorf("%d, %v again", n, err)
		}
		// Not confirmed, she still declares for herself.
		r.declare(r.alone(all[1]))
		if v := r.view(f.Household); v.Lines[1].Standing != household.Left {
			t.Errorf("line %s", v.Lines[1].Standing)
		}
		// Another household: confirmed at once, she counts at once.
		pair, e := r.family(goldens(t)[3])
		e.AsOf = v.AsOf.AddDays(15)
		g := r.declare(e)
		yes, err := r.svc.Confirm(ctx, officer, r.key(), household.Word{Household: g.Household, Who: pair[1].Claim, Accept: true})
		if err != nil || yes.Index == "" || yes.Index == g.Index || !yes.Lines[0].Counted {
			t.Errorf("%+v, %v", yes, err)
		}
		out, err := r.programmes.Of(ctx, officer, yes.ID, yes.Score)
		if err != nil || len(out) != 2 {
			t.Errorf("%d outcomes of the new score, %v", len(out), err)
		}
	}, delayed(15))
}

// TestOnePersonOneHouseholdAtOnce: of many declarations of one person at the
// same time one wins, and every other is told so.
func TestOnePersonOneHouseholdAtOnce(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		shared := r.people.born("1990-05-05", questionnaire.Female)
		const n = 8
		var wg sync.WaitGroup
		results := make([]error, n)
		for i := range n {
			d := r.alone(r.people.born("1980-01-01", questionnaire.Male))
			d.Members[0].Answers = adult("head", "married")
			d.Members = append(d.Members, household.Member{Ref: "2", Claim: &shared.Claim, Answers: adult("spouse", "married")})
			key := r.key()
			wg.Go(func() { _, results[i] = r.svc.Declare(context.Background(), officer, key, d) })
		}
		wg.Wait()
		won := 0
		for _, err := range results {
			switch {
			case err == nil:
				won++
			case !slices.Contains(codes(err), "household.member_elsewhere members[1]"):
				t.Errorf("%v", err)
			}
		}
		if rows := r.dump(); won != 1 || rows["household_claims"] != 2 || rows["households"] != 1 {
			t.Errorf("%d won, %v", won, rows)
		}
		// The person's own acts at once: all are taken, and one stands.
		var own [n]error
		for i := range n {
			d := r.alone(shared)
			key := r.key()
			wg.Go(func() { _, own[i] = r.svc.Declare(context.Background(), officer, key, d) })
		}
		wg.Wait()
		for _, err := range own {
			if err != nil {
				t.Error(err)
			}
		}
		r.holds()
	})
}

// holds checks the invariants of the whole register: a person in one
// household, whose line says so; one score in force a household; outcomes for
// every score.
func (r *rig) holds() {
	r.t.Helper()
	for _, what := range r.broken() {
		r.t.Error(what)
	}
}

// broken says what does not hold.
func (r *rig) broken() (out []string) {
	r.t.Helper()
	ctx := context.Background()
	count := func(sql string) (n int64) {
		err := r.db.View(ctx, func(tx *store.Tx) error { return tx.QueryRow(ctx, sql).Scan(&n) })
		if err != nil {
			r.t.Fatal(err)
		}
		return n
	}
	for what, sql := range map[string]string{
		"lines that hold a person without a claim": `SELECT count(*) FROM household_members m JOIN households h ON h.household_id = m.household_id AND h.version = m.version
			WHERE m.standing IN ('declared', 'confirmed', 'unconfirmed', 'child')
			AND NOT EXISTS (SELECT 1 FROM household_claims c WHERE c.person = m.person AND c.household_id = m.household_id)`,
		"claims without a line": `SELECT count(*) FROM household_claims c WHERE NOT EXISTS (SELECT 1 FROM household_members m JOIN households h
			ON h.household_id = m.household_id AND h.version = m.version
			WHERE m.person = c.person AND m.household_id = c.household_id AND m.standing IN ('declared', 'confirmed', 'unconfirmed', 'child'))`,
		"computed households without a score in force": `SELECT count(*) FROM households h WHERE h.version > 0
			AND (SELECT count(*) FROM household_scores s WHERE s.household_id = h.household_id AND s.valid_to IS NULL) <> 1`,
		"scores that overlap or leave a gap": `SELECT count(*) FROM household_scores a WHERE a.valid_to IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM household_scores b WHERE b.household_id = a.household_id AND b.valid_from = a.valid_to)`,
		"scores without two outcomes": `SELECT count(*) FROM household_scores s
			WHERE (SELECT count(*) FROM programme_outcomes o WHERE o.household_id = s.household_id AND o.score_id = s.score_id) <> 2`,
		"open rival claims without a line that claims": `SELECT count(*) FROM custody_disputes d WHERE d.state = 'open' AND NOT EXISTS (SELECT 1 FROM household_members m
			JOIN households h ON h.household_id = m.household_id AND h.version = m.version
			WHERE m.household_id = d.claimant_id AND m.person = d.child AND m.standing = 'rival' AND m.line = d.line)`,
		"open rival claims without a child where it is": `SELECT count(*) FROM custody_disputes d WHERE d.state = 'open' AND NOT EXISTS (SELECT 1 FROM household_claims c
			JOIN household_members m ON m.household_id = c.household_id AND m.person = c.person JOIN households h ON h.household_id = m.household_id AND h.version = m.version
			WHERE c.household_id = d.holder_id AND c.person = d.child AND m.standing = 'child')`,
		"open rival claims whose claimant lives elsewhere": `SELECT count(*) FROM custody_disputes d WHERE d.state = 'open' AND d.claimant IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM household_claims c WHERE c.person = d.claimant AND c.household_id = d.claimant_id)`,
		"rival claims without a task on both sides, or with one when settled": `SELECT count(*) FROM custody_disputes d
			WHERE (SELECT count(*) FROM household_tasks t WHERE t.matter = d.ref AND t.closed_at IS NULL AND t.household_id IN (d.claimant_id, d.holder_id))
			<> CASE WHEN d.state = 'open' THEN 2 ELSE 0 END`,
		"tasks of rival claims that are none": `SELECT count(*) FROM household_tasks t WHERE t.kind = 'rival_custody' AND t.closed_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM custody_disputes d WHERE d.ref = t.matter AND d.state = 'open' AND t.household_id IN (d.claimant_id, d.holder_id))`,
		"rival lines nobody ever looked at": `SELECT count(*) FROM household_members m JOIN households h ON h.household_id = m.household_id AND h.version = m.version
			WHERE m.standing = 'rival' AND NOT EXISTS (SELECT 1 FROM custody_disputes d WHERE d.child = m.person AND m.household_id IN (d.claimant_id, d.holder_id))`,
		"open rival claims that nobody looks at again":   `SELECT count(*) FROM custody_disputes d WHERE (d.state = 'open') <> (d.look_at IS NOT NULL)`,
		"households without their code":                  `SELECT count(*) FROM households h WHERE NOT EXISTS (SELECT 1 FROM household_codes c WHERE c.code = h.code AND c.household_id = h.household_id)`,
		"standing versions that are not the household's": `SELECT count(*) FROM household_versions v JOIN households h ON h.household_id = v.household_id WHERE v.state = 'computed' AND v.version <> h.version`,
	} {
		if n := count(sql); n != 0 {
			out = append(out, fmt.Sprintf("%d %s", n, what))
		}
	}
	return out
}

// TestTwoAtOnce: of two acts planned on one revision, one is done and the other
// is told that the household has changed.
func TestTwoAtOnce(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		_, d := r.family(goldens(t)[3])
		f := r.declare(d)
		e := again(f, d)
		both := func(what string, act func(key string) error) {
			t.Helper()
			var wg sync.WaitGroup
			var got [4]error
			for i := range got {
				key := r.key()
				wg.Go(func() { got[i] = act(key) })
			}
			wg.Wait()
			done := 0
			for _, err := range got {
				if err == nil {
					done++
				} else if c := codes(err); !slices.Contains(c, "household.stale revision") && !slices.Contains(c, "household.draft_open household") && !slices.Contains(c, "household.no_draft household") {
					t.Errorf("%s: %q", what, c)
				}
			}
			if done != 1 {
				t.Errorf("%s: done %d times", what, done)
			}
		}
		both("declare", func(key string) error { _, err := r.svc.Declare(ctx, officer, key, e); return err })
		e.Revision = r.view(f.Household).Revision
		both("save", func(key string) error { _, err := r.svc.Save(ctx, officer, key, e); return err })
		e.Revision = r.view(f.Household).Revision
		both("save on", func(key string) error { _, err := r.svc.Save(ctx, officer, key, e); return err })
		rev := r.view(f.Household).Revision
		both("submit or discard", func(key string) error {
			if key[len(key)-1]%2 == 0 {
				_, err := r.svc.Submit(ctx, officer, key, f.Household, rev)
				return err
			}
			_, err := r.svc.Discard(ctx, officer, key, f.Household, rev)
			return err
		})
		if v := r.view(f.Household); v.Revision != f.Revision+4 || v.Draft != 0 {
			t.Errorf("revision %d, draft %d", v.Revision, v.Draft)
		}
		r.holds()
	})
}

// TestWhileBlindKeysRotate a person is still in one household, and is found by
// every act.
func TestWhileBlindKeysRotate(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		all, d := r.family(goldens(t)[3])
		f := r.declare(d)
		r.keys.RotateBlind()
		other := r.house(home(t), named(r.people.born("1980-01-01", man), adult("head", "single")), named(all[1], adult("other", "single")))
		if _, err := r.svc.Declare(ctx, officer, r.key(), other); !slices.Contains(codes(err), "household.member_elsewhere members[1]") {
			t.Errorf("%v", err)
		}
		if yes, err := r.svc.Confirm(ctx, officer, r.key(), household.Word{Household: f.Household, Who: all[1].Claim, Accept: true}); err != nil || yes.Lines[0].Standing != household.Confirmed {
			t.Errorf("%+v, %v", yes, err)
		}
		// A program that has not heard of the new key yet cannot take her either.
		late := newRig(t, r.db, func(c *household.Config) { c.People = r.people })
		if _, err := late.svc.Declare(ctx, officer, r.key(), other); !slices.Contains(codes(err), "household.member_elsewhere members[1]") {
			t.Errorf("by the old key: %v", err)
		}
		// Somebody who comes first under the new key is known to the old one.
		fresh := r.people.born("1990-01-01", woman)
		r.declare(r.alone(fresh))
		other.Members[1] = named(fresh, adult("other", "single"))
		if _, err := late.svc.Declare(ctx, officer, r.key(), other); !slices.Contains(codes(err), "household.member_elsewhere members[1]") {
			t.Errorf("by the old key: %v", err)
		}
		// She moves by her own act, and leaves nothing behind.
		r.declare(r.alone(all[1]))
		if v := r.view(f.Household); v.Lines[1].Standing != household.Left {
			t.Errorf("line %s", v.Lines[1].Standing)
		}
		r.people.change(all[0], func() { all[0].Birth.Year -= 10 })
		if err := r.svc.PersonCorrected(ctx, job, all[0].token, r.ids.NewID()); err != nil {
			t.Fatal(err)
		}
		if v := r.view(f.Household); v.Score.Cause != household.CauseCorrection {
			t.Errorf("cause %s", v.Score.Cause)
		}
	})
}
