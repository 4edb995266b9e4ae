package questionnaire

import (
	"strconv"
	"strings"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/errs"
)

// ParseDeclaration reads one declaration from a line of JSON. See
// docs/questionnaire.md for its form. Unknown and repeated names, answers of
// the wrong type, outside their list or limits, dates of birth after the as-of
// date, and households without exactly one head are errors; all of them are
// reported together, each with the path of its field, and none repeats what
// was answered. Limits are here the widest of all strata; Check applies those
// of the place.
func (q *Questionnaire) ParseDeclaration(line []byte) (*Declaration, error) {
	d := new(Declaration)
	if err := q.DecodeDeclaration(d, line); err != nil {
		return nil, err
	}
	return d, nil
}

// DecodeDeclaration is ParseDeclaration into d, whose slices are used again.
// After an error d is not usable.
func (q *Questionnaire) DecodeDeclaration(d *Declaration, line []byte) error {
	dec := decoder{q: q, d: d, scan: scanner{in: line}}
	d.Household, d.AsOf, d.Locality, d.Variant = "", civil.Date{}, "", ""
	d.Members = d.Members[:0]
	d.Answers = blank(d.Answers, len(q.Household))
	if !dec.object(field{}, dec.top) || !dec.scan.end() {
		if len(dec.errs) < maxErrors {
			dec.errs.Add(&errs.Error{Kind: errs.Invalid, Code: "questionnaire.not_json",
				Field: "column " + strconv.Itoa(dec.scan.pos+1), What: "not JSON",
				Fix: "check commas, quotes and brackets just before this place"})
		}
		return dec.errs.Err()
	}
	dec.finish()
	return dec.errs.Err()
}

// blank returns n answers that are left out, in the room of old if it has it.
func blank(old []Answer, n int) []Answer {
	if cap(old) < n {
		return make([]Answer, n)
	}
	old = old[:n]
	clear(old)
	return old
}

// maxErrors bounds how many faults of one declaration are reported.
const maxErrors = 50

type decoder struct {
	q     *Questionnaire
	d     *Declaration
	scan  scanner
	guess int  // position of the item expected next
	seen  uint // names seen of the object being read
	errs  errs.List
}

// field is the path of what is being read; it becomes text only in errors.
type field struct {
	member  int // from 1; 0 for the household
	answers bool
	name    string
}

func (f field) String() string {
	out := ""
	if f.member > 0 {
		out = "members[" + strconv.Itoa(f.member-1) + "]"
	}
	if f.answers {
		out += ".answers"
	}
	if f.name != "" {
		out += "." + f.name
	}
	if out != "" && out[0] == '.' {
		out = out[1:]
	}
	return out
}

func (dec *decoder) bad(f field, what, fix string) {
	if len(dec.errs) < maxErrors {
		dec.errs.Addf(f.String(), fix, "%s", what)
	}
}

// object reads an object, handing each name to read, which consumes the
// value. It returns false where the text is not JSON.
func (dec *decoder) object(at field, read func(at field, name []byte) bool) bool {
	s := &dec.scan
	if s.next() != '{' {
		return dec.wrong(at, "an object")
	}
	s.pos++
	if s.take('}') {
		return true
	}
	for {
		name, ok := s.text()
		if !ok || !s.take(':') || !read(at, name) {
			return false
		}
		if s.take('}') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}

// wrong reports a value of the wrong kind and passes over it.
func (dec *decoder) wrong(at field, expected string) bool {
	if !dec.scan.skip(0) {
		return false
	}
	dec.bad(at, "another kind of value stands here", "write "+expected)
	return true
}

// named keeps what an unknown name shows of itself to what a code may look
// like: a person's name can stand in the wrong place.
func named(name []byte) string {
	if len(name) == 0 || len(name) > 40 {
		return "?"
	}
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return "?"
		}
	}
	return string(name)
}

func (dec *decoder) unknown(at field, name []byte, fix string) bool {
	at.name = named(name)
	if !dec.scan.skip(0) {
		return false
	}
	dec.bad(at, "unknown name", fix)
	return true
}

// once reports a name that stands twice.
func (dec *decoder) once(at field, bit uint) {
	if dec.seen&(1<<bit) != 0 {
		dec.bad(at, "the name stands twice", "keep one of them")
	}
	dec.seen |= 1 << bit
}

// line reads a text that is not empty.
func (dec *decoder) line(at field, into func([]byte)) bool {
	if dec.scan.next() != '"' {
		return dec.wrong(at, "text")
	}
	text, ok := dec.scan.text()
	if ok {
		into(text)
	}
	return ok
}

func (dec *decoder) top(at field, name []byte) bool {
	d := dec.d
	switch string(name) {
	case "household":
		at.name = "household"
		dec.once(at, 0)
		return dec.line(at, func(t []byte) { d.Household = dec.reference(at, t) })
	case "as_of":
		at.name = "as_of"
		dec.once(at, 1)
		return dec.line(at, func(t []byte) {
			var err error
			if d.AsOf, err = civil.Parse(string(t)); err != nil {
				dec.bad(at, "not a date", "write it as YYYY-MM-DD")
			}
		})
	case "locality":
		at.name = "locality"
		dec.once(at, 2)
		return dec.line(at, func(t []byte) { d.Locality = dec.reference(at, t) })
	case "variant":
		at.name = "variant"
		dec.once(at, 3)
		return dec.line(at, func(t []byte) { dec.variant(at, t) })
	case "members":
		at.name = "members"
		dec.once(at, 4)
		return dec.members(at)
	case "answers":
		dec.once(field{name: "answers"}, 5)
		dec.guess = 0
		return dec.object(field{answers: true}, dec.answer)
	}
	return dec.unknown(at, name, "known here: household, as_of, locality, variant, members, answers")
}

