package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"sijil/access"
	"sijil/household"
	"sijil/population"
	"sijil/questionnaire"
)

type awaiting struct {
	Receipt string `json:"receipt,omitempty" maxLength:"26" doc:"Of the enrolment, if there is one."`
	Birth   string `json:"birth" maxLength:"10" example:"2024-05-11"`
	Sex     string `json:"sex" enum:"female,male" example:"female"`
}

type memberIn struct {
	Ref       string    `json:"ref,omitempty" maxLength:"16" doc:"Left out: the place in the list." example:"1"`
	Claim     *claim    `json:"claim,omitempty" doc:"A person named by number, name and birth date. Exactly one of claim, line and awaiting."`
	Line      int       `json:"line,omitzero" minimum:"1" maximum:"200" doc:"A person known already, by line."`
	Awaiting  *awaiting `json:"awaiting,omitempty" doc:"A person who has no number yet."`
	Custodian string    `json:"custodian,omitempty" maxLength:"16" doc:"Of a child: the ref of the adult it lives with; left out, the declarant."`
	Answers   answers   `json:"answers"`
}

type declarationIn struct {
	Household      string     `json:"household,omitempty" maxLength:"16" doc:"Its code; left out for one that is not registered yet."`
	Revision       int64      `json:"revision,omitzero" minimum:"0" doc:"Of the household, as last seen: one that is no longer the latest is 409."`
	AsOf           string     `json:"as_of,omitempty" maxLength:"10" doc:"The day facts are taken at; left out, today." example:"2026-11-01"`
	Locality       string     `json:"locality" maxLength:"64" example:"01.002-U"`
	Variant        string     `json:"variant,omitempty" maxLength:"64"`
	Declarant      string     `json:"declarant,omitempty" maxLength:"16" doc:"Ref of the member who declares." example:"1"`
	Representative *claim     `json:"representative,omitempty" doc:"Who declares for a household without a capable adult."`
	HeadReason     string     `json:"head_reason,omitempty" maxLength:"64"`
	Note           string     `json:"note,omitempty" maxLength:"4000"`
	Members        []memberIn `json:"members" minItems:"1" maxItems:"200"`
	Answers        answers    `json:"answers"`
}

type lineOut struct {
	Ref      string `json:"ref" example:"1"`
	Standing string `json:"standing" doc:"declared, confirmed, unconfirmed, child, rival, awaiting, refused, left." example:"declared"`
	Counted  bool   `json:"counted" example:"true"`
	Custody  string `json:"custody,omitempty" doc:"Of a child: on what ground somebody here has custody."`
}

type filedOut struct {
	Household string    `json:"household" example:"B2345-C6789-D"`
	Revision  int64     `json:"revision" example:"1"`
	Version   int       `json:"version" example:"1"`
	State     string    `json:"state" doc:"draft, computed, discarded." example:"computed"`
	Lines     []lineOut `json:"lines"`
	Index     string    `json:"index,omitempty" doc:"A decimal text." example:"9.3626150"`
	Awaiting  int       `json:"awaiting,omitzero" doc:"Members who await a number."`
	Otherwise string    `json:"otherwise,omitempty" doc:"The index with those counted the other way; none where that gives none."`
	Tasks     []string  `json:"tasks" doc:"Opened in this household."`
}

type revisionIn struct {
	Revision int64 `json:"revision" minimum:"1" doc:"Of the household, as last seen." example:"1"`
}

type leaveIn struct {
	Who   claim `json:"who"`
	Lines []int `json:"lines,omitempty" maxItems:"50" doc:"Lines of the children in the adult's custody who go along."`
}

type confirmIn struct {
	Who    claim `json:"who"`
	Accept bool  `json:"accept" doc:"Whether the line that somebody else declared is right." example:"true"`
}

type taskOut struct {
	Household string    `json:"household" example:"B2345-C6789-D"`
	Kind      string    `json:"kind" example:"member_moved"`
	Line      int       `json:"line,omitzero"`
	Opened    time.Time `json:"opened"`
	Matter    string    `json:"matter,omitempty" doc:"Of rival_custody: the claim, for custody.view."`
}

