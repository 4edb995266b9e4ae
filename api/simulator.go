package api

import (
	"context"
	"encoding/json"
	"net/http"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/score"
	"sijil/programme"
)

type trialMember struct {
	Ref     string  `json:"ref" maxLength:"16" example:"1"`
	Birth   string  `json:"birth_date" maxLength:"10" example:"1984-03-02"`
	Sex     string  `json:"sex" enum:"female,male" example:"male"`
	Answers answers `json:"answers"`
}

// trialIn is a declaration as docs/questionnaire.md has it, of a household
// that need not exist.
type trialIn struct {
	AsOf     string        `json:"as_of,omitempty" maxLength:"10" doc:"Left out: today." example:"2026-11-01"`
	Locality string        `json:"locality" maxLength:"64" example:"01.002-U"`
	Variant  string        `json:"variant,omitempty" maxLength:"64"`
	Members  []trialMember `json:"members" minItems:"1" maxItems:"50"`
	Answers  answers       `json:"answers"`
}

type trialOut struct {
	Score    scoreOut     `json:"score"`
	Outcomes []outcomeOut `json:"outcomes" doc:"How the index stands to each programme's threshold on that day."`
}

type formulaOut struct {
	ID      string   `json:"id" example:"formula-1"`
	Version string   `json:"version" example:"1"`
	Hash    string   `json:"hash"`
	From    string   `json:"from,omitempty" example:"2022-01-01"`
	To      string   `json:"to,omitempty"`
	InForce bool     `json:"in_force" doc:"Whether indexes are computed by it now." example:"true"`
	Strata  []string `json:"strata" example:"[\"stratum-1\"]"`
}

type formulaList struct {
	Formulas []formulaOut `json:"formulas"`
}

type formulaFile struct {
	Formula answers `json:"formula" doc:"The definition as published: terms, coefficients, sources."`
	Hash    string  `json:"hash"`
}

type questionnaireFile struct {
	Questionnaire answers `json:"questionnaire"`
}

func (a *API) simulator() {
	add(a, operation{
		id: "simulator.judge", method: http.MethodPost, path: "/v1/simulator/judgements", tag: "simulator", anonymous: true, most: 128 << 10,
		summary: "What the formula says of answers",
		about:   "Nothing is kept, no name or number is taken, and no account is needed. Questions that do not arise may be left out.",
	}, a.judge)
	add(a, operation{
		id: "simulator.questionnaire", method: http.MethodGet, path: "/v1/simulator/questionnaire", tag: "simulator", anonymous: true,
		summary: "What households are asked", about: "The country's questionnaire as published: items, their lists and limits, when each question arises.",
	}, func(context.Context, *call, *no) (*questionnaireFile, error) {
		return &questionnaireFile{a.asked}, nil
	})
	add(a, operation{
		id: "simulator.formulas", method: http.MethodGet, path: "/v1/simulator/formulas", tag: "simulator", anonymous: true, summary: "The published formulas",
	}, func(context.Context, *call, *no) (*formulaList, error) {
		return &formulaList{mapped(a.formulas, func(f *formula.Formula) formulaOut {
			from, to := f.Valid()
			return formulaOut{f.ID(), f.Version(), f.Hash(), dayText(from), dayText(to), f.ID() == a.Scorer.Formula.ID(), f.Strata()}
		})}, nil
	})
	add(a, operation{
		id: "simulator.formula", method: http.MethodGet, path: "/v1/simulator/formulas/{id}", tag: "simulator", anonymous: true, summary: "A formula, whole",
	}, a.formula)
}

func (a *API) formula(_ context.Context, _ *call, in *struct {
	ID string `path:"id" maxLength:"100" example:"formula-1"`
},
) (*formulaFile, error) {
	for _, f := range a.formulas {
		if f.ID() == in.ID {
			text, err := f.Definition().JSON()
			return &formulaFile{text, f.Hash()}, err
		}
	}
	return nil, &errs.Error{Kind: errs.NotFound, Code: codeNoSuch, What: "there is no formula with this id", Fix: "see /v1/simulator/formulas"}
}

func (a *API) judge(_ context.Context, _ *call, in *given[trialIn]) (*trialOut, error) {
	today := clock.Today(a.Clock, a.Country.Zone)
	if in.Body.AsOf == "" {
		in.Body.AsOf = today.String()
	}
	line, err := json.Marshal(struct {
		Household string `json:"household"`
		trialIn
	}{"trial", in.Body})
	if err != nil {
		return nil, err
	}
	w, ok := a.workers.Get().(*score.Worker)
	if !ok {
		w = a.Scorer.Worker()
	}
	defer a.workers.Put(w)
	s, err := w.Line(line)
	if err != nil {
		return nil, err
	}
	why, err := a.Scorer.Formula.Explain(s.Household)
	if err != nil {
		return nil, err
	}
	return &trialOut{trialScore(s, &why), a.standings(s, s.Household.AsOf)}, nil
}

func trialScore(s *score.Scored, why *formula.Explanation) scoreOut {
	out := scoreOut{
		Index: s.Result.Index.String(), Unrounded: s.Result.Unrounded.String(), Low: s.Low.String(), High: s.High.String(), RangeUnknown: s.RangeUnknown,
		Presumed: s.PresumedAges, Awaiting: s.Awaiting, OutsideFrame: s.Result.OutsideFrame, Imputed: texts(s.Result.Imputed),
		Stratum: s.Household.Stratum, Region: s.Household.Region, AsOf: dayText(s.Household.AsOf), Formula: why.Formula, Version: why.Version, Hash: why.Hash,
	}
	if s.Awaiting > 0 {
		out.Otherwise = indexText(s.Otherwise)
	}
	for _, p := range why.Parts {
		c := contribution{Code: p.Code, Given: p.Given, Value: p.Value, Coefficient: p.Coefficient, Points: p.Points.String(), Limited: string(p.Limit)}
		if p.State != formula.Present {
			c.State = p.State.String()
		}
		out.Contributions = append(out.Contributions, c)
	}
	return out
}

// standings are outcomes of a score that nobody stores.
func (a *API) standings(s *score.Scored, on civil.Date) []outcomeOut {
	out := []outcomeOut{}
	as := &programme.Score{
		Index: s.Result.Index, Low: s.Low, High: s.High, Otherwise: s.Otherwise, RangeUnknown: s.RangeUnknown,
		Awaiting: s.Awaiting, OutsideFrame: s.Result.OutsideFrame, Imputed: s.Result.Imputed,
	}
	for _, p := range a.programmes {
		t, ok := p.On(a.Scorer.Formula.ID(), on)
		if !ok {
			continue
		}
		standing, reason, hinges := programme.DecideOne(as, t.AtMost)
		out = append(out, outcomeOut{
			Programme: p.ID, Standing: string(standing), Reason: string(reason), Hinges: string(hinges), Threshold: t.AtMost.String(), ThresholdFrom: dayText(t.From),
			Index: as.Index.String(), Distance: as.Index.Above(t.AtMost).String(), Day: dayText(on),
		})
	}
	return out
}
