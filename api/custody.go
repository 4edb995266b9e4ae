package api

import (
	"context"
	"net/http"
	"time"

	"sijil/access"
	"sijil/household"
	"sijil/internal/uid"
)

// Custody is what the API asks the social register about rival claims to a
// child; *household.Service answers.
type Custody interface {
	Matter(ctx context.Context, c access.Caller, ref uid.Ref) (*household.MatterShown, error)
	DecideCustody(ctx context.Context, c access.Caller, key string, v household.Verification) (*household.Settled, error)
}

type evidence struct {
	Kind string `json:"kind" maxLength:"64" doc:"A code of the country's list." example:"visit"`
	Day  string `json:"day" maxLength:"10" doc:"Of the paper, or of the visit." example:"2026-11-10"`
}

type custodyIn struct {
	Decisions int        `json:"decisions" minimum:"0" doc:"How many there were when it was looked at; another number is 409." example:"0"`
	Outcome   string     `json:"outcome" enum:"moved,stayed" doc:"moved: the child lives with who claims it; stayed: with who has it." example:"stayed"`
	Evidence  []evidence `json:"evidence" minItems:"1" maxItems:"10" doc:"What it says stays where it was shown."`
}

type settledOut struct {
	Matter    string `json:"matter" example:"mfrggzdfmztwq2lknnwg23tpoa"`
	State     string `json:"state" example:"stayed"`
	Decisions int    `json:"decisions" example:"1"`
	Moved     bool   `json:"moved" doc:"The child is in another household now." example:"false"`
}

type sideOut struct {
	Household string `json:"household,omitempty" doc:"Named to officers in charge of its place only."`
	Line      int    `json:"line,omitzero" doc:"Of the child."`
	Ground    string `json:"ground,omitempty" doc:"On which the registers have somebody there as custodian today." example:"presumed"`
}

type decisionOut struct {
	Outcome  string     `json:"outcome" example:"stayed"`
	Evidence []evidence `json:"evidence"`
	At       time.Time  `json:"at"`
}

type matterOut struct {
	Matter    string        `json:"matter" example:"mfrggzdfmztwq2lknnwg23tpoa"`
	State     string        `json:"state" example:"open"`
	Ending    string        `json:"ending,omitempty" doc:"Why it ended without a decision."`
	Opened    time.Time     `json:"opened"`
	Settled   time.Time     `json:"settled,omitzero"`
	Claimant  sideOut       `json:"claimant" doc:"Where the child is claimed."`
	Holder    sideOut       `json:"holder" doc:"Where the child is, or was when it was settled."`
	Register  string        `json:"register,omitempty" doc:"What the population register says of who has custody."`
	Decisions []decisionOut `json:"decisions"`
}

// ownMatter is a rival claim as one of the two households sees it.
type ownMatter struct {
	Matter    string    `json:"matter"`
	Line      int       `json:"line,omitzero" doc:"Of the child here."`
	Claims    bool      `json:"claims" doc:"This household claims the child; otherwise it held it."`
	State     string    `json:"state"`
	Ending    string    `json:"ending,omitempty"`
	With      string    `json:"with,omitempty" doc:"Where the child is, once it is settled; never where elsewhere is."`
	Opened    time.Time `json:"opened"`
	Settled   time.Time `json:"settled,omitzero"`
	Decisions int       `json:"decisions"`
}

// OfMatter is a path with a rival claim.
type OfMatter struct {
	Matter string `path:"matter" maxLength:"26" example:"mfrggzdfmztwq2lknnwg23tpoa"`
}

func (a *API) custody() {
	add(a, operation{
		id: "custody.view", method: http.MethodGet, path: "/v1/custody/{matter}", tag: "households", may: access.HouseholdVerify,
		summary: "See a rival claim to a child", about: "For an officer of the local authority in charge of either household; household.tasks names the claim.",
	}, a.matter)
	add(a, operation{
		id: "custody.decide", method: http.MethodPost, path: "/v1/custody/{matter}/decisions", tag: "households", may: access.HouseholdVerify, creates: true, status: http.StatusCreated,
		summary: "Decide with whom a child lives",
		about:   "On evidence, by an officer who took neither declaration and is nobody concerned. Decided once: a later decision needs another officer and new evidence.",
	}, a.decideCustody)
}

func (a *API) matter(ctx context.Context, c *call, in *OfMatter) (*matterOut, error) {
	ref, err := inPath(in.Matter)
	if err != nil {
		return nil, err
	}
	m, err := a.Household.Matter(ctx, c.Caller, ref)
	if err != nil {
		return nil, err
	}
	return &matterOut{
		Matter: string(m.Matter), State: string(m.State), Ending: string(m.Ending), Opened: at(m.Opened), Settled: at(m.Settled),
		Claimant: sideShown(m.Claimant), Holder: sideShown(m.Holder), Register: string(m.Register),
		Decisions: mapped(m.Decisions, func(d household.DecisionShown) decisionOut {
			return decisionOut{string(d.Outcome), mapped(d.Evidence, func(e household.Evidence) evidence { return evidence{e.Kind, dayText(e.Day)} }), at(d.At)}
		}),
	}, nil
}

func (a *API) decideCustody(ctx context.Context, c *call, in *struct {
	OfMatter
	Body custodyIn
},
) (*settledOut, error) {
	ref, err := inPath(in.Matter)
	if err != nil {
		return nil, err
	}
	r := a.reader()
	v := household.Verification{
		Matter: ref, Decisions: in.Body.Decisions, Outcome: household.DisputeState(in.Body.Outcome),
		Evidence: numbered(in.Body.Evidence, func(i int, e evidence) household.Evidence {
			return household.Evidence{Kind: e.Kind, Day: r.day(item("evidence", i)+".day", e.Day)}
		}),
	}
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	s, err := a.Household.DecideCustody(ctx, c.Caller, c.key, v)
	if err != nil {
		return nil, err
	}
	return &settledOut{string(s.Matter), string(s.State), s.Decisions, s.Moved}, nil
}

// codeText is a household code as people write it, "" for none.
func codeText(c household.Code) string {
	if c == "" {
		return ""
	}
	return c.String()
}

func sideShown(s household.SideShown) sideOut {
	return sideOut{codeText(s.Code), s.Line, string(s.Ground)}
}

func ownMatterShown(m household.ShownMatter) ownMatter {
	return ownMatter{string(m.Matter), m.Line, m.Claims, string(m.State), string(m.Ending), string(m.With), at(m.Opened), at(m.Settled), m.Decisions}
}
