package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/linkage"
	"sijil/population"
)

// Adjudication is what the API asks the population register about likely
// duplicates; *population.Service answers.
type Adjudication interface {
	Cases(ctx context.Context, c access.Caller, area string, after population.CaseCursor, limit int) ([]population.CaseEntry, error)
	Overdue(ctx context.Context, c access.Caller, after population.CaseCursor, limit int) ([]population.CaseEntry, error)
	Waiting(ctx context.Context, c access.Caller, area string, after population.CaseCursor, limit int) ([]population.WaitingEntry, error)
	Case(ctx context.Context, c access.Caller, ref uid.Ref) (population.CaseView, error)
	Judge(ctx context.Context, c access.Caller, key string, ref uid.Ref, j population.Judgement) (population.Judged, error)
	Report(ctx context.Context, c access.Caller, key string, r population.CaseReport) (uid.Ref, error)
	Contest(ctx context.Context, c access.Caller, key string, receipt uid.Ref) (population.Status, error)
	Told(st population.Status) population.Told
}

// OfArea is a list of an area.
type OfArea struct {
	Paging

	Area string `query:"area" required:"true" maxLength:"64" doc:"Code of a place, of the account's area; * is everywhere." example:"01"`
}

// OfCase is a path with a case.
type OfCase struct {
	Case string `path:"case" maxLength:"26" example:"mfrggzdfmztwq2lknnwg23tpoa"`
}

type caseEntry struct {
	Case      string    `json:"case" example:"mfrggzdfmztwq2lknnwg23tpoa"`
	Locality  string    `json:"locality" example:"01.002-U"`
	Cause     string    `json:"cause" doc:"likeness, contested, rescored or reported." example:"likeness"`
	Opened    time.Time `json:"opened"`
	Due       time.Time `json:"due" doc:"The end of the legal clock."`
	Escalated time.Time `json:"escalated,omitzero"`
	Waiting   bool      `json:"waiting" doc:"Somebody waits for a number."`
}

type casePage struct {
	Cases []caseEntry `json:"cases"`
	Next  string      `json:"next,omitempty" doc:"The cursor of the next page; left out after the last."`
}

type waitingEntry struct {
	Receipt  string    `json:"receipt" example:"mfrggzdfmztwq2lknnwg23tpoa"`
	Locality string    `json:"locality" example:"01.002-U"`
	Captured time.Time `json:"captured"`
	Due      time.Time `json:"due"`
	Overdue  bool      `json:"overdue"`
}

type waitingPage struct {
	Enrolments []waitingEntry `json:"enrolments"`
	Next       string         `json:"next,omitempty" doc:"The cursor of the next page; left out after the last."`
}

type caseRecord struct {
	Names     []personName `json:"names" doc:"Former ones too."`
	Birth     *birth       `json:"birth,omitempty"`
	Sex       string       `json:"sex" example:"female"`
	Locality  string       `json:"locality" example:"01.002-U"`
	Documents []document   `json:"documents"`
	State     string       `json:"state" example:"active"`
	Assurance string       `json:"assurance" example:"document"`
}

type caseLine struct {
	Field string            `json:"field,omitempty" example:"given"`
	Code  string            `json:"code" doc:"The level of agreement." example:"equal"`
	Bits  float64           `json:"bits" doc:"What it adds to the weight; those of all lines add up to it."`
	Args  map[string]string `json:"args,omitempty"`
	Text  string            `json:"text" doc:"The sentence in English. It holds no value of a record."`
}

type caseOther struct {
	Other    int        `json:"other" doc:"Names this person in an opinion." example:"1"`
	Record   caseRecord `json:"record"`
	Weight   float64    `json:"weight" doc:"Bits, when the case was opened."`
	Band     string     `json:"band" example:"judge"`
	Guard    string     `json:"guard,omitempty" doc:"documents_differ or maybe_kin."`
	Conflict []string   `json:"conflict" doc:"Types of documents of which each shows another: an opinion that they are one person says why."`
	Lines    []caseLine `json:"lines"`
	Model    bool       `json:"model" doc:"The lines are by the model that opened the case."`
}

type caseOut struct {
	Case      string      `json:"case" example:"mfrggzdfmztwq2lknnwg23tpoa"`
	Cause     string      `json:"cause" example:"likeness"`
	Split     bool        `json:"split" doc:"The question is whether a merge was wrong."`
	Opened    time.Time   `json:"opened"`
	Due       time.Time   `json:"due"`
	Escalated time.Time   `json:"escalated,omitzero"`
	Seen      string      `json:"seen" doc:"Send it with the opinion: when the records have changed it is 409." example:"0123456789abcdef0123456789abcdef"`
	Subject   caseRecord  `json:"subject"`
	Others    []caseOther `json:"others" doc:"The likest first."`
}

