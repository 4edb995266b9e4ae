package roll

import (
	"bytes"
	"context"
	"io"
)

// Added are the columns that CopyWith adds.
var Added = []string{"cluster_id", "match_weight"}

// Nothing is the work of those who only read the blocks in their order.
func Nothing() func(*Block) (struct{}, error) {
	return func(*Block) (struct{}, error) { return struct{}{}, nil }
}

// SameHeader reports whether two rolls have the same header, byte by byte, so
// that their rows may stand in one file.
func (f *File) SameHeader(o *File) bool { return bytes.Equal(f.header, o.header) }

// CopyWith writes every row as it is, byte by byte, with what more appends: a
// comma of the file's kind and a value for each of Added. Blank lines are left
// out; a last row without an end of line gets one. The header is written when
// it is asked for.
func (f *File) CopyWith(ctx context.Context, w io.Writer, header bool, more func(to []byte, row int, comma byte) []byte) error {
	var out []byte
	if header {
		if f.bom {
			out = append(out, utf8BOM...)
		}
		out = append(out, f.header...)
		for _, name := range Added {
			out = append(append(out, f.Comma), name...)
		}
		out = append(out, f.ending...)
	}
	return Each(ctx, f, Nothing, func(b *Block, _ struct{}) error {
		for row := range b.Rows() {
			out = append(out, b.Raw(row)...)
			out = more(out, b.First+row, f.Comma)
			if end := b.ended(row); len(end) > 0 {
				out = append(out, end...)
			} else {
				out = append(out, f.ending...)
			}
		}
		_, err := w.Write(out)
		out = out[:0]
		return err
	})
}
