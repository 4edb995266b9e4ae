package agency_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/agency/agencydb"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/lang"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
	"sijil/seal"
	"sijil/seal/sealtest"
)

var (
	start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	// quick is little work for a password: tests make many.
	quick   = agency.HashWork{Memory: 64, Passes: 1, Threads: 1}
	machine = access.SystemCaller("setup", "command line")
)

// Invented passwords.
const (
	rootPassword    = "seven green lanterns at noon"
	officerPassword = "a kettle sings over the harbour"
	otherPassword   = "nobody painted that window twice"
)

// books are the agency's books under test.
type books struct {
	*agency.Service

	t      *testing.T
	db     *store.DB
	clock  *clock.Manual
	keeper *sealtest.Keeper
	vault  *seal.Vault
	spy    *spy
}

func open(t *testing.T, db *store.DB, o agency.Options) *books {
	t.Helper()
	b := &books{t: t, db: db, clock: clock.NewManual(start), keeper: sealtest.NewKeeper()}
	random := sealtest.NewRand(7)
	ids := uid.NewSource(b.clock, random)
	b.vault = seal.NewVault(seal.Agency, b.keeper, sealtest.NewKeyStore(), ids, b.clock, random)
	if o.Hash == (agency.HashWork{}) {
		o.Hash = quick
	}
	if o.Queue == 0 {
		o.Queue = 1000
	}
	b.spy = &spy{Store: agencydb.New(db)}
	b.Service = agency.New(b.spy, b.vault, ids, b.clock, random, o)
	return b
}

// each runs a test on books of each engine.
func each(t *testing.T, fn func(b *books)) {
	t.Helper()
	storetest.Each(t, []store.Migrations{agencydb.Migrations()}, func(t *testing.T, db *store.DB) { t.Helper(); fn(open(t, db, agency.Options{})) })
}

func (b *books) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// root makes the first administrator and logs in.
func (b *books) root() access.Caller {
	b.t.Helper()
	_, err := b.FirstAdministrator(b.t.Context(), machine, agency.NewStaff{Name: "First Invented", Login: "root.one", Password: rootPassword, Areas: []string{access.AnyArea}}, "")
	b.must(err)
	c, _ := b.in("root.one", rootPassword)
	return c
}

// in logs in.
func (b *books) in(login, password string) (access.Caller, agency.Session) {
	b.t.Helper()
	s, err := b.Login(b.t.Context(), agency.Login{Login: login, Password: password})
	b.must(err)
	c, err := b.Authenticate(b.t.Context(), agency.Credential{Session: s.Secret.Text()})
	b.must(err)
	return c, s
}

func officer() agency.NewStaff {
	return agency.NewStaff{Name: "Second Invented", Login: "officer.two", Contact: "0000 invented", Password: officerPassword,
		Roles: []access.Role{access.RegistrationOfficer}, Areas: []string{"03.231"}, Office: "03.231.7"}
}

func purposes() []agency.Purpose {
	name := lang.Text{"xx": "invented"}
	return []agency.Purpose{
		{Code: "enrolment", Name: name, Basis: "Invented Act 1", Roles: []access.Role{access.RegistrationOfficer}},
		{Code: "verification", Name: name, Basis: "Invented Act 2", Roles: []access.Role{access.Partner}},
	}
}

// code is the code of an error of a kind.
func code(t *testing.T, err error, kind errs.Kind) string {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || errs.KindOf(err) != kind {
		t.Helper()
		t.Fatalf("want an error of kind %s, got %v", kind, err)
	}
	return e.Code
}

func denied(t *testing.T, err error, want string) {
	t.Helper()
	if got := code(t, err, errs.Denied); got != want {
		t.Fatalf("denied as %q, want %q", got, want)
	}
}

// spy records which calls a service makes of its store.
type spy struct {
	agency.Store

	mu    sync.Mutex
	calls []string

	// meet makes two transactions wait for each other for a moment where they
	// read a staff member by reference: they overlap unless something holds one
	// of them up.
	meet chan struct{}
}

func (s *spy) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.calls
	s.calls = nil
	return out
}

func (s *spy) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, what)
}

func (s *spy) Do(ctx context.Context, fn func(agency.Tx) error) error {
	s.note("Do")
	return s.Store.Do(ctx, func(tx agency.Tx) error { return fn(spyTx{tx, s}) })
}

func (s *spy) View(ctx context.Context, fn func(agency.Tx) error) error {
	s.note("View")
	return s.Store.View(ctx, func(tx agency.Tx) error { return fn(spyTx{tx, s}) })
}

type spyTx struct {
	agency.Tx

	spy *spy
}

func (t spyTx) StaffByLogin(ctx context.Context, logins, decoys []seal.Blind) (agency.StaffRow, []byte, error) {
	t.spy.note("StaffByLogin")
	return t.Tx.StaffByLogin(ctx, logins, decoys)
}

func (t spyTx) StaffByRef(ctx context.Context, ref uid.Ref) (agency.StaffRow, error) {
	row, err := t.Tx.StaffByRef(ctx, ref)
	if t.spy.meet != nil {
		select {
		case t.spy.meet <- struct{}{}:
		case <-t.spy.meet:
		case <-time.After(300 * time.Millisecond):
		}
	}
	return row, err
}

func (t spyTx) Attempt(ctx context.Context, keys []seal.Blind) (agency.Attempt, error) {
	t.spy.note("Attempt")
	return t.Tx.Attempt(ctx, keys)
}

func (t spyTx) PutAttempt(ctx context.Context, old, next agency.Attempt) (bool, error) {
	t.spy.note("PutAttempt")
	return t.Tx.PutAttempt(ctx, old, next)
}

// events returns the topics in the outbox, in order.
func (b *books) events() []string {
	b.t.Helper()
	var out []string
	b.must(b.db.View(b.t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Query(b.t.Context(), `SELECT topic FROM outbox ORDER BY event_id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var topic string
			if err := rows.Scan(&topic); err != nil {
				return err
			}
			out = append(out, topic)
		}
		return rows.Err()
	}))
	return out
}

// as is a caller of a role, of the kind that may hold it.
func as(r access.Role) access.Caller {
	c := access.Caller{Kind: access.Staff, Actor: uid.ID{9}, Roles: []access.Role{r}, Areas: []string{access.AnyArea}, Purpose: "p", Basis: "b", Case: "c"}
	switch r {
	case access.Partner:
		c.Kind = access.Client
	case access.Resident:
		c.Kind = access.Person
	case access.Job, access.SocialRegister:
		c.Kind = access.System
	}
	return c
}

// contains reports whether a value holds a text anywhere, also in fields that
// print as masks.
func contains(v any, text string) bool {
	return slices.ContainsFunc(strs(reflect.ValueOf(v)), func(s string) bool { return strings.Contains(s, text) })
}

func strs(v reflect.Value) []string {
	var out []string
	switch v.Kind() {
	case reflect.String:
		out = append(out, v.String())
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			out = append(out, strs(v.Index(i))...)
		}
	case reflect.Struct:
		for _, f := range v.Fields() {
			out = append(out, strs(f)...)
		}
	}
	return out
}
