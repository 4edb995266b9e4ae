package programme

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
)

// Scores is what programmes ask the social register. An unknown score is an
// error of kind NotFound.
type Scores interface {
	Score(ctx context.Context, c access.Caller, household, score uid.ID) (*Score, error)
}

// Store keeps outcomes.
type Store interface {
	Do(ctx context.Context, fn func(Tx) error) error
	View(ctx context.Context, fn func(Tx) error) error
}

// Tx is one transaction.
type Tx interface {
	// Write keeps the outcomes of a score, with their event; ErrDecided when one
	// of them is there: there is one a score and programme.
	Write(ctx context.Context, outcomes []Outcome, e outbox.Event) error
	// Of returns the outcomes of a score, by programme.
	Of(ctx context.Context, household, score uid.ID) ([]Outcome, error)
	// After returns outcomes of all households in the order of their keys.
	After(ctx context.Context, c Cursor, limit int) ([]Outcome, error)
}

// ErrDecided says that a score has its outcomes.
var ErrDecided = &errs.Error{Kind: errs.Conflict, Code: "programme.decided", What: "the score has its outcomes", Fix: "nothing is to be done"}

// Cursor says where a page of outcomes ended.
type Cursor struct {
	Household, Score uid.ID
	Programme        string
}

// Config is what a service is made of; everything is needed.
type Config struct {
	Store      Store
	Scores     Scores
	Programmes []country.Programme
	Recomputes []string       // causes of a new score, by their codes
	Zone       *time.Location // the country's: a threshold holds from one day on
	Clock      clock.Clock
	IDs        *uid.Source
}

// Service decides on scores. It is safe for use by several goroutines.
type Service struct {
	store      Store
	scores     Scores
	programmes []country.Programme
	recomputes string
	zone       *time.Location
	clock      clock.Clock
	ids        *uid.Source
}

// New returns a service.
func New(c Config) *Service {
	return &Service{store: c.Store, scores: c.Scores, programmes: c.Programmes, recomputes: strings.Join(c.Recomputes, ","), zone: c.Zone, clock: c.Clock, ids: c.IDs}
}

// TopicDecided is the topic of outcomes that were written: DecidedEvent.
const TopicDecided = "programme.decided"

// DecidedEvent is the body of TopicDecided.
type DecidedEvent struct {
	Household uid.ID `json:"household"`
	Score     uid.ID `json:"score"`
}

// Outcomes works out what a score means for every programme that has a
// threshold for its formula on the day it came into force. It writes nothing.
func (s *Service) Outcomes(score *Score) []Outcome {
	day := civil.Of(score.From.In(s.zone))
	now := s.clock.Now().Truncate(time.Microsecond)
	var out []Outcome
	for _, p := range s.programmes {
		t, ok := p.On(score.Formula, day)
		if !ok {
			continue
		}
		o := Outcome{Household: score.Household, Score: score.ID, Programme: p.ID, Day: day, Threshold: t.AtMost, ThresholdFrom: t.From,
			Index: score.Index, Distance: score.Index.Above(t.AtMost), Formula: score.Formula, FormulaHash: score.FormulaHash, Recomputes: s.recomputes, Decided: now}
		o.Standing, o.Reason, o.Hinges = DecideOne(score, t.AtMost)
		out = append(out, o)
	}
	return out
}

// Decide reads a score and writes its outcomes. Deciding again changes
// nothing: the outbox asks for it once more after DecideOn.
func (s *Service) Decide(ctx context.Context, c access.Caller, household, score uid.ID) error {
	if err := c.May(access.HouseholdCompute); err != nil {
		return err
	}
	var there []Outcome
	err := s.store.View(ctx, func(tx Tx) (err error) {
		there, err = tx.Of(ctx, household, score)
		return err
	})
	if err != nil || len(there) > 0 { // outcomes of a score are written together
		return err
	}
	sc, err := s.scores.Score(ctx, c, household, score)
	if err != nil {
		return err
	}
	return s.DecideOn(ctx, c, sc)
}

