package survey

import (
	"fmt"
	"math"
	"slices"

	"sijil/internal/errs"
)

// BoostOptions shape gradient-boosted trees. The zero value means 300 trees of
// depth 4 at a rate of 0.05, with at least 20 rows a leaf.
type BoostOptions struct {
	Trees, Depth, LeafRows int
	Rate                   float64
	Monotone               map[string]int // +1: the score may only rise with the column; -1: only fall
}

// BoostMethod is gradient-boosted regression trees on squared error, over
// histograms of at most 64 bins (Friedman 2001). It is a challenger only: it
// shows what a table of coefficients leaves unsaid, and cannot be published as
// one.
func BoostMethod(o BoostOptions) Method {
	return Method{Name: "boosted trees", Level: true, Fit: func(train *Sample) (Model, error) { return fitBoost(train, o) }}
}

// boosted is a sum of trees.
type boosted struct {
	base  float64
	trees [][]treeNode
}

// treeNode splits on a column, or holds a value when column is -1.
type treeNode struct {
	column      int
	at          float64 // rows with values ≤ at go left
	left, right int
	value       float64
}

func (m *boosted) Score(s *Sample) []float64 {
	out := make([]float64, s.N())
	for i := range out {
		row := s.X.RawRowView(i)
		out[i] = m.base
		for _, t := range m.trees {
			node := 0
			for t[node].column >= 0 {
				if row[t[node].column] <= t[node].at {
					node = t[node].left
				} else {
					node = t[node].right
				}
			}
			out[i] += t[node].value
		}
	}
	return out
}

const boostBins = 64

// booster grows trees on binned columns.
type booster struct {
	BoostOptions
	w, residual []float64
	bins        [][]uint8   // by column, by row
	cuts        [][]float64 // by column: bin b holds values ≤ cuts[b]
	direction   []int
	node        []int32 // of each row in the tree being grown
}

func fitBoost(s *Sample, o BoostOptions) (Model, error) {
	b := &booster{BoostOptions: o, w: s.Design.Weight, residual: slices.Clone(s.Y), node: make([]int32, s.N())}
	if b.Trees == 0 {
		b.Trees = 300
	}
	if b.Depth == 0 {
		b.Depth = 4
	}
	if b.LeafRows == 0 {
		b.LeafRows = 20
	}
	if b.Rate == 0 {
		b.Rate = .05
	}
	for name, d := range o.Monotone {
		if !slices.Contains(s.Names, name) || d != 1 && d != -1 {
			return nil, errs.Bad(name, fmt.Sprintf("a direction of %d is stated for it", d), "state 1 or -1 for a column among the variables")
		}
	}
	b.bin(s)
	m := &boosted{base: weightedMean(s.Y, b.w)}
	for i := range b.residual {
		b.residual[i] -= m.base
	}
	for range b.Trees {
		m.trees = append(m.trees, b.grow())
	}
	return m, nil
}

// bin sorts each column into at most 64 bins of about equal numbers of rows.
func (b *booster) bin(s *Sample) {
	n, k := s.X.Dims()
	b.bins, b.cuts, b.direction = make([][]uint8, k), make([][]float64, k), make([]int, k)
	inParallel(k, func(j int) {
		b.direction[j] = b.Monotone[s.Names[j]]
		values := make([]float64, n)
		for i := range values {
			values[i] = s.X.At(i, j)
		}
		sorted := slices.Clone(values)
		slices.Sort(sorted)
		for q := 1; q <= boostBins; q++ {
			v := sorted[(n*q+boostBins-1)/boostBins-1]
			if c := b.cuts[j]; len(c) == 0 || v > c[len(c)-1] {
				b.cuts[j] = append(b.cuts[j], v)
			}
		}
		b.bins[j] = make([]uint8, n)
		for i, v := range values {
			at, _ := slices.BinarySearch(b.cuts[j], v)
			b.bins[j][i] = uint8(at)
		}
	})
}

// leaf is a node that may still be split; its value must stay within bounds,
// so that monotone splits above it hold.
type leaf struct {
	node      int
	low, high float64
}

// moment sums the rows of a bin.
type moment struct {
	g, w float64
	rows int
}

