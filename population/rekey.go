package population

import (
	"context"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

// UseModel holds that everybody is looked for under the keys of the model at
// hand, and remembers the model. A register whose people have keys of another
// version, or none, is Conflict with code population.other_keys: Rekey makes
// them anew. Without this a check would find nobody and number everybody.
func (s *Service) UseModel(ctx context.Context, c access.Caller) error {
	if err := c.May(access.JobRun); err != nil {
		return err
	}
	version := s.duplicates.model.KeyVersion()
	var latest CheckModel
	known, anybody := false, false
	err := s.store.View(ctx, func(tx Tx) error {
		models, err := tx.CheckModels(ctx)
		if err != nil {
			return err
		}
		for _, m := range models {
			latest, known = m, known || m.Model == s.duplicates.hash
		}
		people, err := tx.EverybodyAfter(ctx, uid.ID{}, 1)
		anybody = len(people) > 0
		return err
	})
	switch {
	case err != nil:
		return err
	case anybody && latest.KeyVersion != version:
		return &errs.Error{Kind: errs.Conflict, Code: "population.other_keys", What: "the people of the register are looked for under keys of another version",
			Fix: "let the keys be made anew, and no older program enrol meanwhile"}
	case known:
		return nil
	}
	return s.keepModel(ctx)
}

func (s *Service) keepModel(ctx context.Context) error {
	m := CheckModel{Model: s.duplicates.hash, KeyVersion: s.duplicates.model.KeyVersion(), At: s.now()}
	return s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, &Changes{CheckModels: []CheckModel{m}}) })
}

// Rekey writes the keys of people after an id, at most limit of them, and
// returns the last of them; fewer than limit were left when done, and the model
// is then the register's. Keys that are there already stay; run again from any
// point it does the same. Keys of older versions are nobody's and stay too.
func (s *Service) Rekey(ctx context.Context, c access.Caller, after uid.ID, limit int) (next uid.ID, done bool, err error) {
	if err := c.May(access.JobRun); err != nil {
		return after, false, err
	}
	list, ids, err := s.rekeyed(ctx, after, limit)
	if err != nil {
		return after, false, err
	}
	ch := &Changes{}
	for _, o := range list {
		if o.record == nil || o.row.State == Merged {
			continue
		}
		rows, err := s.blockingRows(ctx, o.row.ID, o.record)
		if err != nil {
			return after, false, err
		}
		ch.Blocking = append(ch.Blocking, rows...)
	}
	if err := s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, ch) }); err != nil {
		return after, false, err
	}
	if len(ids) < limit {
		return after, true, s.keepModel(ctx)
	}
	return ids[len(ids)-1], false, nil
}

// rekeyed opens people to make their keys: those of refused enrolments have
// none.
func (s *Service) rekeyed(ctx context.Context, after uid.ID, limit int) (list []opened, ids []uid.ID, err error) {
	var rows []PersonRow
	err = s.store.View(ctx, func(tx Tx) (err error) {
		if ids, err = tx.EverybodyAfter(ctx, after, limit); err != nil {
			return err
		}
		people, err := tx.Persons(ctx, ids, Counter)
		if err != nil {
			return err
		}
		rows = nil
		for _, id := range ids {
			row := people[id]
			if row.State == Unnumbered {
				e, err := enrolmentOf(ctx, tx, row.Receipt)
				if err != nil {
					return err
				}
				if e.State == Refused {
					continue
				}
			}
			rows = append(rows, row)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	list, err = s.inside(ctx, rows...)
	return list, ids, err
}
