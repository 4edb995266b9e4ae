package linkage

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"sijil/internal/errs"
	"sijil/names"
)

// MaxRows is the greatest number of rows of Records.
const MaxRows = 1<<31 - 1

// chunkRows is how many rows are gathered before their values are numbered,
// the columns side by side.
const chunkRows = 1 << 13

// chunk is some rows as they came.
type chunk struct {
	bytes []byte
	ends  []uint32
	rows  int
}

// Builder gathers rows into Records. It is not for concurrent use.
type Builder struct {
	spec  Spec
	table *names.Table
	width int
	cols  []*column
	cells []uint32
	rows  int

	filling, working *chunk
	busy             sync.WaitGroup
}

// NewBuilder returns a builder of records of the spec. The table may be nil:
// names are then compared by the rules of writing alone.
func NewBuilder(spec Spec, table *names.Table) (*Builder, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	cols := newColumns(spec)
	return &Builder{spec: spec, table: table, width: len(cols), cols: cols, filling: new(chunk), working: new(chunk)}, nil
}

// Add appends a row: one value for each of Spec.Columns, "" where nothing is
// known. The values are copied. The error is that of a wrong number of values,
// or of too many rows.
func (b *Builder) Add(values []string) error {
	if err := b.check(len(values)); err != nil {
		return err
	}
	c := b.filling
	for _, v := range values {
		if len(v) > 4*maxValue {
			v = v[:4*maxValue]
		}
		c.bytes = append(c.bytes, v...)
		c.ends = append(c.ends, uint32(len(c.bytes)))
	}
	b.added()
	return nil
}

// AddBytes is Add for values that are slices of a read buffer.
func (b *Builder) AddBytes(values [][]byte) error {
	if err := b.check(len(values)); err != nil {
		return err
	}
	c := b.filling
	for _, v := range values {
		if len(v) > 4*maxValue {
			v = v[:4*maxValue]
		}
		c.bytes = append(c.bytes, v...)
		c.ends = append(c.ends, uint32(len(c.bytes)))
	}
	b.added()
	return nil
}

func (b *Builder) check(n int) error {
	if n != b.width {
		return errs.Bad("row", fmt.Sprintf("%d values for %d columns", n, b.width), "hand over one value for each column")
	}
	if b.rows == MaxRows {
		return errs.Bad("row", "too many rows", fmt.Sprintf("link at most %d rows at a time", MaxRows))
	}
	return nil
}

func (b *Builder) added() {
	b.rows++
	b.filling.rows++
	if b.filling.rows == chunkRows {
		b.flush()
	}
}

// flush hands the gathered rows to goroutines that number their values, one
// column after the other.
func (b *Builder) flush() {
	b.busy.Wait()
	b.filling, b.working = b.working, b.filling
	b.filling.bytes, b.filling.ends, b.filling.rows = b.filling.bytes[:0], b.filling.ends[:0], 0
	c := b.working
	base := len(b.cells)
	b.cells = slices.Grow(b.cells, c.rows*b.width)[:base+c.rows*b.width]
	workers := min(runtime.GOMAXPROCS(0), b.width)
	for w := range workers {
		b.busy.Go(func() {
			for col := w; col < b.width; col += workers {
				b.number(c, col, base)
			}
		})
	}
}

func (b *Builder) number(c *chunk, col, base int) {
	d := b.cols[col].dict
	for r := range c.rows {
		at := r*b.width + col
		from := uint32(0)
		if at > 0 {
			from = c.ends[at-1]
		}
		b.cells[base+at] = d.number(clip(c.bytes[from:c.ends[at]]))
	}
}

// Records ends the building, and the builder with it.
func (b *Builder) Records() (*Records, error) {
	b.flush()
	b.busy.Wait()
	r := &Records{spec: b.spec, table: b.table, rows: b.rows, cols: b.cols, cells: b.cells}
	b.cols, b.cells, b.filling, b.working = nil, nil, nil, nil
	r.layout()
	for _, c := range r.cols {
		c.dict.seal()
		c.vote()
	}
	r.prepare(runtime.GOMAXPROCS(0))
	r.forget()
	r.arrange()
	return r, nil
}

// vote finds out whether the dates of a column have the month first.
func (c *column) vote() {
	if c.kind != Date {
		return
	}
	sum := 0
	for i := range c.dict.size() {
		sum += monthFirstVote(c.dict.value(uint32(i))) * int(c.dict.count[i])
	}
	c.monthFirst = sum > 0
}

// prepare makes every distinct value ready for comparison.
func (r *Records) prepare(workers int) {
	const piece = 2048
	for _, c := range r.cols {
		c.make()
		parallel(workers, (c.dict.size()+piece-1)/piece, func(i int) {
			c.prepare(r.table, i*piece, min((i+1)*piece, c.dict.size()))
		})
	}
}

// forget turns values that say nothing into missing ones.
func (r *Records) forget() {
	w := len(r.cols)
	for col, c := range r.cols {
		empty := false
		for i := 1; i < len(c.norm) && !empty; i++ {
			empty = c.norm[i] == 0
		}
		if !empty {
			continue
		}
		for at := col; at < len(r.cells); at += w {
			if id := r.cells[at]; id != 0 && c.norm[id] == 0 {
				r.cells[at] = 0
			}
		}
	}
}

// arrange puts the rows in the order of a hash of what they say.
func (r *Records) arrange() {
	w := len(r.cols)
	hashes := make([]uint64, r.rows)
	order := make([]uint64, r.rows) // upper half of the hash, and the row
	raw := make([][]uint64, w)
	for c, col := range r.cols {
		raw[c] = make([]uint64, col.dict.size())
		for i := range raw[c] {
			if col.norm[i] != 0 {
				raw[c][i] = hashBytes(col.dict.value(uint32(i)))
			}
		}
	}
	parallel(runtime.GOMAXPROCS(0), (r.rows+chunkRows-1)/chunkRows, func(p int) {
		for i := p * chunkRows; i < min((p+1)*chunkRows, r.rows); i++ {
			h := uint64(prime3)
			for c, id := range r.cells[i*w : i*w+w] {
				h = mix(h, raw[c][id])
			}
			hashes[i] = h
			order[i] = h&^(1<<32-1) | uint64(i)
		}
	})
	order = sortUpper(order)
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && order[to]>>32 == order[from]>>32 {
			to++
		}
		slices.SortStableFunc(order[from:to], func(a, b uint64) int { return cmp.Compare(hashes[uint32(a)], hashes[uint32(b)]) })
		from = to
	}
	cells := make([]uint32, len(r.cells))
	r.input = make([]uint32, r.rows)
	for i, e := range order {
		row := uint32(e)
		copy(cells[i*w:i*w+w], r.cells[int(row)*w:int(row)*w+w])
		r.input[i] = row
	}
	r.cells = cells
}
