// Package server knows how a service answers over HTTP and how it stops: its
// listeners, its limits, whether it is alive and ready, and the order in which
// it lets go.
//
// It refuses to know pages and registers: it is handed a handler, a question
// about health and the work to do in the background. TLS belongs to the
// reverse proxy before it.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/observe"
)

// Options say what is served and how. Fields that are zero mean a default.
type Options struct {
	Listen  string       // "" serves no pages: a worker
	Handler http.Handler // of the pages; its mux sets patterns, which name the routes
	Metrics string       // where the registry is served; "" or "off" is nowhere

	Registry *observe.Registry // nil is one of its own
	Log      *slog.Logger      // nil discards
	Clock    clock.Clock       // nil is the machine's

	Health     func(context.Context) []Part  // nil is always healthy
	Background func(context.Context)         // runs until its context ends; nil is nothing
	Ready      func(pages, metrics net.Addr) // told once both listeners are open; an address that is not served is nil
	TrustProxy bool                          // whether X-Forwarded-* headers are believed
	MaxBody    int64                         // bytes; 0 is 1 MiB
	Timeout    time.Duration                 // for one request; 0 is 15 s
	InFlight   int                           // requests at work at a time; more are answered 503; 0 is 512
	Grace      time.Duration                 // for what is at work when the context ends; 0 is 20 s
}

// Part is whether one part of the service works.
type Part struct {
	Name string
	Err  error
}

func (o *Options) fill() {
	if o.Registry == nil {
		o.Registry = &observe.Registry{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.Timeout == 0 {
		o.Timeout = 15 * time.Second
	}
	if o.InFlight == 0 {
		o.InFlight = 512
	}
	if o.Grace == 0 {
		o.Grace = 20 * time.Second
	}
}

// Run serves until the context ends, then stops: it takes no more requests,
// lets those at work and the background finish for as long as Grace, and cuts
// off what is left, which is an error. Failing to listen is an error at once.
func Run(ctx context.Context, o Options) error {
	o.fill()
	s := &service{o: o, ready: readiness{health: o.Health, clock: o.Clock}}
	var pages, metrics net.Listener
	var err error
	if o.Listen != "" {
		if pages, err = listen(ctx, o.Listen); err != nil {
			return err
		}
		defer func() { _ = pages.Close() }() // closed already when all went well
	}
	if o.Metrics != "" && o.Metrics != "off" {
		if metrics, err = listen(ctx, o.Metrics); err != nil {
			return err
		}
		defer func() { _ = metrics.Close() }()
	}
	return s.run(ctx, pages, metrics)
}

func listen(ctx context.Context, at string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", at)
	if err != nil {
		return nil, &errs.Error{Kind: errs.Unavailable, Code: "server.listen", What: "cannot listen on " + at, Fix: "free the port, or name another", Err: err}
	}
	return l, nil
}

type service struct {
	o     Options
	ready readiness
	busy  atomic.Int64
}

func (s *service) run(ctx context.Context, pages, metrics net.Listener) error {
	failed := make(chan error, 2)
	var servers []*http.Server
	start := func(l net.Listener, h http.Handler) net.Addr {
		if l == nil {
			return nil
		}
		server := s.server(h)
		servers = append(servers, server)
		go func() {
			if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				failed <- &errs.Error{Kind: errs.Unavailable, Code: "server.broken", What: "a listener broke", Fix: "start the service again", Err: err}
			}
		}()
		return l.Addr()
	}
	at := start(pages, s.pages())
	measured := start(metrics, s.measures())
	work, endWork := context.WithCancel(context.WithoutCancel(ctx))
	defer endWork()
	var background sync.WaitGroup
	if s.o.Background != nil {
		background.Go(func() { s.o.Background(work) })
	}
	if s.o.Ready != nil {
		s.o.Ready(at, measured)
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	return errors.Join(err, s.stop(ctx, servers, endWork, &background))
}

// stop lets requests and background work end side by side.
func (s *service) stop(ctx context.Context, servers []*http.Server, endWork func(), background *sync.WaitGroup) error {
	s.ready.stopping.Store(true)
	s.o.Log.Info("stopping")
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.o.Grace)
	defer cancel()
	endWork()
	var all sync.WaitGroup
	cut := make([]error, len(servers)+1)
	for i, server := range servers {
		all.Go(func() {
			if server.Shutdown(grace) != nil {
				_ = server.Close() // what is still at work is cut off
				cut[i] = &errs.Error{Code: "server.cut", What: "requests did not end in time and were cut off"}
			}
		})
	}
	all.Go(func() {
		done := make(chan struct{})
		go func() {
			background.Wait()
			close(done)
		}()
		select {
		case <-done:
		case <-grace.Done():
			cut[len(servers)] = &errs.Error{Code: "server.cut", What: "work in the background did not end in time; its leases run out by themselves"}
		}
	})
	all.Wait()
	err := errors.Join(cut...)
	s.o.Log.Info("stopped", slog.Bool("whole", err == nil))
	return err
}

func (s *service) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: min(s.o.Timeout, 5*time.Second), ReadTimeout: s.o.Timeout, WriteTimeout: s.o.Timeout + time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: log.New(io.Discard, "", 0), // its lines name the addresses of callers
	}
}

// pages are the routes everybody may ask for.
func (s *service) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "alive\n") })
	mux.HandleFunc("GET /readyz", s.ready.serve)
	if s.o.Handler != nil {
		mux.Handle("/", s.limited(s.o.Handler))
	}
	return observe.Requests(s.o.Registry, s.o.Log, s.forwarded(mux))
}

// measures are the routes of who watches. Health is there too, for a worker.
func (s *service) measures() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.o.Registry)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "alive\n") })
	mux.HandleFunc("GET /readyz", s.ready.serve)
	return mux
}

// limited bounds what one request and all together may take.
func (s *service) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.busy.Add(-1)
		if s.busy.Add(1) > int64(s.o.InFlight) {
			w.Header().Set("Retry-After", "1")
			plain(w, http.StatusServiceUnavailable, "busy: ask again in a moment\n")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.o.Timeout)
		defer cancel()
		inner := r.WithContext(ctx)
		inner.Body = http.MaxBytesReader(w, r.Body, s.o.MaxBody)
		next.ServeHTTP(w, inner)
		r.Pattern = inner.Pattern // the handler's own mux names the route
	})
}

// forwarded believes what a proxy says of a caller, or removes it, so that
// nothing further in can believe it by mistake.
func (s *service) forwarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.o.TrustProxy {
			// The last address is the one our own proxy saw.
			all := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
			if ip := net.ParseIP(strings.TrimSpace(all[len(all)-1])); ip != nil {
				r.RemoteAddr = net.JoinHostPort(ip.String(), "0")
			}
			if r.TLS == nil && r.Header.Get("X-Forwarded-Proto") == "https" {
				r.TLS = &tls.ConnectionState{HandshakeComplete: true} // cookies are marked for encrypted connections
			}
		}
		for _, h := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-Ip"} {
			r.Header.Del(h)
		}
		next.ServeHTTP(w, r)
	})
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // who asked has gone
}
