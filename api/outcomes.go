package api

import (
	"context"
	"net/http"
	"time"

	"sijil/access"
	"sijil/household"
	"sijil/programme"
)

type outcomeList struct {
	Household string       `json:"household" example:"B2345-C6789-D"`
	Outcomes  []outcomeOut `json:"outcomes" doc:"Of the score in force, by programme."`
}

type recomputedOutcome struct {
	Programme string `json:"programme" example:"programme-1"`
	Finding   string `json:"finding" doc:"agrees, differs, threshold_changed, score_missing." example:"agrees"`
}

type recomputedScore struct {
	From      time.Time           `json:"from"`
	To        time.Time           `json:"to,omitzero"`
	Variables string              `json:"variables" doc:"How the index computed from stored variables compares." example:"agrees"`
	Inputs    string              `json:"inputs" doc:"How the index computed from the sealed declaration compares; inputs_erased on erased_at." example:"agrees"`
	ErasedAt  time.Time           `json:"erased_at,omitzero"`
	Holds     bool                `json:"holds" example:"true"`
	Outcomes  []recomputedOutcome `json:"outcomes"`
}

type recomputedOut struct {
	Household string            `json:"household" example:"B2345-C6789-D"`
	Scores    []recomputedScore `json:"scores" doc:"The oldest first."`
}

func (a *API) outcomes() {
	add(a, operation{
		id: "outcome.list", method: http.MethodGet, path: "/v1/households/{code}/outcomes", tag: "outcomes", may: access.OutcomeView,
		summary: "What the index in force means for each programme", about: "For staff of the area; a member asks by household.own_view.",
	}, a.outcomeList)
	add(a, operation{
		id: "outcome.recompute", method: http.MethodPost, path: "/v1/households/{code}/recomputation", tag: "outcomes", may: access.OutcomeRecompute,
		summary: "Compute every stored score and outcome of a household again", about: "For auditors: nothing is written, and no answer is shown.",
	}, a.recompute)
}

func (a *API) outcomeList(ctx context.Context, c *call, in *OfHousehold) (*outcomeList, error) {
	v, err := a.view(ctx, c, household.ViewRequest{Household: household.Code(in.Code), Parts: household.TheScore}, []string{outcomesPart})
	if err != nil {
		return nil, err
	}
	if v.Outcomes == nil {
		v.Outcomes = []outcomeOut{}
	}
	return &outcomeList{v.Household, v.Outcomes}, nil
}

func (a *API) recompute(ctx context.Context, c *call, in *OfHousehold) (*recomputedOut, error) {
	list, err := a.Household.RecomputeHousehold(ctx, c.Caller, household.Code(in.Code))
	if err != nil {
		return nil, err
	}
	out := &recomputedOut{Scores: []recomputedScore{}}
	for _, v := range list {
		outcomes, err := a.Programmes.RecomputeScore(ctx, c.Caller, v.Household, v.Score)
		if err != nil {
			return nil, err
		}
		out.Household = v.Code.String()
		out.Scores = append(out.Scores, recomputedScore{at(v.From), at(v.To), string(v.Variables), string(v.Inputs), at(v.ErasedAt), v.Holds(),
			mapped(outcomes, func(o programme.Verdict) recomputedOutcome {
				return recomputedOutcome{o.Outcome.Programme, string(o.Finding)}
			})})
	}
	return out, nil
}
