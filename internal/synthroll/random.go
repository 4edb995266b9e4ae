package synthroll

import (
	"math/bits"
	"math/rand/v2"
	"sort"
)

// whole is the denominator of all rates.
const whole = 10_000

// rng is a random stream, seeded for one person or record.
type rng struct{ pcg rand.PCG }

func (r *rng) seed(parts ...uint64) {
	var a uint64
	for _, p := range parts {
		a = mix(a ^ p)
	}
	r.pcg.Seed(a, mix(a))
}

// mix is the finaliser of SplitMix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// below is a number of 0 to n-1.
func (r *rng) below(n int) int {
	hi, _ := bits.Mul64(r.pcg.Uint64(), uint64(n))
	return int(hi)
}

func (r *rng) between(low, high int) int { return low + r.below(high-low+1) }

// chance is true in per of 10,000 cases.
func (r *rng) chance(per int) bool { return r.below(whole) < per }

// unit is a number of 0 to 1.
func (r *rng) unit() float64 { return float64(r.pcg.Uint64()>>11) / (1 << 53) }

// picker draws positions in proportion to weights; it holds running sums.
type picker []int

func (p picker) add(weight int) picker {
	sum := weight
	if len(p) > 0 {
		sum += p[len(p)-1]
	}
	return append(p, sum)
}

func (p picker) pick(r *rng) int {
	return sort.SearchInts(p, r.below(p[len(p)-1])+1)
}

// shuffle is a permutation of 0 to n-1 that needs no memory: a Feistel network
// over the next power of four, walked until it falls below n.
type shuffle struct {
	n    uint64
	half uint
	keys [4]uint64
}

func newShuffle(n int, seed uint64) shuffle {
	s := shuffle{n: uint64(n), half: uint(bits.Len64(uint64(n))+1) / 2}
	for i := range s.keys {
		s.keys[i] = mix(seed ^ mix(uint64(i+1)))
	}
	return s
}

func (s shuffle) at(i int) int {
	mask := uint64(1)<<s.half - 1
	x := uint64(i)
	for {
		left, right := x>>s.half, x&mask
		for _, k := range s.keys {
			left, right = right, left^mix(right^k)&mask
		}
		if x = left<<s.half | right; x < s.n {
			return int(x)
		}
	}
}
