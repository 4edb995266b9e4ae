package household

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"io"
	"time"

	"sijil/access"
	"sijil/formula"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/errs"
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

// keyed runs an act once per idempotency key and returns what it returned the
// first time. The request is hashed under the key, which nobody stores.
func (s *Service) keyed(ctx context.Context, c access.Caller, op, key string, request any, out any, act func(Tx) error) error {
	k, err := idempotent(c, op, key, request)
	if err != nil {
		return err
	}
	bind := seal.Binding{Table: "idempotency", Column: "response", Row: c.Actor}
	return s.store.DoKeyed(ctx, func(tx Tx) error {
		prior, done, err := tx.Once(ctx, k, s.now())
		if err != nil {
			return err
		}
		if done {
			return s.recall(ctx, bind, prior, out)
		}
		if act == nil {
			return errNotDone
		}
		if err := act(tx); err != nil {
			return err
		}
		b, err := json.Marshal(out)
		if err != nil {
			return &errs.Error{Code: "household.response", What: "a response cannot be written", Err: err}
		}
		sealed, err := s.vault.SealShared(ctx, bind, b)
		if err != nil {
			return err
		}
		return tx.Remember(ctx, k, sealed)
	})
}

func (s *Service) recall(ctx context.Context, bind seal.Binding, sealed []byte, out any) error {
	b, err := s.vault.OpenShared(ctx, bind, sealed)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, out); err != nil {
		return &errs.Error{Code: "household.response", What: "a kept response cannot be read", Err: err}
	}
	return nil
}

// errNotDone undoes the claim of a key by a look-up that found nothing.
var errNotDone = &errs.Error{Kind: errs.NotFound, Code: "household.not_done", What: "the act was not done yet"}

// before returns the response of an act that was done already under the key.
// An act that fails asks this first: repeated, it would fail because it was
// done.
func (s *Service) before(ctx context.Context, c access.Caller, op, key string, request, out any, failed error) error {
	err := s.keyed(ctx, c, op, key, request, out, nil)
	switch {
	case err == nil:
		return nil
	case errs.KindOf(err) == errs.Conflict:
		return err // the key was another request's, whatever became of this one
	}
	return failed
}

func idempotent(c access.Caller, op, key string, request any) (Key, error) {
	b, err := json.Marshal(request)
	if err != nil {
		return Key{}, &errs.Error{Code: "household.request", What: "a request cannot be hashed", Err: err}
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(b)
	k := Key{Caller: c.Actor, Operation: op, Text: key}
	mac.Sum(k.Body[:0])
	return k, nil
}

// personField separates the blind indexes of persons from others.
const personField = "person"

// blinds returns the blind indexes of a token under every live key, the
// current first.
func (s *Service) blinds(ctx context.Context, t seal.Token) ([]seal.Blind, error) {
	b := t.Bytes()
	return s.vault.Blinds(ctx, personField, b[:])
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
