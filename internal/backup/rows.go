package backup

import (
	"bufio"
	"encoding/binary"
	"io"
	"time"

	"sijil/internal/errs"
)

// A file of rows: the magic, then records. Integers are varints, texts and
// bytes have their length before them.
//
//	T name n column…   a table begins
//	R value…           a row of it, a value for each column
//	E n                the table ends after n rows
//	Z                  the file ends
//
// A value is a letter and what it says: 0 null · i integer · t text · b bytes
// · n false · y true · @ microseconds since 1970 UTC.
const magic = "sijil rows 1\n"

// largestValue bounds a text or bytes, so that a file cannot ask for memory.
const largestValue = 256 << 20

type rowWriter struct {
	w   *bufio.Writer
	buf []byte
	err error
}

func newRowWriter(w io.Writer) *rowWriter {
	out := &rowWriter{w: bufio.NewWriterSize(w, 1<<18)}
	_, out.err = out.w.WriteString(magic)
	return out
}

func (w *rowWriter) put(b []byte) {
	if w.err == nil {
		_, w.err = w.w.Write(b)
	}
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func (w *rowWriter) table(name string, columns []string) {
	w.buf = append(w.buf[:0], 'T')
	b := appendText(w.buf, name)
	b = binary.AppendUvarint(b, uint64(len(columns)))
	for _, c := range columns {
		b = appendText(b, c)
	}
	w.buf = b
	w.put(b)
}

func (w *rowWriter) row(values []any) error {
	w.buf = append(w.buf[:0], 'R')
	b := w.buf
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			b = append(b, '0')
		case int64:
			b = binary.AppendVarint(append(b, 'i'), v)
		case string:
			b = appendText(append(b, 't'), v)
		case []byte:
			b = append(binary.AppendUvarint(append(b, 'b'), uint64(len(v))), v...)
		case bool:
			if v {
				b = append(b, 'y')
			} else {
				b = append(b, 'n')
			}
		case time.Time:
			b = binary.AppendVarint(append(b, '@'), v.UnixMicro())
		default:
			return &errs.Error{Code: "backup.value", What: "a column has a type that no store has"}
		}
	}
	w.buf = b
	w.put(b)
	return w.err
}

func (w *rowWriter) endTable(n int64) {
	w.buf = binary.AppendUvarint(append(w.buf[:0], 'E'), uint64(n))
	w.put(w.buf)
}

func (w *rowWriter) end() error {
	w.put([]byte{'Z'})
	if w.err == nil {
		w.err = w.w.Flush()
	}
	return w.err
}

// rowReader reads what rowWriter wrote. Whatever else stands there is an error.
type rowReader struct {
	r       *bufio.Reader
	columns int
	rows    int64
}

func damaged() error {
	return &errs.Error{Kind: errs.Invalid, Code: "backup.damaged", What: "a file of the backup is damaged", Fix: "use another backup"}
}

func newRowReader(r io.Reader) (*rowReader, error) {
	in := &rowReader{r: bufio.NewReaderSize(r, 1<<18)}
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(in.r, head); err != nil || string(head) != magic {
		return nil, damaged()
	}
	return in, nil
}

// bytes never takes more memory than the file has bytes, times two.
func (r *rowReader) bytes() ([]byte, error) {
	n, err := binary.ReadUvarint(r.r)
	if err != nil || n > largestValue {
		return nil, damaged()
	}
	out := make([]byte, 0, min(n, 1<<16))
	for uint64(len(out)) < n {
		at := len(out)
		out = append(out, make([]byte, min(n-uint64(at), uint64(max(at, 1<<16))))...)
		if _, err := io.ReadFull(r.r, out[at:]); err != nil {
			return nil, damaged()
		}
	}
	return out, nil
}

// table reads the beginning of a table; name is "" at the end of the file.
func (r *rowReader) table() (name string, columns []string, err error) {
	kind, err := r.r.ReadByte()
	if err != nil || kind != 'T' && kind != 'Z' {
		return "", nil, damaged()
	}
	if kind == 'Z' {
		if _, err := r.r.ReadByte(); err != io.EOF {
			return "", nil, damaged()
		}
		return "", nil, nil
	}
	text, err := r.bytes()
	if err != nil {
		return "", nil, err
	}
	n, err := binary.ReadUvarint(r.r)
	if err != nil || n > 1000 || len(text) == 0 {
		return "", nil, damaged()
	}
	for range n {
		c, err := r.bytes()
		if err != nil {
			return "", nil, err
		}
		columns = append(columns, string(c))
	}
	r.columns, r.rows = len(columns), 0
	return string(text), columns, nil
}

// next reads a row, or io.EOF at the end of the table.
func (r *rowReader) next() ([]any, error) {
	kind, err := r.r.ReadByte()
	if err != nil {
		return nil, damaged()
	}
	if kind == 'E' {
		if n, err := binary.ReadUvarint(r.r); err != nil || n != uint64(r.rows) {
			return nil, damaged()
		}
		return nil, io.EOF
	}
	if kind != 'R' {
		return nil, damaged()
	}
	r.rows++
	out := make([]any, r.columns)
	for i := range out {
		if out[i], err = r.value(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *rowReader) value() (any, error) {
	kind, err := r.r.ReadByte()
	if err != nil {
		return nil, damaged()
	}
	switch kind {
	case '0':
		return nil, nil //nolint:nilnil // null
	case 'n', 'y':
		return kind == 'y', nil
	case 'i', '@':
		n, err := binary.ReadVarint(r.r)
		if err != nil {
			return nil, damaged()
		}
		if kind == 'i' {
			return n, nil
		}
		return time.UnixMicro(n).UTC(), nil
	case 't', 'b':
		b, err := r.bytes()
		if err != nil {
			return nil, err
		}
		if kind == 't' {
			return string(b), nil
		}
		return b, nil
	}
	return nil, damaged()
}