func (dec *decoder) variant(at field, code []byte) {
	for _, v := range dec.q.Variants {
		if v.Code == string(code) {
			dec.d.Variant = v.Code
			return
		}
	}
	codes := make([]string, len(dec.q.Variants))
	for i, v := range dec.q.Variants {
		codes[i] = v.Code
	}
	dec.bad(at, "the questionnaire has no such variant", "use one of: "+strings.Join(codes, ", "))
}

// reference reads a sender's reference. It is no place for an identifier of a
// person, which ten digits in a row could be.
func (dec *decoder) reference(at field, text []byte) string {
	digits := 0
	ok := len(text) > 0 && len(text) <= 64
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			if digits++; digits == 10 {
				dec.bad(at, "ten digits in a row could identify a person", "use a reference that identifies nobody")
				return ""
			}
			continue
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '.', c == '-', c == '_', c == '/', c == ':':
		default:
			ok = false
		}
		digits = 0
	}
	if !ok {
		dec.bad(at, "not a reference", "use 1 to 64 of the letters a-z and A-Z, digits and . - _ / :")
		return ""
	}
	return string(text)
}

func (dec *decoder) members(at field) bool {
	s, d := &dec.scan, dec.d
	if s.next() != '[' {
		return dec.wrong(at, "a list of members")
	}
	s.pos++
	if s.take(']') {
		return true
	}
	for {
		if len(d.Members) == dec.q.Composition.MaxMembers {
			dec.bad(at, "more members than a household may have", "declare at most "+strconv.Itoa(dec.q.Composition.MaxMembers)+"; another household declares for itself")
			return dec.rest()
		}
		if !dec.member() {
			return false
		}
		if s.take(']') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}

// rest passes over the remaining elements of a list.
func (dec *decoder) rest() bool {
	for {
		if !dec.scan.skip(0) {
			return false
		}
		if dec.scan.take(']') {
			return true
		}
		if !dec.scan.take(',') {
			return false
		}
	}
}

func (dec *decoder) member() bool {
	d := dec.d
	if len(d.Members) < cap(d.Members) {
		d.Members = d.Members[:len(d.Members)+1]
	} else {
		d.Members = append(d.Members, Member{})
	}
	m := &d.Members[len(d.Members)-1]
	*m = Member{Answers: blank(m.Answers, len(dec.q.Member))}
	outer := dec.seen
	dec.seen = 0
	at := field{member: len(d.Members)}
	ok := dec.object(at, dec.memberField)
	if ok {
		dec.missing(at, "ref", "birth_date", "sex")
	}
	dec.seen = outer
	return ok
}

func (dec *decoder) memberField(at field, name []byte) bool {
	m := &dec.d.Members[len(dec.d.Members)-1]
	switch string(name) {
	case "ref":
		at.name = "ref"
		dec.once(at, 0)
		return dec.line(at, func(t []byte) { m.Ref = dec.reference(at, t) })
	case "birth_date":
		at.name = "birth_date"
		dec.once(at, 1)
		return dec.line(at, func(t []byte) {
			var err error
			if m.Birth, err = civil.ParsePartial(string(t)); err != nil {
				dec.bad(at, "not a date", "write it as YYYY-MM-DD, YYYY-MM or YYYY")
			}
		})
	case "sex":
		at.name = "sex"
		dec.once(at, 2)
		return dec.line(at, func(t []byte) {
			switch string(t) {
			case "female":
				m.Sex = Female
			case "male":
				m.Sex = Male
			default:
				dec.bad(at, "not a sex the register records", "write female or male")
			}
		})
	case "answers":
		at.answers = true
		dec.once(at, 3)
		dec.guess = 0
		return dec.object(at, dec.answer)
	}
	return dec.unknown(at, name, "known here: ref, birth_date, sex, answers")
}

// finish checks what only the whole declaration shows.
func (dec *decoder) finish() {
	d, q := dec.d, dec.q
	dec.missing(field{}, "household", "as_of", "locality")
	if len(d.Members) == 0 {
		dec.bad(field{name: "members"}, "the household has no member", "list every member; one person alone is a household")
		return
	}
	heads := 0
	for i := range d.Members {
		m := &d.Members[i]
		at := field{member: i + 1}
		if m.Birth.Year != 0 && !d.AsOf.IsZero() && m.Birth.First().After(d.AsOf) {
			at.name = "birth_date"
			dec.bad(at, "the date of birth is after the as-of date", "correct one of them")
		}
		for j := range d.Members[:i] {
			if d.Members[j].Ref == m.Ref && m.Ref != "" {
				at.name = "ref"
				dec.bad(at, "another member has the same reference", "give each member a reference of their own")
				break
			}
		}
		rel := m.Answers[q.Composition.Relation.at]
		if rel.Given && rel.State == formula.Present && rel.Int == int64(q.Composition.Head) {
			if heads++; heads == 2 {
				at.answers, at.name = true, q.Composition.Relation.Code
				dec.bad(at, "the household has two heads", "name one; other spouses and adults state their relation to that one")
			}
		}
	}
	if heads == 0 && len(dec.errs) == 0 {
		dec.bad(field{name: "members"}, "the household has no head", "name one member as "+q.Composition.Relation.Choices[q.Composition.Head].Code+", whom the members choose; any sex and age")
	}
}

// missing reports the names, whose bits are their places, that were not seen.
func (dec *decoder) missing(at field, names ...string) {
	for bit, name := range names {
		if dec.seen&(1<<bit) == 0 {
			at.name = name
			dec.bad(at, "missing", "state it")
		}
	}
}
