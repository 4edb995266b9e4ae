package synth

import (
	"fmt"
	"math/bits"
	"math/rand/v2"

	"sijil/internal/errs"
)

// whole is the denominator of all chances in the data: 10,000 is always.
const whole = 10_000

// rng is the random stream of one household.
type rng struct{ pcg rand.PCG }

// seed starts the stream of a household. Seed and number are mixed first
// (SplitMix64), because neighbouring states of a PCG give related streams.
func (r *rng) seed(seed uint64, number int) {
	a := mix(seed)
	r.pcg.Seed(a, mix(a^uint64(number)))
}

func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// below returns an integer of 0 to n-1. It keeps the high half of a product,
// which favours no value by more than n/2^64.
func (r *rng) below(n int) int {
	hi, _ := bits.Mul64(r.pcg.Uint64(), uint64(n))
	return int(hi)
}

// between returns an integer of low to high.
func (r *rng) between(low, high int) int {
	if high <= low {
		return low
	}
	return low + r.below(high-low+1)
}

// chance is true in per of 10,000 cases.
func (r *rng) chance(per int) bool { return r.below(whole) < per }

// bell returns an integer around 0 that is within about ±2 spreads, the sum
// of three uniform ones; its standard deviation is spread.
func (r *rng) bell(spread int) int {
	return r.between(-spread, spread) + r.between(-spread, spread) + r.between(-spread, spread)
}

// picker draws positions in proportion to weights. It holds their running
// sums.
type picker []int32

func newPicker(weights []int) (picker, error) {
	p := make(picker, len(weights))
	var sum int32
	for i, w := range weights {
		if w < 0 || w > 1e7 {
			return nil, errs.Bad("", fmt.Sprintf("weight %d is out of range", i), "use 0 to 10,000,000")
		}
		sum += int32(w)
		p[i] = sum
	}
	if sum == 0 {
		return nil, errs.Bad("", "all weights are 0", "give at least one a weight")
	}
	return p, nil
}

func (p picker) pick(r *rng) int { return p.at(r.below(int(p[len(p)-1]))) }

// ranked draws the position at a rank of 0 to 9,999: the same rank, the same
// place in the distribution.
func (p picker) ranked(rank int) int { return p.at(int(p[len(p)-1]) * rank / whole) }

func (p picker) at(t int) int {
	if len(p) <= 16 {
		for i, sum := range p {
			if t < int(sum) {
				return i
			}
		}
	}
	low, high := 0, len(p)-1
	for low < high {
		mid := (low + high) / 2
		if t < int(p[mid]) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// curve is a line through knots, level beyond the first and the last.
type curve [][2]int

func (c curve) check() error {
	if len(c) == 0 {
		return errs.Bad("", "the curve has no knot", "give at least one [x, y]")
	}
	for i := 1; i < len(c); i++ {
		if c[i][0] <= c[i-1][0] {
			return errs.Bad("", "the knots do not go up", "sort them by x, each x once")
		}
	}
	return nil
}

// at returns the height at x, rounded towards the left knot.
func (c curve) at(x int) int {
	if x <= c[0][0] {
		return c[0][1]
	}
	for i := 1; i < len(c); i++ {
		if x < c[i][0] {
			a, b := c[i-1], c[i]
			return a[1] + (b[1]-a[1])*(x-a[0])/(b[0]-a[0])
		}
	}
	return c[len(c)-1][1]
}
