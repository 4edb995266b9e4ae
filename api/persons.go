package api

import (
	"context"
	"net/http"
	"time"

	"sijil/access"
	"sijil/population"
)

type findIn struct {
	IDCS     string    `json:"idcs,omitempty" maxLength:"20" example:"0000000000"`
	Document *document `json:"document,omitempty"`
	Contact  *contact  `json:"contact,omitempty"`
	Receipt  string    `json:"receipt,omitempty" maxLength:"26"`
}

type candidate struct {
	Person    string   `json:"person" doc:"The token of this person for officers; keep it in bodies." example:"mfrggzdfmztwq2lknnwg23tpoa"`
	Names     []string `json:"names" doc:"Masked but for first letters." example:"[\"I••••• E••••\"]"`
	BirthYear int      `json:"birth_year,omitzero" example:"1980"`
	Sex       string   `json:"sex,omitempty" example:"female"`
	Locality  string   `json:"locality,omitempty" example:"01.002-U"`
	Number    string   `json:"number,omitempty" doc:"Masked but for the last two digits." example:"••••••••00"`
	State     string   `json:"state" example:"active"`
}

type foundOut struct {
	Candidates []candidate `json:"candidates" doc:"At most ten."`
}

type showIn struct {
	Person string   `json:"person" maxLength:"26" doc:"The token that persons.find gave." example:"mfrggzdfmztwq2lknnwg23tpoa"`
	Fields []string `json:"fields" minItems:"1" maxItems:"16" enum:"names,former_names,birth,sex,locality,address,contacts,documents,number,relations,consents,state" example:"[\"names\", \"state\"]"`
}

type relationShown struct {
	Kind       string    `json:"kind" example:"custodian"`
	As         string    `json:"as,omitempty" example:"mother"`
	State      string    `json:"state" example:"held"`
	Holder     *holder   `json:"holder,omitempty"`
	From       string    `json:"from,omitempty"`
	Until      string    `json:"until,omitempty"`
	Act        *act      `json:"act,omitempty"`
	Relation   string    `json:"relation" doc:"Names the relation in persons.relate, for the account that saw it and for a while." example:"c2VhbGVk"`
	Registered bool      `json:"registered" doc:"The holder is a registered person; who, is not told."`
	Recorded   time.Time `json:"recorded"`
}

type consentShown struct {
	Kind      string    `json:"kind" example:"phone"`
	Given     time.Time `json:"given"`
	Withdrawn time.Time `json:"withdrawn,omitzero"`
}

type personOut struct {
	Names     []personName    `json:"names,omitempty"`
	Former    []personName    `json:"former_names,omitempty"`
	Birth     *birth          `json:"birth,omitempty"`
	Sex       string          `json:"sex,omitempty" example:"female"`
	Locality  string          `json:"locality,omitempty" example:"01.002-U"`
	Address   string          `json:"address,omitempty"`
	Contacts  []contact       `json:"contacts,omitempty"`
	Documents []document      `json:"documents,omitempty"`
	Number    string          `json:"number,omitempty" example:"0000000000"`
	Relations []relationShown `json:"relations,omitempty"`
	Consents  []consentShown  `json:"consents,omitempty"`
	State     string          `json:"state,omitempty" example:"active"`
	Assurance string          `json:"assurance,omitempty" example:"document"`
	Category  string          `json:"category,omitempty" example:"citizen"`
	Revision  int64           `json:"revision,omitzero" doc:"Send it with a correction: one that is no longer the latest is 409." example:"1"`
}

type correctionIn struct {
	Person   string       `json:"person" maxLength:"26" example:"mfrggzdfmztwq2lknnwg23tpoa"`
	Revision int64        `json:"revision" minimum:"1" doc:"The revision that was seen." example:"1"`
	From     string       `json:"from,omitempty" maxLength:"10" doc:"Left out: the record was wrong from the start. A day: the facts have changed on it."`
	Names    []personName `json:"names,omitempty" maxItems:"16"`
	Birth    *birth       `json:"birth,omitempty"`
	Sex      string       `json:"sex,omitempty" enum:"female,male"`
	Locality string       `json:"locality,omitempty" maxLength:"64"`
	Address  *string      `json:"address,omitempty" maxLength:"1000"`
	Drop     []document   `json:"drop,omitempty" maxItems:"16"`
	Add      []document   `json:"add,omitempty" maxItems:"16"`
	Act      *act         `json:"act,omitempty" doc:"What the correction rests on."`
	Cause    string       `json:"cause" maxLength:"64" doc:"A code of the country's data." example:"court"`
}

