package population

import (
	"context"
	"errors"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/seal"
)

// looked is a person whom a caller is about to see, and what is recorded of it.
type looked struct {
	row        PersonRow
	disclosure access.Disclosure
}

// opened is a record in plain.
type opened struct {
	row PersonRow
	key seal.Key
	*record
}

// disclose is the only way by which plaintext leaves the register. look finds
// people and says, for each, what is disclosed to whom. The disclosures are
// written in the transaction that read the records, together with whatever
// else look returns, and nothing is opened before that is durable.
func (s *Service) disclose(ctx context.Context, look func(tx Tx) ([]looked, *Changes, error)) ([]opened, error) {
	var list []looked
	for i := 0; ; i++ {
		err := s.store.Do(ctx, func(tx Tx) error {
			var ch *Changes
			var err error
			if list, ch, err = look(tx); err != nil || len(list) == 0 {
				return err
			}
			for _, l := range list {
				ch.Disclosures = append(ch.Disclosures, l.disclosure)
			}
			return tx.Apply(ctx, ch)
		})
		if err == nil {
			break
		}
		if i >= rounds || !errors.Is(err, errRaced) {
			return nil, err
		}
	}
	rows := make([]PersonRow, len(list))
	for i, l := range list {
		rows[i] = l.row
	}
	return s.open(ctx, rows, false)
}

// inside opens records for a comparison inside the register: an exchange, the
// check of a witness, a correction. What is opened does not leave; the caller
// records a use of each. A test holds who calls it.
func (s *Service) inside(ctx context.Context, rows ...PersonRow) ([]opened, error) {
	return s.open(ctx, rows, true)
}

// open opens records, in order. An erased person has none: that is an error
// with *seal.Erased in its chain, or a nil record where erased is allowed.
func (s *Service) open(ctx context.Context, rows []PersonRow, erased bool) ([]opened, error) {
	keys, err := s.keysOf(ctx, rows, erased)
	if err != nil {
		return nil, err
	}
	out := make([]opened, len(rows))
	for i, row := range rows {
		if _, ok := keys[row.Key]; !ok {
			out[i] = opened{row: row}
			continue
		}
		r, err := unseal(keys[row.Key], row.ID, row.Revision, row.Record)
		if err != nil {
			return nil, err
		}
		out[i] = opened{row: row, key: keys[row.Key], record: r}
	}
	return out, nil
}

// keysOf returns the keys of people in one look at the key store. Destroyed
// ones are an error, or are left out where erased is allowed.
func (s *Service) keysOf(ctx context.Context, rows []PersonRow, erased bool) (map[uid.ID]seal.Key, error) {
	ids := make([]uid.ID, len(rows))
	for i, row := range rows {
		ids[i] = row.Key
	}
	keys, err := s.vault.Keys(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if _, ok := keys[id]; ok || erased {
			continue
		}
		k, err := s.vault.Key(ctx, id) // says when it was destroyed
		if err != nil {
			return nil, err
		}
		keys[id] = k
	}
	return keys, nil
}

// note records uses in a transaction of their own: those of an act that was
// refused, whose transaction is undone.
func (s *Service) note(ctx context.Context, uses []access.Use) error {
	if len(uses) == 0 {
		return nil
	}
	return s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, &Changes{Uses: uses}) })
}
