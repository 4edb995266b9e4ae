package household_test

import (
	"context"
	"slices"
	"testing"

	"sijil/household"
	"sijil/internal/civil"
	"sijil/questionnaire"
)

// house puts persons together in one household; the first declares.
func (r *rig) house(answers []byte, members ...household.Member) household.Declaration {
	d := household.Declaration{Locality: "06.141-U", Declarant: "1", Answers: answers, Members: members}
	return d
}

func named(s *someone, answers []byte) household.Member {
	return household.Member{Claim: &s.Claim, Answers: answers}
}

const (
	woman = questionnaire.Female
	man   = questionnaire.Male
)

func home(t testing.TB) []byte {
	t.Helper()
	return goldens(t)[0].Answers
}

// The shapes of households that a correct-looking schema locks out.

func TestOnePersonAlone(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		f := r.declare(r.alone(r.people.born("1954-06-15", woman)))
		if f.Index == "" || len(f.Lines) != 1 {
			t.Errorf("%+v", f)
		}
	})
}

func TestSeveralHouseholdsInOneDwelling(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		shared := with(home(t), map[string]any{"shares_dwelling": true, "separate_budget": true, "rooms": 1})
		for range 3 {
			r.declare(r.house(shared, named(r.people.born("1980-01-01", woman), adult("head", "single"))))
		}
		r.holds()
	})
}

func TestUnrelatedPersonsTogether(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		f := r.declare(r.house(home(t), named(r.people.born("1999-01-01", woman), adult("head", "single")), named(r.people.born("1998-01-01", woman), adult("other", "single"))))
		if f.Lines[1].Standing != household.Unconfirmed {
			t.Errorf("%+v", f)
		}
	})
}

func TestSeveralSpousesOfTheHead(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		head, first, second := r.people.born("1970-01-01", man), r.people.born("1975-01-01", woman), r.people.born("1985-01-01", woman)
		kid := r.people.born("2024-01-01", man)
		f := r.declare(r.house(home(t), named(head, adult("head", "married")), named(first, adult("spouse", "married")), named(second, adult("spouse", "married")), named(kid, child("child"))))
		if len(f.Lines) != 4 || !f.Lines[2].Counted {
			t.Errorf("%+v", f)
		}
		// The second wife lives elsewhere after all: she heads her own household
		// with an absent spouse, who stays where he is.
		d := r.house(home(t), named(second, adult("head", "married")))
		g := r.declare(d)
		if g.Index == f.Index {
			t.Error("the same index")
		}
		if v := r.view(f.Household); v.Lines[2].Standing != household.Left || v.Lines[0].Standing != household.Declared {
			t.Errorf("%v", standings(v))
		}
		r.holds()
	})
}

// TestAbsentMembers are listed with their reason and count as the country says.
func TestAbsentMembers(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		index := map[string]string{}
		for _, presence := range []string{"present", "soldier", "boarder", "hospital", "migrant", "prisoner"} {
			wife, husband := r.people.born("1984-01-01", woman), r.people.born("1980-01-01", man)
			f := r.declare(r.house(home(t), named(wife, adult("head", "married")), named(husband, with(adult("spouse", "married"), map[string]any{"presence": presence}))))
			if !f.Lines[1].Counted {
				t.Errorf("%s: the register took the line out; that is the questionnaire's to say", presence)
			}
			index[presence] = f.Index
		}
		if index["soldier"] != index["present"] || index["boarder"] != index["present"] || index["hospital"] != index["present"] {
			t.Errorf("an absence that ends by itself changes the index: %v", index)
		}
		if index["migrant"] == index["present"] || index["migrant"] != index["prisoner"] {
			t.Errorf("an emigrant or prisoner counts: %v", index)
		}
	})
}

