package household

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
	"sijil/seal"
)

// Store keeps the social register's rows. It sees ciphertext, blind indexes,
// ids, codes and numbers only: the service seals and opens.
type Store interface {
	// Do runs fn in a write transaction, perhaps more than once.
	Do(ctx context.Context, fn func(Tx) error) error
	// DoKeyed is Do for a fn that begins by claiming an idempotency key.
	DoKeyed(ctx context.Context, fn func(Tx) error) error
	// View runs fn on one snapshot.
	View(ctx context.Context, fn func(Tx) error) error
}

// Tx is one transaction. What is not there is an error of kind NotFound.
type Tx interface {
	outbox.Emitter
	Once(ctx context.Context, k Key, now time.Time) (prior []byte, done bool, err error)
	Remember(ctx context.Context, k Key, response []byte) error

	// Apply writes a change, all of it or nothing. It returns ErrRaced when the
	// rows are no longer those the change was planned on, and ErrCodeTaken.
	Apply(ctx context.Context, c *Change) error

	Homes
	ScoreRows
	TaskRows
	AliasRows
	DisputeRows
	FigureRows
}

// Homes are the reads of households and who is in them.
type Homes interface {
	HouseholdByCode(ctx context.Context, code Code) (Row, error)
	Household(ctx context.Context, id uid.ID) (Row, error)
	Version(ctx context.Context, household uid.ID, version int) (VersionRow, error)
	Members(ctx context.Context, household uid.ID, version int) ([]MemberRow, error)
	// Claims returns the claims held on persons, in no order.
	Claims(ctx context.Context, persons []seal.Blind) ([]ClaimRow, error)
	// Due returns lines of unconfirmed adults whose delay has passed.
	Due(ctx context.Context, now time.Time, limit int) ([]MemberRow, error)
	// Unended returns discarded drafts whose key is still to be destroyed: those
	// after a household and version, in the order of these.
	Unended(ctx context.Context, household uid.ID, version int, limit int) ([]VersionRow, error)
}

// ScoreRows are the reads of scores.
type ScoreRows interface {
	ScoreInForce(ctx context.Context, household uid.ID) (ScoreRow, error)
	Score(ctx context.Context, household, score uid.ID) (ScoreRow, error)
	// Scores returns the scores of a household, the oldest first.
	Scores(ctx context.Context, household uid.ID) ([]ScoreRow, error)
	// ScoresAfter returns scores of all households in the order of their keys.
	ScoresAfter(ctx context.Context, household, score uid.ID, limit int) ([]ScoreRow, error)
}

// TaskRows are the reads of tasks.
type TaskRows interface {
	// CauseSeen reports whether an event has given the household a score or a task.
	CauseSeen(ctx context.Context, household, event uid.ID) (bool, error)
	OpenTasks(ctx context.Context, household uid.ID) ([]TaskRow, error)
	// TasksAt returns open tasks of a locality after one, the oldest first, each
	// with the code of its household.
	TasksAt(ctx context.Context, locality string, after uid.ID, limit int) ([]TaskAt, error)
}

// Key is an idempotency key: who asked for what under which key, and a keyed
// hash of what was asked.
type Key struct {
	Caller          uid.ID
	Operation, Text string
	Body            [32]byte
}

// ErrRaced says that another act came first: plan again and try again.
var ErrRaced = &errs.Error{Kind: errs.Conflict, Code: "household.raced", What: "another act on the household came first", Fix: "try again"}

// ErrCodeTaken says that a household code drawn at random is another's.
var ErrCodeTaken = &errs.Error{Kind: errs.Conflict, Code: "household.code_taken", What: "the household code is taken", Fix: "draw another"}

// State is the state of a household's version.
type State string

// The states. A version is submitted and computed in one transaction today;
// the two are told apart for declarations that are computed later.
const (
	Draft      State = "draft"      // may be incomplete; counts for nothing
	Submitted  State = "submitted"  // handed in, without an index yet
	Computed   State = "computed"   // the version the household stands by
	Superseded State = "superseded" // a later version was computed
	Discarded  State = "discarded"  // a draft that was thrown away, its key destroyed
)

// Row is a household.
type Row struct {
	ID        uid.ID
	Code      Code
	Locality  string
	Revision  int64 // of everything below the household; every act adds one
	Version   int   // the computed version; 0 before the first
	Draft     int   // the open draft; 0 for none
	Versions  int   // how many versions were begun
	ReviewDue civil.Date
	Created   time.Time
	Changed   time.Time
}

// VersionRow is one version of a declaration.
type VersionRow struct {
	Household         uid.ID
	Version           int
	State             State
	Key               uid.ID // the data key of this version
	Record            []byte // sealed: see record
	Locality, Variant string
	AsOf              civil.Date
	DeclaredBy        string // code of the questionnaire's item
	Head              int    // line
	HeadReason        string // why it is not the head of the version before; "" when it is
	Questionnaire     string // its hash
	Actor             uid.ID
	ActorKind         string
	Created           time.Time
	SubmittedAt       time.Time // zero for a draft
}

// Standing is how a person stands to a line.
type Standing string

