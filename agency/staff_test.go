package agency_test

import (
	"crypto/sha256"
	"slices"
	"strings"
	"sync"
	"testing"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/errs"
	"sijil/seal"
)

func TestFirstAdministratorIsOne(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		if has, err := b.HasAdministrator(t.Context()); err != nil || has {
			t.Fatalf("%v, %v", has, err)
		}
		_, err := b.Login(t.Context(), agency.Login{Login: "root.one", Password: rootPassword})
		if code(t, err, errs.Unavailable) != "agency.no_administrator" {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		failures := make([]error, 6)
		for i := range failures {
			wg.Go(func() {
				_, failures[i] = b.FirstAdministrator(t.Context(), machine, agency.NewStaff{Name: "Invented", Login: "root" + string(rune('a'+i)),
					Password: rootPassword, Areas: []string{access.AnyArea}}, "")
			})
		}
		wg.Wait()
		made := 0
		for _, err := range failures {
			if err == nil {
				made++
			} else if code(t, err, errs.Conflict) != "agency.administrator_exists" {
				t.Fatal(err)
			}
		}
		if made != 1 {
			t.Fatalf("%d first administrators", made)
		}
		if _, err := b.FirstAdministrator(t.Context(), machine, agency.NewStaff{Name: "Invented", Login: "root.late", Password: rootPassword,
			Areas: []string{access.AnyArea}}, "passwords-lost"); err != nil {
			t.Fatal(err)
		}
		if got := b.events(); !slices.Equal(got, []string{agency.TopicStaffCreated, agency.TopicStaffRecovered}) {
			t.Fatalf("%v", got)
		}
		_, err = b.FirstAdministrator(t.Context(), machine, agency.NewStaff{Name: "Invented", Login: "root.x", Password: rootPassword, Areas: []string{"*"}}, "Lost them all!")
		code(t, err, errs.Invalid)
		_, err = b.FirstAdministrator(t.Context(), as(access.Administrator), agency.NewStaff{Name: "Invented", Login: "root.y", Password: rootPassword, Areas: []string{"*"}}, "")
		denied(t, err, "access.denied")
	})
}

func TestCreateStaff(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		made, err := b.CreateStaff(t.Context(), root, "key-1", officer())
		b.must(err)
		again, err := b.CreateStaff(t.Context(), root, "key-1", officer())
		b.must(err)
		if again.Ref != made.Ref || again.Login != "officer.two" || again.Name != made.Name {
			t.Errorf("asked again: %+v, first %+v", again, made)
		}
		other := officer()
		other.Name = "Third Invented"
		_, err = b.CreateStaff(t.Context(), root, "key-1", other)
		if code(t, err, errs.Conflict) != "store.key_reused" {
			t.Error(err)
		}
		_, err = b.CreateStaff(t.Context(), root, "key-2", officer())
		if code(t, err, errs.Conflict) != "agency.login_taken" {
			t.Error(err)
		}
		list, err := b.ListStaff(t.Context(), root, "", 0)
		b.must(err)
		if len(list) != 2 { // the decoy is nobody
			t.Fatalf("%d accounts", len(list))
		}
		c, _ := b.in(" Officer.Two ", officerPassword)
		if c.Kind != access.Staff || !slices.Equal(c.Roles, officer().Roles) || !slices.Equal(c.Areas, officer().Areas) || c.Actor.IsZero() {
			t.Errorf("%+v", c)
		}
		me, err := b.Me(t.Context(), c)
		if err != nil || me.Name != "Second Invented" || me.Contact != "0000 invented" || me.Office != "03.231.7" {
			t.Errorf("%+v, %v", me, err)
		}
	})
}

func TestCreateStaffRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		tests := map[string]func(*agency.NewStaff){
			"login short":        func(n *agency.NewStaff) { n.Login = "ab" },
			"login space":        func(n *agency.NewStaff) { n.Login = "a b c" },
			"login NUL":          func(n *agency.NewStaff) { n.Login = "abc\x00" },
			"login arabic":       func(n *agency.NewStaff) { n.Login = "موظف-واحد" },
			"name empty":         func(n *agency.NewStaff) { n.Name = "" },
			"name long":          func(n *agency.NewStaff) { n.Name = strings.Repeat("n", 201) },
			"name control":       func(n *agency.NewStaff) { n.Name = "a\tb" },
			"name not UTF-8":     func(n *agency.NewStaff) { n.Name = "a\xff" },
			"no role":            func(n *agency.NewStaff) { n.Roles = nil },
			"role of a client":   func(n *agency.NewStaff) { n.Roles = []access.Role{access.Partner} },
			"role of a job":      func(n *agency.NewStaff) { n.Roles = []access.Role{access.Job} },
			"invented role":      func(n *agency.NewStaff) { n.Roles = []access.Role{"root"} },
			"role twice":         func(n *agency.NewStaff) { n.Roles = []access.Role{access.Planner, access.Planner} },
			"captures, accepts":  func(n *agency.NewStaff) { n.Roles = []access.Role{access.RegistrationOfficer, access.LocalAuthority} },
			"auditor and more":   func(n *agency.NewStaff) { n.Roles = []access.Role{access.Planner, access.Auditor} },
			"administrator too":  func(n *agency.NewStaff) { n.Roles = []access.Role{access.Administrator, access.Planner} },
			"no area":            func(n *agency.NewStaff) { n.Areas = nil },
			"area empty":         func(n *agency.NewStaff) { n.Areas = []string{""} },
			"area bar":           func(n *agency.NewStaff) { n.Areas = []string{"03|04"} },
			"office":             func(n *agency.NewStaff) { n.Office = "the big house" },
			"password short":     func(n *agency.NewStaff) { n.Password = "short" },
			"password is login":  func(n *agency.NewStaff) { n.Password = "officer.two officer.two" },
			"password is common": func(n *agency.NewStaff) { n.Password = "Password123456789" },
		}
		for name, spoil := range tests {
			n := officer()
			spoil(&n)
			_, err := b.CreateStaff(t.Context(), root, "key "+name, n)
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", name, err)
			}
			for _, secret := range []string{n.Password, n.Name, n.Login} {
				if err != nil && len(secret) > 3 && strings.Contains(err.Error(), secret) {
					t.Errorf("%s: the error holds a value", name)
				}
			}
		}
		for _, key := range []string{"", strings.Repeat("k", 201)} {
			if _, err := b.CreateStaff(t.Context(), root, key, officer()); errs.KindOf(err) != errs.Invalid {
				t.Errorf("key of %d: %v", len(key), err)
			}
		}
		list, err := b.ListStaff(t.Context(), root, "", 0)
		if err != nil || len(list) != 1 {
			t.Errorf("%d accounts were written, %v", len(list), err)
		}
	})
}

func TestStaffChangesAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		made, err := b.CreateStaff(t.Context(), root, "k", officer())
		b.must(err)
		_, session := b.in("officer.two", officerPassword)
		change := agency.StaffChange{Version: 1, Roles: []access.Role{access.Planner}, Areas: []string{"04"}}
		after, err := b.ChangeStaff(t.Context(), root, made.Ref, change)
		b.must(err)
		if after.Version != 2 || after.Name != made.Name {
			t.Errorf("%+v", after)
		}
		c, err := b.Authenticate(t.Context(), agency.Credential{Session: session.Secret.Text()})
		if err != nil || !slices.Equal(c.Roles, change.Roles) || !slices.Equal(c.Areas, change.Areas) {
			t.Errorf("the running session still has %v in %v, %v", c.Roles, c.Areas, err)
		}
		_, err = b.ChangeStaff(t.Context(), root, made.Ref, change)
		if code(t, err, errs.Conflict) != "agency.stale" {
			t.Error(err)
		}
		_, err = b.EndStaff(t.Context(), root, made.Ref, 2)
		b.must(err)
		_, err = b.Authenticate(t.Context(), agency.Credential{Session: session.Secret.Text()})
		denied(t, err, "agency.no_session")
		_, err = b.Login(t.Context(), agency.Login{Login: "officer.two", Password: officerPassword})
		denied(t, err, "agency.login")
		_, err = b.ChangeStaff(t.Context(), root, made.Ref, agency.StaffChange{Version: 3, Roles: change.Roles, Areas: change.Areas})
		if code(t, err, errs.Conflict) != "agency.ended" {
			t.Error(err)
		}
		if _, err := b.CreateStaff(t.Context(), root, "k2", officer()); code(t, err, errs.Conflict) != "agency.login_taken" {
			t.Error("the login of an ended account was given again")
		}
		history, err := b.StaffHistory(t.Context(), root, made.Ref)
		b.must(err)
		if len(history) != 3 || history[0].Roles[0] != access.RegistrationOfficer || history[1].Roles[0] != access.Planner ||
			history[2].State != agency.Ended || history[2].By != root.Actor {
			t.Errorf("%+v", history)
		}
		_, err = b.ChangeStaff(t.Context(), root, "aaaaaaaaaaaaaaaaaaaaaaaaaa", change)
		if code(t, err, errs.NotFound) != "agency.no_staff" {
			t.Error(err)
		}
	})
}

