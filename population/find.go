package population

import (
	"context"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/uid"
	"sijil/seal"
)

// MaxCandidates is how many persons one Find shows.
const MaxCandidates = 10

// FindRequest names a person by one exact key.
type FindRequest struct {
	IDCS     idcs.IDCS
	Document *Document // a birth act, too
	Contact  *Contact
	Receipt  uid.Ref
}

// Candidate is a person who may be the one looked for, masked. Token is what
// Show and Correct take, with the recipient Counter.
type Candidate struct {
	Token     seal.Token
	Names     []string // official name in each script, all but the first letters masked
	BirthYear int
	Sex       Sex
	Locality  string
	Number    string // masked but for the last two digits; "" while there is none
	State     State
}

// Find returns the persons who have an exact key, at most MaxCandidates, of
// the caller's area only. Each is a disclosure.
func (s *Service) Find(ctx context.Context, c access.Caller, r FindRequest) ([]Candidate, error) {
	if err := c.May(access.DoorFind); err != nil {
		return nil, err
	}
	return s.find(ctx, c, r)
}
