package api_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/household"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/programme"
	"sijil/seal"
)

// fake answers in the place of all registers: it knows the secrets it was
// given, counts what reached it, and answers with what an act is told to.
type fake struct {
	mu      sync.Mutex
	calls   []string
	callers map[string]access.Caller // by secret
	err     error                    // what every act answers
	panics  bool
}

func (f *fake) did(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, name)
	if f.panics {
		panic("of a register")
	}
	return f.err
}

// reached returns what reached the registers since it was asked last.
func (f *fake) reached() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.calls
	f.calls = nil
	return out
}

func (f *fake) Authenticate(_ context.Context, cr agency.Credential) (access.Caller, error) {
	c, ok := f.callers[cr.Session+cr.Bearer]
	if !ok {
		return c, &errs.Error{Kind: errs.Denied, Code: "agency.no_session", What: "the session has ended"}
	}
	if cr.Purpose == "refused" {
		return c, &errs.Error{Kind: errs.Denied, Code: "agency.purpose", Field: "purpose", What: "this account may not state this purpose today"}
	}
	if cr.Purpose != "" {
		c.Purpose, c.Basis = cr.Purpose, "a law"
	}
	c.Case = string(cr.Case)
	return c, nil
}

func (f *fake) Login(context.Context, agency.Login) (agency.Session, error) {
	return agency.Session{Ends: start, Idle: time.Hour}, f.did("Login")
}
func (f *fake) Logout(context.Context, string) error { return f.did("Logout") }
func (f *fake) Rotate(context.Context, string) (agency.Session, error) {
	return agency.Session{}, f.did("Rotate")
}
func (f *fake) EndOwnSessions(context.Context, access.Caller) error { return f.did("EndOwnSessions") }
func (f *fake) Me(context.Context, access.Caller) (agency.Staff, error) {
	return agency.Staff{State: agency.Active}, f.did("Me")
}

func (f *fake) ChangePassword(context.Context, access.Caller, string, string) error {
	return f.did("ChangePassword")
}

func (f *fake) ListStaff(_ context.Context, _ access.Caller, after uid.Ref, limit int) ([]agency.Staff, error) {
	out := make([]agency.Staff, limit)
	for i := range out {
		out[i].Ref = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	}
	return out, f.did("ListStaff " + string(after))
}

func (f *fake) CreateStaff(context.Context, access.Caller, string, agency.NewStaff) (agency.Staff, error) {
	return agency.Staff{}, f.did("CreateStaff")
}

func (f *fake) ChangeStaff(context.Context, access.Caller, uid.Ref, agency.StaffChange) (agency.Staff, error) {
	return agency.Staff{}, f.did("ChangeStaff")
}

func (f *fake) EndStaff(context.Context, access.Caller, uid.Ref, int64) (agency.Staff, error) {
	return agency.Staff{}, f.did("EndStaff")
}

func (f *fake) ResetPassword(context.Context, access.Caller, uid.Ref, string) error {
	return f.did("ResetPassword")
}

func (f *fake) LinkStaff(context.Context, access.Caller, string, uid.Ref, population.Claim) error {
	return f.did("LinkStaff")
}

func (f *fake) StaffHistory(context.Context, access.Caller, uid.Ref) ([]agency.StaffVersion, error) {
	return nil, f.did("StaffHistory")
}

func (f *fake) ListClients(context.Context, access.Caller, uid.Ref, int) ([]agency.Client, error) {
	return nil, f.did("ListClients")
}

func (f *fake) CreateClient(context.Context, access.Caller, string, agency.NewClient) (agency.Client, agency.Secret, error) {
	return agency.Client{}, agency.Secret{}, f.did("CreateClient")
}

func (f *fake) ChangeClient(context.Context, access.Caller, uid.Ref, int64, []agency.Grant) (agency.Client, error) {
	return agency.Client{}, f.did("ChangeClient")
}

func (f *fake) EndClient(context.Context, access.Caller, uid.Ref, int64) (agency.Client, error) {
	return agency.Client{}, f.did("EndClient")
}

func (f *fake) IssueSecret(context.Context, access.Caller, uid.Ref, time.Duration, time.Duration) (agency.Secret, error) {
	return agency.Secret{}, f.did("IssueSecret")
}

func (f *fake) Purposes(context.Context) ([]agency.Purpose, error) { return nil, f.did("Purposes") }

func (f *fake) RegisterPurposes(context.Context, access.Caller, []agency.Purpose) (int, error) {
	return 0, f.did("RegisterPurposes")
}

func (f *fake) WhoLooked(context.Context, access.Caller, seal.Token, string, int) ([]agency.Seen, string, error) {
	return nil, "", f.did("WhoLooked")
}

func (f *fake) Enrol(context.Context, access.Caller, string, population.Enrolment) (population.Enrolled, error) {
	return population.Enrolled{State: population.Numbered}, f.did("Enrol")
}

func (f *fake) Receipt(context.Context, access.Caller, uid.Ref) (population.Status, error) {
	return population.Status{}, f.did("Receipt")
}

func (f *fake) Review(context.Context, access.Caller, uid.Ref) (population.Awaiting, error) {
	return population.Awaiting{}, f.did("Review")
}

func (f *fake) Accept(context.Context, access.Caller, string, uid.Ref, population.Acceptance) (population.Status, error) {
	return population.Status{}, f.did("Accept")
}

