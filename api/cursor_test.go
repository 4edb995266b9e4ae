package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sijil/access"
)

// page asks for a page of a list and returns its next.
func (s *site) page(role access.Role, path, cursor string) (status int, next string) {
	s.t.Helper()
	u, err := url.Parse(path)
	if err != nil {
		s.t.Fatal(err)
	}
	q := u.Query()
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	u.RawQuery = q.Encode()
	res, text := s.ask(request(http.MethodGet, u.String(), "", "Authorization", "Bearer "+secretOf(role)))
	var out struct{ Next string }
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, out.Next
}

func TestCountsGoOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, next := s.page(access.Planner, "/v1/counts/enrolled.witnesses", "")
	if status, last := s.page(access.Planner, "/v1/counts/enrolled.witnesses", next); next == "" || status != http.StatusOK || last != "" {
		t.Errorf("%d, next %q, then %q", status, next, last)
	}
	if got := s.reached(); len(got) != 2 || got[1] != "Counts after a place" {
		t.Errorf("the list went on from %v", got)
	}
	if status, _ := s.page(access.Planner, "/v1/counts/enrolled.introducer", next); status != http.StatusBadRequest {
		t.Errorf("of another count: %d", status)
	}
}

func TestCursors(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	other := s.callers[secretOf(access.Administrator)]
	other.Actor[15] = 9
	s.callers["sijils_other"] = other
	_, next := s.page(access.Administrator, "/v1/staff?limit=2", "")
	if next == "" || strings.Contains(next, "aaaa") {
		t.Fatalf("next %q", next)
	}
	s.reached()
	if status, again := s.page(access.Administrator, "/v1/staff?limit=2", next); status != http.StatusOK || again == "" || again == next {
		t.Errorf("the second page: %d", status)
	}
	if got := s.reached(); len(got) != 1 || got[0] != "ListStaff aaaaaaaaaaaaaaaaaaaaaaaaaa" {
		t.Errorf("the list went on from %v", got)
	}
	if status, _ := s.page(access.Administrator, "/v1/clients?limit=2", next); status != http.StatusBadRequest {
		t.Errorf("on another list: %d", status)
	}
	if res, text := s.ask(request(http.MethodGet, "/v1/staff?cursor="+next, "", "Authorization", "Bearer sijils_other")); res.StatusCode != http.StatusBadRequest || !strings.Contains(text, "api.cursor") {
		t.Errorf("for another account: %d %s", res.StatusCode, text)
	}
	for i := range next {
		forged := next[:i] + string(next[i]^1) + next[i+1:]
		if status, _ := s.page(access.Administrator, "/v1/staff?limit=2", forged); status != http.StatusBadRequest {
			t.Errorf("character %d changed: %d", i, status)
		}
	}
	s.clock.Advance(time.Hour)
	if status, _ := s.page(access.Administrator, "/v1/staff?limit=2", next); status != http.StatusBadRequest {
		t.Errorf("an hour later: %d", status)
	}
}
