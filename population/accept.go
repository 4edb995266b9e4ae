package population

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

// Acceptance is what the second officer decides about witnesses.
type Acceptance struct {
	Accept bool   `json:"accept"`
	Reason string `json:"reason,omitempty"` // of a refusal: a code of the country's data
}

// Accept accepts or refuses the witnesses of an enrolment: a second officer,
// of the local authority, never the one who captured it. An accepted enrolment is
// checked against everybody, as Enrol does it. The number itself is handed out by
// Show, at the counter.
func (s *Service) Accept(ctx context.Context, c access.Caller, key string, receipt uid.Ref, a Acceptance) (Status, error) {
	if err := c.May(access.PersonAccept); err != nil {
		return Status{}, err
	}
	return s.accept(ctx, c, key, receipt, a)
}

// Status is what became of an enrolment.
type Status struct {
	Receipt   uid.Ref
	State     EnrolmentState
	Captured  time.Time
	Decided   time.Time // zero while it is not
	Assurance Assurance
	Reason    string    // code, of a refusal
	Reopened  time.Time // when a refusal was contested; zero when it was not
}

// Receipt returns what became of an enrolment, to whoever holds its receipt.
// It tells no name and no number. Staff see those of their area.
func (s *Service) Receipt(ctx context.Context, c access.Caller, receipt uid.Ref) (Status, error) {
	if err := c.May(access.PersonReceipt); err != nil {
		return Status{}, err
	}
	return s.receipt(ctx, c, receipt)
}

func unknownReceipt() error {
	return &errs.Error{Kind: errs.NotFound, Code: "population.unknown_receipt", Field: "receipt",
		What: "there is no enrolment with this receipt", Fix: "copy all 26 letters and digits of it"}
}

func (s *Service) receipt(ctx context.Context, c access.Caller, receipt uid.Ref) (Status, error) {
	var out Status
	err := s.store.View(ctx, func(tx Tx) error {
		e, ok, err := tx.Enrolment(ctx, receipt)
		if err != nil {
			return err
		}
		if !ok {
			return unknownReceipt()
		}
		if c.Kind == access.Staff && !c.In(e.Locality) {
			return outside()
		}
		out = e.status()
		contests, err := tx.Contests(ctx, receipt)
		if len(contests) > 0 {
			out.Reopened = contests[len(contests)-1].At
		}
		return err
	})
	return out, err
}

func (e EnrolmentRow) status() Status {
	return Status{Receipt: e.Receipt, State: e.State, Captured: e.CapturedAt, Decided: e.DecidedAt, Assurance: e.Shown, Reason: e.Reason}
}

// judgement is what a second officer decides on, as it was read.
type judgement struct {
	enrolment EnrolmentRow
	person    opened
	witnesses []PersonRow
	contests  []ContestRow
}

func (s *Service) accept(ctx context.Context, c access.Caller, key string, receipt uid.Ref, a Acceptance) (Status, error) {
	if !a.Accept && s.rules.refusal(a.Reason) == nil || a.Accept && a.Reason != "" {
		return Status{}, &errs.Error{Kind: errs.Invalid, Code: "population.reason", Field: "reason",
			What: "a refusal states a reason of the country's list, an acceptance none", Fix: "use a code of the list"}
	}
	req, err := s.request(ctx, c, access.PersonAccept, key, a, string(receipt))
	if err != nil {
		return Status{}, err
	}
	var j judgement
	var ch *Changes
	var refused error
	ready := func(int) (err error) {
		if j, err = s.awaiting(ctx, c, receipt); err == nil && a.Accept { // a refusal needs no witnesses: theirs may be its reason
			err = s.stillWitnesses(ctx, c, &j)
		}
		if err != nil {
			if errs.KindOf(err) == errs.Internal || errs.KindOf(err) == errs.Unavailable {
				return err
			}
			refused = err // a repeated act gets its first answer all the same
			return nil
		}
		ch, refused = s.decide(c, j, a), nil
		if !a.Accept { // whoever comes back shows the same papers
			if ch.ReleaseDocuments, err = s.releases(ctx, j.person.row.ID, j.person.Documents); err == nil {
				ch.DropBlocking, err = s.blockingRows(ctx, j.person.row.ID, j.person.record)
			}
		}
		return err
	}
	response, err := s.once(ctx, req, ready, func(tx Tx) ([]byte, error) {
		if refused != nil {
			return nil, refused
		}
		if err := tx.Apply(ctx, ch); err != nil {
			return nil, err
		}
		e := j.enrolment
		v := ch.Verdicts[0]
		e.State, e.DecidedAt, e.Reason = v.To, v.At, v.Reason
		return json.Marshal(e.status())
	})
	if err != nil {
		return Status{}, err
	}
	var out Status
	if err := json.Unmarshal(response, &out); err != nil {
		return Status{}, &errs.Error{Code: "population.response", What: "a kept answer cannot be read"}
	}
	if out.State != Checking {
		return out, nil
	}
	done, err := s.conclude(ctx, c, access.PersonAccept, receipt, nil)
	return done.enrolment.status(), err
}

