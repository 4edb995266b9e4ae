package portal

import (
	"html/template"
	"slices"
	"strings"

	"sijil/access"
	"sijil/agency"
	"sijil/formula"
	"sijil/household"
	"sijil/internal/civil"
	"sijil/internal/country"
	"sijil/programme"
)

// seen is a household with who looks at it.
type seen struct {
	shown    *household.Shown
	outcomes []programme.Outcome
	caller   access.Caller
	form     askForm
	purpose  agency.Purpose
	office   string
}

// householdView is what the page of a household shows. It names nobody.
type householdView struct {
	Form     askForm
	Code     string
	Resident bool // for the household itself
	Preview  bool // an office looks at what the household sees
	Declared string
	HeadNote string
	Place    string
	Lines    []memberLine
	Open     []string // what is not settled, said to both sides
	Score    *scoreView
	History  []historyRow
	Answers  []answerBlock // nil while they are masked
	Note     string
	Record   recorded
	Help     []help
}

// scoreView is the index in force.
type scoreView struct {
	partsView

	Index                  formula.Index
	From                   string
	AsOf                   civil.Date
	Cause                  string
	Scale                  scale
	Outcomes               []outcomeView
	Turn                   bool // some programme does not take the household by its index: other help is named
	Formula, Version, Hash string
	Sources                []string // of the formula's numbers
}

// memberLine is one person of the household: a line, not a name.
type memberLine struct {
	Number   int
	Head     bool
	Own      bool
	Adult    bool
	Standing string
	Counted  bool
	Due      string
}

// outcomeView is what the score means for one programme.
type outcomeView struct {
	threshold

	Class    string // below, above or open
	Verdict  string
	Text     string
	Reason   string
	Hinge    string
	Never    string // why no other answer would change it
	Day      civil.Date
	Again    string // what gives a new outcome
	Standing programme.Standing
}

// recorded is what opening the answers writes down.
type recorded struct {
	Purpose, Basis, Case, Office string
}

type historyRow struct {
	From, To string
	Cause    string
	Version  int
	Index    formula.Index
	Picture  template.HTML
	InForce  bool
}

// householdView puts the page together.
func (p *Portal) householdView(a *asker, s seen) *householdView {
	sh := s.shown
	out := &householdView{
		Form: s.form, Code: sh.Code.String(), Note: sh.Note, Help: p.data.Help,
		Record: recorded{a.say(s.purpose.Name), s.purpose.Basis, s.form.Case, s.office},
	}
	out.Preview = s.form.Go == goHousehold && s.caller.Kind != access.Person
	out.Resident = out.Preview || s.caller.Kind == access.Person
	p.declared(a, sh, out)
	out.Open = p.open(a, sh)
	if sh.Score != nil {
		out.Score = p.scoreView(a, s)
		p.history(a, sh, out)
	}
	if sh.Answers != nil && !out.Preview {
		out.Answers = p.answerBlocks(a, sh)
	}
	return out
}

// standingNames are the messages for how a person stands to a line.
var standingNames = map[household.Standing]string{
	household.Declared: "standing.declared", household.Confirmed: "standing.confirmed", household.Unconfirmed: "standing.unconfirmed",
	household.Child: "standing.child", household.Rival: "standing.rival", household.Awaiting: "standing.awaiting",
	household.Refused: "standing.refused", household.Left: "standing.left",
}

// declared says who is in the household, and where it lives.
func (p *Portal) declared(a *asker, sh *household.Shown, out *householdView) {
	for _, x := range p.Scorer.Geography.Localities {
		if x.Code == sh.Locality {
			out.Place = a.say(x.Name)
		}
	}
	if p.rules != nil {
		if item, ok := p.Scorer.Questionnaire.Item(p.rules.Declarant.Item); ok {
			if at, ok := item.Choice(sh.DeclaredBy); ok {
				out.Declared = a.say(item.Choices[at].Label)
			}
		}
		for _, reason := range p.rules.HeadChange.Reasons {
			if reason.Code == sh.HeadReason {
				out.HeadNote = a.say(reason.Name)
			}
		}
	}
	for _, x := range sh.Lines {
		m := memberLine{Number: x.Line, Head: x.Line == sh.Head, Own: x.Line == sh.Own, Adult: x.Adult, Standing: a.t(standingNames[x.Standing]), Counted: x.Counted}
		if !x.Counted && !x.Due.IsZero() {
			m.Due = a.day(civil.Of(x.Due.In(p.Country.Zone)))
		}
		out.Lines = append(out.Lines, m)
	}
}

