package agency_test

import (
	"path/filepath"
	"strings"
	"testing"

	"sijil/access"
	"sijil/agency"
	"sijil/agency/agencydb"
	"sijil/internal/canary"
	"sijil/internal/store"
	"sijil/internal/storetest"
)

// TestNothingPersonalOrSecretIsKeptInClear fills the books and searches the
// files of the store, log included, for every name, login, password, contact,
// secret and token in every form. What is meant to be in clear is found: the
// search sees what is there.
func TestNothingPersonalOrSecretIsKeptInClear(t *testing.T) {
	t.Parallel()
	cfg := storetest.Config(t, store.SQLite)
	db, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Migrate(t.Context(), []store.Migrations{agencydb.Migrations()}, start, false); err != nil {
		t.Fatal(err)
	}
	b := open(t, db, agency.Options{})
	root := b.root()
	_, err = b.RegisterPurposes(t.Context(), root, purposes())
	b.must(err)

	var hidden, control canary.Finder
	hide := func(field, value string) { hidden.Add(field, []byte(value), true) }
	for i := range 100 {
		n := officer()
		tail := strings.Repeat(string(rune('a'+i/26)), 3) + string(rune('a'+i%26))
		n.Name, n.Login, n.Contact = "Invented Name "+tail, "hidden.login."+tail, "hidden contact "+tail
		n.Password = "the hidden sentence of number " + tail + " here"
		made, err := b.CreateStaff(t.Context(), root, tail, n)
		b.must(err)
		_, s := b.in(n.Login, n.Password)
		b.must(b.LinkPerson(t.Context(), root, made.Ref, token(t, byte(i+1))))
		hide("name", n.Name)
		hide("login", n.Login)
		hide("contact", n.Contact)
		hide("password", n.Password)
		hide("session", s.Secret.Text())
		hide("device", s.Device.Text())
		control.Add("ref", []byte(made.Ref), true)
	}
	cl := partner()
	cl.Contact = "hidden contact of a bank"
	_, secret, err := b.CreateClient(t.Context(), root, "bank", cl)
	b.must(err)
	hide("contact", cl.Contact)
	hide("secret", secret.Text())
	control.Add("institution", []byte("Invented Bank"), true)
	_, _ = b.Login(t.Context(), agency.Login{Login: "typed by mistake", Password: "a password typed as a login"})
	hide("typed", "typed by mistake")
	b.must(b.KeepLooked(t.Context(), access.SystemCaller("looked", "-"), token(t, 200),
		agency.Looked{ID: newIDs(b).NewID(), Register: "population", At: start, Operation: access.DoorShow}))
	for i := range 200 {
		raw := token(t, byte(i+1)).Bytes()
		hidden.Add("token", raw[:], false)
	}
	b.must(db.Close())

	dir := filepath.Dir(cfg.Path)
	hits, read, err := hidden.SearchTree(dir, 20)
	if err != nil || read < 100_000 {
		t.Fatalf("%d bytes read, %v", read, err)
	}
	for _, h := range hits {
		t.Errorf("found: %+v", h)
	}
	found, _, err := control.SearchTree(dir, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]bool{}
	for _, h := range found {
		fields[h.Field] = true
	}
	if !fields["ref"] || !fields["institution"] {
		t.Errorf("the search does not see what is there: %v", fields)
	}
}
