package household

import (
	"encoding/json"
	"slices"
	"strconv"
	"sync"

	"sijil/formula"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/score"
	"sijil/questionnaire"
)

// engine computes the figures of declarations by the formulas of a country. It
// is safe for use by several goroutines.
type engine struct {
	q         *questionnaire.Questionnaire
	geography *country.Geography
	rules     *Rules
	current   *scorer
	byID      map[string]*scorer
}

type scorer struct {
	*score.Scorer
	workers sync.Pool
}

func newEngine(q *questionnaire.Questionnaire, g *country.Geography, r *Rules, inForce string, formulas []*formula.Formula) (*engine, error) {
	e := &engine{q: q, geography: g, rules: r, byID: map[string]*scorer{}}
	if err := r.Fits(q); err != nil {
		return nil, err
	}
	for _, f := range formulas {
		s, err := score.New(f, q, g)
		if err != nil {
			return nil, err
		}
		e.byID[f.ID()] = &scorer{Scorer: s}
	}
	e.current = e.byID[inForce]
	if e.current == nil {
		return nil, &errs.Error{Kind: errs.Invalid, Code: "household.formula", Field: "formula", What: "the formula in force is not among the country's", Fix: "check country.json"}
	}
	return e, nil
}

func (s *scorer) worker() *score.Worker {
	if w, ok := s.workers.Get().(*score.Worker); ok {
		return w
	}
	return s.Worker()
}

// figures scores a declaration, completing it as the questionnaire says.
func (e *engine) figures(s *scorer, d *questionnaire.Declaration) (Figures, error) {
	w := s.worker()
	defer s.workers.Put(w)
	got, err := w.Declaration(d)
	if err != nil {
		return Figures{}, err
	}
	f, err := s.explained(got)
	if err != nil {
		return Figures{}, err
	}
	f.Presumed, f.Low, f.High, f.RangeUnknown = got.PresumedAges, got.Low, got.High, got.RangeUnknown
	f.Awaiting, f.Otherwise = got.Awaiting, got.Otherwise
	f.Questionnaire = e.q.Hash
	return f, nil
}

// again scores stored variables.
func (s *scorer) again(variables string) (Figures, error) {
	w := s.worker()
	defer s.workers.Put(w)
	got, err := w.Features([]byte(variables))
	if err != nil {
		return Figures{}, err
	}
	return s.explained(got)
}

// explained returns the figures that follow from the variables alone.
func (s *scorer) explained(got *score.Scored) (Figures, error) {
	h := got.Household
	why, err := s.Formula.Explain(h)
	if err != nil {
		return Figures{}, err
	}
	variables, err := s.Formula.Variables(h.Stratum)
	if err != nil {
		return Figures{}, err
	}
	line := append([]byte(nil), `{"stratum":`...)
	line = strconv.AppendQuote(line, h.Stratum)
	line = strconv.AppendQuote(append(line, `,"region":`...), h.Region)
	line = strconv.AppendQuote(append(line, `,"as_of":`...), h.AsOf.String())
	if h.Profile != "" {
		line = strconv.AppendQuote(append(line, `,"profile":`...), h.Profile)
	}
	line = appendValues(append(line, `,"values":`...), variables, h.Values)
	line = append(line, '}')
	parts, err := appendParts(why.Parts)
	if err != nil {
		return Figures{}, err
	}
	return Figures{
		AsOf: h.AsOf, Stratum: h.Stratum, Region: h.Region, Profile: h.Profile,
		Index: got.Result.Index, Unrounded: got.Result.Unrounded, OutsideFrame: got.Result.OutsideFrame, Imputed: slices.Clone(got.Result.Imputed),
		Formula: why.Formula, FormulaVersion: why.Version, FormulaHash: why.Hash, EvaluationVersion: why.EvaluationVersion,
		Variables: string(line), Parts: string(parts),
	}, nil
}

// Part is one contribution to a stored index. Its label, unit and status stand
// in the formula, which is found by its hash.
type Part struct {
	Code        string `json:"code"`
	Given       string `json:"given,omitempty"`
	Value       string `json:"value,omitempty"`
	Coefficient string `json:"coefficient,omitempty"`
	Points      string `json:"points"`
	State       string `json:"state,omitempty"`   // why the household gave no value
	Limited     string `json:"limited,omitempty"` // "floor" or "cap"
}

func appendParts(parts []formula.Part) ([]byte, error) {
	out := make([]Part, len(parts))
	for i, p := range parts {
		out[i] = Part{Code: p.Code, Given: p.Given, Coefficient: p.Coefficient, Points: p.Points.String(), Limited: string(p.Limit)}
		if p.Value != p.Given {
			out[i].Value = p.Value
		}
		if p.State != formula.Present {
			out[i].State = p.State.String()
		}
	}
	b, err := json.Marshal(out)
	if err != nil {
		return nil, &errs.Error{Code: "household.parts", What: "the contributions cannot be written", Err: err}
	}
	return b, nil
}
