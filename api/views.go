package api

import (
	"context"
	"net/http"
	"time"

	"sijil/access"
	"sijil/formula"
	"sijil/household"
	"sijil/programme"
)

type viewIn struct {
	Parts []string `json:"parts" maxItems:"8" enum:"score,history,answers,outcomes" doc:"What to open beside members and tasks. Looking at answers is a disclosure." example:"[\"score\", \"outcomes\"]"`
}

type ownViewIn struct {
	Who   claim    `json:"who" doc:"The member who asks."`
	Parts []string `json:"parts" maxItems:"8" enum:"score,history,answers,own_answers,outcomes" example:"[\"score\", \"own_answers\"]"`
}

type shownLine struct {
	Line     int       `json:"line" example:"1"`
	Adult    bool      `json:"adult" example:"true"`
	Standing string    `json:"standing" example:"declared"`
	Counted  bool      `json:"counted" example:"true"`
	Due      time.Time `json:"due,omitzero" doc:"When an adult who has not confirmed counts."`
	Custody  string    `json:"custody,omitempty" doc:"Of a child: on what ground somebody here has custody."`
}

type contribution struct {
	Code        string `json:"code" example:"intercept"`
	Given       string `json:"given,omitempty"`
	Value       string `json:"value,omitempty"`
	Coefficient string `json:"coefficient,omitempty"`
	Points      string `json:"points" doc:"A decimal text; those of all parts add up to unrounded exactly." example:"11.100000000000"`
	State       string `json:"state,omitempty" doc:"Why the household gave no value."`
	Limited     string `json:"limited,omitempty" doc:"floor or cap."`
}

type scoreOut struct {
	Index         string         `json:"index" doc:"A decimal text of seven decimals." example:"9.3626150"`
	Unrounded     string         `json:"unrounded" example:"9.362614987654"`
	Low           string         `json:"low" doc:"The lowest index that presumed birthdays allow." example:"9.3626150"`
	High          string         `json:"high" example:"9.3626150"`
	RangeUnknown  bool           `json:"range_unknown,omitzero" doc:"Low and high are no bounds."`
	Presumed      int            `json:"presumed,omitzero" doc:"Members whose age rests on a presumed birthday."`
	Awaiting      int            `json:"awaiting,omitzero" doc:"Members who await a number."`
	Otherwise     string         `json:"otherwise,omitempty" doc:"The index with those counted the other way."`
	OutsideFrame  string         `json:"outside_frame,omitempty" doc:"The formula was not made for such a household: a person decides."`
	Imputed       []string       `json:"imputed" doc:"Terms for which the formula's stated value stands."`
	Stratum       string         `json:"stratum" example:"stratum-1"`
	Region        string         `json:"region" example:"01"`
	AsOf          string         `json:"as_of" example:"2026-11-01"`
	Formula       string         `json:"formula" example:"formula-1"`
	Version       string         `json:"formula_version" example:"1"`
	Hash          string         `json:"formula_hash"`
	Cause         string         `json:"cause,omitempty" example:"declaration"`
	From          time.Time      `json:"from,omitzero" doc:"Since when it is in force."`
	To            time.Time      `json:"to,omitzero"`
	Contributions []contribution `json:"contributions"`
}

type outcomeOut struct {
	Programme     string    `json:"programme" example:"programme-1"`
	Standing      string    `json:"standing" doc:"at_or_below, above or undecided. At or below, one condition is met: nobody is eligible, a beneficiary or a payee by it." example:"above"`
	Reason        string    `json:"reason" example:"compared"`
	Hinges        string    `json:"hinges,omitempty" doc:"On what alone an outcome in the household's favour rests."`
	Threshold     string    `json:"threshold" doc:"A decimal text." example:"9.5000000"`
	ThresholdFrom string    `json:"threshold_from" example:"2026-01-01"`
	Index         string    `json:"index" example:"9.3626150"`
	Distance      string    `json:"distance" doc:"How far the index lies above the threshold; negative below." example:"-0.1373850"`
	Day           string    `json:"day" doc:"The day it holds for." example:"2026-11-01"`
	Decided       time.Time `json:"decided,omitzero"`
}

type viewOut struct {
	Household  string             `json:"household" example:"B2345-C6789-D"`
	Revision   int64              `json:"revision" example:"1"`
	Version    int                `json:"version" doc:"0 for a household that has only a draft." example:"1"`
	Draft      int                `json:"draft,omitzero"`
	Locality   string             `json:"locality" example:"01.002-U"`
	AsOf       string             `json:"as_of,omitempty" example:"2026-11-01"`
	DeclaredBy string             `json:"declared_by,omitempty"`
	Head       int                `json:"head,omitzero" doc:"The line of the head." example:"1"`
	HeadReason string             `json:"head_reason,omitempty"`
	ReviewDue  string             `json:"review_due,omitempty" example:"2028-11-01"`
	Lines      []shownLine        `json:"lines"`
	Own        int                `json:"own,omitzero" doc:"The line of the person who asks."`
	Score      *scoreOut          `json:"score,omitempty"`
	History    []scoreOut         `json:"history,omitempty"`
	Outcomes   []outcomeOut       `json:"outcomes,omitempty"`
	Tasks      []string           `json:"tasks"`
	Custody    []ownMatter        `json:"custody,omitempty" doc:"Rival claims to a child that the household makes or answers."`
	Answers    map[string]answers `json:"answers,omitempty" doc:"By line; household for those of all."`
	Note       string             `json:"note,omitempty"`
}

