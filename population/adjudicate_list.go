package population

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
)

// CaseEntry is an open case in a list: nobody is named in it.
type CaseEntry struct {
	Ref       uid.Ref
	Locality  string
	Cause     CaseCause
	Opened    time.Time
	Due       time.Time // the end of the legal clock
	Escalated time.Time // zero while the clock runs
	Waiting   bool      // somebody waits for a number
}

// Cases returns the open cases of an area after a cursor, the oldest first:
// those on which the officer has no opinion yet. The area is one of the
// caller's, or lies in one.
func (s *Service) Cases(ctx context.Context, c access.Caller, area string, after CaseCursor, limit int) ([]CaseEntry, error) {
	if err := c.MayIn(access.CaseList, area); err != nil {
		return nil, err
	}
	return s.cases(ctx, CaseFilter{Area: area, Without: c.Actor, After: after, Limit: limit})
}

// Overdue returns open cases whose time is over, everywhere, for operators.
func (s *Service) Overdue(ctx context.Context, c access.Caller, after CaseCursor, limit int) ([]CaseEntry, error) {
	if err := c.May(access.CaseOverdue); err != nil {
		return nil, err
	}
	return s.cases(ctx, CaseFilter{Area: access.AnyArea, Escalated: true, After: after, Limit: limit})
}

func (s *Service) cases(ctx context.Context, f CaseFilter) ([]CaseEntry, error) {
	if err := checkPage(f.Limit); err != nil {
		return nil, err
	}
	var rows []CaseRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		rows, err = tx.OpenCases(ctx, f)
		return err
	})
	out := make([]CaseEntry, len(rows))
	for i, r := range rows {
		out[i] = CaseEntry{Ref: r.Ref, Locality: r.Locality, Cause: r.Cause, Opened: r.Opened, Due: r.Due, Escalated: r.Escalated, Waiting: r.Receipt != ""}
	}
	return out, err
}

// Cursor is where the list goes on after this entry.
func (e CaseEntry) Cursor() CaseCursor { return CaseCursor{At: e.Opened, Ref: e.Ref} }

func checkPage(limit int) error {
	if limit < 1 || limit > MaxPage {
		return errs.Bad("limit", "the page has an unusual size", "ask for 1 to 100 rows")
	}
	return nil
}

// WaitingEntry is an enrolment whose witnesses wait to be heard.
type WaitingEntry struct {
	Receipt  uid.Ref
	Locality string
	Captured time.Time
	Due      time.Time
	Overdue  bool
}

// Cursor is where the list goes on after this entry.
func (e WaitingEntry) Cursor() CaseCursor { return CaseCursor{At: e.Captured, Ref: e.Receipt} }

// Waiting returns the enrolments of an area that await acceptance, the oldest
// first, for the second officer.
func (s *Service) Waiting(ctx context.Context, c access.Caller, area string, after CaseCursor, limit int) ([]WaitingEntry, error) {
	if err := c.MayIn(access.CaseWaiting, area); err != nil {
		return nil, err
	}
	if err := checkPage(limit); err != nil {
		return nil, err
	}
	var rows []EnrolmentRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		rows, err = tx.AwaitingAcceptance(ctx, area, after, limit)
		return err
	})
	out := make([]WaitingEntry, len(rows))
	for i, r := range rows {
		due := r.CapturedAt.Add(s.judgementClock())
		out[i] = WaitingEntry{Receipt: r.Receipt, Locality: r.Locality, Captured: r.CapturedAt, Due: due, Overdue: !s.now().Before(due)}
	}
	return out, err
}

// TopicEscalated says that the time to judge a case is over. It has no body.
const TopicEscalated = "person.case_escalated"

// Escalate marks open cases whose time is over, at most limit of them, and
// returns how many: silence refuses nobody, it makes the case somebody else's
// matter too.
func (s *Service) Escalate(ctx context.Context, c access.Caller, limit int) (int, error) {
	if err := c.May(access.JobRun); err != nil {
		return 0, err
	}
	n := 0
	err := s.store.Do(ctx, func(tx Tx) error {
		n = 0
		now := s.now()
		due, err := tx.DueCases(ctx, now, limit)
		if err != nil {
			return err
		}
		ch := &Changes{}
		for _, ref := range due {
			row, ok, err := tx.Case(ctx, ref)
			if err != nil || !ok {
				return err
			}
			ch.Escalations = append(ch.Escalations, Escalation{Case: ref, At: now})
			ch.Events = append(ch.Events, outbox.Event{ID: s.ids.NewID(), Subject: row.Person, Topic: TopicEscalated, At: now})
		}
		n = len(due)
		return tx.Apply(ctx, ch)
	})
	return n, err
}
