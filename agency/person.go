package agency

import (
	"context"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// LinkPerson records which person a staff member is, by the agency's token of
// the person, so that nobody vouches at the centre they work for. A person is
// linked to one account.
func (s *Service) LinkPerson(ctx context.Context, c access.Caller, ref uid.Ref, person seal.Token) error {
	if err := c.May(access.StaffManage); err != nil {
		return err
	}
	if person.IsZero() {
		return errs.Bad("person", "no person was named", "send the token of the person")
	}
	token := person.Bytes()
	blind, err := s.vault.Blind(ctx, blindPerson, token[:])
	if err != nil {
		return err
	}
	now := s.now()
	return s.store.Do(ctx, func(tx Tx) error {
		if err := s.stillAdministrator(ctx, tx, c); err != nil {
			return err
		}
		row, err := tx.StaffByRef(ctx, ref)
		if err != nil {
			return err
		}
		if err := tx.LinkPerson(ctx, blind, row.ID); err != nil {
			return err
		}
		return s.emit(ctx, tx, row.ID, TopicStaffChanged, now, c, eventBody{Version: row.Version, Reason: "person_linked"})
	})
}

// Colleague reports whether a person, by the agency's token, is the caller or
// an active staff member of the caller's office.
func (s *Service) Colleague(ctx context.Context, c access.Caller, person seal.Token) (bool, error) {
	if c.Kind != access.Staff || person.IsZero() {
		return false, nil
	}
	token := person.Bytes()
	blinds, err := s.vault.Blinds(ctx, blindPerson, token[:])
	if err != nil {
		return false, err
	}
	same := false
	err = s.store.View(ctx, func(tx Tx) error {
		other, err := tx.StaffOfPerson(ctx, blinds)
		if errs.KindOf(err) == errs.NotFound {
			same = false
			return nil
		}
		if err != nil {
			return err
		}
		me, err := tx.StaffByID(ctx, c.Actor)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return err
		}
		same = other.ID == c.Actor || other.State == Active && other.Office != "" && other.Office == me.Office
		return nil
	})
	return same, err
}
