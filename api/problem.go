package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"strconv"
	"strings"

	"sijil/internal/errs"
	"sijil/internal/observe"
)

// ProblemType is the media type of every answer that is not a success.
const ProblemType = "application/problem+json"

// Problem is what went wrong (RFC 9457). It never repeats what was sent.
type Problem struct {
	Type    string  `json:"type" doc:"Always about:blank: what kind of problem this is, code says." example:"about:blank"`
	Title   string  `json:"title" doc:"The phrase of the status." example:"Conflict"`
	Status  int     `json:"status" doc:"The HTTP status." example:"409"`
	Code    string  `json:"code" doc:"A stable name for programs to act on." example:"population.stale"`
	Detail  string  `json:"detail,omitempty" doc:"What is wrong, one sentence." example:"somebody corrected the record meanwhile"`
	Remedy  string  `json:"remedy,omitempty" doc:"What to do about it." example:"look again and correct what is there now"`
	Request string  `json:"request,omitempty" doc:"The id of the request, for whoever keeps the machines." example:"k3mzq7xw2nlb5ovtcy4hd6paue"`
	Errors  []Fault `json:"errors,omitempty" doc:"Each place that is wrong."`

	headers http.Header
}

// Fault is one place that is wrong.
type Fault struct {
	Pointer   string `json:"pointer,omitempty" doc:"Where in the body, as a JSON pointer." example:"#/names/0/use"`
	Parameter string `json:"parameter,omitempty" doc:"Which header, part of the path or of the query." example:"limit"`
	Code      string `json:"code,omitempty" doc:"A stable name." example:"questionnaire.missing"`
	Detail    string `json:"detail" doc:"What is wrong there." example:"the answer is missing"`
	Remedy    string `json:"remedy,omitempty" doc:"What to do about it." example:"ask for it"`
}

// Error is the code: problems are also errors, which the library asks for.
func (p *Problem) Error() string { return p.Code }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders returns headers that belong to the problem, such as Retry-After.
func (p *Problem) GetHeaders() http.Header { return p.headers }

// ContentType returns the media type of problems.
func (p *Problem) ContentType(string) string { return ProblemType }

// The codes of problems of the request itself; all others are the registers'.
const (
	codeNoRoute     = "api.no_route"
	codeMethod      = "api.method"
	codeCredential  = "api.credential" //nolint:gosec // the name of a problem, not a secret
	codeRate        = "api.rate"
	codeMediaType   = "api.media_type"
	codeTooLarge    = "api.too_large"
	codeSyntax      = "api.syntax"
	codeInvalid     = "api.invalid"
	codeKeyMissing  = "api.idempotency_key"
	codeRole        = "api.role"
	codeCursor      = "api.cursor"
	codeTimeout     = "api.timeout"
	codeInternal    = "api.internal"
	codeUnavailable = "api.unavailable"
	codeNoSuch      = "api.no_such"
	codeHeader      = "api.header"
)

// statusOf maps a failure to a status. It is the only place that does.
func statusOf(e *errs.Error) int {
	switch e.Code {
	case codeNoRoute:
		return http.StatusNotFound
	case codeMethod:
		return http.StatusMethodNotAllowed
	case codeCredential, "agency.login", "agency.no_session", "agency.secret":
		return http.StatusUnauthorized
	case "agency.login_wait":
		return http.StatusTooManyRequests
	case codeMediaType:
		return http.StatusUnsupportedMediaType
	case codeTooLarge:
		return http.StatusRequestEntityTooLarge
	case codeSyntax, codeKeyMissing, codeCursor, codeHeader, "agency.cursor":
		return http.StatusBadRequest
	case "store.key_reused":
		return http.StatusUnprocessableEntity
	}
	switch e.Kind {
	case errs.Invalid:
		return http.StatusUnprocessableEntity
	case errs.NotFound:
		return http.StatusNotFound
	case errs.Conflict:
		return http.StatusConflict
	case errs.Denied:
		return http.StatusForbidden
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	case errs.Limited:
		return http.StatusTooManyRequests
	case errs.Internal:
	}
	return http.StatusInternalServerError
}