type taskPage struct {
	Tasks []taskOut `json:"tasks"`
	Next  string    `json:"next,omitempty" doc:"The cursor of the next page; left out after the last."`
}

// OfHousehold is a path with a household code, which is drawn at random and
// says nothing about anybody.
type OfHousehold struct {
	Code string `path:"code" maxLength:"16" doc:"The household code." example:"B2345-C6789-D"`
}

type householdAnd[T any] struct {
	OfHousehold
	Body T
}

func (a *API) households() {
	file := func(do func(context.Context, access.Caller, string, household.Declaration) (*household.Filed, error)) func(context.Context, *call, *given[declarationIn]) (*filedOut, error) {
		return func(ctx context.Context, c *call, in *given[declarationIn]) (*filedOut, error) {
			d, err := a.declaration(in.Body)
			if err != nil {
				return nil, err
			}
			return filed(do(ctx, c.Caller, c.key, d))
		}
	}
	add(a, operation{
		id: "household.declare", method: http.MethodPost, path: "/v1/households/declarations", tag: "households", may: access.HouseholdDeclare, creates: true, status: http.StatusCreated, most: 512 << 10, example: aDeclaration,
		summary: "Declare a household", about: "Of a new household or of one registered already; computed in the same act. All faults are reported together, and nothing is then written.",
	}, file(a.Household.Declare))
	add(a, operation{
		id: "household.save", method: http.MethodPost, path: "/v1/households/drafts", tag: "households", may: access.HouseholdDeclare, creates: true, status: http.StatusCreated, most: 512 << 10, example: aDeclaration,
		summary: "Keep a declaration as a draft", about: "It may be incomplete and counts for nothing; saving again replaces it. Members named in it are asked for at once, so that no name is kept.",
	}, file(a.Household.Save))
	a.acts()
	a.views()
	add(a, operation{
		id: "household.tasks", method: http.MethodGet, path: "/v1/tasks", tag: "households", may: access.HouseholdTasks,
		summary: "Open matters of a place", about: "Without answers, index or persons.",
	}, a.tasks)
}

// acts are those on a household by its code.
func (a *API) acts() {
	act := func(do func(context.Context, access.Caller, string, household.Code, int64) (*household.Filed, error)) func(context.Context, *call, *householdAnd[revisionIn]) (*filedOut, error) {
		return func(ctx context.Context, c *call, in *householdAnd[revisionIn]) (*filedOut, error) {
			return filed(do(ctx, c.Caller, c.key, household.Code(in.Code), in.Body.Revision))
		}
	}
	add(a, operation{
		id: "household.submit", method: http.MethodPost, path: "/v1/households/{code}/draft/submission", tag: "households", may: access.HouseholdDeclare, creates: true,
		summary: "Hand in the open draft", about: "It must be complete, and is computed in the same act.",
	}, act(a.Household.Submit))
	add(a, operation{
		id: "household.discard", method: http.MethodPost, path: "/v1/households/{code}/draft/discard", tag: "households", may: access.HouseholdDeclare, creates: true,
		summary: "Throw the open draft away", about: "Its key is destroyed: what was typed can be read no more.",
	}, act(a.Household.Discard))
	add(a, operation{
		id: "household.leave", method: http.MethodPost, path: "/v1/households/{code}/departures", tag: "households", may: access.HouseholdDeclare, creates: true,
		summary: "An adult leaves", about: "Alone or with the children in the adult's custody, without anybody's agreement. Where to, is not recorded here.",
	}, func(ctx context.Context, c *call, in *householdAnd[leaveIn]) (*filedOut, error) {
		who, err := a.who("who", &in.Body.Who)
		if err != nil {
			return nil, err
		}
		return filed(a.Household.Leave(ctx, c.Caller, c.key, household.Departure{Household: household.Code(in.Code), Who: *who, Lines: in.Body.Lines}))
	})
	add(a, operation{
		id: "household.confirm", method: http.MethodPost, path: "/v1/households/{code}/confirmations", tag: "households", may: access.HouseholdConfirm, creates: true,
		summary: "An adult's word on a line", about: "Yes makes it that person's own act; no takes the person out.",
	}, func(ctx context.Context, c *call, in *householdAnd[confirmIn]) (*filedOut, error) {
		who, err := a.who("who", &in.Body.Who)
		if err != nil {
			return nil, err
		}
		return filed(a.Household.Confirm(ctx, c.Caller, c.key, household.Word{Household: household.Code(in.Code), Who: *who, Accept: in.Body.Accept}))
	})
}

