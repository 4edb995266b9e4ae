package system_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/household"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/system"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/programme"
	"sijil/seal"
)

const (
	rootPassword  = "seven green lanterns at noon"
	staffPassword = "a kettle sings over the harbour"
)

// town is an installation with people at work in it.
type town struct {
	*system.System

	t     *testing.T
	clock *clock.Manual
	n     int
}

// login makes an account and returns a caller who logged in with a purpose and
// a case.
func (w *town) login(login string, role access.Role, purpose string, areas ...string) access.Caller {
	w.t.Helper()
	root := w.as("root.one", rootPassword, "")
	_, err := w.Agency.CreateStaff(w.t.Context(), root, w.key(), agency.NewStaff{Name: "Invented " + login, Login: login, Password: staffPassword,
		Roles: []access.Role{role}, Areas: areas, Office: "03.231.7"})
	w.must(err)
	return w.as(login, staffPassword, purpose)
}

func (w *town) as(login, password, purpose string) access.Caller {
	w.t.Helper()
	s, err := w.Agency.Login(w.t.Context(), agency.Login{Login: login, Password: password})
	w.must(err)
	c, err := w.Agency.Authenticate(w.t.Context(), agency.Credential{Session: s.Secret.Text(), Purpose: purpose, Case: w.IDs.NewRef()})
	w.must(err)
	return c
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) key() string {
	w.n++
	return fmt.Sprintf("key-%d", w.n)
}

func newTown(at place) *town {
	at.t.Helper()
	w := &town{System: migrated(at.t, at.cfg, at.parts), t: at.t, clock: at.clock}
	_, err := w.Agency.FirstAdministrator(at.t.Context(), access.SystemCaller("setup", "-"),
		agency.NewStaff{Name: "Invented First", Login: "root.one", Password: rootPassword, Areas: []string{access.AnyArea}}, "")
	w.must(err)
	return w
}

// someone is an enrolled person of a golden household.
type someone struct {
	population.Enrolled

	name  string
	birth civil.Partial
}

func (s someone) claim() household.Claim {
	return household.Claim{IDCS: s.IDCS, Name: s.name, Birth: s.birth}
}

func (w *town) enrolment(given, born string, sex population.Sex) population.Enrolment {
	w.t.Helper()
	day, err := civil.ParsePartial(born)
	w.must(err)
	return population.Enrolment{
		Category: population.Citizen, Sex: sex, Birth: population.Birth{Date: day}, Locality: "03.231-U",
		Names:  []population.Name{{Use: population.Official, Spellings: []population.Spelling{{Script: "Latn", Given: given, Family: "Bennani"}}}},
		Notice: population.Notice{Version: "2026-1", Language: "ar", Way: "read"},
	}
}

func (w *town) card() population.Document {
	w.n++
	return population.Document{Type: "national_card", Parts: map[string]string{"number": fmt.Sprintf("Z%07d", w.n)}}
}

// goldenLine is a declaration whose index is known.
type goldenLine struct {
	Locality string          `json:"locality"`
	AsOf     civil.Date      `json:"as_of"`
	Answers  json.RawMessage `json:"answers"`
	Members  []struct {
		Ref     string          `json:"ref"`
		Birth   string          `json:"birth_date"`
		Sex     string          `json:"sex"`
		Answers json.RawMessage `json:"answers"`
	} `json:"members"`
}

