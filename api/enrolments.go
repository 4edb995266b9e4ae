package api

import (
	"context"
	"net/http"
	"time"

	"sijil/access"
	"sijil/population"
)

type witness struct {
	IDCS     string   `json:"idcs" maxLength:"20" example:"0000000000"`
	Document document `json:"document"`
}

type notice struct {
	Version  string `json:"version" maxLength:"64" example:"2026-1"`
	Language string `json:"language" maxLength:"8" example:"ar"`
	Way      string `json:"way" enum:"read,played" example:"read"`
}

type enrolmentIn struct {
	Category   string       `json:"category" enum:"citizen,foreigner" example:"citizen"`
	Names      []personName `json:"names" minItems:"1" maxItems:"16"`
	Sex        string       `json:"sex" enum:"female,male" example:"female"`
	Birth      birth        `json:"birth"`
	Locality   string       `json:"locality" maxLength:"64" doc:"Code of the place." example:"01.002-U"`
	Address    string       `json:"address,omitempty" maxLength:"1000"`
	Contacts   []contact    `json:"contacts,omitempty" maxItems:"8" doc:"Each needs its consent."`
	Documents  []document   `json:"documents,omitempty" maxItems:"16"`
	Witnesses  []witness    `json:"witnesses,omitempty" maxItems:"8" doc:"Of a person without papers."`
	Introducer *relation    `json:"introducer,omitempty" doc:"Who brings a child."`
	Relations  []relation   `json:"relations,omitempty" maxItems:"16"`
	Notice     notice       `json:"notice" doc:"The notice that was given before anything was asked."`
	Consents   []string     `json:"consents,omitempty" maxItems:"16"`
}

type refusal struct {
	Code   string            `json:"code" example:"no_permit"`
	Reason map[string]string `json:"reason"`
	Help   map[string]string `json:"help" doc:"Who helps."`
}

type enrolledOut struct {
	State     string   `json:"state" doc:"numbered, awaiting_acceptance, in_judgement or refused." example:"numbered"`
	Receipt   string   `json:"receipt,omitempty" doc:"Hand it to the person. None is kept of a refusal at the counter." example:"mfrggzdfmztwq2lknnwg23tpoa"`
	IDCS      string   `json:"idcs,omitempty" doc:"The number given, if one was." example:"0000000000"`
	Assurance string   `json:"assurance,omitempty" example:"document"`
	Refusal   *refusal `json:"refusal,omitempty"`
}

type statusOut struct {
	Receipt   string    `json:"receipt" example:"mfrggzdfmztwq2lknnwg23tpoa"`
	State     string    `json:"state" example:"awaiting_acceptance"`
	Captured  time.Time `json:"captured"`
	Decided   time.Time `json:"decided,omitzero"`
	Assurance string    `json:"assurance,omitempty" example:"witnesses"`
	Reason    string    `json:"reason,omitempty" doc:"Code of a refusal."`
	Told      *toldOut  `json:"told,omitempty" doc:"What the holder of the receipt is told."`
}

type reviewOut struct {
	Names     []personName   `json:"names"`
	Birth     *birth         `json:"birth,omitempty"`
	Sex       string         `json:"sex" example:"female"`
	Witnesses [][]personName `json:"witnesses" doc:"Official names of each."`
}

type acceptanceIn struct {
	Accept bool   `json:"accept" example:"true"`
	Reason string `json:"reason,omitempty" maxLength:"64" doc:"Of a refusal: a code of the country's data."`
}

// OfReceipt is a path with a receipt.
type OfReceipt struct {
	Receipt string `path:"receipt" maxLength:"26" example:"mfrggzdfmztwq2lknnwg23tpoa"`
}

