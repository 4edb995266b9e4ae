package household_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"sijil/access"
	"sijil/household"
	"sijil/internal/civil"
	"sijil/internal/store"
	"sijil/internal/uid"
)

// authority is an officer of the local authority.
func authority(n byte, areas ...string) access.Caller {
	return access.Caller{Kind: access.Staff, Actor: uidOf(n), Roles: []access.Role{access.LocalAuthority}, Areas: areas,
		Purpose: "local_verification", Basis: "law 72-18", Case: "visit"}
}

// rival has her claim the child that he has, and returns her declaration and
// the matter.
func (c *claimed) rival() (household.Declaration, *household.Filed, uid.Ref) {
	c.t.Helper()
	d := c.parent(c.her, c.kid)
	f := c.declare(d)
	matters := c.view(f.Household).Custody
	if len(matters) != 1 || matters[0].State != household.Open {
		c.t.Fatalf("%+v", matters)
	}
	return d, f, matters[0].Matter
}

func seenOn(kinds ...string) (out []household.Evidence) {
	for _, k := range kinds {
		out = append(out, household.Evidence{Kind: k, Day: civil.MustParse("2026-10-20")})
	}
	return out
}

func (r *rig) decides(who access.Caller, v household.Verification) (*household.Settled, error) {
	return r.svc.DecideCustody(context.Background(), who, r.key(), v)
}

// TestAnOfficerDecidesOnEvidence: the child moves, both households get a new
// index and hear of the outcome, and neither learns of the other.
func TestAnOfficerDecidesOnEvidence(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		c := r.apart()
		_, f, matter := c.rival()
		tasks, err := r.svc.Tasks(ctx, authority(6, "06.141"), "06.141-U", uid.ID{}, 10)
		if err != nil || len(tasks) != 2 || tasks[0].Matter != matter || tasks[1].Matter != matter || tasks[0].Line != 2 || tasks[1].Line != 2 {
			t.Errorf("%+v, %v", tasks, err)
		}
		v := household.Verification{Matter: matter, Outcome: household.Moved, Evidence: seenOn("visit", "neighbours")}
		got, err := r.svc.DecideCustody(ctx, authority(6, "06.141"), "decide", v)
		if err != nil || !got.Moved || got.State != household.Moved || got.Decisions != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		if same, err := r.svc.DecideCustody(ctx, authority(6, "06.141"), "decide", v); err != nil || *same != *got {
			t.Errorf("repeated: %+v, %v", same, err)
		}
		his, hers := r.view(c.held.Household), r.view(f.Household)
		if his.Lines[1].Standing != household.Left || his.Lines[1].Counted || hers.Lines[1].Standing != household.Child || !hers.Lines[1].Counted || hers.Lines[1].Custody != household.Decided {
			t.Errorf("%+v and %+v", his.Lines, hers.Lines)
		}
		// As if he lived alone, and she had declared the child at once.
		alone := r.declare(r.parent(r.people.born("1980-01-01", man)))
		both := r.declare(r.parent(r.people.born("1985-01-01", woman), r.people.born("2024-01-01", woman)))
		for _, w := range []struct {
			v     *household.Shown
			index string
		}{{his, alone.Index}, {hers, both.Index}} {
			if len(w.v.History) != 2 || w.v.Score.Cause != household.CauseCustody || w.v.Score.Index.String() != w.index {
				t.Errorf("%d scores, %s, index %s, want %s", len(w.v.History), w.v.Score.Cause, w.v.Score.Index, w.index)
			}
			if !slices.Equal(w.v.Tasks, []household.TaskKind{household.MemberMoved}) {
				t.Errorf("tasks %v", w.v.Tasks)
			}
		}
		one, two := his.Custody[0], hers.Custody[0]
		if one.With != household.Elsewhere || two.With != household.Here || one.Claims || !two.Claims || one.State != household.Moved || two.Decisions != 1 {
			t.Errorf("%+v and %+v", one, two)
		}
		if !slices.Equal(r.where(c.kid), []household.Code{f.Household}) {
			t.Errorf("the child is in %v", r.where(c.kid))
		}
		// Declared anew, both stand as decided.
		d := r.parent(c.her, c.kid)
		d.Household, d.Revision = f.Household, hers.Revision
		if g := r.declare(d); g.Lines[1].Custody != household.Decided || len(g.Tasks) != 0 {
			t.Errorf("%+v", g)
		}
		e := r.parent(c.his, c.kid)
		e.Household, e.Revision = c.held.Household, his.Revision
		if g := r.declare(e); g.Lines[1].Standing != household.Rival || len(g.Tasks) != 0 {
			t.Errorf("what was decided is asked again: %+v", g)
		}
		r.holds()
	})
}

