package population

import (
	"context"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/seal"
)

// Retoken returns the token of a person for one recipient, named by the token
// of another, for jobs that pass on what concerns the person. It is no look at
// the person, as TokenOf is none. A token that names nobody is NotFound, code
// "population.unknown_token".
func (s *Service) Retoken(ctx context.Context, c access.Caller, token seal.Token, from, to string, issue bool) (seal.Token, error) {
	if err := c.May(access.JobRun); err != nil {
		return seal.Token{}, err
	}
	var person uid.ID
	err := s.store.View(ctx, func(tx Tx) error {
		row, err := s.resolve(ctx, tx, token, from)
		person = row.ID
		return err
	})
	if err != nil {
		return seal.Token{}, err
	}
	return s.TokenOf(ctx, c, person, to, issue)
}
