package api

import (
	"context"
	"net/http"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/uid"
)

type grant struct {
	Purpose       string `json:"purpose" maxLength:"100" example:"verification"`
	Authorisation string `json:"authorisation,omitempty" maxLength:"200" doc:"Number of the act that authorises it." example:"A-1/2026"`
	From          string `json:"from,omitempty" maxLength:"10" doc:"First day." example:"2026-01-01"`
	To            string `json:"to,omitempty" maxLength:"10" doc:"Last day." example:"2027-12-31"`
}

type clientIn struct {
	Name     string   `json:"name" maxLength:"200" doc:"Of the institution." example:"Invented Bank"`
	Contact  string   `json:"contact,omitempty" maxLength:"200" doc:"The person to call."`
	Roles    []string `json:"roles" minItems:"1" maxItems:"9" example:"[\"partner\"]"`
	Areas    []string `json:"areas" minItems:"1" maxItems:"100" example:"[\"*\"]"`
	Purposes []grant  `json:"purposes" maxItems:"100"`
	Days     int      `json:"days,omitempty" minimum:"1" maximum:"3660" doc:"How long the first secret lives; left out, a year." example:"365"`
}

type clientOut struct {
	Ref      string   `json:"ref" example:"mfrggzdfmztwq2lknnwg23tpoa"`
	Name     string   `json:"name" example:"Invented Bank"`
	Contact  string   `json:"contact,omitempty"`
	Roles    []string `json:"roles" example:"[\"partner\"]"`
	Areas    []string `json:"areas" example:"[\"*\"]"`
	Purposes []grant  `json:"purposes"`
	State    string   `json:"state" example:"active"`
	Version  int64    `json:"version" example:"1"`
}

type clientMade struct {
	Client clientOut `json:"client"`
	Secret string    `json:"secret,omitempty" doc:"Shown this once; left out when the same act is asked for again." example:"sijil_…"`
}

type clientPage struct {
	Clients []clientOut `json:"clients"`
	Next    string      `json:"next,omitempty" doc:"The cursor of the next page; left out after the last."`
}

type grantsIn struct {
	Version  int64   `json:"version" minimum:"1" example:"1"`
	Purposes []grant `json:"purposes" maxItems:"100"`
}

type secretIn struct {
	Days        int `json:"days,omitempty" minimum:"1" maximum:"3660" doc:"How long it lives; left out, a year." example:"365"`
	OverlapDays int `json:"overlap_days,omitempty" minimum:"0" maximum:"90" doc:"How long the secrets before live on at most." example:"7"`
}

type secretOut struct {
	Secret string `json:"secret" doc:"Shown this once." example:"sijil_…"`
}

const day = 24 * time.Hour

func (a *API) clients() {
	add(a, operation{
		id: "client.list", method: http.MethodGet, path: "/v1/clients", tag: "clients", may: access.ClientManage, summary: "List clients",
	}, a.listClients)
	add(a, operation{
		id: "client.create", method: http.MethodPost, path: "/v1/clients", tag: "clients", may: access.ClientManage, creates: true, status: http.StatusCreated,
		summary: "Make a client and its first secret",
	}, a.createClient)
	add(a, operation{
		id: "client.purposes", method: http.MethodPut, path: "/v1/clients/{ref}/purposes", tag: "clients", may: access.ClientManage, summary: "Replace a client's purposes",
	}, func(ctx context.Context, c *call, in *refAnd[grantsIn]) (*clientOut, error) {
		ref, err := inPath(in.Ref)
		if err != nil {
			return nil, err
		}
		r := a.reader()
		grants := r.grants(in.Body.Purposes)
		if err := r.faults.Err(); err != nil {
			return nil, err
		}
		return clientOrError(a.Agency.ChangeClient(ctx, c.Caller, ref, in.Body.Version, grants))
	})
	add(a, operation{
		id: "client.secret", method: http.MethodPost, path: "/v1/clients/{ref}/secrets", tag: "clients", may: access.ClientManage, status: http.StatusCreated,
		summary: "Give a client another secret",
		about: "It is shown this once and kept as a keyed sum only, so it cannot be answered a second time and takes no Idempotency-Key: " +
			"asked again there is another one, and of more than two the oldest ends.",
	}, func(ctx context.Context, c *call, in *refAnd[secretIn]) (*secretOut, error) {
		ref, err := inPath(in.Ref)
		if err != nil {
			return nil, err
		}
		s, err := a.Agency.IssueSecret(ctx, c.Caller, ref, time.Duration(in.Body.Days)*day, time.Duration(in.Body.OverlapDays)*day)
		if err != nil {
			return nil, err
		}
		return &secretOut{s.Text()}, nil
	})
	add(a, operation{
		id: "client.end", method: http.MethodPost, path: "/v1/clients/{ref}/end", tag: "clients", may: access.ClientManage, summary: "End a client for ever, with all its secrets",
	}, func(ctx context.Context, c *call, in *refAnd[versionIn]) (*clientOut, error) {
		ref, err := inPath(in.Ref)
		if err != nil {
			return nil, err
		}
		return clientOrError(a.Agency.EndClient(ctx, c.Caller, ref, in.Body.Version))
	})
}

func (a *API) listClients(ctx context.Context, c *call, in *Paging) (*clientPage, error) {
	after, err := a.take(ctx, c, "client.list", "", in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := a.Agency.ListClients(ctx, c.Caller, uid.Ref(after), in.Limit)
	if err != nil {
		return nil, err
	}
	out := &clientPage{Clients: mapped(list, clientOf)}
	if len(list) == in.Limit {
		out.Next, err = a.give(ctx, c, "client.list", "", string(list[len(list)-1].Ref))
	}
	return out, err
}

func (a *API) createClient(ctx context.Context, c *call, in *given[clientIn]) (*clientMade, error) {
	r, n := a.reader(), in.Body
	grants := r.grants(n.Purposes)
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	client, secret, err := a.Agency.CreateClient(ctx, c.Caller, c.key, agency.NewClient{Name: n.Name, Contact: n.Contact, Roles: words[access.Role](n.Roles),
		Areas: n.Areas, Purposes: grants, Lives: time.Duration(n.Days) * day})
	if err != nil {
		return nil, err
	}
	return &clientMade{clientOf(client), secret.Text()}, nil
}

func (r *reader) grants(in []grant) []agency.Grant {
	return numbered(in, func(i int, g grant) agency.Grant {
		at := item("purposes", i)
		return agency.Grant{Purpose: g.Purpose, Authorisation: g.Authorisation, From: r.day(at+".from", g.From), To: r.day(at+".to", g.To)}
	})
}

func clientOrError(c agency.Client, err error) (*clientOut, error) {
	if err != nil {
		return nil, err
	}
	out := clientOf(c)
	return &out, nil
}

func clientOf(c agency.Client) clientOut {
	return clientOut{string(c.Ref), c.Name, c.Contact, texts(c.Roles), texts(c.Areas), mapped(c.Purposes, func(g agency.Grant) grant {
		return grant{g.Purpose, g.Authorisation, dayText(g.From), dayText(g.To)}
	}), string(c.State), c.Version}
}
