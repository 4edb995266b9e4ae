package api

import (
	"sijil/idcs"
	"sijil/population"
)

// The texts of persons as requests and answers have them. They follow package
// population, with numbers, days and references as texts.

type spelling struct {
	Script string `json:"script" maxLength:"4" doc:"ISO 15924." example:"Latn"`
	Given  string `json:"given,omitempty" maxLength:"200" example:"Invented"`
	Family string `json:"family,omitempty" maxLength:"200" example:"Example"`
}

type personName struct {
	Use       string     `json:"use" enum:"official,usual,former" example:"official"`
	Spellings []spelling `json:"spellings" minItems:"1" maxItems:"8"`
	Until     string     `json:"until,omitempty" maxLength:"10" doc:"Of a former name: the day it ended, if known."`
}

type birth struct {
	Date  string `json:"date" maxLength:"10" doc:"A day, a month or a year, as far as known." example:"1980-02-14"`
	Order int    `json:"order,omitzero" minimum:"0" maximum:"12" doc:"Of a multiple birth: 1 for the first born."`
}

type contact struct {
	Channel string `json:"channel" enum:"phone,mail" example:"phone"`
	Value   string `json:"value" maxLength:"320" example:"0000000000"`
	Whose   string `json:"whose,omitempty" enum:"shared,other" doc:"Left out: the person's own."`
}

type document struct {
	Type     string            `json:"type" maxLength:"64" doc:"A code of the country's data." example:"birth_act"`
	Parts    map[string]string `json:"parts" doc:"What names the document, by the country's data." example:"{\"office\": \"ZZ01\", \"year\": \"1980\", \"number\": \"17\"}"`
	Expires  string            `json:"expires,omitempty" maxLength:"10"`
	Verified string            `json:"verified,omitempty" maxLength:"64" doc:"Code of the source that confirmed it."`
}

type act struct {
	Type   string `json:"type,omitempty" maxLength:"64" example:"judgment"`
	Number string `json:"number,omitempty" maxLength:"64" example:"1/26"`
	Office string `json:"office,omitempty" maxLength:"64" example:"ZZ01"`
	Date   string `json:"date,omitempty" maxLength:"10" example:"2026-10-01"`
}

type holder struct {
	IDCS        string    `json:"idcs,omitempty" maxLength:"20" doc:"Of a registered person; never in an answer."`
	Institution string    `json:"institution,omitempty" maxLength:"200"`
	Name        string    `json:"name,omitempty" maxLength:"200" doc:"Of somebody who is not registered."`
	Document    *document `json:"document,omitempty"`
}

type relation struct {
	Kind   string  `json:"kind,omitempty" enum:"introducer,representative,custodian,payee" example:"custodian"`
	As     string  `json:"as,omitempty" maxLength:"64" doc:"What the holder is to the person: a code of the country's data." example:"mother"`
	State  string  `json:"state,omitempty" enum:"held,disputed,vacant,ended" doc:"Left out: held."`
	Holder *holder `json:"holder,omitempty"`
	From   string  `json:"from,omitempty" maxLength:"10"`
	Until  string  `json:"until,omitempty" maxLength:"10"`
	Act    *act    `json:"act,omitempty"`
}

type claim struct {
	IDCS  string `json:"idcs" minLength:"1" maxLength:"20" doc:"The identifier." example:"0000000000"`
	Name  string `json:"name" minLength:"1" maxLength:"400" doc:"As it is said or typed, in any script." example:"Invented Example"`
	Birth string `json:"birth" minLength:"1" maxLength:"10" doc:"As precise as it is known." example:"1980-02-14"`
}

func (r *reader) name(at string, n personName) population.Name {
	out := population.Name{Use: population.NameUse(n.Use), Until: r.day(at+".until", n.Until)}
	for _, s := range n.Spellings {
		out.Spellings = append(out.Spellings, population.Spelling(s))
	}
	return out
}

func (r *reader) names(in []personName) []population.Name {
	return numbered(in, func(i int, n personName) population.Name { return r.name(item("names", i), n) })
}

func (r *reader) birth(at string, b birth) population.Birth {
	return population.Birth{Date: r.partial(at+".date", b.Date), Order: b.Order}
}

func contactIn(c contact) population.Contact {
	return population.Contact{Channel: population.Channel(c.Channel), Value: c.Value, Whose: c.Whose}
}

func (r *reader) document(at string, d document) population.Document {
	return population.Document{Type: d.Type, Parts: d.Parts, Expires: r.day(at+".expires", d.Expires), Verified: d.Verified}
}

func (r *reader) documents(list string, in []document) []population.Document {
	return numbered(in, func(i int, d document) population.Document { return r.document(item(list, i), d) })
}

func (r *reader) act(at string, a *act) population.Act {
	if a == nil {
		return population.Act{}
	}
	return population.Act{Type: a.Type, Number: a.Number, Office: a.Office, Date: r.day(at+".date", a.Date)}
}

func (r *reader) relation(at string, in *relation) *population.Relation {
	if in == nil {
		return nil
	}
	out := &population.Relation{
		Kind: population.RelationKind(in.Kind), As: in.As, State: population.RelationState(in.State),
		From: r.day(at+".from", in.From), Until: r.day(at+".until", in.Until), Act: r.act(at+".act", in.Act),
	}
	if h := in.Holder; h != nil {
		out.Holder = population.Holder{IDCS: r.number(at+".holder.idcs", h.IDCS), Institution: h.Institution, Name: h.Name}
		if h.Document != nil {
			d := r.document(at+".holder.document", *h.Document)
			out.Holder.Document = &d
		}
	}
	return out
}

func (r *reader) claim(at string, c claim) population.Claim {
	return population.Claim{IDCS: r.number(at+".idcs", c.IDCS), Name: c.Name, Birth: r.partial(at+".birth", c.Birth)}
}

func nameOut(n population.Name) personName {
	return personName{string(n.Use), mapped(n.Spellings, func(s population.Spelling) spelling { return spelling(s) }), dayText(n.Until)}
}

func birthOut(b population.Birth) *birth {
	if b == (population.Birth{}) {
		return nil
	}
	return &birth{b.Date.String(), b.Order}
}

func contactOut(c population.Contact) contact { return contact{string(c.Channel), c.Value, c.Whose} }

func documentOut(d population.Document) document {
	return document{d.Type, d.Parts, dayText(d.Expires), d.Verified}
}

func relationOut(r population.RelationShown, name string) relationShown {
	out := relationShown{Kind: string(r.Kind), As: r.As, State: string(r.State), From: dayText(r.From), Until: dayText(r.Until), Relation: name, Registered: r.Registered, Recorded: at(r.Recorded)}
	if r.Holder.Institution != "" || r.Holder.Name != "" {
		out.Holder = &holder{Institution: r.Holder.Institution, Name: r.Holder.Name}
	}
	if !r.Act.IsZero() {
		out.Act = &act{r.Act.Type, r.Act.Number, r.Act.Office, dayText(r.Act.Date)}
	}
	return out
}

// numberOut is an identifier in clear, "" for none: only Show and Enrol hand
// one out, and both are recorded.
func numberOut(n idcs.IDCS) string {
	if n.IsZero() {
		return ""
	}
	return n.Digits()
}
