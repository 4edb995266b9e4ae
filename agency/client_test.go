package agency_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

func partner() agency.NewClient {
	return agency.NewClient{Name: "Invented Bank", Contact: "Fourth Invented", Roles: []access.Role{access.Partner}, Areas: []string{access.AnyArea},
		Purposes: []agency.Grant{{Purpose: "verification", Authorisation: "A-0/26", From: civil.MustParse("2026-11-01"), To: civil.MustParse("2026-12-31")}}}
}

func TestClients(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		_, err := b.RegisterPurposes(t.Context(), root, purposes())
		b.must(err)
		made, secret, err := b.CreateClient(t.Context(), root, "k", partner())
		b.must(err)
		again, none, err := b.CreateClient(t.Context(), root, "k", partner())
		b.must(err)
		if again.Ref != made.Ref || none.Text() != "" || secret.Text() == "" {
			t.Error("a repeated act made another client, or showed the secret again")
		}
		c, err := b.Authenticate(t.Context(), agency.Credential{Bearer: secret.Text(), Purpose: "verification"})
		b.must(err)
		if c.Kind != access.Client || c.Purpose != "verification" || c.Basis != "Invented Act 2" || !slices.Equal(c.Roles, []access.Role{access.Partner}) {
			t.Errorf("%+v", c)
		}
		if err := c.May(access.DoorExchange); err != nil {
			t.Error(err)
		}
		_, err = b.Authenticate(t.Context(), agency.Credential{Bearer: secret.Text(), Purpose: "enrolment"})
		denied(t, err, "agency.purpose")
		_, err = b.Authenticate(t.Context(), agency.Credential{Bearer: secret.Text(), Purpose: "invented"})
		denied(t, err, "agency.purpose")

		list, err := b.ListClients(t.Context(), root, "", 0)
		if err != nil || len(list) != 1 || list[0].Contact != "Fourth Invented" || contains(list, secret.Text()) {
			t.Errorf("%+v, %v", list, err)
		}

		// A second secret, and the first for a week more.
		fresh, err := b.IssueSecret(t.Context(), root, made.Ref, 30*24*time.Hour, 7*24*time.Hour)
		b.must(err)
		auth := func(s agency.Secret) error {
			_, err := b.Authenticate(t.Context(), agency.Credential{Bearer: s.Text()})
			return err
		}
		b.must(auth(secret))
		b.must(auth(fresh))
		b.clock.Advance(7 * 24 * time.Hour)
		denied(t, auth(secret), "agency.secret")
		b.must(auth(fresh))
		b.clock.Advance(23 * 24 * time.Hour)
		denied(t, auth(fresh), "agency.secret")

		last, err := b.IssueSecret(t.Context(), root, made.Ref, 0, 0)
		b.must(err)
		b.must(auth(last))
		ended, err := b.EndClient(t.Context(), root, made.Ref, 1)
		if err != nil || ended.State != agency.Ended || ended.Version != 2 {
			t.Errorf("%+v, %v", ended, err)
		}
		denied(t, auth(last), "agency.secret")
		if _, err := b.IssueSecret(t.Context(), root, made.Ref, 0, 0); code(t, err, errs.Conflict) != "agency.ended" {
			t.Error(err)
		}
	})
}