// TestWhoMayDecide: an officer in charge of either place, a second person,
// concerned in nothing.
func TestWhoMayDecide(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		c := r.apart()
		_, f, matter := c.rival()
		v := household.Verification{Matter: matter, Outcome: household.Stayed, Evidence: seenOn("visit")}
		capturer := authority(6, access.AnyArea)
		capturer.Actor = officer.Actor
		related, noCase, registrar := authority(7, access.AnyArea), authority(8, access.AnyArea), officer
		registrar.Case = "visit"
		r.people.change(c.her, func() { r.people.staff[related.Actor] = c.her })
		noCase.Case = ""
		before := r.dump()
		for _, tt := range []struct {
			what, code string
			who        access.Caller
			change     func(v *household.Verification)
		}{
			{"another area", "access.area ", authority(6, "03"), nil},
			{"a registration officer", "access.denied ", registrar, nil},
			{"without a case", "access.case ", noCase, nil},
			{"who took the declaration", "household.same_officer ", capturer, nil},
			{"a colleague of hers", "household.interest ", related, nil},
			{"no evidence", "household.evidence evidence", authority(6, "06"), func(v *household.Verification) { v.Evidence = nil }},
			{"evidence of no kind", "household.evidence evidence[0].kind", authority(6, "06"), func(v *household.Verification) { v.Evidence[0].Kind = "rumour" }},
			{"evidence of tomorrow", "household.evidence evidence[0].day", authority(6, "06"), func(v *household.Verification) { v.Evidence[0].Day = civil.MustParse("2026-11-02") }},
			{"evidence twice", "household.evidence evidence[1]", authority(6, "06"), func(v *household.Verification) { v.Evidence = seenOn("visit", "visit") }},
			{"no outcome", "household.outcome outcome", authority(6, "06"), func(v *household.Verification) { v.Outcome = household.Ended }},
			{"no matter", "household.no_matter matter", authority(6, "06"), func(v *household.Verification) { v.Matter = r.ids.NewRef() }},
			{"not a reference", "household.no_matter matter", authority(6, "06"), func(v *household.Verification) { v.Matter = "x" }},
			{"a later decision before the first", "household.custody_stale decisions", authority(6, "06"), func(v *household.Verification) { v.Decisions = 1 }},
		} {
			w := v
			w.Evidence = slices.Clone(v.Evidence)
			if tt.change != nil {
				tt.change(&w)
			}
			if _, err := r.decides(tt.who, w); !slices.Contains(codes(err), tt.code) {
				t.Errorf("%s: %q, want %q", tt.what, codes(err), tt.code)
			}
		}
		if _, err := r.svc.Matter(ctx, authority(6, "03"), matter); !slices.Contains(codes(err), "access.area ") {
			t.Errorf("shown outside the area: %v", err)
		}
		if after := r.dump(); after["household_scores"] != before["household_scores"] || after["household_claims"] != before["household_claims"] || after["idempotency"] != before["idempotency"] {
			t.Errorf("%v, before %v", after, before)
		}
		if v := r.view(f.Household); v.Custody[0].State != household.Open {
			t.Errorf("%+v", v.Custody)
		}
		// The officer sees households of the own area only.
		there := r.parent(c.her, c.kid)
		there.Household, there.Revision, there.Locality = f.Household, r.view(f.Household).Revision, "03.231-U"
		r.declare(there)
		seen, err := r.svc.Matter(ctx, authority(6, "06"), matter)
		if err != nil || seen.Claimant.Code != "" || seen.Holder.Code != c.held.Household || seen.Holder.Ground != household.Presumed || seen.Register != household.NoCustody {
			t.Errorf("%+v, %v", seen, err)
		}
		if seen, err := r.svc.Matter(ctx, authority(6, "03"), matter); err != nil || seen.Claimant.Code != f.Household || seen.Holder.Code != "" {
			t.Errorf("%+v, %v", seen, err)
		}
		if got, err := r.decides(authority(6, "06"), v); err != nil || got.Moved {
			t.Errorf("%+v, %v", got, err)
		}
		r.holds()
	})
}

