package agency

import (
	"context"
	"slices"
	"strconv"

	"sijil/access"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

// Credential is what comes with a request: the secret of a session or of a
// client, and what the request is for.
type Credential struct {
	Session string
	Bearer  string
	Purpose string  // code; "" where none is needed
	Case    uid.Ref // the case or receipt at work; "" where none is needed
}

// Authenticate says who asks. Errors are Denied: "agency.no_session" or
// "agency.secret" when the secret opens nothing, "agency.purpose" when the
// purpose is not registered, not in force, or not this caller's to state.
// The legal basis comes from the register of purposes, never from the request.
func (s *Service) Authenticate(ctx context.Context, cr Credential) (access.Caller, error) {
	var c access.Caller
	var grants []Grant
	var err error
	switch {
	case cr.Session != "" && cr.Bearer != "":
		return access.Caller{}, errs.Bad("authorization", "both a session and a secret were sent", "send one of them")
	case cr.Session != "":
		c, err = s.fromSession(ctx, cr.Session)
	default:
		c, grants, err = s.fromBearer(ctx, cr.Bearer)
	}
	if err != nil {
		return access.Caller{}, err
	}
	if cr.Case != "" {
		ref, err := uid.ParseRef(string(cr.Case))
		if err != nil {
			return access.Caller{}, err
		}
		c.Case = string(ref)
	}
	if cr.Purpose == "" {
		return c, nil
	}
	return s.state(ctx, c, grants, cr.Purpose)
}

// state puts a purpose and its basis into a caller who may state it.
func (s *Service) state(ctx context.Context, c access.Caller, grants []Grant, code string) (access.Caller, error) {
	var p Purpose
	err := s.store.View(ctx, func(tx Tx) (err error) {
		p, err = tx.Purpose(ctx, code)
		return err
	})
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return access.Caller{}, err
	}
	today := clock.Today(s.clock, s.zone)
	mine := slices.ContainsFunc(c.Roles, func(r access.Role) bool { return slices.Contains(p.Roles, r) })
	if c.Kind == access.Client {
		mine = mine && slices.ContainsFunc(grants, func(g Grant) bool { return g.Purpose == code && inside(today, g.From, g.To) })
	}
	if err != nil || !mine || !p.on(today) {
		return access.Caller{}, &errs.Error{Kind: errs.Denied, Code: "agency.purpose", Field: "purpose",
			What: "this account may not state this purpose today", Fix: "ask the administrator which purposes are registered for it"}
	}
	c.Purpose, c.Basis = p.Code, p.Basis
	return c, nil
}

func itoa(i int) string { return strconv.Itoa(i) }
