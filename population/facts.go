package population

import (
	"context"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/errs"
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

func (s *Service) facts(ctx context.Context, c access.Caller, recipient string, tokens []seal.Token) ([]Fact, error) {
	if err := recipientOf(c, recipient); err != nil {
		return nil, err
	}
	if len(tokens) == 0 || len(tokens) > MaxClaims {
		return nil, errs.Bad("tokens", "no tokens, or too many at once", "send 1 to 100")
	}
	list, err := s.disclose(ctx, func(tx Tx) ([]looked, *Changes, error) {
		rows, err := s.resolveAll(ctx, tx, tokens, recipient)
		if err != nil {
			return nil, nil, err
		}
		out := make([]looked, len(rows))
		for i, row := range rows {
			out[i] = looked{row, c.Disclose(s.ids.NewID(), row.ID, s.now(), access.DoorFacts, "birth", "sex", "alive")}
		}
		return out, &Changes{}, nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Fact, len(list))
	for i, o := range list {
		out[i] = Fact{Token: tokens[i], Birth: o.Birth.Date, Sex: o.Sex, Alive: o.row.State != Deceased}
	}
	return out, nil
}