type opinionIn struct {
	Verdict  string `json:"verdict" enum:"same,different,cannot_tell" example:"different"`
	Other    int    `json:"other,omitempty" minimum:"0" maximum:"10000" doc:"Of same: which one." example:"0"`
	Reason   string `json:"reason" maxLength:"64" doc:"A code of the country's data." example:"different_kin"`
	Document string `json:"document,omitempty" maxLength:"64" doc:"Of same, where documents contradict, and only there: a code of the country's data that says why."`
	Seen     string `json:"seen" maxLength:"64" example:"0123456789abcdef0123456789abcdef"`
}

type judgedOut struct {
	State   string `json:"state" doc:"open or decided." example:"open"`
	Outcome string `json:"outcome,omitempty" doc:"different, refused, merged, split or kept." example:""`
}

type reportIn struct {
	One   string `json:"one" maxLength:"20" example:"0000000000"`
	Other string `json:"other" maxLength:"20" example:"0000000000"`
}

type reportedOut struct {
	Case string `json:"case" example:"mfrggzdfmztwq2lknnwg23tpoa"`
}

// toldOut is what the holder of a receipt is told.
type toldOut struct {
	State     map[string]string `json:"state" doc:"In plain words, by language."`
	Heard     map[string]string `json:"heard" doc:"How to be heard."`
	Since     time.Time         `json:"since"`
	Until     time.Time         `json:"until,omitzero" doc:"Until when somebody has to decide or, of a refusal, until when it can be contested."`
	Late      bool              `json:"late" doc:"The time to decide is over. That refuses nothing."`
	Household bool              `json:"household" doc:"The receipt lets a household be prepared."`
	Refusal   *refusal          `json:"refusal,omitempty"`
}

func (a *API) adjudication() {
	add(a, operation{
		id: "case.list", method: http.MethodGet, path: "/v1/cases", tag: "cases", may: access.CaseList,
		summary: "Cases to judge", about: "Open cases of an area, the oldest first, on which the account has given no opinion yet. Nobody is named.",
	}, a.listCases)
	add(a, operation{
		id: "case.overdue", method: http.MethodGet, path: "/v1/overdue-cases", tag: "cases", may: access.CaseOverdue,
		summary: "Cases whose time is over", about: "For operators, everywhere. Nobody is named.",
	}, a.listOverdue)
	add(a, operation{
		id: "case.report", method: http.MethodPost, path: "/v1/cases", tag: "cases", may: access.CaseReport, creates: true, status: http.StatusCreated,
		summary: "Report two numbers", about: "Two numbers of one person or, when one of them was merged into the other, of two people. Two other officers judge; nothing changes before.",
	}, a.report)
	add(a, operation{
		id: "case.view", method: http.MethodPost, path: "/v1/cases/{case}/view", tag: "cases", may: access.CaseView,
		summary: "See the records of a case side by side", about: "A disclosure of each person. What others hold of the case is not shown.",
	}, a.viewCase)
	add(a, operation{
		id: "case.judge", method: http.MethodPost, path: "/v1/cases/{case}/opinions", tag: "cases", may: access.CaseJudge, creates: true, status: http.StatusCreated,
		summary: "Say whether they are one person", about: "The first opinion binds nobody. Where two officers agree the case is decided; where they do not, a third one tips it.",
	}, a.judgeCase)
	add(a, operation{
		id: "enrolment.waiting", method: http.MethodGet, path: "/v1/waiting-enrolments", tag: "enrolments", may: access.CaseWaiting,
		summary: "Enrolments whose witnesses wait to be heard", about: "Of an area, the oldest first, for the second officer.",
	}, a.listWaiting)
	add(a, operation{
		id: "enrolment.contest", method: http.MethodPost, path: "/v1/enrolments/{receipt}/contest", tag: "enrolments", may: access.PersonContest, creates: true,
		summary: "Hear a refused person", about: "At any counter, by an officer who had nothing to do with the refusal.",
	}, a.contest)
}

func (a *API) listCases(ctx context.Context, c *call, in *OfArea) (*casePage, error) {
	return a.casesPage(ctx, c, "case.list", in.Area, in.Paging, func(after population.CaseCursor) ([]population.CaseEntry, error) {
		return a.Population.Cases(ctx, c.Caller, in.Area, after, in.Limit)
	})
}

func (a *API) listOverdue(ctx context.Context, c *call, in *Paging) (*casePage, error) {
	return a.casesPage(ctx, c, "case.overdue", "", *in, func(after population.CaseCursor) ([]population.CaseEntry, error) {
		return a.Population.Overdue(ctx, c.Caller, after, in.Limit)
	})
}