func secondGolden(t *testing.T) (g goldenLine) {
	t.Helper()
	data, err := os.ReadFile("../../questionnaire/testdata/golden.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(bytes.Split(data, []byte("\n"))[1], &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// TestFromTheCounterToTheOutcome: a widow without papers is enrolled on two
// witnesses whom a second officer accepts, her children on their birth acts;
// she declares her household; the index is the published formula's; programmes
// answer; a corrected birth date moves the index by event; and she sees who
// looked at her.
func TestFromTheCounterToTheOutcome(t *testing.T) {
	t.Parallel()
	everywhere(t, func(at place) {
		t := at.t
		ctx := t.Context()
		w := newTown(at)
		officer := w.login("officer.two", access.RegistrationOfficer, "enrolment", "03")
		authority := w.login("authority.three", access.LocalAuthority, "enrolment", "03.231")
		g := secondGolden(t)

		family := w.enrolFamily(officer, authority, g)
		d := household.Declaration{Locality: g.Locality, AsOf: g.AsOf, Declarant: "1", Answers: g.Answers}
		for i, m := range g.Members {
			claim := family[i].claim()
			d.Members = append(d.Members, household.Member{Ref: m.Ref, Claim: &claim, Answers: m.Answers})
		}
		declares := w.as("officer.two", staffPassword, "declaration")
		key := w.key()
		filed, err := w.Household.Declare(ctx, declares, key, d)
		w.must(err)
		if filed.Index != "9.3626150" || filed.State != household.Computed {
			t.Fatalf("%s, %s", filed.Index, filed.State)
		}
		if again, err := w.Household.Declare(ctx, declares, key, d); err != nil || again.Household != filed.Household || again.Score != filed.Score {
			t.Fatalf("declared again under the same key: %+v, %v", again, err)
		}
		w.outcomes(declares, filed.ID, filed.Score, "9.3626150", programme.Above, programme.AtOrBelow)

		// The mother is ten years older than the witnesses said.
		w.clock.Advance(time.Hour)
		w.correctBirth(family[0], "1976-02-14")
		w.must(w.Settle(ctx))
		v, err := w.Household.View(ctx, declares, household.ViewRequest{Household: filed.Household, Parts: household.TheScore | household.TheHistory | household.TheAnswers})
		w.must(err)
		if len(v.History) != 2 || v.Score.Index.String() == "9.3626150" {
			t.Fatalf("after the correction %s, %d scores", v.Score.Index, len(v.History))
		}
		w.must(w.Settle(ctx))
		if again, err := w.Household.View(ctx, declares, household.ViewRequest{Household: filed.Household, Parts: household.TheHistory}); err != nil || len(again.History) != 2 {
			t.Fatalf("carried twice: %d scores, %v", len(again.History), err)
		}
		w.outcomes(declares, filed.ID, v.Score.ID, v.Score.Index.String(), programme.Above, programme.AtOrBelow)

		// Recomputed, every byte agrees.
		audit := w.login("auditor.four", access.Auditor, "audit", access.AnyArea)
		verdicts, _, done, err := w.Household.RecomputeAfter(ctx, audit, household.Cursor{}, 100)
		if err != nil || !done || len(verdicts) != 2 || slices.ContainsFunc(verdicts, func(v household.Verdict) bool { return !v.Holds() }) {
			t.Fatalf("%+v, %v", verdicts, err)
		}

		w.askTwice(declares, family[0])
		w.must(w.Settle(ctx))
		for i, s := range family {
			w.sees(s, i == 0)
		}
		w.denials(officer, authority, audit, filed)
	})
}

// enrolFamily enrols the people of the second golden household: the mother on
// two witnesses, the children on birth acts.
func (w *town) enrolFamily(officer, authority access.Caller, g goldenLine) []someone {
	ctx, t := w.t.Context(), w.t
	t.Helper()
	var witnesses []population.Witness
	for i, given := range []string{"Youssef", "Rachid"} {
		e := w.enrolment(given, fmt.Sprintf("197%d-05-17", i), population.Male)
		e.Names[0].Spellings[0].Family = "Naciri"
		e.Documents = []population.Document{w.card()}
		out, err := w.Population.Enrol(ctx, officer, w.key(), e)
		w.must(err)
		witnesses = append(witnesses, population.Witness{IDCS: out.IDCS, Document: e.Documents[0]})
	}
	mother := w.enrolment("Khadija", g.Members[0].Birth, population.Female)
	mother.Witnesses = witnesses
	waits, err := w.Population.Enrol(ctx, officer, w.key(), mother)
	w.must(err)
	if waits.State != population.AwaitingAcceptance || !waits.IDCS.IsZero() {
		t.Fatalf("%+v", waits)
	}
	if _, err := w.Population.Accept(ctx, officer, w.key(), waits.Receipt, population.Acceptance{Accept: true}); errs.KindOf(err) != errs.Denied {
		t.Fatalf("who captured accepts: %v", err)
	}
	status, err := w.Population.Accept(ctx, authority, w.key(), waits.Receipt, population.Acceptance{Accept: true})
	w.must(err)
	if status.State != population.Numbered {
		t.Fatalf("%+v", status)
	}
	shown, err := w.Population.Show(ctx, officer, w.find(officer, waits.Receipt), population.Counter, []population.Field{population.FieldNumber})
	w.must(err)
	waits.IDCS = shown.IDCS
	family := []someone{{waits, "Khadija Bennani", mother.Birth.Date}}
	for i, m := range g.Members[1:] {
		e := w.enrolment([]string{"Omar", "Aya", "Adam"}[i], m.Birth, population.Sex(m.Sex))
		e.Documents = []population.Document{{Type: "birth_act", Parts: map[string]string{"office": "ZZ01", "year": m.Birth[:4], "number": fmt.Sprint(100 + i)}}}
		e.Introducer = &population.Relation{As: "mother", Holder: population.Holder{IDCS: waits.IDCS}}
		out, err := w.Population.Enrol(ctx, officer, w.key(), e)
		w.must(err)
		family = append(family, someone{out, e.Names[0].Spellings[0].Given + " Bennani", e.Birth.Date})
	}
	return family
}

func (w *town) find(officer access.Caller, receipt uid.Ref) seal.Token {
	w.t.Helper()
	list, err := w.Population.Find(w.t.Context(), officer, population.FindRequest{Receipt: receipt})
	if err != nil || len(list) != 1 {
		w.t.Fatalf("%d candidates, %v", len(list), err)
	}
	return list[0].Token
}

func (w *town) correctBirth(s someone, born string) {
	w.t.Helper()
	officer := w.as("officer.two", staffPassword, "correction")
	day, err := civil.ParsePartial(born)
	w.must(err)
	token := w.find(officer, s.Receipt)
	shown, err := w.Population.Show(w.t.Context(), officer, token, population.Counter, []population.Field{population.FieldState})
	w.must(err)
	_, err = w.Population.Correct(w.t.Context(), officer, w.key(), population.Correction{
		Person: token, Revision: shown.Revision, Birth: &population.Birth{Date: day}, Cause: "court",
		Act: population.Act{Type: "judgment", Number: "1/26", Office: "ZZ01", Date: civil.MustParse("2026-10-01")},
	})
	w.must(err)
}

func (w *town) outcomes(c access.Caller, home, score uid.ID, index string, want ...programme.Standing) {
	w.t.Helper()
	out, err := w.Programmes.Of(w.t.Context(), c, home, score)
	w.must(err)
	if len(out) != len(want) {
		w.t.Fatalf("%d outcomes", len(out))
	}
	for i, o := range out {
		if o.Standing != want[i] || o.Index.String() != index {
			w.t.Errorf("outcome %d: %s at %s, want %s at %s", i, o.Standing, o.Index, want[i], index)
		}
	}
}

func (w *town) person(s someone) (id uid.ID) {
	w.t.Helper()
	w.must(w.Stores[system.PopulationStore].View(w.t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(w.t.Context(), `SELECT person_id FROM persons WHERE receipt = $1`, s.Receipt).Scan(&id)
	}))
	return id
}

// askTwice looks at a person twice in one act: both are to be seen.
func (w *town) askTwice(c access.Caller, s someone) {
	w.t.Helper()
	token, err := w.Population.TokenOf(w.t.Context(), access.SystemCaller("looked", "-"), w.person(s), population.Social, false)
	w.must(err)
	c.Roles = []access.Role{access.SocialRegister}
	facts, err := w.Population.Facts(w.t.Context(), c, population.Social, []seal.Token{token, token})
	if err != nil || len(facts) != 2 {
		w.t.Fatalf("%d facts, %v", len(facts), err)
	}
}

// sees holds what a person sees to what was recorded in the registers.
func (w *town) sees(s someone, adult bool) {
	ctx, t := w.t.Context(), w.t
	t.Helper()
	person := w.person(s)
	self := access.Caller{Kind: access.Person, Actor: person, Roles: []access.Role{access.Resident}, Purpose: "access", Basis: "law", Case: "own"}
	disclosed, err := w.Population.Disclosed(ctx, self, uid.ID{})
	w.must(err)
	used, err := w.Population.Used(ctx, self, uid.ID{})
	w.must(err)
	token, err := w.Population.TokenOf(ctx, access.SystemCaller("looked", "-"), person, population.Agency, false)
	w.must(err)
	page, _, err := w.Agency.WhoLooked(ctx, self, token, "", 100)
	w.must(err)
	inPopulation, inSocial := 0, 0
	for _, l := range page {
		if l.Purpose == "" || l.Basis == "" {
			t.Errorf("a look without purpose or basis: %+v", l)
		}
		if l.Kind == access.Staff && l.Office != "03.231.7" {
			t.Errorf("a look by nobody knows whom: %+v", l)
		}
		if l.Register == system.SocialStore {
			inSocial++
		} else {
			inPopulation++
		}
	}
	if inPopulation != len(disclosed)+len(used) || inPopulation < 2 {
		t.Errorf("%d disclosures and %d uses, %d seen", len(disclosed), len(used), inPopulation)
	}
	if inSocial == 0 {
		t.Error("nobody sees that the household's answers were read")
	}
	if adult && !slices.ContainsFunc(page, func(l agency.Seen) bool {
		return l.Operation == access.DoorShow && slices.Equal(l.Fields, []string{"number"})
	}) {
		t.Error("she does not see that her number was shown")
	}
}

// denials asks for everything as everybody who may not.
func (w *town) denials(officer, authority, auditor access.Caller, filed *household.Filed) {
	ctx, t := w.t.Context(), w.t
	t.Helper()
	root := w.as("root.one", rootPassword, "administration")
	planner := w.login("planner.five", access.Planner, "", access.AnyArea)
	var token seal.Token
	calls := []struct {
		op  access.Operation
		run func(c access.Caller) error
	}{
		{access.PersonEnrol, func(c access.Caller) error {
			_, err := w.Population.Enrol(ctx, c, w.key(), population.Enrolment{Locality: "03.231-U"})
			return err
		}},
		{access.PersonAccept, func(c access.Caller) error {
			_, err := w.Population.Accept(ctx, c, w.key(), "", population.Acceptance{})
			return err
		}},
		{access.PersonCorrect, func(c access.Caller) error {
			_, err := w.Population.Correct(ctx, c, w.key(), population.Correction{})
			return err
		}},
		{access.DoorFind, func(c access.Caller) error { _, err := w.Population.Find(ctx, c, population.FindRequest{}); return err }},
		{access.DoorShow, func(c access.Caller) error { _, err := w.Population.Show(ctx, c, token, "", nil); return err }},
		{access.DoorFacts, func(c access.Caller) error { _, err := w.Population.Facts(ctx, c, "", nil); return err }},
		{access.DoorExchange, func(c access.Caller) error { _, err := w.Population.Exchange(ctx, c, "", w.key(), nil); return err }},
		{access.JobRun, func(c access.Caller) error {
			_, err := w.Population.TokenOf(ctx, c, uid.ID{}, population.Agency, true)
			return err
		}},
		{access.JobRun, func(c access.Caller) error {
			_, err := w.Population.Retoken(ctx, c, token, population.Social, population.Agency, true)
			return err
		}},
		{access.JobRun, func(c access.Caller) error { _, err := w.Household.TokensOf(ctx, c, filed.ID, 1); return err }},
		{access.HouseholdDeclare, func(c access.Caller) error {
			_, err := w.Household.Declare(ctx, c, w.key(), household.Declaration{Locality: "03.231-U"})
			return err
		}},
		{access.HouseholdView, func(c access.Caller) error {
			_, err := w.Household.View(ctx, c, household.ViewRequest{Household: filed.Household, Parts: household.TheScore})
			return err
		}},
		{access.HouseholdTasks, func(c access.Caller) error { _, err := w.Household.Tasks(ctx, c, "03.231-U", uid.ID{}, 1); return err }},
		{access.HouseholdCompute, func(c access.Caller) error { return w.Household.PersonCorrected(ctx, c, token, uid.ID{}) }},
		{access.HouseholdCompute, func(c access.Caller) error { return w.Programmes.Decide(ctx, c, filed.ID, filed.Score) }},
		{access.OutcomeView, func(c access.Caller) error { _, err := w.Programmes.Of(ctx, c, filed.ID, filed.Score); return err }},
		{access.OutcomeRecompute, func(c access.Caller) error {
			_, _, _, err := w.Household.RecomputeAfter(ctx, c, household.Cursor{}, 1)
			return err
		}},
		{access.StaffManage, func(c access.Caller) error { _, err := w.Agency.ListStaff(ctx, c, "", 1); return err }},
		{access.StaffManage, func(c access.Caller) error {
			return w.LinkStaff(ctx, c, w.key(), "", population.Claim{IDCS: idcs.IDCS{}})
		}},
		{access.LookedOwn, func(c access.Caller) error { _, _, err := w.Agency.WhoLooked(ctx, c, token, "", 1); return err }},
	}
	denied := 0
	for _, c := range []access.Caller{root, officer, authority, auditor, planner, {}} {
		for i, call := range calls {
			if c.May(call.op) == nil {
				continue
			}
			denied++
			if err := call.run(c); errs.KindOf(err) != errs.Denied {
				t.Errorf("call %d (%s) as %v: %v", i, call.op, c.Roles, err)
			}
		}
	}
	if denied < 80 {
		t.Errorf("only %d denials were tried", denied)
	}
}

// TestLooksArriveByThemselves: with the background at work, a look is where
// the person sees it without anybody's doing.
func TestLooksArriveByThemselves(t *testing.T) {
	t.Parallel()
	everywhere(t, func(at place) {
		t := at.t
		w := newTown(at)
		officer := w.login("officer.two", access.RegistrationOfficer, "enrolment", "03")
		ctx, stop := context.WithCancel(t.Context())
		finished := make(chan struct{})
		go func() { defer close(finished); w.Run(ctx) }()
		defer func() { stop(); <-finished }()
		e := w.enrolment("Khadija", "1986-02-14", population.Female)
		e.Documents = []population.Document{w.card()}
		out, err := w.Population.Enrol(t.Context(), officer, w.key(), e)
		w.must(err)
		w.find(officer, out.Receipt)
		for seen := 0; seen == 0; {
			w.must(t.Context().Err())
			w.must(w.Stores[system.AgencyStore].View(t.Context(), func(tx *store.Tx) error {
				return tx.QueryRow(t.Context(), `SELECT count(*) FROM looked`).Scan(&seen)
			}))
			time.Sleep(10 * time.Millisecond)
		}
		// By the clock that was injected no time has passed.
		w.must(w.Stores[system.AgencyStore].View(t.Context(), func(tx *store.Tx) error {
			var at, recorded time.Time
			if err := tx.QueryRow(t.Context(), `SELECT at, recorded_at FROM looked`).Scan(&at, &recorded); err != nil {
				return err
			}
			if late := recorded.Sub(at); late > 5*time.Second {
				t.Errorf("%s late", late)
			}
			return nil
		}))
	})
}
