package household_test

import (
	"context"
	"slices"
	"testing"

	"sijil/household"
	"sijil/internal/store"
)

// family of a custody test: he has the child, she claims it.
type claimed struct {
	*rig

	his, her, kid *someone
	held          *household.Filed // his household
}

// custodian has the population register name who has custody of somebody.
func (r *rig) custodian(of *someone, state household.CustodyState, holders ...household.Custodian) {
	r.people.change(of, func() { of.custody = household.Custody{State: state, Holders: holders} })
}

func by(s *someone) household.Custodian { return household.Custodian{Token: s.token} }

func byAct(s *someone) household.Custodian { return household.Custodian{Token: s.token, ByAct: true} }

// parent is the declaration of an adult with children.
func (r *rig) parent(who *someone, kids ...*someone) household.Declaration {
	all := []household.Member{named(who, adult("head", "divorced"))}
	for _, k := range kids {
		all = append(all, named(k, child("child")))
	}
	return r.house(home(r.t), all...)
}

// apart has him declare the child, in whatever the register says then.
func (r *rig) apart() *claimed {
	c := &claimed{rig: r, his: r.people.born("1980-01-01", man), her: r.people.born("1985-01-01", woman), kid: r.people.born("2024-01-01", woman)}
	c.held = r.declare(r.parent(c.his, c.kid))
	return c
}

// where returns the households that hold somebody.
func (r *rig) where(s *someone) (out []household.Code) {
	r.t.Helper()
	ctx := context.Background()
	bytes := s.token.Bytes()
	blinds, err := r.vault.Blinds(ctx, "person", bytes[:])
	if err != nil {
		r.t.Fatal(err)
	}
	err = r.db.View(ctx, func(tx *store.Tx) error {
		out = nil
		rows, err := tx.Query(ctx, `SELECT DISTINCT h.code FROM household_claims c JOIN households h ON h.household_id = c.household_id WHERE c.person = ANY($1)`, blinds)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var code household.Code
			if err := rows.Scan(&code); err != nil {
				return err
			}
			out = append(out, code)
		}
		return rows.Err()
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

// TestWhoTakesTheChildAlong is the table of docs/households.md: he has the
// child in his household, she declares it in hers.
func TestWhoTakesTheChildAlong(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		for _, tt := range []struct {
			what string
			says func(c *claimed)
			want household.Standing
			on   household.Basis
		}{
			{"nobody is registered", func(*claimed) {}, household.Rival, ""},
			{"she is registered", func(c *claimed) { r.custodian(c.kid, household.CustodyHeld, by(c.her)) }, household.Child, household.Registered},
			{"he is registered", func(c *claimed) { r.custodian(c.kid, household.CustodyHeld, by(c.his)) }, household.Rival, ""},
			{"both are registered", func(c *claimed) { r.custodian(c.kid, household.CustodyHeld, by(c.his), by(c.her)) }, household.Rival, ""},
			{"both, she by an act", func(c *claimed) { r.custodian(c.kid, household.CustodyHeld, by(c.his), byAct(c.her)) }, household.Child, household.ByAct},
			{"both, he by an act", func(c *claimed) { r.custodian(c.kid, household.CustodyHeld, byAct(c.his), by(c.her)) }, household.Rival, ""},
			{"somebody unknown is registered", func(c *claimed) { r.custodian(c.kid, household.CustodyHeld, household.Custodian{}) }, household.Rival, ""},
			{"it is disputed", func(c *claimed) { r.custodian(c.kid, household.CustodyDisputed) }, household.Rival, ""},
			{"an institution has it", func(c *claimed) { r.custodian(c.kid, household.CustodyOfInstitution) }, household.Rival, ""},
			{"it is vacant", func(c *claimed) { r.custodian(c.kid, household.CustodyVacant) }, household.Rival, ""},
		} {
			c := r.apart()
			tt.says(c)
			index := c.held.Index
			f := r.declare(r.parent(c.her, c.kid))
			if f.Lines[1].Standing != tt.want || f.Lines[1].Custody != tt.on || f.Lines[1].Counted != (tt.want == household.Child) {
				t.Errorf("%s: %+v", tt.what, f.Lines[1])
			}
			v, w := r.view(c.held.Household), r.view(f.Household)
			if v.Score.Index.String() != index {
				t.Errorf("%s: the index of the household left is %s, was %s", tt.what, v.Score.Index, index)
			}
			if tt.want == household.Child {
				if v.Lines[1].Standing != household.Left || w.Lines[1].Custody != tt.on || !slices.Equal(r.where(c.kid), []household.Code{f.Household}) || len(v.Custody) != 0 {
					t.Errorf("%s: %v, then %v", tt.what, standings(v), w.Lines)
				}
				continue
			}
			if v.Lines[1].Standing != household.Child || !slices.Equal(r.where(c.kid), []household.Code{c.held.Household}) {
				t.Errorf("%s: the child is in %v", tt.what, r.where(c.kid))
			}
			if len(v.Custody) != 1 || len(w.Custody) != 1 || v.Custody[0].Matter != w.Custody[0].Matter || v.Custody[0].Claims || !w.Custody[0].Claims || v.Custody[0].State != household.Open {
				t.Errorf("%s: %+v and %+v", tt.what, v.Custody, w.Custody)
			}
		}
		r.holds()
	})
}

