package api

import (
	"context"
	"net/http"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/lang"
)

type purposeOut struct {
	Code  string            `json:"code" maxLength:"100" example:"enrolment"`
	Name  map[string]string `json:"name" doc:"What people read, per language." example:"{\"en\": \"Enrolment\"}"`
	Basis string            `json:"basis" maxLength:"500" doc:"The legal basis." example:"Law 1-23, article 4"`
	Roles []string          `json:"roles" maxItems:"14" doc:"Who may state it." example:"[\"registration_officer\"]"`
	From  string            `json:"from,omitempty" maxLength:"10" doc:"First day." example:"2026-01-01"`
	To    string            `json:"to,omitempty" maxLength:"10" doc:"Last day." example:"2036-12-31"`
}

type purposeList struct {
	Purposes []purposeOut `json:"purposes"`
}

type purposesIn struct {
	Purposes []purposeOut `json:"purposes" minItems:"1" maxItems:"100"`
}

type changedOut struct {
	Changed int `json:"changed" doc:"How many were new or changed." example:"1"`
}

func (a *API) purposes() {
	add(a, operation{
		id: "purpose.list", method: http.MethodGet, path: "/v1/purposes", tag: "purposes", summary: "The registered purposes", about: "Every account may read them.",
	}, func(ctx context.Context, _ *call, _ *no) (*purposeList, error) {
		list, err := a.Agency.Purposes(ctx)
		if err != nil {
			return nil, err
		}
		return &purposeList{mapped(list, func(p agency.Purpose) purposeOut {
			return purposeOut{p.Code, p.Name, p.Basis, texts(p.Roles), dayText(p.From), dayText(p.To)}
		})}, nil
	})
	add(a, operation{
		id: "purpose.register", method: http.MethodPut, path: "/v1/purposes", tag: "purposes", may: access.PurposeManage,
		summary: "Register purposes, new or changed", about: "Those that are not named stay as they are. Sent again, it changes nothing.",
	}, func(ctx context.Context, c *call, in *given[purposesIn]) (*changedOut, error) {
		r := a.reader()
		purposes := numbered(in.Body.Purposes, func(i int, p purposeOut) agency.Purpose {
			at := item("purposes", i)
			return agency.Purpose{Code: p.Code, Name: lang.Text(p.Name), Basis: p.Basis, Roles: words[access.Role](p.Roles), From: r.day(at+".from", p.From), To: r.day(at+".to", p.To)}
		})
		if err := r.faults.Err(); err != nil {
			return nil, err
		}
		n, err := a.Agency.RegisterPurposes(ctx, c.Caller, purposes)
		if err != nil {
			return nil, err
		}
		return &changedOut{n}, nil
	})
}
