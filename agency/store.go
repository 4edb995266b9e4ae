package agency

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/outbox"
	"sijil/internal/uid"
	"sijil/seal"
)

// Store is what the agency needs of a database. Package agencydb implements it.
type Store interface {
	// Do runs fn in a transaction that writes. fn may run several times.
	Do(ctx context.Context, fn func(Tx) error) error
	// DoKeyed is Do for a transaction whose first act claims a key: it runs again
	// after a commit of unknown outcome.
	DoKeyed(ctx context.Context, fn func(Tx) error) error
	// View runs fn in a transaction that reads.
	View(ctx context.Context, fn func(Tx) error) error
}

// Tx is one transaction of the agency's store. It sees ciphertext and blinds,
// never what is behind them.
type Tx interface { //nolint:interfacebloat // one transaction of one store; who implements it implements all
	outbox.Emitter

	// Once claims a key. done says that the act was done before; prior is then
	// its kept response. Another body under the same key is a Conflict.
	Once(ctx context.Context, key Key, now time.Time) (prior []byte, done bool, err error)
	// Remember keeps the response of a claimed key.
	Remember(ctx context.Context, key Key, response []byte) error

	// Guard makes transactions that change who is an administrator wait for each
	// other, until the end of this one.
	Guard(ctx context.Context) error
	// ActiveStaff counts the active staff members who hold a role.
	ActiveStaff(ctx context.Context, role access.Role) (int, error)
	// InsertStaff writes a new staff member, their password and their login, the
	// decoy's too: logins are its blinds, the current first. A login that is taken
	// under any of them is a Conflict, code "agency.login_taken".
	InsertStaff(ctx context.Context, row StaffRow, by uid.ID, logins []seal.Blind, password []byte) error
	// UpdateStaff writes the next version of a staff member. When row.Version-1
	// is not the one stored, the error is a Conflict, code "agency.stale".
	UpdateStaff(ctx context.Context, row StaffRow, by uid.ID) error
	// StaffByRef and StaffByID find one staff member, or NotFound with code
	// "agency.no_staff". A decoy is not found.
	StaffByRef(ctx context.Context, ref uid.Ref) (StaffRow, error)
	StaffByID(ctx context.Context, id uid.ID) (StaffRow, error)
	// StaffAfter lists staff members in the order of their references.
	StaffAfter(ctx context.Context, after uid.Ref, limit int) ([]StaffRow, error)
	// StaffVersions lists what a staff member was allowed, the oldest first.
	StaffVersions(ctx context.Context, id uid.ID) ([]StaffVersion, error)
	// StaffByLogin finds whose login one of the blinds is. It does the same work
	// whether there is one or not: for nobody it returns the decoy.
	StaffByLogin(ctx context.Context, logins, decoys []seal.Blind) (row StaffRow, password []byte, err error)
	// SetPassword replaces a sealed password.
	SetPassword(ctx context.Context, staff uid.ID, password []byte, now time.Time) error

	// LinkPerson says which person a staff member is, in place of an earlier link.
	// A person who is linked to another account is a Conflict.
	LinkPerson(ctx context.Context, person seal.Blind, staff uid.ID) error
	// StaffOfPerson finds the account of a person, or NotFound.
	StaffOfPerson(ctx context.Context, persons []seal.Blind) (StaffRow, error)

	// Attempt returns the counter of failed logins under one of the keys; the zero
	// Attempt when there is none.
	Attempt(ctx context.Context, keys []seal.Blind) (Attempt, error)
	// PutAttempt replaces a counter, and reports false when it is no longer old.
	PutAttempt(ctx context.Context, old, next Attempt) (bool, error)
	// DropAttempts removes the counters under the keys.
	DropAttempts(ctx context.Context, keys []seal.Blind) error

	InsertSession(ctx context.Context, row SessionRow) error
	// Session finds a session by one of the blinds of its secret, or NotFound.
	Session(ctx context.Context, secrets []seal.Blind) (SessionRow, error)
	// TouchSession records that a live session was used.
	TouchSession(ctx context.Context, secret seal.Blind, now time.Time) error
	// EndSession ends a session and reports whether it was live.
	EndSession(ctx context.Context, secret seal.Blind, now time.Time, reason string) (bool, error)
	// EndSessions ends all sessions of a staff member.
	EndSessions(ctx context.Context, staff uid.ID, now time.Time, reason string) error

	// PutPurpose writes a purpose, new or changed.
	PutPurpose(ctx context.Context, p Purpose, now time.Time) error
	// Purpose finds one, or NotFound with code "agency.no_purpose".
	Purpose(ctx context.Context, code string) (Purpose, error)
	// Purposes lists all by code: a country has few.
	Purposes(ctx context.Context) ([]Purpose, error)

	InsertClient(ctx context.Context, row ClientRow, by uid.ID) error
	// UpdateClient writes the next version of a client, as UpdateStaff does.
	UpdateClient(ctx context.Context, row ClientRow, by uid.ID) error
	// ClientByRef and ClientByID find one, or NotFound with code "agency.no_client".
	ClientByRef(ctx context.Context, ref uid.Ref) (ClientRow, error)
	ClientByID(ctx context.Context, id uid.ID) (ClientRow, error)
	ClientsAfter(ctx context.Context, after uid.Ref, limit int) ([]ClientRow, error)
	InsertSecret(ctx context.Context, row SecretRow) error
	// Secret finds a client's secret by one of its blinds, or NotFound.
	Secret(ctx context.Context, secrets []seal.Blind) (SecretRow, error)
	// EndSecrets ends the secrets of a client that would live past a time.
	EndSecrets(ctx context.Context, client uid.ID, at time.Time) error

	// KeepLooked writes what a person can see; what is there already stays as it is.
	KeepLooked(ctx context.Context, rows []LookedRow) error
	// LookedAt lists what is kept about a person, the newest first, before an id.
	LookedAt(ctx context.Context, persons []seal.Blind, before uid.ID, limit int) ([]LookedRow, error)

	// Tidy removes failed attempts and ended sessions last used before a time.
	Tidy(ctx context.Context, before time.Time) error
}

