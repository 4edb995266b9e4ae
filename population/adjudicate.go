package population

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

// Judgement is what one officer holds of a case.
type Judgement struct {
	Verdict Opinion `json:"verdict"`
	Other   int     `json:"other,omitempty"` // of OpinionSame: the Place of the person it is
	Reason  string  `json:"reason"`          // code of the country's data
	// Document is a code of the country's data: why documents that contradict
	// are no obstacle. OpinionSame needs it where they do, and only there.
	Document string `json:"document,omitempty"`
	Seen     string `json:"seen"` // of the view that the officer saw
}

// Judged is what became of a case with an opinion. It says nothing of what
// other officers hold while the case is open.
type Judged struct {
	State   CaseState   `json:"state"`
	Outcome CaseOutcome `json:"outcome,omitempty"`
}

// Judge records an officer's opinion. The first binds nobody; a second officer
// gives one without seeing the first; where they agree the case is decided,
// where they do not a third one tips it. Without a majority another round
// begins, with other officers, and the case is escalated.
//
// Two people: whoever waits is numbered, a doubted merge is undone, and the
// pair is not asked about again unless their facts change. One person: an
// enrolment without a number is refused as a duplicate; of two numbers one
// leads to the other from then on.
//
// Errors: Conflict with code population.stale when a record has changed since
// the officer saw it, population.opinion_given, population.case_decided;
// Denied as Case has it.
func (s *Service) Judge(ctx context.Context, c access.Caller, key string, ref uid.Ref, j Judgement) (Judged, error) {
	if err := c.May(access.CaseJudge); err != nil {
		return Judged{}, err
	}
	return s.judgeCase(ctx, c, key, ref, j)
}

func (s *Service) judgeCase(ctx context.Context, c access.Caller, key string, ref uid.Ref, j Judgement) (Judged, error) {
	c.Case = string(ref)
	if err := s.checkJudgement(j); err != nil {
		return Judged{}, err
	}
	req, err := s.request(ctx, c, access.CaseJudge, key, j, string(ref))
	if err != nil {
		return Judged{}, err
	}
	response, err := s.act(ctx, req, func() (*Changes, []byte, error) {
		f, err := s.caseOf(ctx, c, ref)
		if err != nil {
			return nil, nil, err
		}
		ch, out, err := s.opine(ctx, c, f, j)
		if err != nil {
			return nil, nil, err
		}
		text, err := json.Marshal(out)
		return ch, text, err
	})
	if err != nil {
		return Judged{}, err
	}
	var out Judged
	if err := json.Unmarshal(response, &out); err != nil {
		return Judged{}, &errs.Error{Code: "population.response", What: "a kept answer cannot be read"}
	}
	return out, nil
}

func (s *Service) checkJudgement(j Judgement) error {
	k := &checker{rules: s.rules, today: s.today()}
	switch j.Verdict {
	case OpinionSame, OpinionDifferent, OpinionCannotTell:
	default:
		k.bad("opinion", "verdict", "no such opinion", "use same, different or cannot_tell")
		return k.errors.Err()
	}
	if (j.Verdict == OpinionSame) != (j.Other != 0) {
		k.bad("opinion", "other", "whom the person is said to be is named if, and only if, the opinion is the same", "give the place of the other in the case")
	}
	if !s.rules.Judgement.reason(j.Reason, j.Verdict) {
		k.bad("reason", "reason", "not a reason for this opinion", "use a code of the country's list")
	}
	if j.Document != "" && (j.Verdict != OpinionSame || !s.rules.Judgement.document(j.Document)) {
		k.bad("reason", "document", "not a reason why contradicting documents are no obstacle", "use a code of the country's list, or leave it out")
	}
	return k.errors.Err()
}