func (a *API) who(field string, in *claim) (*household.Claim, error) {
	r := a.reader()
	out := homeClaim(r.claim(field, *in))
	return &out, r.faults.Err()
}

func homeClaim(c population.Claim) household.Claim {
	return household.Claim{IDCS: c.IDCS, Name: c.Name, Birth: c.Birth}
}

func (a *API) declaration(b declarationIn) (household.Declaration, error) {
	r := a.reader()
	d := household.Declaration{
		Household: household.Code(b.Household), Revision: b.Revision, AsOf: r.day("as_of", b.AsOf), Locality: b.Locality, Variant: b.Variant,
		Declarant: b.Declarant, HeadReason: b.HeadReason, Note: b.Note, Answers: b.Answers,
	}
	if b.Representative != nil {
		c := homeClaim(r.claim("representative", *b.Representative))
		d.Representative = &c
	}
	d.Members = numbered(b.Members, func(i int, m memberIn) household.Member { return r.member(item("members", i), m) })
	return d, r.faults.Err()
}

func (r *reader) member(at string, in memberIn) household.Member {
	m := household.Member{Ref: in.Ref, Line: in.Line, Custodian: in.Custodian, Answers: in.Answers}
	if in.Claim != nil {
		c := homeClaim(r.claim(at+".claim", *in.Claim))
		m.Claim = &c
	}
	if w := in.Awaiting; w != nil {
		m.Awaiting = &household.Unregistered{Receipt: r.ref(at+".awaiting.receipt", w.Receipt), Birth: r.partial(at+".awaiting.birth", w.Birth), Sex: sexes[w.Sex]}
	}
	return m
}

var sexes = map[string]questionnaire.Sex{"female": questionnaire.Female, "male": questionnaire.Male}

func filed(f *household.Filed, err error) (*filedOut, error) {
	if err != nil {
		return nil, err
	}
	return &filedOut{
		Household: f.Household.String(), Revision: f.Revision, Version: f.Version, State: string(f.State), Index: f.Index, Awaiting: f.Awaiting, Otherwise: f.Otherwise, Tasks: texts(f.Tasks),
		Lines: mapped(f.Lines, func(l household.Line) lineOut {
			return lineOut{l.Ref, string(l.Standing), l.Counted, string(l.Custody)}
		}),
	}, nil
}

func (a *API) tasks(ctx context.Context, c *call, in *struct {
	Paging

	Locality string `query:"locality" required:"true" minLength:"1" maxLength:"64" doc:"Code of the place." example:"01.002-U"`
},
) (*taskPage, error) {
	after, err := a.takeID(ctx, c, "household.tasks", in.Locality, in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := a.Household.Tasks(ctx, c.Caller, in.Locality, after, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &taskPage{Tasks: mapped(list, func(t household.Task) taskOut {
		return taskOut{t.Code.String(), string(t.Kind), t.Line, at(t.Opened), string(t.Matter)}
	})}
	if len(list) == in.Limit {
		last := list[len(list)-1].Ref
		out.Next, err = a.give(ctx, c, "household.tasks", in.Locality, string(last[:]))
	}
	return out, err
}

// lineNumber is the name of a line in a map of answers; 0 is the household.
func lineNumber(n int) string {
	if n == 0 {
		return "household"
	}
	return strconv.Itoa(n)
}
