package household

import (
	"context"
	"io"
	"time"

	"sijil/formula"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/uid"
	"sijil/questionnaire"
	"sijil/seal"
)

// Config is what a service is made of. Everything but Scored is needed.
type Config struct {
	Store         Store
	People        People
	Vault         *seal.Vault // of the social domain
	Rules         *Rules
	Questionnaire *questionnaire.Questionnaire
	Geography     *country.Geography
	Formulas      []*formula.Formula // all of the country: stored scores name theirs
	Formula       string             // id of the one in force
	Zone          *time.Location
	Clock         clock.Clock
	IDs           *uid.Source
	Rand          io.Reader
	// Scored is told of every new score right after it was stored, so that
	// programmes decide at once. Its error is dropped: the event household.scored
	// in the outbox says the same again until it is heard.
	Scored func(ctx context.Context, s StoredScore) error
}

// Service is the social register. It is safe for use by several goroutines.
type Service struct {
	store  Store
	people People
	vault  *seal.Vault
	engine *engine
	zone   *time.Location
	clock  clock.Clock
	ids    *uid.Source
	rand   io.Reader
	scored func(ctx context.Context, s StoredScore) error
}

// New returns a service, after checking that the country's parts fit each
// other.
func New(c Config) (*Service, error) {
	e, err := newEngine(c.Questionnaire, c.Geography, c.Rules, c.Formula, c.Formulas)
	if err != nil {
		return nil, err
	}
	return &Service{store: c.Store, people: c.People, vault: c.Vault, engine: e, zone: c.Zone, clock: c.Clock, ids: c.IDs, rand: c.Rand, scored: c.Scored}, nil
}

// The topics of the events of this register. Their bodies name ids only.
const (
	TopicScored = "household.scored" // a score is in force: ScoredEvent
	TopicTask   = "household.task"   // a task was opened: TaskEvent
)

// ScoredEvent is the body of TopicScored.
type ScoredEvent struct {
	Household uid.ID `json:"household"`
	Score     uid.ID `json:"score"`
}

// personField separates the blind indexes of persons from others.
const personField = "person"

// blinds returns the blind indexes of a token under every live key, the
// current first, and those of tokens that are the same person's.
func (s *Service) blinds(ctx context.Context, t seal.Token) ([]seal.Blind, error) {
	b := t.Bytes()
	own, err := s.vault.Blinds(ctx, personField, b[:])
	if err != nil {
		return nil, err
	}
	return s.known(ctx, own)
}

// tell hands a new score to those who decide on it. It is a short cut: the
// outbox says the same.
func (s *Service) tell(ctx context.Context, locality string, r *ScoreRow) {
	if s.scored != nil && r != nil { // its error is dropped: the outbox repeats it until it is heard
		_ = s.scored(ctx, StoredScore{ShownScore: shown(r), Household: r.Household, Locality: locality})
	}
}

// now is the instant, as finely as stores keep it.
func (s *Service) now() time.Time { return s.clock.Now().Truncate(time.Microsecond) }
