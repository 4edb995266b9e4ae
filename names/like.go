package names

import "strings"

// Compare returns how alike two names are. Both should be made with the same
// table and kind. The result does not depend on the order of the two.
func Compare(a, b *Form) Likeness {
	switch {
	case len(a.parts) == 0 || len(b.parts) == 0:
		return at(Unknown)
	case a.text == b.text:
		return at(Exact)
	case a.normal == b.normal:
		return at(SameNormal)
	case share(a.classes, b.classes):
		return at(Variant)
	}
	if a.normal > b.normal { // parts are matched from one side
		a, b = b, a
	}
	known := apart(a.classes, b.classes)
	if !known && a.fine == b.fine && a.whole.vowelsAgree(&b.whole, a.script(), b.script()) {
		return at(SameFine)
	}
	m := match(a, b)
	switch {
	case m.restA == 0 && m.restB == 0 && known && a.titles == b.titles:
		return at(Confusable)
	case m.restA == 0 && m.restB == 0 && (m.crossed || a.titles != b.titles):
		return at(Part)
	case m.restA == 0 && m.restB == 0 && m.byClass:
		return at(Variant)
	case m.restA == 0 && m.restB == 0:
		return at(SameFine)
	case m.body && (m.restA == 0 || m.restB == 0):
		return at(Part)
	}
	return m.unequal(a, b, known)
}

// matching says which parts of two names are the same.
type matching struct {
	a, b         uint16 // matched parts, as bits
	restA, restB int    // how many are left
	body         bool   // a body, not only particles, is matched
	byClass      bool   // some by the table only
	crossed      bool   // not in the same order
}

func match(a, b *Form) matching {
	var m matching
	last := -1
	for i := range a.parts {
		for j := range b.parts {
			if m.b>>j&1 != 0 {
				continue
			}
			same, byClass := samePart(&a.parts[i], &b.parts[j])
			if !same {
				continue
			}
			m.a |= 1 << i
			m.b |= 1 << j
			m.body = m.body || a.parts[i].kind == body
			m.byClass = m.byClass || byClass
			m.crossed = m.crossed || j < last
			last = j
			break
		}
	}
	for i := range a.parts {
		m.restA += int(^m.a >> i & 1)
	}
	for j := range b.parts {
		m.restB += int(^m.b >> j & 1)
	}
	return m
}

func samePart(p, q *piece) (same, byClass bool) {
	if p.kind != q.kind {
		return false, false
	}
	if p.kind == particle {
		return p.consonants == q.consonants, false
	}
	if share(p.classes, q.classes) {
		return true, true
	}
	return !apart(p.classes, q.classes) && sameSound(p, q), false
}

func sameSound(p, q *piece) bool {
	return p.consonants == q.consonants && p.ending == q.ending && p.mh == q.mh && p.vowelsAgree(&q.sound, p.script, q.script)
}

// unequal weighs what is left of two names when their equal parts are taken
// away.
func (m *matching) unequal(a, b *Form, known bool) Likeness {
	most := Close
	if known || m.gendered(a, b) || a.whole.mh != b.whole.mh {
		most = Confusable
	}
	if p, q := m.only(a, b); p != nil && apart(p.classes, q.classes) {
		most = Confusable
	}
	sameSkeleton := a.skeleton == b.skeleton
	if sameSkeleton && most > Confusable {
		if a.fine != b.fine && a.whole.ending == b.whole.ending && a.titles == b.titles && a.whole.vowelsAgree(&b.whole, a.script(), b.script()) {
			return at(SameSkeleton)
		}
		return Likeness{Near, floors[Near]}
	}
	like := m.banded(a, b, most)
	if like.Level == Different && (m.body || sameSkeleton) {
		return at(Confusable)
	}
	return like
}

// only returns the parts that are left when one is left on both sides.
func (m *matching) only(a, b *Form) (p, q *piece) {
	if m.restA != 1 || m.restB != 1 {
		return nil, nil
	}
	for i := range a.parts {
		if m.a>>i&1 == 0 {
			p = &a.parts[i]
		}
	}
	for j := range b.parts {
		if m.b>>j&1 == 0 {
			q = &b.parts[j]
		}
	}
	return p, q
}

// gendered reports names that differ by the ending that makes a man's name a
// woman's.
func (m *matching) gendered(a, b *Form) bool {
	if a.skeleton != b.skeleton {
		return false
	}
	return a.whole.ending.feminine() != b.whole.ending.feminine()
}

// feminine reports the endings of women's names and of some men's.
func (e ending) feminine() bool { return e == endsA || e == endsYa || e == endsWa }

// banded compares what is left: letters in one script, consonants in two.
func (m *matching) banded(a, b *Form, most Level) Likeness {
	if a.script() == b.script() {
		x, y := rest(a, m.a, m.restA), rest(b, m.b, m.restB)
		if womans(x, y) || womans(y, x) {
			most = Confusable
		}
		return banded(JaroWinkler(x, y), most)
	}
	x, y := a.whole.consonants, b.whole.consonants
	if min(len(x), len(y)) >= 4 && Levenshtein(x, y) <= 1 {
		return banded(bandNear, most)
	}
	return at(Different)
}

// womans reports whether y is x with the a of a woman's name: Samih and
// Samiha, Wassime and Wassima, سميح and سميحة.
func womans(x, y string) bool {
	x = strings.TrimSuffix(x, "e")
	return len(x) > 2 && strings.HasPrefix(y, x) && (y[len(x):] == "a" || y[len(x):] == "ه")
}

// rest joins the letters of the parts that are not matched.
func rest(f *Form, matched uint16, left int) string {
	if left == len(f.parts) {
		return f.normal
	}
	var joined strings.Builder
	for i := range f.parts {
		switch {
		case matched>>i&1 != 0:
		case left == 1:
			return f.parts[i].normal
		default:
			joined.WriteString(f.parts[i].normal)
		}
	}
	return joined.String()
}
