package names

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sijil/internal/errs"
)

// columns are those that a table of names begins with; further ones are the
// business of others.
var columns = []string{"kind", "arabic", "arabic_variants", "latin", "latin_variants", "weight_older", "weight_younger"}

// MaxWeight is the greatest weight of a name.
const MaxWeight = 10_000

// ReadTable reads a table of names from CSV with the columns kind (first_m,
// first_f or family), arabic, arabic_variants (separated by |), latin,
// latin_variants, weight_older and weight_younger, in this order. The errors
// name file, line and column, all of them at once.
func ReadTable(file string, data []byte) (*Table, error) {
	if !utf8.Valid(data) {
		return nil, errs.At(errs.Bad("", "the file is not UTF-8", "save it as UTF-8"), file, 0)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	head, err := r.Read()
	if err != nil || len(head) < len(columns) || !slices.Equal(head[:len(columns)], columns) {
		return nil, errs.At(errs.Bad("", "the header is not that of a table of names", "begin it with "+strings.Join(columns, ",")), file, 1)
	}
	var bad errs.List
	var entries []Entry
	lines := map[string]int{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			bad.Add(rowError(file, err))
			break
		}
		line, _ := r.FieldPos(0)
		e := entry(row, func(column int, what, fix string) {
			at, _ := r.FieldPos(column)
			bad.Add(errs.At(errs.Bad(columns[column], what, fix), file, at))
		})
		key := row[0] + "\x00" + row[1]
		if first, ok := lines[key]; ok {
			bad.Add(errs.At(errs.Bad("arabic", fmt.Sprintf("the name stands on line %d too", first), "put its spellings on one line"), file, line))
			continue
		}
		lines[key] = line
		entries = append(entries, e)
	}
	if len(entries) == 0 && len(bad) == 0 {
		bad.Add(errs.At(errs.Bad("", "the table has no names", "write one a line below the header"), file, 2))
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return NewTable(entries), nil
}

func rowError(file string, err error) error {
	what, line := "not a row of CSV", 0
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		line = p.Line
		if errors.Is(err, csv.ErrFieldCount) {
			what = "not as many columns as the header"
		}
	}
	return errs.At(errs.Bad("", what, "check commas and quotes"), file, line)
}

var kindNames = map[string]struct {
	kind   Kind
	female bool
}{"first_m": {Given, false}, "first_f": {Given, true}, "family": {Family, false}}

// entry reads a row; what is wrong with it goes to bad.
func entry(row []string, bad func(column int, what, fix string)) Entry {
	k, ok := kindNames[row[0]]
	if !ok {
		bad(0, "not a kind of name", "write first_m, first_f or family")
	}
	e := Entry{Kind: k.kind, Female: k.female}
	e.Arabic = spelt(row, 1, arabic, bad)
	e.Latin = spelt(row, 3, latin, bad)
	for i, w := range []*int{&e.Older, &e.Recent} {
		n, err := strconv.Atoi(row[5+i])
		if err != nil || n < 0 || n > MaxWeight {
			bad(5+i, "not a weight", "write 0 to 10000")
		}
		*w = n
	}
	return e
}

// spelt reads the spellings of one script: the usual one and the others.
func spelt(row []string, column int, want script, bad func(column int, what, fix string)) []string {
	out := []string{row[column]}
	if row[column+1] != "" {
		out = append(out, strings.Split(row[column+1], "|")...)
	}
	for i, s := range out {
		at := column
		if i > 0 {
			at++
		}
		switch {
		case s == "" || s != strings.TrimSpace(s):
			bad(at, "a spelling is empty or has spaces around it", "remove it, or the spaces")
		case !isOf(want, s):
			bad(at, "a spelling is not in the script of its column", "write Arabic in the Arabic columns and Latin in the Latin ones")
		case slices.Contains(out[:i], s):
			bad(at, "a spelling is given twice", "remove one")
		}
	}
	return out
}

// isOf reports a name of one script that the keys can read.
func isOf(want script, s string) bool {
	folded := fold(nil, s)
	for _, r := range folded {
		if r != ' ' && scriptOf(r) != want {
			return false
		}
	}
	return len(folded) > 0 && len(folded) < MaxLetters
}

// hashOf is over what the table says, not over how its file says it.
func hashOf(entries []Entry) string {
	h := sha256.New()
	for _, e := range entries {
		fmt.Fprintf(h, "%d %t %q %q %d %d\n", e.Kind, e.Female, e.Arabic, e.Latin, e.Older, e.Recent)
	}
	return hex.EncodeToString(h.Sum(nil))
}
