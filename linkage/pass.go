package linkage

import (
	"cmp"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// atomRef is an atom of a column.
type atomRef struct {
	field, col, k int
	other         int     // family field of an atom that joins given and family name in any order; -1 for others
	otherCol      int     // its column
	share         float64 // how often records of one person share it, where both have the value
	has           float64 // share of rows that have it
	same          float64 // share of pairs of rows that share it
	alone, strong bool
	common        map[uint64]float64 // the most frequent values and their shares of the rows
	rest          float64            // share of the rows that have the same value as one with any other
}

// pass is a way to find candidates: rows that share its first base atoms form
// a block, and each further atom splits blocks that are too large.
type pass struct {
	atoms []int // into the atoms of the model
	base  int
}

// Bounds of blocking.
const (
	maxPasses   = 12
	maxBase     = 3
	maxSplits   = 4
	cover       = 3    // how often a pair should be found
	again       = .15  // what it is worth to find a pair once more
	virtual     = 4096 // records drawn to foresee what passes find
	maxCommon   = 256
	leastCommon = 1e-4
	budgetPairs = 9.0 // pairs per row that all passes together are expected to find
)

// atomRefs lists the atoms of all columns.
func atomRefs(spec Spec) []atomRef {
	var all []atomRef
	col := 0
	for f, field := range spec.Fields {
		for range field.Columns {
			for k, a := range atomsOf(field.Kind) {
				all = append(all, atomRef{field: f, col: col, k: k, other: -1, share: a.share, alone: a.alone, strong: field.Kind == Document && k == 0})
			}
			col++
		}
	}
	return append(all, wholeNames(spec)...)
}

// wholeNames lists the atoms that join given and family name, which people
// exchange.
func wholeNames(spec Spec) []atomRef {
	r := &Records{spec: spec}
	r.layout()
	if r.given < 0 {
		return nil
	}
	var all []atomRef
	for c := range spec.Fields[r.given].Columns {
		all = append(all, atomRef{field: r.given, col: r.first[r.given] + c, other: r.kin, otherCol: r.first[r.kin] + c,
			share: nameAtoms[0].share * nameAtoms[0].share, alone: true})
	}
	return all
}

// about reports whether the atom is of the field.
func (a *atomRef) about(field int) bool { return a.field == field || a.other == field }

// overlaps reports whether two atoms have a field in common.
func (a *atomRef) overlaps(b *atomRef) bool {
	return a.about(b.field) || b.other >= 0 && a.about(b.other)
}

// measure fills in how telling the atoms are in a file. Of two files the
// coincidences between them count.
func measure(atoms []atomRef, a, b *Records, workers int) {
	parallel(workers, len(atoms), func(i int) {
		at := &atoms[i]
		if at.other >= 0 {
			return
		}
		counts := tally(a, at)
		at.frequent(counts, a.rows)
		at.has = share(counts, a.rows)
		if a == b {
			at.same = coincidence(counts, counts, true, a.rows, a.rows)
			return
		}
		other := tally(b, at)
		at.has = math.Sqrt(at.has * share(other, b.rows))
		at.same = coincidence(counts, other, false, a.rows, b.rows)
	})
	for i := range atoms {
		if at := &atoms[i]; at.other >= 0 {
			g, f := firstAtom(atoms, at.col), firstAtom(atoms, at.otherCol)
			at.has, at.same = g.has*f.has, g.same*f.same
		}
	}
}

func firstAtom(atoms []atomRef, col int) *atomRef {
	return &atoms[slices.IndexFunc(atoms, func(a atomRef) bool { return a.col == col })]
}

type tallied struct {
	hash uint64
	n    int
}

// tally counts the rows of each value of an atom, by hash ascending.
func tally(r *Records, at *atomRef) []tallied {
	c := r.cols[at.col]
	list := make([]tallied, 0, c.dict.size())
	for i := 1; i < c.dict.size(); i++ {
		if h := c.atoms[at.k][i]; h != 0 {
			list = append(list, tallied{h, int(c.dict.count[i])})
		}
	}
	slices.SortFunc(list, func(x, y tallied) int {
		switch {
		case x.hash < y.hash:
			return -1
		case x.hash > y.hash:
			return 1
		}
		return 0
	})
	out := list[:0]
	for _, t := range list {
		if n := len(out); n > 0 && out[n-1].hash == t.hash {
			out[n-1].n += t.n
			continue
		}
		out = append(out, t)
	}
	return out
}

// frequent keeps the values that the largest blocks are of.
func (a *atomRef) frequent(counts []tallied, rows int) {
	a.common = map[uint64]float64{}
	list := slices.Clone(counts)
	list = slices.DeleteFunc(list, func(t tallied) bool { return t.n < leastFrequent || float64(t.n) < leastCommon*float64(rows) })
	slices.SortFunc(list, func(x, y tallied) int {
		if x.n != y.n {
			return y.n - x.n
		}
		return cmp.Compare(x.hash, y.hash)
	})
	for _, t := range list[:min(len(list), maxCommon)] {
		a.common[t.hash] = float64(t.n) / float64(rows)
	}
	sum, pairs := 0.0, 0.0
	for _, t := range counts {
		if _, ok := a.common[t.hash]; !ok {
			sum += float64(t.n)
			pairs += float64(t.n) * float64(t.n-1)
		}
	}
	a.rest = 0
	if sum > 0 {
		a.rest = pairs / sum / float64(rows)
	}
}

func share(counts []tallied, rows int) float64 {
	n := 0
	for _, t := range counts {
		n += t.n
	}
	return float64(n) / float64(max(rows, 1))
}

// coincidence returns the share of pairs of rows that have one value.
func coincidence(a, b []tallied, one bool, rowsA, rowsB int) float64 {
	sum := 0.0
	if one {
		for _, t := range a {
			sum += float64(t.n) * float64(t.n-1)
		}
		return sum / math.Max(float64(rowsA)*float64(rowsA-1), 1)
	}
	j := 0
	for _, t := range a {
		for j < len(b) && b[j].hash < t.hash {
			j++
		}
		if j < len(b) && b[j].hash == t.hash {
			sum += float64(t.n) * float64(b[j].n)
		}
	}
	return sum / math.Max(float64(rowsA)*float64(rowsB), 1)
}

// plan chooses passes so that together they find nearly all pairs of records
// of one person at the least number of pairs. What a choice would find is
// foreseen with records drawn by the atoms' shares.
type plan struct {
	atoms  []atomRef
	rows   float64
	agrees [][]uint64      // for each atom the drawn pairs that share it
	found  [cover][]uint64 // drawn pairs that one pass finds, that two find, …
}

func choosePasses(atoms []atomRef, rows int) []pass {
	p := &plan{atoms: atoms, rows: float64(rows)}
	for i := range p.found {
		p.found[i] = make([]uint64, virtual/64)
	}
	p.draw()
	var passes []pass
	spent := 0.0
	all := p.candidates()
	for i, a := range atoms { // whoever shows the same document is always looked at
		if a.strong && p.cost([]int{i}) <= 2.5 && a.same > 0 && len(passes) < maxPasses/2 {
			p.take([]int{i})
			passes = append(passes, p.withSplits([]int{i}))
		}
	}
	for len(passes) < maxPasses {
		best, bestScore, bestCost := -1, 0.0, 0.0
		for i, c := range all {
			gain := p.gain(c) / virtual
			cost := p.cost(c)
			if gain < 2.5/virtual || spent+cost > budgetPairs && len(passes) > 0 {
				continue
			}
			if score := gain / math.Pow(cost+.05, .3); score > bestScore {
				best, bestScore, bestCost = i, score, cost
			}
		}
		if best < 0 {
			break
		}
		spent += bestCost
		p.take(all[best])
		passes = append(passes, p.withSplits(all[best]))
	}
	return passes
}

// exchanged is how often given and family name are foreseen to be exchanged.
const exchanged = .03

// draw draws pairs of records of one person.
func (p *plan) draw() {
	rng := rand.New(rand.NewPCG(1969, 1))
	p.agrees = make([][]uint64, len(p.atoms))
	for i := range p.agrees {
		p.agrees[i] = make([]uint64, virtual/64)
	}
	given, family := -1, -1
	if last := p.atoms[len(p.atoms)-1]; last.other >= 0 {
		given, family = last.field, last.other
	}
	for v := range virtual {
		w, bit := v/64, uint64(1)<<(v%64)
		swap := rng.Float64() < exchanged
		col, field := -1, -1
		var here bool
		var luck, fieldLuck float64
		for i, a := range p.atoms {
			if a.other >= 0 {
				g, f := p.atomOf(a.col), p.atomOf(a.otherCol)
				p.agrees[i][w] |= p.agrees[g][w] & p.agrees[f][w] & bit
				continue
			}
			if a.field != field {
				field, fieldLuck = a.field, rng.Float64()
			}
			if a.col != col {
				col = a.col
				here = rng.Float64() < a.has && rng.Float64() < math.Max(a.has, .3)
				luck = rng.Float64()
				if rng.Float64() < .3 { // what goes wrong in one script often does in the other
					luck = fieldLuck
				}
			}
			if here && luck < a.share {
				p.agrees[i][w] |= bit
			}
		}
		if !swap {
			continue
		}
		for i, a := range p.atoms {
			if a.other < 0 && (a.field == given || a.field == family) {
				p.agrees[i][w] &^= bit
			}
		}
	}
}

func (p *plan) atomOf(col int) int {
	return slices.IndexFunc(p.atoms, func(a atomRef) bool { return a.col == col })
}

// candidates lists the sets of atoms that may begin a pass.
func (p *plan) candidates() [][]int {
	most := 2.5
	var out [][]int
	var grow func(set []int, next int)
	grow = func(set []int, next int) {
		for i := next; i < len(p.atoms); i++ {
			a := p.atoms[i]
			if !a.alone || a.same <= 0 || slices.ContainsFunc(set, func(j int) bool { return p.atoms[j].overlaps(&a) }) {
				continue
			}
			one := append(slices.Clone(set), i)
			if p.cost(one) <= most {
				out = append(out, one)
			} else if len(one) < maxBase {
				grow(one, i+1)
			}
		}
	}
	grow(nil, 0)
	if len(out) == 0 { // nothing tells much: begin with what there is, and split
		for i, a := range p.atoms {
			if a.same > 0 {
				out = append(out, []int{i})
			}
		}
	}
	return out
}

// cost returns how many pairs per row a set of atoms is expected to find.
func (p *plan) cost(set []int) float64 {
	same := 1.0
	for _, i := range set {
		same *= p.atoms[i].same
	}
	return p.rows / 2 * same
}

// gain returns how many of the drawn pairs a set finds that were not found
// before. To find again what one pass finds counts a little, for what is
// foreseen may be wrong.
func (p *plan) gain(set []int) float64 {
	sum, worth := 0.0, 1.0
	for c := range p.found {
		n := 0
		for w, found := range p.found[c] {
			n += bits.OnesCount64(p.shared(set, w) &^ found)
		}
		sum += worth * float64(n)
		worth *= again
	}
	return sum
}

// shared returns which of 64 drawn pairs share all atoms of a set.
func (p *plan) shared(set []int, w int) uint64 {
	all := ^uint64(0)
	for _, i := range set {
		all &= p.agrees[i][w]
	}
	return all
}

func (p *plan) take(set []int) {
	for w := range virtual / 64 {
		more := p.shared(set, w)
		for c := range p.found {
			p.found[c][w], more = p.found[c][w]|more, p.found[c][w]&more
		}
	}
}

// withSplits adds the atoms that split large blocks: telling ones that records
// of one person rarely lack or differ in.
func (p *plan) withSplits(set []int) pass {
	out := pass{atoms: slices.Clone(set), base: len(set)}
	for range maxSplits {
		best, bestWorth := -1, 0.0
		for i, a := range p.atoms {
			if a.same <= 0 || slices.ContainsFunc(out.atoms, func(j int) bool { return p.atoms[j].overlaps(&a) }) {
				continue
			}
			worth := -math.Log2(math.Min(a.same, 1)) * math.Pow(a.has*a.share, 6)
			if worth > bestWorth {
				best, bestWorth = i, worth
			}
		}
		if best < 0 {
			break
		}
		out.atoms = append(out.atoms, best)
	}
	return out
}
