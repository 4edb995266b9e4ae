package population

import (
	"context"
	"errors"
	"slices"

	"sijil/access"
	"sijil/internal/uid"
)

// EraseRefused erases the data of refused persons whose time to contest has
// ended, at most limit of them, and returns how many: run it again until it
// returns less. The key is destroyed, so that nothing can be read in any
// backup either; claims are released; the rows that name nobody stay.
func (s *Service) EraseRefused(ctx context.Context, c access.Caller, limit int) (int, error) {
	if err := c.May(access.JobRun); err != nil {
		return 0, err
	}
	var due []uid.Ref
	err := s.store.View(ctx, func(tx Tx) (err error) {
		due, err = tx.Erasable(ctx, s.today(), limit)
		return err
	})
	if err != nil {
		return 0, err
	}
	n := 0
	var failed []error
	for _, receipt := range due {
		if err := s.erase(ctx, receipt); err != nil { // one that cannot be erased holds up no other
			failed = append(failed, err)
			continue
		}
		n++
	}
	return n, errors.Join(failed...)
}

// erase releases what a refused person claims, destroys the key, and only then
// forgets that it was due: a run that stops in between is repeated whole.
func (s *Service) erase(ctx context.Context, receipt uid.Ref) error {
	var e EnrolmentRow
	var row PersonRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		if e, _, err = tx.Enrolment(ctx, receipt); err != nil {
			return err
		}
		people, err := tx.Persons(ctx, []uid.ID{e.Person}, Counter)
		row = people[e.Person]
		return err
	})
	if err != nil {
		return err
	}
	list, err := s.inside(ctx, row)
	if err != nil {
		return err
	}
	if r := list[0].record; r != nil {
		// Whoever contests in this moment comes first: nothing is erased then.
		still := Verdict{Receipt: receipt, From: Refused, To: Refused, By: e.DecidedBy, At: e.DecidedAt, Reason: e.Reason, EraseAfter: e.EraseAfter, Stale: errRaced}
		ch := &Changes{Verdicts: []Verdict{still}}
		if ch.ReleaseDocuments, err = s.releases(ctx, row.ID, r.Documents); err != nil {
			return err
		}
		if ch.DropContacts, err = s.drops(ctx, row.ID, r.Contacts); err != nil {
			return err
		}
		if ch.DropBlocking, err = s.blockingRows(ctx, row.ID, r); err != nil {
			return err
		}
		if err := s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, ch) }); err != nil {
			return err
		}
		if err := s.vault.Destroy(ctx, row.Key, "retention of a refused enrolment ended"); err != nil {
			return err
		}
	}
	done := Verdict{Receipt: receipt, From: Refused, To: Refused, By: e.DecidedBy, At: e.DecidedAt, Reason: e.Reason, Stale: errRaced}
	return s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, &Changes{Verdicts: []Verdict{done}}) })
}

// releases gives up claims of documents, under every live blind key.
func (s *Service) releases(ctx context.Context, person uid.ID, list []Document) ([]DocumentClaim, error) {
	var out []DocumentClaim
	for _, d := range list {
		if !s.rules.document[d.Type].Claims {
			continue
		}
		blinds, err := s.documentBlinds(ctx, d)
		if err != nil {
			return nil, err
		}
		for _, b := range slices.Backward(blinds) { // the old ones first: see Reblind
			out = append(out, DocumentClaim{Kind: d.Type, Blind: b, Person: person})
		}
	}
	return out, nil
}

func (s *Service) drops(ctx context.Context, person uid.ID, list []Contact) ([]ContactRow, error) {
	var out []ContactRow
	for _, c := range list {
		blinds, err := s.vault.Blinds(ctx, blindContact+string(c.Channel), []byte(c.Value))
		if err != nil {
			return nil, err
		}
		for _, b := range slices.Backward(blinds) { // the old ones first: see Reblind
			out = append(out, ContactRow{Blind: b, Person: person})
		}
	}
	return out, nil
}
