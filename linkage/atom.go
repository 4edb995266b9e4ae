package linkage

import (
	"strings"
	"unicode/utf8"

	"sijil/names"
)

// atom is one thing about a value that records of one person are likely to
// share. Keys of blocking are made of atoms.
type atom struct {
	name string
	// share is how often two records of one person that both have the value
	// are expected to share the atom, before anything was learnt.
	share float64
	// alone says that the atom may begin a key. Others only split blocks.
	alone bool
}

var (
	nameAtoms = []atom{
		{"sounds", .90, true}, // the skeleton
		{"start", .85, true},  // the first three letters
	}
	dateAtoms     = []atom{{"day", .85, true}, {"year", .93, true}, {"month and day", .89, true}}
	documentAtoms = []atom{{"number", .93, true}, {"first half", .95, true}, {"second half", .95, true}}
	phoneAtoms    = []atom{{"number", .60, true}}
	emailAtoms    = []atom{{"address", .65, true}, {"before @", .70, true}}
	placeAtoms    = []atom{{"sounds", .85, true}}
	categoryAtoms = []atom{{"value", .97, false}}
	numberAtoms   = []atom{{"value", .80, true}}
	textAtoms     = []atom{{"sounds", .75, true}, {"first word", .80, true}}
)

// atomsOf returns the atoms of a kind.
func atomsOf(k Kind) []atom {
	switch k {
	case Given, Family, Full, Parent:
		return nameAtoms
	case Date:
		return dateAtoms
	case Document:
		return documentAtoms
	case Phone:
		return phoneAtoms
	case Email:
		return emailAtoms
	case Place:
		return placeAtoms
	case Category:
		return categoryAtoms
	case Number:
		return numberAtoms
	}
	return textAtoms
}

// prepareAtoms fills in the atoms of value i, whose normal form is there.
func (c *column) prepareAtoms(i int) {
	if c.norm[i] == 0 {
		return
	}
	set := func(k int, h uint64) { c.atoms[k][i] = some(mix(h, uint64(k)+1)) }
	switch c.kind {
	case Given, Family, Full, Parent:
		f := c.forms[i]
		if s := f.Skeleton(); s != "" {
			set(0, hashString(s))
		} else {
			set(0, c.norm[i])
		}
		set(1, hashString(firstLetters(f.Normal(), 3)))
	case Place:
		set(0, hashString(c.forms[i].Skeleton()))
	case Date:
		c.prepareDateAtoms(c.dates[i], set)
	case Document:
		s := c.text[i]
		half := (len(s) + 1) / 2
		set(0, c.norm[i])
		set(1, hashString(s[:half]))
		set(2, hashString(s[len(s)-half:]))
	case Email:
		set(0, c.norm[i])
		local, _, _ := strings.Cut(c.text[i], "@")
		set(1, hashString(local))
	case Text:
		set(0, hashString(names.Skeleton(c.text[i])))
		v := c.dict.value(uint32(i))
		for j, b := range v {
			if b == ' ' && j > 2 {
				v = v[:j]
				break
			}
		}
		set(1, hashString(names.Normal(string(v))))
	default:
		set(0, c.norm[i])
	}
}

func (c *column) prepareDateAtoms(d date, set func(int, uint64)) {
	low, high := min(d.month, d.day), max(d.month, d.day) // the same when exchanged
	md := uint64(low)<<8 | uint64(high)
	set(1, uint64(d.year))
	if d.day == 0 || d.month == 0 {
		return // only a year: no day, and nothing that splits people of a year
	}
	set(0, uint64(d.year)<<16|md)
	set(2, md)
}

func firstLetters(s string, n int) string {
	at := 0
	for range n {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return s[:at]
}
