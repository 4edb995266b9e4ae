package roll

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"sijil/internal/errs"
)

// manyErrors is how many errors of a file are told at a time.
const manyErrors = 10

// span is where a value stands: in the text of its block, or in the parser's
// own space when quotes within it had to be undoubled.
type span struct {
	from, to uint32
	own      bool
}

// parser splits rows into values.
type parser struct {
	file *File
	line int    // of the row at hand
	own  []byte // values without their doubled quotes
}

func (p *parser) value(text []byte, s span) []byte {
	if s.own {
		return p.own[s.from:s.to]
	}
	return text[s.from:s.to]
}

// row appends the values of one row, a part of which is never a line's end.
func (p *parser) row(cells []span, text []byte) ([]span, error) {
	return p.rowAt(cells, text, 0, len(text))
}

// rowAt is row for the part of text from from to to.
func (p *parser) rowAt(cells []span, text []byte, from, to int) ([]span, error) {
	comma := p.file.Comma
	first := len(cells)
	for at := from; ; {
		for at < to && blank(text[at], comma) {
			at++
		}
		if at < to && text[at] == '"' {
			s, next, err := p.quoted(text, at, to, len(cells)-first)
			if err != nil {
				return cells, err
			}
			cells = append(cells, s)
			if next >= to {
				return cells, nil
			}
			at = next + 1
			continue
		}
		end := to
		i := bytes.IndexByte(text[at:to], comma)
		if i >= 0 {
			end = at + i
		}
		stop := end
		for stop > at && blank(text[stop-1], comma) {
			stop--
		}
		cells = append(cells, span{from: uint32(at), to: uint32(stop)})
		if i < 0 {
			return cells, nil
		}
		at = end + 1
	}
}

// quoted reads a value that begins with a quote at at. It returns the offset of
// the comma after it, or to.
func (p *parser) quoted(text []byte, at, to, column int) (s span, next int, err error) {
	begin, own := at+1, -1
	for i := begin; ; {
		q := bytes.IndexByte(text[i:to], '"')
		if q < 0 {
			return s, 0, p.wrong("open_quote", column, "a quote is never closed", "close it, or remove it")
		}
		i += q
		if i+1 < to && text[i+1] == '"' { // two quotes stand for one
			if own < 0 {
				own = len(p.own)
			}
			p.own = append(p.own, text[begin:i+1]...)
			i += 2
			begin = i
			continue
		}
		s = span{from: uint32(begin), to: uint32(i)}
		if own >= 0 {
			p.own = append(p.own, text[begin:i]...)
			s = span{from: uint32(own), to: uint32(len(p.own)), own: true}
		}
		for i++; i < to && blank(text[i], p.file.Comma); i++ {
		}
		if i < to && text[i] != p.file.Comma {
			return s, 0, p.wrong("stray_quote", column, "text follows the closing quote", "double the quotes within a value")
		}
		return s, i, nil
	}
}

// blank reports whether a byte around a value does not belong to it.
func blank(c, comma byte) bool { return c == ' ' || c == '\t' && comma != '\t' }

// wrong is an error about a column of the row at hand.
func (p *parser) wrong(code string, column int, what, fix string) error {
	return p.file.bad(code, p.line, p.file.columnName(column), what, fix)
}

func (f *File) columnName(i int) string {
	if i < len(f.Columns) {
		return f.Columns[i]
	}
	return "column " + strconv.Itoa(i+1)
}

// parse splits the rows of a block and checks them.
func (p *parser) parse(b *Block) error {
	text, columns := b.text, len(p.file.Columns)
	p.own, p.line = b.own[:0], b.line
	b.cells, b.rows, b.ends = b.cells[:0], b.rows[:0], b.ends[:0]
	valid := utf8.Valid(text) && bytes.IndexByte(text, 0) < 0
	quotes := bytes.IndexByte(text, '"') >= 0
	var bad errs.List
	for at := 0; at < len(text) && len(bad) < manyErrors; {
		next := endOfRow(text, at, quotes)
		end := next
		if end > at && text[end-1] == '\r' {
			end--
		}
		if end > at {
			if err := p.add(b, at, end, columns, valid, quotes); err != nil {
				bad.Add(err)
				if errs.KindOf(err) == errs.Invalid && brokenQuotes(err) {
					break // where the rows end is not known any more
				}
			}
		}
		p.line++
		if quotes {
			p.line += bytes.Count(text[at:next], []byte{'\n'})
		}
		at = next + 1
	}
	b.own = p.own
	return bad.Err()
}

func brokenQuotes(err error) bool {
	e, ok := err.(*errs.Error) //nolint:errorlint // made two calls below, never wrapped
	return ok && (e.Code == "roll.open_quote" || e.Code == "roll.stray_quote")
}

func endOfRow(text []byte, at int, quotes bool) int {
	var i int
	if quotes {
		i = rowEnd(text[at:])
	} else {
		i = bytes.IndexByte(text[at:], '\n')
	}
	if i < 0 {
		return len(text)
	}
	return at + i
}

// add splits and checks one row.
func (p *parser) add(b *Block, at, end, columns int, valid, quotes bool) error {
	had := len(b.cells)
	cells, err := p.rowAt(b.cells, b.text, at, end)
	if err != nil {
		return err
	}
	b.cells = cells
	if end-at > MaxRow {
		return p.file.bad("long_row", p.line, "", "the row is longer than "+strconv.Itoa(MaxRow)+" bytes", "close its quotes, or check that the file is CSV")
	}
	if quotes {
		for i, c := range cells[had:] {
			if !c.own && bytes.IndexByte(b.text[c.from:c.to], '"') >= 0 {
				return p.wrong("stray_quote", i, "a quote stands in the middle of a value", "quote the whole value and double the quotes within")
			}
		}
	}
	if got := len(cells) - had; got != columns {
		b.cells = cells[:had]
		return p.file.bad("ragged", p.line, "", "the row has "+strconv.Itoa(got)+" values and the header "+strconv.Itoa(columns),
			"give every row as many, and quote a value that holds "+commaName(p.file.Comma))
	}
	if !valid {
		for i, c := range cells[had:] {
			if v := p.value(b.text, c); !utf8.Valid(v) || bytes.IndexByte(v, 0) >= 0 {
				return p.wrong("encoding", i, "the value is not UTF-8", "save the file as CSV in UTF-8")
			}
		}
	}
	b.rows = append(b.rows, uint32(at))
	b.ends = append(b.ends, uint32(end))
	return nil
}

func commaName(c byte) string {
	switch c {
	case ';':
		return "a semicolon"
	case '\t':
		return "a tab"
	}
	return "a comma"
}