// TestPurposesHaveDays: a client's purpose holds on its days, in the country's
// zone, and a changed purpose from then on.
func TestPurposesHaveDays(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		list := purposes()
		n, err := b.RegisterPurposes(t.Context(), root, list)
		if err != nil || n != 2 {
			t.Fatalf("%d, %v", n, err)
		}
		if n, err = b.RegisterPurposes(t.Context(), machine, list); err != nil || n != 0 {
			t.Fatalf("the same again: %d, %v", n, err)
		}
		made, secret, err := b.CreateClient(t.Context(), root, "k", partner())
		b.must(err)
		ask := func() error {
			_, err := b.Authenticate(t.Context(), agency.Credential{Bearer: secret.Text(), Purpose: "verification"})
			return err
		}
		b.must(ask())
		b.clock.Advance(time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC).Sub(b.clock.Now()))
		b.must(ask())
		b.clock.Advance(time.Second)
		denied(t, ask(), "agency.purpose")
		_, err = b.ChangeClient(t.Context(), root, made.Ref, 1, []agency.Grant{{Purpose: "verification"}})
		b.must(err)
		b.must(ask())

		list[1].Basis, list[1].To = "Invented Act 3", civil.MustParse("2027-01-31")
		if n, err = b.RegisterPurposes(t.Context(), root, list); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		c, err := b.Authenticate(t.Context(), agency.Credential{Bearer: secret.Text(), Purpose: "verification"})
		if err != nil || c.Basis != "Invented Act 3" {
			t.Fatalf("%+v, %v", c, err)
		}
		// A purpose that is no longer one of the client's role.
		list[1].Roles = []access.Role{access.Auditor}
		if n, err = b.RegisterPurposes(t.Context(), root, list); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		denied(t, ask(), "agency.purpose")
		list[1].Roles = []access.Role{access.Partner}
		_, err = b.RegisterPurposes(t.Context(), root, list)
		b.must(err)
		b.must(ask())
		b.clock.Advance(32 * 24 * time.Hour)
		denied(t, ask(), "agency.purpose")
		all, err := b.Purposes(t.Context())
		if err != nil || len(all) != 2 {
			t.Errorf("%d purposes, %v", len(all), err)
		}
	})
}

func TestStaffStatePurposes(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		_, err := b.RegisterPurposes(t.Context(), root, purposes())
		b.must(err)
		_, err = b.CreateStaff(t.Context(), root, "k", officer())
		b.must(err)
		_, s := b.in("officer.two", officerPassword)
		ref := uid.Ref("abcdefghijklmnopqrstuvwxy4")
		c, err := b.Authenticate(t.Context(), agency.Credential{Session: s.Secret.Text(), Purpose: "enrolment", Case: ref})
		b.must(err)
		if c.Basis != "Invented Act 1" || c.Case != string(ref) || c.MayIn(access.PersonCorrect, "03.231.1") != nil || c.MayIn(access.PersonCorrect, "04") == nil {
			t.Errorf("%+v", c)
		}
		_, err = b.Authenticate(t.Context(), agency.Credential{Session: s.Secret.Text(), Purpose: "verification"})
		denied(t, err, "agency.purpose")
		if _, err := b.Authenticate(t.Context(), agency.Credential{Session: s.Secret.Text(), Case: "whatever I like"}); errs.KindOf(err) != errs.Invalid {
			t.Error(err)
		}
	})
}

func TestCreateClientRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(b *books) {
		t := b.t
		root := b.root()
		_, err := b.RegisterPurposes(t.Context(), root, purposes())
		b.must(err)
		tests := map[string]func(*agency.NewClient){
			"no name":            func(n *agency.NewClient) { n.Name = "" },
			"no role":            func(n *agency.NewClient) { n.Roles = nil },
			"role of staff":      func(n *agency.NewClient) { n.Roles = []access.Role{access.Administrator} },
			"role of the system": func(n *agency.NewClient) { n.Roles = []access.Role{access.SocialRegister} },
			"no area":            func(n *agency.NewClient) { n.Areas = nil },
			"no purpose":         func(n *agency.NewClient) { n.Purposes = nil },
			"unknown purpose":    func(n *agency.NewClient) { n.Purposes[0].Purpose = "invented" },
			"another's purpose":  func(n *agency.NewClient) { n.Purposes[0].Purpose = "enrolment" },
			"purpose twice":      func(n *agency.NewClient) { n.Purposes = append(n.Purposes, n.Purposes[0]) },
			"ends first":         func(n *agency.NewClient) { n.Purposes[0].To = civil.MustParse("2020-01-01") },
			"lives for ever":     func(n *agency.NewClient) { n.Lives = 10 * 365 * 24 * time.Hour },
			"long authorisation": func(n *agency.NewClient) { n.Purposes[0].Authorisation = strings.Repeat("9", 201) },
		}
		for name, spoil := range tests {
			n := partner()
			spoil(&n)
			if _, secret, err := b.CreateClient(t.Context(), root, name, n); errs.KindOf(err) != errs.Invalid || secret.Text() != "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if list, err := b.ListClients(t.Context(), root, "", 0); err != nil || len(list) != 0 {
			t.Errorf("%d clients were written, %v", len(list), err)
		}
	})
}
