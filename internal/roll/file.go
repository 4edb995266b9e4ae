package roll

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sijil/internal/errs"
)

// Limits of a file. A header or a row beyond MaxRow is an error, so that a
// quote that is never closed does not swallow the machine's memory.
const (
	MaxRow     = 1 << 20 // bytes of a row
	MaxColumns = 1000
)

// File is a roll whose header has been read. Its rows are read as often as
// they are needed, and never kept.
type File struct {
	Path    string
	Columns []string // names of the header, trimmed
	Comma   byte     // ',', ';' or a tab, whichever the header has

	start    int64 // offset of the first row after the header
	line     int   // its line
	size     int64
	modified time.Time
	header   []byte // as it stands in the file, without the line's end
	ending   []byte // end of the header's line
	bom      bool
}

// Open reads the header of a roll. Errors name the file, and line and column
// where there are any.
func Open(path string) (*File, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, openError(path, err)
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return nil, openError(path, err)
	}
	if info.IsDir() {
		return nil, &errs.Error{Kind: errs.Invalid, Code: "roll.not_a_file", File: path, What: "this is a folder", Fix: "name a CSV file"}
	}
	f := &File{Path: path, size: info.Size(), modified: info.ModTime()}
	first := make([]byte, MaxRow+8)
	n, err := io.ReadFull(r, first)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, openError(path, err)
	}
	return f, f.readHeader(first[:n], int64(n) == info.Size())
}

func openError(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &errs.Error{Kind: errs.NotFound, Code: "roll.no_such_file", File: path, What: "there is no such file", Fix: "check the name"}
	}
	return &errs.Error{Kind: errs.Unavailable, Code: "roll.unreadable", File: path, What: "the file cannot be read", Err: err}
}

var utf8BOM = []byte("\uFEFF")

func (f *File) readHeader(text []byte, whole bool) error {
	rest := text
	if cut, ok := bytes.CutPrefix(rest, utf8BOM); ok {
		f.bom, rest = true, cut
	}
	if err := f.checkEncoding(rest); err != nil {
		return err
	}
	f.line = 1
	for len(rest) > 0 && (rest[0] == '\n' || bytes.HasPrefix(rest, []byte("\r\n"))) {
		rest = rest[bytes.IndexByte(rest, '\n')+1:]
		f.line++
	}
	if len(bytes.TrimSpace(rest)) == 0 {
		return f.bad("empty_file", f.line, "", "the file is empty", "give a CSV file whose first row names the columns")
	}
	end := rowEnd(rest)
	if end < 0 && (!whole || len(rest) > MaxRow) {
		return f.bad("long_row", f.line, "", "the header does not end within "+strconv.Itoa(MaxRow)+" bytes", "close its quotes, or check that the file is CSV")
	}
	if end < 0 {
		end = len(rest)
	}
	f.header = bytes.TrimSuffix(slices.Clone(rest[:end]), []byte{'\r'})
	f.ending = []byte("\n")
	if len(f.header) < end {
		f.ending = []byte("\r\n")
	}
	f.start = int64(len(text) - len(rest) + min(end+1, len(rest)))
	f.Comma = commaOf(f.header)
	return f.nameColumns()
}

// checkEncoding refuses the encodings that files come in when they are not
// UTF-8, as far as the beginning shows them.
func (f *File) checkEncoding(text []byte) error {
	start := text[:min(len(text), 4096)]
	if bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}) || bytes.IndexByte(start, 0) >= 0 {
		return f.bad("encoding", 1, "", "the file is UTF-16, or no text", "save it as CSV in UTF-8")
	}
	return nil
}

// nameColumns splits the header.
func (f *File) nameColumns() error {
	if !utf8.Valid(f.header) {
		return f.bad("encoding", f.line, "", "the header is not UTF-8", "save the file as CSV in UTF-8")
	}
	if bytes.IndexByte(f.header, '\r') >= 0 && bytes.IndexByte(f.header, '"') < 0 {
		return f.bad("line_ends", f.line, "", "the lines end with a carriage return alone", "save the file with line feeds")
	}
	p := parser{file: f, line: f.line}
	cells, err := p.row(nil, f.header)
	if err != nil {
		return err
	}
	if len(cells) > MaxColumns {
		return f.bad("too_many_columns", f.line, "", "the header has more than "+strconv.Itoa(MaxColumns)+" columns", "check that the file is CSV")
	}
	var list errs.List
	for i, c := range cells {
		name := strings.TrimSpace(string(p.value(f.header, c)))
		switch at := slices.Index(f.Columns, name); {
		case name == "":
			list.Add(f.bad("unnamed_column", f.line, "column "+strconv.Itoa(i+1), "the column has no name", "write one into the header"))
		case at >= 0:
			list.Add(f.bad("repeated_column", f.line, name, "columns "+strconv.Itoa(at+1)+" and "+strconv.Itoa(i+1)+" have the same name", "rename one"))
		}
		f.Columns = append(f.Columns, name)
	}
	f.line += 1 + bytes.Count(f.header, []byte{'\n'})
	return list.Err()
}

// bad is an error about a place in the file.
func (f *File) bad(code string, line int, field, what, fix string) error {
	return &errs.Error{Kind: errs.Invalid, Code: "roll." + code, File: f.Path, Line: line, Field: field, What: what, Fix: fix}
}

// Column is the position of a column; -1 when there is none of the name.
func (f *File) Column(name string) int { return slices.Index(f.Columns, name) }

// commaOf is what separates the columns of a header: the commonest of three
// signs outside quotes.
func commaOf(header []byte) byte {
	best, most := byte(','), 0
	for _, sign := range []byte{',', ';', '\t'} {
		count, quoted := 0, false
		for _, c := range header {
			switch {
			case c == '"':
				quoted = !quoted
			case c == sign && !quoted:
				count++
			}
		}
		if count > most {
			best, most = sign, count
		}
	}
	return best
}

// rowEnd is the offset of the line feed that ends the first row of text; -1
// when the row does not end in it.
func rowEnd(text []byte) int {
	end, quoted := 0, false
	for {
		i := bytes.IndexByte(text[end:], '\n')
		if i < 0 {
			return -1
		}
		if bytes.Count(text[end:end+i], []byte{'"'})%2 == 1 {
			quoted = !quoted
		}
		end += i
		if !quoted {
			return end
		}
		end++
	}
}
