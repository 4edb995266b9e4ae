package formula

import (
	"slices"
	"sort"
)

// lookup is the table of a term: rows in ascending order, without overlap.
type lookup struct {
	rows      []lookupRow
	codes     map[string]int64
	otherwise *int64
}

// lookupRow covers the numbers from from (included; nil: no lower end) to
// below (excluded; nil: no upper end), or exactly from when single is set.
type lookupRow struct {
	from, below *number
	single      bool
	points      int64
	place       int // in the file, from 1
}

func (l *lookup) byCode(code string) (int64, bool) {
	if p, ok := l.codes[code]; ok {
		return p, true
	}
	return l.other()
}

func (l *lookup) byNumber(x number) (int64, bool) {
	// The last row that does not begin above x.
	i := sort.Search(len(l.rows), func(i int) bool {
		return l.rows[i].from != nil && l.rows[i].from.compare(x) > 0
	}) - 1
	if i >= 0 && l.rows[i].covers(x) {
		return l.rows[i].points, true
	}
	return l.other()
}

func (l *lookup) other() (int64, bool) {
	if l.otherwise == nil {
		return 0, false
	}
	return *l.otherwise, true
}

func (r *lookupRow) covers(x number) bool {
	if r.single {
		return r.from.compare(x) == 0
	}
	return r.below == nil || x.compare(*r.below) < 0
}

// order sorts the rows and returns the positions of the first two that
// overlap.
func (l *lookup) order() (a, b int, overlap bool) {
	slices.SortStableFunc(l.rows, func(r, s lookupRow) int {
		switch {
		case r.from == nil && s.from == nil:
			return 0
		case r.from == nil:
			return -1
		case s.from == nil:
			return 1
		}
		return r.from.compare(*s.from)
	})
	for i := 1; i < len(l.rows); i++ {
		r, s := &l.rows[i-1], &l.rows[i]
		if s.from == nil || r.covers(*s.from) {
			return min(r.place, s.place), max(r.place, s.place), true
		}
	}
	return 0, 0, false
}
