package sample

import (
	"strings"

	"sijil/internal/civil"
	"sijil/population"
)

// Canary is a value planted in a field of a person, to be searched for where
// it must not be.
type Canary struct {
	Field string
	Value string // at least nine bytes, most of them twelve and more
}

// The letters of canaries.
const (
	small   = "abcdefghijklmnopqrstuvwxyz"
	capital = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	arab    = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
)

func (p *Plan) draw(letters string, n int) string {
	set := []rune(letters)
	out := make([]rune, n)
	for i := range out {
		out[i] = set[p.below(len(set))]
	}
	return string(out)
}

// plant puts a canary into every text of every person of the household, and
// gives each person every kind of text there is.
func (p *Plan) plant(h *Household) {
	h.Note = "canari " + p.draw(small, 20)
	h.Canaries = append(h.Canaries, Canary{"note", h.Note})
	for i := range h.Persons {
		c := &h.Persons[i]
		e := &c.enrolment
		put := func(field, value string) string {
			c.Canaries = append(c.Canaries, Canary{field, value})
			return value
		}
		p.plantNames(e, put)
		e.Address = put("address", "canari "+p.draw(small, 24))
		p.plantContacts(e, put)
		p.plantDocuments(c, put)
		p.plantIntroducer(c, put)
		if b := e.Birth.Date; b.Precision() == civil.Day && b.Year < 2000 { // no act is that old
			c.Canaries = append(c.Canaries, Canary{"birth", b.String()})
		}
	}
}

func (p *Plan) plantNames(e *population.Enrolment, put func(field, value string) string) {
	e.Names = nil
	for _, use := range []population.NameUse{population.Official, population.Usual, population.Former} {
		name := population.Name{Use: use}
		for _, script := range p.m.rules.Scripts {
			var letters string
			switch script {
			case arabic:
				letters = arab
			case latin:
				letters = small
			default:
				continue
			}
			at := "names." + string(use) + "." + script
			write := func(part string) string {
				s := p.draw(letters, 12)
				if script == latin {
					s = strings.ToUpper(s[:1]) + s[1:]
				}
				return put(at+part, s)
			}
			name.Spellings = append(name.Spellings, population.Spelling{Script: script, Given: write(".given"), Family: write(".family")})
		}
		e.Names = append(e.Names, name)
	}
}

func (p *Plan) plantContacts(e *population.Enrolment, put func(field, value string) string) {
	e.Contacts, e.Consents = nil, nil
	phones := p.m.data.Phones.Patterns
	for _, c := range []population.Contact{
		{Channel: population.Phone, Value: p.pattern(phones, p.below(1_000_000))},
		{Channel: population.Mail, Value: p.draw(small, 20) + "@exemple.invalid"},
	} {
		if consent := p.m.consents[c.Channel]; consent != "" {
			put("contacts."+string(c.Channel), c.Value)
			e.Contacts = append(e.Contacts, c)
			e.Consents = append(e.Consents, consent)
		}
	}
}

// plantDocuments takes the numbers of the documents as canaries where they are
// long, and adds papers that have canaries for numbers.
func (p *Plan) plantDocuments(c *Person, put func(field, value string) string) {
	e, adult := &c.enrolment, p.adult(c)
	for i := range p.m.data.Canaries {
		d := &p.m.data.Canaries[i]
		if d.Category != e.Category || d.Adult != adult {
			continue
		}
		e.Documents = append(e.Documents, p.canaryPaper(&d.Paper))
	}
	for _, d := range e.Documents {
		for name, part := range d.Parts {
			if len(part) >= shortest {
				put("documents."+d.Type+"."+name, part)
			}
		}
	}
}

// shortest is the length of the shortest canary. It is that of the shortest
// national number that is searched for; everything drawn here is longer.
const shortest = 9

func (p *Plan) canaryPaper(d *paper) population.Document {
	out := population.Document{Type: d.Type, Parts: map[string]string{}}
	for _, name := range d.order {
		var b strings.Builder
		for _, r := range d.Parts[name][0] {
			if r == '%' {
				b.WriteString(p.draw(capital, 1))
			} else {
				b.WriteRune(r)
			}
		}
		out.Parts[name] = b.String()
	}
	if d.Years > 0 {
		out.Expires = p.m.today
		out.Expires.Year += d.Years
		out.Expires.Day = min(out.Expires.Day, 28)
	}
	return out
}

// plantIntroducer gives every child an introducer with an act, and every other
// one an introducer who is not registered and has a name and a document.
func (p *Plan) plantIntroducer(c *Person, put func(field, value string) string) {
	r := c.enrolment.Introducer
	if r == nil {
		return
	}
	r.Act = population.Act{
		Type: put("introducer.act.type", "canari "+p.draw(small, 12)), Number: put("introducer.act.number", p.draw(capital, 14)),
		Office: put("introducer.act.office", "canari "+p.draw(small, 12)), Date: p.m.today,
	}
	if r.Holder.Institution != "" {
		r.Holder.Institution = put("introducer.institution", "canari "+p.draw(small, 14))
		return
	}
	if c.Serial%2 == 0 || len(p.m.data.Canaries) == 0 {
		return
	}
	d := p.canaryPaper(&p.m.data.Canaries[0].Paper)
	for _, name := range p.m.data.Canaries[0].Paper.order {
		if part := d.Parts[name]; len(part) >= shortest {
			put("introducer.document", part)
		}
	}
	r.Holder = population.Holder{Name: put("introducer.name", p.draw(small, 10)+" "+p.draw(small, 10)), Document: &d}
	c.Introducer = -1
}
