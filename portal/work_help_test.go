package portal_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/agency/agencydb"
	"sijil/formula"
	"sijil/household"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/portal"
	"sijil/programme"
	"sijil/seal"
	"sijil/seal/sealtest"
)

// Invented.
const (
	rightPassword = "a kettle sings over the harbour"
	sampleCode    = household.Code("N6DLCQMCSLP")
	secretAnswer  = "zebra-answer"
)

// office is a place of work: real books of an agency, and registers that are
// invented.
type office struct {
	*portal.Portal

	t     testing.TB
	books *agency.Service
	clock *clock.Manual
	homes *homes
}

// homes stand for the registers.
type homes struct {
	mu       sync.Mutex
	shown    *household.Shown
	outcomes []programme.Outcome
	err      error
	asked    []household.ViewRequest
	callers  []access.Caller
	counted  int
	persons  population.Tally
	tally    household.Tally
	person   bool // whoever signs in is a resident
}

func (h *homes) View(_ context.Context, c access.Caller, q household.ViewRequest) (*household.Shown, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked, h.callers = append(h.asked, q), append(h.callers, c)
	if err := c.May(access.HouseholdView); err != nil && c.Kind != access.Person {
		return nil, err
	}
	if h.err != nil {
		return nil, h.err
	}
	if q.Household != sampleCode {
		return nil, household.NotFound()
	}
	out := *h.shown
	if q.Parts&household.TheAnswers != 0 {
		out.Answers = map[int]json.RawMessage{
			0: json.RawMessage(`{"rooms": 2, "bath_or_shower": true, "butane_small": "50.00", "lighting": "network", "computer": {"state": "unknown"}}`),
			1: json.RawMessage(`{"relation": "head", "school_level": "none"}`),
		}
		out.Note = secretAnswer
	}
	return &out, nil
}

func (h *homes) Of(context.Context, access.Caller, uid.ID, uid.ID) ([]programme.Outcome, error) {
	return h.outcomes, nil
}

func (h *homes) Persons(context.Context, []time.Time) (*population.Tally, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counted++
	return &h.persons, h.err
}

func (h *homes) Households(context.Context, household.TallyRequest) (*household.Tally, error) {
	return &h.tally, h.err
}

func (h *homes) Examples(context.Context, []formula.Index) ([]household.Example, error) {
	return []household.Example{{Code: sampleCode, Why: household.TellingLowest}, {Code: sampleCode, Why: household.TellingTask}}, nil
}

// doorkeeper lets a resident in, whom the books cannot sign in yet.
type doorkeeper struct {
	*agency.Service

	homes *homes
}

func (d doorkeeper) Authenticate(ctx context.Context, cr agency.Credential) (access.Caller, error) {
	c, err := d.Service.Authenticate(ctx, cr)
	if err == nil && d.homes.person {
		c.Kind, c.Roles = access.Person, []access.Role{access.Resident}
	}
	return c, err
}

func (d doorkeeper) Me(ctx context.Context, c access.Caller) (agency.Staff, error) {
	if c.Kind == access.Person {
		return agency.Staff{}, nil
	}
	return d.Service.Me(ctx, c)
}

var machine = access.SystemCaller("setup", "command line")

// newOffice makes an office with an account for each of some roles, named
// after it.
func newOffice(tb testing.TB, roles ...access.Role) *office {
	tb.Helper()
	o := newOfficeIn(tb, "../morocco", roles...)
	o.fill("widow")
	return o
}

// newOfficeIn is one in the country of a folder, without a household.
func newOfficeIn(tb testing.TB, folder string, roles ...access.Role) *office {
	tb.Helper()
	o := &office{t: tb, clock: clock.NewManual(noon), homes: &homes{}}
	random := sealtest.NewRand(7)
	ids := uid.NewSource(o.clock, random)
	db := storetest.Open(tb, store.SQLite, []store.Migrations{agencydb.Migrations()})
	vault := seal.NewVault(seal.Agency, sealtest.NewKeeper(), sealtest.NewKeyStore(), ids, o.clock, random)
	o.books = agency.New(agencydb.New(db), vault, ids, o.clock, random, agency.Options{Hash: agency.HashWork{Memory: 64, Passes: 1, Threads: 1}, Queue: 1000})
	cfg := config(tb, folder)
	cfg.Clock = o.clock
	data, err := os.ReadFile(folder + "/purposes.json")
	check(tb, err)
	purposes, err := agency.ParsePurposes("purposes.json", data, cfg.Country.Languages)
	check(tb, err)
	_, err = o.books.RegisterPurposes(tb.Context(), machine, purposes)
	check(tb, err)
	_, err = o.books.FirstAdministrator(tb.Context(), machine, agency.NewStaff{Name: "First Invented", Login: "administrator", Password: rightPassword, Areas: []string{access.AnyArea}}, "")
	check(tb, err)
	session, err := o.books.Login(tb.Context(), agency.Login{Login: "administrator", Password: rightPassword})
	check(tb, err)
	root, err := o.books.Authenticate(tb.Context(), agency.Credential{Session: session.Secret.Text()})
	check(tb, err)
	var signIns []portal.SignIn
	for _, r := range roles {
		_, err := o.books.CreateStaff(tb.Context(), root, "make-"+string(r), agency.NewStaff{Name: "Second Invented", Login: string(r), Password: rightPassword, Roles: []access.Role{r}, Areas: []string{"03", access.AnyArea}, Office: "03.231.7"})
		check(tb, err)
		signIns = append(signIns, portal.SignIn{Login: string(r), Role: r})
	}
	cfg.Work = &portal.Work{Staff: doorkeeper{o.books, o.homes}, Households: o.homes, Outcomes: o.homes, Figures: o.homes, Samples: o.homes, SignIns: signIns, Password: rightPassword}
	o.Portal, err = portal.New(cfg)
	check(tb, err)
	return o
}

