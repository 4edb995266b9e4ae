package population

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/civil"
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
		out, err = ofSelves(ctx, s, tx, c, func(id uid.ID) ([]access.Disclosure, error) { return tx.Disclosures(ctx, id, before, MaxPage) },
			func(d access.Disclosure) uid.ID { return d.ID })
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
		out, err = ofSelves(ctx, s, tx, c, func(id uid.ID) ([]access.Use, error) { return tx.Uses(ctx, id, before, MaxPage) },
			func(u access.Use) uid.ID { return u.ID })
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

func (s *Service) vouched(ctx context.Context, c access.Caller, before uid.ID) ([]Vouching, error) {
	var out []Vouching
	err := s.store.View(ctx, func(tx Tx) error {
		rows, err := ofSelves(ctx, s, tx, c, func(id uid.ID) ([]VouchingRow, error) { return tx.Vouched(ctx, id, before, MaxPage) },
			func(r VouchingRow) uid.ID { return r.ID })
		if err != nil {
			return err
		}
		receipts := make([]uid.Ref, len(rows))
		for i, r := range rows {
			receipts[i] = r.Receipt
		}
		states, err := tx.EnrolmentStates(ctx, receipts)
		if err != nil {
			return err
		}
		out = make([]Vouching, len(rows))
		for i, r := range rows {
			out[i] = Vouching{ID: r.ID, Receipt: r.Receipt, At: r.At, State: states[r.Receipt]}
		}
		return nil
	})
	return out, err
}

// Count is a count by place and month.
type Count struct {
	Place string
	Month civil.Date // its first day
	Count int64
}

// The names of counts. Counts of refusals are called CountRefused and the code
// of the refusal.
const (
	CountRefused    = "refused."            // at the counter: no record was kept
	CountWitnesses  = "enrolled.witnesses"  // without papers, on witnesses
	CountIntroducer = "enrolled.introducer" // children without any civil-status act
)

// Counts returns counts of a name, which name nobody, by place and month: those
// after the place and month of one (zero: from the first), at most MaxPage.
func (s *Service) Counts(ctx context.Context, c access.Caller, name string, after Count) ([]Count, error) {
	if err := c.May(access.CountsView); err != nil {
		return nil, err
	}
	var out []Count
	err := s.store.View(ctx, func(tx Tx) error {
		rows, err := tx.Tallies(ctx, name, after.Place, after.Month, MaxPage)
		out = make([]Count, len(rows))
		for i, r := range rows {
			out[i] = Count{Place: r.Place, Month: r.Month, Count: r.Count}
		}
		return err
	})
	return out, err
}

// SharedContacts returns how many contacts are shared by more persons than the
// country's cap, and how often one more was added to such a contact.
func (s *Service) SharedContacts(ctx context.Context, c access.Caller) (contacts, alarms int64, err error) {
	if err := c.May(access.CountsView); err != nil {
		return 0, 0, err
	}
	err = s.store.View(ctx, func(tx Tx) (err error) {
		contacts, alarms, err = tx.SharedContacts(ctx)
		return err
	})
	return contacts, alarms, err
}
