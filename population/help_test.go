package population_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/fields"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
	"sijil/linkage"
	"sijil/names"
	"sijil/population"
	"sijil/population/populationdb"
	"sijil/seal"
	"sijil/seal/sealtest"
)

// The reference country's data, read once.
var reference = sync.OnceValue(func() (r struct {
	rules  *population.Rules
	names  *names.Table
	places *country.Geography
	scheme *idcs.Scheme

	duplicates *population.Duplicates // as the country has them
	unlike     *population.Duplicates // by which nobody is like anybody: for tests of other things, whose people all have one name
}) {
	read := func(file string) []byte {
		data, err := os.ReadFile("../morocco/" + file)
		if err != nil {
			panic(err)
		}
		return data
	}
	var err [5]error
	var c *country.Country
	r.rules, err[0] = population.ParseRules("registration.json", read("registration.json"))
	r.names, err[1] = names.ReadTable("names.csv", read("names.csv"))
	if c, err[2] = country.Open(os.DirFS("../morocco")); err[2] == nil {
		r.places, err[3] = c.LoadGeography()
		r.scheme, err[4] = idcs.NewScheme(c.Identifier())
	}
	if e := errors.Join(err[:]...); e != nil {
		panic(e)
	}
	if r.duplicates, err[0] = population.ParseDuplicates("duplicates.json", read("duplicates.json"), r.rules, r.names, c.ReadFile); err[0] == nil {
		r.unlike, err[0] = r.duplicates.WithBands(linkage.Bands{Judge: 100, Same: 100})
	}
	if err[0] != nil {
		panic(err[0])
	}
	return r
})

// here and there are two places of different areas.
const (
	here     = "01.051-U"
	hereToo  = "01.051-R"
	there    = "06.141-U"
	hereArea = "01"
)

// world is a register with its surroundings.
type world struct {
	*population.Service
	t      testing.TB
	db     *store.DB
	clock  *clock.Manual
	vault  *seal.Vault
	keeper *sealtest.Keeper
	staff  *colleagues
	ids    *uid.Source
	config population.Config

	officer, second access.Caller
	serial          atomic.Int64
}

// colleagues are the staff members whom the agency has linked to persons.
type colleagues struct {
	mu   sync.Mutex
	who  map[seal.Token]bool
	fail error
}

func (s *colleagues) Colleague(_ context.Context, _ access.Caller, t seal.Token) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.who[t], s.fail
}

func newWorld(t testing.TB, db *store.DB) *world {
	t.Helper()
	ref := reference()
	random := sealtest.NewRand(uint64(len(t.Name())))
	c := clock.NewManual(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))
	ids := uid.NewSource(c, random)
	keeper := sealtest.NewKeeper()
	vault := seal.NewVault(seal.Population, keeper, sealtest.NewKeyStore(), ids, c, random)
	w := &world{t: t, db: db, clock: c, vault: vault, keeper: keeper, staff: &colleagues{who: map[seal.Token]bool{}}, ids: ids}
	w.config = population.Config{
		Store: populationdb.New(db), Vault: vault, Rules: ref.rules, Scheme: ref.scheme, Names: ref.names,
		Duplicates: ref.unlike,
		Places:     func(code string, day civil.Date) error { _, err := ref.places.Locality(code, day); return err },
		Staff:      w.staff, IDs: ids, Clock: c, Zone: time.UTC, Rand: random,
	}
	s, err := population.New(w.config)
	if err != nil {
		t.Fatal(err)
	}
	w.Service = s
	w.officer = w.caller(access.RegistrationOfficer, hereArea)
	w.second = w.caller(access.LocalAuthority, hereArea)
	return w
}

// each runs fn on a register of each engine.
func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	storetest.Each(t, []store.Migrations{populationdb.Migrations()}, func(t *testing.T, db *store.DB) { t.Helper(); fn(newWorld(t, db)) })
}

func (w *world) caller(role access.Role, areas ...string) access.Caller {
	return access.Caller{Kind: access.Staff, Actor: w.ids.NewID(), Roles: []access.Role{role}, Areas: areas, Purpose: "registration", Basis: "law", Case: "case-1"}
}

func (w *world) social() access.Caller {
	return access.Caller{Kind: access.System, Roles: []access.Role{access.SocialRegister}, Areas: []string{access.AnyArea}, Purpose: "declaration", Basis: "law", Case: "h-1"}
}

func (w *world) partner() access.Caller {
	return access.Caller{Kind: access.Client, Actor: w.ids.NewID(), Roles: []access.Role{access.Partner}, Purpose: "account", Basis: "contract"}
}

func (w *world) resident(id uid.ID) access.Caller {
	return access.Caller{Kind: access.Person, Actor: id, Roles: []access.Role{access.Resident}, Purpose: "own", Basis: "law", Case: "own"}
}

func (w *world) job() access.Caller { return access.SystemCaller("relay", "law") }

// key returns an idempotency key that was not used.
func (w *world) key() string { return fmt.Sprintf("key-%d", w.serial.Add(1)) }

func name(given, family string) population.Name {
	return population.Name{Use: population.Official, Spellings: []population.Spelling{{Script: "Latn", Given: given, Family: family}}}
}

func card(n int64) population.Document {
	return population.Document{Type: "national_card", Parts: map[string]string{"number": fmt.Sprintf("Z%07d", n)}}
}

func permit(n int64) population.Document {
	return population.Document{Type: "residence_permit", Parts: map[string]string{"number": fmt.Sprintf("ZZ%06d", n)}, Expires: civil.MustParse("2029-01-01")}
}