// TestAChangeOfHead keeps the code, needs a reason, and is seen beside its
// effect on the index.
func TestAChangeOfHead(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		_, d := r.family(goldens(t)[3])
		f := r.declare(d)
		e := again(f, d)
		e.Members[0].Answers = with(e.Members[0].Answers, map[string]any{"relation": "spouse"})
		e.Members[1].Answers = with(e.Members[1].Answers, map[string]any{"relation": "head"})
		e.HeadReason = "members_choice"
		g := r.declare(e)
		v := r.view(f.Household)
		if g.Household != f.Household || v.Head != 2 || v.HeadReason != "members_choice" || g.Index == f.Index {
			t.Errorf("code %s then %s, head %d for %q, index %s then %s", f.Household, g.Household, v.Head, v.HeadReason, f.Index, g.Index)
		}
		if len(v.History) != 2 || v.History[0].Index.String() != f.Index {
			t.Errorf("%d scores", len(v.History))
		}
	})
}

// TestAHouseholdOfMinors is declared by somebody else, and marked so.
func TestAHouseholdOfMinors(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		older, younger := r.people.born("2010-01-01", woman), r.people.born("2024-01-01", man)
		answers := with(child("head"), map[string]any{"school": "public", "school_level": "primary", "marital_status": "single", "diploma": "none", "reads_and_writes": true, "activity": "student"})
		d := r.house(with(home(t), map[string]any{"declared_by": "social_worker"}), named(older, answers), named(younger, child("sibling")))
		d.Declarant = ""
		f := r.declare(d)
		v := r.view(f.Household)
		if v.DeclaredBy != "social_worker" || v.Lines[0].Standing != household.Child {
			t.Errorf("%+v", v)
		}
		// A representative who is a person is asked for like a member.
		uncle := r.people.born("1970-01-01", man)
		e := again(f, d)
		e.Answers = with(home(t), map[string]any{"declared_by": "representative"})
		e.Representative = &household.Claim{IDCS: uncle.IDCS, Name: "Somebody Else", Birth: uncle.Birth}
		if _, err := r.svc.Declare(context.Background(), officer, r.key(), e); !slices.Contains(codes(err), "household.member_unknown representative") {
			t.Errorf("%v", err)
		}
		e.Representative = &uncle.Claim
		if g := r.declare(e); g.Version != 2 {
			t.Errorf("%+v", g)
		}
	})
}

// TestASpouseWithoutPapers is listed, and holds up nobody.
func TestASpouseWithoutPapers(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		head := r.people.born("1980-01-01", man)
		spouse := household.Member{Awaiting: &household.Unregistered{Birth: civil.Partial{Year: 1988}, Sex: woman}, Answers: with(adult("spouse", "married"), map[string]any{"awaiting_number": true})}
		f := r.declare(r.house(home(t), named(head, adult("head", "married")), spouse))
		if f.Awaiting != 1 || f.Otherwise == f.Index || f.Lines[1].Standing != household.Awaiting {
			t.Errorf("%+v", f)
		}
		// She gets her number: the next declaration names her.
		her := r.people.born("1988-02-03", woman)
		d := r.house(home(t), household.Member{Line: 1, Answers: adult("head", "married")}, named(her, adult("spouse", "married")))
		d.Household, d.Revision = f.Household, f.Revision
		if g := r.declare(d); g.Awaiting != 0 || g.Lines[1].Standing != household.Unconfirmed {
			t.Errorf("%+v", g)
		}
	})
}

// TestNoFixedDwelling is a variant, marked outside the frame: a person decides.
func TestNoFixedDwelling(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		d := r.alone(r.people.born("1970-01-01", man))
		d.Variant = "no_fixed_dwelling"
		d.Answers = with(d.Answers, map[string]any{"tenure": nil, "dwelling_type": nil, "shares_dwelling": nil, "rooms": nil, "own_kitchen": nil, "bath_or_shower": nil,
			"water_source": nil, "lighting": nil, "electricity_meter": nil, "water_electricity_1": nil, "water_electricity_2": nil, "water_electricity_3": nil})
		f := r.declare(d)
		out, err := r.programmes.Of(context.Background(), officer, f.ID, f.Score)
		if err != nil || out[0].Standing != "undecided" || out[0].Reason != "outside_frame" {
			t.Errorf("%+v, %v", out, err)
		}
	})
}

