package portal

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Loading is how far a demonstration has come in putting its sample through
// the registers. Whoever loads changes it; pages show it.
type Loading struct {
	Step    string        // one of the Step constants
	Done    int           // households that are in
	Of      int           // households of the sample; 0 while that is not known
	Elapsed time.Duration // since the beginning
	Failed  bool          // it has stopped; the terminal says why
}

// The steps of loading, in their order.
const (
	StepStores     = "stores"     // keys and stores are made
	StepAccounts   = "accounts"   // accounts are made
	StepHouseholds = "households" // people are enrolled, households declare
	StepEvents     = "events"     // what happens afterwards: a death, a correction
)

var loadingSteps = []string{StepStores, StepAccounts, StepHouseholds, StepEvents}

// Progress is the pages of a demonstration while it loads, and the portal
// afterwards. It is safe for use by several goroutines.
type Progress struct {
	p  *Portal
	mu sync.Mutex

	now  Loading
	then http.Handler
}

// NewProgress shows progress in the frame of a portal, which needs no registers.
func NewProgress(p *Portal) *Progress {
	return &Progress{p: p, now: Loading{Step: StepStores}}
}

// Set says how far it is.
func (g *Progress) Set(now Loading) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now = now
}

// Finish hands every request from now on to the pages of what was loaded.
func (g *Progress) Finish(then http.Handler) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.then = then
}

// ServeHTTP answers every address with how far it is, and 503 where a machine
// asks whether the program is ready.
func (g *Progress) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	now, then := g.now, g.then
	g.mu.Unlock()
	if then != nil {
		then.ServeHTTP(w, r)
		return
	}
	g.p.progress(w, r, now)
}

// progressView is what the page of progress shows.
type progressView struct {
	Steps   []progressStep
	Done    int
	Of      int
	Percent int
	Seconds int
	Failed  bool
}

type progressStep struct {
	Text string
	Now  bool
	Done bool
}

// stepNames are the messages that name the steps of loading.
var stepNames = map[string]string{
	StepStores: "progress.stores", StepAccounts: "progress.accounts", StepHouseholds: "progress.households", StepEvents: "progress.events",
}

// readyPath is where a machine asks whether the program is ready.
const readyPath = "/readyz"

func (p *Portal) progress(w http.ResponseWriter, r *http.Request, now Loading) {
	secure(w.Header())
	if name, ok := strings.CutPrefix(r.URL.Path, assetsPath); ok {
		p.asset(w, r, name)
		return
	}
	if r.URL.Path == readyPath {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "loading\n") // who asked has gone
		return
	}
	l, _, inPath := p.languageOf(r)
	if inPath {
		p.remember(w, r, l)
	} else {
		w.Header().Add("Vary", "Accept-Language, Cookie")
	}
	if !allow(w, r, http.MethodGet, http.MethodHead) {
		p.fail(w, r, l, http.StatusMethodNotAllowed)
		return
	}
	a := &asker{l: l}
	view := &progressView{Done: now.Done, Of: now.Of, Seconds: int(now.Elapsed.Seconds()), Failed: now.Failed}
	if now.Of > 0 {
		view.Percent = min(100*now.Done/now.Of, 100)
	}
	at := slices.Index(loadingSteps, now.Step)
	for i, step := range loadingSteps {
		view.Steps = append(view.Steps, progressStep{a.t(stepNames[step]), i == at, i < at})
	}
	title := a.t("progress.title")
	if a.err != nil {
		p.ours(w, r, l, a.err)
		return
	}
	page := p.newPage(l, "/", title, view)
	if !now.Failed {
		page.Refresh = 1
	}
	p.show(w, r, http.StatusOK, progressPage, page)
}