// retryAfter is how many seconds to wait when nothing better is known.
var retryAfter = map[int]string{http.StatusTooManyRequests: "30", http.StatusServiceUnavailable: "2"}

// defaultCodes name failures that have no code of their own.
var defaultCodes = map[errs.Kind]string{
	errs.Internal: codeInternal, errs.Invalid: codeInvalid, errs.NotFound: codeNoSuch,
	errs.Conflict: "api.conflict", errs.Denied: "access.denied", errs.Unavailable: codeUnavailable, errs.Limited: codeRate,
}

// problem makes a problem of any error. What nobody classified is a failure of
// ours: it is logged, and the caller gets the id to ask about.
func (a *API) problem(ctx context.Context, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	id := observe.RequestID(ctx)
	if ended := ctx.Err(); ended != nil && errs.KindOf(err) != errs.Invalid {
		err = &errs.Error{Kind: errs.Unavailable, Code: codeTimeout, What: "the answer took too long and was given up; the act may have been done",
			Fix: "ask again with the same Idempotency-Key"}
	}
	first, ok := errors.AsType[*errs.Error](err)
	if !ok {
		first = &errs.Error{}
	}
	status := statusOf(first)
	if status == http.StatusInternalServerError {
		a.Log.ErrorContext(ctx, "a request failed", slog.String("error", err.Error()))
		first = &errs.Error{What: "something failed on our side", Fix: "tell whoever keeps the machines the id of the request"}
		err = first
	}
	p := newProblem(status, codeOf(first), first.What, first.Fix)
	p.Request = id
	if first.RetryAfter > 0 && p.headers.Get("Retry-After") != "" {
		p.headers.Set("Retry-After", strconv.Itoa(int(math.Ceil(first.RetryAfter.Seconds()))))
	}
	each(err, func(e *errs.Error) {
		if e.Field != "" && status < http.StatusInternalServerError {
			p.Errors = append(p.Errors, Fault{Pointer: pointer(e.Field), Code: e.Code, Detail: e.What, Remedy: e.Fix})
		}
	})
	if len(p.Errors) > 1 {
		p.Detail, p.Remedy = strconv.Itoa(len(p.Errors))+" places are wrong", "mend each of them"
	}
	return p
}

func newProblem(status int, code, detail, remedy string) *Problem {
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail, Remedy: remedy, headers: http.Header{}}
	if wait, ok := retryAfter[status]; ok {
		p.headers.Set("Retry-After", wait)
	}
	if status == http.StatusUnauthorized {
		p.headers.Set("WWW-Authenticate", `Bearer realm="sijil"`)
	}
	return p
}

func codeOf(e *errs.Error) string {
	if e.Code != "" {
		return e.Code
	}
	return defaultCodes[e.Kind]
}

// each calls f for every error of this program in err, its lists opened.
func each(err error, f func(*errs.Error)) {
	if l, ok := errors.AsType[errs.List](err); ok {
		for _, m := range l {
			each(m, f)
		}
		return
	}
	if e, ok := errors.AsType[*errs.Error](err); ok {
		f(e)
	}
}

// pointer turns "names[0].use" into "#/names/0/use".
func pointer(field string) string {
	field = strings.NewReplacer("~", "~0", "/", "~1", "[", ".", "]", "").Replace(field)
	return "#/" + strings.ReplaceAll(strings.TrimPrefix(field, "."), ".", "/")
}

// refuse writes a problem outside the library's way.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := a.problem(r.Context(), err)
	maps.Copy(w.Header(), p.headers)
	w.Header().Set("Content-Type", ProblemType)
	w.WriteHeader(p.Status)
	if r.Method == http.MethodHead {
		return
	}
	text, err := json.Marshal(p)
	if err != nil {
		return // of texts and numbers, there is none
	}
	_, _ = w.Write(append(text, '\n')) // who asked has gone
}
