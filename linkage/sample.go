package linkage

import (
	"context"
	"math/rand/v2"
	"slices"
)

// Sizes of what is looked at to learn.
const (
	blindPairs   = 1 << 18 // pairs drawn blindly, to see how strangers agree
	trainedPairs = 1 << 18 // candidate pairs, about
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

// add adds the counts of another worker.
func (t tallyOf) add(one tallyOf) {
	for p, n := range one {
		t[p] += n
	}
}

// counter compares and counts for one goroutine.
type counter struct {
	x    *comparer
	seen tallyOf
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
	whole = total <= 4*blindPairs
	const pieces = 64
	all := tallyOf{}
	parallelWith(workers, pieces, func() *counter { return &counter{newComparer(a, b), tallyOf{}} }, func(c *counter, piece int) {
		if ctx.Err() != nil {
			return
		}
		if whole {
			c.everyPair(a, b, piece, pieces)
			return
		}
		rng := rand.New(rand.NewPCG(1988, uint64(piece)))
		for range blindPairs / pieces {
			i, j := rng.Uint32N(uint32(a.rows)), rng.Uint32N(uint32(b.rows))
			for a == b && i == j {
				j = rng.Uint32N(uint32(b.rows))
			}
			c.seen[c.x.compare(i, j)]++
		}
	}, func(c *counter) { all.add(c.seen) })
	counts = all.sorted(1)
	for _, c := range counts {
		drawn += c.pairs
	}
	return counts, drawn, whole
}

// everyPair counts all pairs of some rows of a.
func (c *counter) everyPair(a, b *Records, piece, pieces int) {
	for i := piece; i < a.rows; i += pieces {
		from := 0
		if a == b {
			from = i + 1
		}
		for j := from; j < b.rows; j++ {
			c.seen[c.x.compare(uint32(i), uint32(j))]++
		}
	}
}

// sampler looks at a sample of the candidate pairs. Each pass looks at one
// block in so many; a pair that several passes find counts in each for its part.
type sampler struct {
	k       *blocker
	workers int
	found   []*blocks
}

func newSampler(a, b *Records, atoms []atomRef, passes []pass, blockRows, workers int) *sampler {
	k := &blocker{a: a, b: b, atoms: atoms, passes: passes, cap: blockRows, sample: 1}
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

// eachPair calls visit with all sampled pairs and their units, each worker
// with a state of its own.
func eachPair[S any](ctx context.Context, s *sampler, state func() S, visit func(st S, i, j uint32, units uint64), done func(S)) {
	const piece = 64
	type part struct{ pass, from, to int }
	var parts []part
	for p, found := range s.found {
		for from := 0; from < found.count(); from += piece {
			parts = append(parts, part{p, from, min(from+piece, found.count())})
		}
	}
	parallelWith(s.workers, len(parts), state, func(st S, at int) {
		if ctx.Err() != nil {
			return
		}
		part := parts[at]
		found := s.found[part.pass]
		for blk := part.from; blk < part.to; blk++ {
			rows := found.rows[found.starts[blk]:found.starts[blk+1]]
			for n, i := range rows {
				for _, j := range rows[n+1:] {
					if units := s.units(part.pass, i, j); units > 0 {
						visit(st, i, s.other(j), units)
					}
				}
			}
		}
	}, done)
}

// units returns the part of a pair that counts in a pass, for other passes may
// find it too; 0 for a pair within one of two files.
func (s *sampler) units(p int, i, j uint32) uint64 {
	k := s.k
	if k.a != k.b && (int(i) >= k.a.rows || int(j) < k.a.rows) {
		return 0
	}
	found := uint64(1)
	for q := range k.passes {
		if q != p && k.meet(q, i, j) {
			found++
		}
	}
	return unitsPerPair / found
}

// count counts the patterns of the sampled pairs.
func (s *sampler) count(ctx context.Context) []counted {
	all := tallyOf{}
	eachPair(ctx, s, func() *counter { return &counter{newComparer(s.k.a, s.k.b), tallyOf{}} },
		func(c *counter, i, j uint32, units uint64) { c.seen[c.x.compare(i, j)] += units },
		func(c *counter) { all.add(c.seen) })
	return all.sorted(float64(s.k.sample) / unitsPerPair)
}

// other returns the number of a row of the second file in that file.
func (s *sampler) other(j uint32) uint32 {
	if s.k.a != s.k.b {
		return j - uint32(s.k.a.rows)
	}
	return j
}
