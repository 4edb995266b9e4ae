package household

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/questionnaire"
)

// rescore adds a new score of the computed version to a change: the same
// answers, at the same as-of date, with what the population register says now
// and the lines that count now. It reports false, and adds nothing, when that
// gives the figures already in force.
func (s *Service) rescore(ctx context.Context, c access.Caller, b *base, change *Change, counted func(line int) bool, cause Cause, event *uid.ID) (*ScoreRow, error) {
	tokens, err := b.record.tokens()
	if err != nil {
		return nil, err
	}
	facts, err := s.facts(ctx, c, tokens)
	if err != nil {
		return nil, err
	}
	whole, err := s.engine.assemble("household", b.version, b.record, facts)
	if err != nil {
		return nil, err
	}
	return s.scoreAgain(ctx, b, change, only(whole, counted), cause, event)
}

func (s *Service) scoreAgain(ctx context.Context, b *base, change *Change, d *questionnaire.Declaration, cause Cause, event *uid.ID) (*ScoreRow, error) {
	var was ScoreRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		was, err = tx.ScoreInForce(ctx, b.row.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	// A correction is no change of formula: the one the household was scored by
	// stays, as long as the country still has it.
	by := s.engine.current
	if old, ok := s.engine.byID[was.Formula]; ok && old.Formula.Hash() == was.FormulaHash && cause != CauseFormula {
		by = old
	}
	figures, err := s.engine.figures(by, d)
	if err != nil {
		return nil, err
	}
	if figures.whole() == was.whole() {
		return nil, nil //nolint:nilnil // no error, and no new score either
	}
	now := s.now()
	from := now
	if !from.After(was.From) {
		from = was.From.Add(time.Microsecond)
	}
	k, err := s.vault.Key(ctx, b.version.Key)
	if err != nil {
		return nil, err
	}
	row := ScoreRow{Household: b.row.ID, ID: s.ids.NewID(), Version: b.version.Version, Cause: cause, Event: event, From: from, Figures: figures, Key: k.ID()}
	row.Inputs = k.Seal(inputsBinding(row.ID), s.engine.q.AppendJSON(nil, d))
	change.Scores = append(change.Scores, row)
	change.EndScores = append(change.EndScores, ScoreEnd{Household: b.row.ID, At: from})
	s.event(change, TopicScored, b.row.ID, now, ScoredEvent{Household: b.row.ID, Score: row.ID})
	return &row, nil
}

// asCounted says which lines count as they stand, with those of more counted
// too.
func (b *base) asCounted(more ...int) func(line int) bool {
	counts := map[int]bool{}
	for _, l := range b.lines {
		counts[l.Line] = l.Counted
	}
	for _, n := range more {
		counts[n] = true
	}
	return func(line int) bool { return counts[line] }
}
