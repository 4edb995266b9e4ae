package population

import (
	"context"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/seal"
)

// MaxClaims is how many persons one Exchange may ask about.
const MaxClaims = 100

// Claim is what somebody says of a person.
type Claim struct {
	IDCS  idcs.IDCS
	Name  string        // as typed: any script, given and family name in any order
	Birth civil.Partial // at least as precise as the register has it
}

// Exchanged is the answer to a claim. It does not say which part was wrong.
type Exchanged struct {
	Yes   bool
	Token seal.Token // zero unless Yes
}

// Exchange answers for each claim whether number, name and birth date are
// those of one living, active person, and gives the recipient's token of that
// person. Claims of a household are one act; a claim that is not true does not
// hold up the others.
func (s *Service) Exchange(ctx context.Context, c access.Caller, recipient, key string, claims []Claim) ([]Exchanged, error) {
	if err := c.May(access.DoorExchange); err != nil {
		return nil, err
	}
	return s.exchange(ctx, c, recipient, key, claims)
}
