package portal

import (
	"cmp"
	"html/template"
	"net/http"
	"slices"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/i18n"
	"sijil/internal/lang"
)

// resultView is what the page of a result shows.
type resultView struct {
	*verdict

	Form    *formState
	Example *example // nil for a household a visitor described
	AsOf    civil.Date
	Place   lang.Text
	Stratum lang.Text
	Frame   lang.Text // of a household outside the formula's frame
	Scale   scale
	partsView
	Rows   []row    // what crosses a threshold, then what reaches farthest
	Rest   []row    // the others, of smaller effect
	Still  []string // questions of which no other answer changes anything
	Turn   bool     // some programme is out of reach: other help is named
	Help   []help
	Hinges bool
	Hash   string

	MoveRows, RestRows, StillItems template.HTML
}

// partsView is what an index is made of.
type partsView struct {
	Constant formula.Part
	Parts    []part // those that add or take something, the largest first
	Zero     []string
	Sum      formula.Points

	PartRows, ZeroItems template.HTML
}

// part is a contribution with its bar.
type part struct {
	formula.Part

	Name   string
	Value  string
	Points string
	Bar    template.HTML
	Notes  []string
}

// row is one question with what its other answers would do.
type row struct {
	Question string
	Given    string
	Others   []otherRow
	Opens    []string
	Strip    template.HTML
	Crosses  bool
}

type otherRow struct {
	Answer  string
	Change  string
	Crosses []string
}

// result scores a whole draft and shows what came out.
func (p *Portal) result(w http.ResponseWriter, r *http.Request, l *i18n.Language, d *draft, x *example) {
	v, err := p.judge(d)
	if err != nil && errs.KindOf(err) == errs.Internal {
		p.ours(w, r, l, err)
		return
	}
	if err != nil { // every answer is in its limits, but the formula gives no index
		d.bad("place", "problem.no_index")
		p.showForm(w, r, l, d, stepPeople, true)
		return
	}
	a := &asker{d: d, l: l}
	view := a.result(v, x)
	title := a.t("result.title")
	if a.err != nil {
		p.ours(w, r, l, a.err)
		return
	}
	path := simulatorPath
	if x != nil {
		path += "/examples/" + x.Code
	}
	data := p.newPage(l, path, title, view)
	data.InForm = x == nil
	p.show(w, r, http.StatusOK, resultPage, data)
}

func (a *asker) result(v *verdict, x *example) *resultView {
	d := a.d
	p := d.p
	out := &resultView{
		verdict: v, Example: x, AsOf: d.decl.AsOf, Stratum: p.Country.Strata[d.place.Stratum], Hash: v.Why.Hash,
		Form: d.state(stepResult, nil), Scale: newScale(v.Result.Index, v.limits()), Help: p.data.Help,
	}
	for _, province := range p.Scorer.Geography.Provinces {
		if province.Code == d.form.Place {
			out.Place = province.Name
		}
	}
	for _, profile := range p.Scorer.Formula.Definition().Frame.Outside {
		if profile.Code == v.Result.OutsideFrame {
			out.Frame = profile.Label
		}
	}
	for _, o := range v.Outcomes {
		out.Turn = out.Turn || !o.Below && o.Single == 0
	}
	out.Hinges = v.PresumedAges > 0 && (v.Low != v.High || v.RangeUnknown) || v.Awaiting > 0 || v.Size < v.Members || out.Frame != nil
	a.parts(&out.partsView, out.Why.Parts)
	a.rows(out)
	given := a.t("result.moves.yours") + a.t("result.moves.colon")
	out.MoveRows, out.RestRows, out.StillItems = moveRows(out.Rows, given), moveRows(out.Rest, given), items(out.Still)
	return out
}

// parts splits the explanation into the constant, what adds or takes
// something, and what does neither.
func (a *asker) parts(out *partsView, all []formula.Part) {
	for i, p := range all {
		out.Sum += p.Points
		switch {
		case i == 0: // the intercept stands first
			out.Constant = p
		case p.Points == 0:
			out.Zero = append(out.Zero, a.say(p.Label))
		default:
			out.Parts = append(out.Parts, part{Part: p, Name: a.partName(p), Value: a.value(p), Points: a.l.Signed(trim(p.Points.String())), Notes: a.partNotes(p)})
		}
	}
	slices.SortStableFunc(out.Parts, func(x, y part) int { return cmp.Compare(magnitude(y.Part.Points), magnitude(x.Part.Points)) })
	for i := range out.Parts {
		out.Parts[i].Bar = bar(out.Parts[i].Part.Points, magnitude(out.Parts[0].Part.Points))
	}
	out.PartRows, out.ZeroItems = partRows(out.Parts), items(out.Zero)
}

