package linkage

import (
	"cmp"
	"slices"
)

// blocker lays the rows of one or two files out in blocks. Rows of the second
// file are numbered after those of the first.
type blocker struct {
	a, b   *Records
	atoms  []atomRef
	passes []pass
	cap    int
	sample uint64 // 1 in sample keys is looked at
}

func (k *blocker) rows() int {
	if k.a == k.b {
		return k.a.rows
	}
	return k.a.rows + k.b.rows
}

// telling returns the most telling atom of a pass's key. A sample of a pass is
// the blocks of some of its values.
func (k *blocker) telling(p int) int {
	ps := &k.passes[p]
	return slices.MinFunc(ps.atoms[:ps.base], func(x, y int) int { return cmp.Compare(k.atoms[x].same, k.atoms[y].same) })
}

// atom returns the hash of an atom of a row, 0 for none.
func (k *blocker) atom(row uint32, atom int) uint64 {
	r, at := k.a, &k.atoms[atom]
	if int(row) >= r.rows {
		row -= uint32(r.rows)
		r = k.b
	}
	return r.atom(row, at)
}

// atom returns the hash of an atom of a row, 0 for none.
func (r *Records) atom(row uint32, at *atomRef) uint64 {
	cells := r.row(row)
	h := r.cols[at.col].atoms[at.k][cells[at.col]]
	if at.other < 0 || h == 0 {
		return h
	}
	g := r.cols[at.otherCol].atoms[at.k][cells[at.otherCol]]
	if g == 0 {
		return 0
	}
	return some(mix(min(h, g), max(h, g)))
}

// key returns the key of a row in a pass down to a depth, 0 for none.
func (k *blocker) key(row uint32, p int) uint64 {
	ps := &k.passes[p]
	h := uint64(p+1) * prime2
	for _, a := range ps.atoms[:ps.base] {
		v := k.atom(row, a)
		if v == 0 {
			return 0
		}
		h = mix(h, v)
	}
	return some(h)
}

// meet reports whether two rows have the same key in a pass.
func (k *blocker) meet(p int, i, j uint32) bool {
	ps := &k.passes[p]
	for _, a := range ps.atoms[:ps.base] {
		if v := k.atom(i, a); v == 0 || v != k.atom(j, a) {
			return false
		}
	}
	return true
}

// blocks is what a pass found: rows in blocks one behind the other.
type blocks struct {
	rows   []uint32
	starts []uint32 // block i is rows[starts[i]:starts[i+1]]
	stats  PassStats
}

func (b *blocks) count() int { return len(b.starts) - 1 }

// mostPairs is how many pairs for each row all passes together may find,
// whatever the rows are.
const mostPairs = 25

// lay lays out a pass. Where it finds more than its part of mostPairs, blocks
// are split further.
func (k *blocker) lay(p int) *blocks {
	most := float64(mostPairs) * float64(k.rows()) / float64(len(k.passes)) / float64(k.sample)
	for limit := k.cap; ; limit /= 2 {
		out := k.layWith(p, limit)
		if out.pairs(k) <= most || limit <= 2 {
			return out
		}
	}
}

// pairs returns how many pairs the blocks hold.
func (b *blocks) pairs(k *blocker) float64 {
	sum := 0.0
	for i := range b.count() {
		rows := b.rows[b.starts[i]:b.starts[i+1]]
		n := float64(len(rows))
		if k.a == k.b {
			sum += n * (n - 1) / 2
			continue
		}
		inA, _ := slices.BinarySearch(rows, uint32(k.a.rows))
		sum += float64(inA) * (n - float64(inA))
	}
	return sum
}

func (k *blocker) layWith(p, limit int) *blocks {
	n := k.rows()
	list := make([]uint64, 0, uint64(n)/k.sample)
	telling := k.telling(p)
	for row := range uint32(n) {
		if k.sample > 1 && mix(k.atom(row, telling), prime3)%k.sample != 0 {
			continue
		}
		h := k.key(row, p)
		if h == 0 {
			continue
		}
		list = append(list, h&^(1<<32-1)|uint64(row))
	}
	list = sortUpper(list)
	out := &blocks{starts: []uint32{0}}
	for from := 0; from < len(list); {
		to := from + 1
		for to < len(list) && list[to]>>32 == list[from]>>32 {
			to++
		}
		if to-from > 1 {
			k.block(out, p, list[from:to], k.passes[p].base, limit)
		}
		from = to
	}
	return out
}

// block adds a block, split by the next atoms if it is too large.
func (k *blocker) block(out *blocks, p int, list []uint64, depth, limit int) {
	switch atoms := k.passes[p].atoms; {
	case len(list) < 2:
		return
	case len(list) <= limit:
	case depth < len(atoms):
		out.stats.Splits++
		for i, e := range list {
			row := uint32(e)
			list[i] = k.atom(row, atoms[depth])&^(1<<32-1) | uint64(row)
		}
		slices.Sort(list)
		for from := 0; from < len(list); {
			to := from + 1
			for to < len(list) && list[to]>>32 == list[from]>>32 {
				to++
			}
			k.block(out, p, list[from:to], depth+1, limit)
			from = to
		}
		return
	default:
		out.stats.Cut++
		k.cut(out, list, limit)
		return
	}
	k.emit(out, list)
}

// cut cuts a block of rows that no atom tells apart into blocks of rows that
// lie side by side: in the order of their hashes, so that equal rows stay
// together. Of two files each block gets its part of both.
func (k *blocker) cut(out *blocks, list []uint64, limit int) {
	slices.SortFunc(list, func(x, y uint64) int { return cmp.Compare(uint32(x), uint32(y)) })
	inA := len(list)
	if k.a != k.b {
		inA, _ = slices.BinarySearchFunc(list, uint32(k.a.rows), func(e uint64, row uint32) int { return cmp.Compare(uint32(e), row) })
	}
	inB, n := len(list)-inA, (len(list)+limit-1)/limit
	for i := range n {
		piece := slices.Concat(list[i*inA/n:(i+1)*inA/n], list[inA+i*inB/n:inA+(i+1)*inB/n])
		k.emit(out, piece)
	}
}

func (k *blocker) emit(out *blocks, list []uint64) {
	if len(list) < 2 {
		return
	}
	if k.a != k.b && !(int(uint32(list[0])) < k.a.rows && int(uint32(list[len(list)-1])) >= k.a.rows) {
		return // all of one file; the rows are ascending
	}
	for _, e := range list {
		out.rows = append(out.rows, uint32(e))
	}
	out.starts = append(out.starts, uint32(len(out.rows)))
	s := &out.stats
	s.Blocks++
	s.Largest = max(s.Largest, len(list))
	bin := 0
	for n := len(list) - 1; n > 1; n = (n + 1) / 2 {
		bin++
	}
	for len(s.Sizes) <= bin {
		s.Sizes = append(s.Sizes, 0)
	}
	s.Sizes[bin]++
}

// sortUpper sorts by the upper halves, those of one upper half staying in
// order. The list may be used up.
func sortUpper(list []uint64) []uint64 {
	if len(list) < 1<<12 {
		slices.Sort(list)
		return list
	}
	other := make([]uint64, len(list))
	for shift := 32; shift < 64; shift += 11 {
		var at [1 << 11]int
		for _, e := range list {
			at[e>>shift&(1<<11-1)]++
		}
		sum := 0
		for i, n := range at {
			at[i] = sum
			sum += n
		}
		for _, e := range list {
			d := e >> shift & (1<<11 - 1)
			other[at[d]] = e
			at[d]++
		}
		list, other = other, list
	}
	return list
}
