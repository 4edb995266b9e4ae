package population

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/uid"
)

// MaxPage is how many rows a list returns at once.
const MaxPage = 100

// Disclosed returns who saw data of the person who asks, the latest first,
// below a disclosure's id (zero: from the latest), at most MaxPage.
func (s *Service) Disclosed(ctx context.Context, c access.Caller, before uid.ID) ([]access.Disclosure, error) {
	if err := c.May(access.LookedOwn); err != nil {
		return nil, err
	}
	var out []access.Disclosure
	err := s.store.View(ctx, func(tx Tx) (err error) {
		out, err = tx.Disclosures(ctx, c.Actor, before, MaxPage)
		return err
	})
	return out, err
}

// Used returns for what the record of the person who asks was compared.
func (s *Service) Used(ctx context.Context, c access.Caller, before uid.ID) ([]access.Use, error) {
	if err := c.May(access.LookedOwn); err != nil {
		return nil, err
	}
	var out []access.Use
	err := s.store.View(ctx, func(tx Tx) (err error) {
		out, err = tx.Uses(ctx, c.Actor, before, MaxPage)
		return err
	})
	return out, err
}

// Vouching is one enrolment that a person vouched for.
type Vouching struct {
	ID      uid.ID
	Receipt uid.Ref
	At      time.Time
	State   EnrolmentState
}

// Vouched returns for which enrolments the person who asks is a witness. It
// names nobody: a witness knows for whom.
func (s *Service) Vouched(ctx context.Context, c access.Caller, before uid.ID) ([]Vouching, error) {
	if err := c.May(access.PersonVouched); err != nil {
		return nil, err
	}
	return s.vouched(ctx, c, before)
}
