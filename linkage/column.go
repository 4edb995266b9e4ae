package linkage

import (
	"bytes"
	"strings"
	"unsafe"

	"sijil/names"
)

// column is the distinct values of one column, by number, made ready for
// comparison. Which slices are filled depends on the kind.
type column struct {
	kind       Kind
	dict       *dict
	monthFirst bool

	norm  []uint64        // hash of the normal form; 0 where the value says nothing
	class []uint64        // hash of the class whose frequency counts: spellings of one name
	forms []*names.Form   // names and places
	parts [][]*names.Form // words of full names
	dates []date
	text  []string   // normal form of documents, phones, e-mail addresses, numbers and texts
	signs []uint64   // how often each character occurs in the normal form of documents and phones
	words [][]uint64 // hashes of the words of texts, ascending
	atoms [][]uint64 // for each atom of the column the hash it has for the value; 0 for none
}

// maxValue is how many bytes of a value count; what follows is not looked at.
const maxValue = 256

// clip returns v without surrounding space, no longer than maxValue, cut
// between characters.
func clip(v []byte) []byte {
	if len(v) > 4*maxValue {
		v = v[:4*maxValue]
	}
	if !tight(v) {
		v = bytes.TrimSpace(v)
	}
	if len(v) <= maxValue {
		return v
	}
	v = v[:maxValue]
	for i := 0; i < 4 && len(v) > 0; i++ {
		if last := v[len(v)-1]; last < 0x80 {
			break
		} else if v = v[:len(v)-1]; last >= 0xC0 {
			break
		}
	}
	return v
}

// tight reports whether v surely neither begins nor ends with space: by a look
// at its ends, for most values have none.
func tight(v []byte) bool {
	n := len(v)
	if n == 0 {
		return true
	}
	if n == 1 {
		return v[0] > ' ' && v[0] < 0x80
	}
	begins := v[0] > ' ' && v[0] < 0x80 || v[0] >= 0xC3 && v[0] < 0xE0
	last := v[n-1]
	return begins && (last > ' ' && last < 0x80 || last >= 0x80 && v[n-2] >= 0xC3 && v[n-2] < 0xE0)
}

// prepare fills in everything for the values from number from to before to.
func (c *column) prepare(table *names.Table, from, to int) {
	for i := from; i < to; i++ {
		v := c.dict.value(uint32(i))
		if saysNothing(v) {
			continue
		}
		switch c.kind {
		case Given, Family, Full, Parent, Place:
			c.prepareName(table, i, v)
		case Date:
			if d := readDate(v, c.monthFirst); d.known() {
				c.dates[i] = d
				c.norm[i] = some(mix(d.key(), prime2))
			}
		case Text:
			c.prepareText(i, v)
		default:
			s := plainText(c.kind, v)
			if s == "" {
				continue
			}
			c.text[i] = s
			c.norm[i] = some(hashString(s))
			if c.signs != nil {
				c.signs[i] = signsOf(s)
			}
		}
		c.prepareAtoms(i)
	}
}

func (c *column) prepareName(table *names.Table, i int, v []byte) {
	kind := names.Given
	switch c.kind {
	case Family, Full:
		kind = names.Family
	case Place:
		kind, table = names.Family, nil
	}
	f := table.Form(kind, string(v))
	if f.Normal() == "" {
		return
	}
	c.forms[i] = f
	if c.kind == Full {
		c.parts[i] = wordsOf(table, string(v))
	}
	c.norm[i] = some(hashString(f.Normal()))
	c.class[i] = c.norm[i]
	if c.kind != Place && f.Skeleton() != "" {
		c.class[i] = some(hashString(f.Fine()))
	}
}

func (c *column) prepareText(i int, v []byte) {
	s := names.Normal(string(v))
	if s == "" {
		return
	}
	c.text[i] = s
	c.norm[i] = some(hashString(s))
	for w := range strings.FieldsSeq(strings.ToLower(string(v))) {
		if len(w) >= 4 && len(c.words[i]) < 8 {
			c.words[i] = append(c.words[i], hashString(w))
		}
	}
}

// make makes room for the values of the dictionary.
func (c *column) make() {
	n := c.dict.size()
	c.norm = make([]uint64, n)
	switch c.kind {
	case Given, Family, Full, Parent, Place:
		c.forms = make([]*names.Form, n)
		c.class = make([]uint64, n)
		if c.kind == Full {
			c.parts = make([][]*names.Form, n)
		}
	case Date:
		c.dates = make([]date, n)
	case Text:
		c.words = make([][]uint64, n)
		c.text = make([]string, n)
	case Document, Phone:
		c.text = make([]string, n)
		c.signs = make([]uint64, n)
	default:
		c.text = make([]string, n)
	}
	if c.class == nil {
		c.class = c.norm
	}
	c.atoms = make([][]uint64, len(atomsOf(c.kind)))
	for k := range c.atoms {
		c.atoms[k] = make([]uint64, n)
	}
}

// saysNothing reports whether v is a word that programs write where nothing is
// known. Words that may be names are not among them.
func saysNothing(v []byte) bool {
	switch len(v) {
	case 0:
		return true
	case 1:
		return v[0] == '-' || v[0] == '.' || v[0] == '?'
	case 3:
		return strings.EqualFold(string(v), "n/a")
	case 4:
		return strings.EqualFold(string(v), "null") || strings.EqualFold(string(v), "#n/a")
	}
	return false
}

// plainText returns the normal form of a value of letters and digits, "" where
// it says nothing.
func plainText(kind Kind, v []byte) string {
	var buf [maxValue]byte
	out := buf[:0]
	plain := true
	for _, b := range v {
		switch {
		case b >= 'A' && b <= 'Z' && kind != Document:
			b += 'a' - 'A'
			plain = false
		case b >= 'a' && b <= 'z' && kind == Document:
			b -= 'a' - 'A'
			plain = false
		case kind == Phone && (b < '0' || b > '9'),
			kind != Email && kind != Category && b < 0x80 && !isAlnum(b):
			plain = false
			continue
		}
		out = append(out, b)
	}
	if kind == Phone && len(out) > 9 { // the number without country code and trunk zero
		out = out[len(out)-9:]
		if plain {
			v = v[len(v)-9:]
		}
	}
	if kind == Document || kind == Phone {
		if len(out) < 4 || bytes.Count(out, out[:1]) == len(out) {
			return "" // 0000000 and the like fill a column in; they are nobody's number
		}
	}
	if plain && string(out) == string(v) {
		return unsafe.String(unsafe.SliceData(v), len(v)) //nolint:gosec // the dictionary does not change any more
	}
	return string(out)
}

func isAlnum(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}