func (m *moment) value() float64 { return share(m.g, m.w) }

func (m *moment) add(o moment) {
	m.g += o.g
	m.w += o.w
	m.rows += o.rows
}

type cut struct {
	gain        float64
	column, bin int
	left, right moment
}

// grow adds one tree and takes its fit out of the residuals.
func (b *booster) grow() []treeNode {
	clear(b.node)
	tree := []treeNode{{column: -1}}
	leaves := []leaf{{0, math.Inf(-1), math.Inf(1)}}
	for range b.Depth {
		cuts := b.bestCuts(leaves, len(tree))
		var next []leaf
		for l, c := range cuts {
			if c.gain <= 0 {
				continue
			}
			at := leaves[l]
			left, right := len(tree), len(tree)+1
			tree[at.node].column, tree[at.node].at = c.column, b.cuts[c.column][c.bin]
			tree[at.node].left, tree[at.node].right = left, right
			vl, vr := clamp(c.left.value(), at), clamp(c.right.value(), at)
			tree = append(tree, treeNode{column: -1, value: b.Rate * vl}, treeNode{column: -1, value: b.Rate * vr})
			l, r := leaf{left, at.low, at.high}, leaf{right, at.low, at.high}
			switch middle := (vl + vr) / 2; b.direction[c.column] {
			case 1:
				l.high, r.low = middle, middle
			case -1:
				l.low, r.high = middle, middle
			}
			next = append(next, l, r)
			b.part(at.node, left, right, c)
		}
		leaves = next
	}
	for i, node := range b.node {
		b.residual[i] -= tree[node].value
	}
	return tree
}

func clamp(v float64, l leaf) float64 { return min(max(v, l.low), l.high) }

func (b *booster) part(node, left, right int, c cut) {
	column := b.bins[c.column]
	for i, at := range b.node {
		if int(at) != node {
			continue
		}
		if int(column[i]) <= c.bin {
			b.node[i] = int32(left)
		} else {
			b.node[i] = int32(right)
		}
	}
}

// bestCuts finds the split of each leaf that lowers the squared error most.
// Columns are searched side by side; of equal splits the first column wins.
func (b *booster) bestCuts(leaves []leaf, nodes int) []cut {
	place := slices.Repeat([]int{-1}, nodes)
	for l, at := range leaves {
		place[at.node] = l
	}
	found := make([][]cut, len(b.bins))
	inParallel(len(b.bins), func(j int) {
		if len(b.cuts[j]) < 2 {
			return
		}
		table := make([][boostBins]moment, len(leaves))
		for i, bin := range b.bins[j] {
			if l := place[b.node[i]]; l >= 0 {
				m := &table[l][bin]
				m.g += b.w[i] * b.residual[i]
				m.w += b.w[i]
				m.rows++
			}
		}
		found[j] = make([]cut, len(leaves))
		for l := range leaves {
			found[j][l] = b.bestCut(j, &table[l], leaves[l])
		}
	})
	best := make([]cut, len(leaves))
	for _, cuts := range found {
		for l, c := range cuts {
			if c.gain > best[l].gain*(1+1e-12) {
				best[l] = c
			}
		}
	}
	return best
}

func (b *booster) bestCut(column int, table *[boostBins]moment, at leaf) cut {
	var all, left moment
	for _, m := range table {
		all.add(m)
	}
	best := cut{}
	for bin := range len(b.cuts[column]) - 1 {
		left.add(table[bin])
		right := moment{all.g - left.g, all.w - left.w, all.rows - left.rows}
		if left.rows < b.LeafRows || right.rows < b.LeafRows {
			continue
		}
		vl, vr := clamp(left.value(), at), clamp(right.value(), at)
		if d := b.direction[column]; d > 0 && vl > vr || d < 0 && vl < vr {
			continue
		}
		gain := drop(left, vl) + drop(right, vr) - drop(all, clamp(all.value(), at))
		if gain > best.gain && gain > 1e-12*all.w {
			best = cut{gain, column, bin, left, right}
		}
	}
	return best
}

// drop is by how much a leaf's squared error falls when it takes value v.
func drop(m moment, v float64) float64 { return v * (2*m.g - v*m.w) }
