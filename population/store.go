package population

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/outbox"
	"sijil/internal/uid"
	"sijil/seal"
)

// Store keeps the register. It sees ciphertext and blind indexes only, never
// what is behind them. Package populationdb implements it.
type Store interface {
	// Do runs fn in a transaction that writes. fn may run several times.
	Do(ctx context.Context, fn func(Tx) error) error
	// DoKeyed is Do for a transaction whose first act claims a key: it runs again
	// after a commit of unknown outcome.
	DoKeyed(ctx context.Context, fn func(Tx) error) error
	// View runs fn on one snapshot.
	View(ctx context.Context, fn func(Tx) error) error
}

// Loader is a Store that takes in many people at once, without idempotency
// keys: each call is several transactions. For benches and tests.
type Loader interface {
	// Load writes what next returns until io.EOF, and says how many changes
	// those were.
	Load(ctx context.Context, next func() (*Changes, error)) (int64, error)
}

// Tx is one transaction.
type Tx interface { //nolint:interfacebloat // one transaction sees every table of the register; fakes are not written, suites run on real stores
	outbox.Emitter

	// Once claims a key. done says that the act was done before; prior is then
	// the sealed response it remembered.
	Once(ctx context.Context, key Key, now time.Time) (prior []byte, done bool, err error)
	Remember(ctx context.Context, key Key, response []byte) error

	// Apply writes changes in one batch, all or none. A row that may not be
	// written ends it with the error the row carries.
	Apply(ctx context.Context, c *Changes) error

	// The look-ups leave out what is not there.
	ByNumber(ctx context.Context, blinds []seal.Blind) (map[seal.Blind]uid.ID, error)
	ByDocument(ctx context.Context, kind string, blinds []seal.Blind) (map[seal.Blind]uid.ID, error)
	ByContact(ctx context.Context, blinds []seal.Blind, limit int) ([]uid.ID, error)
	ByToken(ctx context.Context, recipient string, blinds []seal.Blind) (map[seal.Blind]uid.ID, error)
	// Persons returns persons as they are now, with the token of a recipient.
	Persons(ctx context.Context, ids []uid.ID, recipient string) (map[uid.ID]PersonRow, error)
	Versions(ctx context.Context, person uid.ID) ([]RecordRow, error) // oldest first
	Relations(ctx context.Context, person uid.ID) ([]RelationRow, error)
	// Custodians returns the custodian's relations of persons that have not ended.
	Custodians(ctx context.Context, persons []uid.ID) ([]RelationRow, error)
	Consents(ctx context.Context, person uid.ID) ([]ConsentRow, error)
	Enrolment(ctx context.Context, receipt uid.Ref) (EnrolmentRow, bool, error)
	// Vouched, Disclosures and Uses return rows of one person with ids below
	// before (zero: from the latest), the latest first, at most limit.
	Vouched(ctx context.Context, witness, before uid.ID, limit int) ([]VouchingRow, error)
	Disclosures(ctx context.Context, person, before uid.ID, limit int) ([]access.Disclosure, error)
	Uses(ctx context.Context, person, before uid.ID, limit int) ([]access.Use, error)
	// Erasable returns receipts of refused enrolments whose data are due.
	Erasable(ctx context.Context, day civil.Date, limit int) ([]uid.Ref, error)
	// Checking returns receipts of enrolments captured before an instant whose
	// check has not ended, the earliest first.
	Checking(ctx context.Context, before time.Time, limit int) ([]uid.Ref, error)
	// ByKeys returns who has blocking keys, at most limit of each, the latest
	// persons first.
	ByKeys(ctx context.Context, keys []seal.Blind, limit int) ([]BlockingRow, error)
	CheckModels(ctx context.Context) ([]CheckModel, error)
	// EverybodyAfter returns ids of people, whatever their state, above after;
	// TokensOf all tokens of people; Reblind writes blind indexes anew, and
	// returns how many rows were not there yet.
	ForgetAttempts(ctx context.Context, key uint16, limit int) (int64, error)
	EverybodyAfter(ctx context.Context, after uid.ID, limit int) ([]uid.ID, error)
	TokensOf(ctx context.Context, persons []uid.ID) ([]TokenRow, error)
	Reblind(ctx context.Context, r Reblinding) (int64, error)
	// Attempts returns what callers asked about numbers; Asker what one asked in a
	// period; Bursts the alarms of callers with ids above after.
	Attempts(ctx context.Context, blinds []seal.Blind, callers []uid.ID) ([]AttemptRow, error)
	Asker(ctx context.Context, caller uid.ID, period int64) (AskerRow, error)
	Bursts(ctx context.Context, after uid.ID, limit int) ([]Burst, error)
	SharedContacts(ctx context.Context) (contacts, alarms int64, err error)
	// Tallies returns rows of a name after a place and month, in their order.
	Tallies(ctx context.Context, name, place string, month civil.Date, limit int) ([]TallyRow, error)
	// EnrolmentStates returns the states of enrolments; unknown ones are left out.
	EnrolmentStates(ctx context.Context, receipts []uid.Ref) (map[uid.Ref]EnrolmentState, error)
	FigureRows
	CaseRows
}