// DecideOn writes the outcomes of a score that was just stored, all in one
// transaction.
func (s *Service) DecideOn(ctx context.Context, c access.Caller, score *Score) error {
	if err := c.May(access.HouseholdCompute); err != nil {
		return err
	}
	out := s.Outcomes(score)
	if len(out) == 0 {
		return nil
	}
	body, err := json.Marshal(DecidedEvent{Household: score.Household, Score: score.ID})
	if err != nil {
		return &errs.Error{Code: "programme.event", What: "an event cannot be written", Err: err}
	}
	e := outbox.Event{ID: s.ids.NewID(), Subject: score.Household, Topic: TopicDecided, At: out[0].Decided, Body: body}
	err = s.store.Do(ctx, func(tx Tx) error { return tx.Write(ctx, out, e) })
	if errors.Is(err, ErrDecided) {
		return nil
	}
	return err
}

// Of returns the stored outcomes of a score of a household, by programme.
func (s *Service) Of(ctx context.Context, c access.Caller, household, score uid.ID) ([]Outcome, error) {
	if err := c.May(access.OutcomeView); err != nil {
		return nil, err
	}
	if c.Kind != access.Person { // a person got here through the household that is his or her own
		sc, err := s.scores.Score(ctx, access.SystemCaller(c.Purpose, c.Basis), household, score)
		if err != nil {
			return nil, err
		}
		if err := c.MayIn(access.OutcomeView, sc.Locality); err != nil {
			return nil, err
		}
	}
	var out []Outcome
	err := s.store.View(ctx, func(tx Tx) (err error) {
		out, err = tx.Of(ctx, household, score)
		return err
	})
	return out, err
}

// Finding says how a stored outcome compares with the one computed again.
type Finding string

// The findings.
const (
	Agrees           Finding = "agrees"
	Differs          Finding = "differs"
	ThresholdChanged Finding = "threshold_changed" // the country's data have another threshold for the day, or none
	ScoreMissing     Finding = "score_missing"
)

// Verdict is a stored outcome computed again.
type Verdict struct {
	Outcome Outcome // as stored
	Finding Finding
}

// RecomputeAfter computes at most limit stored outcomes again, those after the
// cursor, and returns where it stopped; done is true behind the last.
func (s *Service) RecomputeAfter(ctx context.Context, c access.Caller, after Cursor, limit int) (out []Verdict, next Cursor, done bool, err error) {
	if err := c.May(access.OutcomeRecompute); err != nil {
		return nil, after, false, err
	}
	var rows []Outcome
	err = s.store.View(ctx, func(tx Tx) (err error) {
		rows, err = tx.After(ctx, after, limit)
		return err
	})
	if err != nil {
		return nil, after, false, err
	}
	if out, err = s.recompute(ctx, c, rows); err != nil {
		return nil, after, false, err
	}
	if n := len(rows); n > 0 {
		after = Cursor{rows[n-1].Household, rows[n-1].Score, rows[n-1].Programme}
	}
	return out, after, len(rows) < limit, nil
}

// RecomputeScore computes the stored outcomes of one score again.
func (s *Service) RecomputeScore(ctx context.Context, c access.Caller, household, score uid.ID) ([]Verdict, error) {
	if err := c.May(access.OutcomeRecompute); err != nil {
		return nil, err
	}
	var rows []Outcome
	err := s.store.View(ctx, func(tx Tx) (err error) {
		rows, err = tx.Of(ctx, household, score)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.recompute(ctx, c, rows)
}

func (s *Service) recompute(ctx context.Context, c access.Caller, rows []Outcome) ([]Verdict, error) {
	asked := access.SystemCaller(c.Purpose, c.Basis)
	out := make([]Verdict, 0, len(rows))
	var sc *Score
	var again []Outcome
	for i := range rows {
		v := Verdict{Outcome: rows[i], Finding: Agrees}
		if sc == nil || sc.ID != rows[i].Score {
			var err error
			sc, err = s.scores.Score(ctx, asked, rows[i].Household, rows[i].Score)
			if errs.KindOf(err) == errs.NotFound {
				v.Finding, sc = ScoreMissing, nil
				out = append(out, v)
				continue
			}
			if err != nil {
				return nil, err
			}
			again = s.Outcomes(sc)
		}
		n := slices.IndexFunc(again, func(o Outcome) bool { return o.Programme == rows[i].Programme })
		if n >= 0 {
			again[n].Recomputes = rows[i].Recomputes // the country's list of its day: nothing was decided by it
		}
		switch {
		case n < 0 || again[n].Threshold != rows[i].Threshold || again[n].ThresholdFrom != rows[i].ThresholdFrom:
			v.Finding = ThresholdChanged
		case again[n].bytes() != rows[i].bytes():
			v.Finding = Differs
		}
		out = append(out, v)
	}
	return out, nil
}
