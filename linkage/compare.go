package linkage

import (
	"slices"
	"unicode/utf8"

	"sijil/names"
)

// pattern is the levels of all fields of a pair, five bits each.
type pattern uint64

const levelBits = 5

func (p pattern) level(field int) uint8 { return uint8(p>>(levelBits*field)) & (1<<levelBits - 1) }

func (p pattern) with(field int, level uint8) pattern {
	at := levelBits * field
	return p&^((1<<levelBits-1)<<at) | pattern(level)<<at
}

// cached is a likeness of two names that was worked out before.
type cached struct {
	a, b  uint32
	col   uint16
	level names.Level
	used  bool
}

const cacheBits = 16

// comparer compares rows of two files, which may be the same. It is for one
// goroutine: it remembers likenesses of names.
type comparer struct {
	a, b  *Records
	one   bool // a and b are the same file, so that equal numbers are equal values
	cache []cached
}

func newComparer(a, b *Records) *comparer {
	x := &comparer{a: a, b: b, one: a == b}
	if a.rows > 1 || b.rows > 1 {
		x.cache = make([]cached, 1<<cacheBits)
	}
	return x
}

// compare returns the pattern of row i of a and row j of b. It is the same the
// other way round.
func (x *comparer) compare(i, j uint32) pattern {
	ra, rb := x.a.row(i), x.b.row(j)
	var p pattern
	for f := range x.a.spec.Fields {
		p |= pattern(x.field(f, ra, rb)) << (levelBits * f)
	}
	if x.a.given >= 0 {
		p = x.exchanged(p, ra, rb)
	}
	return p
}

func (x *comparer) field(f int, ra, rb []uint32) uint8 {
	from, to := x.a.first[f], x.a.first[f+1]
	kind := x.a.spec.Fields[f].Kind
	if to-from > 1 {
		if kind == Place {
			return x.placesOf(from, to, ra, rb)
		}
		return x.namesOf(from, to, ra, rb)
	}
	ia, ib := ra[from], rb[from]
	if ia == 0 || ib == 0 {
		return missing
	}
	ca, cb := x.a.cols[from], x.b.cols[from]
	same := x.one && ia == ib
	if kind == Document || kind == Phone {
		return x.digits(kind, from, ia, ib, same)
	}
	same = same || ca.norm[ia] == cb.norm[ib]
	switch kind {
	case Full:
		if same {
			return nameSame
		}
		return x.full(from, ia, ib)
	case Given, Family, Parent:
		if same {
			return nameSame
		}
		return oneNameLevel(x.likeness(from, ia, ib), ca.forms[ia], cb.forms[ib])
	case Date:
		return compareDates(ca.dates[ia], cb.dates[ib])
	case Place:
		return x.place(from, ia, ib)
	case Category:
		if same {
			return categorySame
		}
		return different
	case Text:
		if same {
			return textSame
		}
		return compareTexts(ca, cb, ia, ib)
	}
	s, t := ca.text[ia], cb.text[ib]
	if kind == Number {
		return numberSame - uint8(edits(s, t, 1))
	}
	return compareEmails(s, t)
}

// digits compares numbers of documents and telephones. Most differ, and their
// signs say so without a look at them.
func (x *comparer) digits(kind Kind, col int, ia, ib uint32, same bool) uint8 {
	top, most := uint8(documentSame), 2
	if kind == Phone {
		top, most = phoneSame, 1
	}
	if same {
		return top
	}
	ca, cb := x.a.cols[col], x.b.cols[col]
	if signsApart(ca.signs[ia], cb.signs[ib]) > 2*most {
		return different
	}
	return top - uint8(edits(ca.text[ia], cb.text[ib], most))
}

// likeness compares the names of two values of a column.
func (x *comparer) likeness(col int, ia, ib uint32) names.Level {
	fa, fb := x.a.cols[col].forms[ia], x.b.cols[col].forms[ib]
	if x.cache == nil {
		return names.Compare(fa, fb).Level
	}
	if x.one && ia > ib {
		ia, ib = ib, ia
	}
	at := mix(uint64(ia)<<32|uint64(ib), uint64(col)) >> (64 - cacheBits)
	c := &x.cache[at]
	if !c.used || c.a != ia || c.b != ib || int(c.col) != col {
		*c = cached{a: ia, b: ib, col: uint16(col), level: names.Compare(fa, fb).Level, used: true}
	}
	return c.level
}