// Key is an idempotency key as the store keeps it. Body is keyed, so that it
// tells nothing of the request.
type Key struct {
	Caller    uid.ID
	Operation string
	Text      string
	Body      [32]byte
}

// Changes are all the rows that one act writes, in the order of locks: claims
// first, then the person and what belongs to it.
type Changes struct {
	ReleaseDocuments []DocumentClaim
	ClaimDocuments   []DocumentClaim
	ClaimNumbers     []NumberClaim
	ClaimTokens      []TokenClaim
	Contacts         []ContactRow
	DropContacts     []ContactRow
	Enrolments       []EnrolmentRow
	Verdicts         []Verdict
	Challenges       []Challenge
	DropBlocking     []BlockingRow
	Blocking         []BlockingRow
	CheckModels      []CheckModel
	Persons          []PersonRow
	Moves            []Move
	Records          []RecordRow
	Tokens           []TokenRow
	Relations        []RelationRow
	EndRelations     []RelationEnd
	Consents         []ConsentRow
	Withdrawals      []Withdrawal
	Vouchings        []VouchingRow
	Disclosures      []access.Disclosure
	Uses             []access.Use
	Attempts         []Attempt
	Askings          []Asking
	Alarms           []Alarm
	Tallies          []TallyRow
	Events           []outbox.Event

	CaseChanges
}

// DocumentClaim says that a document belongs to one live person.
type DocumentClaim struct {
	Kind   string
	Blind  seal.Blind
	Person uid.ID
	At     time.Time
	Taken  error // returned when somebody has the claim, or when a release finds none
}

// NumberClaim gives a number to a person for ever.
type NumberClaim struct {
	Blind  seal.Blind
	Person uid.ID
	At     time.Time
	Taken  error
}

// TokenClaim finds the person of a token.
type TokenClaim struct {
	Blind     seal.Blind
	Recipient string
	Person    uid.ID
}

// TokenRow is the token of a person for one recipient.
type TokenRow struct {
	Person    uid.ID
	Recipient string
	Sealed    []byte
	At        time.Time
	Raced     error // returned when the person has one already
}

// ContactRow finds the persons of a phone number or address.
type ContactRow struct {
	Blind  seal.Blind
	Person uid.ID
	Cap    int64 // more persons than this raise the alarm counter
}

// PersonRow is a person as the store keeps it. Record and Token come with
// reading only.
type PersonRow struct {
	ID        uid.ID
	Key       uid.ID // of the seal
	State     State
	Revision  int64
	Locality  string
	Assurance Assurance
	Receipt   uid.Ref
	Number    []byte // sealed; nil until there is one
	At        time.Time

	Record []byte // sealed, of Revision
	Token  []byte // sealed, for the recipient asked for; nil when there is none
}

// Move changes a person row, if it still has the revision and state.
type Move struct {
	Person       uid.ID
	FromRevision int64
	FromState    State
	Revision     int64
	State        State
	Locality     string
	Assurance    Assurance
	Number       []byte // nil keeps what is there
	At           time.Time
	Stale        error
}

// RecordRow is one version of a person's record: what was believed from
// RecordedAt on about the days from ValidFrom on.
type RecordRow struct {
	Person     uid.ID
	Revision   int64
	ValidFrom  civil.Date // zero: since ever
	RecordedAt time.Time
	RecordedBy uid.ID
	Cause      string // code
	Changed    string // codes of the facts that changed, separated by commas
	Sealed     []byte
}

