package api

import (
	"context"
	"net/http"

	"sijil/access"
	"sijil/population"
)

type countOut struct {
	Place string `json:"place" example:"01.002-U"`
	Month string `json:"month" doc:"Its first day." example:"2026-11-01"`
	Count int64  `json:"count" example:"12"`
}

type countList struct {
	Counts []countOut `json:"counts"`
}

type sharedOut struct {
	Contacts int64 `json:"contacts" doc:"Shared by more persons than the country's cap." example:"3"`
	Alarms   int64 `json:"alarms" doc:"How often one more was added to such a contact." example:"4"`
}

func (a *API) counts() {
	add(a, operation{
		id: "count.list", method: http.MethodGet, path: "/v1/counts/{name}", tag: "counts", may: access.CountsView,
		summary: "A count by place and month", about: "Names: enrolled.witnesses, enrolled.introducer, and refused. followed by the code of a refusal.",
	}, func(ctx context.Context, c *call, in *struct {
		Name string `path:"name" maxLength:"64" pattern:"^[a-z0-9_.]+$" example:"enrolled.witnesses"`
	},
	) (*countList, error) {
		list, err := a.Population.Counts(ctx, c.Caller, in.Name)
		if err != nil {
			return nil, err
		}
		return &countList{mapped(list, func(n population.Count) countOut { return countOut{n.Place, dayText(n.Month), n.Count} })}, nil
	})
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
