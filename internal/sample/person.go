package sample

import (
	"slices"
	"strconv"
	"strings"

	"sijil/internal/errs"
	"sijil/internal/lang"
	"sijil/internal/synth"
	"sijil/population"
	"sijil/questionnaire"
)

// person makes member i of the household at hand. phone is the household's
// shared one, "" when each has their own.
func (p *Plan) person(i int, foreign bool, phone string, out *Person) error {
	m, in := p.m, &p.h.Persons[i]
	member := &p.h.Declaration.Members[i]
	*out = Person{Ref: in.Ref, Serial: p.serial, Introducer: -1}
	p.serial++
	if m.awaiting != nil {
		a := member.Answers[m.awaiting.Position()]
		out.Awaiting = a.Given && a.Int == 1
	}
	e := &out.enrolment
	*e = population.Enrolment{
		Category: population.Citizen,
		Names:    []population.Name{{Use: population.Official, Spellings: p.spell(in)}},
		Sex:      sexOf(in.Sex),
		Birth:    population.Birth{Date: in.Birth, Order: p.twin(i)},
		Locality: p.h.Declaration.Locality,
		Address:  fill(m.data.Addresses.Patterns[p.below(len(m.data.Addresses.Patterns))], p.below(100_000)),
		Notice:   population.Notice{Version: m.notice.Version, Language: p.language(m.notice.Texts), Way: "read"},
	}
	papers := m.data.Documents.Citizen
	if foreign {
		e.Category, papers = population.Foreigner, m.data.Documents.Foreigner
	}
	list := papers.Minor
	if p.adult(out) {
		list = papers.Adult
		p.contacts(out.Serial, phone, e)
	}
	for i := range list {
		d, err := p.document(&list[i], out.Serial, in.Birth.Year)
		if err != nil {
			return err
		}
		e.Documents = append(e.Documents, d)
	}
	return nil
}

func sexOf(s questionnaire.Sex) population.Sex {
	if s == questionnaire.Female {
		return population.Female
	}
	return population.Male
}

func (p *Plan) spell(in *synth.Person) []population.Spelling {
	var out []population.Spelling
	for _, s := range []population.Spelling{
		{Script: arabic, Given: in.Given.Arabic, Family: in.Family.Arabic},
		{Script: latin, Given: in.Given.Latin, Family: in.Family.Latin},
	} {
		for _, known := range p.m.rules.Scripts {
			if known == s.Script {
				out = append(out, s)
			}
		}
	}
	return out
}

// mostBorn is the last order of birth that an enrolment takes. In millions of
// synthetic households some have more children of one day than that: those
// share a day, and are no twins.
const mostBorn = 9

// twin is the order of birth among members born on the same day to the same
// household, 0 for all others.
func (p *Plan) twin(i int) int {
	order, same := 1, 1
	all := p.h.Persons
	for k := range all {
		if k != i && all[k].Birth == all[i].Birth && all[i].Birth.Day != 0 && p.isChild(k) && p.isChild(i) {
			same++
			if k < i {
				order++
			}
		}
	}
	if same == 1 || order > mostBorn {
		return 0
	}
	return order
}

func (p *Plan) isChild(i int) bool {
	return slices.ContainsFunc(p.m.brings, func(b bringer) bool { return b.of >= 0 && b.of == p.relation(i) })
}

func (p *Plan) language(texts lang.Text) string {
	languages := p.m.rules.Languages
	for {
		if l := languages[p.below(len(languages))]; texts[l] != "" {
			return l
		}
	}
}

// phone draws the phone that a household shares, if it does.
func (p *Plan) phone() string {
	if !p.chance(p.m.data.Phones.Shared) {
		return ""
	}
	return p.pattern(p.m.data.Phones.Patterns, p.serial)
}