func birthAct(year int, n int64) population.Document {
	return population.Document{Type: "birth_act", Parts: map[string]string{"office": "ZZ01", "year": fmt.Sprint(year), "number": fmt.Sprint(n)}}
}

var noticed = population.Notice{Version: "2026-1", Language: "ar", Way: "read"}

// adult is an enrolment with a card of its own.
func (w *world) adult() population.Enrolment {
	n := w.serial.Add(1)
	return population.Enrolment{
		Category: population.Citizen, Names: []population.Name{name("Youssef", "Bennani")}, Sex: population.Male,
		Birth: population.Birth{Date: date("1980-05-17")}, Locality: here, Documents: []population.Document{card(n)}, Notice: noticed,
	}
}

// child is an enrolment with a birth act and its mother as introducer.
func (w *world) child() population.Enrolment {
	e := w.adult()
	e.Names, e.Sex = []population.Name{name("Aya", "Bennani")}, population.Female
	e.Birth.Date = date("2020-03-01")
	e.Documents = []population.Document{birthAct(2020, w.serial.Add(1))}
	e.Introducer = &population.Relation{As: "mother", Holder: population.Holder{Name: "Khadija Tazi"}}
	return e
}

// paperless is an enrolment of an adult with two witnesses.
func (w *world) paperless(witnesses ...citizen) population.Enrolment {
	e := w.adult()
	e.Names, e.Documents, e.Birth.Date = []population.Name{name("Brahim", "Oubella")}, nil, date("1959")
	for _, c := range witnesses {
		e.Witnesses = append(e.Witnesses, population.Witness{IDCS: c.IDCS, Document: c.enrolment.Documents[0]})
	}
	return e
}

// citizen is an enrolled person.
type citizen struct {
	population.Enrolled
	id        uid.ID
	enrolment population.Enrolment
}

func (w *world) enrol(e population.Enrolment) citizen {
	w.t.Helper()
	c := w.officer
	c.Areas = []string{access.AnyArea}
	out, err := w.Enrol(w.t.Context(), c, w.key(), e)
	if err != nil {
		w.t.Fatalf("enrol: %v", err)
	}
	return citizen{Enrolled: out, id: w.person(out.Receipt), enrolment: e}
}

func (w *world) person(receipt uid.Ref) (id uid.ID) {
	w.t.Helper()
	err := w.db.View(w.t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(w.t.Context(), `SELECT person_id FROM persons WHERE receipt = $1`, receipt).Scan(&id)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// find returns the counter's token of a person.
func (w *world) find(c citizen) seal.Token {
	w.t.Helper()
	officer := w.officer
	officer.Areas = []string{access.AnyArea}
	list, err := w.Find(w.t.Context(), officer, population.FindRequest{Receipt: c.Receipt})
	if err != nil || len(list) != 1 {
		w.t.Fatalf("find: %d candidates, %v", len(list), err)
	}
	return list[0].Token
}

// claim is what a citizen who knows everything would claim.
func (c citizen) claim() population.Claim {
	s := c.enrolment.Names[0].Spellings[0]
	return population.Claim{IDCS: c.IDCS, Name: s.Given + " " + s.Family, Birth: c.enrolment.Birth.Date}
}

// sector returns the sector token of a citizen.
func (w *world) sector(c citizen) seal.Token {
	w.t.Helper()
	out, err := w.Exchange(w.t.Context(), w.social(), population.Social, w.key(), []population.Claim{c.claim()})
	if err != nil || !out[0].Yes {
		w.t.Fatalf("exchange: %v %v", out, err)
	}
	return out[0].Token
}

// rows counts the rows of every table, those of tables left out aside.
func (w *world) rows(leave ...string) map[string]int64 {
	w.t.Helper()
	out := map[string]int64{}
	for _, f := range fields.Of("population") {
		if slices.Contains(leave, f.Name) {
			continue
		}
		out[f.Name] = w.count(`SELECT count(*) FROM ` + f.Name)
	}
	return out
}

func (w *world) count(sql string, args ...any) (n int64) {
	w.t.Helper()
	err := w.db.View(w.t.Context(), func(tx *store.Tx) error { return tx.QueryRow(w.t.Context(), sql, args...).Scan(&n) })
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// codes returns the codes of an error and of every member of a list.
func codes(err error) []string {
	var out []string
	if l, ok := errors.AsType[errs.List](err); ok {
		for _, m := range l {
			out = append(out, codes(m)...)
		}
		return out
	}
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return []string{strings.TrimPrefix(e.Code, "population.")}
	}
	if err != nil {
		return []string{"?"}
	}
	return nil
}

func wants(t testing.TB, err error, code string) {
	t.Helper()
	if !slices.Contains(codes(err), code) {
		t.Errorf("got codes %v, want %s: %v", codes(err), code, err)
	}
}

func date(s string) civil.Partial {
	p, err := civil.ParsePartial(s)
	if err != nil {
		panic(err)
	}
	return p
}

func (w *world) bytes(sql string, args ...any) (b []byte) {
	w.t.Helper()
	err := w.db.View(w.t.Context(), func(tx *store.Tx) error { return tx.QueryRow(w.t.Context(), sql, args...).Scan(&b) })
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	err := w.db.Do(w.t.Context(), func(tx *store.Tx) error { _, err := tx.Exec(w.t.Context(), sql, args...); return err })
	if err != nil {
		w.t.Fatal(err)
	}
}
