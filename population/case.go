package population

import (
	"cmp"
	"math"
	"slices"
	"time"

	"sijil/internal/outbox"
	"sijil/internal/uid"
	"sijil/linkage"
)

// casePair is one candidate that a check found: a person whom the one in
// question may be.
type casePair struct {
	Other  uid.ID
	Weight float64 // bits; see linkage.Score
	Band   linkage.Band
	Guard  linkage.Guard
}

// CaseCause says why people have to judge.
type CaseCause string

// The causes.
const (
	CaseLikeness  CaseCause = "likeness"  // an enrolment or correction made two records alike
	CaseContested CaseCause = "contested" // a refused person came to be heard
	CaseRescored  CaseCause = "rescored"  // a new model sees a likeness
	CaseReported  CaseCause = "reported"  // somebody reported two records of one person, or a wrong merge
)

// CaseState says whether a case is decided.
type CaseState string

// The states of a case.
const (
	CaseOpen    CaseState = "open"
	CaseDecided CaseState = "decided"
)

// CaseOutcome says what a decided case led to.
type CaseOutcome string

// The outcomes.
const (
	OutcomeDifferent CaseOutcome = "different" // two people: an enrolment is numbered
	OutcomeRefused   CaseOutcome = "refused"   // one person, who has a number: the enrolment is refused
	OutcomeMerged    CaseOutcome = "merged"    // one person with two numbers: the records are one now
	OutcomeSplit     CaseOutcome = "split"     // two people whom a merge had made one
	OutcomeKept      CaseOutcome = "kept"      // a merge that was doubted, rightly made
)

// TopicCase says that people have to judge. It has no body.
const TopicCase = "person.case"

// openCase appends to ch the rows of a case to be judged about person. Pairs
// that cannot both be judged stand once, the likest first.
func (s *Service) openCase(ch *Changes, person uid.ID, receipt uid.Ref, locality string, cause CaseCause, pairs []casePair) {
	now := s.now()
	c := CaseRow{
		Ref: s.ids.NewRef(), Person: person, Receipt: receipt, Locality: locality, Cause: cause, State: CaseOpen, Round: 1, Revision: 1,
		Model: s.modelHash(), Opened: now, Due: now.Add(s.judgementClock()),
	}
	ch.Cases = append(ch.Cases, c)
	pairs = slices.SortedStableFunc(slices.Values(pairs), func(a, b casePair) int { return cmp.Compare(b.Weight, a.Weight) })
	seen := map[uid.ID]bool{person: true}
	for _, p := range pairs {
		if seen[p.Other] {
			continue
		}
		seen[p.Other] = true
		ch.CasePairs = append(ch.CasePairs, CasePairRow{Case: c.Ref, Other: p.Other, Weight: int64(math.Round(1000 * p.Weight)), Band: p.Band.String(), Guard: p.Guard.String()})
		ch.JudgedPairs = append(ch.JudgedPairs, judgedPair(person, p.Other, 0, 0, PairOpen, c.Ref, now))
	}
	ch.Events = append(ch.Events, outbox.Event{ID: s.ids.NewID(), Subject: person, Topic: TopicCase, At: now})
}

// judgedPair names the two people of a pair in the order in which pairs are
// kept.
func judgedPair(a, b uid.ID, revisionA, revisionB int64, state PairState, ref uid.Ref, at time.Time) JudgedPairRow {
	if slices.Compare(a[:], b[:]) > 0 {
		a, b, revisionA, revisionB = b, a, revisionB, revisionA
	}
	return JudgedPairRow{Person: a, Other: b, PersonRevision: revisionA, OtherRevision: revisionB, State: state, Case: ref, At: at}
}

// judgementClock is how long a case may wait before it is escalated.
func (s *Service) judgementClock() time.Duration {
	return time.Duration(s.rules.Judgement.Hours) * time.Hour
}

// modelHash names the frozen model by which records are compared.
func (s *Service) modelHash() string { return s.duplicates.hash }
