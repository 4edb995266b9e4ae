package population

import (
	"context"
	"slices"
	"strings"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/errs"
)

// revision is a new version of a record in the making.
type revision struct {
	old  opened
	next record
	from civil.Date // zero: since ever
	why  string
	ch   Changes

	assurance Assurance
	changed   []Field
}

// stale is the error of an act on a version that is no longer the latest.
func stale() error {
	return conflict("stale", "revision", "the record was changed meanwhile", "look at it again, then repeat what is still needed")
}

// write makes the rows of a revision.
func (s *Service) write(ctx context.Context, c access.Caller, r *revision) error {
	now, row := s.now(), r.old.row
	r.changed = r.old.changed(&r.next)
	if len(r.changed) == 0 {
		return &errs.Error{Kind: errs.Invalid, Code: "population.no_change", What: "nothing would change", Fix: "state what is to be changed"}
	}
	sealed, err := r.next.seal(r.old.key, row.ID, row.Revision+1)
	if err != nil {
		return err
	}
	r.ch.Moves = []Move{{
		Person: row.ID, FromRevision: row.Revision, FromState: row.State, Revision: row.Revision + 1, State: row.State,
		Locality: r.next.Locality, Assurance: r.assurance, At: now, Stale: stale(),
	}}
	r.ch.Records = []RecordRow{{
		Person: row.ID, Revision: row.Revision + 1, ValidFrom: r.from, RecordedAt: now, RecordedBy: c.Actor, Cause: r.why,
		Changed: strings.Join(fieldNames(r.changed), ","), Sealed: sealed,
	}}
	r.ch.Uses = append(r.ch.Uses, c.Used(s.ids.NewID(), row.ID, now, access.PersonCorrect, "revised"))
	if e, needed := s.correctedEvent(row.ID, r.changed); needed {
		r.ch.Events = append(r.ch.Events, e)
	}
	return s.lookedForAnew(ctx, r)
}

// revisable finds the person of an act that writes a new version. Whoever has
// no number yet, or was refused one, is not corrected.
func (s *Service) revisable(ctx context.Context, find func(tx Tx) (PersonRow, error)) (opened, error) {
	return s.revisableBut(ctx, find, Unnumbered, Merged)
}

// revisableBut finds the person of an act that writes a new version, and
// refuses a person in some states.
func (s *Service) revisableBut(ctx context.Context, find func(tx Tx) (PersonRow, error), not ...State) (opened, error) {
	var row PersonRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		row, err = find(tx)
		return err
	})
	if err != nil {
		return opened{}, err
	}
	if slices.Contains(not, row.State) {
		return opened{}, conflict("state", "person", "the record of a person in this state is not changed", "finish the enrolment, or change the record it was merged into")
	}
	list, err := s.inside(ctx, row)
	if err != nil {
		return opened{}, err
	}
	if list[0].record == nil {
		return opened{}, unknownToken("person")
	}
	return list[0], nil
}

// act runs an act whose rows are made ready outside its transaction. What is
// wrong with it is found in a transaction too, so that a repeated act gets its
// first answer all the same.
func (s *Service) act(ctx context.Context, req request, rows func() (ch *Changes, response []byte, err error)) ([]byte, error) {
	var ch *Changes
	var response []byte
	var wrong error
	ready := func(int) error {
		ch, response, wrong = rows()
		if wrong != nil && (errs.KindOf(wrong) == errs.Internal || errs.KindOf(wrong) == errs.Unavailable) {
			return wrong
		}
		return nil
	}
	return s.once(ctx, req, ready, func(tx Tx) ([]byte, error) {
		if wrong != nil {
			return nil, wrong
		}
		return response, tx.Apply(ctx, ch)
	})
}

// betterAssurance is the stronger of two grounds: it never falls.
func betterAssurance(a, b Assurance) Assurance {
	if slices.Index(Assurances, b) > slices.Index(Assurances, a) {
		return b
	}
	return a
}