// TestAChildWhoIsNowhere belongs where it is declared, on the ground there is.
func TestAChildWhoIsNowhere(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		grandmother, mother := r.people.born("1955-01-01", woman), r.people.born("1985-01-01", woman)
		kid := r.people.born("2024-01-01", man)
		// The mother, registered, works in town and has declared nothing yet: the
		// child is not left out of the household it lives in.
		r.custodian(kid, household.CustodyHeld, by(mother))
		f := r.declare(r.parent(grandmother, kid))
		if f.Lines[1].Standing != household.Child || f.Lines[1].Custody != household.Presumed || !f.Lines[1].Counted || len(f.Tasks) != 0 {
			t.Errorf("%+v", f)
		}
		// When she declares it, it is with her, without any proof.
		if g := r.declare(r.parent(mother, kid)); g.Lines[1].Standing != household.Child || g.Lines[1].Custody != household.Registered {
			t.Errorf("%+v", g)
		}
		// A child whom nobody is registered for is presumed to be with who declares.
		other := r.people.born("2025-01-01", man)
		if g := r.declare(r.parent(r.people.born("1980-01-01", man), other)); g.Lines[1].Custody != household.Presumed {
			t.Errorf("%+v", g)
		}
		r.holds()
	})
}

// TestTheRegistersCustodianIsOnRecord, whoever declares: a father lists his
// wife and child; she leaves, and takes the child.
func TestTheRegistersCustodianIsOnRecord(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		his, her, kid := r.people.born("1980-01-01", man), r.people.born("1985-01-01", woman), r.people.born("2024-01-01", man)
		d := r.house(home(t), named(his, adult("head", "married")), named(her, adult("spouse", "married")), named(kid, child("child")))
		f := r.declare(d)
		if f.Lines[2].Custody != household.Presumed {
			t.Errorf("%+v", f.Lines)
		}
		take := household.Departure{Household: f.Household, Who: her.Claim, Lines: []int{3}}
		if _, err := r.svc.Leave(ctx, officer, r.key(), take); !slices.Contains(codes(err), "household.custody lines") {
			t.Errorf("with the child of who declared: %v", err)
		}
		// Registered since: she may, though he has it on record here.
		r.custodian(kid, household.CustodyHeld, by(her))
		if _, err := r.svc.Leave(ctx, officer, r.key(), take); err != nil {
			t.Error(err)
		}
		if g := r.declare(r.parent(her, kid)); g.Lines[1].Custody != household.Registered {
			t.Errorf("%+v", g)
		}
		// Registered before: on record from the first declaration, also when he names himself.
		two := r.people.born("2025-01-01", man)
		aunt := r.people.born("1990-01-01", woman)
		r.custodian(two, household.CustodyHeld, by(aunt))
		e := r.house(home(t), named(r.people.born("1981-01-01", man), adult("head", "single")), named(aunt, adult("other", "single")), named(two, child("other")))
		if g := r.declare(e); g.Lines[2].Custody != household.Registered {
			t.Errorf("%+v", g.Lines)
		}
		r.holds()
	})
}