// EnrolmentRow is an enrolment as the store keeps it.
type EnrolmentRow struct {
	Receipt        uid.Ref
	Person         uid.ID
	State          EnrolmentState
	Shown          Assurance
	Locality       string
	CapturedBy     uid.ID
	CapturedAt     time.Time
	DecidedBy      uid.ID // zero while undecided, or by the register itself
	DecidedAt      time.Time
	Reason         string // code
	NoticeVersion  string
	NoticeLanguage string
	NoticeWay      string
	NoticeHash     []byte
	EraseAfter     civil.Date // of a refused one
	Challenges     int64      // how often another check asked this one to look again
	Compared       *int64     // records that it was compared with; nil when it was not checked
}

// Verdict moves an enrolment on, if it still is in a state.
type Verdict struct {
	Receipt    uid.Ref
	From, To   EnrolmentState
	By         uid.ID
	At         time.Time
	Reason     string
	EraseAfter civil.Date
	// Check is what a check found that leads to this verdict; nil is none.
	Check *Check
	Stale error
}

// Check is a check for duplicates as it is kept. Its verdict holds only while
// the enrolment has as many challenges as when the check began.
type Check struct {
	Model      string // hash
	Compared   int64  // records
	Cut        int64  // keys that were not read in full
	Challenges int64
}

// Challenge asks the check of another enrolment to look again.
type Challenge struct {
	Receipt uid.Ref
	Stale   error // returned when the enrolment is no longer being checked
}

// BlockingRow says that a person is looked for under a key.
type BlockingRow struct {
	Blind  seal.Blind
	Person uid.ID
}

// CheckModel is a model that enrolments are checked with, kept once.
type CheckModel struct {
	Model      string // hash
	KeyVersion string
	At         time.Time
}

// RelationRow is a relation as the store keeps it.
type RelationRow struct {
	Person       uid.ID
	ID           uid.ID
	Kind         RelationKind
	State        RelationState
	Holder       uid.ID // zero unless registered
	Since, Until civil.Date
	At           time.Time
	By           uid.ID
	Sealed       []byte

	// These come with Relations only.
	Version   int64
	StateFrom civil.Date // first day of the state; zero: since it began
	ChangedAt time.Time  // when state or last day last changed; zero: never
	Past      []RelationPastRow
}

// RelationEnd changes the state or the last day of a relation, if it still is
// of a version. What was recorded before is kept.
type RelationEnd struct {
	Person, ID uid.ID
	Version    int64
	To         RelationState
	StateFrom  civil.Date
	Until      civil.Date // zero keeps what is there
	At         time.Time
	By         uid.ID
	Cause      string
	Stale      error
}

// ConsentRow is a consent, given and perhaps withdrawn.
type ConsentRow struct {
	Person      uid.ID
	ID          uid.ID
	Kind        string
	GivenAt     time.Time
	GivenTo     uid.ID // the officer; the person's own id when given alone
	WithdrawnAt time.Time
	Twice       error
}

// Withdrawal withdraws the live consent of a kind.
type Withdrawal struct {
	Person uid.ID
	Kind   string
	At     time.Time
	By     uid.ID
	None   error
}

// VouchingRow is one person's word for another. Period and Cap hold the number
// of a witness's vouchings in one period down.
type VouchingRow struct {
	Witness uid.ID
	ID      uid.ID
	For     uid.ID
	Receipt uid.Ref
	At      time.Time
	Period  int64
	Cap     int64
	Over    error
}

// Attempt counts what a caller asked about one claimed number. It is over when
// Most failed in the same period before, or the last one failed after NotAfter.
type Attempt struct {
	Blind    seal.Blind
	Caller   uid.ID
	Failed   int64 // 1 or 0
	At       time.Time
	Period   int64
	Most     int64
	NotAfter time.Time
	Over     error
}

// AttemptRow is what was counted of a caller and a number.
type AttemptRow struct {
	Blind    seal.Blind
	Caller   uid.ID
	Period   int64
	Failed   int64     // in that period
	FailedAt time.Time // last; zero when none did
	Last     time.Time // when the caller asked last
}

// Asking counts, in one slot of a caller, numbers that were asked about for the
// first time in a period, and claims that failed.
type Asking struct {
	Caller          uid.ID
	Slot            int16
	Period          int64
	Numbers, Failed int64
}

// AskerRow is what a caller asked in a period, and when an alarm was raised.
type AskerRow struct {
	Numbers, Failed int64
	Alarmed         time.Time // zero: never
}

// Alarm is raised about a caller unless one was since an instant.
type Alarm struct {
	Caller    uid.ID
	Period    int64
	At, Since time.Time
}

// TallyRow counts what leaves no record, by place and month.
type TallyRow struct {
	Place string
	Name  string
	Month civil.Date // its first day
	Count int64
}
