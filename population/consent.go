package population

import (
	"context"
	"time"

	"sijil/access"
	"sijil/seal"
)

// ConsentShown is a consent of a person.
type ConsentShown struct {
	Kind      string
	Given     time.Time
	Withdrawn time.Time // zero while it holds
}

// ConsentAct gives or withdraws one consent.
type ConsentAct struct {
	Person  seal.Token `json:"-"`    // for the recipient Counter; zero for a person who acts alone
	Kind    string     `json:"kind"` // code of the country's data
	Give    bool       `json:"give"`
	Contact *Contact   `json:"contact,omitempty"` // with a consent to a channel: the address itself
}

// Consent gives or withdraws a consent for what the law leaves optional. With
// the consent to a channel its contacts leave the record.
func (s *Service) Consent(ctx context.Context, c access.Caller, key string, a ConsentAct) error {
	if err := c.May(access.PersonConsent); err != nil {
		return err
	}
	return s.consent(ctx, c, key, a)
}
