package population

import (
	"context"
	"time"

	"sijil/internal/uid"
)

// CaseRow is a case as the store keeps it.
type CaseRow struct {
	Ref       uid.Ref
	Person    uid.ID  // who is in question
	Receipt   uid.Ref // of the enrolment that waits for the decision; "" when none does
	Locality  string
	Cause     CaseCause
	State     CaseState
	Round     int64 // a round ends with a decision, or without and another begins
	Revision  int64 // grows with every opinion
	Model     string
	Opened    time.Time
	Due       time.Time // when it is escalated
	Escalated time.Time // zero while it is not
	Outcome   CaseOutcome
	Decided   time.Time // zero while it is not
}

// CaseMove changes a case, if it still has the revision.
type CaseMove struct {
	Ref          uid.Ref
	FromRevision int64
	State        CaseState
	Round        int64
	Escalated    time.Time // zero keeps what is there
	Outcome      CaseOutcome
	Decided      time.Time
	Stale        error
}

// Escalation marks an open case whose time is over.
type Escalation struct {
	Case uid.Ref
	At   time.Time
}

// CasePairRow is a person whom the one in question may be.
type CasePairRow struct {
	Case   uid.Ref
	Other  uid.ID
	Weight int64  // thousandths of a bit
	Band   string // new, judge, same
	Guard  string // "", documents_differ, maybe_kin
}

// OpinionRow is what one officer holds.
type OpinionRow struct {
	Case     uid.Ref
	Officer  uid.ID
	Round    int64
	Turn     int64 // 1, 2, 3 in its round
	At       time.Time
	Verdict  Opinion
	Other    uid.ID // of OpinionSame
	Reason   string // code
	Document string // code: why documents that contradict are no obstacle; "" when none do
	Raced    error  // returned when the officer, or another one, came first
}

// Opinion is what an officer holds of two records.
type Opinion string

// The opinions.
const (
	OpinionSame       Opinion = "same"
	OpinionDifferent  Opinion = "different"
	OpinionCannotTell Opinion = "cannot_tell"
)

// PairState says what is known of two people.
type PairState string

// The states of a pair.
const (
	PairOpen      PairState = "open"      // a case is about it
	PairDifferent PairState = "different" // two officers found two people
	PairSame      PairState = "same"      // two officers found one
)

// JudgedPairRow is what is known of two people; Person is the lower id.
type JudgedPairRow struct {
	Person, Other                 uid.ID
	PersonRevision, OtherRevision int64 // of the records that were judged; 0 while open
	State                         PairState
	Case                          uid.Ref
	At                            time.Time
}

// RedirectRow leads from a merged person to whom it was merged into.
type RedirectRow struct {
	Person, Survivor uid.ID
	Case             uid.Ref
	Since            time.Time
}

// RedirectEnd takes a redirect away.
type RedirectEnd struct {
	Person, Survivor uid.ID
	Stale            error
}

// MergeRow is one merge, and what became of it.
type MergeRow struct {
	Survivor, Merged uid.ID
	Case             uid.Ref
	Revision         int64 // of the survivor's record that took the other in
	State            State // that the merged person had
	At               time.Time
	SplitCase        uid.Ref // "" while it holds
	SplitAt          time.Time
}

// MergeEnd records that a merge was undone.
type MergeEnd struct {
	Survivor, Merged uid.ID
	Case             uid.Ref
	SplitCase        uid.Ref
	At               time.Time
	Stale            error
}

// ContestRow is a refused person who came to be heard.
type ContestRow struct {
	Receipt    uid.Ref
	ID         uid.ID
	At         time.Time
	TakenBy    uid.ID
	RefusedBy  uid.ID // zero when the register itself refused
	RefusedFor string
}

// CaseChanges are the rows of adjudication in Changes.
type CaseChanges struct {
	Cases        []CaseRow
	CasePairs    []CasePairRow
	CaseMoves    []CaseMove
	Escalations  []Escalation
	Opinions     []OpinionRow
	JudgedPairs  []JudgedPairRow
	Redirects    []RedirectRow
	EndRedirects []RedirectEnd
	Merges       []MergeRow
	EndMerges    []MergeEnd
	Contests     []ContestRow
}

// CaseFilter chooses open cases, the oldest first.
type CaseFilter struct {
	Area      string // of access.Caller.Areas
	Without   uid.ID // leaves out cases on which this officer has an opinion; zero leaves out none
	Escalated bool   // those only
	After     CaseCursor
	Limit     int
}

// CaseCursor is where a page of a list ended; the zero cursor is its beginning.
type CaseCursor struct {
	At  time.Time
	Ref uid.Ref
}

// Recheck is how far everybody has been compared anew with a model.
type Recheck struct {
	Model  string    `json:"model"` // hash
	After  uid.ID    `json:"-"`
	People int64     `json:"people"`
	Cases  int64     `json:"cases"`
	Began  time.Time `json:"began"`
	At     time.Time `json:"at"`
	Ended  time.Time `json:"ended,omitzero"`
}

// CaseRows are the reads of adjudication.
type CaseRows interface { //nolint:interfacebloat // see Tx
	Case(ctx context.Context, ref uid.Ref) (CaseRow, bool, error)
	// CasePairs returns the likest first.
	CasePairs(ctx context.Context, ref uid.Ref) ([]CasePairRow, error)
	// Opinions returns them in the order in which they were given.
	Opinions(ctx context.Context, ref uid.Ref) ([]OpinionRow, error)
	// Judges returns who gave opinions on other cases of an enrolment than one.
	Judges(ctx context.Context, receipt, but uid.Ref) ([]uid.ID, error)
	OpenCases(ctx context.Context, f CaseFilter) ([]CaseRow, error)
	// DueCases returns open cases due by an instant that are not escalated.
	DueCases(ctx context.Context, now time.Time, limit int) ([]uid.Ref, error)
	// AwaitingAcceptance returns enrolments of an area after a cursor, the oldest
	// first.
	AwaitingAcceptance(ctx context.Context, area string, after CaseCursor, limit int) ([]EnrolmentRow, error)
	// JudgedPairs returns what is known of a person beside others.
	JudgedPairs(ctx context.Context, person uid.ID, others []uid.ID) ([]JudgedPairRow, error)
	// Redirects returns whom merged persons were merged into.
	Redirects(ctx context.Context, ids []uid.ID) (map[uid.ID]uid.ID, error)
	// Merges returns the merges that a person survived, the oldest first.
	Merges(ctx context.Context, survivor uid.ID) ([]MergeRow, error)
	// Recipients returns who has a token of a person.
	Recipients(ctx context.Context, person uid.ID) ([]string, error)
	Contests(ctx context.Context, receipt uid.Ref) ([]ContestRow, error)
	// PersonsAfter returns ids of persons who have a number, after one.
	PersonsAfter(ctx context.Context, after uid.ID, limit int) ([]uid.ID, error)
	Recheck(ctx context.Context, model string) (Recheck, bool, error)
	// KeepRecheck writes how far a recheck has come, if it still stands where
	// before says; kept is false when another one came first.
	KeepRecheck(ctx context.Context, r Recheck, before uid.ID) (kept bool, err error)
}
