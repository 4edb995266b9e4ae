package population

import (
	"context"
	"slices"
	"strings"

	"sijil/access"
	"sijil/internal/uid"
)

// documentOwners returns to whom the register holds documents to belong, in
// their order; the zero id where that is nobody.
func (s *Service) documentOwners(ctx context.Context, list []Document) ([]uid.ID, error) {
	out := make([]uid.ID, len(list))
	for i, d := range list {
		if !s.rules.document[d.Type].Claims {
			continue
		}
		blinds, err := s.documentBlinds(ctx, d)
		if err != nil {
			return nil, err
		}
		err = s.store.View(ctx, func(tx Tx) error {
			found, err := tx.ByDocument(ctx, d.Type, blinds)
			for _, id := range found {
				out[i] = id
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// claimFree claims documents that nobody had when they were looked up.
func (s *Service) claimFree(ctx context.Context, ch *Changes, person uid.ID, list []Document) error {
	at := len(ch.ClaimDocuments)
	if err := s.claimDocuments(ctx, ch, "documents", person, list); err != nil {
		return err
	}
	for i := at; i < len(ch.ClaimDocuments); i++ {
		ch.ClaimDocuments[i].Taken = errRaced
	}
	return nil
}

// rewrite makes the rows of a record's next version after a decision. A change
// of the person's row that is in ch already takes it along.
func (s *Service) rewrite(ctx context.Context, c access.Caller, ch *Changes, who opened, next *record, cause string) error {
	now, row := s.now(), who.row
	sealed, err := next.seal(who.key, row.ID, row.Revision+1)
	if err != nil {
		return err
	}
	m := find(ch.Moves, func(m Move) bool { return m.Person == row.ID })
	if m == nil {
		ch.Moves = append(ch.Moves, Move{Person: row.ID, FromRevision: row.Revision, FromState: row.State, State: row.State,
			Locality: row.Locality, Assurance: row.Assurance, At: now, Stale: errRaced})
		m = &ch.Moves[len(ch.Moves)-1]
	}
	m.Revision = row.Revision + 1
	ch.Records = append(ch.Records, RecordRow{Person: row.ID, Revision: row.Revision + 1, RecordedAt: now, RecordedBy: c.Actor, Cause: cause,
		Changed: strings.Join(fieldNames(who.changed(next)), ","), Sealed: sealed})
	return s.moveKeys(ctx, ch, row.ID, who.record, next)
}

// moveKeys changes under which keys a person is looked for; nil is under none.
func (s *Service) moveKeys(ctx context.Context, ch *Changes, person uid.ID, before, after *record) error {
	var old, next []BlockingRow
	var err error
	if before != nil {
		if old, err = s.blockingRows(ctx, person, before); err != nil {
			return err
		}
	}
	if after != nil {
		if next, err = s.blockingRows(ctx, person, after); err != nil {
			return err
		}
	}
	for _, r := range old {
		if !slices.Contains(next, r) {
			ch.DropBlocking = append(ch.DropBlocking, r)
		}
	}
	for _, r := range next {
		if !slices.Contains(old, r) {
			ch.Blocking = append(ch.Blocking, r)
		}
	}
	return nil
}

// sameContact reports whether two contacts are one.
func sameContact(a, b Contact) bool { return a.Channel == b.Channel && a.Value == b.Value }

// sameName reports whether two names are written alike.
func sameSpellings(a, b Name) bool { return sameJSON(a.Spellings, b.Spellings) }
