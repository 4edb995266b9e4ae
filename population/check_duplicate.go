package population

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/clock"
	"sijil/internal/outbox"
	"sijil/internal/uid"
	"sijil/linkage"
	"sijil/seal"
)

// refusedDuplicate is the reason of a refusal because the person is enrolled.
const refusedDuplicate = "duplicate"

// Verdicts of a check, as uses keep them: what the other person sees.
const (
	useDuplicate = "duplicate" // an enrolment was refused because it is this person's
	useLikeness  = "likeness"  // people decide whether an enrolment is this person's
)

// waitStep is the first pause before an earlier enrolment is looked at again;
// it doubles.
const waitStep = 2 * time.Millisecond

// settled is an enrolment whose check has ended.
type settled struct {
	enrolment EnrolmentRow
	idcs      idcs.IDCS // zero unless numbered
}

// conclude checks an enrolment that is committed as checking, with its keys,
// against everyone, and commits the verdict:
//
//  1. A snapshot that is newer than the commit shows everyone who shares a key,
//     those who are being checked too.
//  2. Of two that see each other the later, by time of capture and id, waits
//     for the verdict on the earlier one; when that does not come in time,
//     people judge.
//  3. The verdict holds only if nobody challenged the enrolment since the
//     snapshot. The earlier of two challenges the later in the transaction of
//     its own verdict: whichever of the two verdicts comes second finds itself
//     stale, looks again, and sees the other. So two enrolments of one person
//     are never numbered both, whatever the order of their steps.
//
// It may run twice for one enrolment, at the same time too: the second finds
// the verdict of the first. An enrolment that is not being checked is returned
// as it is.
//
// k is the record made ready, nil when it has to be read first.
func (s *Service) conclude(ctx context.Context, c access.Caller, op access.Operation, receipt uid.Ref, k *sought) (settled, error) {
	waited, pause := time.Duration(0), waitStep
	for round := 0; ; {
		look, err := s.look(ctx, receipt, &k)
		if err != nil {
			return settled{}, err
		}
		if look.enrolment.State != Checking {
			return s.outcome(look.enrolment, look.person)
		}
		f := s.weigh(look, k)
		if f.earlier && waited < s.duplicates.Search.wait() {
			if err := clock.Wait(ctx, pause); err != nil {
				return settled{}, err
			}
			waited += pause
			pause *= 2
			continue
		}
		ch, out, err := s.verdict(ctx, c, op, look, f)
		if err == nil {
			err = s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, ch) })
		}
		if round++; err == nil || round > rounds || !isRaced(err) && !errors.Is(err, errNumberTaken) {
			return out, err
		}
		// Another check came first: what it left is looked at.
	}
}

// inquiry is what one snapshot shows of a check.
type inquiry struct {
	enrolment EnrolmentRow
	person    opened
	found     neighbours
	others    []opened
	pending   map[uid.ID]EnrolmentRow // of the others without a number
}

// look takes the snapshot of a check and opens whom it found: a comparison
// inside the register. k keeps the keys between two looks.
func (s *Service) look(ctx context.Context, receipt uid.Ref, k **sought) (*inquiry, error) {
	if *k == nil {
		q, err := s.checked(ctx, receipt)
		if err != nil || q.enrolment.State != Checking {
			return q, err
		}
		if *k, err = s.seek(ctx, q.person.record); err != nil {
			return nil, err
		}
	}
	q := &inquiry{}
	var rows []PersonRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		if q.enrolment, err = enrolmentOf(ctx, tx, receipt); err != nil {
			return err
		}
		rows, err = s.meet(ctx, tx, q, *k)
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
	return q, nil
}

