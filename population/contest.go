package population

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/linkage"
)

// Contest hears a refused person who shows up with the receipt, at any
// counter: an officer who had nothing to do with the refusal takes it. A
// refusal as a duplicate, or of somebody who is like another by now, becomes a
// case that two officers judge; refused witnesses are heard again, by another
// second officer. The data are kept until that has ended.
//
// Errors: Conflict with code population.not_refused, population.contest_over
// once the time to contest has ended; Denied with code population.same_officer.
func (s *Service) Contest(ctx context.Context, c access.Caller, key string, receipt uid.Ref) (Status, error) {
	if err := c.May(access.PersonContest); err != nil {
		return Status{}, err
	}
	return s.contest(ctx, c, key, receipt)
}

func (s *Service) contest(ctx context.Context, c access.Caller, key string, receipt uid.Ref) (Status, error) {
	req, err := s.request(ctx, c, access.PersonContest, key, struct{}{}, string(receipt))
	if err != nil {
		return Status{}, err
	}
	response, err := s.act(ctx, req, func() (*Changes, []byte, error) {
		q, pairs, err := s.contested(ctx, c, receipt)
		if err != nil {
			return nil, nil, err
		}
		ch, to, err := s.reopen(ctx, c, q, pairs)
		if err != nil {
			return nil, nil, err
		}
		st := q.enrolment.status()
		st.State, st.Reason, st.Decided, st.Reopened = to, "", time.Time{}, s.now()
		text, err := json.Marshal(st)
		return ch, text, err
	})
	if err != nil {
		return Status{}, err
	}
	var out Status
	if err := json.Unmarshal(response, &out); err != nil {
		return Status{}, &errs.Error{Code: "population.response", What: "a kept answer cannot be read"}
	}
	return out, nil
}

// contested reads a refused enrolment, and whom it is like now: whoever a
// comparison finds, and whoever has its documents by now.
func (s *Service) contested(ctx context.Context, c access.Caller, receipt uid.Ref) (*inquiry, []casePair, error) {
	q, err := s.checked(ctx, receipt)
	if err != nil {
		return nil, nil, err
	}
	e := q.enrolment
	switch {
	case e.State != Refused:
		return nil, nil, conflict("not_refused", "receipt", "this enrolment is not refused", "ask for its status")
	case q.person.record == nil || s.today().After(e.EraseAfter):
		return nil, nil, conflict("contest_over", "receipt", "the time to contest has ended, and the data are erased", "enrol the person anew")
	case e.CapturedBy == c.Actor || e.DecidedBy == c.Actor:
		return nil, nil, &errs.Error{Kind: errs.Denied, Code: "population.same_officer", What: "whoever captured or refused an enrolment does not hear the contest",
			Fix: "hand it to another officer"}
	}
	pairs, err := s.alike(ctx, q.enrolment, q.person)
	if err != nil {
		return nil, nil, err
	}
	owners, err := s.documentOwners(ctx, q.person.Documents)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range owners {
		if !id.IsZero() && id != q.person.row.ID && !slices.ContainsFunc(pairs, func(p casePair) bool { return p.Other == id }) {
			pairs = append(pairs, casePair{Other: id, Band: linkage.Judge})
		}
	}
	return q, pairs, nil
}

// alike returns whom an opened person is like, as a check finds them.
func (s *Service) alike(ctx context.Context, e EnrolmentRow, who opened) ([]casePair, error) {
	k, err := s.seek(ctx, who.record)
	if err != nil {
		return nil, err
	}
	q := &inquiry{enrolment: e}
	q.enrolment.Person = who.row.ID
	var rows []PersonRow
	err = s.store.View(ctx, func(tx Tx) (err error) {
		rows, err = s.meet(ctx, tx, q, k)
		return err
	})
	if err != nil {
		return nil, err
	}
	list, err := s.inside(ctx, rows...)
	if err != nil {
		return nil, err
	}
	q.person, q.others = list[0], list[1:]
	return s.weigh(q, k).pairs, nil
}

// reopen makes the rows of a contest.
func (s *Service) reopen(ctx context.Context, c access.Caller, q *inquiry, pairs []casePair) (*Changes, EnrolmentState, error) {
	e, who, now := q.enrolment, q.person, s.now()
	to := AwaitingAcceptance
	if e.Reason == duplicateRefusal || len(pairs) > 0 || e.Shown != ByWitnesses {
		to = InJudgement
	}
	ch := &Changes{Uses: []access.Use{c.Used(s.ids.NewID(), who.row.ID, now, access.PersonContest, "contested")}}
	ch.Verdicts = []Verdict{{Receipt: e.Receipt, From: Refused, To: to, Stale: errRaced}}
	ch.Contests = []ContestRow{{Receipt: e.Receipt, ID: s.ids.NewID(), At: now, TakenBy: c.Actor, RefusedBy: e.DecidedBy, RefusedFor: e.Reason}}
	if to == InJudgement {
		s.openCase(ch, who.row.ID, e.Receipt, e.Locality, CaseContested, pairs)
	}
	owners, err := s.documentOwners(ctx, who.Documents)
	if err != nil {
		return nil, "", err
	}
	var free []Document
	for i, d := range who.Documents {
		if owners[i].IsZero() {
			free = append(free, d)
		}
	}
	if err := s.claimFree(ctx, ch, who.row.ID, free); err != nil {
		return nil, "", err
	}
	return ch, to, s.moveKeys(ctx, ch, who.row.ID, nil, who.record)
}
