package api

import (
	"context"
	"net/http"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/population"
)

type exchangeIn struct {
	Claims []claim `json:"claims" minItems:"1" maxItems:"100"`
}

type exchangedOut struct {
	Yes    bool   `json:"yes" doc:"Whether number, name and birth date are those of one living person; which part is wrong, is not told." example:"true"`
	Person string `json:"person,omitempty" doc:"The institution's own token of the person; it names nobody to anyone else." example:"mfrggzdfmztwq2lknnwg23tpoa"`
}

type exchangeOut struct {
	Answers []exchangedOut `json:"answers" doc:"In the order of the claims."`
}

func (a *API) doors() {
	add(a, operation{
		id: "exchange.ask", method: http.MethodPost, path: "/v1/exchange", tag: "exchange", may: access.DoorExchange, creates: true,
		summary: "Claims against yes or no and a token", about: "For clients of institutions. Each question is recorded for the person to see. A claim that is not true does not hold up the others.",
	}, a.exchange)
}

func (a *API) exchange(ctx context.Context, c *call, in *given[exchangeIn]) (*exchangeOut, error) {
	if c.Kind != access.Client {
		return nil, &errs.Error{Kind: errs.Denied, Code: "access.denied", What: "only clients of institutions ask here", Fix: "use the secret of a client"}
	}
	r := a.reader()
	claims := numbered(in.Body.Claims, func(i int, k claim) population.Claim { return r.claim(item("claims", i), k) })
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	got, err := a.Population.Exchange(ctx, c.Caller, population.PartnerRecipient(c.Actor), c.key, claims)
	if err != nil {
		return nil, err
	}
	return &exchangeOut{mapped(got, func(e population.Exchanged) exchangedOut { return exchangedOut{e.Yes, e.Token.Text()} })}, nil
}