// day writes a day in words.
func (a *asker) day(d civil.Date) string {
	s, err := a.l.Date(d)
	if err != nil && a.err == nil {
		a.err = err
	}
	return s
}

// N is a text in the plural form of n; its error is kept for the end.
func (a *asker) N(key string, n int, pairs ...any) string {
	s, err := a.l.N(key, n, pairs...)
	if err != nil && a.err == nil {
		a.err = err
	}
	return s
}

// taskNames are the messages that say what is open.
var taskNames = map[household.TaskKind]string{
	household.MemberMoved: "task.member_moved", household.MemberRefused: "task.member_refused", household.RivalCustody: "task.rival_custody",
	household.MemberDied: "task.member_died", household.AnswersMissing: "task.answers_missing",
	household.PersonsMerged: "task.persons_merged",
}

// open says what is not settled. It is the same for the office and for the
// household, and nothing of it stops anything by itself.
func (p *Portal) open(a *asker, sh *household.Shown) []string {
	var out []string
	if s := sh.Score; s != nil {
		low, high := a.l.Decimal(s.Low.String()), a.l.Decimal(s.High.String())
		switch {
		case s.RangeUnknown:
			out = append(out, a.t("result.presumed.unknown"))
		case s.Presumed > 0 && s.Low != s.High:
			out = append(out, a.N("result.presumed", s.Presumed, "low", low, "high", high)+" "+a.t("result.presumed.decides"))
		}
		switch {
		case s.Awaiting > 0 && s.Otherwise != formula.NoIndex:
			out = append(out, a.N("result.awaiting", s.Awaiting, "index", a.l.Decimal(s.Otherwise.String())))
		case s.Awaiting > 0:
			out = append(out, a.t("result.awaiting.none"))
		}
		if s.OutsideFrame != "" {
			out = append(out, a.t("result.frame", "profile", p.profile(a, &s.Figures)))
		}
		if len(s.Imputed) > 0 {
			out = append(out, a.N("open.imputed", len(s.Imputed)))
		}
	}
	kinds := slices.Clone(sh.Tasks)
	slices.Sort(kinds)
	for _, kind := range slices.Compact(kinds) {
		if key, ok := taskNames[kind]; ok {
			out = append(out, a.t(key))
		} else {
			out = append(out, a.t("task.other"))
		}
	}
	if sh.Draft > 0 {
		out = append(out, a.t("open.draft"))
	}
	if !sh.ReviewDue.IsZero() {
		if sh.ReviewDue.Before(p.today()) {
			out = append(out, a.t("open.review_late", "date", a.day(sh.ReviewDue)))
		} else {
			out = append(out, a.t("open.review", "date", a.day(sh.ReviewDue)))
		}
	}
	return out
}

// profile names why a household is outside the formula's frame.
func (p *Portal) profile(a *asker, f *household.Figures) string {
	if made, ok := p.formulas[f.FormulaHash]; ok {
		for _, x := range made.Definition().Frame.Outside {
			if x.Code == f.OutsideFrame {
				return a.say(x.Label)
			}
		}
	}
	return a.t("open.other_profile")
}

// causeNames are the messages for why there is a new index.
var causeNames = map[household.Cause]string{
	household.CauseDeclaration: "cause.declaration", household.CauseCorrection: "cause.correction", household.CauseMember: "cause.member",
	household.CauseFormula: "cause.formula", household.CauseReview: "cause.review",
}

func (a *asker) cause(c household.Cause) string {
	if key, ok := causeNames[c]; ok {
		return a.t(key)
	}
	return a.t("cause.other")
}

