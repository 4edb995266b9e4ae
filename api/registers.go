package api

import (
	"context"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/household"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/programme"
	"sijil/seal"
)

// Agency is what the API asks the agency's books; *agency.Service answers.
type Agency interface {
	Accounts
	StaffBook
	ClientBook
	PurposeBook
}

// Accounts are logins, sessions and one's own account.
type Accounts interface {
	Authenticate(ctx context.Context, cr agency.Credential) (access.Caller, error)
	Login(ctx context.Context, l agency.Login) (agency.Session, error)
	Logout(ctx context.Context, secret string) error
	Rotate(ctx context.Context, secret string) (agency.Session, error)
	EndOwnSessions(ctx context.Context, c access.Caller) error
	Me(ctx context.Context, c access.Caller) (agency.Staff, error)
	ChangePassword(ctx context.Context, c access.Caller, old, fresh string) error
}

// StaffBook are the accounts of staff.
type StaffBook interface {
	ListStaff(ctx context.Context, c access.Caller, after uid.Ref, limit int) ([]agency.Staff, error)
	CreateStaff(ctx context.Context, c access.Caller, key string, n agency.NewStaff) (agency.Staff, error)
	ChangeStaff(ctx context.Context, c access.Caller, ref uid.Ref, change agency.StaffChange) (agency.Staff, error)
	EndStaff(ctx context.Context, c access.Caller, ref uid.Ref, version int64) (agency.Staff, error)
	ResetPassword(ctx context.Context, c access.Caller, ref uid.Ref, fresh string) error
	StaffHistory(ctx context.Context, c access.Caller, ref uid.Ref) ([]agency.StaffVersion, error)
}

// ClientBook are the programs of institutions.
type ClientBook interface {
	ListClients(ctx context.Context, c access.Caller, after uid.Ref, limit int) ([]agency.Client, error)
	CreateClient(ctx context.Context, c access.Caller, key string, n agency.NewClient) (agency.Client, agency.Secret, error)
	ChangeClient(ctx context.Context, c access.Caller, ref uid.Ref, version int64, grants []agency.Grant) (agency.Client, error)
	EndClient(ctx context.Context, c access.Caller, ref uid.Ref, version int64) (agency.Client, error)
	IssueSecret(ctx context.Context, c access.Caller, ref uid.Ref, lives, overlap time.Duration) (agency.Secret, error)
}

// PurposeBook is what data may be asked for, and what they were asked for.
type PurposeBook interface {
	Purposes(ctx context.Context) ([]agency.Purpose, error)
	RegisterPurposes(ctx context.Context, c access.Caller, purposes []agency.Purpose) (int, error)
	WhoLooked(ctx context.Context, c access.Caller, person seal.Token, cursor string, limit int) ([]agency.Seen, string, error)
}

// Population is what the API asks the population register;
// *population.Service answers.
type Population interface {
	Adjudication
	Enrolments
	Records
	Doors
}

// Enrolments are people who come to the register.
type Enrolments interface {
	Enrol(ctx context.Context, c access.Caller, key string, e population.Enrolment) (population.Enrolled, error)
	Receipt(ctx context.Context, c access.Caller, receipt uid.Ref) (population.Status, error)
	Review(ctx context.Context, c access.Caller, receipt uid.Ref) (population.Awaiting, error)
	Accept(ctx context.Context, c access.Caller, key string, receipt uid.Ref, a population.Acceptance) (population.Status, error)
}

// Records are what changes about a person, and figures that name nobody.
type Records interface {
	Correct(ctx context.Context, c access.Caller, key string, r population.Correction) (population.Corrected, error)
	Consent(ctx context.Context, c access.Caller, key string, a population.ConsentAct) error
	Relate(ctx context.Context, c access.Caller, key string, a population.RelationAct) error
	Vouched(ctx context.Context, c access.Caller, before uid.ID) ([]population.Vouching, error)
	Counts(ctx context.Context, c access.Caller, name string, after population.Count) ([]population.Count, error)
	SharedContacts(ctx context.Context, c access.Caller) (contacts, alarms int64, err error)
}

// Doors are the ways to ask about a person; each use is recorded.
type Doors interface {
	Exchange(ctx context.Context, c access.Caller, recipient, key string, claims []population.Claim) ([]population.Exchanged, error)
	Find(ctx context.Context, c access.Caller, r population.FindRequest) ([]population.Candidate, error)
	Show(ctx context.Context, c access.Caller, token seal.Token, recipient string, fields []population.Field) (population.Shown, error)
	// TokenOf names the person who asks to the agency; it is no look.
	TokenOf(ctx context.Context, c access.Caller, person uid.ID, recipient string, issue bool) (seal.Token, error)
}

// Linker asks the population register and the agency's books together.
type Linker interface {
	LinkStaff(ctx context.Context, c access.Caller, key string, ref uid.Ref, claim population.Claim) error
}

// Household is what the API asks the social register; *household.Service
// answers.
type Household interface {
	Custody
	Homes
}

// Homes are declarations, households, and what is open about them.
type Homes interface {
	Save(ctx context.Context, c access.Caller, key string, d household.Declaration) (*household.Filed, error)
	Submit(ctx context.Context, c access.Caller, key string, code household.Code, revision int64) (*household.Filed, error)
	Declare(ctx context.Context, c access.Caller, key string, d household.Declaration) (*household.Filed, error)
	Discard(ctx context.Context, c access.Caller, key string, code household.Code, revision int64) (*household.Filed, error)
	Leave(ctx context.Context, c access.Caller, key string, d household.Departure) (*household.Filed, error)
	Confirm(ctx context.Context, c access.Caller, key string, w household.Word) (*household.Filed, error)
	View(ctx context.Context, c access.Caller, q household.ViewRequest) (*household.Shown, error)
	Tasks(ctx context.Context, c access.Caller, locality string, after uid.ID, limit int) ([]household.Task, error)
	RecomputeHousehold(ctx context.Context, c access.Caller, code household.Code) ([]household.Verdict, error)
}

// Programmes is what the API asks the programmes; *programme.Service answers.
type Programmes interface {
	Of(ctx context.Context, c access.Caller, household, score uid.ID) ([]programme.Outcome, error)
	RecomputeScore(ctx context.Context, c access.Caller, household, score uid.ID) ([]programme.Verdict, error)
}
