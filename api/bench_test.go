package api_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"sijil/access"
	"sijil/api"
	"sijil/internal/store"
)

// BenchmarkRequests answers requests without a network: one that only asks who
// asks (fake registers), the simulator's judgement, and one that goes through
// real registers on SQLite.
func BenchmarkRequests(b *testing.B) {
	s := newSite(b)
	run := func(b *testing.B, h http.Handler, made func() *http.Request) {
		b.Helper()
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, made())
				if w.Code != http.StatusOK {
					b.Fatalf("%d %s", w.Code, w.Body)
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	}
	b.Run("me", func(b *testing.B) {
		run(b, s, func() *http.Request {
			return request(http.MethodGet, "/v1/me", "", "Authorization", "Bearer "+secretOf(access.Auditor))
		})
	})
	data, err := os.ReadFile("../questionnaire/testdata/golden.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	line, _, _ := strings.Cut(string(data), "\n")
	_, rest, _ := strings.Cut(line, ",")
	b.Run("judgement", func(b *testing.B) {
		run(b, s, func() *http.Request { return request(http.MethodPost, "/v1/simulator/judgements", "{"+rest) })
	})
	w := newWorld(b, store.SQLite, func(c *api.Config) {
		c.PerCaller, c.PerAddress = api.Rate{PerSecond: 1e9, Burst: 1e9}, api.Rate{PerSecond: 1e9, Burst: 1e9}
	})
	root := w.login("root.one", rootPassword, "")
	officer := w.hire(root, "officer.two", "registration_officer", "03", "enrolment")
	g := secondGolden(b)
	family := officer.enrolFamily(g)
	officer.purpose = "declaration"
	code := w.declares(officer, g, family)
	b.Run("outcomes", func(b *testing.B) {
		run(b, w.handler, func() *http.Request {
			return request(http.MethodGet, "/v1/households/"+code+"/outcomes", "", "Authorization", "Bearer "+officer.secret, "Sijil-Purpose", "declaration")
		})
	})
}
