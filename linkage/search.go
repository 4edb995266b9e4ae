package linkage

import (
	"context"
	"math"
	"slices"
	"strings"
)

// found is a pair worth keeping.
type found struct {
	a, b   uint32 // rows; b is of the second file
	weight float64
	guard  Guard
}

// search finds and weighs the candidates of one or two files.
type search struct {
	m       *Model
	a, b    *Records
	k       *blocker
	workers int
	opt     Options
	blockOf []uint32 // for each row and pass the block it is in, from 1; 0 for none
	keep    float64  // the least weight that is kept

	pairs []found
	stats Stats
	bins  [binCount]Bin
}

const (
	leastBin = -40
	binCount = 121
)

// weighed is the weight of a pattern without frequencies.
type weighed struct{ strangers, kins float64 }

func newSearch(m *Model, a, b *Records, opt Options) *search {
	s := &search{m: m, a: a, b: b, workers: opt.workers(), opt: opt, keep: math.Min(m.bands.Judge, m.bands.Same)}
	s.k = &blocker{a: a, b: b, atoms: m.atoms, passes: m.passes, cap: m.cap, sample: 1}
	s.blockOf = make([]uint32, s.k.rows()*len(m.passes))
	for i := range s.bins {
		s.bins[i].From = leastBin + i
	}
	return s
}

// run looks at all candidates.
func (s *search) run(ctx context.Context) error {
	all := tallyOf{}
	n := len(s.m.passes)
	for from := 0; from < n; from += s.workers {
		to := min(from+s.workers, n)
		laid := make([]*blocks, to-from)
		parallel(s.workers, to-from, func(i int) {
			laid[i] = s.k.lay(from + i)
			s.note(from+i, laid[i])
		})
		for i, b := range laid {
			if err := ctx.Err(); err != nil {
				return err
			}
			s.pass(ctx, from+i, b, all)
			s.opt.progress("compare", from+i+1, n)
		}
	}
	s.patterns(all)
	return ctx.Err()
}

// note writes down which block each row is in.
func (s *search) note(p int, b *blocks) {
	n := len(s.m.passes)
	for blk := range b.count() {
		for _, row := range b.rows[b.starts[blk]:b.starts[blk+1]] {
			s.blockOf[int(row)*n+p] = uint32(blk + 1)
		}
	}
}

// part is what a worker found in some blocks.
type part struct {
	pairs []found
	count int64
	bins  [binCount]Bin
	guard int64
}

// pass compares the pairs of one pass.
func (s *search) pass(ctx context.Context, p int, b *blocks, all tallyOf) {
	const piece = 1024
	pieces := (b.count() + piece - 1) / piece
	parts := make([]*part, pieces)
	parallelWith(s.workers, pieces, func() *weigher { return newWeigher(s) }, func(w *weigher, at int) {
		out := &part{}
		parts[at] = out
		if ctx.Err() != nil {
			return
		}
		for blk := at * piece; blk < min((at+1)*piece, b.count()); blk++ {
			s.block(w, p, b.rows[b.starts[blk]:b.starts[blk+1]], out)
		}
	}, func(w *weigher) { all.add(w.seen) })
	stats := b.stats
	stats.Name = s.m.passName(p)
	for _, out := range parts {
		s.pairs = append(s.pairs, out.pairs...)
		stats.Pairs += out.count
		s.stats.Guarded += out.guard
		for i := range s.bins {
			s.bins[i].Pairs += out.bins[i].Pairs
			s.bins[i].Expected += out.bins[i].Expected
		}
	}
	s.stats.Candidates += stats.Pairs
	s.stats.Passes = append(s.stats.Passes, stats)
}

func (s *search) block(w *weigher, p int, rows []uint32, out *part) {
	n := len(s.m.passes)
	for at, i := range rows {
		before := s.blockOf[int(i)*n : int(i)*n+p]
		for _, j := range rows[at+1:] {
			if s.a != s.b && (int(i) >= s.a.rows || int(j) < s.a.rows) {
				continue
			}
			if met(before, s.blockOf[int(j)*n:int(j)*n+p]) {
				continue
			}
			other := j
			if s.a != s.b {
				other -= uint32(s.a.rows)
			}
			out.count++
			weight, pat := w.weigh(i, other)
			bin := &out.bins[min(max(int(math.Floor(weight))-leastBin, 0), binCount-1)]
			bin.Pairs++
			bin.Expected += probability(weight)
			if weight < s.keep {
				continue
			}
			guard := s.m.guard(pat)
			if guard != NoGuard && weight >= s.m.bands.Same {
				out.guard++
			}
			out.pairs = append(out.pairs, found{i, other, weight, guard})
		}
	}
}

// met reports whether two rows were in one block of an earlier pass.
func met(a, b []uint32) bool {
	for q, blk := range a {
		if blk != 0 && blk == b[q] {
			return true
		}
	}
	return false
}

// weigher weighs pairs for one goroutine.
type weigher struct {
	m    *Model
	x    *comparer
	seen tallyOf
	base map[pattern]weighed
}

func newWeigher(s *search) *weigher {
	return &weigher{m: s.m, x: newComparer(s.a, s.b), seen: tallyOf{}, base: map[pattern]weighed{}}
}

// weigh returns the weight of a pair and its pattern.
func (w *weigher) weigh(i, j uint32) (float64, pattern) {
	p := w.x.compare(i, j)
	w.seen[p]++
	base, ok := w.base[p]
	if !ok {
		base.strangers, base.kins = w.m.against(p)
		w.base[p] = base
	}
	return joined(base.strangers+w.m.frequencies(w.x, p, base.strangers, i, j, nil), base.kins), p
}

// probability turns a weight into the probability that the two are one person.
func probability(weight float64) float64 {
	return 1 / (1 + math.Exp2(-weight))
}

// patterns keeps the most frequent patterns for the report.
func (s *search) patterns(all tallyOf) {
	list := all.sorted(1)
	slices.SortStableFunc(list, func(a, b counted) int {
		switch {
		case a.pairs > b.pairs:
			return -1
		case a.pairs < b.pairs:
			return 1
		}
		return 0
	})
	for _, c := range list[:min(len(list), 200)] {
		one := PatternStat{Pairs: int64(c.pairs)}
		for f := range s.m.spec.Fields {
			one.Levels = append(one.Levels, c.pattern.level(f))
		}
		one.Weight = joined(s.m.against(c.pattern))
		s.stats.Patterns = append(s.stats.Patterns, one)
	}
}

// passName names the atoms of a pass.
func (m *Model) passName(p int) string {
	var name strings.Builder
	for i, at := range m.passes[p].atoms {
		switch {
		case i == m.passes[p].base:
			name.WriteString(", split by ")
		case i > 0:
			name.WriteString(" + ")
		}
		a := &m.atoms[at]
		field := m.spec.Fields[a.field]
		name.WriteString(field.Name)
		if a.other >= 0 {
			name.WriteString(" with " + m.spec.Fields[a.other].Name)
		}
		name.WriteString(" " + atomsOf(field.Kind)[a.k].name)
		if len(field.Columns) > 1 {
			name.WriteString(" (" + field.Columns[a.col-m.layout.first[a.field]] + ")")
		}
	}
	return name.String()
}
