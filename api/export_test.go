package api

import (
	"time"

	"sijil/internal/clock"
)

// MostBuckets is how many keys one generation of a limiter keeps.
const MostBuckets = mostBuckets

// Limiter is a limiter for tests.
type Limiter struct{ l *limiter }

// NewLimiter returns one.
func NewLimiter(r Rate, c clock.Clock) *Limiter { return &Limiter{newLimiter(r, c)} }

// Take takes one token.
func (l *Limiter) Take(key string) time.Duration { return l.l.take(key, 1) }

// Kept returns how many keys are kept.
func (l *Limiter) Kept() int { return len(l.l.now) + len(l.l.before) }

// CheckJSON is what every body goes through first.
func CheckJSON(data []byte) error { return checkJSON(data) }

// MaxDepth is how deep a body may be.
const MaxDepth = maxDepth