// TestALaterDecisionNeedsAnotherOfficerAndNewEvidence, and may reverse the
// first one.
func TestALaterDecisionNeedsAnotherOfficerAndNewEvidence(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		c := r.apart()
		_, f, matter := c.rival()
		first := household.Verification{Matter: matter, Outcome: household.Moved, Evidence: seenOn("visit")}
		if _, err := r.decides(authority(6, "06"), first); err != nil {
			t.Fatal(err)
		}
		if _, err := r.decides(authority(7, "06"), first); !slices.Contains(codes(err), "household.custody_stale decisions") {
			t.Errorf("decided twice: %v", err)
		}
		appeal := household.Verification{Matter: matter, Decisions: 1, Outcome: household.Stayed, Evidence: seenOn("visit")}
		if _, err := r.decides(authority(7, "06"), appeal); !slices.Contains(codes(err), "household.evidence_known evidence") {
			t.Errorf("nothing new: %v", err)
		}
		appeal.Evidence = seenOn("school_or_care")
		if _, err := r.decides(authority(6, "06"), appeal); !slices.Contains(codes(err), "household.same_officer ") {
			t.Errorf("the same officer: %v", err)
		}
		got, err := r.decides(authority(7, "06"), appeal)
		if err != nil || !got.Moved || got.Decisions != 2 || got.State != household.Stayed {
			t.Fatalf("%+v, %v", got, err)
		}
		his, hers := r.view(c.held.Household), r.view(f.Household)
		if his.Lines[1].Standing != household.Child || !his.Lines[1].Counted || hers.Lines[1].Standing != household.Left || his.Score.Index.String() != c.held.Index {
			t.Errorf("%+v and %+v", his.Lines, hers.Lines)
		}
		// Meanwhile he declares without the child: what is then decided for her is
		// done, and for him again waits for his declaration.
		third := household.Verification{Matter: matter, Decisions: 2, Outcome: household.Moved, Evidence: seenOn("neighbours")}
		if got, err = r.decides(authority(8, "06"), third); err != nil || !got.Moved {
			t.Fatalf("%+v, %v", got, err)
		}
		d := r.parent(c.his)
		d.Household, d.Revision = c.held.Household, r.view(c.held.Household).Revision
		r.declare(d)
		fourth := household.Verification{Matter: matter, Decisions: 3, Outcome: household.Stayed, Evidence: seenOn("court_decision")}
		if got, err = r.decides(authority(9, "06"), fourth); err != nil || got.Moved {
			t.Fatalf("%+v, %v", got, err)
		}
		if !slices.Equal(r.where(c.kid), []household.Code{f.Household}) || !slices.Contains(r.view(c.held.Household).Tasks, household.MemberMoved) {
			t.Errorf("the child is in %v", r.where(c.kid))
		}
		e := r.parent(c.his, c.kid)
		e.Household, e.Revision = c.held.Household, r.view(c.held.Household).Revision
		if g := r.declare(e); g.Lines[1].Standing != household.Child || g.Lines[1].Custody != household.Decided {
			t.Errorf("%+v", g.Lines)
		}
		r.holds()
	})
}

