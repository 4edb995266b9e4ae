package synthroll

import "unicode"

// record is a row: a person as a clerk wrote them down.
type record struct {
	given, family, father name
	female                bool
	year, month, day      int // year 0: not written
	place                 int // -1: not written
	document, phone       []rune
}

// write takes a person down: faithfully the first time, with the errors of
// clerks every further time.
func (m *Model) write(r *rng, p *person, again bool, out *record) {
	*out = record{given: p.given, family: p.family, father: p.father, female: p.female,
		year: p.year, month: p.month, day: p.day, place: p.place, document: p.document, phone: p.phone}
	if !again {
		return
	}
	e := &m.Errors
	for _, n := range []*name{&out.given, &out.family, &out.father} {
		m.spoilName(r, n)
	}
	if r.chance(e.Swapped) {
		out.given, out.family = out.family, out.given
	}
	if r.chance(e.NameMissing) {
		out.father = name{}
	}
	if r.chance(e.Birth) {
		m.spoilBirth(r, out)
	}
	if r.chance(e.BirthMissing) {
		out.year = 0
	}
	out.female = out.female != r.chance(e.Sex)
	if r.chance(e.Place) {
		out.place = r.below(len(m.places))
	}
	if r.chance(e.PlaceMissing) {
		out.place = -1
	}
	m.spoilNumbers(r, out)
}

func (m *Model) spoilName(r *rng, n *name) {
	e := &m.Errors
	if r.chance(e.LatinSpelling) {
		n.latin = respell(r, n.latin, m.latin)
		if r.chance(3000) {
			n.latin = respell(r, n.latin, m.latin)
		}
	}
	if r.chance(e.LatinSlip) {
		n.latin = slip(r, n.latin, m.keysLatin)
	}
	if r.chance(e.ArabicSpelling) {
		n.arabic = respell(r, n.arabic, m.arabic)
	}
	if r.chance(e.ArabicSlip) {
		n.arabic = slip(r, n.arabic, m.keysArabic)
	}
}

func (m *Model) spoilNumbers(r *rng, out *record) {
	e := &m.Errors
	switch {
	case r.chance(e.DocumentMissing):
		out.document = nil
	case len(out.document) > 0 && r.chance(e.DocumentSlip):
		out.document = slip(r, out.document, m.keysDigit)
	}
	switch {
	case r.chance(e.PhoneMissing):
		out.phone = nil
	case r.chance(e.PhoneNew):
		out.phone = m.newPhone(r, nil)
	}
}

// spoilBirth writes a birth date wrong: day and month the other way round, a
// number next to the right one, or the first of January for want of better.
func (m *Model) spoilBirth(r *rng, out *record) {
	switch r.below(10) {
	case 0, 1, 2:
		if out.day <= 12 {
			out.day, out.month = out.month, out.day
			return
		}
		fallthrough
	case 3, 4, 5:
		out.day = 1 + (out.day+r.between(0, 2)*10+r.below(3))%28
	case 6:
		out.month = r.between(1, 12)
	case 7, 8:
		out.year = min(max(out.year+[]int{-10, -2, -1, 1, 2, 10}[r.below(6)], m.Births.From), m.Births.To)
	default:
		out.month, out.day = 1, 1
	}
}

// respell writes some letters another way, where the name has any that can be.
func respell(r *rng, text []rune, all []rewrite) []rune {
	for range 12 {
		w := all[r.below(len(all))]
		var places []int
		for i := 0; i+len(w.from) <= len(text); i++ {
			if alike(text[i:i+len(w.from)], w.from) {
				places = append(places, i)
			}
		}
		if len(places) == 0 {
			continue
		}
		i := places[r.below(len(places))]
		out := append(append(append([]rune(nil), text[:i]...), w.to...), text[i+len(w.from):]...)
		if len(out) > 1 {
			return out
		}
	}
	return text
}

func alike(a, b []rune) bool {
	for i := range a {
		if unicode.ToLower(a[i]) != b[i] {
			return false
		}
	}
	return true
}

// slip mistypes: a key beside, a letter left out or doubled, two turned round.
func slip(r *rng, text []rune, keys map[rune][]rune) []rune {
	if len(text) < 2 {
		return text
	}
	out := append([]rune(nil), text...)
	i := r.below(len(out))
	switch r.below(4) {
	case 0:
		if beside := keys[unicode.ToLower(out[i])]; len(beside) > 0 {
			out[i] = beside[r.below(len(beside))]
			return out
		}
		fallthrough
	case 1:
		return append(out[:i], out[i+1:]...)
	case 2:
		return append(out[:i+1], text[i:]...)
	}
	if i+1 == len(out) {
		i--
	}
	out[i], out[i+1] = out[i+1], out[i]
	return out
}
