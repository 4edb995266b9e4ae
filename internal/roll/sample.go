package roll

import (
	"bytes"
	"io"
	"unicode/utf8"
)

// A sample is taken from so many places of a file, of so many bytes each: a
// column that is empty in the first thousand rows need not be empty.
const (
	samplePlaces = 12
	sampleBytes  = 1 << 17
)

// Sample is some of a roll's rows, by column. It serves the guess, and leaves
// complaints about rows to the reading of the whole.
type Sample struct {
	Rows   int
	Values [][]string // by column, then row
}

// Sample reads rows from several places of the file.
func (f *File) Sample() (*Sample, error) {
	r, err := f.reopen()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := &Sample{Values: make([][]string, len(f.Columns))}
	left := f.size - f.start
	places := int64(samplePlaces)
	if left <= samplePlaces*sampleBytes {
		places = 1
	}
	for i := range places {
		piece := make([]byte, min(left, sampleBytes*samplePlaces/places))
		// The first place is the beginning, the last one the end.
		n, err := r.ReadAt(piece, f.start+(left-int64(len(piece)))/max(places-1, 1)*i)
		if err != nil && err != io.EOF {
			return nil, openError(f.Path, err)
		}
		piece = piece[:n]
		if i > 0 {
			piece = piece[bytes.IndexByte(piece, '\n')+1:]
		}
		if end := bytes.LastIndexByte(piece, '\n'); end >= 0 && places > 1 {
			piece = piece[:end]
		}
		s.take(f, piece)
	}
	return s, nil
}

// take adds the rows of a piece that can be read.
func (s *Sample) take(f *File, piece []byte) {
	p := parser{file: f}
	quotes := bytes.IndexByte(piece, '"') >= 0
	for at := 0; at < len(piece); {
		end := endOfRow(piece, at, quotes)
		row := bytes.TrimSuffix(piece[at:end], []byte{'\r'})
		at = end + 1
		p.own = p.own[:0]
		cells, err := p.row(nil, row)
		if err != nil || len(cells) != len(f.Columns) || !utf8.Valid(row) {
			continue
		}
		for i, c := range cells {
			s.Values[i] = append(s.Values[i], string(p.value(row, c)))
		}
		s.Rows++
	}
}
