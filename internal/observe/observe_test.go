package observe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sijil/internal/observe"
)

// TestTextFormat compares with what the format's documentation asks for.
func TestTextFormat(t *testing.T) {
	t.Parallel()
	var r observe.Registry
	c := r.Counter("b_total", "Second\nline \\.", "route")
	c.Add(2, `say "hi"\`)
	c.Add(1, `say "hi"\`)
	h := r.Histogram("c_seconds", "Times.", []float64{.5, 1}, "route")
	for _, x := range []float64{.25, .5, .75, 2} {
		h.Observe(x, "/")
	}
	r.Collect(func(_ context.Context, s *observe.Samples) { s.Gauge("a_waiting", "Waiting.", 7, "store", "keys") })
	var out bytes.Buffer
	if err := r.Write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	want := `# HELP a_waiting Waiting.
# TYPE a_waiting gauge
a_waiting{store="keys"} 7
# HELP b_total Second\nline \\.
# TYPE b_total counter
b_total{route="say \"hi\"\\"} 3
# HELP c_seconds Times.
# TYPE c_seconds histogram
c_seconds_bucket{route="/",le="0.5"} 2
c_seconds_bucket{route="/",le="1"} 3
c_seconds_bucket{route="/",le="+Inf"} 4
c_seconds_sum{route="/"} 3.5
c_seconds_count{route="/"} 4
`
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

// TestRequestsLeaveNothingOfAnybody sends what people type and looks at log
// and measures.
func TestRequestsLeaveNothingOfAnybody(t *testing.T) {
	t.Parallel()
	var logged bytes.Buffer
	log, err := observe.NewLog(&logged, "debug")
	if err != nil {
		t.Fatal(err)
	}
	var r observe.Registry
	mux := http.NewServeMux()
	mux.HandleFunc("GET /households/{ref}", func(w http.ResponseWriter, req *http.Request) {
		log.InfoContext(req.Context(), "inside")
		w.WriteHeader(http.StatusTeapot)
	})
	mux.HandleFunc("/panic", func(http.ResponseWriter, *http.Request) { panic("canary-panic") })
	mux.HandleFunc("/half", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		panic("canary-half")
	})
	server := httptest.NewServer(observe.Requests(&r, log, mux))
	defer server.Close()
	ask := func(method, path string) (status int, id string, err error) {
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader("canary-body"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", "s=canary-cookie")
		req.Header.Set("X-Request-ID", "canary-id")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, "", err
		}
		_ = res.Body.Close()
		return res.StatusCode, res.Header.Get("X-Request-ID"), nil
	}
	ids := map[string]bool{}
	for _, path := range []string{"/households/canary-ref?q=canary-query", "/households/canary-ref", "/canary-nowhere", "/panic"} {
		status, id, err := ask(http.MethodGet, path)
		if err != nil {
			t.Fatal(err)
		}
		if len(id) < 20 || ids[id] {
			t.Errorf("%s: id %q", path, id)
		}
		ids[id] = true
		if !strings.Contains(logged.String(), id) {
			t.Errorf("%s: the log has no request %s", path, id)
		}
		if path == "/panic" && status != http.StatusInternalServerError {
			t.Errorf("a panic answers %d", status)
		}
	}
	if _, _, err := ask("CANARY-METHOD", "/canary"); err != nil {
		t.Fatal(err)
	}
	if status, _, err := ask(http.MethodGet, "/half"); err == nil && status != http.StatusOK { // cut before or after the head
		t.Errorf("half an answer has status %d", status)
	}
	var out bytes.Buffer
	if err := r.Write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{logged.String(), out.String()} {
		if strings.Contains(strings.ToLower(text), "canary") {
			t.Errorf("something of the caller is in\n%s", text)
		}
	}
	for _, want := range []string{
		`sijil_http_requests_total{route="GET /households/{ref}",method="GET",status="418"} 2`,
		`sijil_http_requests_total{route="none",method="GET",status="404"} 1`,
		`sijil_http_requests_total{route="none",method="other",status="404"} 1`,
		`sijil_http_requests_total{route="/panic",method="GET",status="500"} 1`,
	} {
		if !strings.Contains(out.String(), want+"\n") {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
	first, _, _ := strings.Cut(logged.String(), "\n")
	var line map[string]any
	if err := json.Unmarshal([]byte(first), &line); err != nil || line["msg"] != "inside" || line["request"] == "" {
		t.Errorf("%v: %s", err, first)
	}
}

func TestNoSuchLevel(t *testing.T) {
	t.Parallel()
	if _, err := observe.NewLog(&bytes.Buffer{}, "loud"); err == nil {
		t.Error("accepted")
	}
	log, err := observe.NewLog(&bytes.Buffer{}, "warn")
	if err != nil || log.Enabled(t.Context(), slog.LevelInfo) {
		t.Errorf("%v", err)
	}
}
