package server_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/server"
)

// running is a server at work.
type running struct {
	t              *testing.T
	pages, metrics string
	stop           context.CancelFunc
	ended          chan error
}

func start(t *testing.T, o server.Options) *running {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r := &running{t: t, stop: stop, ended: make(chan error, 1)}
	open := make(chan [2]net.Addr, 1)
	o.Ready = func(p, m net.Addr) { open <- [2]net.Addr{p, m} }
	go func() { r.ended <- server.Run(ctx, o) }()
	select {
	case at := <-open:
		if at[0] != nil {
			r.pages = "http://" + at[0].String()
		}
		if at[1] != nil {
			r.metrics = "http://" + at[1].String()
		}
	case err := <-r.ended:
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return r
}

// answered is what is left of an answer whose body was read.
type answered struct {
	StatusCode int
	Header     http.Header
}

func (r *running) ask(method, url string, body io.Reader, header ...string) (answered, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, url, body)
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answered{res.StatusCode, res.Header}, string(text)
}

func TestHealthSaysWhichPartFails(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	var asked atomic.Int64
	var broken atomic.Bool
	r := start(t, server.Options{Listen: "127.0.0.1:0", Metrics: "127.0.0.1:0", Clock: c, Health: func(context.Context) []server.Part {
		asked.Add(1)
		parts := []server.Part{{Name: "store keys"}, {Name: "keeper"}}
		if broken.Load() {
			parts[1].Err = &errs.Error{Code: "keeper.mode", What: "secret text"}
		}
		return parts
	}})
	for _, at := range []string{r.pages, r.metrics} {
		if res, text := r.ask(http.MethodGet, at+"/readyz", nil); res.StatusCode != http.StatusOK || text != "{\"ready\":true,\"failing\":[]}\n" {
			t.Errorf("%d %s", res.StatusCode, text)
		}
	}
	broken.Store(true)
	if res, _ := r.ask(http.MethodGet, r.pages+"/readyz", nil); res.StatusCode != http.StatusOK || asked.Load() != 1 {
		t.Errorf("asked %d times within a second", asked.Load())
	}
	c.Advance(2 * time.Second)
	res, text := r.ask(http.MethodGet, r.pages+"/readyz", nil)
	if res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(text, `"part":"keeper","code":"keeper.mode"`) || strings.Contains(text, "secret") {
		t.Errorf("%d %s", res.StatusCode, text)
	}
	if res, _ := r.ask(http.MethodGet, r.pages+"/healthz", nil); res.StatusCode != http.StatusOK {
		t.Errorf("alive answers %d", res.StatusCode)
	}
	if res, _ := r.ask(http.MethodPost, r.pages+"/healthz", nil); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST answers %d", res.StatusCode)
	}
	if res, _ := r.ask(http.MethodGet, r.pages+"/metrics", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("pages serve measures: %d", res.StatusCode)
	}
	if _, text := r.ask(http.MethodGet, r.metrics+"/metrics", nil); !strings.Contains(text, `route="GET /readyz"`) {
		t.Errorf("measures: %s", text)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	hold, inside := make(chan struct{}), make(chan struct{}, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/body", func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	})
	mux.HandleFunc("/deadline", func(w http.ResponseWriter, r *http.Request) {
		if _, ok := r.Context().Deadline(); !ok {
			w.WriteHeader(http.StatusTeapot)
		}
	})
	mux.HandleFunc("/hold", func(http.ResponseWriter, *http.Request) {
		inside <- struct{}{}
		<-hold
	})
	r := start(t, server.Options{Listen: "127.0.0.1:0", Handler: mux, MaxBody: 10, InFlight: 1})
	if res, _ := r.ask(http.MethodPost, r.pages+"/body", bytes.NewReader(make([]byte, 11))); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a large body answers %d", res.StatusCode)
	}
	if res, _ := r.ask(http.MethodPost, r.pages+"/body", bytes.NewReader(make([]byte, 10))); res.StatusCode != http.StatusOK {
		t.Errorf("a body at the limit answers %d", res.StatusCode)
	}
	if res, _ := r.ask(http.MethodGet, r.pages+"/deadline", nil); res.StatusCode != http.StatusOK {
		t.Error("a request has no deadline")
	}
	held := make(chan struct{})
	go func() {
		defer close(held)
		if res, err := http.Get(r.pages + "/hold"); err == nil {
			_ = res.Body.Close()
		}
	}()
	<-inside
	if res, _ := r.ask(http.MethodGet, r.pages+"/deadline", nil); res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("one too many answers %d", res.StatusCode)
	}
	if res, _ := r.ask(http.MethodGet, r.pages+"/healthz", nil); res.StatusCode != http.StatusOK {
		t.Errorf("a busy service is alive: %d", res.StatusCode)
	}
	close(hold)
	<-held
}