type correctedOut struct {
	Revision  int64    `json:"revision" example:"2"`
	Changed   []string `json:"changed" example:"[\"birth\"]"`
	Assurance string   `json:"assurance" example:"document"`
}

type consentIn struct {
	Person  string   `json:"person,omitempty" maxLength:"26" doc:"Left out by a resident who acts alone." example:"mfrggzdfmztwq2lknnwg23tpoa"`
	Kind    string   `json:"kind" maxLength:"64" doc:"A code of the country's data." example:"phone"`
	Give    bool     `json:"give" example:"true"`
	Contact *contact `json:"contact,omitempty" doc:"With a consent to a channel: the address itself."`
}

type relateIn struct {
	Person   string    `json:"person" maxLength:"26" example:"mfrggzdfmztwq2lknnwg23tpoa"`
	Add      *relation `json:"add,omitempty" doc:"A new relation."`
	Relation string    `json:"relation,omitempty" maxLength:"600" doc:"One there is, as persons.show named it."`
	To       string    `json:"to,omitempty" enum:"held,disputed,ended" doc:"What it becomes."`
	From     string    `json:"from,omitempty" maxLength:"10" doc:"The first day of what it becomes; left out: today."`
	Until    string    `json:"until,omitempty" maxLength:"10" doc:"Of one that ends: its last day."`
}

type vouchedOut struct {
	Receipt string    `json:"receipt" example:"mfrggzdfmztwq2lknnwg23tpoa"`
	At      time.Time `json:"at"`
	State   string    `json:"state" example:"numbered"`
}

type vouchedPage struct {
	Vouched []vouchedOut `json:"vouched"`
	Next    string       `json:"next,omitempty" doc:"The cursor of the next page; left out after the last."`
}

func (a *API) persons() {
	add(a, operation{
		id: "person.find", method: http.MethodPost, path: "/v1/persons/find", tag: "persons", may: access.DoorFind,
		summary: "Find a person by one exact key", about: "At most ten masked candidates of the account's area; each is a disclosure. Needs an open case.",
	}, a.find)
	add(a, operation{
		id: "person.show", method: http.MethodPost, path: "/v1/persons/show", tag: "persons", may: access.DoorShow,
		summary: "See fields of one person", about: "The disclosure is recorded before anything is opened. Needs an open case.",
	}, a.show)
	add(a, operation{
		id: "person.correct", method: http.MethodPost, path: "/v1/persons/corrections", tag: "persons", may: access.PersonCorrect, creates: true, status: http.StatusCreated, most: 256 << 10,
		summary: "Correct a record", about: "What was believed before is kept. Fields left out stay as they are.",
	}, a.correct)
	addNone(a, operation{
		id: "person.consent", method: http.MethodPost, path: "/v1/persons/consents", tag: "persons", may: access.PersonConsent, creates: true,
		summary: "Give or withdraw a consent", about: "Only what the law leaves optional is asked, and none costs anything.",
	}, a.consent)
	addNone(a, operation{
		id: "person.relate", method: http.MethodPost, path: "/v1/persons/relations", tag: "persons", may: access.PersonCorrect, creates: true,
		summary: "Record, dispute or end a relation", about: "Give either add, or relation and to.",
	}, a.relate)
	add(a, operation{
		id: "person.vouched", method: http.MethodGet, path: "/v1/me/vouched", tag: "persons", may: access.PersonVouched,
		summary: "Whom I vouched for", about: "For a resident. It names nobody: a witness knows for whom.",
	}, a.vouched)
}

func (a *API) find(ctx context.Context, c *call, in *given[findIn]) (*foundOut, error) {
	r, b := a.reader(), in.Body
	q := population.FindRequest{IDCS: r.number("idcs", b.IDCS), Receipt: r.ref("receipt", b.Receipt)}
	if b.Document != nil {
		d := r.document("document", *b.Document)
		q.Document = &d
	}
	if b.Contact != nil {
		k := contactIn(*b.Contact)
		q.Contact = &k
	}
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	list, err := a.Population.Find(ctx, c.Caller, q)
	if err != nil {
		return nil, err
	}
	return &foundOut{mapped(list, func(p population.Candidate) candidate {
		return candidate{p.Token.Text(), p.Names, p.BirthYear, string(p.Sex), p.Locality, p.Number, string(p.State)}
	})}, nil
}

