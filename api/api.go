// Package api answers programs over HTTP: the registers under /v1, the document
// that describes them at /openapi.json, and a page for people at /api.
//
// It knows HTTP, JSON, and how an error of this program becomes a problem (RFC
// 9457); the document is made from the code that answers, so that the two
// cannot differ. It refuses to decide anything: who may do what is asked of
// package access, what is true of the registers. No name, number or answer of a
// person is in an address, an error or a log of it.
package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"path"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sijil/formula"
	"sijil/idcs"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/score"
	"sijil/seal"
)

// Config is what the API is made of.
type Config struct {
	Agency     Agency
	Population Population
	Household  Household
	Programmes Programmes
	Sealer     Sealer // of cursors: a vault of the domain seal.Agency; all servers of an installation share it

	Country *country.Country // its identifiers, programmes and formulas
	Scorer  *score.Scorer    // of the formula in force, with questionnaire and geography

	// Linker records which person a staff member is; *system.System does. Without
	// one there is no such operation.
	Linker Linker

	Clock clock.Clock
	Log   *slog.Logger // told of failures of ours, which hold nothing of a request; nil discards

	// PerCaller is how often one account may ask, PerAddress how often one
	// address may without an account or with wrong ones. Zero is a default.
	PerCaller, PerAddress Rate
	Timeout               time.Duration // of one request; 0 is 10 s
	CursorLives           time.Duration // 0 is an hour
}

// Sealer seals what a caller keeps for us; *seal.Vault does.
type Sealer interface {
	SealShared(ctx context.Context, b seal.Binding, plain []byte) ([]byte, error)
	OpenShared(ctx context.Context, b seal.Binding, sealed []byte) ([]byte, error)
}

// API answers requests. It is safe for use by several goroutines.
type API struct {
	Config

	scheme     *idcs.Scheme
	formulas   []*formula.Formula
	asked      []byte // the country's questionnaire
	programmes []country.Programme
	workers    sync.Pool // of *score.Worker

	mux      *http.ServeMux
	huma     huma.API
	names    map[string]bool     // every name a field or parameter has
	methods  map[string][]string // by path
	callers  *limiter
	unknown  *limiter // addresses
	document kept
	page     kept
}

// New returns the API. A missing part is an error.
func New(c Config) (*API, error) {
	for name, missing := range map[string]bool{
		"Agency": c.Agency == nil, "Population": c.Population == nil, "Household": c.Household == nil, "Programmes": c.Programmes == nil,
		"Sealer": c.Sealer == nil, "Country": c.Country == nil, "Scorer": c.Scorer == nil, "Clock": c.Clock == nil,
	} {
		if missing {
			return nil, &errs.Error{Code: "api.config", Field: name, What: "the API was not given this"}
		}
	}
	a := &API{Config: c, mux: http.NewServeMux(), names: map[string]bool{}, methods: map[string][]string{}}
	a.fill()
	var err error
	if a.scheme, err = idcs.NewScheme(c.Country.Identifier()); err != nil {
		return nil, err
	}
	if a.programmes, err = c.Country.LoadProgrammes(); err != nil {
		return nil, err
	}
	if a.asked, err = c.Country.ReadFile("questionnaire.json"); err != nil {
		return nil, err
	}
	ids, err := c.Country.Formulas()
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		f, err := c.Country.LoadFormula(id)
		if err != nil {
			return nil, err
		}
		a.formulas = append(a.formulas, f)
	}
	a.workers.New = func() any { return c.Scorer.Worker() }
	a.routes()
	return a, a.publish()
}

func (a *API) fill() {
	if a.Log == nil {
		a.Log = slog.New(slog.DiscardHandler)
	}
	if a.PerCaller == (Rate{}) {
		a.PerCaller = Rate{PerSecond: 50, Burst: 200}
	}
	if a.PerAddress == (Rate{}) {
		a.PerAddress = Rate{PerSecond: 20, Burst: 100}
	}
	if a.Timeout == 0 {
		a.Timeout = 10 * time.Second
	}
	if a.CursorLives == 0 {
		a.CursorLives = time.Hour
	}
	a.callers, a.unknown = newLimiter(a.PerCaller, a.Clock), newLimiter(a.PerAddress, a.Clock)
}

// routes registers every resource. A new one is a file of its own and a line
// here.
func (a *API) routes() {
	a.huma = a.newHuma()
	for _, resource := range []func(){
		a.sessions, a.staff, a.clients, a.purposes, a.looked,
		a.enrolments, a.adjudication, a.persons, a.doors,
		a.households, a.custody, a.outcomes, a.counts, a.simulator,
	} {
		resource()
	}
}

// ServeHTTP answers one request below /v1, of /openapi.json or of /api.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if p := r.URL.Path; path.Clean(p) != p { // the mux would redirect, with a page of its own
		a.noRoute(w, r)
		return
	}
	a.mux.ServeHTTP(w, r)
}

// Patterns are the patterns under which a mux of the whole program hands
// requests to the API.
func Patterns() []string { return []string{"/v1/", "/openapi.json", "/api", "/api/"} }

func secure(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
}

// discard reads what is left of a body, so that the connection can be used
// again, but no more than a little.
func discard(body io.Reader) { _, _ = io.CopyN(io.Discard, body, 64<<10) }
