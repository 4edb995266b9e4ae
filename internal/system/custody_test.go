package system_test

import (
	"testing"

	"sijil/access"
	"sijil/agency"
	"sijil/household"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/population"
)

// parent is the declaration of an adult with one child.
func (w *town) parent(g goldenLine, who, kid someone) household.Declaration {
	a, b := who.claim(), kid.claim()
	return household.Declaration{Locality: g.Locality, AsOf: g.AsOf, Declarant: "1", Answers: g.Answers,
		Members: []household.Member{{Ref: "1", Claim: &a, Answers: g.Members[0].Answers}, {Ref: "2", Claim: &b, Answers: g.Members[1].Answers}}}
}

func (w *town) standing(c access.Caller, f *household.Filed) household.ShownLine {
	w.t.Helper()
	v, err := w.Household.View(w.t.Context(), c, household.ViewRequest{Household: f.Household})
	w.must(err)
	return v.Lines[1]
}

// TestCustodyThroughBothRegisters: a neighbour declares a widow's children; one
// comes to her when the population register records her as custodian, the other
// by the decision of an officer who has no part in it.
func TestCustodyThroughBothRegisters(t *testing.T) {
	t.Parallel()
	everywhere(t, func(at place) {
		t := at.t
		ctx := t.Context()
		w := newTown(at)
		officer := w.login("officer.two", access.RegistrationOfficer, "enrolment", "03")
		authority := w.login("authority.three", access.LocalAuthority, "enrolment", "03.231")
		g := secondGolden(t)
		family := w.enrolFamily(officer, authority, g)
		mother, kids := family[0], family[1:]
		e := w.enrolment("Brahim", "1970-03-03", population.Male)
		e.Names[0].Spellings[0].Family = "Ouazzani"
		e.Documents = []population.Document{w.card()}
		out, err := w.Population.Enrol(ctx, officer, w.key(), e)
		w.must(err)
		neighbour := someone{out, "Brahim Ouazzani", e.Birth.Date}

		declares := w.as("officer.two", staffPassword, "declaration")
		declare := func(who, kid someone) *household.Filed {
			t.Helper()
			f, err := w.Household.Declare(ctx, declares, w.key(), w.parent(g, who, kid))
			w.must(err)
			return f
		}
		first := declare(neighbour, kids[0])
		claim := declare(mother, kids[0])
		if first.Lines[1].Custody != household.Presumed || claim.Lines[1].Standing != household.Rival {
			t.Fatalf("%+v and %+v", first.Lines, claim.Lines)
		}

		corrects := w.as("officer.two", staffPassword, "correction")
		w.must(w.Population.Relate(ctx, corrects, w.key(), population.RelationAct{Person: w.find(corrects, kids[0].Receipt),
			Add: &population.Relation{Kind: population.Custodian, As: "mother", Holder: population.Holder{IDCS: mother.IDCS}}}))
		w.must(w.Settle(ctx))
		if l := w.standing(declares, claim); l.Standing != household.Child || l.Custody != household.Registered || !l.Counted {
			t.Errorf("after the relation was recorded: %+v", l)
		}
		if l := w.standing(declares, first); l.Standing != household.Left {
			t.Errorf("where the child was: %+v", l)
		}
		if checked, err := w.CheckAcross(ctx); err != nil || checked.Decided != 0 {
			t.Errorf("%+v, %v", checked, err)
		}

		// The other child, on the spot.
		v, err := w.Household.View(ctx, declares, household.ViewRequest{Household: first.Household})
		w.must(err)
		d := w.parent(g, neighbour, kids[1])
		d.Household, d.Revision = first.Household, v.Revision
		_, err = w.Household.Declare(ctx, declares, w.key(), d)
		w.must(err)
		v, err = w.Household.View(ctx, declares, household.ViewRequest{Household: claim.Household})
		w.must(err)
		d = w.parent(g, mother, kids[0])
		third := kids[1].claim()
		d.Members = append(d.Members, household.Member{Ref: "3", Claim: &third, Answers: g.Members[2].Answers})
		d.Household, d.Revision = claim.Household, v.Revision
		claim, err = w.Household.Declare(ctx, declares, w.key(), d)
		w.must(err)
		if claim.Lines[1].Standing != household.Child || claim.Lines[2].Standing != household.Rival {
			t.Fatalf("%+v", claim.Lines)
		}
		v, err = w.Household.View(ctx, declares, household.ViewRequest{Household: claim.Household})
		w.must(err)
		matter := v.Custody[len(v.Custody)-1].Matter
		verdict := household.Verification{Matter: matter, Outcome: household.Moved, Evidence: []household.Evidence{{Kind: "visit", Day: civil.MustParse("2026-10-30")}}}

		root := w.as("root.one", rootPassword, "administration")
		me, err := w.Agency.Me(ctx, authority)
		w.must(err)
		w.must(w.LinkStaff(ctx, root, w.key(), me.Ref, population.Claim{IDCS: neighbour.IDCS, Name: neighbour.name, Birth: neighbour.birth}))
		verifies := w.as("authority.three", staffPassword, "local_verification")
		if _, err := w.Household.DecideCustody(ctx, verifies, w.key(), verdict); errs.KindOf(err) != errs.Denied {
			t.Errorf("the neighbour decides in his own matter: %v", err)
		}
		colleague := w.login("authority.four", access.LocalAuthority, "local_verification", "03.231")
		if _, err := w.Household.DecideCustody(ctx, colleague, w.key(), verdict); errs.KindOf(err) != errs.Denied {
			t.Errorf("his colleague decides: %v", err)
		}
		_, err = w.Agency.CreateStaff(ctx, root, w.key(), agency.NewStaff{Name: "Invented Five", Login: "authority.five", Password: staffPassword,
			Roles: []access.Role{access.LocalAuthority}, Areas: []string{"03.231"}, Office: "03.231.9"})
		w.must(err)
		other := w.as("authority.five", staffPassword, "local_verification")
		got, err := w.Household.DecideCustody(ctx, other, w.key(), verdict)
		if err != nil || !got.Moved {
			t.Fatalf("%+v, %v", got, err)
		}
		w.must(w.Settle(ctx))
		w.must(w.Chores(ctx))
		if checked, err := w.CheckAcross(ctx); err != nil || checked.Decided != 0 {
			t.Errorf("%+v, %v", checked, err)
		}
	})
}
