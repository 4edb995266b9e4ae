package portal

import (
	"net/http"
	"net/url"
	"slices"

	"sijil/access"
	"sijil/agency"
	"sijil/formula"
	"sijil/household"
	"sijil/internal/errs"
	"sijil/internal/i18n"
	"sijil/internal/uid"
)

// maxAsk is the size of a form that asks for a household, in bytes.
const maxAsk = 8 << 10

// askForm is what somebody writes to see a household: nothing of it is ever in
// an address or a title.
type askForm struct {
	Code    string
	Sample  string
	Purpose string
	Case    string
	Go      string // the button
}

// What the buttons of the page ask for.
const (
	goAnswers   = "answers"   // open the answers, which is written down
	goHousehold = "household" // the page as the household sees it
	goBack      = "back"      // the page as the office sees it
)

func (p *Portal) readAsk(values url.Values) askForm {
	f := askForm{Code: clean(values.Get("code")), Sample: clean(values.Get("sample")), Purpose: clean(values.Get("purpose")), Case: clean(values.Get("case")), Go: values.Get("go")}
	if f.Code == "" && p.Demo {
		f.Code = f.Sample
	}
	return f
}

// askView is the page that asks which household, and what for.
type askView struct {
	Fields   []field
	Problems []field
	Demo     bool
}

// household answers for the page of one household.
func (p *Portal) household(w http.ResponseWriter, r *http.Request, l *i18n.Language, v *visitor) {
	if !allow(w, r, http.MethodGet, http.MethodHead, http.MethodPost) {
		p.fail(w, r, l, http.StatusMethodNotAllowed)
		return
	}
	if !v.Households() {
		p.fail(w, r, l, http.StatusForbidden)
		return
	}
	if r.Method != http.MethodPost {
		p.ask(w, r, l, v, askForm{}, nil)
		return
	}
	values, err := readValues(w, r, maxAsk)
	if err != nil {
		p.failForm(w, r, l, err)
		return
	}
	f := p.readAsk(values)
	purposes, err := p.purposes(r, v)
	if err != nil {
		p.ours(w, r, l, err)
		return
	}
	problems := map[string]string{}
	code, err := household.ParseCode(f.Code)
	if err != nil {
		problems["code"] = "problem.household_code"
	}
	chosen := slices.IndexFunc(purposes, func(x agency.Purpose) bool { return x.Code == f.Purpose })
	if chosen < 0 {
		problems["purpose"] = "problem.purpose"
	}
	if _, err := uid.ParseRef(f.Case); f.Case != "" && err != nil {
		problems["case"] = "problem.case"
	}
	if len(problems) > 0 {
		p.ask(w, r, l, v, f, problems)
		return
	}
	p.look(w, r, l, v, f, code, purposes[chosen])
}

// look reads the household and shows it.
func (p *Portal) look(w http.ResponseWriter, r *http.Request, l *i18n.Language, v *visitor, f askForm, code household.Code, purpose agency.Purpose) {
	c, err := p.Work.Staff.Authenticate(r.Context(), agency.Credential{Session: v.secret, Purpose: f.Purpose, Case: uid.Ref(f.Case)})
	if codeOf(err) == "agency.purpose" { // it ended while the form was open
		p.ask(w, r, l, v, f, map[string]string{"purpose": "problem.purpose"})
		return
	}
	if err != nil {
		p.ours(w, r, l, err)
		return
	}
	q := household.ViewRequest{Household: code, Parts: household.TheScore | household.TheHistory}
	if f.Go == goAnswers {
		q.Parts |= household.TheAnswers
	}
	shown, err := p.Work.Households.View(r.Context(), c, q)
	switch {
	case errs.KindOf(err) == errs.NotFound, codeOf(err) == "access.area":
		// Whether a household of another office has this code is not told.
		p.ask(w, r, l, v, f, map[string]string{"code": "problem.no_household"})
		return
	case errs.KindOf(err) == errs.Denied:
		p.fail(w, r, l, http.StatusForbidden)
		return
	case errs.KindOf(err) == errs.Invalid:
		p.ask(w, r, l, v, f, map[string]string{"case": "problem.case"})
		return
	case err != nil:
		p.ours(w, r, l, err)
		return
	}
	s := seen{shown: shown, caller: c, form: f, purpose: purpose, office: v.Office}
	if shown.Score != nil {
		if s.outcomes, err = p.Work.Outcomes.Of(r.Context(), c, shown.ID, shown.Score.ID); err != nil {
			p.ours(w, r, l, err)
			return
		}
	}
	a := &asker{l: l}
	view := p.householdView(a, s)
	title := a.t("household.title")
	if a.err != nil {
		p.ours(w, r, l, a.err)
		return
	}
	page := p.workPage(l, householdPath, title, v, view)
	page.InForm = true
	p.show(w, r, http.StatusOK, householdPage, page)
}