// partNotes are what stands beside a contribution.
func (a *asker) partNotes(p formula.Part) []string {
	var out []string
	if p.Status == formula.Disputed {
		out = append(out, a.t("result.parts.disputed"))
	}
	if a.registers[p.Variable] {
		out = append(out, a.t("household.part.register"))
	}
	if p.State == formula.Unknown {
		out = append(out, a.t("result.parts.unknown"))
	}
	return out
}

// limits are the thresholds of the outcomes.
func (v *verdict) limits() []threshold {
	out := make([]threshold, len(v.Outcomes))
	for i, o := range v.Outcomes {
		out[i] = o.threshold
	}
	return out
}

func magnitude(p formula.Points) formula.Points { return max(p, -p) }

// value writes what a term read of the household.
func (a *asker) value(p formula.Part) string {
	switch p.Kind {
	case "":
		return "" // a region says itself
	case formula.Boolean:
		if p.Given == "1" {
			return a.t("sim.yes")
		}
		return a.t("sim.no")
	case formula.TableByCode:
		return p.Value
	}
	return a.l.Decimal(p.Value)
}

// partName names a contribution; that of the region says that it is one.
func (a *asker) partName(p formula.Part) string {
	if p.Kind == "" {
		return a.t("result.region", "name", a.say(p.Label))
	}
	return a.say(p.Label)
}

// rows turns moves into rows of questions, and names those that change nothing.
func (a *asker) rows(out *resultView) {
	strips := newStrips(out.verdict)
	for _, m := range out.Moves {
		question := a.question(m)
		if len(m.Others) == 0 && len(m.Opens) == 0 {
			out.Still = append(out.Still, question)
			continue
		}
		r := row{Question: question, Given: a.answered(m.Given), Strip: strips.of(m)}
		for i, o := range m.Others {
			r.Crosses = r.Crosses || len(o.Crosses) > 0
			if i > 0 && o.Index == m.Others[i-1].Index { // they stand in the order of the index
				same := &r.Others[len(r.Others)-1]
				same.Answer += a.t("result.or") + a.answered(o.answered)
				continue
			}
			other := otherRow{Answer: a.answered(o.answered), Change: a.l.Signed(trim(o.Change.String()))}
			for _, programme := range o.Crosses {
				other.Crosses = append(other.Crosses, a.t("result.moves.crosses", "programme", a.say(programme)))
			}
			r.Others = append(r.Others, other)
		}
		for _, o := range m.Opens {
			r.Opens = append(r.Opens, a.t("result.moves.more", "answers", a.answered(o)))
		}
		out.Rows = append(out.Rows, r)
	}
	slices.SortStableFunc(out.Rows, func(a, b row) int { return cmp.Compare(order(a), order(b)) })
	shown := min(len(out.Rows), max(atOnce, slices.IndexFunc(append(slices.Clone(out.Rows), row{}), func(r row) bool { return !r.Crosses })))
	out.Rows, out.Rest = out.Rows[:shown], out.Rows[shown:]
}

// atOnce is how many questions are shown at once; the others open.
const atOnce = 12

// order puts what crosses a threshold in front.
func order(r row) int {
	if r.Crosses {
		return 0
	}
	return 1
}

// question names the question of a move, with the person it is about when
// there are several.
func (a *asker) question(m move) string {
	label := a.t("result.moves.age")
	if !m.Age {
		label = a.say(m.Item.Label)
	}
	if m.Person == 0 || len(a.d.form.People) == 1 {
		return label
	}
	return a.t("result.moves.person", "question", label, "number", a.l.Whole(int64(m.Person)))
}

// answered writes an answer.
func (a *asker) answered(x answered) string {
	switch {
	case x.Item == nil:
		s, err := a.l.N("sim.years", int(x.Int))
		if err != nil && a.err == nil {
			a.err = err
		}
		return s
	case len(x.Item.Choices) > 0:
		return a.say(x.Item.Choices[x.Int].Label)
	}
	switch s := written(x.Item, x.Int); s {
	case "yes":
		return a.t("sim.yes")
	case "no":
		return a.t("sim.no")
	default:
		return a.l.Decimal(s)
	}
}

// Absent is how many of those listed do not count.
func (v *resultView) Absent() int { return v.Members - v.Size }

// AwaitingKnown reports whether counting those who await a number the other
// way gives an index.
func (v *resultView) AwaitingKnown() bool { return v.Otherwise != formula.NoIndex }
