package agency

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// touchEvery is how often the use of a session is written down.
const touchEvery = time.Minute

type drawnSession struct {
	secret Secret
	row    SessionRow
}

func (s *Service) newSession(ctx context.Context, staff uid.ID, now, ends time.Time) (drawnSession, error) {
	text := newSecret(s.rand, sessionPrefix)
	blind, err := s.vault.Blind(ctx, blindSession, []byte(text))
	if err != nil {
		return drawnSession{}, err
	}
	return drawnSession{Secret{text}, SessionRow{Secret: blind, Staff: staff, Started: now, Seen: now, Ends: ends}}, nil
}

// noSession is the one answer to a secret that opens nothing: never given,
// ended, expired or forged.
func noSession() error {
	return &errs.Error{Kind: errs.Denied, Code: "agency.no_session", What: "the session has ended", Fix: "log in again"}
}

// live finds a session that has not ended, and its staff member.
func (s *Service) live(ctx context.Context, secret string) (session SessionRow, staff StaffRow, err error) {
	if !wellFormed(secret, sessionPrefix) {
		return session, staff, noSession()
	}
	blinds, err := s.vault.Blinds(ctx, blindSession, []byte(secret))
	if err != nil {
		return session, staff, err
	}
	err = s.store.View(ctx, func(tx Tx) (err error) {
		if session, err = tx.Session(ctx, blinds); err != nil {
			return err
		}
		staff, err = tx.StaffByID(ctx, session.Staff)
		return err
	})
	if errs.KindOf(err) == errs.NotFound {
		return session, staff, noSession()
	}
	if err != nil {
		return session, staff, err
	}
	now := s.now()
	if !session.Ended.IsZero() || !now.Before(session.Ends) || now.Sub(session.Seen) >= s.idle || staff.State != Active {
		return session, staff, noSession()
	}
	return session, staff, nil
}

func (s *Service) fromSession(ctx context.Context, secret string) (access.Caller, error) {
	session, staff, err := s.live(ctx, secret)
	if err != nil {
		return access.Caller{}, err
	}
	if now := s.now(); now.Sub(session.Seen) >= touchEvery {
		err := s.store.Do(ctx, func(tx Tx) error { return tx.TouchSession(ctx, session.Secret, now) })
		if err != nil {
			return access.Caller{}, err
		}
	}
	return access.Caller{Kind: access.Staff, Actor: staff.ID, Roles: staff.Roles, Areas: staff.Areas}, nil
}

// Rotate ends a session and begins another in its place that ends at the same
// time: for after anything that changes what the session may do.
func (s *Service) Rotate(ctx context.Context, secret string) (Session, error) {
	old, staff, err := s.live(ctx, secret)
	if err != nil {
		return Session{}, err
	}
	now := s.now()
	drawn, err := s.newSession(ctx, staff.ID, now, old.Ends)
	if err != nil {
		return Session{}, err
	}
	err = s.store.Do(ctx, func(tx Tx) error {
		was, err := tx.EndSession(ctx, old.Secret, now, "rotated")
		if err != nil {
			return err
		}
		if !was {
			return noSession()
		}
		return tx.InsertSession(ctx, drawn.row)
	})
	if err != nil {
		return Session{}, err
	}
	return Session{Secret: drawn.secret, Ends: old.Ends, Idle: s.idle}, nil
}

// Logout ends a session. A secret that opens nothing is no error: it is ended.
func (s *Service) Logout(ctx context.Context, secret string) error {
	if !wellFormed(secret, sessionPrefix) {
		return nil
	}
	blinds, err := s.vault.Blinds(ctx, blindSession, []byte(secret))
	if err != nil {
		return err
	}
	now := s.now()
	return s.store.Do(ctx, func(tx Tx) error {
		row, err := tx.Session(ctx, blinds)
		if errs.KindOf(err) == errs.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		was, err := tx.EndSession(ctx, row.Secret, now, "logout")
		if err != nil || !was {
			return err
		}
		return s.emit(ctx, tx, row.Staff, TopicLogout, now, access.Caller{Kind: access.Staff, Actor: row.Staff}, eventBody{})
	})
}

// EndOwnSessions ends every session of the caller's account, the one at work
// too.
func (s *Service) EndOwnSessions(ctx context.Context, c access.Caller) error {
	if err := c.May(access.AccountOwn); err != nil {
		return err
	}
	now := s.now()
	return s.store.Do(ctx, func(tx Tx) error {
		if err := tx.EndSessions(ctx, c.Actor, now, "own"); err != nil {
			return err
		}
		return s.emit(ctx, tx, c.Actor, TopicLogout, now, c, eventBody{Reason: "all"})
	})
}

// blindsOf is Blinds of a text.
func (s *Service) blindsOf(ctx context.Context, field, text string) ([]seal.Blind, error) {
	return s.vault.Blinds(ctx, field, []byte(text))
}
