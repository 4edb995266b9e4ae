package demo

import (
	"context"
	"slices"

	"sijil/access"
	"sijil/household"
	"sijil/population"
)

// waits reports whether what came up in this period still waits for officers
// at the end of the sample, so that there is work to be done.
func (e *events) waits() bool { return e.period == periods-1 }

// judge lets two officers, each alone, say of everybody who looks like
// somebody whether they are one person.
func (e *events) judge(ctx context.Context) error {
	if e.waits() {
		return nil
	}
	reg := e.l.System.Population
	for _, c := range e.l.office.judges {
		list, err := reg.Cases(ctx, c, access.AnyArea, population.CaseCursor{}, population.MaxPage)
		if err != nil {
			return err
		}
		for _, open := range list {
			c.Case = string(open.Ref)
			seen, err := reg.Case(ctx, c, open.Ref)
			if err != nil {
				return err
			}
			_, err = reg.Judge(ctx, c, e.l.key(e.l.first(e.period), "judge-"+string(open.Ref)), open.Ref, e.opinion(&seen))
			if _, err := e.l.took(err); err != nil {
				return err
			}
		}
	}
	return nil
}

// opinion is what both officers hold: who comes without papers and is as like
// as can be is the same person, but in every other period, when both came.
func (e *events) opinion(seen *population.CaseView) population.Judgement {
	j := population.Judgement{Verdict: population.OpinionDifferent, Seen: seen.Seen}
	if e.period%2 == 0 && len(seen.Subject.Documents) == 0 && len(seen.Others) > 0 {
		j.Verdict, j.Other = population.OpinionSame, seen.Others[0].Place
	}
	for _, r := range e.l.System.Population.Rules().Judgement.Reasons {
		if slices.Contains(r.For, j.Verdict) {
			j.Reason = r.Code
		}
	}
	return j
}

// verify lets the local authority decide with whom the child lives that the
// household claims: in turn with who claims it, and with who has it.
func (e *events) verify(ctx context.Context, claims *home) error {
	if e.waits() {
		return nil
	}
	reg, kinds := e.l.System.Household, e.l.rules.Custody.Evidence
	seen, err := reg.View(ctx, claims.at(e.l.office.declares), household.ViewRequest{Household: claims.filed.Household})
	if err != nil || len(seen.Custody) == 0 || len(kinds) == 0 {
		return err
	}
	v := household.Verification{Matter: seen.Custody[0].Matter, Outcome: household.Stayed, Evidence: []household.Evidence{{Kind: kinds[0].Code, Day: claims.model.Today()}}}
	if e.period%2 == 1 {
		v.Outcome = household.Moved
	}
	_, err = reg.DecideCustody(ctx, claims.at(e.l.office.verifies), e.l.key(claims.n, "custody"), v)
	_, err = e.l.took(err)
	return err
}
