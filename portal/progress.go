package portal

import (
	"net/http"
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

func (p *Portal) progress(w http.ResponseWriter, r *http.Request, now Loading) {
	http.Error(w, now.Step, http.StatusServiceUnavailable)
}