// TestTheChildrenOfNobody: children who declared without an adult have no
// custodian on record, so that whoever takes them in is no rival.
func TestTheChildrenOfNobody(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		older, younger := r.people.born("2010-01-01", woman), r.people.born("2025-01-01", man)
		answers := with(child("head"), map[string]any{"school": "public", "school_level": "primary", "marital_status": "single", "diploma": "none", "reads_and_writes": true, "activity": "student"})
		alone := func() *household.Filed {
			d := r.house(with(home(t), map[string]any{"declared_by": "social_worker"}), named(older, answers), named(younger, child("sibling")))
			d.Declarant = ""
			return r.declare(d)
		}
		f := alone()
		aunt := r.people.born("1980-01-01", woman)
		g := r.declare(r.parent(aunt, younger))
		if g.Lines[1].Standing != household.Child || g.Lines[1].Custody != household.Presumed {
			t.Errorf("%+v", g.Lines)
		}
		if !slices.Contains(r.view(f.Household).Tasks, household.MemberMoved) || !slices.Contains(r.view(g.Household).Tasks, household.MemberMoved) {
			t.Error("nobody is asked to look")
		}
		// But an institution has the older one: that is verified.
		r.custodian(older, household.CustodyOfInstitution)
		d := r.parent(r.people.born("1980-01-01", woman), older)
		d.Members[1].Answers = with(answers, map[string]any{"relation": "other"})
		h := r.declare(d)
		if h.Lines[1].Standing != household.Rival {
			t.Errorf("%+v", h.Lines)
		}
		r.holds()
	})
}

// TestAClaimIsMadeOnce, however often the household declares anew; it ends when
// the child is listed no more, and when who claims it lives elsewhere.
func TestAClaimIsMadeOnce(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		c := r.apart()
		d := r.parent(c.her, c.kid)
		f := r.declare(d)
		first := r.view(f.Household).Custody
		e := again(f, d)
		f = r.declare(e)
		v := r.view(f.Household)
		if len(v.Custody) != 1 || v.Custody[0].Matter != first[0].Matter || len(v.Tasks) != 1 || f.Lines[1].Standing != household.Rival {
			t.Errorf("%+v, tasks %v", v.Custody, v.Tasks)
		}
		e.Members = e.Members[:1]
		e.Revision = f.Revision
		f = r.declare(e)
		for _, code := range []household.Code{f.Household, c.held.Household} {
			if v := r.view(code); len(v.Tasks) != 0 || v.Custody[0].State != household.Ended || v.Custody[0].Ending != household.Withdrawn {
				t.Errorf("tasks %v, %+v", v.Tasks, v.Custody)
			}
		}
		// Claimed again, it is another matter, and moves with her.
		e = r.parent(c.her, c.kid)
		e.Household, e.Revision = f.Household, f.Revision
		f = r.declare(e)
		g := r.declare(r.parent(c.her, c.kid))
		if v := r.view(f.Household); len(v.Custody) != 2 || v.Custody[1].Ending != household.Withdrawn || len(v.Tasks) != 1 {
			t.Errorf("%+v, tasks %v", v.Custody, v.Tasks)
		}
		if v := r.view(g.Household); len(v.Custody) != 1 || v.Custody[0].State != household.Open {
			t.Errorf("%+v", v.Custody)
		}
		// He moves with the child, and the claim follows it there.
		h := r.declare(r.parent(c.his, c.kid))
		if v := r.view(h.Household); h.Lines[1].Standing != household.Child || len(v.Custody) != 1 || v.Custody[0].Claims || !slices.Contains(v.Tasks, household.RivalCustody) {
			t.Errorf("%+v, tasks %v", v.Custody, v.Tasks)
		}
		if v := r.view(c.held.Household); slices.Contains(v.Tasks, household.RivalCustody) {
			t.Errorf("tasks %v of the household he left", v.Tasks)
		}
		// She leaves alone: the claim is over.
		if _, err := r.svc.Leave(t.Context(), officer, r.key(), household.Departure{Household: g.Household, Who: c.her.Claim}); err != nil {
			t.Fatal(err)
		}
		if v := r.view(h.Household); v.Custody[0].Ending != household.Withdrawn || slices.Contains(v.Tasks, household.RivalCustody) {
			t.Errorf("%+v, tasks %v", v.Custody, v.Tasks)
		}
		r.holds()
	})
}

// TestAContestedChildDoesNotLeaveTheRegister: who has custody leaves alone, and
// the child follows when he or she declares.
func TestAContestedChildDoesNotLeaveTheRegister(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		c := r.apart()
		r.declare(r.parent(c.her, c.kid))
		_, err := r.svc.Leave(ctx, officer, r.key(), household.Departure{Household: c.held.Household, Who: c.his.Claim, Lines: []int{2}})
		if !slices.Contains(codes(err), "household.custody_open lines") {
			t.Errorf("%v", err)
		}
		if _, err := r.svc.Leave(ctx, officer, r.key(), household.Departure{Household: c.held.Household, Who: c.his.Claim}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.where(c.kid), []household.Code{c.held.Household}) {
			t.Errorf("the child is in %v", r.where(c.kid))
		}
		if f := r.declare(r.parent(c.his, c.kid)); f.Lines[1].Standing != household.Child {
			t.Errorf("%+v", f.Lines)
		}
		r.holds()
	})
}
