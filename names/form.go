package names

import "slices"

// Form is a name made ready for comparison. It does not change, and may be
// shared by any number of goroutines. Make one for each distinct name of a
// file, not for each row.
type Form struct {
	text     string
	normal   string
	skeleton string
	fine     string
	whole    sound
	titles   string
	parts    []piece
	classes  []int32
}

// Text returns the name as it was given.
func (f *Form) Text() string { return f.text }

// Normal returns the normal form of the name.
func (f *Form) Normal() string { return f.normal }

// Skeleton returns the coarse key, spellings that the table knows as irregular
// being read as their usual ones: Med has the key of Mohamed.
func (f *Form) Skeleton() string { return f.skeleton }

// Fine returns the finer key, with the table as in Skeleton.
func (f *Form) Fine() string { return f.fine }

// Known reports whether the table has the name.
func (f *Form) Known() bool { return len(f.classes) > 0 }

// piece is a part of a name: particle or body.
type piece struct {
	sound
	kind    wordKind
	script  script
	normal  string
	classes []int32
}

// sound is what is heard of a part or of a whole name.
type sound struct {
	consonants string
	slots      string // vowels before, between and after the consonants, a byte each
	ending     ending
	mh         bool
}

// What a slot holds. Arabic writes long vowels only, and they are always there.
const (
	slotA    = 1 << iota
	slotI    // also y
	slotU    // also w
	slotE    // Latin e: a or i
	slotLong // the vowels are Arabic letters
	slotAny  // ʿayn, or an alef that begins a word: Latin may write any vowel
)

// MaxParts is the number of parts of a name that are compared one by one.
const MaxParts = 8

// Form makes a name ready for comparison. A nil table knows no names, and all
// is left to the rules.
func (t *Table) Form(kind Kind, name string) *Form {
	var s scratch
	r := s.reading()
	r.text = fold(r.text, name)
	f := &Form{text: name, normal: string(normal(nil, r.text))}
	f.classes = t.classes(kind, f.normal)
	r.text = t.usual(kind, f.normal, r.text)
	r = r.read()
	var buf [4 * MaxKey]byte
	f.skeleton = string(r.skeleton(buf[:0]))
	f.fine = string(r.fine(buf[:0]))
	f.whole = r.sound(r.parts)
	for _, p := range r.parts {
		if p.kind == title {
			f.titles += string(p.mark)
			continue
		}
		if len(f.parts) == MaxParts {
			continue
		}
		f.parts = append(f.parts, t.piece(kind, r, p))
	}
	return f
}

func (t *Table) piece(kind Kind, r reading, p part) piece {
	q := piece{kind: p.kind, script: p.script, normal: string(normal(nil, r.text[p.from:p.to]))}
	q.sound = r.sound([]part{p})
	if w := r.words[p.word]; w.from == p.from && w.to == p.to { // a word of its own
		q.classes = t.classes(kind, q.normal)
	}
	return q
}

// sound gathers what is heard of some parts.
func (r reading) sound(parts []part) sound {
	one := r
	one.parts = parts
	var buf [4 * MaxKey]byte
	s := sound{ending: one.ending(), mh: one.startsMh()}
	s.consonants = string(one.consonants(buf[:0], true))
	s.slots = string(one.slots(buf[:0]))
	return s
}

// slots appends the vowels between the consonants that the keys keep.
func (r reading) slots(dst []byte) []byte {
	var slot byte
	var before rune
	kept := 0
	for _, p := range r.parts {
		for i, c := range r.phones[p.start:p.end] {
			switch {
			case kept == MaxKey:
			case keeps(c, before):
				dst = append(dst, slot)
				slot, before = 0, c
				kept++
			case isConsonant(c):
			case p.script == arabic:
				slot |= arabicSlot(c, i == 0)
			default:
				slot |= slotOf(c)
			}
		}
		if p.kind == particle {
			before = 0
		}
	}
	return append(dst, slot)
}

func arabicSlot(c rune, first bool) byte {
	if c == ayn || first && c != 'u' {
		return slotAny | slotLong
	}
	return slotOf(c) | slotLong
}

func slotOf(c rune) byte {
	switch c {
	case 'a':
		return slotA
	case 'i':
		return slotI
	case 'u':
		return slotU
	case 'e':
		return slotE
	case ayn:
		return slotAny
	}
	return 0
}

// vowelsAgree reports whether no written vowel of one contradicts the other.
// The consonants must be the same. The last slot is left to the ending.
func (s *sound) vowelsAgree(t *sound, sScript, tScript script) bool {
	n := min(len(s.slots), len(t.slots)) - 1
	for i := range n {
		if !slotsAgree(s.slots[i], t.slots[i], sScript == arabic, tScript == arabic) {
			return false
		}
	}
	return true
}

func slotsAgree(a, b byte, aArabic, bArabic bool) bool {
	if (a|b)&slotAny != 0 {
		return true
	}
	switch {
	case aArabic && bArabic:
		// The few words that are written without their alef (الرحمن) are for the
		// table: عمر and عمار, حسن and حسان are pairs of names.
		return (a^b)&(slotA|slotI|slotU) == 0
	case bArabic:
		return slotsAgree(b, a, true, false)
	case aArabic:
		if b&slotE != 0 {
			b |= slotA | slotI
		}
		return a&(slotA|slotI|slotU)&^b == 0
	case a == 0 || b == 0:
		return true
	}
	differ := a ^ b
	if (a|b)&slotE != 0 {
		differ &^= slotI
	}
	return differ&(slotI|slotU) == 0
}

// script returns the script of the name's first part.
func (f *Form) script() script {
	if len(f.parts) == 0 {
		return other
	}
	return f.parts[0].script
}

func share(a, b []int32) bool {
	for _, c := range a {
		if slices.Contains(b, c) {
			return true
		}
	}
	return false
}

// apart reports two lists of classes that are both known and have none in
// common.
func apart(a, b []int32) bool { return len(a) > 0 && len(b) > 0 && !share(a, b) }
