package portal

import (
	"net/http"
	"strings"

	"sijil/internal/i18n"
)

const languageCookie = "lang"

// languageOf returns the language a request asks for: by its path, which is
// then returned without it, else by the cookie of an earlier choice, else by
// what the browser prefers.
func (p *Portal) languageOf(r *http.Request) (l *i18n.Language, rest string, inPath bool) {
	first, rest, slash := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if l, ok := p.catalogue.Language(first); ok {
		if slash {
			rest = "/" + rest
		}
		return l, rest, true
	}
	if c, err := r.Cookie(languageCookie); err == nil {
		if l, ok := p.catalogue.Language(c.Value); ok {
			return l, r.URL.Path, false
		}
	}
	return p.catalogue.Match(r.Header.Get("Accept-Language")), r.URL.Path, false
}

// remember keeps the language of the path for the address without one. The
// cookie holds two letters and nothing else.
func (p *Portal) remember(w http.ResponseWriter, r *http.Request, l *i18n.Language) {
	if c, err := r.Cookie(languageCookie); err == nil && c.Value == l.Code {
		return
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure wherever the connection is; the demonstration on a loopback has none
		Name: languageCookie, Value: l.Code, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil,
	})
}
