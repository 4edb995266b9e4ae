package agency

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

// Login is what somebody shows at the door.
type Login struct {
	Login    string
	Password string
	Device   string // what an earlier login from this browser gave; may be empty
}

// Session is what a login gives. Its secret and device print as masks.
type Session struct {
	Secret Secret
	Device Secret    // for the browser to keep beyond the session
	Ends   time.Time // at the latest; it ends before when it is not used
	Idle   time.Duration
}

// Login checks a login and a password and begins a session. A name nobody has,
// a wrong password and an account that has ended are one answer after the same
// work: Denied, code "agency.login". Too many wrong ones make the name wait:
// code "agency.login_wait".
func (s *Service) Login(ctx context.Context, l Login) (Session, error) {
	login := loginOf(l.Login)
	if len(login) > 64 || len(l.Password) > 4*PasswordMost {
		return Session{}, refused()
	}
	now := s.now()
	keys, known, err := s.counters(ctx, login, l.Device)
	if err != nil {
		return Session{}, err
	}
	failures, err := s.reserve(ctx, keys, now)
	if err != nil {
		return Session{}, err
	}
	row, hashed, err := s.account(ctx, login)
	if err != nil {
		return Session{}, err
	}
	same, outdated, err := s.hasher.same(ctx, normalise(l.Password), hashed)
	if err != nil {
		return Session{}, err
	}
	actor := access.Caller{Kind: access.Staff, Actor: row.ID}
	if !same || row.State != Active {
		if wait(failures) > 0 {
			err := s.store.Do(ctx, func(tx Tx) error {
				return s.emit(ctx, tx, row.ID, TopicLoginSlowed, now, access.Caller{}, eventBody{Failures: failures})
			})
			if err != nil {
				return Session{}, err
			}
		}
		return Session{}, refused()
	}
	device := l.Device
	if !known {
		if device, err = s.newDevice(ctx, login); err != nil {
			return Session{}, err
		}
	}
	session, err := s.newSession(ctx, row.ID, now, now.Add(s.longest))
	if err != nil {
		return Session{}, err
	}
	var renewed []byte
	if outdated {
		if renewed, err = s.sealPassword(ctx, row, l.Password); err != nil {
			return Session{}, err
		}
	}
	err = s.store.Do(ctx, func(tx Tx) error {
		if renewed != nil {
			if err := tx.SetPassword(ctx, row.ID, renewed, now); err != nil {
				return err
			}
		}
		if err := tx.DropAttempts(ctx, keys); err != nil {
			return err
		}
		if err := tx.InsertSession(ctx, session.row); err != nil {
			return err
		}
		return s.emit(ctx, tx, row.ID, TopicLogin, now, actor, eventBody{})
	})
	if err != nil {
		return Session{}, err
	}
	return Session{Secret: session.secret, Device: Secret{device}, Ends: session.row.Ends, Idle: s.idle}, nil
}

func refused() error {
	return &errs.Error{Kind: errs.Denied, Code: "agency.login", What: "the login or the password is wrong", Fix: "type both again"}
}

// account reads whose login it is and opens the hash of the password. For a
// login of nobody it does the same with the decoy.
func (s *Service) account(ctx context.Context, login string) (row StaffRow, hashed []byte, err error) {
	logins, err := s.vault.Blinds(ctx, blindLogin, []byte(login))
	if err != nil {
		return row, nil, err
	}
	decoys, err := s.vault.Blinds(ctx, blindLogin, []byte(decoyLogin))
	if err != nil {
		return row, nil, err
	}
	var sealed []byte
	err = s.store.View(ctx, func(tx Tx) (err error) {
		row, sealed, err = tx.StaffByLogin(ctx, logins, decoys)
		return err
	})
	if errs.KindOf(err) == errs.NotFound {
		return row, nil, &errs.Error{Kind: errs.Unavailable, Code: "agency.no_administrator", What: "no account was made yet",
			Fix: "make the first administrator: sijil admin create"}
	}
	if err != nil {
		return row, nil, err
	}
	key, err := s.vault.Key(ctx, row.Key)
	if err != nil {
		return row, nil, err
	}
	hashed, err = key.Open(passwordCell(row.ID), sealed)
	return row, hashed, err
}

