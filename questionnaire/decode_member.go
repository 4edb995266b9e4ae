package questionnaire

import (
	"strconv"

	"sijil/internal/civil"
)

func (dec *decoder) members(at field) {
	if dec.next() != '[' {
		dec.wrong(at, "a list of members")
		return
	}
	dec.take()
	limit := dec.q.Composition.MaxMembers
	for n := 0; !dec.stopped && dec.next() != ']'; n++ {
		switch {
		case n < limit:
			dec.member()
		case n == limit:
			dec.bad(at, "more members than a household may have", "declare at most "+strconv.Itoa(limit)+"; another household declares for itself")
			fallthrough
		default:
			dec.skip()
		}
	}
	if !dec.stopped {
		dec.take()
	}
}

func (dec *decoder) member() {
	d := dec.d
	if len(d.Members) < cap(d.Members) {
		d.Members = d.Members[:len(d.Members)+1]
	} else {
		d.Members = append(d.Members, Member{})
	}
	m := &d.Members[len(d.Members)-1]
	*m = Member{Answers: blank(m.Answers, len(dec.q.Member))}
	of := field{member: len(d.Members)}
	seen := uint(0)
	dec.object(of, func(name []byte) {
		at := field{member: of.member, name: string(name)}
		switch at.name {
		case "ref":
			seen |= 1 << 0
			m.Ref = dec.reference(at)
		case "birth_date":
			seen |= 1 << 1
			dec.birth(at, m)
		case "sex":
			seen |= 1 << 2
			dec.sex(at, m)
		case "answers":
			dec.answers(field{member: of.member, answers: true}, &dec.q.member, m.Answers)
		default:
			dec.unknown(of, name, "known here: ref, birth_date, sex, answers")
		}
	})
	if !dec.stopped {
		dec.missing(of, seen, "ref", "birth_date", "sex")
	}
}

func (dec *decoder) birth(at field, m *Member) {
	text, ok := dec.words(at)
	if !ok {
		return
	}
	var err error
	if m.Birth, err = civil.ParsePartial(string(text)); err != nil {
		dec.bad(at, "not a date", "write it as YYYY-MM-DD, YYYY-MM or YYYY")
	}
}

func (dec *decoder) sex(at field, m *Member) {
	text, ok := dec.words(at)
	switch {
	case !ok:
	case string(text) == "female":
		m.Sex = Female
	case string(text) == "male":
		m.Sex = Male
	default:
		dec.bad(at, "not a sex the register records", "write female or male")
	}
}