// opine makes the rows of an opinion, and of what follows from it.
func (s *Service) opine(ctx context.Context, c access.Caller, f *caseFile, j Judgement) (*Changes, Judged, error) {
	mine := OpinionRow{Case: f.row.Ref, Officer: c.Actor, Round: f.row.Round, Turn: 1, At: s.now(), Verdict: j.Verdict, Reason: j.Reason, Document: j.Document, Raced: errRaced}
	var round []OpinionRow
	for _, o := range f.opinions {
		if o.Officer == c.Actor {
			return nil, Judged{}, conflict("opinion_given", "case", "this officer has given an opinion on the case", "leave it to others")
		}
		if o.Round == f.row.Round {
			round = append(round, o)
		}
	}
	if f.seen() != j.Seen {
		return nil, Judged{}, conflict("stale", "seen", "the records, or the round, have changed since they were seen", "look at the case again")
	}
	var other *otherOf
	if j.Verdict == OpinionSame {
		if other = f.other(j.Other); other == nil {
			return nil, Judged{}, &errs.Error{Kind: errs.Invalid, Code: "population.opinion", Field: "other", What: "the case has no such person", Fix: "give the place of one of the others"}
		}
		mine.Other = other.pair.Other
		if contradiction := len(s.contradict(f.subject.record, other.record)) > 0; contradiction != (j.Document != "") {
			return nil, Judged{}, &errs.Error{Kind: errs.Invalid, Code: "population.contradiction", Field: "document",
				What: "why contradicting documents are no obstacle is stated if, and only if, they contradict", Fix: "use a code of the country's list, or leave it out"}
		}
	}
	mine.Turn += int64(len(round))
	ch := &Changes{}
	ch.Opinions = []OpinionRow{mine}
	move := CaseMove{Ref: f.row.Ref, FromRevision: f.row.Revision, State: CaseOpen, Round: f.row.Round, Stale: errRaced}
	agreed := find(round, func(o OpinionRow) bool {
		return o.Verdict == mine.Verdict && o.Other == mine.Other && mine.Verdict != OpinionCannotTell
	})
	var err error
	switch {
	case agreed != nil:
		move.State, move.Decided = CaseDecided, s.now()
		move.Outcome, err = s.decideCase(ctx, c, f, ch, other)
	case mine.Turn >= 3: // no two of three agree
		move.Round, move.Escalated = f.row.Round+1, s.now()
	case mine.Turn == 2 && mine.Verdict == OpinionCannotTell && round[0].Verdict == OpinionCannotTell:
		move.Round, move.Escalated = f.row.Round+1, s.now() // a third could not make a majority
	}
	ch.CaseMoves = []CaseMove{move}
	verdict := "judged"
	if move.Outcome != "" {
		verdict = string(move.Outcome)
	}
	for _, o := range append([]otherOf{{opened: f.subject}}, f.others...) {
		ch.Uses = append(ch.Uses, c.Used(s.ids.NewID(), o.row.ID, s.now(), access.CaseJudge, verdict))
	}
	return ch, Judged{State: move.State, Outcome: move.Outcome}, err
}

// decideCase adds what follows from the decision of a case: same names whom
// the subject is held to be, nil holds it to be somebody else than all.
func (s *Service) decideCase(ctx context.Context, c access.Caller, f *caseFile, ch *Changes, same *otherOf) (CaseOutcome, error) {
	if same == nil {
		outcome := OutcomeDifferent
		var err error
		switch f.subject.row.State {
		case Unnumbered:
			err = s.judgedNew(ctx, c, f, ch)
		case Merged:
			outcome, err = OutcomeSplit, s.split(ctx, c, f, ch)
		default:
		}
		for _, o := range f.others {
			f.remember(ch, o, PairDifferent, s.now())
		}
		return outcome, err
	}
	f.remember(ch, *same, PairSame, s.now())
	subject, other := f.subject, same.opened
	switch {
	case f.isSplit():
		return OutcomeKept, nil
	case subject.row.State == Unnumbered && other.row.State == Unnumbered:
		// Nobody is refused for one who was refused: one of them has to be there.
		if e, err := s.enrolmentOfPerson(ctx, other.row); err != nil || e.State == Refused {
			return OutcomeDifferent, orElse(err, s.judgedNew(ctx, c, f, ch))
		}
		return OutcomeRefused, s.judgedDuplicate(ctx, c, ch, subject)
	case subject.row.State == Unnumbered:
		return OutcomeRefused, s.judgedDuplicate(ctx, c, ch, subject)
	case other.row.State == Unnumbered:
		return OutcomeRefused, s.judgedDuplicate(ctx, c, ch, other)
	}
	if bytes.Compare(other.row.ID[:], subject.row.ID[:]) > 0 {
		subject, other = other, subject
	}
	return OutcomeMerged, s.merge(ctx, c, f.row.Ref, ch, other, subject) // the earlier number survives
}