// scoreView explains the index in force.
func (p *Portal) scoreView(a *asker, s seen) *scoreView {
	sc := s.shown.Score
	out := &scoreView{
		Index: sc.Index, From: a.day(civil.Of(sc.From.In(p.Country.Zone))), AsOf: sc.AsOf, Cause: a.cause(sc.Cause),
		Formula: sc.Formula, Version: sc.FormulaVersion, Hash: sc.FormulaHash,
	}
	parts, err := p.stored(&sc.Figures)
	if err != nil {
		a.err = err
		return out
	}
	a.registers = p.fromRegister(&sc.Figures)
	a.parts(&out.partsView, parts)
	lowest, bounded := p.lowest(&sc.Figures, parts, len(s.shown.Lines))
	var thresholds []threshold
	for _, o := range s.outcomes {
		t := threshold{p.programme(o.Programme), country.Threshold{Formula: o.Formula, AtMost: o.Threshold, From: o.ThresholdFrom}}
		thresholds = append(thresholds, t)
		out.Outcomes = append(out.Outcomes, a.outcomeOf(t, o, lowest, bounded))
		out.Turn = out.Turn || o.Standing != programme.AtOrBelow
	}
	out.Scale = newScale(sc.Index, thresholds)
	if f, ok := p.formulas[sc.FormulaHash]; ok {
		for _, source := range f.Definition().Sources {
			out.Sources = append(out.Sources, source.Text)
		}
	}
	return out
}

// programme is that of an id, by its name where the country still has it.
func (p *Portal) programme(id string) country.Programme {
	i := slices.IndexFunc(p.Programmes, func(x country.Programme) bool { return x.ID == id })
	if i < 0 {
		return country.Programme{ID: id}
	}
	return p.Programmes[i]
}

// reasonNames are the messages for why an outcome is what it is.
var reasonNames = map[programme.Reason]string{
	programme.Compared: "reason.compared", programme.OutsideFrame: "reason.outside_frame", programme.PresumedBirthday: "reason.presumed_birthday",
	programme.AwaitingNumber: "reason.awaiting_number", programme.MissingAnswer: "reason.missing_answer",
}

// hingeNames say on what alone an outcome in favour rests.
var hingeNames = map[programme.Reason]string{
	programme.PresumedBirthday: "hinge.presumed_birthday", programme.AwaitingNumber: "hinge.awaiting_number", programme.MissingAnswer: "hinge.missing_answer",
}

func (a *asker) outcomeOf(t threshold, o programme.Outcome, lowest formula.Index, bounded bool) outcomeView {
	v := outcomeView{threshold: t, Day: o.Day, Standing: o.Standing, Reason: a.t(reasonNames[o.Reason])}
	distance := o.Distance
	if distance < 0 {
		distance = -distance
	}
	limit, away := a.l.Decimal(o.Threshold.String()), a.l.Decimal(distance.String())
	switch {
	case o.Distance == 0:
		v.Text = a.t("result.equal.text", "threshold", limit)
	case o.Distance < 0:
		v.Text = a.t("result.below.text", "threshold", limit, "distance", away)
	default:
		v.Text = a.t("result.above.text", "threshold", limit, "distance", away)
	}
	switch o.Standing {
	case programme.AtOrBelow:
		v.Class, v.Verdict = "below", a.t("result.below")
	case programme.Above:
		v.Class, v.Verdict = "above", a.t("result.above")
		if bounded && !lowest.AtOrBelow(o.Threshold) {
			v.Never = a.t("household.never", "lowest", a.l.Decimal(lowest.String()))
		}
	default:
		v.Class, v.Verdict = "open", a.t("household.undecided")
		v.Text = a.t("household.undecided.text", "threshold", limit)
	}
	if key, ok := hingeNames[o.Hinges]; ok {
		v.Hinge = a.t(key)
	}
	var again []string
	for cause := range strings.SplitSeq(o.Recomputes, ",") {
		if cause != "" {
			again = append(again, a.cause(household.Cause(cause)))
		}
	}
	v.Again = strings.Join(again, a.t("result.or"))
	return v
}

// history draws every index the household had, on one scale.
func (p *Portal) history(a *asker, sh *household.Shown, out *householdView) {
	var all []formula.Index
	for _, x := range sh.History {
		all = append(all, x.Index)
	}
	for _, l := range out.Score.Scale.Limits {
		all = append(all, formula.Index(l.AtMost))
	}
	s := strips{axis: newAxis(append(all, sh.Score.Index)...), here: sh.Score.Index}
	for _, l := range out.Score.Scale.Limits {
		s.limits = append(s.limits, percent(s.at(formula.Index(l.AtMost))))
	}
	for _, x := range sh.History {
		row := historyRow{From: a.day(civil.Of(x.From.In(p.Country.Zone))), Cause: a.cause(x.Cause), Version: x.Version, Index: x.Index, InForce: x.To.IsZero()}
		if !row.InForce {
			row.To = a.day(civil.Of(x.To.In(p.Country.Zone)))
		}
		row.Picture = s.dot(x.Index, row.InForce)
		out.History = append(out.History, row)
	}
}