func (a *API) show(ctx context.Context, c *call, in *given[showIn]) (*personOut, error) {
	r := a.reader()
	token := r.person(in.Body.Person)
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	p, err := a.Population.Show(ctx, c.Caller, token, population.Counter, words[population.Field](in.Body.Fields))
	if err != nil {
		return nil, err
	}
	out := &personOut{
		Names: mapped(p.Names, nameOut), Former: mapped(p.Former, nameOut), Birth: birthOut(p.Birth), Sex: string(p.Sex), Locality: p.Locality, Address: p.Address,
		Contacts: mapped(p.Contacts, contactOut), Documents: mapped(p.Documents, documentOut), Number: numberOut(p.IDCS),
		Consents: mapped(p.Consents, func(k population.ConsentShown) consentShown {
			return consentShown{k.Kind, at(k.Given), at(k.Withdrawn)}
		}),
		State: string(p.State), Assurance: string(p.Assurance), Category: string(p.Category), Revision: p.Revision,
	}
	for _, x := range p.Relations {
		name, err := a.give(ctx, c, "relation", in.Body.Person, string(x.ID[:]))
		if err != nil {
			return nil, err
		}
		out.Relations = append(out.Relations, relationOut(x, name))
	}
	return out, nil
}

func (a *API) correct(ctx context.Context, c *call, in *given[correctionIn]) (*correctedOut, error) {
	r, b := a.reader(), in.Body
	k := population.Correction{
		Person: r.person(b.Person), Revision: b.Revision, From: r.day("from", b.From), Names: r.names(b.Names), Sex: population.Sex(b.Sex), Locality: b.Locality, Address: b.Address,
		Drop: r.documents("drop", b.Drop), Add: r.documents("add", b.Add), Act: r.act("act", b.Act), Cause: b.Cause,
	}
	if b.Birth != nil {
		day := r.birth("birth", *b.Birth)
		k.Birth = &day
	}
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	got, err := a.Population.Correct(ctx, c.Caller, c.key, k)
	if err != nil {
		return nil, err
	}
	return &correctedOut{got.Revision, texts(got.Changed), string(got.Assurance)}, nil
}

func (a *API) consent(ctx context.Context, c *call, in *given[consentIn]) error {
	r, b := a.reader(), in.Body
	k := population.ConsentAct{Person: r.person(b.Person), Kind: b.Kind, Give: b.Give}
	if b.Contact != nil {
		address := contactIn(*b.Contact)
		k.Contact = &address
	}
	if err := r.faults.Err(); err != nil {
		return err
	}
	return a.Population.Consent(ctx, c.Caller, c.key, k)
}

func (a *API) relate(ctx context.Context, c *call, in *given[relateIn]) error {
	r, b := a.reader(), in.Body
	k := population.RelationAct{Person: r.person(b.Person), Add: r.relation("add", b.Add), To: population.RelationState(b.To), From: r.day("from", b.From), Until: r.day("until", b.Until)}
	if err := r.faults.Err(); err != nil {
		return err
	}
	var err error
	if k.Change, err = a.takeID(ctx, c, "relation", b.Person, b.Relation); err != nil {
		return err
	}
	return a.Population.Relate(ctx, c.Caller, c.key, k)
}

func (a *API) vouched(ctx context.Context, c *call, in *Cursor) (*vouchedPage, error) {
	before, err := a.takeID(ctx, c, "person.vouched", "", in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := a.Population.Vouched(ctx, c.Caller, before)
	if err != nil {
		return nil, err
	}
	out := &vouchedPage{Vouched: mapped(list, func(v population.Vouching) vouchedOut {
		return vouchedOut{string(v.Receipt), at(v.At), string(v.State)}
	})}
	if len(list) == population.MaxPage {
		last := list[len(list)-1].ID
		out.Next, err = a.give(ctx, c, "person.vouched", "", string(last[:]))
	}
	return out, err
}