func oneNameLevel(l names.Level, a, b *names.Form) uint8 {
	switch l {
	case names.Unknown:
		return missing
	case names.Confusable:
		return nameConfusable
	case names.Part:
		return namePart
	case names.Near:
		return nameNear
	case names.Close:
		return nameClose
	case names.SameSkeleton, names.SameFine:
		return nameSounds
	case names.Variant:
		return nameVariant
	case names.SameNormal, names.Exact:
		return nameSame
	}
	if initialOf(a.Normal(), b.Normal()) || initialOf(b.Normal(), a.Normal()) {
		return nameInitial
	}
	return different
}

// initialOf reports whether a is one letter, the first of b.
func initialOf(a, b string) bool {
	r, size := utf8.DecodeRuneInString(a)
	s, _ := utf8.DecodeRuneInString(b)
	return size == len(a) && r == s
}

// Strengths of agreement of names in one script.
const (
	strengthNone = iota
	strengthD
	strengthC
	strengthN
	strengthV
	strengthE
)

var strengths = [names.Levels]uint8{
	names.Unknown: strengthNone, names.Different: strengthD, names.Confusable: strengthC, names.Part: strengthN, names.Near: strengthN,
	names.Close: strengthN, names.SameSkeleton: strengthV, names.SameFine: strengthV, names.Variant: strengthV,
	names.SameNormal: strengthE, names.Exact: strengthE,
}

// pairOf gives the level for the best and the worst of the scripts that both
// records have; worst is strengthNone where there is only one.
var pairOf = [strengthE + 1][strengthE + 1]uint8{
	strengthD: {pairDO, pairDD},
	strengthC: {pairCO, pairCX, pairCX},
	strengthN: {pairNO, pairNX, pairNX, pairNN},
	strengthV: {pairVO, pairVX, pairVX, pairVN, pairVV},
	strengthE: {pairEO, pairEX, pairEX, pairEN, pairEV, pairEE},
}

// namesOf compares a name written in several scripts. Where the two have none
// in common, the scripts are compared with each other.
func (x *comparer) namesOf(from, to int, ra, rb []uint32) uint8 {
	best, worst, n := uint8(strengthNone), uint8(strengthE), 0
	for c := from; c < to; c++ {
		ia, ib := ra[c], rb[c]
		if ia == 0 || ib == 0 {
			continue
		}
		s := uint8(strengthE)
		if !(x.one && ia == ib) && x.a.cols[c].norm[ia] != x.b.cols[c].norm[ib] {
			s = x.strength(c, ia, ib)
		}
		if s == strengthNone {
			continue
		}
		n++
		best, worst = max(best, s), min(worst, s)
	}
	switch n {
	case 0:
		return x.across(from, to, ra, rb)
	case 1:
		return pairOf[best][strengthNone]
	}
	return pairOf[best][worst]
}

// strength compares two values of a name in one script.
func (x *comparer) strength(c int, ia, ib uint32) uint8 {
	if x.a.cols[c].kind == Full {
		return strengthsOfFull[x.full(c, ia, ib)]
	}
	return strengths[x.likeness(c, ia, ib)]
}

// across compares a name of which no script is in both records.
func (x *comparer) across(from, to int, ra, rb []uint32) uint8 {
	best := uint8(strengthNone)
	for c := from; c < to; c++ {
		for d := from; d < to; d++ {
			if ra[c] == 0 || rb[d] == 0 {
				continue
			}
			s := strengths[names.Compare(x.a.cols[c].forms[ra[c]], x.b.cols[d].forms[rb[d]]).Level]
			if x.a.cols[c].kind == Full {
				s = strengthsOfFull[compareWords(x.a.cols[c].parts[ra[c]], x.b.cols[d].parts[rb[d]])]
			}
			best = max(best, min(s, strengthV))
		}
	}
	if best == strengthNone {
		return missing
	}
	return pairOf[best][strengthNone]
}

