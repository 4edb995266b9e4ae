package api

import (
	"context"
	"net/http"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/population"
)

type lookOut struct {
	At          time.Time `json:"at"`
	Register    string    `json:"register" example:"population"`
	Operation   string    `json:"operation" example:"door.show"`
	Kind        string    `json:"kind" doc:"Of who looked: staff, client, person, system." example:"staff"`
	Office      string    `json:"office,omitempty" doc:"The office of the staff member, never who it was." example:"01.002.7"`
	Roles       []string  `json:"roles" example:"[\"registration_officer\"]"`
	Institution string    `json:"institution,omitempty"`
	Purpose     string    `json:"purpose,omitempty" example:"correction"`
	Basis       string    `json:"basis,omitempty" example:"Law 1-23, article 4"`
	Case        string    `json:"case,omitempty"`
	Fields      []string  `json:"fields" doc:"Names of what was handed out; empty when data were only compared." example:"[\"names\"]"`
	Verdict     string    `json:"verdict,omitempty" doc:"Of a comparison." example:"yes"`
}

type lookPage struct {
	Looks []lookOut `json:"looks"`
	Next  string    `json:"next,omitempty" doc:"The cursor of the next page; left out after the last."`
}

func (a *API) looked() {
	add(a, operation{
		id: "looked.own", method: http.MethodGet, path: "/v1/me/looked", tag: "looked", may: access.LookedOwn,
		summary: "Who looked at my data, and why", about: "The newest first. For a resident, about himself or herself only.",
	}, a.ownLooks)
}

// naming is this program finding the token under which the agency knows a
// person who asks; nothing of the record is opened.
func naming() access.Caller {
	return access.SystemCaller("looked", "the right of access to one's own data")
}

func (a *API) ownLooks(ctx context.Context, c *call, in *Paging) (*lookPage, error) {
	state, err := a.take(ctx, c, "looked.own", "", in.Cursor)
	if err != nil {
		return nil, err
	}
	out := &lookPage{Looks: []lookOut{}}
	person, err := a.Population.TokenOf(ctx, naming(), c.Actor, population.Agency, false)
	if err != nil || person.IsZero() { // whom nobody looked at, the agency does not know
		return out, err
	}
	page, next, err := a.Agency.WhoLooked(ctx, c.Caller, person, state, in.Limit)
	if err != nil {
		return nil, err
	}
	out.Looks = mapped(page, func(s agency.Seen) lookOut {
		return lookOut{at(s.At), s.Register, string(s.Operation), s.Kind.String(), s.Office, texts(s.Roles), s.Institution, s.Purpose, s.Basis, s.Case, texts(s.Fields), s.Verdict}
	})
	if next != "" {
		out.Next, err = a.give(ctx, c, "looked.own", "", next)
	}
	return out, err
}
