package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

// admit lets a request through to its operation, or says why not: how often it
// may be asked, who asks, whether that account may do this at all, and only
// then what the body holds.
func (a *API) admit(w http.ResponseWriter, r *http.Request, o *operation) (*http.Request, error) {
	c := &call{}
	var err error
	if o.anonymous {
		err = tooOften(a.unknown.take(addressKey(r.RemoteAddr), 1))
	} else {
		c, err = a.known(r, o)
	}
	if err != nil {
		return nil, err
	}
	c.names = a.names
	if o.creates {
		if c.key, err = key(r.Header); err != nil {
			return nil, err
		}
	}
	if !o.body {
		if err := noBody(r); err != nil {
			return nil, err
		}
		return r.WithContext(context.WithValue(r.Context(), callKey{}, c)), nil
	}
	body, err := readBody(w, r, o.most)
	if err != nil {
		return nil, err
	}
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	r.Body = io.NopCloser(bytes.NewReader(body))
	return r, nil
}

// known says who asks. Every wrong secret costs its address: whoever guesses
// is slowed before the books are asked.
func (a *API) known(r *http.Request, o *operation) (*call, error) {
	address := addressKey(r.RemoteAddr)
	if err := tooOften(a.unknown.take(address, 0)); err != nil {
		return nil, err
	}
	cr, err := credential(r.Header)
	if err == nil {
		var c access.Caller
		if c, err = a.Agency.Authenticate(r.Context(), cr); err == nil {
			if err := tooOften(a.callers.take(c.Kind.String()+c.Actor.String(), 1)); err != nil {
				return nil, err
			}
			return a.allowed(r.Header, o, c, cr.Session+cr.Bearer)
		}
	}
	if errs.KindOf(err) == errs.Denied && !slices.Contains(purposeRefusals, codeIn(err)) {
		a.unknown.take(address, 1)
		err = noCredential()
	}
	return nil, err
}

// purposeRefusals are about what a known account stated.
var purposeRefusals = []string{"agency.purpose"}

func codeIn(err error) string {
	var code string
	each(err, func(e *errs.Error) {
		if code == "" {
			code = e.Code
		}
	})
	return code
}

// noCredential is one answer to every secret that opens nothing: none sent,
// never given, ended, expired, forged.
func noCredential() error {
	return &errs.Error{Kind: errs.Denied, Code: codeCredential, What: "this needs an account, and the secret sent opens none",
		Fix: "send Authorization: Bearer with the secret of a session or of a client"}
}

// allowed narrows the caller to the role chosen and asks the table.
func (a *API) allowed(h http.Header, o *operation, c access.Caller, secret string) (*call, error) {
	if chosen := h.Get(roleHeader); chosen != "" {
		if !slices.Contains(c.Roles, access.Role(chosen)) {
			return nil, &errs.Error{Kind: errs.Denied, Code: codeRole, What: "the account does not have the role chosen", Fix: "choose one that /v1/me lists, or none"}
		}
		c.Roles = []access.Role{access.Role(chosen)}
	}
	if o.may != "" {
		if err := c.May(o.may); err != nil {
			return nil, err
		}
	}
	return &call{Caller: c, secret: secret}, nil
}

// sessionPrefix begins secrets of sessions; all others are tried as clients'.
const sessionPrefix = "sijils_"

func credential(h http.Header) (cr agency.Credential, err error) {
	for _, name := range []string{"Authorization", roleHeader, purposeHeader, caseHeader} {
		if len(h.Values(name)) > 1 {
			return cr, badHeader(name, "the header was sent twice", "send it once")
		}
	}
	scheme, secret, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || secret == "" || len(secret) > 200 {
		return cr, noCredential()
	}
	if strings.HasPrefix(secret, sessionPrefix) {
		cr.Session = secret
	} else {
		cr.Bearer = secret
	}
	cr.Purpose = h.Get(purposeHeader)
	if len(cr.Purpose) > 100 {
		return cr, badHeader(purposeHeader, "this is not the code of a purpose", "see /v1/purposes")
	}
	if text := h.Get(caseHeader); text != "" {
		if cr.Case, err = uid.ParseRef(text); err != nil {
			return cr, badHeader(caseHeader, "this is not a reference of a case", "send the 26 letters and digits of the receipt or case")
		}
	}
	return cr, nil
}

func badHeader(name, what, fix string) error {
	return &errs.Error{Kind: errs.Invalid, Code: codeHeader, What: name + ": " + what, Fix: fix}
}

func key(h http.Header) (string, error) {
	values := h.Values(keyHeader)
	if len(values) != 1 || len(values[0]) < 16 || len(values[0]) > 100 || strings.ContainsFunc(values[0], func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", &errs.Error{Kind: errs.Invalid, Code: codeKeyMissing, What: "this operation needs one Idempotency-Key of 16 to 100 visible characters",
			Fix: "send a random one, and the same again when you ask again for the same act"}
	}
	return values[0], nil
}

func tooOften(wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Limited, Code: codeRate, What: "too many requests", Fix: "wait as the header Retry-After says", RetryAfter: wait}
}
