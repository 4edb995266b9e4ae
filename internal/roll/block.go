package roll

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"sync"

	"sijil/internal/errs"
	"sijil/internal/inorder"
)

// blockSize is what a worker takes at a time.
const blockSize = 1 << 20

// Block is a run of rows. Its values are valid until the function it was
// handed to returns.
type Block struct {
	First int // number of the first row, from 0; set for sinks only

	columns    int
	text       []byte
	own        []byte
	line       int
	cells      []span
	rows, ends []uint32
	buffer     []byte
}

// Rows is how many rows there are.
func (b *Block) Rows() int { return len(b.rows) }

// Value is the value of a column in a row, trimmed and without its quotes.
func (b *Block) Value(row, column int) []byte {
	s := b.cells[row*b.columns+column]
	if s.own {
		return b.own[s.from:s.to]
	}
	return b.text[s.from:s.to]
}

// Raw is a row as it stands in the file, without the end of its line.
func (b *Block) Raw(row int) []byte { return b.text[b.rows[row]:b.ends[row]] }

// ended is the end of a row's line; "" where the file ends without one.
func (b *Block) ended(row int) []byte {
	from := int(b.ends[row])
	if from >= len(b.text) {
		return nil
	}
	return b.text[from : from+1+bytes.IndexByte(b.text[from:], '\n')]
}

// Each reads the rows of a roll on all processors. What work makes of a block
// goes to sink in the order of the rows; newWork is called once for each of
// the goroutines. A block is reused once sink has seen it. Errors are those of
// the file, with line and column, of work and sink, and of ctx.
func Each[R any](ctx context.Context, f *File, newWork func() func(*Block) (R, error), sink func(*Block, R) error) error {
	type made struct {
		block *Block
		made  R
	}
	pool := sync.Pool{New: func() any { return &Block{columns: len(f.Columns), buffer: make([]byte, 0, blockSize+blockSize/8)} }}
	rows := 0
	err := inorder.Run(ctx, func(ctx context.Context, yield func(*Block) bool) error {
		return f.split(ctx, &pool, yield)
	}, func() func(*Block) (made, error) {
		p := parser{file: f}
		work := newWork()
		return func(b *Block) (made, error) {
			if err := p.parse(b); err != nil {
				return made{}, err
			}
			r, err := work(b)
			return made{b, r}, err
		}
	}, func(m made) error {
		m.block.First = rows
		rows += m.block.Rows()
		err := sink(m.block, m.made)
		pool.Put(m.block)
		return err
	})
	if err == nil && rows == 0 {
		return f.bad("no_rows", f.line, "", "the file has a header and no rows", "give at least one")
	}
	return err
}

// split cuts the file into blocks of whole rows.
func (f *File) split(ctx context.Context, pool *sync.Pool, yield func(*Block) bool) error {
	r, err := f.reopen()
	if err != nil {
		return err
	}
	defer r.Close()
	line := f.line
	var rest []byte
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, ok := pool.Get().(*Block)
		if !ok {
			return errors.New("roll: not a block")
		}
		text, cut, err := readRows(r, b.buffer[:0], rest)
		switch {
		case err != nil:
			return openError(f.Path, err)
		case cut < 0:
			if b.text, b.line = text, line; bytes.IndexByte(text, '"') >= 0 {
				yield(b) // where its parser says which quote it is
			}
			return f.bad("long_row", line, "", "no row ends within "+strconv.Itoa(len(text))+" bytes from here", "close the quotes, or check that the file is CSV")
		case cut == 0:
			return nil
		}
		b.buffer, b.text, b.line = text, text[:cut:cut], line
		rest = append([]byte(nil), text[cut:]...)
		line += bytes.Count(b.text, []byte{'\n'})
		if !yield(b) {
			return nil
		}
	}
}

// readRows reads into buffer, behind what was left over, until a row ends in
// it or the file does. cut is where the last row ends: 0 at the end of the file,
// -1 where no row ends within what a row may have.
func readRows(r io.Reader, buffer, left []byte) (text []byte, cut int, err error) {
	text = append(buffer, left...) //nolint:gocritic // the buffer is handed over
	for len(text) <= 2*MaxRow+blockSize {
		n, ended, err := fill(r, &text)
		switch {
		case err != nil:
			return text, 0, err
		case ended:
			return text, len(text), nil
		case n > 0:
			if cut := lastRow(text); cut >= 0 {
				return text, cut, nil
			}
		}
	}
	return text, -1, nil
}

// reopen opens the file at its first row. A file that has changed since its
// header was read is refused: what was learnt from it does not hold.
func (f *File) reopen() (*os.File, error) {
	r, err := os.Open(f.Path)
	if err != nil {
		return nil, openError(f.Path, err)
	}
	info, err := r.Stat()
	if err == nil && (info.Size() != f.size || !info.ModTime().Equal(f.modified)) {
		err = errs.At(errs.Bad("", "the file has changed while it was being read", "run the command again"), f.Path, 0)
	} else if err == nil {
		_, err = r.Seek(f.start, io.SeekStart)
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// fill reads a block more behind text.
func fill(r io.Reader, text *[]byte) (n int, ended bool, err error) {
	have := len(*text)
	want := max(blockSize-have, blockSize/8)
	if have >= blockSize {
		want = blockSize
	}
	t := append(*text, make([]byte, want)...)
	n, err = io.ReadFull(r, t[have:])
	*text = t[:have+n]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return n, true, nil
	}
	return n, false, err
}

// lastRow is the offset behind the last row that ends in text; -1 for none.
// Quotes before a line's end are even in number where a row ends.
func lastRow(text []byte) int {
	odd := bytes.Count(text, []byte{'"'})%2 == 1
	for end := len(text); ; {
		i := bytes.LastIndexByte(text[:end], '\n')
		if i < 0 {
			return -1
		}
		if bytes.Count(text[i:end], []byte{'"'})%2 == 1 {
			odd = !odd
		}
		if !odd {
			return i + 1
		}
		end = i
	}
}