func TestProxiesAreNotBelievedUnlessTold(t *testing.T) {
	t.Parallel()
	for _, trusted := range []bool{false, true} {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, r.RemoteAddr+" "+r.Header.Get("X-Forwarded-For")+r.Header.Get("X-Real-IP")+" ")
			if r.TLS != nil {
				_, _ = io.WriteString(w, "encrypted")
			}
		})
		r := start(t, server.Options{Listen: "127.0.0.1:0", Handler: h, TrustProxy: trusted})
		_, text := r.ask(http.MethodGet, r.pages+"/", nil, "X-Forwarded-For", "203.0.113.9", "X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https", "X-Real-IP", "203.0.113.9")
		if trusted && text != "198.51.100.7:0  encrypted" || !trusted && (!strings.HasPrefix(text, "127.0.0.1:") || !strings.HasSuffix(text, "  ")) {
			t.Errorf("trusted %v: %q", trusted, text)
		}
	}
}

// TestStopLetsWorkEnd stops while a request and the background are at work.
func TestStopLetsWorkEnd(t *testing.T) {
	t.Parallel()
	inside, finish, handedBack := make(chan struct{}), make(chan struct{}), make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(inside)
		<-finish
		_, _ = io.WriteString(w, "whole")
	})
	r := start(t, server.Options{Listen: "127.0.0.1:0", Handler: h, Background: func(ctx context.Context) {
		<-ctx.Done()
		close(handedBack)
	}})
	got := make(chan string, 1)
	go func() {
		res, err := http.Get(r.pages + "/")
		if err != nil {
			got <- err.Error()
			return
		}
		text, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		got <- string(text)
	}()
	<-inside
	r.stop()
	<-handedBack
	for { // no new request is taken
		conn, err := net.Dial("tcp", strings.TrimPrefix(r.pages, "http://"))
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	close(finish)
	if text := <-got; text != "whole" {
		t.Errorf("the request at work got %q", text)
	}
	if err := <-r.ended; err != nil {
		t.Error(err)
	}
}

// TestStopCutsOffWhatDoesNotEnd has work that never ends.
func TestStopCutsOffWhatDoesNotEnd(t *testing.T) {
	t.Parallel()
	forever := make(chan struct{})
	defer close(forever)
	r := start(t, server.Options{Listen: "127.0.0.1:0", Grace: time.Millisecond, Background: func(context.Context) { <-forever }})
	r.stop()
	if err := <-r.ended; err == nil || !strings.Contains(err.Error(), "did not end in time") {
		t.Errorf("%v", err)
	}
}

func TestAPortInUseIsAnError(t *testing.T) {
	t.Parallel()
	r := start(t, server.Options{Listen: "127.0.0.1:0"})
	err := server.Run(t.Context(), server.Options{Listen: strings.TrimPrefix(r.pages, "http://")})
	if err == nil || errs.KindOf(err) != errs.Unavailable {
		t.Errorf("%v", err)
	}
}