// TestACourtOutranks an officer's own finding.
func TestACourtOutranks(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		c := r.apart()
		r.custodian(c.kid, household.CustodyHeld, byAct(c.his))
		_, _, matter := c.rival()
		v := household.Verification{Matter: matter, Outcome: household.Moved, Evidence: seenOn("visit")}
		if _, err := r.decides(authority(6, "06"), v); !slices.Contains(codes(err), "household.custody_by_act evidence") {
			t.Errorf("%v", err)
		}
		v.Evidence = seenOn("court_decision")
		if got, err := r.decides(authority(6, "06"), v); err != nil || !got.Moved {
			t.Errorf("%+v, %v", got, err)
		}
		// Decided on the spot, a plain registration does not undo it; an act does.
		c = r.apart()
		_, _, matter = c.rival()
		if _, err := r.decides(authority(6, "06"), household.Verification{Matter: matter, Outcome: household.Stayed, Evidence: seenOn("visit")}); err != nil {
			t.Fatal(err)
		}
		r.custodian(c.kid, household.CustodyHeld, by(c.her))
		if f := r.declare(r.parent(c.her, c.kid)); f.Lines[1].Standing != household.Rival {
			t.Errorf("%+v", f.Lines)
		}
		r.custodian(c.kid, household.CustodyHeld, byAct(c.her))
		if f := r.declare(r.parent(c.her, c.kid)); f.Lines[1].Standing != household.Child || f.Lines[1].Custody != household.ByAct {
			t.Errorf("%+v", f.Lines)
		}
		r.holds()
	})
}

// TestTwoOfficersAtOnce: one decides.
func TestTwoOfficersAtOnce(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		c := r.apart()
		_, f, matter := c.rival()
		var wg sync.WaitGroup
		var got [4]error
		for i := range got {
			key := r.key()
			v := household.Verification{Matter: matter, Outcome: []household.DisputeState{household.Moved, household.Stayed}[i%2], Evidence: seenOn("visit")}
			wg.Go(func() { _, got[i] = r.svc.DecideCustody(context.Background(), authority(byte(10+i), "06"), key, v) })
		}
		wg.Wait()
		done := 0
		for _, err := range got {
			if err == nil {
				done++
			} else if !slices.Contains(codes(err), "household.custody_stale decisions") {
				t.Errorf("%v", err)
			}
		}
		if done != 1 || r.view(f.Household).Custody[0].Decisions != 1 {
			t.Errorf("decided %d times", done)
		}
		r.holds()
	})
}

// TestThreeWhoClaim: a decision on one claim turns the other one against the
// child's new household.
func TestThreeWhoClaim(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		c := r.apart()
		_, f, matter := c.rival()
		uncle := r.people.born("1970-01-01", man)
		g := r.declare(r.parent(uncle, c.kid))
		second := r.view(g.Household).Custody[0].Matter
		if _, err := r.decides(authority(6, "06"), household.Verification{Matter: matter, Outcome: household.Moved, Evidence: seenOn("visit")}); err != nil {
			t.Fatal(err)
		}
		if v := r.view(c.held.Household); slices.Contains(v.Tasks, household.RivalCustody) {
			t.Errorf("tasks %v where the child was", v.Tasks)
		}
		if v := r.view(f.Household); !slices.Contains(v.Tasks, household.RivalCustody) || len(v.Custody) != 2 {
			t.Errorf("tasks %v, %+v", v.Tasks, v.Custody)
		}
		if got, err := r.decides(authority(7, "06"), household.Verification{Matter: second, Outcome: household.Stayed, Evidence: seenOn("visit")}); err != nil || got.Moved {
			t.Errorf("%+v, %v", got, err)
		}
		if !slices.Equal(r.where(c.kid), []household.Code{f.Household}) {
			t.Errorf("the child is in %v", r.where(c.kid))
		}
		r.holds()
	})
}

