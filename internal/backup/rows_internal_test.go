package backup

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
	"time"
)

func TestRowsThereAndBack(t *testing.T) {
	t.Parallel()
	rows := [][]any{
		{nil, int64(-1), "", []byte{}},
		{true, int64(1) << 62, "سجل\x00", bytes.Repeat([]byte{7}, 200_000)},
		{false, time.Date(2026, 11, 2, 9, 0, 0, 123000, time.UTC), "x", []byte{0}},
	}
	var file bytes.Buffer
	w := newRowWriter(&file)
	w.table("empty", []string{"a"})
	w.endTable(0)
	w.table("full", []string{"a", "b", "c", "d"})
	for _, r := range rows {
		if err := w.row(r); err != nil {
			t.Fatal(err)
		}
	}
	w.endTable(int64(len(rows)))
	if err := w.row([]any{3.5}); err == nil {
		t.Error("a value of no store is written")
	}
	if err := w.end(); err != nil {
		t.Fatal(err)
	}
	whole := file.Bytes()
	got, err := readAll(whole)
	if err != nil || !reflect.DeepEqual(got, map[string][][]any{"empty": nil, "full": rows}) {
		t.Errorf("%v", err)
	}
	for cut := range len(whole) {
		if cut > 300 && cut < len(whole)-300 && cut%997 != 0 {
			continue
		}
		if _, err := readAll(whole[:cut]); err == nil {
			t.Fatalf("a file cut at %d of %d is read", cut, len(whole))
		}
	}
	if _, err := readAll(append(bytes.Clone(whole), 'T')); err == nil {
		t.Error("a file that goes on is read")
	}
}

func readAll(file []byte) (map[string][][]any, error) {
	r, err := newRowReader(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	out := map[string][][]any{}
	for {
		name, _, err := r.table()
		if err != nil || name == "" {
			return out, err
		}
		out[name] = nil
		for {
			row, err := r.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, err
			}
			out[name] = append(out[name], row)
		}
	}
}

func FuzzRows(f *testing.F) {
	f.Add([]byte(magic + "T\x01a\x01\x01bR0E\x01Z"))
	f.Add([]byte(magic + "T\x01a\x01\x01bRt\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, _ = readAll(file) // neither panics nor takes memory it has not read
	})
}
