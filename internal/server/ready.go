package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
)

// How long an answer about health is good for, and how long finding one may
// take: whoever asks all the time costs the stores one question a second.
const (
	healthFor  = time.Second
	healthTime = 5 * time.Second
)

// readiness answers /readyz.
type readiness struct {
	health   func(context.Context) []Part
	clock    clock.Clock
	stopping atomic.Bool

	mu   sync.Mutex
	at   time.Time
	last []Part
}

// report is what /readyz says: which parts fail and by which code. The text of
// an error is for the log, not for whoever may ask.
type report struct {
	Ready   bool     `json:"ready"`
	Failing []failed `json:"failing"`
}

type failed struct {
	Part string `json:"part"`
	Code string `json:"code"`
}

func (r *readiness) serve(w http.ResponseWriter, req *http.Request) {
	out := report{Ready: true, Failing: []failed{}}
	for _, p := range r.parts(req.Context()) {
		if p.Err != nil {
			out.Ready = false
			out.Failing = append(out.Failing, failed{p.Name, codeOf(p.Err)})
		}
	}
	if r.stopping.Load() {
		out.Ready = false
		out.Failing = append(out.Failing, failed{"service", "server.stopping"})
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !out.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	text, err := json.Marshal(out)
	if err != nil {
		return // of texts, there is none
	}
	_, _ = w.Write(append(text, '\n')) // who asked has gone
}

func (r *readiness) parts(ctx context.Context) []Part {
	if r.health == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock.Now()
	if r.last == nil || now.Sub(r.at) >= healthFor || now.Before(r.at) {
		// Found for all who ask, so not given up with the first of them.
		look, cancel := context.WithTimeout(context.WithoutCancel(ctx), healthTime)
		defer cancel()
		r.last, r.at = r.health(look), now
	}
	return r.last
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" {
		return e.Code
	}
	return errs.KindOf(err).String()
}