// TestWhatEndsByItself: nobody has to decide what the registers, time or death
// have answered.
func TestWhatEndsByItself(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		look := func() {
			t.Helper()
			if _, err := r.svc.LookAgain(ctx, job, 10); err != nil {
				t.Error(err)
			}
		}
		for _, tt := range []struct {
			what  string
			does  func(c *claimed, f *household.Filed)
			want  household.Ending // "" while it is open
			moved bool
		}{
			{"nothing", func(*claimed, *household.Filed) { look() }, "", false},
			{"she is registered", func(c *claimed, _ *household.Filed) {
				r.custodian(c.kid, household.CustodyHeld, by(c.her))
				if err := r.svc.CustodyRecorded(ctx, job, c.kid.token); err != nil {
					t.Error(err)
				}
				if err := r.svc.CustodyRecorded(ctx, job, c.kid.token); err != nil {
					t.Error(err)
				}
			}, household.Followed, true},
			{"he is registered", func(c *claimed, _ *household.Filed) {
				r.custodian(c.kid, household.CustodyHeld, by(c.his))
				if err := r.svc.CustodyRecorded(ctx, job, c.kid.token); err != nil {
					t.Error(err)
				}
			}, "", false},
			{"the child dies", func(c *claimed, _ *household.Filed) {
				r.people.change(c.kid, func() { c.kid.dead = true })
				if err := r.svc.PersonDied(ctx, job, c.kid.token, r.ids.NewID()); err != nil {
					t.Error(err)
				}
			}, household.ChildDied, false},
			{"the child dies, and only the next look tells", func(c *claimed, _ *household.Filed) {
				r.people.change(c.kid, func() { c.kid.dead = true })
				look()
			}, household.ChildDied, false},
			{"he dies, and nobody is left with the child", func(c *claimed, _ *household.Filed) {
				r.people.change(c.his, func() { c.his.dead = true })
				if err := r.svc.PersonDied(ctx, job, c.his.token, r.ids.NewID()); err != nil {
					t.Error(err)
				}
				look()
			}, household.OtherGone, true},
			{"she dies", func(c *claimed, _ *household.Filed) {
				r.people.change(c.her, func() { c.her.dead = true })
				if err := r.svc.PersonDied(ctx, job, c.her.token, r.ids.NewID()); err != nil {
					t.Error(err)
				}
			}, household.Withdrawn, false},
			{"she leaves", func(c *claimed, f *household.Filed) {
				if _, err := r.svc.Leave(ctx, officer, r.key(), household.Departure{Household: f.Household, Who: c.her.Claim}); err != nil {
					t.Error(err)
				}
			}, household.Withdrawn, false},
			{"the child comes of age", func(c *claimed, _ *household.Filed) {
				r.people.change(c.kid, func() { c.kid.Birth = civil.Partial{Year: 2000, Month: 1, Day: 1} })
				look()
			}, household.CameOfAge, false},
		} {
			c := r.apart()
			_, f, matter := c.rival()
			tt.does(c, f)
			v, w := r.view(c.held.Household), r.view(f.Household)
			open := slices.Contains(v.Tasks, household.RivalCustody)
			if v.Custody[0].Ending != tt.want || open != (tt.want == "") || slices.Contains(w.Tasks, household.RivalCustody) != open {
				t.Errorf("%s: %+v, tasks %v and %v", tt.what, v.Custody[0], v.Tasks, w.Tasks)
			}
			want := c.held.Household
			if tt.moved {
				want = f.Household
			}
			if !slices.Equal(r.where(c.kid), []household.Code{want}) {
				t.Errorf("%s: the child is in %v", tt.what, r.where(c.kid))
			}
			_, err := r.decides(authority(6, "06"), household.Verification{Matter: matter, Outcome: household.Stayed, Evidence: seenOn("visit")})
			if tt.want != "" && !slices.Contains(codes(err), "household.custody_ended matter") || tt.want == "" && err != nil {
				t.Errorf("%s: decided afterwards: %v", tt.what, err)
			}
		}
		r.holds()
	})
}

