package demo

import (
	"sync"
	"time"

	"sijil/internal/clock"
)

// Clock is the clock of a demo. While the sample is loaded it stands in the
// past and moves when it is told to, so that acts lie months apart; then it is
// the machine's. It never goes back.
type Clock struct {
	machine clock.Clock

	mu   sync.Mutex
	past bool
	now  time.Time
}

// NewClock returns a clock that shows the time of the machine's.
func NewClock(machine clock.Clock) *Clock { return &Clock{machine: machine} }

// tick lets two acts never happen at one instant.
const tick = time.Millisecond

// Now returns the current instant of the demo in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.past {
		return c.machine.Now()
	}
	c.now = c.now.Add(tick)
	return c.now
}

// To sets the clock to an instant of the past, unless it is later already.
func (c *Clock) To(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.past || c.now.Before(at) {
		c.now = at.UTC()
	}
	c.past = true
}

// Present makes it the machine's clock again.
func (c *Clock) Present() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.past = false
}
