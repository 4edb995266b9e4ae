package synthroll

import (
	"context"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"sijil/internal/errs"
	"sijil/internal/inorder"
)

// Rows that are made together: the records of a person are all in one block of
// the order in which people are made, and scattered in the file.
const (
	blockRows = 16
	chunkRows = 4096
)

// MaxRows is the greatest size of a roll.
const MaxRows = 50_000_000

// Write writes a roll of n rows as CSV. progress may be nil; it is told how
// many rows are written. Errors are of w, of ctx, or of a size that is not
// between 1 and MaxRows.
func (m *Model) Write(ctx context.Context, w io.Writer, seed uint64, n int, progress func(int)) error {
	if n < 1 || n > MaxRows {
		return errs.Bad("size", "not a size of a roll", "write 1 to "+strconv.Itoa(MaxRows))
	}
	if _, err := io.WriteString(w, strings.Join(m.Header, ",")+"\n"); err != nil {
		return err
	}
	order, done := newShuffle(n, mix(seed)), 0
	return inorder.Run(ctx, func(ctx context.Context, yield func(int) bool) error {
		for from := 0; from < n && ctx.Err() == nil; from += chunkRows {
			if !yield(from) {
				break
			}
		}
		return ctx.Err()
	}, func() func(int) ([]byte, error) {
		k := maker{Model: m, seed: seed}
		return func(from int) ([]byte, error) {
			out := make([]byte, 0, chunkRows*192)
			for row := from; row < min(from+chunkRows, n); row++ {
				out = k.row(out, row, order.at(row))
			}
			return out, nil
		}
	}, func(rows []byte) error {
		if _, err := w.Write(rows); err != nil {
			return err
		}
		if done = min(done+chunkRows, n); progress != nil {
			progress(done)
		}
		return nil
	})
}

// maker makes rows, one after the other.
type maker struct {
	*Model
	seed   uint64
	person person
	record record
	slots  [blockRows]slot
}

// slot is one row of a block: whose it is, which of their rows, and of whose
// family they are.
type slot struct {
	person, copied, of int
	twin               bool
}

// compose says whose the rows of a block are.
func (k *maker) compose(block int) {
	var r rng
	r.seed(k.seed, streamBlock, uint64(block))
	id, of, twin := block*blockRows, block*blockRows, false
	for row := 0; row < blockRows; {
		times := 1
		if r.chance(k.People.Again) {
			times++
			if r.chance(k.People.Third) {
				times++
				if r.chance(k.People.Fourth) {
					times++
				}
			}
		}
		for c := 0; c < times && row < blockRows; c++ {
			k.slots[row] = slot{person: id, copied: c, of: of, twin: twin}
			row++
		}
		id++
		switch {
		case r.chance(k.People.Twins):
			twin = true
		case r.chance(k.People.Siblings):
			twin = false
		default:
			of, twin = id, false
		}
	}
}

// row appends one row of the file.
func (k *maker) row(out []byte, number, at int) []byte {
	k.compose(at / blockRows)
	s := k.slots[at%blockRows]
	k.born(k.seed, s.person, s.of, s.twin, &k.person)
	if s.person != s.of {
		k.tellApart(s)
	}
	var r rng
	r.seed(k.seed, streamRecord, uint64(s.person), uint64(s.copied))
	k.write(&r, &k.person, s.copied > 0, &k.record)
	return k.print(out, number, s.person)
}

// tellApart gives a brother or sister another name than the first child's.
func (k *maker) tellApart(s slot) {
	var first person
	k.born(k.seed, s.of, s.of, false, &first)
	var r rng
	r.seed(k.seed, streamOwn, uint64(s.person), 1)
	for range 20 {
		if string(k.person.given.arabic) != string(first.given.arabic) {
			return
		}
		k.person.given = k.pick(&r, k.givenFor(k.person.female), k.person.cohort)
	}
}

func (k *maker) print(out []byte, number, id int) []byte {
	v := &k.record
	out = strconv.AppendInt(out, int64(number), 10)
	out = append(out, ',')
	out = strconv.AppendInt(out, int64(id), 10)
	for _, text := range [][]rune{v.given.latin, v.family.latin, v.father.latin, v.given.arabic, v.family.arabic, v.father.arabic} {
		out = appendText(append(out, ','), text)
	}
	sex := k.Sexes[0]
	if v.female {
		sex = k.Sexes[1]
	}
	out = append(append(append(out, ','), sex...), ',')
	if v.year > 0 {
		out = appendDate(out, v.year, v.month, v.day)
	}
	var place Place
	if v.place >= 0 {
		place = k.places[v.place]
	}
	out = append(append(out, ','), place.Latin...)
	out = append(append(out, ','), place.Arabic...)
	out = appendText(append(out, ','), v.document)
	out = appendText(append(out, ','), v.phone)
	return append(out, '\n')
}

func appendText(out []byte, text []rune) []byte {
	for _, r := range text {
		out = utf8.AppendRune(out, r)
	}
	return out
}

func appendDate(out []byte, year, month, day int) []byte {
	return append(out,
		byte('0'+year/1000), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), '-',
		byte('0'+month/10), byte('0'+month%10), '-', byte('0'+day/10), byte('0'+day%10))
}