func (a *API) views() {
	add(a, operation{
		id: "household.view", method: http.MethodPost, path: "/v1/households/{code}/view", tag: "households", may: access.HouseholdView,
		summary: "See a household", about: "For staff of its area. Members are lines: who they are, is the population register's to say.",
	}, func(ctx context.Context, c *call, in *householdAnd[viewIn]) (*viewOut, error) {
		return a.view(ctx, c, household.ViewRequest{Household: household.Code(in.Code), Parts: parts(in.Body.Parts)}, in.Body.Parts)
	})
	add(a, operation{
		id: "household.own_view", method: http.MethodPost, path: "/v1/households/{code}/own-view", tag: "households", may: access.HouseholdView, creates: true,
		summary: "A member sees the household", about: "Whoever asks proves a line of it by number, name and birth date, at the counter or alone.",
	}, func(ctx context.Context, c *call, in *householdAnd[ownViewIn]) (*viewOut, error) {
		who, err := a.who("who", &in.Body.Who)
		if err != nil {
			return nil, err
		}
		return a.view(ctx, c, household.ViewRequest{Household: household.Code(in.Code), Parts: parts(in.Body.Parts), Who: who, Key: c.key}, in.Body.Parts)
	})
}

// viewParts are the parts by name. Outcomes are of the score in force.
var viewParts = map[string]household.Parts{
	"score": household.TheScore, "history": household.TheHistory, "answers": household.TheAnswers, "own_answers": household.OwnAnswers, outcomesPart: household.TheScore,
}

const outcomesPart = "outcomes"

func parts(names []string) (p household.Parts) {
	for _, n := range names {
		p |= viewParts[n]
	}
	return p
}

func (a *API) view(ctx context.Context, c *call, q household.ViewRequest, asked []string) (*viewOut, error) {
	h, err := a.Household.View(ctx, c.Caller, q)
	if err != nil {
		return nil, err
	}
	out := &viewOut{
		Household: h.Code.String(), Revision: h.Revision, Version: h.Version, Draft: h.Draft, Locality: h.Locality, AsOf: dayText(h.AsOf), DeclaredBy: h.DeclaredBy,
		Head: h.Head, HeadReason: h.HeadReason, ReviewDue: dayText(h.ReviewDue), Own: h.Own, Tasks: texts(h.Tasks), Note: h.Note,
		Custody: mapped(h.Custody, ownMatterShown),
		Lines: mapped(h.Lines, func(l household.ShownLine) shownLine {
			return shownLine{l.Line, l.Adult, string(l.Standing), l.Counted, at(l.Due), string(l.Custody)}
		}),
	}
	if h.Score != nil {
		if out.Score, err = scoreShown(*h.Score); err != nil {
			return nil, err
		}
	}
	for _, s := range h.History {
		one, err := scoreShown(s)
		if err != nil {
			return nil, err
		}
		out.History = append(out.History, *one)
	}
	if len(h.Answers) > 0 {
		out.Answers = map[string]answers{}
		for line, text := range h.Answers {
			out.Answers[lineNumber(line)] = answers(text)
		}
	}
	for _, name := range asked {
		if name == outcomesPart && h.Score != nil {
			list, err := a.Programmes.Of(ctx, c.Caller, h.ID, h.Score.ID)
			if err != nil {
				return nil, err
			}
			out.Outcomes = mapped(list, outcomeShown)
		}
	}
	return out, nil
}

func scoreShown(s household.ShownScore) (*scoreOut, error) {
	list, err := s.Contributions()
	if err != nil {
		return nil, err
	}
	out := &scoreOut{
		Index: s.Index.String(), Unrounded: s.Unrounded.String(), Low: s.Low.String(), High: s.High.String(), RangeUnknown: s.RangeUnknown, Presumed: s.Presumed, Awaiting: s.Awaiting,
		OutsideFrame: s.OutsideFrame, Imputed: texts(s.Imputed), Stratum: s.Stratum, Region: s.Region, AsOf: dayText(s.AsOf),
		Formula: s.Formula, Version: s.FormulaVersion, Hash: s.FormulaHash, Cause: string(s.Cause), From: at(s.From), To: at(s.To),
		Contributions: mapped(list, func(p household.Part) contribution { return contribution(p) }),
	}
	if s.Awaiting > 0 {
		out.Otherwise = indexText(s.Otherwise)
	}
	return out, nil
}

// indexText is an index as a decimal text; none where there is none.
func indexText(x formula.Index) string {
	if x == formula.NoIndex {
		return "none"
	}
	return x.String()
}

func outcomeShown(o programme.Outcome) outcomeOut {
	return outcomeOut{o.Programme, string(o.Standing), string(o.Reason), string(o.Hinges), o.Threshold.String(), dayText(o.ThresholdFrom), o.Index.String(), o.Distance.String(), dayText(o.Day), at(o.Decided)}
}