// TestADecisionFindsWhatHasEnded, though nobody looked before.
func TestADecisionFindsWhatHasEnded(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		c := r.apart()
		_, f, matter := c.rival()
		r.people.change(c.kid, func() { c.kid.dead = true })
		_, err := r.decides(authority(6, "06"), household.Verification{Matter: matter, Outcome: household.Moved, Evidence: seenOn("visit")})
		if !slices.Contains(codes(err), "household.custody_ended matter") {
			t.Errorf("%v", err)
		}
		if v := r.view(f.Household); v.Custody[0].Ending != household.ChildDied || len(v.Tasks) != 0 {
			t.Errorf("%+v, tasks %v", v.Custody, v.Tasks)
		}
	})
}

// TestConfirmingBringsTheChild: a father lists her and the child, whom an uncle
// has; the child follows when she, registered, confirms.
func TestConfirmingBringsTheChild(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		uncle, his, her := r.people.born("1970-01-01", man), r.people.born("1980-01-01", man), r.people.born("1985-01-01", woman)
		kid := r.people.born("2024-01-01", man)
		r.declare(r.parent(uncle, kid))
		r.custodian(kid, household.CustodyHeld, by(her))
		f := r.declare(r.house(home(t), named(his, adult("head", "married")), named(her, adult("spouse", "married")), named(kid, child("child"))))
		if _, err := r.svc.LookAgain(ctx, job, 10); err != nil || r.view(f.Household).Lines[2].Standing != household.Rival {
			t.Fatalf("taken by a line: %v", standings(r.view(f.Household)))
		}
		if _, err := r.svc.Confirm(ctx, officer, r.key(), household.Word{Household: f.Household, Who: her.Claim, Accept: true}); err != nil {
			t.Fatal(err)
		}
		if n, err := r.svc.LookAgain(ctx, job, 10); err != nil || n != 1 {
			t.Errorf("%d, %v", n, err)
		}
		if v := r.view(f.Household); v.Lines[2].Standing != household.Child || v.Lines[2].Custody != household.Registered {
			t.Errorf("%+v", v.Lines)
		}
		r.holds()
	})
}

// TestOpenClaimsAreLookedAtEveryMonth, one that cannot be holds up no other.
func TestOpenClaimsAreLookedAtEveryMonth(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		broken := r.apart()
		_, f, _ := broken.rival()
		r.clock.Advance(time.Second)
		whole := r.apart()
		whole.rival()
		if err := r.vault.Destroy(ctx, r.keyOf(f), "test"); err != nil {
			t.Fatal(err)
		}
		looks := func(want int, fails bool) {
			t.Helper()
			if n, err := r.svc.LookAgain(ctx, job, 10); n != want || (err != nil) != fails {
				t.Errorf("%d looked at, want %d, %v", n, want, err)
			}
		}
		looks(2, true)
		looks(0, false)
		r.clock.Advance(29 * 24 * time.Hour)
		looks(0, false)
		r.clock.Advance(24 * time.Hour)
		looks(2, true)
		// The other one is settled when the register says so.
		r.custodian(whole.kid, household.CustodyHeld, by(whole.her))
		r.clock.Advance(31 * 24 * time.Hour)
		looks(2, true)
		if got := r.where(whole.kid); slices.Contains(got, whole.held.Household) {
			t.Error("the child did not follow")
		}
	})
}

// events of a topic.
func (r *rig) events(topic string) (n int64) {
	r.t.Helper()
	err := r.db.View(context.Background(), func(tx *store.Tx) error {
		return tx.QueryRow(context.Background(), `SELECT count(*) FROM outbox WHERE topic = $1`, topic).Scan(&n)
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

// TestASettledClaimIsAnEvent for each side.
func TestASettledClaimIsAnEvent(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		c := r.apart()
		_, _, matter := c.rival()
		scored := r.events(household.TopicScored)
		if _, err := r.decides(authority(6, "06"), household.Verification{Matter: matter, Outcome: household.Moved, Evidence: seenOn("visit")}); err != nil {
			t.Fatal(err)
		}
		if r.events(household.TopicCustody) != 2 || r.events(household.TopicScored) != scored+2 {
			t.Errorf("%d of custody, %d of scores", r.events(household.TopicCustody), r.events(household.TopicScored)-scored)
		}
	})
}