func (f *fake) Correct(context.Context, access.Caller, string, population.Correction) (population.Corrected, error) {
	return population.Corrected{}, f.did("Correct")
}

func (f *fake) Consent(context.Context, access.Caller, string, population.ConsentAct) error {
	return f.did("Consent")
}

func (f *fake) Relate(context.Context, access.Caller, string, population.RelationAct) error {
	return f.did("Relate")
}

func (f *fake) Vouched(context.Context, access.Caller, uid.ID) ([]population.Vouching, error) {
	return nil, f.did("Vouched")
}

func (f *fake) Exchange(_ context.Context, _ access.Caller, _, _ string, claims []population.Claim) ([]population.Exchanged, error) {
	return make([]population.Exchanged, len(claims)), f.did("Exchange")
}

func (f *fake) Find(context.Context, access.Caller, population.FindRequest) ([]population.Candidate, error) {
	return nil, f.did("Find")
}

func (f *fake) Show(context.Context, access.Caller, seal.Token, string, []population.Field) (population.Shown, error) {
	return population.Shown{Relations: []population.RelationShown{{ID: uid.ID{7}}}}, f.did("Show")
}

func (f *fake) Counts(_ context.Context, _ access.Caller, _ string, after population.Count) ([]population.Count, error) {
	if !after.Month.IsZero() {
		return []population.Count{after}, f.did("Counts after " + after.Place)
	}
	list := slices.Repeat([]population.Count{{Place: "a place", Month: civil.Date{Year: 2026, Month: 1, Day: 1}}}, population.MaxPage) // a page that is full
	return list, f.did("Counts")
}

func (f *fake) SharedContacts(context.Context, access.Caller) (contacts, alarms int64, err error) {
	return 1, 2, f.did("SharedContacts")
}

func (f *fake) TokenOf(context.Context, access.Caller, uid.ID, string, bool) (seal.Token, error) {
	return seal.Token{}, f.did("TokenOf")
}

func (f *fake) Cases(context.Context, access.Caller, string, population.CaseCursor, int) ([]population.CaseEntry, error) {
	return nil, f.did("Cases")
}

func (f *fake) Overdue(context.Context, access.Caller, population.CaseCursor, int) ([]population.CaseEntry, error) {
	return nil, f.did("Overdue")
}

func (f *fake) Waiting(context.Context, access.Caller, string, population.CaseCursor, int) ([]population.WaitingEntry, error) {
	return nil, f.did("Waiting")
}

func (f *fake) Case(context.Context, access.Caller, uid.Ref) (population.CaseView, error) {
	return population.CaseView{}, f.did("Case")
}

func (f *fake) Judge(context.Context, access.Caller, string, uid.Ref, population.Judgement) (population.Judged, error) {
	return population.Judged{}, f.did("Judge")
}

func (f *fake) Report(context.Context, access.Caller, string, population.CaseReport) (uid.Ref, error) {
	return "", f.did("Report")
}

func (f *fake) Contest(context.Context, access.Caller, string, uid.Ref) (population.Status, error) {
	return population.Status{}, f.did("Contest")
}

func (f *fake) Told(population.Status) population.Told { return population.Told{} }

func (f *fake) Save(context.Context, access.Caller, string, household.Declaration) (*household.Filed, error) {
	return &household.Filed{}, f.did("Save")
}

func (f *fake) Submit(context.Context, access.Caller, string, household.Code, int64) (*household.Filed, error) {
	return &household.Filed{}, f.did("Submit")
}

func (f *fake) Declare(context.Context, access.Caller, string, household.Declaration) (*household.Filed, error) {
	return &household.Filed{}, f.did("Declare")
}

func (f *fake) Discard(context.Context, access.Caller, string, household.Code, int64) (*household.Filed, error) {
	return &household.Filed{}, f.did("Discard")
}

func (f *fake) Leave(context.Context, access.Caller, string, household.Departure) (*household.Filed, error) {
	return &household.Filed{}, f.did("Leave")
}

func (f *fake) Confirm(context.Context, access.Caller, string, household.Word) (*household.Filed, error) {
	return &household.Filed{}, f.did("Confirm")
}

func (f *fake) View(context.Context, access.Caller, household.ViewRequest) (*household.Shown, error) {
	return &household.Shown{}, f.did("View")
}

func (f *fake) Tasks(context.Context, access.Caller, string, uid.ID, int) ([]household.Task, error) {
	return nil, f.did("Tasks")
}

func (f *fake) RecomputeHousehold(context.Context, access.Caller, household.Code) ([]household.Verdict, error) {
	return nil, f.did("RecomputeHousehold")
}

func (f *fake) Matter(context.Context, access.Caller, uid.Ref) (*household.MatterShown, error) {
	return &household.MatterShown{}, f.did("Matter")
}

func (f *fake) DecideCustody(context.Context, access.Caller, string, household.Verification) (*household.Settled, error) {
	return &household.Settled{}, f.did("DecideCustody")
}

func (f *fake) Of(context.Context, access.Caller, uid.ID, uid.ID) ([]programme.Outcome, error) {
	return nil, f.did("Of")
}

func (f *fake) RecomputeScore(context.Context, access.Caller, uid.ID, uid.ID) ([]programme.Verdict, error) {
	return nil, f.did("RecomputeScore")
}
