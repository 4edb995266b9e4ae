package api_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"sijil/access"
	"sijil/api"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/score"
	"sijil/internal/uid"
	"sijil/seal"
	"sijil/seal/sealtest"
)

var start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

type land struct {
	*country.Country

	scorer *score.Scorer
}

var openLand = sync.OnceValues(func() (*land, error) {
	c, err := country.Open(os.DirFS("../morocco"))
	if err != nil {
		return nil, err
	}
	f, err := c.LoadFormula(c.Formula)
	if err != nil {
		return nil, err
	}
	q, err := c.LoadQuestionnaire()
	if err != nil {
		return nil, err
	}
	g, err := c.LoadGeography()
	if err != nil {
		return nil, err
	}
	s, err := score.New(f, q, g)
	return &land{c, s}, err
})

// site is an API with fake registers.
type site struct {
	*api.API
	*fake

	t     testing.TB
	clock *clock.Manual
}

// secretOf is the secret of an account with one role.
func secretOf(r access.Role) string { return "sijils_" + string(r) }

func newSite(t testing.TB, change ...func(*api.Config)) *site {
	t.Helper()
	l, err := openLand()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, clock: clock.NewManual(start), fake: &fake{callers: map[string]access.Caller{}}}
	for i, r := range access.Roles {
		kind := access.Staff
		switch r {
		case access.Partner:
			kind = access.Client
		case access.Resident:
			kind = access.Person
		case access.Job, access.SocialRegister, access.AgencyBooks:
			continue // nobody logs in as one
		default:
		}
		s.callers[secretOf(r)] = access.Caller{Kind: kind, Actor: uid.ID{byte(i + 1)}, Roles: []access.Role{r}, Areas: []string{access.AnyArea}}
	}
	c := api.Config{
		Agency: s.fake, Population: s.fake, Household: s.fake, Programmes: s.fake, Linker: s.fake, Sealer: sealtest.NewVault(t, seal.Agency),
		Country: l.Country, Scorer: l.scorer, Clock: s.clock,
		PerCaller: api.Rate{PerSecond: 1e6, Burst: 1e6}, PerAddress: api.Rate{PerSecond: 1e6, Burst: 1e6},
	}
	for _, f := range change {
		f(&c)
	}
	if s.API, err = api.New(c); err != nil {
		t.Fatal(err)
	}
	return s
}

// request is one with headers in pairs.
func request(method, path, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func (s *site) ask(r *http.Request) (head, string) {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return head{w.Code, w.Header()}, w.Body.String()
}

// head is an answer without its body.
type head struct {
	StatusCode int
	Header     http.Header
}