// awaiting reads an enrolment that awaits this officer, and holds the officer
// to the rule.
func (s *Service) awaiting(ctx context.Context, c access.Caller, receipt uid.Ref) (judgement, error) {
	var j judgement
	err := s.store.View(ctx, func(tx Tx) error {
		e, ok, err := tx.Enrolment(ctx, receipt)
		if err != nil {
			return err
		}
		if !ok {
			return unknownReceipt()
		}
		j.enrolment = e
		if j.contests, err = tx.Contests(ctx, receipt); err != nil {
			return err
		}
		people, err := tx.Persons(ctx, []uid.ID{e.Person}, Counter)
		j.person.row = people[e.Person]
		return err
	})
	if err != nil {
		return j, err
	}
	if err := j.mayDecide(c); err != nil {
		return j, err
	}
	list, err := s.inside(ctx, j.person.row)
	if err != nil {
		return j, err
	}
	if list[0].record == nil {
		return j, unknownReceipt()
	}
	j.person = list[0]
	return j, nil
}

func (j *judgement) mayDecide(c access.Caller) error {
	switch {
	case !c.In(j.enrolment.Locality):
		return outside()
	case j.enrolment.State != AwaitingAcceptance:
		return conflict("not_awaiting", "receipt", "this enrolment does not await acceptance", "ask for its status")
	case slices.ContainsFunc(j.contests, func(k ContestRow) bool { return k.RefusedBy == c.Actor }):
		return &errs.Error{Kind: errs.Denied, Code: "population.same_officer", What: "whoever refused an enrolment does not hear its witnesses again",
			Fix: "hand it to another officer of the local authority"}
	case j.enrolment.CapturedBy == c.Actor:
		return &errs.Error{Kind: errs.Denied, Code: "population.same_officer", What: "whoever captured an enrolment does not accept its witnesses",
			Fix: "hand it to a second officer of the local authority"}
	}
	return nil
}

// stillWitnesses holds that the witnesses live and that none is the second
// officer or a colleague.
func (s *Service) stillWitnesses(ctx context.Context, c access.Caller, j *judgement) error {
	err := s.store.View(ctx, func(tx Tx) error {
		people, err := s.live(ctx, tx, j.person.Witnesses, Agency)
		j.witnesses = nil
		for _, id := range j.person.Witnesses {
			j.witnesses = append(j.witnesses, people[id])
		}
		return err
	})
	if err != nil {
		return err
	}
	keys, err := s.keysOf(ctx, j.witnesses, true)
	if err != nil {
		return err
	}
	for i, w := range j.witnesses {
		k, there := keys[w.Key]
		if !there || w.State != Active {
			return conflict("witness_unknown", index("witnesses", i), "a witness is no longer a living person of the register", "refuse, and ask for another witness")
		}
		found, err := s.colleague(ctx, c, opened{row: w, key: k}, index("witnesses", i))
		if err != nil {
			return err
		}
		if found.wrong != nil {
			return found.wrong
		}
	}
	return nil
}

// decide makes the rows of a verdict.
func (s *Service) decide(c access.Caller, j judgement, a Acceptance) *Changes {
	now, row := s.now(), j.person.row
	v := Verdict{Receipt: j.enrolment.Receipt, From: AwaitingAcceptance, To: Checking, By: c.Actor, At: now, Reason: a.Reason, Stale: errRaced}
	ch := &Changes{Uses: []access.Use{c.Used(s.ids.NewID(), row.ID, now, access.PersonAccept, "accepted")}}
	if !a.Accept {
		v.To, v.EraseAfter = Refused, s.today().AddDays(s.rules.KeepDays.Days)
		ch.Uses[0].Verdict = "refused"
	}
	ch.Verdicts = []Verdict{v}
	return ch
}

// Awaiting is what the second officer compares with the people at the counter.
type Awaiting struct {
	Names     []Name
	Birth     Birth
	Sex       Sex
	Witnesses [][]Name // official names
}

// Review shows a second officer the enrolment that awaits acceptance: a
// disclosure of the person, and one of each witness.
func (s *Service) Review(ctx context.Context, c access.Caller, receipt uid.Ref) (Awaiting, error) {
	if err := c.May(access.PersonAccept); err != nil {
		return Awaiting{}, err
	}
	j, err := s.awaiting(ctx, c, receipt)
	if err == nil {
		err = s.stillWitnesses(ctx, c, &j)
	}
	if err != nil {
		return Awaiting{}, err
	}
	list, err := s.disclose(ctx, func(tx Tx) ([]looked, *Changes, error) {
		ids := append([]uid.ID{j.person.row.ID}, j.person.Witnesses...)
		people, err := tx.Persons(ctx, ids, Counter)
		if err != nil {
			return nil, nil, err
		}
		out := make([]looked, len(ids))
		for i, id := range ids {
			fields := []string{"names"}
			if i == 0 {
				fields = []string{"names", "birth", "sex"}
			}
			out[i] = looked{people[id], c.Disclose(s.ids.NewID(), id, s.now(), access.PersonAccept, fields...)}
		}
		return out, &Changes{}, nil
	})
	if err != nil {
		return Awaiting{}, err
	}
	out := Awaiting{Names: list[0].Names, Birth: list[0].Birth, Sex: list[0].Sex}
	for _, w := range list[1:] {
		out.Witnesses = append(out.Witnesses, []Name{official(w.Names)})
	}
	return out, nil
}