// fill makes the household of the office one of the country's examples.
func (o *office) fill(example string) {
	o.t.Helper()
	f, err := o.Figured(example)
	check(o.t, err)
	began := noon.AddDate(0, -5, 0)
	score := household.ShownScore{Version: 2, Cause: household.CauseDeclaration, From: noon.AddDate(0, -1, 0), Figures: f}
	before := score
	before.Version, before.From, before.To, before.Index = 1, began, score.From, f.Index+2_000_000
	before.Cause = household.CauseMember
	o.homes.shown = &household.Shown{
		Code: sampleCode, Version: 2, Locality: "03.231-U", AsOf: f.AsOf, DeclaredBy: "adult_member", Head: 1, HeadReason: "death",
		ReviewDue: civil.MustParse("2027-06-01"), Score: &score, History: []household.ShownScore{before, score},
		Lines: []household.ShownLine{
			{Line: 1, Adult: true, Standing: household.Declared, Counted: true},
			{Line: 2, Standing: household.Child, Counted: true},
		},
	}
	o.homes.outcomes = nil
	for _, t := range []struct {
		id string
		at formula.Threshold
	}{{"amo-tadamon", 93_264_284}, {"asd", 97_430_010}} {
		out := programme.Outcome{Programme: t.id, Standing: programme.Above, Reason: programme.Compared, Day: f.AsOf, Threshold: t.at,
			ThresholdFrom: civil.MustParse("2023-12-02"), Index: f.Index, Distance: f.Index.Above(t.at), Formula: f.Formula, FormulaHash: f.FormulaHash, Recomputes: "declaration,correction,member"}
		if f.Index.AtOrBelow(t.at) {
			out.Standing = programme.AtOrBelow
		}
		o.homes.outcomes = append(o.homes.outcomes, out)
	}
}

// count gives the office figures: people in every province but some.
func (o *office) count(perProvince int64) {
	g := o.Scorer.Geography
	for i, l := range g.Localities {
		o.homes.persons.Persons = append(o.homes.persons.Persons, population.PersonTally{Locality: l.Code, State: population.Active, Month: 8 + i%5, Persons: perProvince * int64(i%9)})
		o.homes.tally.Homes = append(o.homes.tally.Homes, household.HomeTally{Locality: l.Code, Month: 8 + i%5, Households: perProvince * int64(i%4), Persons: perProvince * int64(i%7)})
	}
	for bin := int64(86); bin < 112; bin++ {
		under := 0
		if bin < 97 {
			under = 1
		}
		if bin < 93 {
			under = 2
		}
		for i, stratum := range o.Scorer.Formula.Strata() {
			o.homes.tally.Scores = append(o.homes.tally.Scores, household.ScoreTally{Stratum: stratum, Bin: bin, Under: under, Outside: bin == 100, Households: 40 - (bin-95)*(bin-95)/8 + int64(i), Persons: 130})
		}
	}
	o.homes.persons.Enrolments = []population.EnrolmentTally{{State: population.AwaitingAcceptance, Count: 7}, {State: population.InJudgement, Count: 3}}
	o.homes.tally.Tasks = []household.TaskTally{{Kind: household.RivalCustody, Count: 2}}
}

// browse keeps cookies, as a browser does, and says where forms come from.
type browse struct {
	o       *office
	cookies map[string]string
}

func (o *office) browser() *browse { return &browse{o, map[string]string{}} }

func (b *browse) do(method, path string, form url.Values, headers ...string) (answer, string) {
	b.o.t.Helper()
	var all []string
	for name, value := range b.cookies {
		all = append(all, name+"="+value)
	}
	headers = append([]string{"Cookie", strings.Join(all, "; "), "Sec-Fetch-Site", "same-origin"}, headers...)
	got, body := ask(b.o.t, b.o, method, path, form.Encode(), headers...)
	for _, line := range got.Header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		check(b.o.t, err)
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return got, body
}

func (b *browse) get(path string) (answer, string) { return b.do(http.MethodGet, path, nil) }

func (b *browse) post(path string, form url.Values) (answer, string) {
	return b.do(http.MethodPost, path, form)
}

// in signs in.
func (o *office) in(login string) *browse {
	o.t.Helper()
	b := o.browser()
	got, _ := b.post("/en/signin", url.Values{"login": {login}, "password": {rightPassword}, "to": {"/desk"}})
	if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/en/desk" {
		o.t.Fatalf("%s: %d to %q", login, got.StatusCode, got.Header.Get("Location"))
	}
	return b
}

// look is the form that opens the household.
func look(pairs ...string) url.Values {
	return with(url.Values{"code": {sampleCode.String()}, "purpose": {"access"}, "case": {""}, "go": {"open"}}, pairs...)
}

// wants holds a page to what it must and must not say.
func wants(t *testing.T, body string, want, not []string) {
	t.Helper()
	for _, s := range want {
		if !strings.Contains(body, s) {
			t.Errorf("the page does not hold %q", s)
		}
	}
	for _, s := range not {
		if strings.Contains(body, s) {
			t.Errorf("the page holds %q", s)
		}
	}
}

var errUnavailable = &errs.Error{Kind: errs.Unavailable, What: "the store does not answer", Err: errors.New("invented")}

// quiet is an office that does not fail its test for failures it was given.
func (o *office) quiet() *[]error {
	var told []error
	o.Failed = func(err error) { told = append(told, err) }
	return &told
}
