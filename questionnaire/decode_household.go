package questionnaire

import (
	"strings"

	"sijil/formula"
	"sijil/internal/civil"
)

func (dec *decoder) household() {
	d := dec.d
	seen := uint(0)
	dec.object(field{}, func(name []byte) {
		at := field{name: string(name)}
		switch at.name {
		case "household":
			seen |= 1 << 0
			d.Household = dec.reference(at)
		case "as_of":
			seen |= 1 << 1
			if text, ok := dec.words(at); ok {
				var err error
				if d.AsOf, err = civil.Parse(string(text)); err != nil {
					dec.bad(at, "not a date", "write it as YYYY-MM-DD")
				}
			}
		case "locality":
			seen |= 1 << 2
			d.Locality = dec.reference(at)
		case "variant":
			dec.variant(at)
		case "members":
			dec.members(at)
		case "answers":
			dec.answers(field{answers: true}, &dec.q.household, d.Answers)
		default:
			dec.unknown(field{}, name, "known here: household, as_of, locality, variant, members, answers")
		}
	})
	if !dec.stopped {
		dec.missing(field{}, seen, "household", "as_of", "locality")
	}
}

func (dec *decoder) variant(at field) {
	code, ok := dec.words(at)
	if !ok {
		return
	}
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
func (dec *decoder) reference(at field) string {
	text, ok := dec.words(at)
	if !ok {
		return ""
	}
	ok = len(text) > 0 && len(text) <= 64
	digits := 0
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

// finish checks what only the whole declaration shows.
func (dec *decoder) finish() {
	d, q := dec.d, dec.q
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
