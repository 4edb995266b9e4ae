package portal

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/errs"
)

// A session is a cookie with the secret that the agency's books gave, and when
// the browser got it. Where the connection is encrypted its name begins with
// __Host-: a browser then takes it from this host only, for all of it, and
// never without encryption. The time is the browser's to forge: it says when
// the secret is changed for another, and nothing else.
const (
	sessionCookie = "session"
	deviceCookie  = "device"
	deviceAge     = 365 * 24 * time.Hour
	rotateAfter   = 15 * time.Minute
)

// visitor is somebody who is signed in.
type visitor struct {
	caller access.Caller
	secret string
	Name   string // of the account, for its own pages
	Office string
}

// may reports whether the roles of the visitor have an operation at all: its
// purpose and case are stated when it is asked for.
func (v *visitor) may(op access.Operation) bool {
	c := v.caller
	c.Purpose, c.Basis, c.Case = "any", "any", "any"
	return c.May(op) == nil
}

// Households reports whether the visitor may look at households.
func (v *visitor) Households() bool { return v.may(access.HouseholdView) }

// Figures reports whether the visitor may see figures.
func (v *visitor) Figures() bool { return v.may(access.CountsView) }

// named is a cookie's name on this connection.
func named(r *http.Request, name string) string {
	if r.TLS != nil {
		return "__Host-" + name
	}
	return name
}

// cookie is a cookie for this host that scripts and other sites do not get.
func cookie(r *http.Request, name, value string, age time.Duration) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure wherever the connection is; the demonstration on a loopback has none
		Name: named(r, name), Value: value, Path: "/", MaxAge: int(age / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil,
	}
}

// begin gives the browser a session.
func (p *Portal) begin(w http.ResponseWriter, r *http.Request, s agency.Session) {
	http.SetCookie(w, cookie(r, sessionCookie, s.Secret.Text()+"."+strconv.FormatInt(p.Clock.Now().Unix(), 10), 0))
	if device := s.Device.Text(); device != "" {
		http.SetCookie(w, cookie(r, deviceCookie, device, deviceAge))
	}
}

// forget takes the session from the browser.
func forget(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, cookie(r, sessionCookie, "", -time.Second))
}

// sessionOf is the secret that came with a request, and when it was given.
func sessionOf(r *http.Request) (secret string, given time.Time) {
	c, err := r.Cookie(named(r, sessionCookie))
	if err != nil {
		return "", time.Time{}
	}
	secret, at, _ := strings.Cut(c.Value, ".")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return secret, time.Time{}
	}
	return secret, time.Unix(seconds, 0)
}

// codeNoSession is the agency's answer to a secret that opens nothing.
const codeNoSession = "agency.no_session"

// visitor says who is signed in; nil when nobody is. A page that is only
// looked at gives a session that has been at work for a while another secret.
func (p *Portal) visitor(w http.ResponseWriter, r *http.Request) (*visitor, error) {
	secret, given := sessionOf(r)
	if secret == "" {
		return nil, nil //nolint:nilnil // nobody is signed in, and nothing is wrong
	}
	caller, err := p.Work.Staff.Authenticate(r.Context(), agency.Credential{Session: secret})
	if codeOf(err) == codeNoSession || errs.KindOf(err) == errs.Invalid {
		return nil, nil //nolint:nilnil // a session that has ended, or never was
	}
	if err != nil {
		return nil, err
	}
	me, err := p.Work.Staff.Me(r.Context(), caller)
	if err != nil {
		return nil, err
	}
	v := &visitor{caller: caller, secret: secret, Name: me.Name, Office: me.Office}
	if age := p.Clock.Now().Sub(given); r.Method == http.MethodGet && (age > rotateAfter || age < 0) {
		s, err := p.Work.Staff.Rotate(r.Context(), secret)
		if codeOf(err) == codeNoSession {
			return nil, nil //nolint:nilnil // another page of the same browser has just done it: the sign-in page leads back
		}
		if err != nil {
			return nil, err
		}
		v.secret = s.Secret.Text()
		p.begin(w, r, s)
	}
	return v, nil
}

// codeOf is the stable code of an error, "" when it has none.
func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ""
}

// readValues reads the fields of a form that was sent.
func readValues(w http.ResponseWriter, r *http.Request, most int64) (url.Values, error) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, errNoForm
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return nil, errTooLarge
		}
		return nil, errNoForm // the sender has gone away, or the body is broken
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, errNoForm
	}
	return values, nil
}