func (a *API) enrolments() {
	add(a, operation{
		id: "enrolment.create", method: http.MethodPost, path: "/v1/enrolments", tag: "enrolments", may: access.PersonEnrol, creates: true, status: http.StatusCreated, most: 256 << 10,
		summary: "Enrol a person",
		about:   "With documents, or a child with its introducer, the number is given at once; with witnesses the enrolment awaits a second officer.",
	}, a.enrol)
	add(a, operation{
		id: "enrolment.receipt", method: http.MethodGet, path: "/v1/enrolments/{receipt}", tag: "enrolments", may: access.PersonReceipt,
		summary: "What became of an enrolment", about: "It tells no name and no number.",
	}, func(ctx context.Context, c *call, in *OfReceipt) (*statusOut, error) {
		ref, err := inPath(in.Receipt)
		if err != nil {
			return nil, err
		}
		s, err := a.Population.Receipt(ctx, c.Caller, ref)
		if err != nil {
			return nil, err
		}
		out := statusShown(s)
		out.Told = a.told(s)
		return out, nil
	})
	add(a, operation{
		id: "enrolment.review", method: http.MethodPost, path: "/v1/enrolments/{receipt}/review", tag: "enrolments", may: access.PersonAccept,
		summary: "See an enrolment that awaits acceptance", about: "For the second officer, to compare with the people at the counter: a disclosure of the person and of each witness.",
	}, a.review)
	add(a, operation{
		id: "enrolment.accept", method: http.MethodPost, path: "/v1/enrolments/{receipt}/acceptance", tag: "enrolments", may: access.PersonAccept, creates: true,
		summary: "Accept or refuse the witnesses", about: "Never by whoever captured it. An accepted person is numbered; persons.show hands the number out.",
	}, a.accept)
}

func (a *API) enrol(ctx context.Context, c *call, in *given[enrolmentIn]) (*enrolledOut, error) {
	r, b := a.reader(), in.Body
	e := population.Enrolment{
		Category: population.Category(b.Category), Names: r.names(b.Names), Sex: population.Sex(b.Sex), Birth: r.birth("birth", b.Birth), Locality: b.Locality, Address: b.Address,
		Documents: r.documents("documents", b.Documents), Introducer: r.relation("introducer", b.Introducer), Notice: population.Notice(b.Notice), Consents: b.Consents,
		Contacts: numbered(b.Contacts, func(_ int, c contact) population.Contact { return contactIn(c) }),
		Witnesses: numbered(b.Witnesses, func(i int, w witness) population.Witness {
			at := item("witnesses", i)
			return population.Witness{IDCS: r.number(at+".idcs", w.IDCS), Document: r.document(at+".document", w.Document)}
		}),
		Relations: numbered(b.Relations, func(i int, x relation) population.Relation { return *r.relation(item("relations", i), &x) }),
	}
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	got, err := a.Population.Enrol(ctx, c.Caller, c.key, e)
	if err != nil {
		return nil, err
	}
	out := &enrolledOut{State: string(got.State), Receipt: string(got.Receipt), IDCS: numberOut(got.IDCS), Assurance: string(got.Assurance)}
	if f := got.Refusal; f != nil {
		out.Refusal = &refusal{f.Code, f.Reason, f.Help}
	}
	return out, nil
}

func (a *API) review(ctx context.Context, c *call, in *OfReceipt) (*reviewOut, error) {
	ref, err := inPath(in.Receipt)
	if err != nil {
		return nil, err
	}
	w, err := a.Population.Review(ctx, c.Caller, ref)
	if err != nil {
		return nil, err
	}
	return &reviewOut{mapped(w.Names, nameOut), birthOut(w.Birth), string(w.Sex), mapped(w.Witnesses, func(n []population.Name) []personName { return mapped(n, nameOut) })}, nil
}

func (a *API) accept(ctx context.Context, c *call, in *struct {
	OfReceipt
	Body acceptanceIn
},
) (*statusOut, error) {
	ref, err := inPath(in.Receipt)
	if err != nil {
		return nil, err
	}
	s, err := a.Population.Accept(ctx, c.Caller, c.key, ref, population.Acceptance(in.Body))
	if err != nil {
		return nil, err
	}
	return statusShown(s), nil
}

func statusShown(s population.Status) *statusOut {
	return &statusOut{string(s.Receipt), string(s.State), at(s.Captured), at(s.Decided), string(s.Assurance), s.Reason, nil}
}