func (a *API) casesPage(ctx context.Context, c *call, list, filter string, p Paging, read func(population.CaseCursor) ([]population.CaseEntry, error)) (*casePage, error) {
	after, err := a.takeCase(ctx, c, list, filter, p.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := read(after)
	if err != nil {
		return nil, err
	}
	out := &casePage{Cases: mapped(rows, func(e population.CaseEntry) caseEntry {
		return caseEntry{string(e.Ref), e.Locality, string(e.Cause), at(e.Opened), at(e.Due), at(e.Escalated), e.Waiting}
	})}
	if len(rows) == p.Limit {
		out.Next, err = a.giveCase(ctx, c, list, filter, rows[len(rows)-1].Cursor())
	}
	return out, err
}

func (a *API) listWaiting(ctx context.Context, c *call, in *OfArea) (*waitingPage, error) {
	const list = "enrolment.waiting"
	after, err := a.takeCase(ctx, c, list, in.Area, in.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := a.Population.Waiting(ctx, c.Caller, in.Area, after, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &waitingPage{Enrolments: mapped(rows, func(e population.WaitingEntry) waitingEntry {
		return waitingEntry{string(e.Receipt), e.Locality, at(e.Captured), at(e.Due), e.Overdue}
	})}
	if len(rows) == in.Limit {
		out.Next, err = a.giveCase(ctx, c, list, in.Area, rows[len(rows)-1].Cursor())
	}
	return out, err
}

// giveCase and takeCase carry where a list ended.
func (a *API) giveCase(ctx context.Context, c *call, list, filter string, at population.CaseCursor) (string, error) {
	return a.give(ctx, c, list, filter, strconv.FormatInt(at.At.UnixMicro(), 10)+" "+string(at.Ref))
}

func (a *API) takeCase(ctx context.Context, c *call, list, filter, cursor string) (population.CaseCursor, error) {
	state, err := a.take(ctx, c, list, filter, cursor)
	if err != nil || state == "" {
		return population.CaseCursor{}, err
	}
	micros, ref, _ := strings.Cut(state, " ")
	n, err := strconv.ParseInt(micros, 10, 64)
	return population.CaseCursor{At: time.UnixMicro(n).UTC(), Ref: uid.Ref(ref)}, err
}

func (a *API) report(ctx context.Context, c *call, in *given[reportIn]) (*reportedOut, error) {
	r := a.reader()
	q := population.CaseReport{One: r.number("one", in.Body.One), Other: r.number("other", in.Body.Other)}
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	ref, err := a.Population.Report(ctx, c.Caller, c.key, q)
	if err != nil {
		return nil, err
	}
	return &reportedOut{string(ref)}, nil
}

func (a *API) viewCase(ctx context.Context, c *call, in *OfCase) (*caseOut, error) {
	ref, err := inPath(in.Case)
	if err != nil {
		return nil, err
	}
	v, err := a.Population.Case(ctx, c.Caller, ref)
	if err != nil {
		return nil, err
	}
	out := &caseOut{
		Case: string(v.Ref), Cause: string(v.Cause), Split: v.Split, Opened: at(v.Opened), Due: at(v.Due), Escalated: at(v.Escalated), Seen: v.Seen,
		Subject: caseRecordOut(v.Subject),
	}
	out.Others = mapped(v.Others, func(o population.CaseOther) caseOther {
		return caseOther{o.Place, caseRecordOut(o.CaseRecord), o.Weight, o.Band, o.Guard, texts(o.Conflict), mapped(o.Lines, caseLineOut), o.Model}
	})
	return out, nil
}

func caseRecordOut(r population.CaseRecord) caseRecord {
	return caseRecord{mapped(r.Names, nameOut), birthOut(r.Birth), string(r.Sex), r.Locality, mapped(r.Documents, documentOut), string(r.State), string(r.Assurance)}
}

func caseLineOut(l linkage.Line) caseLine { return caseLine{l.Field, l.Code, l.Bits, l.Args, l.Text} }

func (a *API) judgeCase(ctx context.Context, c *call, in *struct {
	OfCase
	Body opinionIn
},
) (*judgedOut, error) {
	ref, err := inPath(in.Case)
	if err != nil {
		return nil, err
	}
	b := in.Body
	got, err := a.Population.Judge(ctx, c.Caller, c.key, ref, population.Judgement{
		Verdict: population.Opinion(b.Verdict), Other: b.Other, Reason: b.Reason, Document: b.Document, Seen: b.Seen,
	})
	if err != nil {
		return nil, err
	}
	return &judgedOut{string(got.State), string(got.Outcome)}, nil
}

func (a *API) contest(ctx context.Context, c *call, in *OfReceipt) (*statusOut, error) {
	ref, err := inPath(in.Receipt)
	if err != nil {
		return nil, err
	}
	s, err := a.Population.Contest(ctx, c.Caller, c.key, ref)
	if err != nil {
		return nil, err
	}
	out := statusShown(s)
	out.Told = a.told(s)
	return out, nil
}

func (a *API) told(s population.Status) *toldOut {
	t := a.Population.Told(s)
	out := &toldOut{State: t.State, Heard: t.Heard, Since: at(t.Since), Until: at(t.Until), Late: t.Late, Household: t.Household}
	if f := t.Refusal; f != nil {
		out.Refusal = &refusal{f.Code, f.Reason, f.Help}
	}
	return out
}