// TestAWomanLeavesWithTheChildren in her custody, without anybody's agreement;
// the household left behind learns that its members changed, and nothing else.
func TestAWomanLeavesWithTheChildren(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		his, her := r.people.born("1980-01-01", man), r.people.born("1985-01-01", woman)
		hers, theirs := r.people.born("2024-01-01", woman), r.people.born("2025-01-01", man)
		d := r.house(home(t), named(his, adult("head", "married")), named(her, adult("spouse", "married")), named(hers, child("child")), named(theirs, child("child")))
		d.Members[1].Ref = "2"
		d.Members[2].Custodian = "2"
		f := r.declare(d)
		if _, err := r.svc.Leave(ctx, officer, r.key(), household.Departure{Household: f.Household, Who: her.Claim, Lines: []int{3, 4}}); !slices.Contains(codes(err), "household.custody lines") {
			t.Errorf("the other's child: %v", err)
		}
		out, err := r.svc.Leave(ctx, officer, r.key(), household.Departure{Household: f.Household, Who: her.Claim, Lines: []int{3}})
		if err != nil || out.Lines[0].Standing != household.Left {
			t.Fatalf("%+v, %v", out, err)
		}
		v := r.view(f.Household)
		if v.Score.Index.String() != f.Index || !slices.Contains(v.Tasks, household.MemberMoved) || v.Lines[2].Standing != household.Left || v.Lines[3].Standing != household.Child {
			t.Errorf("index %s, tasks %v, lines %v", v.Score.Index, v.Tasks, standings(v))
		}
		r.declare(r.house(home(t), named(her, adult("head", "married")), named(hers, child("child"))))
		r.holds()
	})
}

// TestChildrenFollowTheCustodianWhoDeclares; a rival claim is a task on both
// sides, and the child's household stays.
func TestChildrenFollowTheCustodianWhoDeclares(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		his, her, kid := r.people.born("1980-01-01", man), r.people.born("1985-01-01", woman), r.people.born("2024-01-01", woman)
		d := r.house(home(t), named(his, adult("head", "divorced")), named(kid, child("child")))
		f := r.declare(d)
		// The mother lists the child whom the father has: a rival claim.
		g := r.declare(r.house(home(t), named(her, adult("head", "divorced")), named(kid, child("child"))))
		if g.Lines[1].Standing != household.Rival || g.Lines[1].Counted || !slices.Contains(g.Tasks, household.RivalCustody) {
			t.Errorf("%+v", g)
		}
		v := r.view(f.Household)
		if v.Lines[1].Standing != household.Child || !slices.Contains(v.Tasks, household.RivalCustody) || len(v.History) != 1 {
			t.Errorf("%+v", v)
		}
		alone := r.declare(r.house(home(t), named(r.people.born("1985-01-01", woman), adult("head", "divorced"))))
		if alone.Index != g.Index {
			t.Errorf("the rival child is in the index: %s, not %s", g.Index, alone.Index)
		}
		r.holds()
		// The father moves to another household with the child: both follow him.
		h := r.declare(r.house(home(t), named(his, adult("head", "divorced")), named(kid, child("child"))))
		if h.Lines[1].Standing != household.Child {
			t.Errorf("%+v", h)
		}
		if v := r.view(f.Household); v.Lines[0].Standing != household.Left || v.Lines[1].Standing != household.Left {
			t.Errorf("%v", standings(v))
		}
		r.holds()
	})
}

// TestAMemberDied: the household is asked, the score stays, and the next
// declaration leaves the member out.
func TestAMemberDied(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		all, d := r.family(goldens(t)[3])
		f := r.declare(d)
		r.people.change(all[1], func() { all[1].dead = true })
		event := r.ids.NewID()
		for range 2 {
			if err := r.svc.PersonDied(ctx, job, all[1].token, event); err != nil {
				t.Fatal(err)
			}
		}
		v := r.view(f.Household)
		if !slices.Equal(v.Tasks, []household.TaskKind{household.MemberDied}) || v.Score.Index.String() != f.Index || v.Revision != f.Revision+1 {
			t.Fatalf("%+v", v)
		}
		e := again(f, d)
		e.Revision = v.Revision
		e.Members = e.Members[:1]
		if g := r.declare(e); g.Index == f.Index || r.claimsOf() != 1 {
			t.Errorf("index %s, %d claims", g.Index, r.claimsOf())
		}
		r.holds()
	})
}
