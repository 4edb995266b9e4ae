package linkage

import (
	"math"
	"slices"
)

// gather forms people of links, the heaviest first. Two groups become one only
// if what is known about all their members speaks for it: no two may have
// documents that contradict each other, and the pairs between the groups must
// on the whole agree, those that were no candidates included.
type gather struct {
	m       *Model
	x       *comparer
	recs    *Records
	group   []uint32 // for each row the first row of its group, by way of others
	next    []uint32 // for each row the next of its group, in a ring
	size    []uint32
	weight  []float64
	used    []found
	refused int64
}

// Bounds of the look at two groups.
const (
	maxGroup  = 256  // rows of one person: more are a chain, not a person
	maxCross  = 64   // pairs between two groups that are weighed
	crossBits = 12.0 // the most that one pair counts for or against
)

func newGather(m *Model, r *Records) *gather {
	g := &gather{m: m, recs: r, x: newComparer(r, r)}
	g.group, g.next, g.size = make([]uint32, r.rows), make([]uint32, r.rows), make([]uint32, r.rows)
	g.weight = make([]float64, r.rows)
	for i := range g.group {
		g.group[i], g.next[i], g.size[i] = uint32(i), uint32(i), 1
		g.weight[i] = math.NaN()
	}
	return g
}

func (g *gather) find(i uint32) uint32 {
	for g.group[i] != i {
		g.group[i] = g.group[g.group[i]]
		i = g.group[i]
	}
	return i
}

// heaviest orders pairs by weight, and by rows where weights are equal.
func heaviest(a, b found) int {
	switch {
	case a.weight > b.weight:
		return -1
	case a.weight < b.weight:
		return 1
	case a.a != b.a:
		return int(a.a) - int(b.a)
	}
	return int(a.b) - int(b.b)
}

// take forms groups of pairs at or above the weight that says one person.
func (g *gather) take(pairs []found) {
	list := slices.Clone(pairs)
	list = slices.DeleteFunc(list, func(p found) bool { return p.weight < g.m.bands.Same || p.guard != NoGuard })
	slices.SortFunc(list, heaviest)
	for _, p := range list {
		a, b := g.find(p.a), g.find(p.b)
		if a == b {
			continue
		}
		if (g.size[a] > 1 || g.size[b] > 1) && !g.agree(a, b) {
			g.refused++
			continue
		}
		for _, i := range [2]uint32{p.a, p.b} {
			if g.size[g.find(i)] == 1 {
				g.weight[i] = p.weight
			}
		}
		if g.size[a] < g.size[b] {
			a, b = b, a
		}
		g.group[b] = a
		g.size[a] += g.size[b]
		g.next[a], g.next[b] = g.next[b], g.next[a]
		g.used = append(g.used, p)
	}
}

// members returns the rows of a group, ascending.
func (g *gather) members(a uint32) []uint32 {
	out := []uint32{a}
	for i := g.next[a]; i != a; i = g.next[i] {
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

// agree weighs the pairs between two groups.
func (g *gather) agree(a, b uint32) bool {
	if g.size[a]+g.size[b] > maxGroup {
		return false
	}
	as, bs := g.members(a), g.members(b)
	if g.contradict(as, bs) {
		return false
	}
	sum, n := 0.0, 0
	step := max(1, len(as)*len(bs)/maxCross)
	for at := 0; at < len(as)*len(bs); at += step {
		i, j := as[at/len(bs)], bs[at%len(bs)]
		p := g.x.compare(min(i, j), max(i, j))
		if g.m.likelierKin(p) {
			return false
		}
		sum += clamp(g.m.weight(g.x, p, min(i, j), max(i, j), nil), crossBits)
		n++
	}
	return sum >= clusterMean*float64(n)
}

// clusterMean is the least weight that the pairs between two groups must have on
// average. It is below the band of one person, for records that say little
// belong together by way of those that say more.
const clusterMean = -3.0

// contradict reports whether documents of two groups differ.
func (g *gather) contradict(as, bs []uint32) bool {
	for f, strict := range g.m.strict {
		if !strict {
			continue
		}
		for _, i := range as {
			for _, j := range bs {
				if g.x.field(f, g.recs.row(i), g.recs.row(j)) == different {
					return true
				}
			}
		}
	}
	return false
}
