package access_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

func TestZeroCallerMayNothing(t *testing.T) {
	t.Parallel()
	for _, op := range access.Operations() {
		var c access.Caller
		if err := c.May(op); errs.KindOf(err) != errs.Denied {
			t.Errorf("%s: %v", op, err)
		}
		// All that can be stated, by nobody.
		c = access.Caller{Roles: access.Roles, Areas: []string{access.AnyArea}, Purpose: "p", Basis: "b", Case: "c"}
		if err := c.MayIn(op, "1"); errs.KindOf(err) != errs.Denied {
			t.Errorf("%s with every role but of no kind: %v", op, err)
		}
	}
}

func TestUnknownIsDenied(t *testing.T) {
	t.Parallel()
	all := access.Caller{Kind: access.Staff, Roles: access.Roles, Areas: []string{access.AnyArea}, Purpose: "p", Basis: "b", Case: "c"}
	for _, op := range []access.Operation{"", "person", "person.enrol ", "PERSON.ENROL", "person.erase"} {
		if err := all.May(op); errs.KindOf(err) != errs.Denied {
			t.Errorf("%q: %v", op, err)
		}
	}
	for _, r := range []access.Role{"", "root", "Administrator", "administrator "} {
		c := access.Caller{Kind: access.Staff, Roles: []access.Role{r}, Purpose: "p", Basis: "b", Case: "c"}
		for _, op := range access.Operations() {
			if c.May(op) == nil {
				t.Errorf("the unknown role %q may %s", r, op)
			}
		}
	}
}

// TestRolesBelongToKinds gives every role to every kind of caller.
func TestRolesBelongToKinds(t *testing.T) {
	t.Parallel()
	for kind := access.Nobody; kind <= access.System+1; kind++ {
		for _, r := range access.Roles {
			may := false
			for _, op := range access.Operations() {
				c := access.Caller{Kind: kind, Roles: []access.Role{r}, Areas: []string{access.AnyArea}, Purpose: "p", Basis: "b", Case: "c"}
				may = may || c.May(op) == nil
			}
			want := kind == kindOf(r) || r == access.SocialRegister && kind > access.Nobody && kind <= access.System
			if may != want {
				t.Errorf("%s as %s: may something is %v", r, kind, may)
			}
		}
	}
}

// TestPurposeNeedsItsBasis states one without the other.
func TestPurposeNeedsItsBasis(t *testing.T) {
	t.Parallel()
	c := access.Caller{Kind: access.Staff, Roles: []access.Role{access.RegistrationOfficer}, Purpose: "enrolment"}
	if c.May(access.PersonEnrol) == nil {
		t.Error("a purpose without a legal basis was enough")
	}
	c.Purpose, c.Basis = "", "law"
	if c.May(access.PersonEnrol) == nil {
		t.Error("a legal basis without a purpose was enough")
	}
}

// TestMoreRolesNeverTakeAway: what one role may, it may beside others.
func TestMoreRolesNeverTakeAway(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := access.Caller{Kind: access.Kind(rapid.IntRange(0, 5).Draw(t, "kind"))}
		c.Roles = rapid.SliceOfN(rapid.SampledFrom(access.Roles), 0, 4).Draw(t, "roles")
		stated[rapid.IntRange(0, 3).Draw(t, "stated")](&c)
		op := rapid.SampledFrom(access.Operations()).Draw(t, "operation")
		alone := false
		for _, r := range c.Roles {
			single := c
			single.Roles = []access.Role{r}
			alone = alone || single.May(op) == nil
		}
		if all := c.May(op) == nil; all != alone {
			t.Fatalf("together %v, one by one %v", all, alone)
		}
	})
}

var code = rapid.StringMatching(`[0-9]{1,3}([.-][0-9]{1,3}){0,3}`)

// TestAreas: a place lies in an area when it is the area, or its code goes on
// after a separator. Nothing else.
func TestAreas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		area, place := code.Draw(t, "area"), code.Draw(t, "place")
		c := access.Caller{Areas: []string{area}}
		rest, ok := strings.CutPrefix(place, area)
		want := ok && (rest == "" || rest[0] == '.' || rest[0] == '-')
		if c.In(place) != want {
			t.Fatalf("area %s, place %s: %v", area, place, !want)
		}
		if !c.In(area) || !c.In(area+".1") || !c.In(area+"-7.2") || c.In(area+"1") {
			t.Fatalf("area %s and places made of it", area)
		}
		if (access.Caller{}).In(place) || (access.Caller{Areas: []string{""}}).In(place) || !(access.Caller{Areas: []string{access.AnyArea}}).In(place) {
			t.Fatal("no area, the empty area, or everywhere")
		}
		// Inside an area of an area is inside the area.
		inner := area + "." + code.Draw(t, "inner")
		if (access.Caller{Areas: []string{inner}}).In(place) && !c.In(place) {
			t.Fatalf("%s lies in %s but not in %s", place, inner, area)
		}
	})
}

// TestAnAreaNeverAllowsMore: MayIn allows nothing that May denies, and May
// nothing more than MayIn everywhere.
func TestAnAreaNeverAllowsMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(access.Roles).Draw(t, "role")
		c := access.Caller{Kind: kindOf(r), Roles: []access.Role{r}, Areas: rapid.SliceOfN(code, 0, 3).Draw(t, "areas")}
		stated[rapid.IntRange(0, 3).Draw(t, "stated")](&c)
		op, place := rapid.SampledFrom(access.Operations()).Draw(t, "operation"), code.Draw(t, "place")
		if got, want := c.MayIn(op, place) == nil, c.May(op) == nil && c.In(place); got != want {
			t.Fatalf("MayIn %v, May and In %v", got, want)
		}
		c.Areas = []string{access.AnyArea}
		if (c.MayIn(op, place) == nil) != (c.May(op) == nil) {
			t.Fatal("everywhere is not everywhere")
		}
	})
}

// TestRecordsSayWho: a disclosure and a use carry all that the caller stated.
func TestRecordsSayWho(t *testing.T) {
	t.Parallel()
	c := access.Caller{Kind: access.Staff, Actor: uid.ID{7}, Roles: []access.Role{access.Adjudicator}, Purpose: "p", Basis: "b", Case: "c"}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	d := c.Disclose(uid.ID{1}, uid.ID{2}, at, access.DoorShow, "name", "birth")
	if d.ID != (uid.ID{1}) || d.Subject != (uid.ID{2}) || !d.At.Equal(at) || d.Operation != access.DoorShow || d.Kind != access.Staff ||
		d.Recipient != (uid.ID{7}) || d.Purpose != "p" || d.Basis != "b" || d.Case != "c" || len(d.Fields) != 2 {
		t.Errorf("%+v", d)
	}
	u := c.Used(uid.ID{1}, uid.ID{2}, at, access.DoorExchange, "no")
	if u.ID != (uid.ID{1}) || u.Subject != (uid.ID{2}) || !u.At.Equal(at) || u.Operation != access.DoorExchange || u.Kind != access.Staff ||
		u.Recipient != (uid.ID{7}) || u.Purpose != "p" || u.Basis != "b" || u.Case != "c" || u.Verdict != "no" {
		t.Errorf("%+v", u)
	}
	s := access.SystemCaller("p", "b")
	if s.May(access.JobRun) != nil || s.May(access.PersonEnrol) == nil || !s.In("1") {
		t.Error("the system's caller")
	}
	if access.Nobody.String() != "nobody" || access.System.String() != "system" || access.Kind(99).String() != "nobody" {
		t.Error("names of kinds")
	}
}
