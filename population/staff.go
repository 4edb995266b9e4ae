package population

import (
	"context"

	"sijil/access"
	"sijil/seal"
)

// Staff answers who works where; the agency's books know. A staff member whom
// the agency has linked to a person has a token for the recipient Agency.
type Staff interface {
	// Colleague reports whether the person with this token of the recipient
	// Agency works at the centre of the caller, or is the caller.
	Colleague(ctx context.Context, c access.Caller, person seal.Token) (bool, error)
}
