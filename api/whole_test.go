package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/api"
	"sijil/internal/clock"
	"sijil/internal/observe"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/system"
	"sijil/internal/uid"
	"sijil/seal"
)

const (
	rootPassword  = "seven green lanterns at noon"
	staffPassword = "a kettle sings over the harbour"
	ownSecret     = "sijils_the-person-herself"
)

// withPeople lets one person in: how residents log in is not built yet.
type withPeople struct {
	*agency.Service

	person uid.ID
}

func (p *withPeople) Authenticate(ctx context.Context, cr agency.Credential) (access.Caller, error) {
	if cr.Session == ownSecret && !p.person.IsZero() {
		return access.Caller{Kind: access.Person, Actor: p.person, Roles: []access.Role{access.Resident}}, nil
	}
	return p.Service.Authenticate(ctx, cr)
}

// world is a whole installation behind the API.
type world struct {
	*system.System

	t       testing.TB
	handler http.Handler
	people  *withPeople
	clock   *clock.Manual
	log     bytes.Buffer
	failed  bytes.Buffer // every problem answered, and every address asked
	n       int
}

func newWorld(t testing.TB, engine store.Engine, change ...func(*api.Config)) *world {
	t.Helper()
	l, err := openLand()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: clock.NewManual(start)}
	cfg := system.Config{Engine: engine, Folder: filepath.Join(t.TempDir(), "data"), Agency: agency.Options{Hash: agency.HashWork{Memory: 64, Passes: 1, Threads: 1}}}
	if engine == store.Postgres {
		one := storetest.Config(t, engine)
		cfg.DSN = map[string]string{}
		for _, name := range system.StoreNames {
			cfg.DSN[name] = one.DSN
		}
		cfg.Schema, cfg.Conns, cfg.KeyFile = one.Schema, 4, filepath.Join(cfg.Folder, "key.json")
		if err := os.MkdirAll(cfg.Folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	parts := system.Parts{Country: l.Country, Clock: w.clock}
	_, err = system.Migrate(t.Context(), cfg, parts, false)
	w.must(err)
	w.System, err = system.Open(t.Context(), cfg, parts)
	w.must(err)
	t.Cleanup(func() { _ = w.Close() })
	_, err = w.Agency.FirstAdministrator(t.Context(), access.SystemCaller("setup", "-"),
		agency.NewStaff{Name: "Invented First", Login: "root.one", Password: rootPassword, Areas: []string{access.AnyArea}}, "")
	w.must(err)
	w.people = &withPeople{Service: w.Agency}
	log, err := observe.NewLog(&w.log, "debug")
	w.must(err)
	c := api.Config{
		Agency: w.people, Population: w.Population, Household: w.Household, Programmes: w.Programmes, Linker: w.System, Sealer: w.Vaults[seal.Agency],
		Country: l.Country, Scorer: l.scorer, Clock: w.clock, Log: log,
	}
	for _, f := range change {
		f(&c)
	}
	a, err := api.New(c)
	w.must(err)
	w.handler = observe.Requests(&observe.Registry{}, log, a)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// as is an account at work.
type as struct {
	*world

	secret, purpose, file string
}

// sent is what came back.
type sent struct {
	status int
	text   string
	body   map[string]any
}

// at returns a value of the answer by its path.
func (s sent) at(path ...any) any {
	var now any = s.body
	for _, step := range path {
		switch k := step.(type) {
		case string:
			m, _ := now.(map[string]any)
			now = m[k]
		case int:
			l, _ := now.([]any)
			if k >= len(l) {
				return nil
			}
			now = l[k]
		}
	}
	return now
}

func (s sent) text1(path ...any) string {
	text, _ := s.at(path...).(string)
	return text
}

// do asks under a key, "" for a fresh one.
func (a as) do(method, path, key string, body any) sent {
	a.t.Helper()
	text := ""
	if body != nil {
		b, err := json.Marshal(body)
		a.must(err)
		text = string(b)
	}
	if key == "" {
		a.n++
		key = fmt.Sprintf("a-key-of-the-test-%d", a.n)
	}
	r := request(method, path, text, "Idempotency-Key", key)
	for name, value := range map[string]string{"Authorization": "Bearer " + a.secret, "Sijil-Purpose": a.purpose, "Sijil-Case": a.file} {
		if value != "" && value != "Bearer " {
			r.Header.Set(name, value)
		}
	}
	rec := httptest.NewRecorder()
	a.handler.ServeHTTP(rec, r)
	out := sent{status: rec.Code, text: rec.Body.String()}
	if out.text != "" {
		if err := json.Unmarshal([]byte(out.text), &out.body); err != nil {
			a.t.Fatalf("%s %s: %v: %s", method, path, err, out.text)
		}
	}
	a.failed.WriteString(path + "\n")
	if out.status >= http.StatusBadRequest {
		a.failed.WriteString(out.text + "\n")
	}
	return out
}

// ok is do that must succeed.
func (a as) ok(method, path string, body any) sent {
	a.t.Helper()
	out := a.do(method, path, "", body)
	if out.status/100 != 2 {
		a.t.Fatalf("%s %s: %d %s", method, path, out.status, out.text)
	}
	return out
}

// refuses is do that must fail.
func (a as) refuses(status int, code, method, path, key string, body any) {
	a.t.Helper()
	if out := a.do(method, path, key, body); out.status != status || out.text1("code") != code {
		a.t.Errorf("%s %s: %d %s, want %d %s", method, path, out.status, out.text, status, code)
	}
}

type object = map[string]any

func (w *world) login(login, password, purpose string) as {
	w.t.Helper()
	got := as{world: w}.ok(http.MethodPost, "/v1/sessions", object{"login": login, "password": password})
	return as{world: w, secret: got.text1("secret"), purpose: purpose, file: string(w.IDs.NewRef())}
}

func (w *world) hire(root as, login, role, area, purpose string) as {
	w.t.Helper()
	root.ok(http.MethodPost, "/v1/staff", object{"name": "Invented " + login, "login": login, "password": staffPassword, "roles": []string{role}, "areas": []string{area}, "office": "03.231.7"})
	return w.login(login, staffPassword, purpose)
}

type goldenLine struct {
	Locality string `json:"locality"`
	AsOf     string `json:"as_of"`
	Answers  object `json:"answers"`
	Members  []struct {
		Ref     string `json:"ref"`
		Birth   string `json:"birth_date"`
		Sex     string `json:"sex"`
		Answers object `json:"answers"`
	} `json:"members"`
}

func secondGolden(t testing.TB) (g goldenLine) {
	t.Helper()
	data, err := os.ReadFile("../questionnaire/testdata/golden.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(bytes.Split(data, []byte("\n"))[1], &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// someone is a person enrolled over the API.
type someone struct{ number, receipt, name, birth, document string }

func (s someone) claim() object {
	return object{"idcs": s.number, "name": s.name, "birth": s.birth}
}

var givenNames = []string{"Khadija", "Omar", "Aya", "Adam"}

// enrolFamily enrols the people of a golden household: the mother on a card,
// the children on birth acts.
func (a as) enrolFamily(g goldenLine) []someone {
	a.t.Helper()
	var family []someone
	for i, m := range g.Members {
		e := object{
			"category": "citizen", "sex": m.Sex, "birth": object{"date": m.Birth}, "locality": "03.231-U", "notice": object{"version": "2026-1", "language": "ar", "way": "read"},
			"names": []any{object{"use": "official", "spellings": []any{object{"script": "Latn", "given": givenNames[i], "family": "Bennani"}}}},
		}
		paper := "Z7654321"
		if i == 0 {
			e["documents"] = []any{object{"type": "national_card", "parts": object{"number": paper}}}
		} else {
			paper = fmt.Sprint(900_174 + i) // no short one, which a time in the log may hold
			e["documents"] = []any{object{"type": "birth_act", "parts": object{"office": "ZZ01", "year": m.Birth[:4], "number": paper}}}
			e["introducer"] = object{"as": "mother", "holder": object{"idcs": family[0].number}}
		}
		out := a.ok(http.MethodPost, "/v1/enrolments", e)
		if out.text1("state") != "numbered" || len(out.text1("receipt")) != 26 {
			a.t.Fatalf("%s", out.text)
		}
		family = append(family, someone{out.text1("idcs"), out.text1("receipt"), givenNames[i] + " Bennani", m.Birth, paper})
	}
	return family
}

func everyEngine(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(e.String(), func(t *testing.T) {
			t.Parallel()
			fn(t, newWorld(t, e))
		})
	}
}

// TestFromLoginToWhoLooked goes the whole way over HTTP: staff and a client are
// made, a family is enrolled, an institution asks, the household declares, the
// index and what follows are seen and recomputed, and the mother sees who
// looked at her. Nothing of a person is in a problem, an address or the log.
func TestFromLoginToWhoLooked(t *testing.T) {
	t.Parallel()
	everyEngine(t, func(t *testing.T, w *world) {
		t.Helper()
		root := w.login("root.one", rootPassword, "")
		officer := w.hire(root, "officer.two", "registration_officer", "03", "enrolment")
		auditor := w.hire(root, "auditor.three", "auditor", "*", "audit")
		partner := w.client(root)
		g := secondGolden(t)
		family := officer.enrolFamily(g)
		w.links(root, family[3])
		w.asks(partner, family)
		w.corrects(officer, family[0])

		officer.purpose = "declaration"
		code := w.declares(officer, g, family)
		w.views(officer, code, family[0])
		got := auditor.ok(http.MethodPost, "/v1/households/"+code+"/recomputation", nil)
		if got.at("scores", 0, "holds") != true || got.text1("scores", 0, "outcomes", 0, "finding") != "agrees" {
			t.Errorf("recomputed: %s", got.text)
		}
		if err := w.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.seesLooks(family[0])
		w.ends(officer)
		for _, s := range family {
			for _, value := range []string{s.number, s.name, strings.Fields(s.name)[0], s.birth, s.document} {
				if strings.Contains(w.log.String(), value) || strings.Contains(w.failed.String(), value) {
					t.Errorf("%q is in the log, a problem or an address", value)
				}
			}
		}
		if strings.Contains(w.log.String(), staffPassword) || strings.Contains(w.log.String(), "sijils_") {
			t.Error("a secret is in the log")
		}
	})
}

func (w *world) client(root as) as {
	w.t.Helper()
	made := root.do(http.MethodPost, "/v1/clients", "the-key-of-the-client", object{"name": "Invented Bank", "roles": []string{"partner"}, "areas": []string{"*"},
		"purposes": []any{object{"purpose": "verification", "authorisation": "A-1/2026", "to": "2027-12-31"}}})
	if made.status != http.StatusCreated || !strings.HasPrefix(made.text1("secret"), "sijil_") {
		w.t.Fatalf("%s", made.text)
	}
	return as{world: w, secret: made.text1("secret"), purpose: "verification"}
}

// links names the person that a staff member is, page by page to the account.
func (w *world) links(root as, s someone) {
	w.t.Helper()
	root.purpose = "administration"
	refs := map[string]string{}
	for path := "/v1/staff?limit=1"; path != ""; {
		page := root.ok(http.MethodGet, path, nil)
		for _, one := range page.at("staff").([]any) {
			account := one.(object)
			refs[account["login"].(string)] = account["ref"].(string)
		}
		next := page.text1("next")
		if path = "/v1/staff?limit=1&cursor=" + next; next == "" {
			path = ""
		}
	}
	if len(refs) != 3 {
		w.t.Fatalf("%d accounts", len(refs))
	}
	wrong := s.claim()
	wrong["name"] = "Somebody Else"
	root.refuses(http.StatusNotFound, "system.no_person", http.MethodPost, "/v1/staff/"+refs["auditor.three"]+"/person", "", wrong)
	if got := root.do(http.MethodPost, "/v1/staff/"+refs["auditor.three"]+"/person", "", s.claim()); got.status != http.StatusNoContent {
		w.t.Errorf("%d %s", got.status, got.text)
	}
	root.refuses(http.StatusConflict, "agency.person_linked", http.MethodPost, "/v1/staff/"+refs["officer.two"]+"/person", "", s.claim())
}

// asks lets an institution ask: yes with a token of its own, or no.
func (w *world) asks(partner as, family []someone) {
	w.t.Helper()
	wrong := family[1].claim()
	wrong["name"] = "Somebody Else"
	body := object{"claims": []any{family[0].claim(), wrong}}
	got := partner.do(http.MethodPost, "/v1/exchange", "a-question-of-a-bank", body)
	if got.at("answers", 0, "yes") != true || len(got.text1("answers", 0, "person")) != 26 || got.at("answers", 1, "yes") != false || got.text1("answers", 1, "person") != "" {
		w.t.Errorf("%s", got.text)
	}
	if again := partner.do(http.MethodPost, "/v1/exchange", "a-question-of-a-bank", body); again.text != got.text {
		w.t.Errorf("asked again: %s, first %s", again.text, got.text)
	}
	body["claims"] = []any{family[2].claim()}
	partner.refuses(http.StatusUnprocessableEntity, "store.key_reused", http.MethodPost, "/v1/exchange", "a-question-of-a-bank", body)
	body["claims"] = []any{object{"idcs": family[0].number[:9] + "x", "name": family[0].name, "birth": "19th of May"}}
	partner.refuses(http.StatusUnprocessableEntity, "api.invalid", http.MethodPost, "/v1/exchange", "", body)
	partner.refuses(http.StatusForbidden, "access.denied", http.MethodPost, "/v1/persons/find", "", object{"idcs": family[0].number})
}

func (w *world) corrects(officer as, s someone) {
	w.t.Helper()
	officer.purpose = "correction"
	found := officer.ok(http.MethodPost, "/v1/persons/find", object{"receipt": s.receipt})
	person := found.text1("candidates", 0, "person")
	shown := officer.ok(http.MethodPost, "/v1/persons/show", object{"person": person, "fields": []string{"names", "state", "number", "relations"}})
	if shown.text1("number") != s.number || shown.text1("names", 0, "spellings", 0, "given") != strings.Fields(s.name)[0] || shown.text1("birth", "date") != "" {
		w.t.Errorf("%s", shown.text)
	}
	add := object{"person": person, "revision": shown.at("revision"), "cause": "court", "add": []any{object{"type": "birth_act", "parts": object{"office": "ZZ01", "year": s.birth[:4], "number": "90001"}}},
		"act": object{"type": "judgment", "number": "1/26", "office": "ZZ01", "date": "2026-10-01"}}
	got := officer.ok(http.MethodPost, "/v1/persons/corrections", add)
	if got.at("revision") == shown.at("revision") {
		w.t.Errorf("%s", got.text)
	}
	add["address"] = "Invented Street 1"
	officer.refuses(http.StatusConflict, "population.stale", http.MethodPost, "/v1/persons/corrections", "", add)

	// A relation is named by what was shown, to whom it was shown.
	officer.ok(http.MethodPost, "/v1/persons/relations", object{"person": person, "add": object{"kind": "payee", "as": "mother", "holder": object{"name": "Invented Aunt"}}})
	shown = officer.ok(http.MethodPost, "/v1/persons/show", object{"person": person, "fields": []string{"relations"}})
	name := shown.text1("relations", 0, "relation")
	officer.ok(http.MethodPost, "/v1/persons/relations", object{"person": person, "relation": name, "to": "ended", "until": "2026-11-01"})
	officer.refuses(http.StatusBadRequest, "api.cursor", http.MethodPost, "/v1/persons/relations", "", object{"person": aRef, "relation": name, "to": "ended"})
}

func (w *world) declares(officer as, g goldenLine, family []someone) (code string) {
	w.t.Helper()
	d := object{"locality": g.Locality, "as_of": g.AsOf, "declarant": "1", "answers": g.Answers}
	var members []any
	for i, m := range g.Members {
		members = append(members, object{"ref": m.Ref, "claim": family[i].claim(), "answers": m.Answers})
	}
	d["members"] = members
	filed := officer.do(http.MethodPost, "/v1/households/declarations", "the-key-of-a-household", d)
	if filed.status != http.StatusCreated || filed.text1("index") != "9.3626150" || filed.text1("state") != "computed" {
		w.t.Fatalf("%s", filed.text)
	}
	if again := officer.do(http.MethodPost, "/v1/households/declarations", "the-key-of-a-household", d); again.text != filed.text {
		w.t.Errorf("declared again: %s", again.text)
	}
	code = filed.text1("household")
	d["household"], d["revision"] = code, 7
	officer.refuses(http.StatusConflict, "household.stale", http.MethodPost, "/v1/households/declarations", "", d)
	d["revision"], d["answers"] = filed.at("revision"), object{"no_such_item": true}
	bad := officer.do(http.MethodPost, "/v1/households/declarations", "", d)
	if bad.status != http.StatusUnprocessableEntity || !strings.HasPrefix(bad.text1("errors", 0, "pointer"), "#/answers") {
		w.t.Errorf("%s", bad.text)
	}
	return code
}

func (w *world) views(officer as, code string, mother someone) {
	w.t.Helper()
	seen := officer.ok(http.MethodPost, "/v1/households/"+code+"/view", object{"parts": []string{"score", "outcomes"}})
	if seen.text1("score", "index") != "9.3626150" || seen.at("score", "contributions", 3, "points") == nil || len(seen.at("outcomes").([]any)) != 2 {
		w.t.Errorf("%s", seen.text)
	}
	listed := officer.ok(http.MethodGet, "/v1/households/"+code+"/outcomes", nil)
	if listed.text1("outcomes", 0, "standing") != "above" || listed.text1("outcomes", 1, "standing") != "at_or_below" || strings.Contains(listed.text, "eligible") {
		w.t.Errorf("%s", listed.text)
	}
	own := officer.ok(http.MethodPost, "/v1/households/"+code+"/own-view", object{"who": mother.claim(), "parts": []string{"own_answers"}})
	if own.at("own") != 1.0 || own.at("answers", "1") == nil || own.at("answers", "household") != nil {
		w.t.Errorf("%s", own.text)
	}
	stranger := mother.claim()
	stranger["name"] = "Somebody Else"
	officer.refuses(http.StatusUnprocessableEntity, "household.member_unknown", http.MethodPost, "/v1/households/"+code+"/own-view", "", object{"who": stranger, "parts": []string{}})
	officer.ok(http.MethodGet, "/v1/tasks?locality=03.231-U", nil)
}

// seesLooks reads who looked at the mother, page by page.
func (w *world) seesLooks(s someone) {
	w.t.Helper()
	w.must(w.Stores[system.PopulationStore].View(w.t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(w.t.Context(), `SELECT person_id FROM persons WHERE receipt = $1`, s.receipt).Scan(&w.people.person)
	}))
	self := as{world: w, secret: ownSecret}
	var operations []string
	for path := "/v1/me/looked?limit=2"; ; {
		page := self.ok(http.MethodGet, path, nil)
		for _, look := range page.at("looks").([]any) {
			l := look.(object)
			operations = append(operations, l["operation"].(string))
			if l["kind"] == "staff" && l["office"] != "03.231.7" || l["kind"] == "client" && l["institution"] != "Invented Bank" || strings.Contains(page.text, "Invented officer") {
				w.t.Errorf("%v", l)
			}
		}
		next := page.text1("next")
		if next == "" {
			break
		}
		path = "/v1/me/looked?limit=2&cursor=" + next
	}
	for _, want := range []string{"door.exchange", "door.find", "door.show", "household.view"} {
		if !slices.Contains(operations, want) {
			w.t.Errorf("%s is not among %v", want, operations)
		}
	}
}

// ends: a session that is rotated, ended or expired opens nothing.
func (w *world) ends(officer as) {
	w.t.Helper()
	fresh := officer
	fresh.secret = officer.ok(http.MethodPost, "/v1/sessions/current/rotation", nil).text1("secret")
	officer.refuses(http.StatusUnauthorized, "api.credential", http.MethodGet, "/v1/me", "", nil)
	fresh.ok(http.MethodGet, "/v1/me", nil)
	fresh.refuses(http.StatusUnprocessableEntity, "api.password", http.MethodPut, "/v1/me/password", "", object{"old": "not the one it is", "fresh": "two herons stand in a field"})
	w.clock.Advance(31 * time.Minute)
	fresh.refuses(http.StatusUnauthorized, "api.credential", http.MethodGet, "/v1/me", "", nil)
	again := w.login("officer.two", staffPassword, "")
	again.ok(http.MethodDelete, "/v1/sessions/current", nil)
	again.refuses(http.StatusUnauthorized, "api.credential", http.MethodGet, "/v1/me", "", nil)
	as{world: w}.refuses(http.StatusUnauthorized, "agency.login", http.MethodPost, "/v1/sessions", "", object{"login": "officer.two", "password": "not the one it is"})
	if !strings.Contains(w.log.String(), `"msg":"request"`) {
		w.t.Error("no request was logged")
	}
}
