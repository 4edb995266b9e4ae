package household

import (
	"context"
	"errors"
	"slices"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// PersonCorrected is told that the population register has corrected what it
// says of a person. The household the person belongs to gets a new score, if
// the correction moves anything and the country's rules say that corrections
// do; event names the correction, and being told twice changes nothing.
func (s *Service) PersonCorrected(ctx context.Context, c access.Caller, token seal.Token, event uid.ID) error {
	if err := c.May(access.HouseholdCompute); err != nil {
		return err
	}
	if !s.engine.rules.recomputes(CauseCorrection) {
		return nil
	}
	blinds, err := s.blinds(ctx, token)
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		err := s.correct(ctx, c, token, blinds, event)
		if !errors.Is(err, ErrRaced) || attempt == raceAttempts {
			return err
		}
	}
}

func (s *Service) correct(ctx context.Context, c access.Caller, token seal.Token, blinds []seal.Blind, event uid.ID) error {
	b := new(base)
	done := true
	err := s.store.View(ctx, func(tx Tx) error {
		held, err := tx.Claims(ctx, blinds)
		if err != nil || len(held) == 0 {
			return err
		}
		home := held[0].Household
		if done, err = tx.CauseSeen(ctx, home, event); err != nil || done {
			return err
		}
		if b.row, err = tx.Household(ctx, home); err != nil {
			return err
		}
		return b.read(ctx, tx)
	})
	if err != nil || done || b.version == nil {
		return err
	}
	if err := s.unseal(ctx, b); err != nil {
		if _, erased := errors.AsType[*seal.Erased](err); erased {
			return nil // nothing to compute from: what was decided stands
		}
		return err
	}
	change := new(Change)
	row, err := s.rescore(ctx, c, b, change, b.asCounted(), CauseCorrection, &event)
	now := s.now()
	switch {
	case errs.KindOf(err) == errs.Invalid:
		// What is true now asks questions that were not asked: somebody asks them.
		line := 1 + slices.IndexFunc(b.record.Members, func(l recordLine) bool { return l.Token == token.Text() })
		change = new(Change)
		s.openTask(change, b.row, AnswersMissing, line, event, now)
	case err != nil:
		return err
	case row == nil:
		return nil
	}
	change.Touch = []Touch{{Household: b.row.ID, Expect: b.row.Revision, At: now}}
	if err := s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, change) }); err != nil {
		return err
	}
	s.tell(ctx, b.row.Locality, row)
	return nil
}

// PersonDied is told that a member is no longer living: the household is asked
// to declare again, and nothing that runs stops. Rival claims on the person, or
// that rest on him or her, end; those against his or her custody are looked at
// again.
func (s *Service) PersonDied(ctx context.Context, c access.Caller, token seal.Token, event uid.ID) error {
	if err := c.May(access.HouseholdCompute); err != nil {
		return err
	}
	blinds, err := s.blinds(ctx, token)
	if err != nil {
		return err
	}
	change := new(Change)
	err = s.store.View(ctx, func(tx Tx) error {
		*change = Change{}
		held, err := tx.Claims(ctx, blinds)
		if err != nil || len(held) == 0 {
			return err
		}
		if seen, err := tx.CauseSeen(ctx, held[0].Household, event); err != nil || seen {
			return err
		}
		h, err := tx.Household(ctx, held[0].Household)
		if err != nil || h.Version == 0 {
			return err
		}
		lines, err := tx.Members(ctx, h.ID, h.Version)
		if err != nil {
			return err
		}
		line, _ := lineBefore(lines, blinds)
		now := s.now()
		s.openTask(change, h, MemberDied, line.Line, event, now)
		change.Touch = []Touch{{Household: h.ID, At: now}}
		p := s.disputing(change, h.ID, now)
		if err := p.read(ctx, tx, h.ID); err != nil {
			return err
		}
		p.died(blinds)
		for _, id := range p.finish() {
			change.Touch = append(change.Touch, Touch{Household: id, At: now})
		}
		return nil
	})
	if err != nil || change.empty() {
		return err
	}
	return s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, change) })
}

// CountDue counts unconfirmed adults whose delay has passed, in at most limit
// lines, and returns how many households got a new score.
func (s *Service) CountDue(ctx context.Context, c access.Caller, limit int) (int, error) {
	if err := c.May(access.HouseholdCompute); err != nil {
		return 0, err
	}
	var due []MemberRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		due, err = tx.Due(ctx, s.now(), limit)
		return err
	})
	if err != nil {
		return 0, err
	}
	byHome := map[uid.ID][]int{}
	var order []uid.ID
	var failed []error
	for _, l := range due {
		if byHome[l.Household] == nil {
			order = append(order, l.Household)
		}
		byHome[l.Household] = append(byHome[l.Household], l.Line)
	}
	n := 0
	for _, home := range order {
		scored, err := s.countLines(ctx, c, home, byHome[home])
		switch kind := errs.KindOf(err); {
		case scored:
			n++
		case err == nil || errors.Is(err, ErrRaced): // who came first changed the lines; the next run sees
		case kind == errs.Unavailable || ctx.Err() != nil:
			return n, errors.Join(append(failed, err)...)
		default: // one household holds up no other
			failed = append(failed, err)
		}
	}
	return n, errors.Join(failed...)
}

func (s *Service) countLines(ctx context.Context, c access.Caller, home uid.ID, lines []int) (bool, error) {
	b := new(base)
	err := s.store.View(ctx, func(tx Tx) (err error) {
		if b.row, err = tx.Household(ctx, home); err != nil {
			return err
		}
		return b.read(ctx, tx)
	})
	if err != nil {
		return false, err
	}
	if b.version == nil {
		return false, nil
	}
	now := s.now()
	change := new(Change)
	yes := true
	lines = slices.DeleteFunc(lines, func(n int) bool {
		return !slices.ContainsFunc(b.lines, func(l MemberRow) bool {
			return l.Line == n && l.Standing == Unconfirmed && !l.Due.IsZero() && !l.Due.After(now)
		})
	})
	for _, n := range lines {
		change.Lines = append(change.Lines, LineChange{Household: home, Version: b.version.Version, Line: n, Standing: Unconfirmed, Counted: &yes, At: now})
	}
	if len(lines) == 0 {
		return false, nil
	}
	var row *ScoreRow
	if s.engine.rules.recomputes(CauseMember) {
		if row, err = s.scoreCounted(ctx, c, b, change, lines); err != nil {
			return false, err
		}
	}
	change.Touch = []Touch{{Household: home, Expect: b.row.Revision, At: now}}
	if err := s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, change) }); err != nil || row == nil {
		return false, err
	}
	s.tell(ctx, b.row.Locality, row)
	return true, nil
}

// scoreCounted scores a household in which more lines count. Where that cannot
// be done, the delay is over all the same: the score in force stays when the
// answers were erased, and somebody asks when what is true now needs answers
// that were not given.
func (s *Service) scoreCounted(ctx context.Context, c access.Caller, b *base, change *Change, lines []int) (*ScoreRow, error) {
	if err := s.unseal(ctx, b); err != nil {
		if _, erased := errors.AsType[*seal.Erased](err); erased {
			return nil, nil //nolint:nilnil // no error, and no new score either
		}
		return nil, err
	}
	row, err := s.rescore(ctx, c, b, change, b.asCounted(lines...), CauseMember, nil)
	if errs.KindOf(err) == errs.Invalid {
		s.openTask(change, b.row, AnswersMissing, lines[0], s.ids.NewID(), s.now())
		return nil, nil //nolint:nilnil // the same
	}
	return row, err
}
