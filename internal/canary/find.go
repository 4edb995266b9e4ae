package canary

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"sijil/internal/errs"
)

// window is how many bytes at the end of a pattern find it.
const window = 8

// Finder looks for many patterns at once. It does not change after the first
// Search, and each search may run beside others.
//
// The last eight bytes of each pattern are hashed into a table. A search
// slides eight bytes over the data, asks a small bitmap, which says no nearly
// always, then the table, and compares a pattern only where its end is.
type Finder struct {
	bits     []uint64
	table    map[uint64][]int
	patterns []pattern
	longest  int
}

type pattern struct {
	bytes []byte
	field string
	form  Form
}

// Hit is a value that was found.
type Hit struct {
	File   string
	Offset int64
	Field  string // what was planted; never the value
	Form   Form
}

const bitmap = 1 << 24 // bits: with a few hundred thousand patterns some two in a hundred windows are looked up

// Add looks for a value in all forms. field names it in hits.
func (f *Finder) Add(field string, value []byte, text bool) {
	for _, form := range Forms {
		if b, ok := Encode(form, value, text); ok {
			f.add(pattern{bytes.Clone(b), field, form})
		}
	}
}

func (f *Finder) add(p pattern) {
	if len(p.bytes) < window {
		panic("canary: " + p.field + " is too short to be looked for")
	}
	if f.table == nil {
		f.table, f.bits = map[uint64][]int{}, make([]uint64, bitmap/64)
	}
	end := binary.LittleEndian.Uint64(p.bytes[len(p.bytes)-window:])
	f.table[end] = append(f.table[end], len(f.patterns))
	h := place(end)
	f.bits[h/64] |= 1 << (h % 64)
	f.patterns = append(f.patterns, p)
	f.longest = max(f.longest, len(p.bytes))
}

func place(x uint64) uint64 { return x * 0x9e3779b97f4a7c15 >> 40 }

// Len returns how many patterns are looked for.
func (f *Finder) Len() int { return len(f.patterns) }

// Search returns the values found in what r reads, in order, at most limit of
// them.
func (f *Finder) Search(r io.Reader, file string, limit int) ([]Hit, error) {
	const chunk = 1 << 20
	keep := max(f.longest-1, window-1)
	buf := make([]byte, 0, keep+chunk)
	var hits []Hit
	var base int64 // where buf begins
	for {
		old := len(buf)
		n, err := io.ReadFull(r, buf[old:old+chunk])
		buf = buf[:old+n]
		hits = f.scan(buf, max(old, window-1), base, file, hits, limit)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || len(hits) >= limit {
			return hits, nil
		}
		if err != nil {
			return hits, err
		}
		if drop := len(buf) - keep; drop > 0 {
			copy(buf, buf[drop:])
			buf = buf[:keep]
			base += int64(drop)
		}
	}
}

// scan looks at the windows that end at from or later.
func (f *Finder) scan(buf []byte, from int, base int64, file string, hits []Hit, limit int) []Hit {
	if len(f.patterns) == 0 {
		return hits
	}
	for end := from; end < len(buf); end++ {
		w := binary.LittleEndian.Uint64(buf[end-window+1 : end+1])
		h := place(w)
		if f.bits[h/64]&(1<<(h%64)) == 0 {
			continue
		}
		for _, i := range f.table[w] {
			p := &f.patterns[i]
			start := end + 1 - len(p.bytes)
			if start < 0 || !bytes.Equal(buf[start:end+1], p.bytes) {
				continue
			}
			hits = append(hits, Hit{File: file, Offset: base + int64(start), Field: p.field, Form: p.form})
			if len(hits) >= limit {
				return hits
			}
		}
	}
	return hits
}

// SearchTree searches every file under a folder, and says how many bytes it
// read. A file that is gone before it is opened is left out: databases come
// and go with temporary files.
func (f *Finder) SearchTree(dir string, limit int) (hits []Hit, read int64, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if !d.Type().IsRegular() || len(hits) >= limit {
			return nil
		}
		file, err := os.Open(path) //nolint:gosec // the caller's folder
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }() // only read
		counted := &counter{r: file}
		found, err := f.Search(counted, path, limit-len(hits))
		hits = append(hits, found...)
		read += counted.n
		return err
	})
	if err != nil {
		return hits, read, &errs.Error{Kind: errs.Unavailable, Code: "canary.unread", What: "a file could not be searched",
			Fix: "search as a user who may read it", Err: err}
	}
	return hits, read, nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
