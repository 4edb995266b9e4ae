package household

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// Verification is what an officer of the local authority found about a rival
// claim.
type Verification struct {
	Matter    uid.Ref
	Decisions int          // how many there were when it was looked at: 0 for the first
	Outcome   DisputeState // Moved: custody is with who claims the child; Stayed: with who has it
	Evidence  []Evidence
}

// Evidence is something that shows who has custody. What it says stays where
// it was shown.
type Evidence struct {
	Kind string     `json:"kind"` // a code of the country's list
	Day  civil.Date `json:"day"`  // of the paper, or of the visit
}

// Settled says what became of a rival claim by an act.
type Settled struct {
	Matter    uid.Ref      `json:"matter"`
	State     DisputeState `json:"state"`
	Decisions int          `json:"decisions"`
	Moved     bool         `json:"moved"` // the child is in another household now
}

const (
	opVerify    = "household.verify"
	maxEvidence = 10 // pieces
)

// DecideCustody decides a rival claim on evidence: an officer of the local
// authority in charge of either household, who took neither declaration, made
// no earlier decision on it, and is nobody concerned nor a colleague of one.
// A claim is decided once; a later decision needs another officer and evidence
// that no earlier one had. An idempotency key gives what the first act gave.
// Errors: Conflict household.custody_stale for another number of decisions,
// household.custody_ended for a claim that has ended by itself; Denied
// household.same_officer, household.interest.
func (s *Service) DecideCustody(ctx context.Context, c access.Caller, key string, v Verification) (*Settled, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	if err := c.May(access.HouseholdVerify); err != nil {
		return nil, err
	}
	if err := s.checkVerification(c, &v); err != nil {
		return nil, err
	}
	out := new(Settled)
	var err error
	for attempt := 1; ; attempt++ {
		err = s.decideCustody(ctx, c, key, &v, out)
		if !errors.Is(err, ErrRaced) || attempt == raceAttempts {
			break
		}
	}
	if err != nil {
		err = before(ctx, s, c, opVerify, key, v, out, err)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) checkVerification(c access.Caller, v *Verification) error {
	var bad errs.List
	bad.Add(refuseCase(c.Case))
	if _, err := uid.ParseRef(string(v.Matter)); err != nil {
		bad.Add(noMatter())
	}
	if v.Outcome != Moved && v.Outcome != Stayed {
		bad.Add(invalid("outcome", "outcome", "it is not said with whom the child lives", `use "moved" or "stayed"`))
	}
	if len(v.Evidence) == 0 || len(v.Evidence) > maxEvidence {
		bad.Add(invalid("evidence", "evidence", "a decision without evidence, or with too much", fmt.Sprintf("state 1 to %d pieces", maxEvidence)))
	}
	today := clock.Today(s.clock, s.zone)
	for i, e := range v.Evidence {
		at := fmt.Sprintf("evidence[%d]", i)
		if _, known := s.engine.rules.Custody.evidence(e.Kind); !known {
			bad.Add(invalid("evidence", at+".kind", "there is no such kind of evidence", "use a code of the country's list"))
		}
		if e.Day.IsZero() || e.Day.After(today) {
			bad.Add(invalid("evidence", at+".day", "the day is missing, or lies ahead", "state the day of the paper or visit"))
		}
		if slices.Contains(v.Evidence[:i], e) {
			bad.Add(invalid("evidence", at, "a piece stands twice", "state each once"))
		}
	}
	return bad.Err()
}

func (s *Service) decideCustody(ctx context.Context, c access.Caller, key string, v *Verification, out *Settled) error {
	m, err := s.matterIn(ctx, c, v.Matter)
	if err != nil {
		return err
	}
	if err := m.undecided(v); err != nil {
		return err
	}
	if err := s.impartial(ctx, c, m); err != nil {
		return err
	}
	if err := s.stillMatters(ctx, c, m); err != nil {
		return err
	}
	if err := s.courtOutranks(m, v); err != nil {
		return err
	}
	g := s.settling(c, m)
	d := g.row()
	if d.State == Open {
		g.p.closeTasks(d)
	}
	d.State, d.Settled, d.Look, d.Decisions = v.Outcome, g.p.now, time.Time{}, d.Decisions+1
	g.p.change(d)
	if err := s.give(ctx, g, v.Outcome, Decided); err != nil {
		return err
	}
	g.change.Decisions = append(g.change.Decisions, DecisionRow{Ref: d.Ref, Number: d.Decisions, Outcome: v.Outcome, Evidence: v.Evidence, Actor: c.Actor, At: g.p.now})
	change := s.finish(g)
	err = keyed(ctx, s, c, opVerify, key, *v, out, func(tx Tx) error {
		*out = Settled{Matter: d.Ref, State: v.Outcome, Decisions: d.Decisions, Moved: g.moved}
		return tx.Apply(ctx, change)
	})
	if err == nil {
		s.tellAll(ctx, g)
	}
	return err
}

// matterIn is matter for an officer in charge of either household.
func (s *Service) matterIn(ctx context.Context, c access.Caller, ref uid.Ref) (*matter, error) {
	var d DisputeRow
	var at [2]string
	err := s.store.View(ctx, func(tx Tx) error {
		var err error
		if d, err = tx.Dispute(ctx, ref); isNoHousehold(err) {
			return noMatter()
		} else if err != nil {
			return err
		}
		for i, id := range []uid.ID{d.Claimant, d.Holder} {
			h, err := tx.Household(ctx, id)
			if err != nil {
				return err
			}
			at[i] = h.Locality
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !c.In(at[1]) { // nothing is asked for somebody in charge of neither
		if err := c.MayIn(access.HouseholdVerify, at[0]); err != nil {
			return nil, err
		}
	}
	return s.matter(ctx, c, ref)
}

// undecided refuses a decision on what is no longer as it was looked at, and a
// later one that rests on nothing new.
func (m *matter) undecided(v *Verification) error {
	switch {
	case m.d.State == Ended:
		return conflict("custody_ended", "matter", "the matter has ended by itself", "nothing is to be decided")
	case m.d.Decisions != v.Decisions:
		return conflict("custody_stale", "decisions", "the matter was decided since it was looked at", "look at it again; a later decision needs new evidence")
	}
	if len(m.earlier) == 0 {
		return nil
	}
	fresh := slices.ContainsFunc(v.Evidence, func(e Evidence) bool {
		return !slices.ContainsFunc(m.earlier, func(d DecisionRow) bool { return slices.Contains(d.Evidence, e) })
	})
	if !fresh {
		return conflict("evidence_known", "evidence", "an earlier decision had all of this evidence", "state what is new")
	}
	return nil
}

// impartial holds an officer to be a second person without an interest of his
// or her own.
func (s *Service) impartial(ctx context.Context, c access.Caller, m *matter) error {
	acted := []uid.ID{m.d.Actor, m.claimant.version.Actor, m.holder.version.Actor}
	for _, d := range m.earlier {
		acted = append(acted, d.Actor)
	}
	if slices.Contains(acted, c.Actor) {
		return &errs.Error{Kind: errs.Denied, Code: "household.same_officer", What: "whoever took a declaration of either side, or decided before, does not decide",
			Fix: "hand the matter to another officer of the local authority"}
	}
	var adults []seal.Token
	for _, b := range []*base{m.claimant, m.holder} {
		more, err := b.adults(false)
		if err != nil {
			return err
		}
		adults = append(adults, more...)
	}
	is, err := s.people.Concerned(ctx, c, adults)
	if err == nil && is {
		err = &errs.Error{Kind: errs.Denied, Code: "household.interest", What: "somebody concerned is the officer, or works in the same office",
			Fix: "hand the matter to another office"}
	}
	return err
}

// stillMatters ends a claim that the registers have answered since, and refuses
// to decide it, or to decide anew about somebody who is no child any more.
func (s *Service) stillMatters(ctx context.Context, c access.Caller, m *matter) error {
	why, ended := s.lapsed(m)
	if m.d.State != Open {
		ended = ended && why != Withdrawn && why != Followed // the lines of a decided claim say no more than it
	}
	if !ended {
		return nil
	}
	if m.d.State == Open {
		if err := s.endItself(ctx, c, m, why); err != nil {
			return err
		}
	}
	return conflict("custody_ended", "matter", "the matter has ended by itself", "nothing is to be decided")
}

// courtOutranks refuses to decide against custody that an act founds on less
// than a court's word.
func (s *Service) courtOutranks(m *matter, v *Verification) error {
	winner, loser := m.d.By, m.d.Custodian
	if v.Outcome == Stayed {
		winner, loser = loser, winner
	}
	if loser == nil || m.word.of(*loser) != ByAct || winner != nil && m.word.of(*winner) == ByAct {
		return nil
	}
	for _, e := range v.Evidence {
		if k, _ := s.engine.rules.Custody.evidence(e.Kind); k.Court {
			return nil
		}
	}
	return conflict("custody_by_act", "evidence", "an act in the population register founds the custody of the other side", "state a court's word, or have the act ended in the population register")
}

// endItself ends an open claim without a decision.
func (s *Service) endItself(ctx context.Context, c access.Caller, m *matter, why Ending) error {
	g := s.settling(c, m)
	g.p.end(g.row(), why)
	change := s.finish(g)
	return s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, change) })
}

func (s *Service) tellAll(ctx context.Context, g *settling) {
	for _, sc := range g.scored {
		s.tell(ctx, sc.locality, sc.row)
	}
}