// The standings.
const (
	Declared    Standing = "declared"    // declared the household himself or herself
	Confirmed   Standing = "confirmed"   // confirmed the line
	Unconfirmed Standing = "unconfirmed" // an adult whom somebody else declared
	Child       Standing = "child"       // follows the custodian
	Rival       Standing = "rival"       // a child who belongs to another household until that is settled
	Awaiting    Standing = "awaiting"    // has no number yet
	Refused     Standing = "refused"     // said no
	Left        Standing = "left"        // left, or declared elsewhere
)

// MemberRow is a line of a version.
type MemberRow struct {
	Household uid.ID
	Version   int
	Line      int // from 1
	Person    *seal.Blind
	Adult     bool
	Standing  Standing
	Counted   bool      // whether the line goes into the index
	Due       time.Time // when an unconfirmed adult counts; zero when that is settled
	Changed   time.Time
}

// Hold is how a household holds a person.
type Hold string

// The holds, from the weakest.
const (
	Listed  Hold = "listed"  // an adult whom somebody else declared
	InCare  Hold = "in_care" // a child, with a custodian
	OwnWord Hold = "own"     // an adult's own declaration or confirmation
)

// ClaimRow says in which household a person is: there is one a person.
type ClaimRow struct {
	Person    seal.Blind
	Household uid.ID
	Hold      Hold
	Custodian *seal.Blind // of a child; nil when it has none here
	Custody   Basis       // of a child: on what ground; "" without a custodian
	Since     time.Time
	Revision  int64
}

// ScoreRow is an index of a household, with all it was computed from.
type ScoreRow struct {
	Household uid.ID
	ID        uid.ID
	Version   int
	Cause     Cause
	Event     *uid.ID // what caused it, when that came from elsewhere
	From      time.Time
	To        time.Time // zero while it is in force
	Figures
	Key    uid.ID // the data key of the version
	Inputs []byte // sealed: the declaration as it was scored
}

// TaskKind says what somebody has to look at.
type TaskKind string

// The kinds of tasks.
const (
	MemberMoved    TaskKind = "member_moved"    // a person declared or left: the household declares again
	MemberRefused  TaskKind = "member_refused"  // a person said no to a line
	RivalCustody   TaskKind = "rival_custody"   // two households claim one child
	MemberDied     TaskKind = "member_died"     // the register has a member as no longer living
	AnswersMissing TaskKind = "answers_missing" // a correction asks questions that were not asked
	PersonsMerged  TaskKind = "persons_merged"  // two of the people declared are one, or one is two: the household declares again
)

// TaskRow is something to look at. It says which household and line, never why
// or where somebody went.
type TaskRow struct {
	Household uid.ID
	ID        uid.ID
	Kind      TaskKind
	Line      int
	Locality  string
	Cause     uid.ID // the act; the same act opens a task once
	Opened    time.Time
	Matter    uid.Ref // of RivalCustody: the rival claim
}

// TaskAt is a task with the code of its household.
type TaskAt struct {
	TaskRow

	Code Code
}

// Change is what one act writes. Rows that it replaces are named by what they
// were: when they no longer are, the change is refused.
type Change struct {
	Claims      []ClaimChange
	NewCode     *Row // takes the code of a new household
	New         *Row
	Touch       []Touch
	Versions    []VersionRow
	SetVersions []VersionChange
	Members     []MemberRow
	Lines       []LineChange
	EndScores   []ScoreEnd
	Scores      []ScoreRow
	Tasks       []TaskRow
	CloseTasks  []CloseTasks
	Disputes    []DisputeChange
	Decisions   []DecisionRow
	EndKeys     []KeyEnd
	Disclosures []DisclosureRow
	Aliases     []Alias
	DropAliases []Alias
	Events      []outbox.Event
}

// ScoreEnd ends the score in force of a household at an instant.
type ScoreEnd struct {
	Household uid.ID
	At        time.Time
}

// ClaimChange makes, moves or ends a claim.
type ClaimChange struct {
	Was *ClaimRow // nil for a new one
	Now *ClaimRow // nil to end it
}

// Touch changes a household. A zero Expect takes any revision.
type Touch struct {
	Household uid.ID
	Expect    int64
	At        time.Time
	Set       *Row // Locality, Version, Draft, Versions, ReviewDue; nil leaves them
}

// VersionChange changes the state of a version, and its record when that is
// not nil.
type VersionChange struct {
	Household uid.ID
	Version   int
	Was       State
	Row       VersionRow // State, Record, Locality, Variant, AsOf, DeclaredBy, Head, HeadReason, SubmittedAt
	Record    bool       // false changes the state only
}

// LineChange changes the standing of a person's line. Its delay is then over.
type LineChange struct {
	Household uid.ID
	Version   int
	Line      int          // 0: the line of Persons
	Persons   []seal.Blind // every blind index of the person
	Standing  Standing
	Counted   *bool // nil leaves what was: a household stands as it was declared
	At        time.Time
}

// KeyEnd notes that the key of a discarded draft was destroyed.
type KeyEnd struct {
	Household uid.ID
	Version   int
	At        time.Time
}

// CloseTasks closes open tasks of the kinds.
type CloseTasks struct {
	Household uid.ID
	Kinds     []TaskKind
	Matter    uid.Ref // only those of a rival claim; "" for all of the kinds
	At        time.Time
}

// DisclosureRow is a look at a household's answers.
type DisclosureRow struct {
	Household uid.ID
	Version   int
	access.Disclosure
}
