package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"sijil/access"
	"sijil/household"
	"sijil/internal/system"
	"sijil/programme"
)

// recomputeCmd computes stored scores and outcomes again and says whether the
// bytes agree.
type recomputeCmd struct {
	storeFlags

	Household string `help:"Code of one household." placeholder:"CODE" xor:"which" required:""`
	All       bool   `help:"Every household." xor:"which" required:""`
	After     string `help:"Go on behind this place, as an interrupted run printed it." placeholder:"PLACE"`
	JSON      bool   `help:"Print one JSON object."`
}

// recomputePage is how many scores are read at a time.
const recomputePage = 500

// recomputeReport is what --json prints.
type recomputeReport struct {
	Scores   recomputeCount     `json:"scores"`
	Outcomes recomputeCount     `json:"outcomes"`
	Erased   int                `json:"inputs_erased"` // scores whose answers are erased: computed from their variables only
	Findings []recomputeFinding `json:"findings"`      // what does not agree
	Details  []recomputeDetail  `json:"details,omitempty"`
}

type recomputeCount struct {
	Computed int `json:"computed"`
	Agree    int `json:"agree"`
}

type recomputeFinding struct {
	Score     string `json:"score"`
	Household string `json:"household,omitempty"` // its code, when one was asked for
	Programme string `json:"programme,omitempty"`
	Variables string `json:"from_variables,omitempty"`
	Inputs    string `json:"from_answers,omitempty"`
	Outcome   string `json:"outcome,omitempty"`
}

type recomputeDetail struct {
	Score     string `json:"score"`
	From      string `json:"in_force_from"`
	To        string `json:"in_force_to,omitempty"`
	Variables string `json:"from_variables"`
	Inputs    string `json:"from_answers"`
	Erased    string `json:"erased_on,omitempty"`
}

// Run recomputes, and fails when anything differs.
func (cmd *recomputeCmd) Run(c *console) (err error) {
	if cmd.After != "" && !cmd.All {
		return usageError("--after goes with --all")
	}
	at, err := parsePlace(cmd.After)
	if err != nil {
		return err
	}
	s, err := cmd.open(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r := &recomputing{system: s, caller: access.SystemCaller("audit", "recompute"), report: recomputeReport{Findings: []recomputeFinding{}}}
	if cmd.All {
		err = r.all(c, at)
	} else {
		err = r.one(c.ctx, cmd.Household)
	}
	if err != nil {
		return err
	}
	if cmd.JSON {
		err = printJSON(c.out, r.report)
	} else {
		r.print(c.out)
	}
	if err == nil && len(r.report.Findings) > 0 {
		return errReported
	}
	return err
}

// recomputing is a run.
type recomputing struct {
	system *system.System
	caller access.Caller
	report recomputeReport
}

func (r *recomputing) one(ctx context.Context, code string) error {
	found, err := r.system.Household.RecomputeHousehold(ctx, r.caller, household.Code(code))
	if err != nil {
		return err
	}
	for i := range found {
		v := &found[i]
		d := recomputeDetail{Score: v.Score.String(), From: v.From.Format(time.RFC3339), Variables: string(v.Variables), Inputs: string(v.Inputs)}
		if !v.To.IsZero() {
			d.To = v.To.Format(time.RFC3339)
		}
		if !v.ErasedAt.IsZero() {
			d.Erased = v.ErasedAt.Format(time.DateOnly)
		}
		r.report.Details = append(r.report.Details, d)
		r.score(v)
		outcomes, err := r.system.Programmes.RecomputeScore(ctx, r.caller, v.Household, v.Score)
		if err != nil {
			return err
		}
		r.outcomes(outcomes)
	}
	return nil
}

// all walks through the scores and then through the outcomes, in the order of
// their keys. A run that is broken off says where it was, and can be taken up.
func (r *recomputing) all(c *console, at runPlace) (err error) {
	bar := newProgress(c.err, "computed again", 0)
	defer func() {
		bar.end()
		if err != nil && at != (runPlace{}) {
			fmt.Fprintf(c.err, "sijil: go on with --after %s\n", at)
		}
	}()
	for done := at.outcomes; !done; {
		var page []household.Verdict
		if page, at.score, done, err = r.system.Household.RecomputeAfter(c.ctx, r.caller, at.score, recomputePage); err != nil {
			return err
		}
		for i := range page {
			r.score(&page[i])
		}
		bar.at(r.report.Scores.Computed)
	}
	at.outcomes = true
	for done := false; !done; {
		var page []programme.Verdict
		if page, at.outcome, done, err = r.system.Programmes.RecomputeAfter(c.ctx, r.caller, at.outcome, recomputePage); err != nil {
			return err
		}
		r.outcomes(page)
		bar.at(r.report.Scores.Computed + r.report.Outcomes.Computed)
	}
	return nil
}

func (r *recomputing) score(v *household.Verdict) {
	r.report.Scores.Computed++
	if v.Inputs == household.InputsErased {
		r.report.Erased++
	}
	if v.Holds() {
		r.report.Scores.Agree++
		return
	}
	f := recomputeFinding{Score: v.Score.String(), Variables: string(v.Variables), Inputs: string(v.Inputs)}
	if v.Code != "" {
		f.Household = v.Code.String()
	}
	r.report.Findings = append(r.report.Findings, f)
}

func (r *recomputing) outcomes(page []programme.Verdict) {
	for i := range page {
		r.report.Outcomes.Computed++
		if page[i].Finding == programme.Agrees {
			r.report.Outcomes.Agree++
			continue
		}
		o := &page[i].Outcome
		r.report.Findings = append(r.report.Findings, recomputeFinding{Score: o.Score.String(), Programme: o.Programme, Outcome: string(page[i].Finding)})
	}
}

func (r *recomputing) print(w io.Writer) {
	for _, d := range r.report.Details {
		until := d.To
		if until == "" {
			until = "now"
		}
		inputs := d.Inputs
		if d.Erased != "" {
			inputs = "inputs erased on " + d.Erased
		}
		fmt.Fprintf(w, "score %s  %s to %s\n  from its variables: %s\n  from the answers:   %s\n", d.Score, d.From, until, d.Variables, inputs)
	}
	for _, f := range r.report.Findings {
		if f.Outcome != "" {
			fmt.Fprintf(w, "outcome of score %s for %s: %s\n", f.Score, f.Programme, f.Outcome)
		} else if len(r.report.Details) == 0 {
			fmt.Fprintf(w, "score %s: from its variables: %s; from the answers: %s\n", f.Score, f.Variables, f.Inputs)
		}
	}
	s := &r.report
	fmt.Fprintf(w, "%d scores computed again, %d agree", s.Scores.Computed, s.Scores.Agree)
	if s.Erased > 0 {
		fmt.Fprintf(w, " (%d from their variables only: inputs erased)", s.Erased)
	}
	fmt.Fprintf(w, "\n%d outcomes computed again, %d agree\n", s.Outcomes.Computed, s.Outcomes.Agree)
}