// meet reads the person of an inquiry and everybody who shares a key, in one
// snapshot.
func (s *Service) meet(ctx context.Context, tx Tx, q *inquiry, k *sought) ([]PersonRow, error) {
	var err error
	if q.found, err = s.search(ctx, tx, q.enrolment.Person, k); err != nil {
		return nil, err
	}
	people, err := tx.Persons(ctx, append([]uid.ID{q.enrolment.Person}, q.found.people...), Counter)
	if err != nil {
		return nil, err
	}
	rows := []PersonRow{people[q.enrolment.Person]}
	q.pending = map[uid.ID]EnrolmentRow{}
	for _, id := range q.found.people {
		row, ok := people[id]
		if !ok || row.State == Merged {
			continue
		}
		if row.State == Unnumbered {
			e, known, err := tx.Enrolment(ctx, row.Receipt)
			if err != nil {
				return nil, err
			}
			if !known || e.State != Checking && e.State != InJudgement {
				continue // one that awaits acceptance is checked then, and sees this one
			}
			q.pending[id] = e
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func enrolmentOf(ctx context.Context, tx Tx, receipt uid.Ref) (EnrolmentRow, error) {
	e, ok, err := tx.Enrolment(ctx, receipt)
	if err == nil && !ok {
		err = unknownReceipt()
	}
	return e, err
}

// checked reads an enrolment and its person.
func (s *Service) checked(ctx context.Context, receipt uid.Ref) (*inquiry, error) {
	q := &inquiry{}
	var row PersonRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		if q.enrolment, err = enrolmentOf(ctx, tx, receipt); err != nil {
			return err
		}
		people, err := tx.Persons(ctx, []uid.ID{q.enrolment.Person}, Counter)
		row = people[q.enrolment.Person]
		return err
	})
	if err != nil {
		return nil, err
	}
	list, err := s.inside(ctx, row)
	if err != nil {
		return nil, err
	}
	if q.person = list[0]; q.person.record == nil && q.enrolment.State == Checking {
		return nil, unknownReceipt()
	}
	return q, nil
}

// likenesses are what a comparison with everybody found.
type likenesses struct {
	band     linkage.Band
	pairs    []casePair // from Judge on, the likest first
	later    []uid.Ref  // enrolments like this one that are being checked, and wait for this one
	earlier  bool       // one like this one is being checked and came first
	compared int64
	cut      int64
	blind    bool // no ladder was read in full
}

// weigh compares a record with everybody who was found.
func (s *Service) weigh(q *inquiry, k *sought) likenesses {
	f := likenesses{cut: int64(q.found.cut), blind: q.found.ladders > 0 && q.found.cut >= q.found.ladders}
	for _, o := range q.others {
		if o.record == nil {
			continue // erased
		}
		f.compared++
		p := s.compare(k, o)
		if p.Band == linkage.New {
			continue
		}
		if e, pending := q.pending[o.row.ID]; pending {
			p.Band = linkage.Judge // nobody is refused for one who has no number
			switch {
			case e.State != Checking:
			case before(e, q.enrolment):
				f.earlier = true
			default:
				f.later = append(f.later, e.Receipt)
				continue
			}
		} else if o.row.State == Deceased {
			p.Band = linkage.Judge // a death that is wrong is mended by people
		}
		f.pairs = append(f.pairs, p)
		f.band = max(f.band, p.Band)
	}
	slices.SortStableFunc(f.pairs, func(a, b casePair) int { return cmp.Or(cmp.Compare(b.Band, a.Band), cmp.Compare(b.Weight, a.Weight)) })
	slices.Sort(f.later)
	if f.band == linkage.New && f.blind {
		f.band = linkage.Judge
	}
	return f
}

// before reports whether an enrolment was captured before another.
func before(a, b EnrolmentRow) bool {
	return cmp.Or(a.CapturedAt.Compare(b.CapturedAt), bytes.Compare(a.Person[:], b.Person[:])) < 0
}

// compare compares two records by the names that are likest.
func (s *Service) compare(k *sought, o opened) casePair {
	p := casePair{Other: o.row.ID}
	first := true
	for _, values := range s.duplicates.values(o.record) {
		form, err := s.duplicates.model.Record(values)
		if err != nil { // the number of columns is the rules' own
			continue
		}
		for _, mine := range k.forms {
			sc := s.duplicates.model.Compare(mine, form)
			if first || sc.Weight > p.Weight {
				p.Weight, p.Band, p.Guard, first = sc.Weight, sc.Band, sc.Guard, false
			}
		}
	}
	if p.Band == linkage.Same && s.duplicates.contradict(k.record, o.record) {
		p.Band, p.Guard = linkage.Judge, linkage.DocumentsDiffer
	}
	return s.children(k.record, o.record, p)
}

// verdict makes the rows of a verdict, and what it is once they are written.
func (s *Service) verdict(ctx context.Context, c access.Caller, op access.Operation, q *inquiry, f likenesses) (*Changes, settled, error) {
	ch, out := &Changes{}, settled{enrolment: q.enrolment}
	err := s.decideCheck(ctx, c, op, q, f, ch, &out.idcs)
	if err == nil {
		v := ch.Verdicts[0]
		out.enrolment.State, out.enrolment.DecidedBy, out.enrolment.DecidedAt, out.enrolment.Reason, out.enrolment.EraseAfter = v.To, v.By, v.At, v.Reason, v.EraseAfter
	}
	return ch, out, err
}

func (s *Service) decideCheck(ctx context.Context, c access.Caller, op access.Operation, q *inquiry, f likenesses, ch *Changes, number *idcs.IDCS) (err error) {
	check := &Check{Model: s.duplicates.hash, Compared: f.compared, Cut: f.cut, Challenges: q.enrolment.Challenges}
	for _, receipt := range f.later {
		ch.Challenges = append(ch.Challenges, Challenge{Receipt: receipt, Stale: errRaced})
	}
	used := func(verdict string, pairs []casePair) {
		for _, p := range pairs {
			ch.Uses = append(ch.Uses, c.Used(s.ids.NewID(), p.Other, s.now(), op, verdict))
		}
	}
	switch f.band {
	case linkage.Same:
		ch.Challenges = nil // they look at the one who is enrolled
		used(useDuplicate, slices.DeleteFunc(slices.Clone(f.pairs), func(p casePair) bool { return p.Band != linkage.Same }))
		return s.verdictRefused(ctx, ch, q.person, q.enrolment, check)
	case linkage.Judge:
		used(useLikeness, f.pairs)
		ch.Verdicts = []Verdict{{Receipt: q.enrolment.Receipt, From: Checking, To: InJudgement, By: q.enrolment.DecidedBy, At: q.enrolment.DecidedAt, Check: check, Stale: errRaced}}
		s.openCase(ch, q.person.row.ID, q.enrolment.Receipt, q.enrolment.Locality, CaseLikeness, f.pairs)
		return nil
	}
	*number, err = s.verdictNumber(ctx, ch, q.person.key, q.person.row, q.enrolment, q.enrolment.DecidedBy, check)
	return err
}

// verdictNew adds the rows by which an enrolment is numbered: of somebody who
// is found to be nobody else. by is the officer who decided, zero for the
// register itself; check may be nil.
func (s *Service) verdictNew(ctx context.Context, ch *Changes, key seal.Key, row PersonRow, e EnrolmentRow, by uid.ID, check *Check) error {
	_, err := s.verdictNumber(ctx, ch, key, row, e, by, check)
	return err
}

// verdictNumber is verdictNew, and returns the number.
func (s *Service) verdictNumber(ctx context.Context, ch *Changes, key seal.Key, row PersonRow, e EnrolmentRow, by uid.ID, check *Check) (idcs.IDCS, error) {
	n, sealed, err := s.number(ctx, ch, key, row.ID)
	if err != nil {
		return n, err
	}
	now := s.now()
	ch.Moves = append(ch.Moves, Move{Person: row.ID, FromRevision: row.Revision, FromState: Unnumbered, Revision: row.Revision, State: Active,
		Locality: row.Locality, Assurance: row.Assurance, Number: sealed, At: now, Stale: errRaced})
	ch.Verdicts = append(ch.Verdicts, Verdict{Receipt: e.Receipt, From: e.State, To: Numbered, By: by, At: now, Check: check, Stale: errRaced})
	if !by.IsZero() || e.Shown == ByWitnesses { // not in the act that captured it
		ch.Events = append(ch.Events, outbox.Event{ID: s.ids.NewID(), Subject: row.ID, Topic: TopicNumbered, At: now})
	}
	return n, nil
}

// verdictRefused adds the rows by which an enrolment is refused as a duplicate:
// whoever comes back shows the same papers, and is looked for no more; the data
// are kept apart for a contest, and erased.
func (s *Service) verdictRefused(ctx context.Context, ch *Changes, p opened, e EnrolmentRow, check *Check) (err error) {
	if ch.ReleaseDocuments, err = s.releases(ctx, p.row.ID, p.Documents); err != nil {
		return err
	}
	if ch.DropBlocking, err = s.blockingRows(ctx, p.row.ID, p.record); err != nil {
		return err
	}
	ch.Verdicts = append(ch.Verdicts, Verdict{Receipt: e.Receipt, From: e.State, To: Refused, By: e.DecidedBy, At: s.now(), Reason: refusedDuplicate,
		EraseAfter: s.today().AddDays(s.rules.KeepDays.Days), Check: check, Stale: errRaced})
	return nil
}

// outcome is what is kept of an enrolment whose check has ended.
func (s *Service) outcome(e EnrolmentRow, p opened) (settled, error) {
	out := settled{enrolment: e}
	if e.State != Numbered || p.record == nil {
		return out, nil
	}
	var err error
	out.idcs, err = s.openNumber(p.key, p.row.ID, p.row.Number)
	return out, err
}

// enrolled is the answer to whoever captured the enrolment.
func (o settled) enrolled(rules *Rules) Enrolled {
	out := Enrolled{State: o.enrolment.State, Receipt: o.enrolment.Receipt, IDCS: o.idcs, Assurance: o.enrolment.Shown}
	if r := rules.refusal(o.enrolment.Reason); r != nil && out.State == Refused {
		out.Refusal = &Refusal{Code: r.Code, Reason: r.Text, Help: r.Help}
	}
	return out
}

// checkGrace is how long a check may take before it is taken for one that was
// cut off.
const checkGrace = 30 * time.Second

// FinishChecks takes up enrolments whose check was cut off, at most limit of
// them, the earliest first, and returns how many it finished.
func (s *Service) FinishChecks(ctx context.Context, c access.Caller, limit int) (int, error) {
	if err := c.May(access.JobRun); err != nil {
		return 0, err
	}
	var due []uid.Ref
	err := s.store.View(ctx, func(tx Tx) (err error) {
		due, err = tx.Checking(ctx, s.now().Add(-checkGrace), limit)
		return err
	})
	if err != nil {
		return 0, err
	}
	n := 0
	var failed []error
	for _, receipt := range due {
		if _, err := s.conclude(ctx, c, access.PersonEnrol, receipt, nil); err != nil { // one that cannot be checked holds up no other
			failed = append(failed, err)
			continue
		}
		n++
	}
	return n, errors.Join(failed...)
}
