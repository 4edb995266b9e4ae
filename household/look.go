package household

import (
	"context"
	"errors"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/seal"
)

// LookAgain holds open rival claims, at most limit of those due, against what
// the registers say today, and returns how many it looked at: those that have
// ended by themselves are ended, and a child whom the registers give to who
// claims it moves. The others are due again after the country's days.
func (s *Service) LookAgain(ctx context.Context, c access.Caller, limit int) (int, error) {
	if err := c.May(access.HouseholdCompute); err != nil {
		return 0, err
	}
	var due []DisputeRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		due, err = tx.DisputesDue(ctx, s.now(), limit)
		return err
	})
	if err != nil {
		return 0, err
	}
	var failed []error
	for i := range due {
		err := s.lookAt(ctx, c, &due[i])
		switch {
		case err == nil || errors.Is(err, ErrRaced): // who came first changed it; the next run sees
		case errs.KindOf(err) == errs.Unavailable || ctx.Err() != nil:
			return i, errors.Join(append(failed, err)...)
		default: // one holds up no other
			failed = append(failed, err, s.postpone(ctx, &due[i]))
		}
	}
	return len(due), errors.Join(failed...)
}

func (s *Service) lookAt(ctx context.Context, c access.Caller, d *DisputeRow) error {
	m, err := s.matter(ctx, c, d.Ref)
	if err != nil || m.d.State != Open {
		return err
	}
	if why, ended := s.lapsed(m); ended {
		return s.endItself(ctx, c, m, why)
	}
	why, basis := m.answered()
	if why == "" {
		return s.postpone(ctx, &m.d)
	}
	g := s.settling(c, m)
	g.p.end(g.row(), why)
	if err := s.give(ctx, g, Moved, basis); err != nil {
		return err
	}
	change := s.finish(g)
	err = s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, change) })
	if err == nil {
		s.tellAll(ctx, g)
	}
	return err
}

// postpone has a claim looked at again after the country's days.
func (s *Service) postpone(ctx context.Context, d *DisputeRow) error {
	next := *d
	next.Look, next.Revision = s.now().AddDate(0, 0, s.engine.rules.Custody.LookAgainDays), d.Revision+1
	return s.store.Do(ctx, func(tx Tx) error {
		return tx.Apply(ctx, &Change{Disputes: []DisputeChange{{Was: d.Revision, Now: next}}})
	})
}

// CustodyRecorded is told that the population register has recorded, disputed
// or ended a relation of a person: open rival claims on that person are looked
// at. Being told twice changes nothing.
func (s *Service) CustodyRecorded(ctx context.Context, c access.Caller, token seal.Token) error {
	if err := c.May(access.HouseholdCompute); err != nil {
		return err
	}
	blinds, err := s.blinds(ctx, token)
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		err := s.lookAtChild(ctx, c, blinds)
		if !errors.Is(err, ErrRaced) || attempt == raceAttempts {
			return err
		}
	}
}

func (s *Service) lookAtChild(ctx context.Context, c access.Caller, blinds []seal.Blind) error {
	var open []DisputeRow
	err := s.store.View(ctx, func(tx Tx) error {
		open = nil
		held, err := tx.Claims(ctx, blinds)
		if err != nil || len(held) == 0 {
			return err
		}
		rows, err := tx.Disputes(ctx, held[0].Household)
		for i := range rows {
			if rows[i].State == Open && rows[i].is(blinds) {
				open = append(open, rows[i])
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for i := range open {
		if err := s.lookAt(ctx, c, &open[i]); err != nil {
			return err
		}
	}
	return nil
}
