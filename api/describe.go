package api

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// describe is the part of the document that no operation brings.
func (a *API) describe() *huma.OpenAPI {
	text := func(most int, example string) *huma.Schema {
		return &huma.Schema{Type: huma.TypeString, MaxLength: &most, Examples: []any{example}}
	}
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Sijil", Version: "1",
			Description: "The registers of a country's social targeting: persons, households, programmes, and the agency that guards them.",
			License:     &huma.License{Name: "see the file LICENSE of the source"},
		},
		Servers: []*huma.Server{{URL: "/"}},
		Tags:    tags,
		Components: &huma.Components{
			Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
			SecuritySchemes: map[string]*huma.SecurityScheme{bearer: {
				Type: "http", Scheme: "bearer", Description: "The secret of a session of a staff member (POST /v1/sessions), or of a client.",
			}},
			Parameters: map[string]*huma.Param{
				roleHeader:    {Name: roleHeader, In: "header", Description: "The one role to act in, for an account that has several.", Schema: text(64, "registration_officer")},
				purposeHeader: {Name: purposeHeader, In: "header", Description: "The code of the registered purpose this is asked for; its legal basis comes from the register of purposes.", Schema: text(100, "enrolment")},
				caseHeader:    {Name: caseHeader, In: "header", Description: "The reference of the open case or receipt at work.", Schema: text(26, exampleRef)},
				keyHeader: {Name: keyHeader, In: "header", Required: true, Description: "A random text of 16 to 100 characters. The same act sent again under it is done once and answered the same.",
					Schema: text(100, "3e3b8f5c-6f5e-4a3a-9a57-7f0c1f6a4a10")},
			},
			Responses: map[string]*huma.Response{"Problem": {
				Description: "A problem (RFC 9457).",
				Content:     map[string]*huma.MediaType{ProblemType: {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}},
			}},
		},
	}
}

// schemaName names a schema after its type: what comes in is a request of it,
// what goes out the thing itself.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	if of, ok := strings.CutSuffix(name, "In"); ok {
		return of + "Request"
	}
	return strings.TrimSuffix(name, "Out")
}

// exampleRef stands for a reference in examples.
const exampleRef = "mfrggzdfmztwq2lknnwg23tpoa"

// tags are the resources, in the order of the page.
var tags = []*huma.Tag{
	{Name: "simulator", Description: "The published formula on invented answers. Needs no account, keeps nothing."},
	{Name: "sessions", Description: "Log in and out; one's own account."},
	{Name: "enrolments", Description: "People come to the population register."},
	{Name: "cases", Description: "Two officers say whether two records are one person."},
	{Name: "persons", Description: "Find and see a person, correct, consent, relate. Every look is recorded for the person to see."},
	{Name: "exchange", Description: "For institutions: is it this person? Yes with the institution's own token, or no."},
	{Name: "households", Description: "Declarations, drafts, members, the index and why."},
	{Name: "outcomes", Description: "What an index means for each programme, and whether it still computes."},
	{Name: "looked", Description: "Who looked at my data, and why."},
	{Name: "counts", Description: "Figures that name nobody."},
	{Name: "staff", Description: "Accounts of staff."},
	{Name: "clients", Description: "Programs of institutions and their secrets."},
	{Name: "purposes", Description: "What data may be asked for, and the law that allows it."},
}
