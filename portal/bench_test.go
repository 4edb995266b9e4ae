package portal_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sijil/access"
)

// The figure to hold against the bar of pages a second is 1e9 divided by
// ns/op, for one core and without the network.
func BenchmarkPages(b *testing.B) {
	p := newPortal(b)
	body := widow().Encode()
	for _, bench := range []struct{ name, method, path string }{
		{"home", http.MethodGet, "/ar/"}, {"form", http.MethodGet, "/ar/simulator"}, {"result", http.MethodPost, "/ar/simulator"},
		{"example", http.MethodGet, "/ar/simulator/examples/labourer"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(bench.method, bench.path, strings.NewReader(body))
				r.Header.Set("Accept-Encoding", "gzip")
				r.Header.Set("Cookie", "lang=ar")
				if bench.method == http.MethodPost {
					r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				}
				w := httptest.NewRecorder()
				p.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}

// The pages of people at work, with registers that answer at once: what is
// measured is the session and the page.
func BenchmarkPagesAtWork(b *testing.B) {
	o := newOffice(b, access.RegistrationOfficer, access.Planner)
	o.count(37)
	officer, planner := o.in("registration_officer"), o.in("planner")
	for _, bench := range []struct {
		name string
		ask  func() (answer, string)
	}{
		{"household", func() (answer, string) { return officer.post("/ar/household", look()) }},
		{"figures", func() (answer, string) { return planner.get("/ar/figures") }},
		{"home", func() (answer, string) { return planner.get("/ar/") }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got, _ := bench.ask(); got.StatusCode != http.StatusOK {
					b.Fatal(got.StatusCode)
				}
			}
		})
	}
}
