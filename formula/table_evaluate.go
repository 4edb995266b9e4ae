package formula

import (
	"fmt"

	"sijil/internal/errs"
)

const (
	block    = 1024 // households at a time: their sums stay in the first-level cache
	listRows = 10   // households without an index that an error names
)

// plan is a table made ready to run.
type plan struct {
	constant int64
	narrow   []lane
	others   []*column
	divisors map[*column]*[256]divisor
}

// lane is a column of bytes and the points of each byte.
type lane struct {
	bytes  []uint8
	points [256]int64
}

// Evaluate writes the index of each household into dst, which has the length
// of the table. Where the index lies outside the formula's range it writes
// NoIndex and returns an error that names the households by position; the
// other indexes are valid.
func (t *Table) Evaluate(dst []Index) error {
	if len(dst) != t.n {
		return errs.Bad("dst", fmt.Sprintf("room for %d indexes of %d households", len(dst), t.n), "hand in one place for each household")
	}
	var first []int
	count := 0
	note := func(i int) {
		count++
		if len(first) < listRows {
			first = append(first, i)
		}
	}
	if t.fits() {
		t.fast(dst, note)
	} else {
		t.slow(dst, note)
	}
	if count == 0 {
		return nil
	}
	e := t.f.outOfRange()
	e.Field = fmt.Sprintf("households%d", first)
	e.What = fmt.Sprintf("%d of %d households: %s", count, t.n, e.What)
	return e
}

// slow is for tables whose sums may not fit: one household at a time.
func (t *Table) slow(dst []Index, note func(int)) {
	for i := range dst {
		h := t.row(i)
		r, err := t.f.evaluate(&h, nil)
		if err != nil {
			note(i)
			dst[i] = NoIndex
			continue
		}
		dst[i] = r.Index
	}
}

func (t *Table) fast(dst []Index, note func(int)) {
	p := t.plan()
	var sums [block]int64
	for from := 0; from < t.n; from += block {
		part := sums[:min(block, t.n-from)]
		for i := range part {
			part[i] = p.constant
		}
		p.addNarrow(part, from)
		for _, c := range p.others {
			c.addTo(part, from, p.divisors[c])
		}
		out := dst[from : from+len(part)]
		for i, sum := range part {
			x := Points(sum).Index()
			if x < t.f.low || x > t.f.high {
				note(from + i)
				x = NoIndex
			}
			out[i] = x
		}
	}
}

func (t *Table) plan() *plan {
	p := &plan{constant: t.s.intercept, divisors: map[*column]*[256]divisor{}}
	for i := range t.bits {
		g := &t.bits[i]
		l := lane{bytes: g.bytes}
		for b := range l.points {
			for bit, points := range g.points {
				if b>>bit&1 != 0 {
					l.points[b] += points
				}
			}
		}
		p.narrow = append(p.narrow, l)
	}
	for i := range t.columns {
		c := &t.columns[i]
		if c.encoding == bytePositions {
			l := lane{bytes: c.narrow}
			copy(l.points[:], c.points)
			p.narrow = append(p.narrow, l)
			continue
		}
		p.others = append(p.others, c)
		if c.encoding == fractions {
			p.divisors[c] = c.prepare()
		}
	}
	return p
}

// prepare returns the divisors of a column of fractions, or nil when a
// product may not fit.
func (c *column) prepare() *[256]divisor {
	var all [256]divisor
	for i, den := range c.denominators {
		d, ok := newDivisor(c.v.terms[0].coefficient, den, c.largestNum)
		if !ok {
			return nil
		}
		all[i] = d
	}
	return &all
}

// addNarrow adds the byte columns, four in one pass over the sums.
func (p *plan) addNarrow(sums []int64, from int) {
	lanes := p.narrow
	n := len(sums)
	for ; len(lanes) >= 4; lanes = lanes[4:] {
		a, b, c, d := lanes[0].bytes[from:][:n], lanes[1].bytes[from:][:n], lanes[2].bytes[from:][:n], lanes[3].bytes[from:][:n]
		pa, pb, pc, pd := &lanes[0].points, &lanes[1].points, &lanes[2].points, &lanes[3].points
		for i := range sums {
			sums[i] += pa[a[i]] + pb[b[i]] + pc[c[i]] + pd[d[i]]
		}
	}
	for i := range lanes {
		a, pa := lanes[i].bytes[from:][:n], &lanes[i].points
		for i := range sums {
			sums[i] += pa[a[i]]
		}
	}
}

// addTo adds what the column contributes to the households from from.
func (c *column) addTo(sums []int64, from int, divisors *[256]divisor) {
	switch {
	case c.encoding == wordPositions:
		for i, p := range c.wide[from:][:len(sums)] {
			sums[i] += c.points[p]
		}
	case c.encoding == fractions && divisors != nil:
		nums, dens := c.nums[from:][:len(sums)], c.dens[from:][:len(sums)]
		if c.v.terms[0].coefficient < 0 {
			for i := range sums {
				sums[i] -= divisors[dens[i]].apply(nums[i])
			}
			return
		}
		for i := range sums {
			sums[i] += divisors[dens[i]].apply(nums[i])
		}
	default:
		for i := range sums {
			// Append has computed this before, without an error.
			points, _, _ := c.v.contribute(c.value(from + i))
			sums[i] += points
		}
	}
}
