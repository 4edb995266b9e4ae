package names

import (
	"slices"
	"strings"
)

// Kind says which of a person's names a name is.
type Kind uint8

// The kinds of names.
const (
	Given Kind = iota
	Family
	kinds
)

// Entry is one name of a table with all its spellings, the usual one first.
type Entry struct {
	Kind   Kind
	Female bool // of given names
	Arabic []string
	Latin  []string
	Older  int // how often it was given, relative to the others of its kind
	Recent int // how often it is given today
}

// weight is what counts where one number must.
func (e *Entry) weight() int { return e.Older + e.Recent }

// Table is what a country's people are called: names, each with its spellings
// in both scripts. It does not change once read, and may be shared by any
// number of goroutines.
type Table struct {
	entries []Entry
	hash    string
	kinds   [kinds]spellings
	speller *speller
}

// spellings finds the entries of one kind by the normal form of a spelling.
type spellings struct {
	classes map[string][]int32
	usual   map[string][]rune // folded usual spelling, for irregular ones
}

// NewTable makes a table of entries. Entries without a spelling in either
// script are left out of what the speller learns.
func NewTable(entries []Entry) *Table {
	t := &Table{entries: slices.Clone(entries)}
	t.hash = hashOf(t.entries)
	for k := range t.kinds {
		t.kinds[k] = spellings{map[string][]int32{}, map[string][]rune{}}
	}
	for i := range t.entries {
		t.index(int32(i))
	}
	regular := make([]string, len(t.entries))
	for i := range t.entries {
		regular[i] = t.entries[i].regular()
	}
	for k := range t.kinds {
		t.findIrregular(Kind(k), regular)
	}
	t.speller = newSpeller(t.entries)
	return t
}

// Hash returns the SHA-256, in hex, of the entries. Keys made with tables of
// different hashes are not comparable.
func (t *Table) Hash() string { return t.hash }

// Len returns the number of names.
func (t *Table) Len() int { return len(t.entries) }

// Entry returns the i-th name; its slices must not be written to.
func (t *Table) Entry(i int) Entry { return t.entries[i] }

// Find returns the names that a spelling is of, as numbers for Entry.
func (t *Table) Find(kind Kind, name string) []int {
	found := t.classes(kind, Normal(name))
	out := make([]int, len(found))
	for i, c := range found {
		out[i] = int(c)
	}
	return out
}

func (e *Entry) all() []string { return slices.Concat(e.Arabic, e.Latin) }

func (t *Table) index(i int32) {
	e := &t.entries[i]
	m := t.kinds[e.Kind].classes
	for _, s := range e.all() {
		n := Normal(s)
		if !slices.Contains(m[n], i) {
			m[n] = append(m[n], i)
		}
	}
}

func (t *Table) classes(kind Kind, normal string) []int32 {
	if t == nil || kind >= kinds {
		return nil
	}
	return t.kinds[kind].classes[normal]
}

// findIrregular lists the spellings whose keys by rule are not those of the
// usual spelling: short forms, and what the rules do not know. Where a
// spelling is of several names and regular for one of them it stays as it is.
func (t *Table) findIrregular(kind Kind, regular []string) {
	s := &t.kinds[kind]
	for spelling, entries := range s.classes {
		own := Fine(spelling)
		best := int32(-1)
		for _, i := range entries {
			if Fine(regular[i]) == own {
				best = -1
				break
			}
			if best < 0 || t.entries[i].weight() > t.entries[best].weight() {
				best = i
			}
		}
		if best >= 0 {
			s.usual[spelling] = fold(nil, regular[best])
		}
	}
}

// regular returns the spelling whose fine key most spellings of the entry
// have: the usual Arabic one, unless the usual Latin one has more behind it.
func (e *Entry) regular() string {
	keys := map[string]int{}
	for _, s := range e.all() {
		keys[Fine(s)]++
	}
	if len(e.Arabic) == 0 || len(e.Latin) > 0 && keys[Fine(e.Latin[0])] > keys[Fine(e.Arabic[0])] {
		return e.Latin[0]
	}
	return e.Arabic[0]
}

// usual returns the folded name with irregular spellings, of the whole or of
// its words, replaced by the usual ones.
func (t *Table) usual(kind Kind, normalForm string, folded []rune) []rune {
	if t == nil || kind >= kinds {
		return folded
	}
	m := t.kinds[kind].usual
	if u, ok := m[normalForm]; ok {
		return u
	}
	if len(m) == 0 || !slices.Contains(folded, ' ') || len(t.kinds[kind].classes[normalForm]) > 0 {
		return folded
	}
	var out []rune
	changed := false
	for i, w := range strings.Split(string(folded), " ") {
		if i > 0 {
			out = append(out, ' ')
		}
		if u, ok := m[Normal(w)]; ok {
			out = append(out, u...)
			changed = true
		} else {
			out = append(out, []rune(w)...)
		}
	}
	if !changed {
		return folded
	}
	return out
}
