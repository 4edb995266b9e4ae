package population

import (
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
	Opinions     []OpinionRow
	JudgedPairs  []JudgedPairRow
	Redirects    []RedirectRow
	EndRedirects []RedirectEnd
	Merges       []MergeRow
	EndMerges    []MergeEnd
	Contests     []ContestRow
}
