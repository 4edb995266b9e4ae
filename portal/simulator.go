package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sijil/internal/i18n"
)

// steps are the pages of the form, in their order.
var steps = []string{stepPeople, stepAnswers, stepHome, stepResult}

// formView is what a page of the form shows.
type formView struct {
	Form     *formState
	Step     string
	Number   int // of the step, from 1
	Steps    int
	Place    []field
	Blocks   []block
	Stratum  string
	Problems []field // those shown that have an error, in the order of the page
	Opened   int     // questions that were not there before
	Examples []*example
	Full     bool // no more persons fit
	Only     bool // one person is left
}

// formState is what travels with every page of the simulator.
type formState struct {
	Rest  string // the answers that are not on the page, written as a form
	Step  string
	Count int
	Asked string // the questions shown, so that the next page knows which are new
}

// simulator answers for the form and its result. Nothing of a form is stored,
// logged or put into an address: it is read, answered and forgotten.
func (p *Portal) simulator(w http.ResponseWriter, r *http.Request, l *i18n.Language) {
	if !allow(w, r, http.MethodGet, http.MethodHead, http.MethodPost) {
		p.fail(w, r, l, http.StatusMethodNotAllowed)
		return
	}
	if r.Method != http.MethodPost {
		p.showKept(w, r, simulatorPath, formPage, func() (*page, error) {
			return p.formPage(l, p.draft(newForm()), stepPeople, false)
		}, l)
		return
	}
	f, err := readForm(w, r, p.Scorer.Questionnaire)
	if err != nil {
		p.failForm(w, r, l, err)
		return
	}
	p.step(w, r, l, f)
}

// step does what the button says.
func (p *Portal) step(w http.ResponseWriter, r *http.Request, l *i18n.Language, f *form) {
	at := max(0, slices.Index(steps, f.step))
	button, argument, _ := strings.Cut(f.pressed, "-")
	visited := true
	switch button {
	case "add":
		if len(f.People) < p.Scorer.Questionnaire.Composition.MaxMembers {
			f.add()
		}
		at, visited = 0, false
	case "remove":
		if n, err := strconv.Atoi(argument); err == nil {
			f.remove(n)
		}
		at, visited = 0, false
	case "to":
		at, visited = max(0, slices.Index(steps, argument)), false
	case "stay":
		visited = false
	case "back":
		at, visited = max(0, at-1), false
	default:
		at = min(at+1, len(steps)-1)
	}
	d := p.draft(f)
	for i := range at { // no step is shown before those in front of it are whole
		if d.wrong(steps[i]) {
			p.showForm(w, r, l, d, steps[i], true)
			return
		}
	}
	if steps[at] != stepResult {
		// A step that has just been reached shows no faults yet.
		p.showForm(w, r, l, d, steps[at], visited && steps[at] == f.step)
		return
	}
	p.result(w, r, l, d, nil)
}

// wrong reports whether a step has a problem.
func (d *draft) wrong(step string) bool {
	for name := range d.problems {
		if d.stepOf(name) == step {
			return true
		}
	}
	return false
}

// stepOf is the step that asks a field.
func (d *draft) stepOf(name string) string {
	of, code, ok := strings.Cut(name, ".")
	if of == "h" {
		return stepHome
	}
	if item, known := d.p.Scorer.Questionnaire.Item(code); ok && known && item.Purpose != "composition" {
		return stepAnswers
	}
	return stepPeople
}

func (p *Portal) showForm(w http.ResponseWriter, r *http.Request, l *i18n.Language, d *draft, step string, visited bool) {
	data, err := p.formPage(l, d, step, visited)
	if err != nil {
		p.ours(w, r, l, err)
		return
	}
	data.InForm = true
	status := http.StatusOK
	if v, ok := data.Body.(*formView); ok && len(v.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	p.show(w, r, status, formPage, data)
}

// formPage makes a page of the form.
func (p *Portal) formPage(l *i18n.Language, d *draft, step string, visited bool) (*page, error) {
	a := &asker{d: d, l: l, visited: visited}
	at := slices.Index(steps, step)
	v := &formView{Step: step, Number: at + 1, Steps: len(steps)}
	switch step {
	case stepAnswers:
		v.Blocks = a.answers()
	case stepHome:
		v.Blocks = a.home()
	default:
		v.Place, v.Blocks, v.Examples = a.place(), a.people(), p.data.Examples
		v.Full, v.Only = len(v.Blocks) >= p.Scorer.Questionnaire.Composition.MaxMembers, len(v.Blocks) == 1
	}
	v.Stratum = text(p.Country.Strata[d.place.Stratum], l)
	v.Form = d.state(step, v.count())
	title := a.t("sim.title")
	if len(v.Problems) > 0 {
		title = a.t("sim.errors.title", "title", title)
	}
	if a.err != nil {
		return nil, a.err
	}
	return p.newPage(l, simulatorPath, title, v), nil
}

// count gathers the faults of the page's fields, and returns their names.
func (v *formView) count() []string {
	var names []string
	look := func(fields []field) {
		for _, f := range fields {
			names = append(names, f.Name)
			if f.Error != "" {
				v.Problems = append(v.Problems, f)
			}
			if f.New {
				v.Opened++
			}
		}
	}
	look(v.Place)
	for _, b := range v.Blocks {
		look(b.Fields)
	}
	return names
}

// state is what a page carries of the form beside the fields it shows.
func (d *draft) state(step string, shown []string) *formState {
	s := &formState{Step: step, Count: len(d.form.People)}
	visible := map[string]bool{}
	for _, name := range shown {
		visible[name] = true
	}
	asked := map[string]bool{}
	var rest strings.Builder
	add := func(name, value string) {
		if value != "" && !visible[name] {
			if rest.Len() > 0 {
				rest.WriteByte('&')
			}
			rest.WriteString(name + "=" + url.QueryEscape(value))
		}
	}
	f, q := d.form, d.p.Scorer.Questionnaire
	add("place", f.Place)
	add("stratum", f.Stratum)
	add("variant", f.Variant)
	for i, p := range f.People {
		add(personField(i+1, "born"), p.Born)
		add(personField(i+1, "sex"), p.Sex)
		for _, item := range q.Member {
			add(personField(i+1, item.Code), p.Answers[item.Code])
		}
	}
	for _, item := range q.Household {
		add(homeField(item.Code), f.Home[item.Code])
	}
	s.Rest = rest.String()
	// A question that was once on a page is not new when it comes again.
	var names []string
	for _, name := range append(shown, d.known()...) {
		if !asked[name] {
			asked[name] = true
			names = append(names, name)
		}
	}
	s.Asked = strings.Join(names, " ")
	return s
}

// known are the fields this questionnaire has that earlier pages asked.
func (d *draft) known() []string {
	var out []string
	for name := range d.form.asked {
		of, code, _ := strings.Cut(name, ".")
		if _, ok := d.p.Scorer.Questionnaire.Item(code); ok && len(of) <= 4 || code == "born" && len(of) <= 4 {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// example shows the result of one of the country's examples.
func (p *Portal) example(w http.ResponseWriter, r *http.Request, l *i18n.Language, code string) {
	at := slices.IndexFunc(p.data.Examples, func(x *example) bool { return x.Code == code })
	if at < 0 {
		p.fail(w, r, l, http.StatusNotFound)
		return
	}
	if !allow(w, r, http.MethodGet, http.MethodHead) {
		p.fail(w, r, l, http.StatusMethodNotAllowed)
		return
	}
	p.result(w, r, l, p.draft(p.data.Examples[at].form), p.data.Examples[at])
}
