package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"sijil/formula"
	"sijil/internal/score"
)

// The JSON of sijil index: one object whose "households" are written as they
// are computed, with the counts behind them.

type scoredJSON struct {
	Household    string        `json:"household,omitempty"`
	Line         int           `json:"line"`
	AsOf         string        `json:"as_of,omitempty"`
	Stratum      string        `json:"stratum"`
	Region       string        `json:"region"`
	Index        formula.Index `json:"index"`
	OutsideFrame string        `json:"outside_frame,omitempty"`
	Imputed      []string      `json:"imputed,omitempty"`
	Presumed     *presumedJSON `json:"presumed_birthdays,omitempty"`
	Awaiting     *awaitingJSON `json:"awaiting_number,omitempty"`
	Programmes   []outcomeJSON `json:"programmes"`

	Unrounded     *formula.Points `json:"unrounded,omitempty"`
	Contributions []partJSON      `json:"contributions,omitempty"`
}

type presumedJSON struct {
	Members int            `json:"members"`
	Low     *formula.Index `json:"index_low"`
	High    *formula.Index `json:"index_high"`
}

type awaitingJSON struct {
	Members   int            `json:"members"`
	Otherwise *formula.Index `json:"index_otherwise"`
}

type outcomeJSON struct {
	Programme string            `json:"programme"`
	Threshold formula.Threshold `json:"threshold"`
	AtOrBelow bool              `json:"at_or_below"`
	Above     formula.Distance  `json:"above"`
	Hinges    string            `json:"hinges_on,omitempty"`
}

type partJSON struct {
	Code        string         `json:"code"`
	Label       string         `json:"label"`
	Value       string         `json:"value,omitempty"`
	Coefficient string         `json:"coefficient,omitempty"`
	Points      formula.Points `json:"points"`
	State       string         `json:"state,omitempty"`
	Imputed     bool           `json:"imputed,omitempty"`
	Limit       string         `json:"limit,omitempty"`
}

func (r *indexRun) jsonHead() string {
	f := r.scorer.Formula
	head, err := json.Marshal(map[string]any{"id": f.ID(), "version": f.Version(), "hash": f.Hash()})
	if err != nil {
		return "" // three strings always marshal
	}
	return fmt.Sprintf("{\"formula\": %s,\n\"evaluation\": %d,\n\"households\": [\n", head, formula.EvaluationVersion)
}

func (r *indexRun) jsonTail(whole bool) string {
	return fmt.Sprintf("\n],\n\"scored\": %d,\n\"refused\": %d,\n\"complete\": %v}\n", r.scored, r.refused, whole)
}

// json appends one household and ",\n".
func (r *indexRun) json(out []byte, no int, s *score.Scored) ([]byte, error) {
	j := scoredJSON{
		Household: s.Ref, Line: no, AsOf: s.Household.AsOf.String(), Stratum: s.Household.Stratum, Region: s.Household.Region,
		Index: s.Result.Index, OutsideFrame: s.Result.OutsideFrame, Imputed: s.Result.Imputed, Programmes: []outcomeJSON{},
	}
	if s.PresumedAges > 0 {
		j.Presumed = &presumedJSON{Members: s.PresumedAges}
		if !s.RangeUnknown {
			j.Presumed.Low, j.Presumed.High = &s.Low, &s.High
		}
	}
	if s.Awaiting > 0 {
		j.Awaiting = &awaitingJSON{Members: s.Awaiting}
		if s.Otherwise != formula.NoIndex {
			j.Awaiting.Otherwise = &s.Otherwise
		}
	}
	for _, o := range r.outcomes(s) {
		j.Programmes = append(j.Programmes, outcomeJSON{o.programme.ID, o.threshold, o.atOrBelow, o.above, o.hinges})
	}
	if r.cmd.Explain {
		e, err := r.scorer.Formula.Explain(s.Household)
		if err != nil {
			return out, err
		}
		j.Unrounded = &e.Unrounded
		for _, p := range e.Parts {
			part := partJSON{
				Code: p.Code, Label: p.Label[r.cmd.Lang], Value: p.Value, Coefficient: p.Coefficient,
				Points: p.Points, Imputed: p.Imputed, Limit: string(p.Limit),
			}
			if p.State != formula.Present {
				part.State = p.State.String()
			}
			j.Contributions = append(j.Contributions, part)
		}
	}
	b := bytes.NewBuffer(out)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(j); err != nil {
		return out, err
	}
	b.Truncate(b.Len() - 1)
	b.WriteString(",\n")
	return b.Bytes(), nil
}
