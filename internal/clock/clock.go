// Package clock is the only place of the program that asks what time it is.
//
// It knows instants in UTC and days in the country's zone. It refuses to know
// what the time is used for.
package clock

import (
	"sync"
	"time"
	_ "time/tzdata" // the binary is static: zones travel with it

	"sijil/internal/civil"
)

// Clock tells the time.
type Clock interface {
	// Now returns the current instant in UTC.
	Now() time.Time
}

// System is the machine's clock.
type System struct{}

// Now returns the current instant in UTC, with its monotonic reading.
func (System) Now() time.Time { return time.Now().UTC() }

// Manual is a clock that moves only when it is told to. It is safe for use
// by several goroutines.
type Manual struct {
	mu  sync.Mutex
	now time.Time
}

// NewManual returns a clock standing at t.
func NewManual(t time.Time) *Manual { return &Manual{now: t.UTC()} }

// Now returns the instant the clock stands at.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Advance moves the clock by d.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
}

// Today returns the day it is in a zone.
func Today(c Clock, zone *time.Location) civil.Date { return civil.Of(c.Now().In(zone)) }
