package population

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// maxRedirects is how long a chain of merges may be.
const maxRedirects = 64

// live returns persons under the ids that were asked for, each merged one
// replaced by whom it was merged into: what is asked of an old token or number
// is answered about the person who is there.
func (s *Service) live(ctx context.Context, tx Tx, ids []uid.ID, recipient string) (map[uid.ID]PersonRow, error) {
	people, err := tx.Persons(ctx, ids, recipient)
	if err != nil {
		return nil, err
	}
	return people, follow(ctx, tx, people, recipient)
}

// follow replaces merged persons by their survivors.
func follow(ctx context.Context, tx Tx, people map[uid.ID]PersonRow, recipient string) error {
	at := map[uid.ID]uid.ID{} // asked for → where its chain has come to
	for id, row := range people {
		if row.State == Merged {
			at[id] = id
		}
	}
	for range maxRedirects {
		if len(at) == 0 {
			return nil
		}
		next, err := tx.Redirects(ctx, slices.Collect(maps.Values(at)))
		if err != nil {
			return err
		}
		survivors, err := tx.Persons(ctx, slices.Collect(maps.Values(next)), recipient)
		if err != nil {
			return err
		}
		for id, from := range at {
			row, ok := survivors[next[from]]
			if !ok { // nobody to lead to: it stays what it is, and answers to nothing
				delete(at, id)
				continue
			}
			if people[id], at[id] = row, row.ID; row.State != Merged {
				delete(at, id)
			}
		}
	}
	return lostRedirect()
}

// lostRedirect is a defect: a merged person leads to nobody.
func lostRedirect() error {
	return &errs.Error{Code: "population.redirect", What: "a merged record leads to nobody", Fix: "report this"}
}

// selves returns a person, as whom it has become, and everybody who was merged
// into it.
func (s *Service) selves(ctx context.Context, tx Tx, person uid.ID) ([]uid.ID, error) {
	people, err := s.live(ctx, tx, []uid.ID{person}, Counter)
	if err != nil {
		return nil, err
	}
	row, ok := people[person]
	if !ok {
		return []uid.ID{person}, nil
	}
	out := []uid.ID{row.ID}
	for i := 0; i < len(out); i++ {
		merges, err := tx.Merges(ctx, out[i])
		if err != nil {
			return nil, err
		}
		for _, m := range merges {
			if m.SplitAt.IsZero() {
				out = append(out, m.Merged)
			}
		}
	}
	return out, nil
}

// ofSelves joins a page of rows of the person who asks with those of the
// records that were merged into it, the latest first.
func ofSelves[R any](ctx context.Context, s *Service, tx Tx, c access.Caller, read func(uid.ID) ([]R, error), id func(R) uid.ID) ([]R, error) {
	ids, err := s.selves(ctx, tx, c.Actor)
	if err != nil {
		return nil, err
	}
	var out []R
	for _, self := range ids {
		rows, err := read(self)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	slices.SortStableFunc(out, func(a, b R) int { x, y := id(a), id(b); return bytes.Compare(y[:], x[:]) })
	return out[:min(len(out), MaxPage)], nil
}

// OwnToken returns the token that was issued for a person to a recipient,
// whatever the person was merged into since; the zero token when there is none.
// It is for jobs that tell a recipient of a merge or a split.
func (s *Service) OwnToken(ctx context.Context, c access.Caller, person uid.ID, recipient string) (seal.Token, error) {
	if err := c.May(access.JobRun); err != nil {
		return seal.Token{}, err
	}
	var row PersonRow
	err := s.store.View(ctx, func(tx Tx) error {
		people, err := tx.Persons(ctx, []uid.ID{person}, recipient)
		row = people[person]
		return err
	})
	if err != nil || row.Token == nil {
		return seal.Token{}, err
	}
	k, err := s.vault.Key(ctx, row.Key)
	if err != nil {
		return seal.Token{}, err
	}
	return openToken(k, row, recipient)
}

// agencyTokens are the tokens by which the agency may know a person: its own,
// and those of the records that were merged into it. None is of nobody whom the
// agency knows.
func (s *Service) agencyTokens(ctx context.Context, who opened) ([]seal.Token, error) {
	var rows []PersonRow
	err := s.store.View(ctx, func(tx Tx) error {
		rows = []PersonRow{who.row}
		ids, err := s.selves(ctx, tx, who.row.ID)
		if err != nil || len(ids) < 2 {
			return err
		}
		people, err := tx.Persons(ctx, ids, Agency)
		rows = nil
		for _, id := range ids {
			rows = append(rows, people[id])
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r PersonRow) bool { return r.Token == nil })
	keys, err := s.keysOf(ctx, rows, true)
	if err != nil {
		return nil, err
	}
	var out []seal.Token
	for _, row := range rows {
		k, there := keys[row.Key]
		if !there {
			continue // erased
		}
		t, err := openToken(k, row, Agency)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}
