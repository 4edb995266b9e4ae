package linkage

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
)

// Sizes of what is looked at to learn.
const (
	blindPairs   = 1 << 20 // pairs drawn blindly, to see how strangers agree
	trainedPairs = 1 << 20 // candidate pairs
	unitsPerPair = 720720  // so that a pair found by up to 16 passes is shared among them in whole numbers
)

// tallyOf counts patterns. Counts are in units, for they may be parts of pairs.
type tallyOf map[pattern]uint64

// counted is a pattern and its pairs.
type counted struct {
	pattern pattern
	pairs   float64
}

// sorted returns the counts by pattern, each unit worth so many pairs.
func (t tallyOf) sorted(worth float64) []counted {
	out := make([]counted, 0, len(t))
	for p, n := range t {
		out = append(out, counted{p, float64(n) * worth})
	}
	slices.SortFunc(out, func(a, b counted) int {
		if a.pattern < b.pattern {
			return -1
		}
		return 1
	})
	return out
}

// tallies adds up what the workers counted.
type tallies struct {
	mu  sync.Mutex
	all tallyOf
}

func (t *tallies) add(one tallyOf) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil {
		t.all = tallyOf{}
	}
	for p, n := range one {
		t.all[p] += n
	}
}

// pairsOf returns the number of pairs that two files, or one, can form.
func pairsOf(a, b *Records) float64 {
	if a == b {
		return float64(a.rows) * float64(a.rows-1) / 2
	}
	return float64(a.rows) * float64(b.rows)
}

// blind counts the patterns of pairs drawn blindly, or of all pairs where they
// are few; whole says which.
func blind(ctx context.Context, a, b *Records, workers int) (counts []counted, drawn float64, whole bool) {
	total := pairsOf(a, b)
	whole = total <= 2*blindPairs
	const pieces = 64
	var sum tallies
	parallel(workers, pieces, func(piece int) {
		if ctx.Err() != nil {
			return
		}
		x := newComparer(a, b)
		one := tallyOf{}
		if whole {
			for i := piece; i < a.rows; i += pieces {
				from := 0
				if a == b {
					from = i + 1
				}
				for j := from; j < b.rows; j++ {
					one[x.compare(uint32(i), uint32(j))]++
				}
			}
		} else {
			rng := rand.New(rand.NewPCG(1988, uint64(piece)))
			for range blindPairs / pieces {
				i, j := rng.Uint32N(uint32(a.rows)), rng.Uint32N(uint32(b.rows))
				for a == b && i == j {
					j = rng.Uint32N(uint32(b.rows))
				}
				one[x.compare(i, j)]++
			}
		}
		sum.add(one)
	})
	counts = sum.all.sorted(1)
	for _, c := range counts {
		drawn += c.pairs
	}
	return counts, drawn, whole
}

// candidates looks at a sample of the candidate pairs. Each pass looks at one
// block in so many; a pair that several passes find counts in each for its part.
type sampler struct {
	k       *blocker
	workers int
	found   []*blocks
}

func newSampler(a, b *Records, atoms []atomRef, passes []pass, cap, workers int) *sampler {
	k := &blocker{a: a, b: b, atoms: atoms, passes: passes, cap: cap, sample: 1}
	rows := float64(a.rows)
	if a != b {
		rows = float64(a.rows+b.rows) / 2
	}
	expected := rows * budgetPairs
	for float64(k.sample)*trainedPairs < expected {
		k.sample *= 2
	}
	s := &sampler{k: k, workers: workers, found: make([]*blocks, len(passes))}
	parallel(workers, len(passes), func(p int) { s.found[p] = k.lay(p) })
	return s
}

// each calls visit with all sampled pairs and their units; newVisit makes a
// visitor for one worker and what is done at its end.
func (s *sampler) each(ctx context.Context, newVisit func() (visit func(i, j uint32, units uint64), done func())) {
	const piece = 512
	for p, found := range s.found {
		n := found.count()
		parallel(s.workers, (n+piece-1)/piece, func(at int) {
			if ctx.Err() != nil {
				return
			}
			visit, done := newVisit()
			for blk := at * piece; blk < min((at+1)*piece, n); blk++ {
				s.block(p, found.rows[found.starts[blk]:found.starts[blk+1]], visit)
			}
			done()
		})
	}
}

func (s *sampler) block(p int, rows []uint32, visit func(i, j uint32, units uint64)) {
	for n, i := range rows {
		for _, j := range rows[n+1:] {
			if s.k.a != s.k.b && (int(i) >= s.k.a.rows || int(j) < s.k.a.rows) {
				continue
			}
			found := uint64(1)
			for q := range s.k.passes {
				if q == p {
					continue
				}
				if h := s.k.key(i, q); h != 0 && h == s.k.key(j, q) {
					found++
				}
			}
			visit(i, j, unitsPerPair/found)
		}
	}
}

// count counts the patterns of the sampled pairs.
func (s *sampler) count(ctx context.Context) []counted {
	var sum tallies
	s.each(ctx, func() (func(i, j uint32, units uint64), func()) {
		x := newComparer(s.k.a, s.k.b)
		one := tallyOf{}
		return func(i, j uint32, units uint64) {
			one[x.compare(i, s.other(j))] += units
		}, func() { sum.add(one) }
	})
	return sum.all.sorted(float64(s.k.sample) / unitsPerPair)
}

// other returns the number of a row of the second file in that file.
func (s *sampler) other(j uint32) uint32 {
	if s.k.a != s.k.b {
		return j - uint32(s.k.a.rows)
	}
	return j
}