// TestAnAdministratorRemains lets administrators end each other at the same
// time.
func TestAnAdministratorRemains(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		second, err := b.CreateStaff(t.Context(), root, "k", agency.NewStaff{Name: "Invented", Login: "root.two", Password: otherPassword,
			Roles: []access.Role{access.Administrator}, Areas: []string{access.AnyArea}})
		b.must(err)
		two, _ := b.in("root.two", otherPassword)
		list, err := b.ListStaff(t.Context(), root, "", 0)
		b.must(err)
		first := list[slices.IndexFunc(list, func(s agency.Staff) bool { return s.Login == "root.one" })]
		b.spy.meet = make(chan struct{})
		var wg sync.WaitGroup
		failures := make([]error, 2)
		wg.Go(func() { _, failures[0] = b.EndStaff(t.Context(), root, second.Ref, 1) })
		wg.Go(func() { _, failures[1] = b.EndStaff(t.Context(), two, first.Ref, 1) })
		wg.Wait()
		b.spy.meet = nil
		if (failures[0] == nil) == (failures[1] == nil) {
			t.Fatalf("%v, %v", failures[0], failures[1])
		}
		left, ref := root, first.Ref
		if failures[0] != nil {
			denied(t, failures[0], "access.denied")
			left, ref = two, second.Ref
		} else {
			denied(t, failures[1], "access.denied")
		}
		_, err = b.EndStaff(t.Context(), left, ref, 1)
		if code(t, err, errs.Conflict) != "agency.last_administrator" {
			t.Error(err)
		}
		_, err = b.ChangeStaff(t.Context(), left, ref, agency.StaffChange{Version: 1, Roles: []access.Role{access.Planner}, Areas: []string{"*"}})
		if code(t, err, errs.Conflict) != "agency.last_administrator" {
			t.Error(err)
		}
		if has, err := b.HasAdministrator(t.Context()); err != nil || !has {
			t.Errorf("%v, %v", has, err)
		}
	})
}

func TestColleagues(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		one, err := b.CreateStaff(t.Context(), root, "k1", officer())
		b.must(err)
		n := officer()
		n.Login, n.Password = "officer.three", otherPassword
		two, err := b.CreateStaff(t.Context(), root, "k2", n)
		b.must(err)
		me, _ := b.in("officer.two", officerPassword)
		first, second, stranger := token(t, 1), token(t, 2), token(t, 3)
		b.must(b.LinkPerson(t.Context(), root, one.Ref, first))
		b.must(b.LinkPerson(t.Context(), root, two.Ref, second))
		if code(t, b.LinkPerson(t.Context(), root, two.Ref, first), errs.Conflict) != "agency.person_linked" {
			t.Error("one person, two accounts")
		}
		ask := func(p seal.Token, want bool) {
			t.Helper()
			if got, err := b.Colleague(t.Context(), me, p); err != nil || got != want {
				t.Errorf("colleague is %v, %v", got, err)
			}
		}
		ask(first, true)
		ask(second, true)
		ask(stranger, false)
		ask(seal.Token{}, false)
		_, err = b.ChangeStaff(t.Context(), root, two.Ref, agency.StaffChange{Version: 1, Roles: n.Roles, Areas: n.Areas, Office: "03.231.8"})
		b.must(err)
		ask(second, false)
	})
}

func token(t *testing.T, n byte) seal.Token {
	t.Helper()
	sum := sha256.Sum256([]byte{n})
	tk, err := seal.TokenOf(sum[:seal.TokenSize])
	if err != nil {
		t.Fatal(err)
	}
	return tk
}
