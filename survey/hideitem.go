package survey

import (
	"math"
	"slices"
)

// The false answers a household may give about a movable variable.
const (
	HideOne  = "one less"    // a count says one less, though never less than the survey has seen
	HideAll  = "none"        // a thing owned is denied, a count or an amount says 0
	ClaimOne = "one more"    // a count says one more
	Claim    = "claimed"     // a thing not owned, or a trait not borne, is claimed
	Another  = "another"     // a code is replaced by the one that scores lowest
	HideEach = "none of all" // every movable thing is denied at once
	Lie      = "the lowest"  // every movable variable gets its lowest-scoring false answer
)

// AllMovable stands for all movable variables together.
const AllMovable = "all movable variables"

// NotHidden is a movable variable for which hiding has no meaning.
type NotHidden struct {
	Variable string `json:"variable"`
	Why      string `json:"why"`
}

// hidable is a movable variable, and the columns that follow it.
type hidable struct {
	term      Term
	column    int       // -1 for categories
	least     float64   // the smallest value seen
	moves     []string  // in the order of the constants
	followers []int     // columns that are functions of this one, such as its square
	seen      []float64 // with followers: its values, rising
	follow    map[float64][]float64
}

// hidables sorts the movable variables of a sample: yes/no, counts, amounts
// with some zeros, and categories can be hidden.
func hidables(s *Sample, movable []string) (items []*hidable, left []NotHidden) {
	left = []NotHidden{}
	for _, t := range s.Terms {
		if !slices.Contains(movable, t.Name) {
			continue
		}
		item := newHidable(s, t)
		if item.moves == nil {
			left = append(left, NotHidden{t.Name, "it is neither yes or no, nor a count, nor an amount that some do not have, nor a code"})
			continue
		}
		items = append(items, item)
	}
	kept := items[:0:0]
	for at, a := range items {
		leader := ""
		for other, b := range items {
			mutual := a.column >= 0 && b.column >= 0 && slices.Contains(a.followers, b.column)
			if other != at && a.column >= 0 && slices.Contains(b.followers, a.column) && (!mutual || other < at) {
				leader = b.term.Name
			}
		}
		if leader != "" {
			left = append(left, NotHidden{a.term.Name, "it is a function of " + leader + " and moves with it"})
			continue
		}
		kept = append(kept, a)
	}
	return kept, left
}

func newHidable(s *Sample, t Term) *hidable {
	h := &hidable{term: t, column: -1}
	if t.Kind == Categorical.String() {
		h.moves = []string{Another}
		return h
	}
	h.column = t.Columns[0]
	whole, largest := true, 0.0
	h.least = s.X.At(0, h.column)
	for i := range s.N() {
		v := s.X.At(i, h.column)
		if v < 0 {
			return h
		}
		whole = whole && v == math.Trunc(v)
		h.least = min(h.least, v)
		largest = max(largest, v)
	}
	switch {
	case whole && largest <= 1:
		h.moves = []string{HideAll, Claim}
		return h // what follows a yes or no is collinear with it
	case whole && h.least == 0:
		h.moves = []string{HideOne, HideAll, ClaimOne}
	case whole:
		h.moves = []string{HideOne, ClaimOne}
	case h.least == 0:
		h.moves = []string{HideAll}
	default:
		return h
	}
	h.findFollowers(s)
	return h
}

// Chance must not pass for arithmetic: rowsPerValue is how many rows there must
// be for each value of an item before anything is said to follow it, so that a
// household asked in two waves proves nothing; telling is how many rows must
// repeat a value of the item and show in the column something else than its
// commonest value.
const (
	rowsPerValue = 10
	telling      = 10
)

// findFollowers finds the columns that take one value at each value of the
// item: its square, or bands of it.
func (h *hidable) findFollowers(s *Sample) {
	first := map[float64]int{}
	for i := range s.N() {
		v := s.X.At(i, h.column)
		if _, ok := first[v]; !ok {
			first[v] = i
			h.seen = append(h.seen, v)
		}
	}
	slices.Sort(h.seen)
	if rowsPerValue*len(first) > s.N() {
		return
	}
	for _, t := range s.Terms {
		for _, c := range t.Columns {
			if c != h.column && follows(s, h.column, c, first) {
				h.followers = append(h.followers, c)
			}
		}
	}
	h.follow = make(map[float64][]float64, len(first))
	for v, i := range first {
		for _, c := range h.followers {
			h.follow[v] = append(h.follow[v], s.X.At(i, c))
		}
	}
}

func follows(s *Sample, from, column int, first map[float64]int) bool {
	all, repeated := map[float64]int{}, map[float64]int{}
	for i := range s.N() {
		v, at := s.X.At(i, column), first[s.X.At(i, from)]
		if v != s.X.At(at, column) {
			return false
		}
		all[v]++
		if at != i {
			repeated[v]++
		}
	}
	commonest, most, rows := 0.0, 0, 0
	for v, n := range all {
		if n > most || n == most && v < commonest {
			commonest, most = v, n
		}
	}
	for v, n := range repeated {
		if v != commonest {
			rows += n
		}
	}
	return rows >= telling
}

// variants lists the ways to make a move: one, but for codes one a level.
func (h *hidable) variants(move string) int {
	if move == Another {
		return len(h.term.Columns) + 1
	}
	return 1
}

// apply gives the false answer in a row of X; a row it does not concern stays.
func (h *hidable) apply(move string, variant int, x []float64) {
	if move == Another {
		for l, c := range h.term.Columns {
			x[c] = 0
			if l+1 == variant {
				x[c] = 1
			}
		}
		return
	}
	v := x[h.column]
	to := v
	switch {
	case move == HideAll:
		to = 0
	case move == HideOne && v >= h.least+1:
		to = v - 1
	case move == ClaimOne:
		to = v + 1
	case move == Claim:
		to = 1
	}
	if to == v {
		return
	}
	if len(h.followers) > 0 {
		var ok bool
		if to, ok = h.nearest(v, to); !ok {
			return
		}
		for k, c := range h.followers {
			x[c] = h.follow[to][k]
		}
	}
	x[h.column] = to
}

// nearest returns the value seen in the survey that lies from v at to or beyond
// it: only there is it known what the followers are.
func (h *hidable) nearest(v, to float64) (float64, bool) {
	at, exact := slices.BinarySearch(h.seen, to)
	if exact {
		return to, true
	}
	if to < v {
		at--
	}
	if at < 0 || at >= len(h.seen) {
		return v, false
	}
	return h.seen[at], true
}

// following names the columns that follow the item.
func (h *hidable) following(s *Sample) []string {
	if h.followers == nil {
		return nil
	}
	return pick(s.Names, h.followers)
}
