package agency

import (
	"context"
	"encoding/base64"
	"io"

	"sijil/access"
	"sijil/internal/errs"
)

// decoyLogin is the login of the account that logins of nobody are checked
// against. Nobody can type it: it is not of the form of a login.
const decoyLogin = "\x00nobody"

// FirstAdministrator makes the first administrator's account, from the command
// line of the machine: the caller is the system. When there is an active
// administrator already it is a Conflict, code "agency.administrator_exists":
// administrators make administrators.
//
// A reason other than "" makes one nevertheless, for when all passwords are
// lost. Whoever has the machine and its key file could do worse; this is
// recorded as what it is.
func (s *Service) FirstAdministrator(ctx context.Context, c access.Caller, n NewStaff, reason string) (Staff, error) {
	if err := c.May(access.StaffFirst); err != nil {
		return Staff{}, err
	}
	if reason != "" && (!codeForm.MatchString(reason) || len(reason) > 64) {
		return Staff{}, errs.Bad("reason", "the reason is not a code", "write it in small letters and hyphens, such as passwords-lost")
	}
	n.Roles = []access.Role{access.Administrator}
	p, err := s.prepare(ctx, n, n.Roles)
	if err != nil {
		return Staff{}, err
	}
	nobody, err := s.newDecoy(ctx)
	if err != nil {
		return Staff{}, err
	}
	err = s.store.Do(ctx, func(tx Tx) error {
		if err := tx.Guard(ctx); err != nil {
			return err
		}
		administrators, err := tx.ActiveStaff(ctx, access.Administrator)
		if err != nil {
			return err
		}
		topic, why := TopicStaffCreated, ""
		if administrators > 0 {
			if reason == "" {
				return &errs.Error{Kind: errs.Conflict, Code: "agency.administrator_exists", What: "there is an administrator already",
					Fix: "let an administrator make the account; when all their passwords are lost, state the reason for another"}
			}
			topic, why = TopicStaffRecovered, reason
		}
		decoys, err := s.vault.Blinds(ctx, blindLogin, []byte(decoyLogin))
		if err != nil {
			return err
		}
		if _, _, err := tx.StaffByLogin(ctx, decoys, decoys); errs.KindOf(err) == errs.NotFound {
			err = tx.InsertStaff(ctx, nobody.row, byOf(c), nobody.logins, nobody.password)
			if err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		return s.insertStaff(ctx, tx, c, p, topic, why)
	})
	if err != nil {
		return Staff{}, err
	}
	return p.shown, nil
}

// newDecoy makes the account of nobody, with a password that nobody knows.
func (s *Service) newDecoy(ctx context.Context) (prepared, error) {
	var unknown [32]byte
	if _, err := io.ReadFull(s.rand, unknown[:]); err != nil {
		panic("agency: no randomness: " + err.Error())
	}
	return s.sealStaff(ctx, NewStaff{Name: "-", Login: decoyLogin, Password: base64.StdEncoding.EncodeToString(unknown[:])}, decoy)
}

// HasAdministrator reports whether there is an active administrator: a server
// without one refuses to start.
func (s *Service) HasAdministrator(ctx context.Context) (bool, error) {
	n := 0
	err := s.store.View(ctx, func(tx Tx) (err error) {
		n, err = tx.ActiveStaff(ctx, access.Administrator)
		return err
	})
	return n > 0, err
}
