package observe

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// NewLog returns a log of one JSON object a line. Attributes of a request's
// context are added to what is logged with it.
func NewLog(w io.Writer, level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("level of the log: %w", err)
	}
	return slog.New(withRequest{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l})}), nil
}

// withRequest adds the id of the request.
type withRequest struct{ slog.Handler }

// Handle logs one record.
func (h withRequest) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs and WithGroup keep the id when a log is derived.
func (h withRequest) WithAttrs(a []slog.Attr) slog.Handler {
	return withRequest{h.Handler.WithAttrs(a)}
}

// WithGroup is as WithAttrs.
func (h withRequest) WithGroup(name string) slog.Handler {
	return withRequest{h.Handler.WithGroup(name)}
}

type requestKey struct{}

// RequestID returns the id of the request that a context belongs to, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// RequestHeader carries the id of a request back to who asked, so that the
// lines of the log can be found.
const RequestHeader = "X-Request-ID"

// Requests gives each request an id, counts and times it by route and status,
// logs it, and turns a panic into status 500. The route is the pattern that
// the mux inside chose, never the path, which may hold what somebody typed.
func Requests(r *Registry, log *slog.Logger, next http.Handler) http.Handler {
	total := r.Counter("sijil_http_requests_total", "Requests answered, by route and status.", "route", "method", "status")
	took := r.Histogram("sijil_http_request_seconds", "How long requests took, by route.", Durations, "route")
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		began := time.Now()
		id := strings.ToLower(rand.Text())
		w.Header().Set(RequestHeader, id)
		ctx := context.WithValue(req.Context(), requestKey{}, id)
		req = req.WithContext(ctx)
		answer := &answer{ResponseWriter: w}
		defer func() {
			broken := recover()
			if broken != nil && broken != http.ErrAbortHandler { //nolint:errorlint,err113 // the very value is meant
				// Its text may hold a value of a person; where it happened does not.
				log.LogAttrs(ctx, slog.LevelError, "a handler panicked", slog.String("type", fmt.Sprintf("%T", broken)), slog.String("stack", string(debug.Stack())))
				if answer.status == 0 {
					http.Error(answer, "internal error", http.StatusInternalServerError)
				}
			}
			route, spent := routeOf(req), time.Since(began)
			total.Add(1, route, methodOf(req), strconv.Itoa(answer.code()))
			took.Observe(spent.Seconds(), route)
			log.LogAttrs(ctx, levelOf(route), "request", slog.String("route", route), slog.String("method", methodOf(req)),
				slog.Int("status", answer.code()), slog.Int64("bytes", answer.bytes), slog.Int64("us", spent.Microseconds()))
			if broken != nil && answer.status != 0 && answer.code() != http.StatusInternalServerError {
				panic(http.ErrAbortHandler) // half an answer is gone already: cut the connection
			}
		}()
		next.ServeHTTP(answer, req)
	})
}

// routeOf returns the pattern, of which there are few.
func routeOf(r *http.Request) string {
	if r.Pattern == "" {
		return "none"
	}
	return r.Pattern
}

// levelOf keeps the questions of machines out of the log.
func levelOf(route string) slog.Level {
	if strings.HasSuffix(route, "z") {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// methodOf returns a method that HTTP knows: callers may send any text.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// answer remembers what was answered.
type answer struct {
	http.ResponseWriter

	status int
	bytes  int64
}

func (a *answer) code() int {
	if a.status == 0 {
		return http.StatusOK
	}
	return a.status
}

// WriteHeader remembers the status.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write counts bytes.
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController through.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
