package household

import (
	"context"
	"errors"
	"time"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/seal"
)

// Finding says how a stored figure compares with the one computed again.
type Finding string

// The findings.
const (
	Agrees               Finding = "agrees"
	Differs              Finding = "differs"
	InputsErased         Finding = "inputs_erased"
	InputsBroken         Finding = "inputs_broken" // the sealed inputs do not open
	FormulaMissing       Finding = "formula_missing"
	FormulaChanged       Finding = "formula_changed"       // the country's formula has another hash than the stored one
	EvaluationChanged    Finding = "evaluation_changed"    // computed by another version of the arithmetic
	QuestionnaireChanged Finding = "questionnaire_changed" // another questionnaire than the stored answers are of
)

// Verdict is a stored score computed again: from the stored variables, and
// from the sealed answers when their key lives.
type Verdict struct {
	Household uid.ID
	Score     uid.ID
	Code      Code
	From, To  time.Time
	Variables Finding
	Inputs    Finding
	ErasedAt  time.Time // with InputsErased
}

// Holds reports whether nothing was found: answers that were erased in time
// are no fault.
func (v *Verdict) Holds() bool {
	return v.Variables == Agrees && (v.Inputs == Agrees || v.Inputs == InputsErased)
}

// Cursor says where a page of recomputed scores ended.
type Cursor struct{ Household, Score uid.ID }

// RecomputeAfter computes at most limit stored scores again, those after the
// cursor in the order of their keys, and returns where it stopped; done is
// true behind the last.
func (s *Service) RecomputeAfter(ctx context.Context, c access.Caller, after Cursor, limit int) (out []Verdict, next Cursor, done bool, err error) {
	if err := c.May(access.OutcomeRecompute); err != nil {
		return nil, after, false, err
	}
	var rows []ScoreRow
	err = s.store.View(ctx, func(tx Tx) (err error) {
		rows, err = tx.ScoresAfter(ctx, after.Household, after.Score, limit)
		return err
	})
	if err != nil {
		return nil, after, false, err
	}
	for i := range rows {
		v, err := s.recompute(ctx, &rows[i])
		if err != nil {
			return nil, after, false, err
		}
		out = append(out, v)
		after = Cursor{rows[i].Household, rows[i].ID}
	}
	return out, after, len(rows) < limit, nil
}

// RecomputeHousehold computes every stored score of a household again, the
// oldest first.
func (s *Service) RecomputeHousehold(ctx context.Context, c access.Caller, code Code) ([]Verdict, error) {
	if err := c.May(access.OutcomeRecompute); err != nil {
		return nil, err
	}
	code, err := ParseCode(string(code))
	if err != nil {
		return nil, err
	}
	var rows []ScoreRow
	err = s.store.View(ctx, func(tx Tx) error {
		h, err := tx.HouseholdByCode(ctx, code)
		if err != nil {
			return err
		}
		rows, err = tx.Scores(ctx, h.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]Verdict, len(rows))
	for i := range rows {
		if out[i], err = s.recompute(ctx, &rows[i]); err != nil {
			return nil, err
		}
		out[i].Code = code
	}
	return out, nil
}

func (s *Service) recompute(ctx context.Context, r *ScoreRow) (Verdict, error) {
	v := Verdict{Household: r.Household, Score: r.ID, From: r.From, To: r.To}
	by, ok := s.engine.byID[r.Formula]
	switch {
	case !ok:
		v.Variables = FormulaMissing
	case by.Formula.Hash() != r.FormulaHash:
		v.Variables = FormulaChanged
	}
	if v.Variables == "" {
		v.Variables = by.compare(r)
	}
	var err error
	v.Inputs, v.ErasedAt, err = s.recomputeInputs(ctx, by, v.Variables, r)
	return v, err
}

func (s *scorer) compare(r *ScoreRow) Finding {
	f, err := s.again(r.Variables)
	switch {
	case err != nil:
		return Differs
	case f.EvaluationVersion != r.EvaluationVersion:
		return EvaluationChanged
	case f.exact() != r.exact():
		return Differs
	}
	return Agrees
}

func (s *Service) recomputeInputs(ctx context.Context, by *scorer, variables Finding, r *ScoreRow) (Finding, time.Time, error) {
	k, err := s.vault.Key(ctx, r.Key)
	if gone, ok := errors.AsType[*seal.Erased](err); ok {
		return InputsErased, gone.At, nil
	}
	if err != nil {
		return "", time.Time{}, err
	}
	line, err := k.Open(inputsBinding(r.ID), r.Inputs)
	if err != nil {
		return InputsBroken, time.Time{}, nil //nolint:nilerr // that it does not open is the finding
	}
	switch {
	case variables == FormulaMissing || variables == FormulaChanged || variables == EvaluationChanged:
		return variables, time.Time{}, nil
	case r.Questionnaire != s.engine.q.Hash:
		return QuestionnaireChanged, time.Time{}, nil
	}
	d, err := s.engine.q.ParseDeclaration(line)
	if err != nil {
		return Differs, time.Time{}, nil //nolint:nilerr // answers that cannot be read any more are the finding
	}
	f, err := s.engine.figures(by, d)
	if err != nil || f.whole() != r.whole() {
		return Differs, time.Time{}, nil //nolint:nilerr // the same
	}
	return Agrees, time.Time{}, nil
}
