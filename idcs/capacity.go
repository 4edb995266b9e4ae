package idcs

import (
	"context"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
)

// Capacity is how many numbers a scheme has.
type Capacity struct {
	Candidates uint64 // numbers of the right shape
	Numbers    uint64 // those that pass the filters
}

// Capacity counts, exactly, the numbers that can be drawn. With filters that
// look at neighbouring digits it searches all numbers digit by digit and
// leaves a prefix as soon as a filter does: a second at ten digits,
// seven times as long with every further digit. Without such filters it
// subtracts the numbers that the remaining filters ban from Candidates. The
// work is shared over all processors and ends early with ctx.
func (s *Scheme) Capacity(ctx context.Context) (Capacity, error) {
	c := Capacity{Candidates: s.Candidates()}
	var err error
	if s.local.prunes() {
		c.Numbers, err = s.parallel(ctx, (*counter).valid)
		return c, err
	}
	banned, err := s.parallel(ctx, (*counter).banned)
	c.Numbers = c.Candidates - banned
	return c, err
}

// prunes reports whether the filters ban so many prefixes that searching the
// numbers that pass is the shorter way. Rows of pairs are so rare that
// searching those that fail is.
func (l *local) prunes() bool {
	rest := *l
	rest.pairs = 0
	return !rest.empty()
}

// parallel sums count over all prefixes of two digits.
func (s *Scheme) parallel(ctx context.Context, count func(*counter, []uint8) uint64) (uint64, error) {
	var total, taken atomic.Uint64
	var wg sync.WaitGroup
	tasks := uint64(len(s.heads)) * 10
	for range min(runtime.GOMAXPROCS(0), int(tasks)) {
		wg.Go(func() {
			c := s.counter(ctx)
			for !c.stopped {
				t := taken.Add(1) - 1
				if t >= tasks {
					return
				}
				total.Add(count(c, []uint8{s.heads[t/10], uint8(t % 10)}))
			}
		})
	}
	wg.Wait()
	return total.Load(), ctx.Err()
}

// counter is the state of one search.
type counter struct {
	*Scheme

	rest    local      // far without blocks of two, which pairs sees to
	pairs   [10]uint16 // by a digit: what followed it somewhere before the last two digits
	d       [MaxLength]uint8
	stop    <-chan struct{}
	stopped bool
}

func (s *Scheme) counter(ctx context.Context) *counter {
	c := &counter{Scheme: s, stop: ctx.Done(), rest: s.far}
	if c.rest.block == 2 {
		c.rest.block = 0
	}
	return c
}

// follow is Scheme.next for the first n digits, with the blocks of two looked
// up instead of searched for.
func (c *counter) follow(n int) uint16 {
	last := c.d[n-1]
	ok := c.window[c.d[n-2]*10+last]
	if c.far.block == 2 {
		ok &^= c.pairs[last]
	}
	if ok == 0 || c.rest.empty() {
		return ok
	}
	return ok & c.rest.next(c.d[:n])
}

// start puts the prefix into c.d and returns its check product; ok is false
// when a local filter bans it.
func (c *counter) start(prefix []uint8) (left uint8, ok bool) {
	for i, v := range prefix {
		if c.next(c.d[:i])&(1<<v) == 0 {
			return 0, false
		}
		c.d[i] = v
		left = extend(left, v, c.length-1-i)
	}
	return left, true
}

// valid counts the numbers with the prefix that pass every filter.
func (c *counter) valid(prefix []uint8) uint64 {
	left, ok := c.start(prefix)
	if !ok {
		return 0
	}
	return c.walk(len(prefix), left)
}

func (c *counter) walk(n int, left uint8) uint64 {
	if n == c.length-1 {
		return c.last(closing(left))
	}
	if n == 5 && !c.stopped {
		select {
		case <-c.stop:
			c.stopped = true
		default:
		}
	}
	if c.stopped {
		return 0
	}
	var total uint64
	ok := c.follow(n)
	// With one more digit, the last two before it can be met again.
	first, before := c.d[n-2], c.pairs[c.d[n-2]]
	c.pairs[first] |= 1 << c.d[n-1]
	for ; ok != 0; ok &= ok - 1 {
		v := uint8(bits.TrailingZeros16(ok))
		c.d[n] = v
		total += c.walk(n+1, extend(left, v, c.length-1-n))
	}
	c.pairs[first] = before
	return total
}

// last returns 1 when the check digit may end the number, and 0 otherwise.
// Most numbers end here, most of them banned by their last three digits.
func (c *counter) last(check uint8) uint64 {
	n := c.length - 1
	if c.window[c.d[n-2]*10+c.d[n-1]]&(1<<check) == 0 || c.follow(n)&(1<<check) == 0 {
		return 0
	}
	c.d[n] = check
	for _, sh := range c.shapes {
		if sh.holds(c.d[:c.length]) {
			return 0
		}
	}
	return 1
}
