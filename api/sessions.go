package api

import (
	"context"
	"net/http"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/errs"
)

type loginIn struct {
	Login    string `json:"login" maxLength:"64" example:"officer.two"`
	Password string `json:"password" maxLength:"512" example:"a kettle sings over the harbour"`
	Device   string `json:"device,omitempty" maxLength:"512" doc:"What an earlier login from this device gave; it keeps strangers who guess from slowing this login down."`
}

type sessionOut struct {
	Secret      string    `json:"secret" doc:"Send it as Authorization: Bearer. It is shown this once." example:"sijils_…"`
	Device      string    `json:"device,omitempty" doc:"Keep it for the next login from this device."`
	Ends        time.Time `json:"ends" doc:"When the session ends at the latest."`
	IdleSeconds int       `json:"idle_seconds" doc:"It ends earlier when it is not used for so long." example:"1800"`
}

type passwordIn struct {
	Old   string `json:"old" maxLength:"512" example:"a kettle sings over the harbour"`
	Fresh string `json:"fresh" maxLength:"512" doc:"15 to 128 characters." example:"two herons stand in a field"`
}

func (a *API) sessions() {
	add(a, operation{
		id: "session.start", method: http.MethodPost, path: "/v1/sessions", tag: "sessions", anonymous: true, status: http.StatusCreated, most: 4 << 10,
		summary: "Log in",
		about:   "A wrong login, a wrong password and an ended account are one answer. After many wrong ones the login waits (429).",
	}, a.login)
	addNone(a, operation{
		id: "session.end", method: http.MethodDelete, path: "/v1/sessions/current", tag: "sessions", summary: "Log out",
	}, func(ctx context.Context, c *call, _ *no) error { return a.Agency.Logout(ctx, c.secret) })
	add(a, operation{
		id: "session.rotate", method: http.MethodPost, path: "/v1/sessions/current/rotation", tag: "sessions", status: http.StatusCreated,
		summary: "Change the secret of the session",
		about:   "The old secret opens nothing any more; the new one ends when the old one would have.",
	}, a.rotate)
	addNone(a, operation{
		id: "session.end_all", method: http.MethodDelete, path: "/v1/sessions", tag: "sessions", may: access.AccountOwn,
		summary: "End every session of the account, this one too",
	}, func(ctx context.Context, c *call, _ *no) error { return a.Agency.EndOwnSessions(ctx, c.Caller) })
	add(a, operation{
		id: "me.show", method: http.MethodGet, path: "/v1/me", tag: "sessions", may: access.AccountOwn, summary: "One's own account",
	}, func(ctx context.Context, c *call, _ *no) (*staffOut, error) {
		s, err := a.Agency.Me(ctx, c.Caller)
		if err != nil {
			return nil, err
		}
		return staffOf(s), nil
	})
	addNone(a, operation{
		id: "me.password", method: http.MethodPut, path: "/v1/me/password", tag: "sessions", may: access.AccountOwn, most: 4 << 10,
		summary: "Change one's own password", about: "All sessions of the account end, this one too: log in again.",
	}, a.changePassword)
}

// changePassword answers a wrong old password with 422: the session is good,
// and a program must not take it for ended.
func (a *API) changePassword(ctx context.Context, c *call, in *given[passwordIn]) error {
	err := a.Agency.ChangePassword(ctx, c.Caller, in.Body.Old, in.Body.Fresh)
	if codeIn(err) == "agency.login" {
		return &errs.Error{Kind: errs.Invalid, Code: "api.password", Field: "old", What: "this is not the password", Fix: "type it again"}
	}
	return err
}

func (a *API) login(ctx context.Context, _ *call, in *given[loginIn]) (*sessionOut, error) {
	s, err := a.Agency.Login(ctx, agency.Login{Login: in.Body.Login, Password: in.Body.Password, Device: in.Body.Device})
	if err != nil {
		return nil, err
	}
	return sessionOf(s), nil
}

func (a *API) rotate(ctx context.Context, c *call, _ *no) (*sessionOut, error) {
	s, err := a.Agency.Rotate(ctx, c.secret)
	if err != nil {
		return nil, err
	}
	return sessionOf(s), nil
}

func sessionOf(s agency.Session) *sessionOut {
	return &sessionOut{Secret: s.Secret.Text(), Device: s.Device.Text(), Ends: at(s.Ends), IdleSeconds: int(s.Idle.Seconds())}
}
