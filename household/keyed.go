package household

import (
	"context"
	"crypto/sha256"
	"encoding/json"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/seal"
)

// keyed runs an act once per idempotency key; *out is what it returned the
// first time. A transaction may run again, also after one whose outcome was
// unknown: *out is then made anew, so that nothing of the run before is left in
// it.
func keyed[T any](ctx context.Context, s *Service, c access.Caller, op, key string, request any, out *T, act func(Tx) error) error {
	k, err := s.idempotent(ctx, c, op, key, request)
	if err != nil {
		return err
	}
	bind := seal.Binding{Table: "idempotency", Column: "response", Row: c.Actor}
	return s.store.DoKeyed(ctx, func(tx Tx) error {
		*out = *new(T)
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
func before[T any](ctx context.Context, s *Service, c access.Caller, op, key string, request any, out *T, failed error) error {
	err := keyed(ctx, s, c, op, key, request, out, nil)
	switch {
	case err == nil:
		return nil
	case errs.KindOf(err) == errs.Conflict:
		return err // the key was another request's, whatever became of this one
	}
	return failed
}

// requestField separates the blind indexes of requests from others.
const requestField = "household.request"

// idempotent returns the key of an act. The store binds what it keeps to the
// sender's key, but senders choose keys that can be guessed, and a request
// names people: so it is blinded as well. The oldest live blind key does it,
// that a rotation in between does not make another request of the same one.
func (s *Service) idempotent(ctx context.Context, c access.Caller, op, key string, request any) (Key, error) {
	b, err := json.Marshal(request)
	if err != nil {
		return Key{}, &errs.Error{Code: "household.request", What: "a request cannot be hashed", Err: err}
	}
	sum := sha256.Sum256(b)
	blinds, err := s.vault.Blinds(ctx, requestField, append(sum[:], op...))
	if err != nil {
		return Key{}, err
	}
	k := Key{Caller: c.Actor, Operation: op, Text: key}
	oldest := blinds[len(blinds)-1]
	copy(k.Body[:], oldest[:])
	return k, nil
}
