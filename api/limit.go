package api

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"sijil/internal/clock"
)

// Rate is how often something may be asked: Burst at once, PerSecond after.
type Rate struct {
	PerSecond float64
	Burst     int
}

// mostBuckets bounds the memory of a limiter: with two generations some 10 MB.
const mostBuckets = 1 << 16

// limiter holds one bucket of tokens for each key. It forgets keys that were
// not used while mostBuckets others were: who comes back gets a full bucket.
type limiter struct {
	rate  Rate
	clock clock.Clock

	mu          sync.Mutex
	now, before map[string]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newLimiter(r Rate, c clock.Clock) *limiter {
	return &limiter{rate: r, clock: c, now: map[string]*bucket{}, before: map[string]*bucket{}}
}

// take takes n tokens of a key; when there are not so many it takes none and
// returns how long to wait. n of 0 only looks whether one is there.
func (l *limiter) take(key string, n float64) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	b := l.bucket(key, now)
	b.tokens = min(float64(l.rate.Burst), b.tokens+max(0, now.Sub(b.at).Seconds())*l.rate.PerSecond)
	b.at = now
	if need := max(n, 1); b.tokens < need {
		return time.Duration((need - b.tokens) / l.rate.PerSecond * float64(time.Second))
	}
	b.tokens -= n
	return 0
}

func (l *limiter) bucket(key string, now time.Time) *bucket {
	if b := l.now[key]; b != nil {
		return b
	}
	b := l.before[key]
	if b == nil {
		b = &bucket{tokens: float64(l.rate.Burst), at: now}
	}
	if len(l.now) >= mostBuckets {
		l.before, l.now = l.now, map[string]*bucket{}
	}
	l.now[key] = b
	return b
}

// addressKey is what an address counts as: an IPv6 network of 64 bits is one
// subscriber.
func addressKey(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return "unknown"
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		if net64, err := ip.Prefix(64); err == nil {
			return net64.String()
		}
	}
	return ip.String()
}