// purposes are those that the visitor may state for looking at a household
// today.
func (p *Portal) purposes(r *http.Request, v *visitor) ([]agency.Purpose, error) {
	all, err := p.Work.Staff.Purposes(r.Context())
	if err != nil {
		return nil, err
	}
	today := p.today()
	return slices.DeleteFunc(all, func(x agency.Purpose) bool {
		mine := slices.ContainsFunc(x.Roles, func(role access.Role) bool { return slices.Contains(v.caller.Roles, role) })
		over := !x.To.IsZero() && today.After(x.To) || !x.From.IsZero() && today.Before(x.From)
		return !mine || over
	}), nil
}

// exampleNames are the messages that say what a household of the sample shows.
var exampleNames = map[string]string{
	household.TellingLowest: "example.lowest", household.TellingNearest: "example.nearest", household.TellingHighest: "example.highest",
	household.TellingAwaiting: "example.awaiting", household.TellingPresumed: "example.presumed", household.TellingOutside: "example.outside",
	household.TellingTask: "example.task",
}

// ask shows the form that asks which household, and what for.
func (p *Portal) ask(w http.ResponseWriter, r *http.Request, l *i18n.Language, v *visitor, f askForm, problems map[string]string) {
	a := &asker{l: l}
	purposes, err := p.purposes(r, v)
	if err != nil {
		p.ours(w, r, l, err)
		return
	}
	samples, err := p.samples(r)
	if err != nil {
		p.ours(w, r, l, err)
		return
	}
	view := &askView{Demo: p.Demo}
	code := field{Name: "code", Label: a.t("ask.code"), Help: a.t("ask.code.help"), Kind: "text", Mode: "text", Value: f.Code}
	if len(samples) > 0 {
		sample := field{Name: "sample", Label: a.t("ask.sample"), Help: a.t("ask.sample.help"), Kind: "select", Blank: a.t("ask.sample.none")}
		for _, x := range samples {
			sample.Options = append(sample.Options, option{Value: string(x.Code), Label: a.t(exampleNames[x.Why]) + " — " + x.Code.String(), Chosen: x.Code == household.Code(f.Sample)})
		}
		if f.Code == f.Sample {
			code.Value = ""
		}
		view.Fields = append(view.Fields, sample)
	}
	purpose := field{Name: "purpose", Label: a.t("ask.purpose"), Help: a.t("ask.purpose.help"), Kind: "radio"}
	for _, x := range purposes {
		purpose.Options = append(purpose.Options, option{Value: x.Code, Label: a.say(x.Name), Chosen: x.Code == f.Purpose})
	}
	view.Fields = append(view.Fields, code, purpose, field{Name: "case", Label: a.t("ask.case"), Help: a.t("ask.case.help"), Kind: "text", Mode: "text", Value: f.Case})
	for i := range view.Fields {
		x := &view.Fields[i]
		if key, wrong := problems[x.Name]; wrong {
			x.Error = a.t(key)
			view.Problems = append(view.Problems, *x)
		}
	}
	title, status := a.t("ask.title"), http.StatusOK
	if len(problems) > 0 {
		title, status = a.t("sim.errors.title", "title", title), http.StatusUnprocessableEntity
	}
	if a.err != nil {
		p.ours(w, r, l, a.err)
		return
	}
	p.show(w, r, status, askPage, p.workPage(l, householdPath, title, v, view))
}

// samples are households of a demonstration, each once.
func (p *Portal) samples(r *http.Request) ([]household.Example, error) {
	if !p.Demo || p.Work.Samples == nil {
		return nil, nil
	}
	var limits []formula.Index
	for _, t := range p.thresholds(p.today()) {
		limits = append(limits, formula.Index(t.AtMost))
	}
	all, err := p.Work.Samples.Examples(r.Context(), limits)
	if err != nil {
		return nil, err
	}
	seen := map[household.Code]bool{}
	return slices.DeleteFunc(all, func(x household.Example) bool {
		again := seen[x.Code] || exampleNames[x.Why] == ""
		seen[x.Code] = true
		return again
	}), nil
}
