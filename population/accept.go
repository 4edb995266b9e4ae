package population

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/uid"
)

// Acceptance is what the second officer decides about witnesses.
type Acceptance struct {
	Accept bool   `json:"accept"`
	Reason string `json:"reason,omitempty"` // of a refusal: a code of the country's data
}

// Accept accepts or refuses the witnesses of an enrolment: a second officer,
// of the local authority, never the one who captured it. An accepted person is
// numbered. The number itself is handed out by Show, at the counter.
func (s *Service) Accept(ctx context.Context, c access.Caller, key string, receipt uid.Ref, a Acceptance) (Status, error) {
	if err := c.May(access.PersonAccept); err != nil {
		return Status{}, err
	}
	return s.accept(ctx, c, key, receipt, a)
}

// Status is what became of an enrolment.
type Status struct {
	Receipt   uid.Ref
	State     EnrolmentState
	Captured  time.Time
	Decided   time.Time // zero while it is not
	Assurance Assurance
	Reason    string // code, of a refusal
}

// Receipt returns what became of an enrolment, to whoever holds its receipt.
// It tells no name and no number. Staff see those of their area.
func (s *Service) Receipt(ctx context.Context, c access.Caller, receipt uid.Ref) (Status, error) {
	if err := c.May(access.PersonReceipt); err != nil {
		return Status{}, err
	}
	return s.receipt(ctx, c, receipt)
}