func (x *comparer) place(col int, ia, ib uint32) uint8 {
	if x.one && ia == ib || x.a.cols[col].norm[ia] == x.b.cols[col].norm[ib] {
		return placeSame
	}
	switch x.likeness(col, ia, ib) {
	case names.Unknown:
		return missing
	case names.Different:
		return different
	case names.Confusable, names.Part, names.Near:
		return placeAlike
	}
	return placeSounds
}

func (x *comparer) placesOf(from, to int, ra, rb []uint32) uint8 {
	best := uint8(missing)
	for c := from; c < to; c++ {
		if ra[c] != 0 && rb[c] != 0 {
			best = max(best, x.place(c, ra[c], rb[c]))
		}
	}
	return best
}

// exchanged looks whether given and family name changed places, where neither
// agrees with its like. What is found is said once, under the given name.
func (x *comparer) exchanged(p pattern, ra, rb []uint32) pattern {
	g, f := x.a.given, x.a.kin
	from, at := x.a.first[g], x.a.first[f]
	n := x.a.first[g+1] - from
	low, crossed, swapped := uint8(nameInitial), uint8(nameCrossed), uint8(nameSwapped)
	if n > 1 {
		low, crossed, swapped = pairCO, pairCrossed, pairSwapped
	}
	if p.level(g) > low || p.level(f) > low {
		return p
	}
	found := uint8(missing)
	for c := range n {
		given, family := x.cross(from+c, at+c, ra, rb), x.cross(at+c, from+c, ra, rb)
		switch {
		case given == strengthE && family == strengthD:
			family = x.nearly(at+c, from+c, ra, rb)
		case given == strengthD && family == strengthE:
			given = x.nearly(from+c, at+c, ra, rb)
		}
		switch {
		case given == strengthE && family >= strengthN || given >= strengthN && family == strengthE:
			found = max(found, swapped)
		case given == strengthE && family == strengthNone || given == strengthNone && family == strengthE:
			found = max(found, crossed)
		}
	}
	if found == missing {
		return p
	}
	return p.with(g, found).with(f, missing)
}

// cross compares the value of column c of one row with that of column d of the
// other.
func (x *comparer) cross(c, d int, ra, rb []uint32) uint8 {
	ia, ib := ra[c], rb[d]
	if ia == 0 || ib == 0 {
		return strengthNone
	}
	ca, cb := x.a.cols[c], x.b.cols[d]
	if ca.norm[ia] == cb.norm[ib] || ca.class[ia] == cb.class[ib] || ca.atoms[0][ia] == cb.atoms[0][ib] {
		return strengthE
	}
	return strengthD
}

// nearly is cross for values that are not equal.
func (x *comparer) nearly(c, d int, ra, rb []uint32) uint8 {
	if names.JaroWinkler(x.a.cols[c].forms[ra[c]].Normal(), x.b.cols[d].forms[rb[d]].Normal()) >= .84 {
		return strengthN
	}
	return strengthD
}

func compareEmails(s, t string) uint8 {
	switch edits(s, t, 2) {
	case 0:
		return emailSame
	case 1, 2:
		return emailEdit
	}
	i, j := slices.Index([]byte(s), '@'), slices.Index([]byte(t), '@')
	if i > 0 && j > 0 && s[:i] == t[:j] {
		return emailLocal
	}
	if names.JaroWinkler(s, t) >= .88 {
		return emailAlike
	}
	return different
}

// compareTexts compares two texts whose normal forms differ.
func compareTexts(ca, cb *column, ia, ib uint32) uint8 {
	like := names.JaroWinkler(ca.text[ia], cb.text[ib])
	switch {
	case like >= .93:
		return textClose
	case like >= .86:
		return textAlike
	}
	for _, w := range ca.words[ia] {
		if slices.Contains(cb.words[ib], w) {
			return textWord
		}
	}
	return different
}
