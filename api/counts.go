package api

import (
	"context"
	"net/http"
	"strings"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/population"
)

type countOut struct {
	Place string `json:"place" example:"01.002-U"`
	Month string `json:"month" doc:"Its first day." example:"2026-11-01"`
	Count int64  `json:"count" example:"12"`
}

type countPage struct {
	Counts []countOut `json:"counts"`
	Next   string     `json:"next,omitempty" doc:"The cursor of the next page; left out after the last."`
}

// OfCount is a path with the name of a count.
type OfCount struct {
	Cursor

	Name string `path:"name" maxLength:"64" pattern:"^[a-z0-9_.]+$" example:"enrolled.witnesses"`
}

type sharedOut struct {
	Contacts int64 `json:"contacts" doc:"Shared by more persons than the country's cap." example:"3"`
	Alarms   int64 `json:"alarms" doc:"How often one more was added to such a contact." example:"4"`
}

func (a *API) counts() {
	add(a, operation{
		id: "count.list", method: http.MethodGet, path: "/v1/counts/{name}", tag: "counts", may: access.CountsView,
		summary: "A count by place and month", about: "Names: enrolled.witnesses, enrolled.introducer, and refused. followed by the code of a refusal.",
	}, a.listCounts)
	add(a, operation{
		id: "count.shared_contacts", method: http.MethodGet, path: "/v1/shared-contacts", tag: "counts", may: access.CountsView,
		summary: "How many telephone numbers and addresses are shared by many",
	}, func(ctx context.Context, c *call, _ *no) (*sharedOut, error) {
		contacts, alarms, err := a.Population.SharedContacts(ctx, c.Caller)
		if err != nil {
			return nil, err
		}
		return &sharedOut{contacts, alarms}, nil
	})
}

func (a *API) listCounts(ctx context.Context, c *call, in *OfCount) (*countPage, error) {
	state, err := a.take(ctx, c, "count.list", in.Name, in.Cursor.Cursor)
	if err != nil {
		return nil, err
	}
	var after population.Count
	if month, place, ok := strings.Cut(state, " "); ok {
		day, err := civil.Parse(month)
		if err != nil {
			return nil, err
		}
		after = population.Count{Place: place, Month: day}
	}
	list, err := a.Population.Counts(ctx, c.Caller, in.Name, after)
	if err != nil {
		return nil, err
	}
	out := &countPage{Counts: mapped(list, func(n population.Count) countOut { return countOut{n.Place, dayText(n.Month), n.Count} })}
	if len(list) == population.MaxPage {
		last := list[len(list)-1]
		out.Next, err = a.give(ctx, c, "count.list", in.Name, dayText(last.Month)+" "+last.Place)
	}
	return out, err
}
