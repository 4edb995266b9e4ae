package canary_test

import (
	"fmt"
	"testing"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/sample"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
	"sijil/seal"
)

// secret plants a value that is stored as a hash: the control does not find it.
func (p *planted) secret(name, value string) { p.finder.Add(name, []byte(value), true) }

func (p *planted) word() string { return seal.NewToken(p.random).Text() }

// hire makes staff and a client, with canaries for names, contacts, logins,
// passwords and secrets.
func (s *site) hire(t *testing.T, p *planted) {
	t.Helper()
	ctx, system := t.Context(), access.SystemCaller("setup", "-")
	s.registerPurposes(t)
	for i := range 5 {
		staff := agency.NewStaff{Name: "Canari " + p.word(), Login: p.word(), Contact: p.word() + "@exemple.invalid", Password: "canari " + p.word(),
			Areas: []string{access.AnyArea}}
		if _, err := s.office.FirstAdministrator(ctx, system, staff, "passwords-lost"); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("staff-%d ", i)
		p.add(name+"name", []byte(staff.Name), true)
		p.add(name+"contact", []byte(staff.Contact), true)
		p.secret(name+"password", staff.Password)
		session, err := s.office.Login(ctx, agency.Login{Login: staff.Login, Password: staff.Password})
		if err != nil {
			t.Fatal(err)
		}
		p.secret(name+"session", session.Secret.Text())
		p.secret(name+"device", session.Device.Text())
		if _, err := s.office.Login(ctx, agency.Login{Login: "nobody" + p.word(), Password: "wrong " + staff.Password}); err == nil {
			t.Fatal("nobody logged in")
		}
		admin, err := s.office.Authenticate(ctx, agency.Credential{Session: session.Secret.Text()})
		if err != nil {
			t.Fatal(err)
		}
		client := agency.NewClient{Name: "Canari " + p.word(), Contact: "Canari " + p.word(), Roles: []access.Role{access.Partner}, Areas: []string{access.AnyArea},
			Purposes: []agency.Grant{{Purpose: "verification"}}}
		_, secret, err := s.office.CreateClient(ctx, admin, fmt.Sprint("client-", i), client)
		if err != nil {
			t.Fatal(err)
		}
		p.add(name+"contact of a client", []byte(client.Contact), true)
		p.secret(name+"secret of a client", secret.Text())
	}
}

func (s *site) registerPurposes(t *testing.T) {
	t.Helper()
	data, err := s.c.ReadFile("purposes.json")
	if err != nil {
		t.Fatal(err)
	}
	purposes, err := agency.ParsePurposes("purposes.json", data, s.c.Languages)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.office.RegisterPurposes(t.Context(), access.SystemCaller("setup", "-"), purposes); err != nil {
		t.Fatal(err)
	}
}

// look has a look at everybody kept where the person can see it, under a token
// of the agency, by the id of a look that the population register recorded.
func (s *site) look(t *testing.T, p *planted, h *sample.Household) {
	t.Helper()
	ids := s.lastLooks(t, len(h.Persons))
	for i := range h.Persons {
		token := seal.NewToken(p.random)
		looked := agency.Looked{ID: ids[i], Register: "population", At: storetest.Now.Add(time.Duration(i)), Operation: access.DoorShow,
			Kind: access.Staff, Recipient: uid.ID{1}, Purpose: "registration", Basis: "law", Case: "case-1", Fields: []string{"names"}}
		if err := s.office.KeepLooked(t.Context(), access.SystemCaller("looked", "law"), token, looked); err != nil {
			t.Fatal(err)
		}
		raw := token.Bytes()
		name := fmt.Sprintf("%d agency", h.Persons[i].Serial)
		p.finder.Add(name+" token", raw[:], false) // kept as a blind index only
		p.secret(name+" token as text", token.Text())
	}
}

// lastLooks returns ids of the last looks that the population register recorded,
// some of them twice when there are too few.
func (s *site) lastLooks(t *testing.T, n int) (ids []uid.ID) {
	t.Helper()
	err := s.stores["population"].View(t.Context(), func(tx *store.Tx) error {
		ids = nil
		rows, err := tx.Query(t.Context(), `SELECT disclosure_id FROM disclosures ORDER BY disclosure_id DESC LIMIT $1`, n)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id uid.ID
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return rows.Err()
	})
	if err != nil || len(ids) == 0 {
		t.Fatalf("%d looks, %v", len(ids), err)
	}
	for i := 0; len(ids) < n; i++ {
		ids = append(ids, ids[i])
	}
	return ids
}
