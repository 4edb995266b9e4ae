package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/api"
	"sijil/internal/errs"
)

// login is a request that any register's failure can answer.
func login() *http.Request {
	return request(http.MethodPost, "/v1/sessions", `{"login":"`+plantedName+`","password":"`+plantedNumber+`"}`)
}

// TestErrorsBecomeProblems holds the one mapping from failures to answers.
func TestErrorsBecomeProblems(t *testing.T) {
	t.Parallel()
	field := func(kind errs.Kind, code, field string) error {
		return &errs.Error{Kind: kind, Code: code, Field: field, What: "it is so", Fix: "do this", Err: errors.New(plantedName)}
	}
	tests := map[string]struct {
		err     error
		status  int
		code    string
		retry   string
		pointer string
	}{
		"a field":               {field(errs.Invalid, "population.name", "names[0].spellings[1].given"), 422, "population.name", "", "#/names/0/spellings/1/given"},
		"no code":               {errs.Bad("a/b~c", "it is so", "do this"), 422, "api.invalid", "", "#/a~1b~0c"},
		"not there":             {field(errs.NotFound, "household.not_found", ""), 404, "household.not_found", "", ""},
		"stale":                 {field(errs.Conflict, "population.stale", ""), 409, "population.stale", "", ""},
		"key of another":        {field(errs.Conflict, "store.key_reused", "idempotency_key"), 422, "store.key_reused", "", "#/idempotency_key"},
		"denied":                {field(errs.Denied, "access.area", ""), 403, "access.area", "", ""},
		"wrong login":           {field(errs.Denied, "agency.login", ""), 401, "agency.login", "", ""},
		"must wait":             {field(errs.Denied, "agency.login_wait", ""), 429, "agency.login_wait", "30", ""},
		"must wait so long":     {&errs.Error{Kind: errs.Limited, Code: "population.limited", What: "it is so", RetryAfter: 61500 * time.Millisecond}, 429, "population.limited", "62", ""},
		"store is down":         {field(errs.Unavailable, "store.down", "x"), 503, "store.down", "2", ""},
		"of ours":               {field(errs.Internal, "store.defect", plantedName), 500, "api.internal", "", ""},
		"unclassified":          {errors.New(plantedName), 500, "api.internal", "", ""},
		"wrapped":               {errors.Join(errors.New(plantedName), field(errs.Denied, "access.area", "")), 403, "access.area", "", ""},
		"given up":              {context.DeadlineExceeded, 500, "api.internal", "", ""},
		"a cursor of a service": {field(errs.Invalid, "agency.cursor", "cursor"), 400, "agency.cursor", "", "#/cursor"},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.err = c.err
			res, text := s.ask(login())
			var p api.Problem
			if err := json.Unmarshal([]byte(text), &p); err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != c.status || p.Code != c.code || res.Header.Get("Retry-After") != c.retry || res.Header.Get("Content-Type") != api.ProblemType {
				t.Errorf("%d %s %v", res.StatusCode, text, res.Header)
			}
			if strings.Contains(text, plantedName) || strings.Contains(text, plantedNumber) {
				t.Errorf("the answer holds a cause: %s", text)
			}
			got := ""
			if len(p.Errors) > 0 {
				got = p.Errors[0].Pointer
			}
			if got != c.pointer {
				t.Errorf("pointer %q, want %q", got, c.pointer)
			}
			if (res.StatusCode == http.StatusUnauthorized) != (res.Header.Get("WWW-Authenticate") != "") {
				t.Errorf("WWW-Authenticate %q", res.Header.Get("WWW-Authenticate"))
			}
		})
	}
}

func TestAListOfFaultsIsOneProblem(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.err = errs.List{errs.Bad("names[0].use", "one", "do one"), errs.Bad("birth.date", "two", "do two")}
	res, text := s.ask(login())
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text, `"#/names/0/use"`) || !strings.Contains(text, `"#/birth/date"`) || !strings.Contains(text, "2 places") {
		t.Errorf("%d %s", res.StatusCode, text)
	}
}

// slow is a register that takes until it is given up.
type slow struct{ *fake }

func (slow) Authenticate(ctx context.Context, _ agency.Credential) (access.Caller, error) {
	<-ctx.Done()
	return access.Caller{}, ctx.Err()
}

func TestARequestIsGivenUp(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *api.Config) {
		c.Agency, c.Timeout = slow{c.Agency.(*fake)}, time.Millisecond
	})
	r := request(http.MethodGet, "/v1/me", "", "Authorization", "Bearer sijils_x")
	res, text := s.ask(r)
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(text, "api.timeout") {
		t.Errorf("%d %s", res.StatusCode, text)
	}
}

// TestFailuresAreLoggedWithoutTheRequest: what we tell the log is the error's
// own text, and nothing of the body, the headers or the address.
func TestFailuresAreLoggedWithoutTheRequest(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	s := newSite(t, func(c *api.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	s.err = errors.New("the disk is full")
	r := login()
	r.URL.RawQuery = ""
	r.Header.Set("X-Note", plantedName)
	if res, text := s.ask(r); res.StatusCode != http.StatusInternalServerError || strings.Contains(text, "disk") {
		t.Errorf("%d %s", res.StatusCode, text)
	}
	if !strings.Contains(log.String(), "the disk is full") || strings.Contains(log.String(), plantedName) || strings.Contains(log.String(), plantedNumber) {
		t.Errorf("logged: %s", log.String())
	}
}

func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/v1", "/v1/", "/v1/me/", "/v1/nothing", "/v2/me", "/v1/../etc", "/api/x", "/openapi.yaml", "/schemas/x", "/docs", "/v1/simulator/formulas/" + plantedName} {
		res, text := s.ask(request(http.MethodGet, path, ""))
		if res.StatusCode != http.StatusNotFound || res.Header.Get("Content-Type") != api.ProblemType || strings.Contains(text, plantedName) {
			t.Errorf("%s: %d %s %s", path, res.StatusCode, res.Header, text)
		}
	}
	for _, path := range []string{"/api", "/openapi.json"} {
		if res, _ := s.ask(request(http.MethodPost, path, "{}")); res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "GET" {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}
