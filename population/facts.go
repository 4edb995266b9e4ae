package population

import (
	"context"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/seal"
)

// Fact is what an index needs of a person, and nothing that names it.
type Fact struct {
	Token seal.Token
	Birth civil.Partial // with the precision it is known to
	Sex   Sex
	Alive bool
}

// Facts returns the facts of persons, in the order of their tokens, each a
// disclosure, all in one transaction. One token that does not resolve for the
// recipient is an error that names its place: NotFound, population.unknown_token.
func (s *Service) Facts(ctx context.Context, c access.Caller, recipient string, tokens []seal.Token) ([]Fact, error) {
	if err := c.May(access.DoorFacts); err != nil {
		return nil, err
	}
	return s.facts(ctx, c, recipient, tokens)
}
