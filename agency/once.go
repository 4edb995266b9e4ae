package agency

import (
	"context"
	"encoding/json"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/seal"
)

// once runs an act at most once per key of a caller: when it is asked again,
// the kept response of the first time is returned. request is what was asked,
// without secrets; its hash is keyed, because it may be about a person.
func once[T any](ctx context.Context, s *Service, c access.Caller, operation, key string, request any, act func(Tx) (T, error)) (out T, again bool, err error) {
	if key == "" || len(key) > 200 {
		return out, false, errs.Bad("idempotency_key", "an act that creates needs a key of 1 to 200 characters", "send a random one, and the same when you ask again")
	}
	body, err := json.Marshal(request)
	if err != nil {
		return out, false, err
	}
	blind, err := s.vault.Blind(ctx, blindBody, body)
	if err != nil {
		return out, false, err
	}
	k := Key{Caller: c.Actor, Operation: operation, Text: key}
	copy(k.Body[:], blind[:])
	at := seal.Binding{Table: "idempotency", Column: "response", Row: c.Actor}
	err = s.store.DoKeyed(ctx, func(tx Tx) error {
		var prior []byte
		if prior, again, err = tx.Once(ctx, k, s.now()); err != nil {
			return err
		}
		if again {
			plain, err := s.vault.OpenShared(ctx, at, prior)
			if err != nil {
				return err
			}
			return json.Unmarshal(plain, &out)
		}
		if out, err = act(tx); err != nil {
			return err
		}
		plain, err := json.Marshal(out)
		if err != nil {
			return err
		}
		sealed, err := s.vault.SealShared(ctx, at, plain)
		if err != nil {
			return err
		}
		return tx.Remember(ctx, k, sealed)
	})
	return out, again, err
}
