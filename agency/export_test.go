package agency

import (
	"context"
	"crypto/rand"
	"time"
)

// Wait is the wait after failures.
func Wait(failures int) time.Duration { return wait(failures) }

// Same checks a password against a stored text.
func Same(ctx context.Context, w HashWork, password, text string) (same, outdated bool, err error) {
	return newHasher(Options{Hash: w}, rand.Reader).same(ctx, password, []byte(text))
}

// WellFormed reports whether a text could be a client's secret.
func WellFormed(text string) bool { return wellFormed(text, clientPrefix) }

// Most is how many passwords were computed at once.
func (s *Service) Most() int64 { return s.hasher.most.Load() }

// FreeFailures and LongestWait are the limits of guessing.
const (
	FreeFailures = freeFailures
	LongestWait  = longestWait
)
