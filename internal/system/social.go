package system

import (
	"context"
	"encoding/json"

	"sijil/access"
	"sijil/formula"
	"sijil/household"
	"sijil/household/householddb"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/programme"
	"sijil/programme/programmedb"
	"sijil/questionnaire"
	"sijil/seal"
)

// householdsFile is the country's file of rules on households.
const householdsFile = "households.json"

// socialJob is this program at work on households: it computes and decides.
func socialJob() access.Caller {
	return access.SystemCaller("social-register", "the law of the social register")
}

// wireSocial makes the social register and the programmes, which share a store.
func (s *System) wireSocial(g *country.Geography) error {
	land := s.Parts.Country
	data, err := land.ReadFile(householdsFile)
	if err != nil {
		return err
	}
	rules, err := household.ParseRules(householdsFile, data)
	if err != nil {
		return err
	}
	q, err := land.LoadQuestionnaire()
	if err != nil {
		return err
	}
	formulas, err := allFormulas(land)
	if err != nil {
		return err
	}
	programmes, err := land.LoadProgrammes()
	if err != nil {
		return err
	}
	db := s.stores[SocialStore]
	s.Household, err = household.New(household.Config{
		Store: watchedHomes{householddb.New(db), s.IDs}, People: people{s}, Vault: s.Vaults[seal.Social], Rules: rules, Questionnaire: q, Geography: g,
		Formulas: formulas, Formula: land.Formula, Zone: land.Zone, Clock: s.Parts.Clock, IDs: s.IDs, Rand: s.Parts.Rand,
		Scored: func(ctx context.Context, sc household.StoredScore) error {
			return s.Programmes.DecideOn(ctx, socialJob(), scoreOf(&sc))
		},
	})
	if err != nil {
		return err
	}
	causes := make([]string, len(rules.Recompute.Causes))
	for i, c := range rules.Recompute.Causes {
		causes[i] = string(c)
	}
	s.Programmes = programme.New(programme.Config{
		Store: programmedb.New(db), Scores: scores{s.Household}, Programmes: programmes, Recomputes: causes, Zone: land.Zone, Clock: s.Parts.Clock, IDs: s.IDs,
	})
	return nil
}

func allFormulas(land *country.Country) ([]*formula.Formula, error) {
	ids, err := land.Formulas()
	if err != nil {
		return nil, err
	}
	out := make([]*formula.Formula, len(ids))
	for i, id := range ids {
		if out[i], err = land.LoadFormula(id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// people lets the social register ask the population register.
type people struct{ s *System }

func (p people) Exchange(ctx context.Context, c access.Caller, key string, claims []household.Claim) ([]household.Exchanged, error) {
	in := make([]population.Claim, len(claims))
	for i, q := range claims {
		in[i] = population.Claim{IDCS: q.IDCS, Name: q.Name, Birth: q.Birth}
	}
	got, err := p.s.Population.Exchange(ctx, c, population.Social, key, in)
	out := make([]household.Exchanged, len(got))
	for i, g := range got {
		out[i] = household.Exchanged{Yes: g.Yes, Token: g.Token}
	}
	return out, err
}

func (p people) Facts(ctx context.Context, c access.Caller, tokens []seal.Token) ([]household.Fact, error) {
	got, err := p.s.Population.Facts(ctx, c, population.Social, tokens)
	out := make([]household.Fact, len(got))
	for i, g := range got {
		out[i] = household.Fact{Birth: g.Birth, Sex: sexes[g.Sex], Alive: g.Alive}
	}
	return out, err
}

func (p people) Members(ctx context.Context, c access.Caller, tokens []seal.Token) ([]household.Fact, error) {
	got, err := p.s.Population.Members(ctx, c, population.Social, tokens)
	out := make([]household.Fact, len(got))
	for i, g := range got {
		out[i] = household.Fact{Birth: g.Birth, Sex: sexes[g.Sex], Alive: g.Alive, Custody: household.Custody{State: household.CustodyState(g.Custody.State)}}
		for _, h := range g.Custody.Holders {
			out[i].Custody.Holders = append(out[i].Custody.Holders, household.Custodian(h))
		}
	}
	return out, err
}

// Concerned asks the agency's books, which know persons by a token of their own.
func (p people) Concerned(ctx context.Context, c access.Caller, tokens []seal.Token) (bool, error) {
	for _, t := range tokens {
		known, err := p.s.Population.Retoken(ctx, socialJob(), t, population.Social, population.Agency, false)
		if err == nil && !known.IsZero() {
			var is bool
			if is, err = p.s.Agency.Colleague(ctx, c, known); is {
				return true, err
			}
		}
		if err != nil && !gone(err) {
			return false, err
		}
	}
	return false, nil
}

func (p people) Own(ctx context.Context, c access.Caller) (seal.Token, error) {
	if c.Kind != access.Person {
		return seal.Token{}, nil
	}
	return p.s.Population.TokenOf(ctx, socialJob(), c.Actor, population.Social, true)
}

var sexes = map[population.Sex]questionnaire.Sex{population.Female: questionnaire.Female, population.Male: questionnaire.Male}

// scores lets programmes read the social register's scores.
type scores struct{ h *household.Service }

func (a scores) Score(ctx context.Context, c access.Caller, home, score uid.ID) (*programme.Score, error) {
	s, err := a.h.ScoreFor(ctx, c, home, score)
	if err != nil {
		return nil, err
	}
	return scoreOf(s), nil
}

func scoreOf(s *household.StoredScore) *programme.Score {
	return &programme.Score{
		Household: s.Household, ID: s.ID, Locality: s.Locality, From: s.From, Formula: s.Formula, FormulaHash: s.FormulaHash,
		EvaluationVersion: s.EvaluationVersion, Index: s.Index, Low: s.Low, High: s.High, Otherwise: s.Otherwise, RangeUnknown: s.RangeUnknown,
		Awaiting: s.Awaiting, OutsideFrame: s.OutsideFrame, Imputed: s.Imputed,
	}
}

// SocialEvents are the handlers of the social store's events: what a score
// means is decided even when the program stopped right after the score.
func (s *System) SocialEvents() map[string]outbox.Handler {
	return map[string]outbox.Handler{
		household.TopicScored: func(ctx context.Context, e outbox.Event) error {
			var body household.ScoredEvent
			if err := json.Unmarshal(e.Body, &body); err != nil {
				return &errs.Error{Code: "system.event", What: "the body of an event of " + e.Topic + " cannot be read", Err: err}
			}
			return s.Programmes.Decide(ctx, socialJob(), body.Household, body.Score)
		},
	}
}

// CorrectedPerson is the handler of population.TopicCorrected: whoever the
// social register knows gets a new score where the facts move one.
func (s *System) CorrectedPerson(ctx context.Context, e outbox.Event) error {
	token, err := s.Population.TokenOf(ctx, socialJob(), e.Subject, population.Social, false)
	if err != nil || token.IsZero() {
		return err
	}
	return s.Household.PersonCorrected(ctx, socialJob(), token, e.ID)
}

// RelatedPerson is the handler of population.TopicRelated: rival claims to a
// child are held against who has custody now.
func (s *System) RelatedPerson(ctx context.Context, e outbox.Event) error {
	token, err := s.Population.TokenOf(ctx, socialJob(), e.Subject, population.Social, false)
	if err != nil || token.IsZero() {
		return err
	}
	return s.Household.CustodyRecorded(ctx, socialJob(), token)
}
