package clock_test

import (
	"testing"
	"time"

	"sijil/internal/clock"
)

// A day begins in the country, not in UTC.
func TestTodayIsTheCountrysDay(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Africa/Casablanca")
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewManual(time.Date(2026, 11, 22, 22, 59, 0, 0, time.UTC))
	if got := clock.Today(c, zone).String(); got != "2026-11-22" {
		t.Errorf("a minute before midnight it is %s", got)
	}
	c.Advance(time.Minute)
	if got := clock.Today(c, zone).String(); got != "2026-11-23" {
		t.Errorf("at midnight it is %s", got)
	}
	if d := time.Since(clock.System{}.Now()); d < 0 || d > time.Hour {
		t.Errorf("the system's clock is off by %v", d)
	}
}