// Key is the key of an act that is done once.
type Key struct {
	Caller    uid.ID
	Operation string
	Text      string   // as the caller chose it
	Body      [32]byte // keyed hash of what was asked
}

// State is the state of a staff member or client.
type State string

// The states.
const (
	Active State = "active"
	Ended  State = "ended"
	decoy  State = "decoy" // the account that a login of nobody is checked against
)

// StaffRow is a staff member as stored. Sealed columns are sealed under Key.
type StaffRow struct {
	ID                   uid.ID
	Ref                  uid.Ref
	Key                  uid.ID
	Version              int64
	State                State
	Roles                []access.Role
	Areas                []string
	Office               string
	Name, Login, Contact []byte // sealed; Contact may be nil
	Recorded             time.Time
}

// StaffVersion is what a staff member was allowed from a time on.
type StaffVersion struct {
	Version  int64
	State    State
	Roles    []access.Role
	Areas    []string
	Office   string
	Recorded time.Time
	By       uid.ID // who decided; zero for the command line of the machine
}

// Attempt counts the failed logins of one name, or of one name on one device.
type Attempt struct {
	Key      seal.Blind
	Failures int
	Last     time.Time
	Until    time.Time // no attempt is looked at before
}

// SessionRow is a session as stored.
type SessionRow struct {
	Secret  seal.Blind
	Staff   uid.ID
	Started time.Time
	Seen    time.Time
	Ends    time.Time
	Ended   time.Time // zero while it lives
	Reason  string
}

// ClientRow is a client as stored.
type ClientRow struct {
	ID       uid.ID
	Ref      uid.Ref
	Key      uid.ID
	Version  int64
	State    State
	Name     string // of the institution
	Contact  []byte // sealed; may be nil
	Roles    []access.Role
	Areas    []string
	Purposes []Grant
	Recorded time.Time
}

// Grant allows a client one purpose for a time.
type Grant struct {
	Purpose       string     `json:"purpose"`
	Authorisation string     `json:"authorisation,omitempty"` // number of the act that authorises it
	From          civil.Date `json:"from,omitzero"`           // zero: from the start
	To            civil.Date `json:"to,omitzero"`             // last day; zero: no end set
}

// SecretRow is a client's secret as stored.
type SecretRow struct {
	Secret  seal.Blind
	Client  uid.ID
	Created time.Time
	Expires time.Time
}

// LookedRow is one look at a person as stored.
type LookedRow struct {
	Looked

	Person  seal.Blind
	Details []byte // who and which case, sealed; nil in rows of before
}