func (p *Plan) contacts(serial int, shared string, e *population.Enrolment) {
	d := &p.m.data
	give := func(c population.Contact) {
		if consent := p.m.consents[c.Channel]; consent != "" {
			e.Contacts = append(e.Contacts, c)
			e.Consents = append(e.Consents, consent)
		}
	}
	switch has := p.chance(d.Phones.Chance); {
	case has && shared != "":
		give(population.Contact{Channel: population.Phone, Value: shared, Whose: "shared"})
	case has:
		give(population.Contact{Channel: population.Phone, Value: p.pattern(d.Phones.Patterns, serial)})
	}
	if p.chance(d.Mails.Chance) {
		give(population.Contact{Channel: population.Mail, Value: p.pattern(d.Mails.Patterns, serial)})
	}
}

// pattern fills one of the patterns with a number. When all are used up they
// begin again: several persons may have one phone.
func (*Plan) pattern(patterns []string, n int) string {
	room := 1
	for range strings.Count(patterns[0], "#") {
		room *= 10
	}
	return fill(patterns[n/room%len(patterns)], n%room)
}

// document fills the parts of a document with the person's serial number.
func (p *Plan) document(d *paper, serial, birthYear int) (population.Document, error) {
	out := population.Document{Type: d.Type, Parts: make(map[string]string, len(d.order))}
	rest := serial
	for _, name := range slices.Backward(d.order) { // the last part changes fastest
		patterns := d.Parts[name]
		room := 1
		for range strings.Count(patterns[0], "#") {
			room *= 10
		}
		s := fill(patterns[rest/room%len(patterns)], rest%room)
		rest = rest / room / len(patterns)
		out.Parts[name] = strings.ReplaceAll(s, "YYYY", strconv.Itoa(birthYear))
	}
	if rest > 0 {
		return out, &errs.Error{Kind: errs.Invalid, Code: "sample.used_up", What: "the patterns of the document " + d.Type + " have no number left",
			Fix: "add patterns to sample.json, or start from a lower serial number"}
	}
	if d.Years > 0 {
		out.Expires = p.m.today
		out.Expires.Year += d.Years
		out.Expires.Day = min(out.Expires.Day, 28)
	}
	if d.Verified != "" && p.chance(d.Chance) {
		out.Verified = d.Verified
	}
	return out, nil
}

// fill writes the digits of n into the places of a pattern, the last digit
// last.
func fill(pattern string, n int) string {
	b := []byte(pattern)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] == '#' {
			b[i] = byte('0' + n%10)
			n /= 10
		}
	}
	return string(b)
}

// introduce finds who brings person i, if it is a child: a member, or else an
// institution.
func (p *Plan) introduce(h *Household, i int) {
	child := &h.Persons[i]
	if p.adult(child) {
		return
	}
	for _, b := range p.m.brings {
		if b.of >= 0 && p.relation(i) != b.of {
			continue
		}
		for k := range h.Persons {
			q := &h.Persons[k]
			if !p.adult(q) || q.Awaiting || b.sex != "" && q.enrolment.Sex != b.sex || len(b.is) > 0 && !slices.Contains(b.is, p.relation(k)) {
				continue
			}
			child.Introducer, child.As = k, b.as
			child.enrolment.Introducer = &population.Relation{As: b.as}
			return
		}
	}
	u := p.m.data.Unaccompanied
	child.As = u.As
	child.enrolment.Introducer = &population.Relation{As: u.As, Holder: population.Holder{Institution: p.pattern(u.Names, h.Number)}}
}

func (p *Plan) adult(q *Person) bool {
	return q.enrolment.Birth.Date.Last().AgeAt(p.m.today) >= p.m.rules.Majority.Age
}

// relation is what member k is to the household: a position in the choices of
// the questionnaire, -1 where it is not asked.
func (p *Plan) relation(k int) int64 {
	a := p.h.Declaration.Members[k].Answers[p.m.relation.Position()]
	if !a.Given {
		return -1
	}
	return a.Int
}
