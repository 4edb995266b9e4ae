package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"sijil/access"
	"sijil/api"
)

func few(perCaller, perAddress int) func(*api.Config) {
	return func(c *api.Config) {
		c.PerCaller, c.PerAddress = api.Rate{PerSecond: 1, Burst: perCaller}, api.Rate{PerSecond: 1, Burst: perAddress}
	}
}

func me(secret, address string) *http.Request {
	r := request(http.MethodGet, "/v1/me", "", "Authorization", "Bearer "+secret)
	r.RemoteAddr = address
	return r
}

// statuses asks some times and says how often each status came.
func (s *site) statuses(n int, made func() *http.Request) map[int]int {
	s.t.Helper()
	out := map[int]int{}
	for range n {
		res, text := s.ask(made())
		out[res.StatusCode]++
		if res.StatusCode == http.StatusTooManyRequests {
			if wait, err := strconv.Atoi(res.Header.Get("Retry-After")); err != nil || wait < 1 || !strings.Contains(text, "api.rate") {
				s.t.Errorf("%v %s", res.Header, text)
			}
		}
	}
	return out
}

func TestAnAccountMayAskSoOften(t *testing.T) {
	t.Parallel()
	s := newSite(t, few(5, 1000))
	auditor, planner := secretOf(access.Auditor), secretOf(access.Planner)
	i := 0
	if got := s.statuses(9, func() *http.Request { i++; return me(auditor, "198.51.100."+strconv.Itoa(i)+":1") }); got[200] != 5 || got[429] != 4 {
		t.Errorf("from many addresses: %v", got)
	}
	if got := s.statuses(1, func() *http.Request { return me(planner, "198.51.100.1:1") }); got[200] != 1 {
		t.Errorf("another account: %v", got)
	}
	s.clock.Advance(2 * time.Second)
	if got := s.statuses(3, func() *http.Request { return me(auditor, "198.51.100.1:1") }); got[200] != 2 {
		t.Errorf("two seconds later: %v", got)
	}
}

func TestAnAddressMayGuessSoOften(t *testing.T) {
	t.Parallel()
	s := newSite(t, few(1000, 5))
	i := 0
	guess := func() *http.Request { i++; return me("sijils_guess"+strconv.Itoa(i), "198.51.100.7:"+strconv.Itoa(i)) }
	if got := s.statuses(9, guess); got[401] != 5 || got[429] != 4 {
		t.Errorf("guesses: %v", got)
	}
	if got := s.statuses(1, func() *http.Request { return me(secretOf(access.Auditor), "198.51.100.8:1") }); got[200] != 1 {
		t.Errorf("another address: %v", got)
	}
}

func TestWithoutAnAccountAnAddressMayAskSoOften(t *testing.T) {
	t.Parallel()
	for name, addresses := range map[string][]string{
		"IPv4":               {"198.51.100.7:1", "198.51.100.7:2"},
		"an IPv6 subscriber": {"[2001:db8:1:2::1]:1", "[2001:db8:1:2:ffff::9]:2"},
		"mapped":             {"198.51.100.9:1", "[::ffff:198.51.100.9]:1"},
		"no address at all":  {"@", ""},
	} {
		s := newSite(t, few(1000, 4))
		i := 0
		got := s.statuses(6, func() *http.Request {
			i++
			r := request(http.MethodGet, "/v1/simulator/formulas", "")
			r.RemoteAddr = addresses[i%2]
			return r
		})
		if got[200] != 4 || got[429] != 2 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestForgottenAddressesCostNoMemory asks from more addresses than are kept.
func TestForgottenAddressesCostNoMemory(t *testing.T) {
	t.Parallel()
	l := api.NewLimiter(api.Rate{PerSecond: 1, Burst: 1}, newSite(t).clock)
	for i := range 300_000 {
		l.Take(strconv.Itoa(i))
	}
	if n := l.Kept(); n > 2*api.MostBuckets {
		t.Errorf("%d kept", n)
	}
	if l.Take("299999") == 0 {
		t.Error("who asked just now was forgotten")
	}
}
