package survey

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"sijil/internal/errs"
)

// ReadOptions say how a survey file is to be read. The zero value reads comma,
// semicolon or tab separated text and lets the values decide each type.
type ReadOptions struct {
	File    string          // name of the file in messages
	Kinds   map[string]Kind // kinds stated by the caller, by column name
	Missing []string        // texts that mean "missing" beside the empty cell; nil means NA, NaN, NULL and "."
	Comma   rune            // separator; 0 guesses it from the header

	decimalComma bool
}

var usualMissing = []string{"NA", "NaN", "NULL", "."}

func (o *ReadOptions) isMissing(s string) bool {
	return s == "" || slices.Contains(o.Missing, s)
}

// Table is a survey file, typed by column.
type Table struct {
	File    string
	Rows    int
	Columns []*Column
	Lines   []int32 // line of each row in the file
	byName  map[string]*Column
}

// Column returns the column called name, or nil.
func (t *Table) Column(name string) *Column { return t.byName[name] }

// ReadCSV reads a survey file whose first row names the columns. In files
// separated by semicolons or tabs a decimal comma is understood. Errors are
// Invalid and carry file, line and column; a column with text among numbers is
// marked (Column.TextAt) and refused only when it is used.
func ReadCSV(r io.Reader, o ReadOptions) (*Table, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, &errs.Error{Kind: errs.Internal, File: o.File, What: "reading the survey file failed", Err: err}
	}
	data, err = checkText(data, o.File)
	if err != nil {
		return nil, err
	}
	if o.Missing == nil {
		o.Missing = usualMissing
	}
	if o.Comma == 0 {
		o.Comma = guessComma(data)
	}
	o.decimalComma = o.Comma != ','
	header, cells, lines, err := split(data, &o)
	if err != nil {
		return nil, err
	}
	t := &Table{File: o.File, Rows: len(lines), Lines: lines, Columns: make([]*Column, len(header)), byName: map[string]*Column{}}
	var wg sync.WaitGroup
	for j, name := range header {
		wg.Go(func() { t.Columns[j] = typeColumn(name, cells[j], lines, o.Kinds[name], &o) })
	}
	wg.Wait()
	for _, c := range t.Columns {
		t.byName[c.Name] = c
	}
	for name := range o.Kinds {
		if t.byName[name] == nil {
			return nil, &errs.Error{Kind: errs.Invalid, Code: "survey.no_column", File: o.File, Field: name,
				What: "a kind is stated for a column the file does not have", Fix: "check the spelling of the column"}
		}
	}
	return t, nil
}

func checkText(data []byte, file string) ([]byte, error) {
	bad := func(line int, what, fix string) error {
		return &errs.Error{Kind: errs.Invalid, Code: "survey.encoding", File: file, Line: line, What: what, Fix: fix}
	}
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return nil, bad(1, "the file is UTF-16", "save it as UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return nil, bad(1+bytes.Count(data[:i], []byte{'\n'}), "the file holds a NUL byte and is not text", "export the survey as CSV in UTF-8")
	}
	if !utf8.Valid(data) {
		at := 0
		for at < len(data) {
			r, size := utf8.DecodeRune(data[at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		return nil, bad(1+bytes.Count(data[:at], []byte{'\n'}), "the text is not UTF-8", "save the file as UTF-8")
	}
	return data, nil
}

func guessComma(data []byte) rune {
	header, _, _ := bytes.Cut(data, []byte{'\n'})
	if bytes.IndexByte(header, ',') >= 0 {
		return ','
	}
	if bytes.IndexByte(header, ';') >= 0 {
		return ';'
	}
	if bytes.IndexByte(header, '\t') >= 0 {
		return '\t'
	}
	return ','
}

// split cuts the text into columns of cells. Blank lines are skipped.
func split(data []byte, o *ReadOptions) (header []string, cells [][]string, lines []int32, err error) {
	rd := csv.NewReader(bytes.NewReader(data))
	rd.Comma = o.Comma
	rd.FieldsPerRecord = -1
	header, err = rd.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, nil, &errs.Error{Kind: errs.Invalid, Code: "survey.empty", File: o.File, Line: 1,
			What: "the file is empty", Fix: "give a CSV file whose first row names the columns"}
	}
	if err != nil {
		return nil, nil, nil, csvError(err, o.File)
	}
	if err := checkHeader(header, o.File); err != nil {
		return nil, nil, nil, err
	}
	guess := min(bytes.Count(data, []byte{'\n'}), len(data)/len(header)) // a cell takes a byte at least
	cells = make([][]string, len(header))
	for j := range cells {
		cells[j] = make([]string, 0, guess)
	}
	lines = make([]int32, 0, guess)
	rd.ReuseRecord = true
	for {
		rec, err := rd.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, nil, csvError(err, o.File)
		}
		line, _ := rd.FieldPos(0)
		if len(rec) != len(header) {
			return nil, nil, nil, ragged(o.File, line, len(rec), header)
		}
		for j, s := range rec {
			cells[j] = append(cells[j], s)
		}
		lines = append(lines, int32(line))
	}
	if len(lines) == 0 {
		return nil, nil, nil, &errs.Error{Kind: errs.Invalid, Code: "survey.empty", File: o.File, Line: 1,
			What: "the file has a header and no rows", Fix: "check that the export is whole"}
	}
	return header, cells, lines, nil
}

func checkHeader(header []string, file string) error {
	var list errs.List
	seen := map[string]bool{}
	for j, name := range header {
		header[j] = strings.TrimSpace(name)
		name = header[j]
		switch {
		case name == "":
			list.Add(&errs.Error{Kind: errs.Invalid, Code: "survey.header", File: file, Line: 1,
				What: fmt.Sprintf("column %d has no name", j+1), Fix: "name every column in the first row"})
		case seen[name]:
			list.Add(&errs.Error{Kind: errs.Invalid, Code: "survey.header", File: file, Line: 1, Field: name,
				What: "two columns have this name", Fix: "rename one of them"})
		}
		seen[name] = true
	}
	return list.Err()
}

func ragged(file string, line, fields int, header []string) error {
	e := &errs.Error{Kind: errs.Invalid, Code: "survey.ragged", File: file, Line: line,
		What: fmt.Sprintf("the row has %d fields and the header %d", fields, len(header)),
		Fix:  "check separators and quotes in this row"}
	if fields < len(header) {
		e.Field = header[fields]
	}
	return e
}

func csvError(err error, file string) error {
	var pe *csv.ParseError
	if !errors.As(err, &pe) {
		return &errs.Error{Kind: errs.Internal, File: file, What: "reading the survey file failed", Err: err}
	}
	return &errs.Error{Kind: errs.Invalid, Code: "survey.csv", File: file, Line: pe.Line,
		What: fmt.Sprintf("the text breaks off the CSV form at byte %d of the line", pe.Column),
		Fix:  "close every quote, and double a quote that belongs to the text", Err: pe.Err}
}
