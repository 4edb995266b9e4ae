package formula

import "math"

// encoding is how a column keeps its values. A column begins with the first
// and moves on when its values no longer fit.
type encoding uint8

const (
	bytePositions encoding = iota // position among at most 256 distinct values
	wordPositions                 // position among at most 65,536 distinct values, 4,096 where fractions will do
	fractions                     // numerator and position among at most 256 denominators, for one linear term
	plain                         // the value itself, computed like any other
)

// column holds one variable, or the region, of each household.
type column struct {
	v        *variable // nil: the region
	encoding encoding

	near    []int32          // 1 + positions of small numbers, by nearness
	numbers map[number]int32 // positions of the others
	codes   map[string]int32
	values  []Value // by position
	points  []int64 // by position: what all terms of the variable make of it
	narrow  []uint8
	wide    []uint16

	nums         []uint32
	dens         []uint8
	denominators []int64
	byDen        map[int64]uint8
	largestNum   uint32
	noFractions  bool // a value did not fit them

	plain   []Value
	largest uint64 // no contribution is greater than this; math.MaxUint64 when one does not fit
}

// cell is a value on its way into a column.
type cell struct {
	value    Value
	points   int64
	position int32 // -1: not in the list
	huge     bool  // points does not fit
}

func newColumn(v *variable) column {
	return column{v: v, near: make([]int32, 16*256), numbers: map[number]int32{}, codes: map[string]int32{}, byDen: map[int64]uint8{}}
}

// cell checks a value and computes its contributions unless they are known.
func (c *column) cell(v Value) (cell, error) {
	if p := c.position(v); p >= 0 {
		return cell{value: v, position: p}, nil
	}
	points, fits, err := c.v.contribute(v)
	return cell{value: v, points: points, position: -1, huge: !fits}, err
}

// position finds v in the list; it is -1 for a value that is not there.
func (c *column) position(v Value) int32 {
	if i := nearness(v); i >= 0 && c.near != nil {
		return c.near[i] - 1
	}
	p, ok := c.numbers[number{v.Num, v.Den}]
	if v.Den == 0 {
		p, ok = c.codes[v.Code]
	}
	if !ok {
		return -1
	}
	return p
}

// nearness places numbers of small parts, which are most, without hashing;
// it is -1 for others and for codes.
func nearness(v Value) int {
	if uint64(v.Num) < 256 && uint64(v.Den-1) < 16 {
		return int(v.Den-1)<<8 | int(v.Num)
	}
	return -1
}

// contribute adds up what all terms make of v.
func (v *variable) contribute(x Value) (points int64, fits bool, err error) {
	fits = true
	for i := range v.terms {
		p, err := v.terms[i].contribute(v.name, x)
		if err != nil {
			return 0, false, err
		}
		if sum, ok := add(points, p.points); ok {
			points = sum
		} else {
			fits = false
		}
	}
	return points, fits, nil
}

// push appends a checked cell as household n.
func (c *column) push(x cell, n int) {
	if x.huge {
		c.largest = math.MaxUint64
	}
	c.largest = max(c.largest, magnitude(x.points))
	switch c.encoding {
	case bytePositions, wordPositions:
		p := x.position
		if p < 0 && len(c.values) == c.room() {
			c.widen(n)
			c.push(x, n)
			return
		}
		if p < 0 {
			p = c.learn(x)
		}
		if c.encoding == bytePositions {
			c.narrow = append(c.narrow, uint8(p))
		} else {
			c.wide = append(c.wide, uint16(p))
		}
	case fractions:
		if !c.pushFraction(x.value) {
			c.toPlain(n)
			c.push(x, n)
		}
	default:
		c.plain = append(c.plain, x.value)
	}
}

// room returns how many distinct values the encoding takes.
func (c *column) room() int {
	switch {
	case c.encoding == bytePositions:
		return 1 << 8
	case c.v != nil && c.v.oneLinear() && !c.noFractions:
		return 1 << 12 // their points stay in the first-level cache; beyond, dividing is faster
	}
	return 1 << 16
}

func (c *column) learn(x cell) int32 {
	p := int32(len(c.values))
	c.values, c.points = append(c.values, x.value), append(c.points, x.points)
	if i := nearness(x.value); i >= 0 {
		c.near[i] = p + 1
	} else if x.value.Den == 0 {
		c.codes[x.value.Code] = p
	} else {
		c.numbers[number{x.value.Num, x.value.Den}] = p
	}
	return p
}

// widen re-encodes the n households of a column whose list is full.
func (c *column) widen(n int) {
	switch {
	case c.encoding == bytePositions:
		c.wide = make([]uint16, n)
		for i, p := range c.narrow {
			c.wide[i] = uint16(p)
		}
		c.narrow, c.encoding = nil, wordPositions
	case len(c.values) == 1<<16:
		c.toPlain(n)
	default:
		c.noFractions = !c.toFractions(n)
	}
}

// oneLinear reports whether the contribution is one coefficient × value.
func (v *variable) oneLinear() bool {
	t := &v.terms[0]
	return len(v.terms) == 1 && t.kind.linear() && t.floor == nil && t.cap == nil
}

// toFractions reports whether all n values fit the encoding; the column stays
// as it is otherwise.
func (c *column) toFractions(n int) bool {
	for i := range n {
		if !c.pushFraction(c.value(i)) {
			c.nums, c.dens, c.denominators, c.byDen = nil, nil, nil, map[int64]uint8{}
			return false
		}
	}
	c.encoding, c.narrow, c.wide = fractions, nil, nil
	c.forget()
	return true
}

// pushFraction reports whether v fits the encoding.
func (c *column) pushFraction(v Value) bool {
	if v.Num < 0 || v.Num > math.MaxUint32 {
		return false
	}
	d, ok := c.byDen[v.Den]
	if !ok {
		if len(c.denominators) == 256 {
			return false
		}
		d = uint8(len(c.denominators))
		c.denominators, c.byDen[v.Den] = append(c.denominators, v.Den), d
	}
	c.nums, c.dens = append(c.nums, uint32(v.Num)), append(c.dens, d)
	c.largestNum = max(c.largestNum, uint32(v.Num))
	return true
}

func (c *column) toPlain(n int) {
	c.plain = make([]Value, n)
	for i := range c.plain {
		c.plain[i] = c.value(i)
	}
	c.encoding = plain
	c.narrow, c.wide, c.nums, c.dens = nil, nil, nil, nil
	c.forget()
}

func (c *column) forget() {
	c.near, c.numbers, c.codes, c.values, c.points = nil, nil, nil, nil, nil
}

// value returns the value in use of household i.
func (c *column) value(i int) Value {
	switch c.encoding {
	case bytePositions:
		return c.values[c.narrow[i]]
	case wordPositions:
		return c.values[c.wide[i]]
	case fractions:
		return Ratio(int64(c.nums[i]), c.denominators[c.dens[i]])
	}
	return c.plain[i]
}