func (s *Service) sealPassword(ctx context.Context, row StaffRow, password string) ([]byte, error) {
	hashed, err := s.hasher.hash(ctx, normalise(password))
	if err != nil {
		return nil, err
	}
	key, err := s.vault.Key(ctx, row.Key)
	if err != nil {
		return nil, err
	}
	return key.Seal(passwordCell(row.ID), hashed), nil
}

// ChangePassword replaces one's own password. All sessions of the account end,
// the one at work too: log in again.
func (s *Service) ChangePassword(ctx context.Context, c access.Caller, old, fresh string) error {
	if err := c.May(access.AccountOwn); err != nil {
		return err
	}
	row, shown, err := s.staffByID(ctx, c.Actor)
	if err != nil {
		return err
	}
	// The old password is tried as a login is, so that a session left open does
	// not let anybody guess it.
	keys, _, err := s.counters(ctx, shown.Login, "")
	if err != nil {
		return err
	}
	if _, err := s.reserve(ctx, keys, s.now()); err != nil {
		return err
	}
	_, hashed, err := s.account(ctx, shown.Login)
	if err != nil {
		return err
	}
	same, _, err := s.hasher.same(ctx, normalise(old), hashed)
	if err != nil {
		return err
	}
	if !same {
		return refused()
	}
	return s.setPassword(ctx, c, row, shown, fresh, "own")
}

// ResetPassword gives somebody else a new password, which an administrator
// hands over; all their sessions end and nothing slows their login any more.
func (s *Service) ResetPassword(ctx context.Context, c access.Caller, ref uid.Ref, fresh string) error {
	if err := c.May(access.StaffManage); err != nil {
		return err
	}
	var row StaffRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		row, err = tx.StaffByRef(ctx, ref)
		return err
	})
	if err != nil {
		return err
	}
	shown, err := s.openStaff(ctx, row)
	if err != nil {
		return err
	}
	return s.setPassword(ctx, c, row, shown, fresh, "reset")
}

func (s *Service) setPassword(ctx context.Context, c access.Caller, row StaffRow, shown Staff, fresh, reason string) error {
	if row.State != Active {
		return &errs.Error{Kind: errs.Conflict, Code: "agency.ended", What: "the account has ended", Fix: "make a new one"}
	}
	if err := CheckPassword(fresh, shown.Login, shown.Name); err != nil {
		return err
	}
	sealed, err := s.sealPassword(ctx, row, fresh)
	if err != nil {
		return err
	}
	keys, _, err := s.counters(ctx, shown.Login, "")
	if err != nil {
		return err
	}
	now := s.now()
	return s.store.Do(ctx, func(tx Tx) error {
		if reason != "own" {
			if err := s.stillAdministrator(ctx, tx, c); err != nil {
				return err
			}
		}
		if err := tx.SetPassword(ctx, row.ID, sealed, now); err != nil {
			return err
		}
		if err := tx.EndSessions(ctx, row.ID, now, "password_set"); err != nil {
			return err
		}
		if err := tx.DropAttempts(ctx, keys); err != nil {
			return err
		}
		return s.emit(ctx, tx, row.ID, TopicPasswordSet, now, c, eventBody{Reason: reason})
	})
}

func (s *Service) staffByID(ctx context.Context, id uid.ID) (row StaffRow, shown Staff, err error) {
	err = s.store.View(ctx, func(tx Tx) (err error) {
		row, err = tx.StaffByID(ctx, id)
		return err
	})
	if err != nil {
		return row, shown, err
	}
	shown, err = s.openStaff(ctx, row)
	return row, shown, err
}

// Me returns one's own account.
func (s *Service) Me(ctx context.Context, c access.Caller) (Staff, error) {
	if err := c.May(access.AccountOwn); err != nil {
		return Staff{}, err
	}
	_, shown, err := s.staffByID(ctx, c.Actor)
	return shown, err
}