// remember keeps what is known of the subject and another, so that it is not
// asked again unless a fact changes.
func (f *caseFile) remember(ch *Changes, o otherOf, state PairState, at time.Time) {
	revision := func(p opened) int64 {
		for _, m := range ch.Moves {
			if m.Person == p.row.ID {
				return m.Revision
			}
		}
		return p.row.Revision
	}
	ch.JudgedPairs = append(ch.JudgedPairs, judgedPair(f.subject.row.ID, o.row.ID, revision(f.subject), revision(o.opened), state, f.row.Ref, at))
	if o.pair.Other != o.row.ID { // merged into whom it is now
		ch.JudgedPairs = append(ch.JudgedPairs, judgedPair(f.subject.row.ID, o.pair.Other, revision(f.subject), 0, state, f.row.Ref, at))
	}
}

func (s *Service) enrolmentOfPerson(ctx context.Context, row PersonRow) (e EnrolmentRow, err error) {
	err = s.store.View(ctx, func(tx Tx) (err error) {
		e, err = enrolmentOf(ctx, tx, row.Receipt)
		return err
	})
	return e, err
}

// judgedNew numbers whoever waited: two officers found nobody else in the
// register to be this person.
func (s *Service) judgedNew(ctx context.Context, c access.Caller, f *caseFile, ch *Changes) error {
	e, err := s.enrolmentOfPerson(ctx, f.subject.row)
	if err != nil {
		return err
	}
	if e.State != InJudgement {
		return errRaced // it has been decided between two looks
	}
	if err := s.verdictNew(ctx, ch, f.subject.key, f.subject.row, e, c.Actor, nil); err != nil {
		return err
	}
	return s.reclaim(ctx, c, ch, f.subject)
}

// judgedDuplicate refuses whoever waited: two officers found the person in the
// register.
func (s *Service) judgedDuplicate(ctx context.Context, c access.Caller, ch *Changes, who opened) error {
	e, err := s.enrolmentOfPerson(ctx, who.row)
	if err != nil {
		return err
	}
	if e.State != InJudgement {
		return errRaced // it has been decided between two looks
	}
	e.DecidedBy = c.Actor
	return s.verdictRefused(ctx, ch, who, e, nil)
}

// reclaim gives a person back the documents that a refusal released, unless
// they are somebody else's by now: those leave the record.
func (s *Service) reclaim(ctx context.Context, c access.Caller, ch *Changes, who opened) error {
	owners, err := s.documentOwners(ctx, who.Documents)
	if err != nil {
		return err
	}
	next := *who.record
	next.Documents = nil
	var free []Document
	for i, d := range who.Documents {
		switch owner := owners[i]; {
		case !s.rules.document[d.Type].Claims || owner == who.row.ID:
		case owner.IsZero():
			free = append(free, d)
		default:
			continue
		}
		next.Documents = append(next.Documents, d)
	}
	if err := s.claimFree(ctx, ch, who.row.ID, free); err != nil {
		return err
	}
	if len(next.Documents) == len(who.Documents) {
		return nil
	}
	return s.rewrite(ctx, c, ch, who, &next, "judgement")
}
