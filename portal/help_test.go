package portal_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/score"
	"sijil/portal"
)

// noon is when tests look at the pages.
var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// config is that of the reference country, or another folder's.
func config(tb testing.TB, folder string) portal.Config {
	tb.Helper()
	land, err := country.Open(os.DirFS(folder))
	check(tb, err)
	f, err := land.LoadFormula("")
	check(tb, err)
	q, err := land.LoadQuestionnaire()
	check(tb, err)
	g, err := land.LoadGeography()
	check(tb, err)
	s, err := score.New(f, q, g)
	check(tb, err)
	programmes, err := land.LoadProgrammes()
	check(tb, err)
	return portal.Config{
		Country: land, Scorer: s, Programmes: programmes, Clock: clock.NewManual(noon), Demo: true,
		Failed: func(err error) { tb.Error(err) },
	}
}

func newPortal(tb testing.TB) *portal.Portal {
	tb.Helper()
	p, err := portal.New(config(tb, "../morocco"))
	check(tb, err)
	return p
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// answer is what came back, but for its body.
type answer struct {
	StatusCode int
	Header     http.Header
}

// ask sends one request to the pages and returns the answer with its body.
func ask(tb testing.TB, h http.Handler, method, path, body string, headers ...string) (answer, string) {
	tb.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Header()}, w.Body.String()
}

// askTLS is ask over an encrypted connection.
func askTLS(tb testing.TB, h http.Handler, method, path, body string) (answer, string) {
	tb.Helper()
	r := httptest.NewRequest(method, "https://example.com"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Header()}, w.Body.String()
}

// post sends a form.
func post(tb testing.TB, h http.Handler, path string, form url.Values) (answer, string) {
	tb.Helper()
	return ask(tb, h, http.MethodPost, path, form.Encode())
}
