package survey

import (
	"math"
	"path"
	"regexp"
	"slices"
	"strings"

	"sijil/formula"
	"sijil/internal/errs"
)

// CardOptions are what a card says that neither sample nor model knows.
type CardOptions struct {
	SHA256     string // of the survey file, in hexadecimal
	Survey     string // its name, if it has one
	SurveyYear string // "2022" or "2022-23"
	PriceYear  string // of the money of the target

	Weight, Stratum, PSU, FPC string // columns

	Folds    []int  // of the judgement
	FoldsHow string // how they were made: see FoldsDealt

	Collinear Collinear
	Assess    AssessOptions
	Progress  func(stage string, done, total int)
}

var yearShape = regexp.MustCompile(`^[0-9]{4}([-/][0-9]{2}([0-9]{2})?)?$`)

func (o *CardOptions) check() error {
	var list errs.List
	for _, y := range []struct{ field, text string }{{"survey year", o.SurveyYear}, {"price year", o.PriceYear}} {
		if !yearShape.MatchString(y.text) {
			list.Addf(y.field, "write it as 2022 or 2022-23", "the year is missing or has the wrong shape")
		}
	}
	if !slices.Contains([]string{FoldsDealt, FoldsColumn, FoldsWaves}, o.FoldsHow) || len(o.Folds) == 0 {
		list.Addf("folds", "say whether they were dealt, or given by a column or by waves", "the card must say how the folds were made")
	}
	return list.Err()
}

// MakeCard judges a published model out of fold, beside a universal grant and
// the programmes of the options, and writes its card.
func MakeCard(s *Sample, l *Linear, p *Published, o CardOptions) (*Card, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	method, err := l.Method.Method()
	if err != nil {
		return nil, err
	}
	stage := func(name string) func(int, int) {
		if o.Progress == nil {
			return nil
		}
		return func(done, total int) { o.Progress(name, done, total) }
	}
	o.Assess.Progress = stage("judged")
	o.Assess.Level = method.Level
	scores, _, err := OutOfFold(s, method, o.Folds)
	if err != nil {
		return nil, err
	}
	a, err := Assess(s, scores, o.Assess)
	if err != nil {
		return nil, err
	}
	c := &Card{Format: 1, Languages: p.Wording.Languages, Frame: p.Definition.Frame, Labels: p.Wording.Groups, NotFor: p.Wording.NotFor,
		Formula: CardFormula{ID: p.Formula.ID(), Version: p.Formula.Version(), Hash: p.Formula.Hash(), Evaluation: formula.EvaluationVersion,
			Title: p.Definition.Title, Meaning: p.Definition.Meaning, From: p.Definition.Valid.From, To: p.Definition.Valid.To},
		Method:   CardMethod{LinearMethod: l.Method, Collinear: o.Collinear, Folds: o.FoldsHow, FoldCount: slices.Max(o.Folds) + 1, Replicates: o.Assess.Replicates, Seed: o.Assess.Seed},
		Accuracy: accuracyOf(a), Withheld: []CardLevel{}, Groups: []GroupErrors{}}
	if c.Method.Collinear == "" {
		c.Method.Collinear = CollinearRefuse
	}
	if c.NotFor == nil {
		c.NotFor = []formula.Text{}
	}
	if c.Labels == nil {
		c.Labels = []GroupWording{}
	}
	c.data(s, a, &o)
	if err := c.design(s, &o); err != nil {
		return nil, err
	}
	c.strata(s, l, p)
	c.groups(a)
	if err := c.near(s, scores, &o); err != nil {
		return nil, err
	}
	effect, err := p.Effect(s, o.Assess.Quotas)
	if err != nil {
		return nil, err
	}
	c.Rounding = *effect
	o.Assess.Progress = stage("priced")
	if err := c.prices(s, p, method, &o); err != nil {
		return nil, err
	}
	c.failures(s, p)
	return c, c.Seal()
}

func (c *Card) data(s *Sample, a *Assessment, o *CardOptions) {
	c.Data = CardData{File: path.Base(strings.ReplaceAll(s.File, `\`, "/")), SHA256: o.SHA256, Survey: o.Survey, SurveyYear: o.SurveyYear, PriceYear: o.PriceYear,
		Rows: s.N(), Dropped: s.Dropped, Target: s.Target, Log: s.Log, Welfare: a.Welfare}
	for _, m := range s.Missing {
		c.Data.Missing = append(c.Data.Missing, Absence{m.Column, m.Count})
	}
}

func (c *Card) design(s *Sample, o *CardOptions) error {
	d, err := Describe(s)
	if err != nil {
		return err
	}
	c.Design = CardDesign{Weight: o.Weight, Stratum: o.Stratum, PSU: o.PSU, FPC: o.FPC, Strata: d.Strata, Units: d.Units, DF: d.DF,
		LonelyUnit: d.LonelyUnit, Lonely: s.Design.Lonely, SumWeights: d.SumWeights, KishDeff: d.KishDeff}
	if c.Design.Lonely == "" {
		c.Design.Lonely = LonelyFail
	}
	return nil
}

func accuracyOf(a *Assessment) CardAccuracy {
	out := CardAccuracy{R2: a.R2, Spearman: a.Spearman, Gini: a.Gini, Intervals: a.Intervals, Quota: a.Quota, Line: a.Line, Programmes: a.Effect, Poverty: []CardPoverty{}}
	for _, f := range a.FGT {
		out.Poverty = append(out.Poverty, CardPoverty{Q: f.Q, Line: f.Line, Alpha: f.Alpha, Value: f.Value, SE: f.SE})
	}
	return out
}

// groups keeps the groups that are large enough to speak of.
func (c *Card) groups(a *Assessment) {
	for _, g := range a.Groups {
		level := CardLevel{g.Group, g.Level}
		switch {
		case g.Rows >= MinGroupRows:
			c.Groups = append(c.Groups, g)
		case !slices.Contains(c.Withheld, level):
			c.Withheld = append(c.Withheld, level)
		}
	}
}

func (c *Card) strata(s *Sample, l *Linear, p *Published) {
	for _, w := range p.Wording.Strata {
		def, part := p.Definition.Strata[w.Name], p.part(w.Name)
		out := CardStratum{Name: w.Name, Label: w.Label, N: len(part.Rows), Lambda: part.Lambda, Dropped: part.Dropped, Coefficients: []CardCoefficient{}}
		if l.Method.By == "" && len(p.Wording.Strata) > 1 {
			out.N = 0
			for i := range s.N() {
				if p.Wording.Strata[max(0, stratumOf(p.Wording, s, i))].Name == w.Name {
					out.N++
				}
			}
		}
		if part.Coefficients != nil {
			r2 := part.R2
			out.R2 = &r2
		}
		for _, n := range p.Numbers {
			if n.Stratum != w.Name {
				continue
			}
			k := CardCoefficient{PublishedNumber: n, Label: labelOf(def, n)}
			if at := slices.IndexFunc(def.Terms, func(t formula.Term) bool { return t.Code == n.Code }); at >= 0 {
				k.Kind = def.Terms[at].Kind
			}
			if t := p.Wording.termOf(s, n.Column); t != nil {
				k.Tags, k.Level = t.Tags, t.Levels[n.Of]
			}
			k.errors(part)
			out.Coefficients = append(out.Coefficients, k)
		}
		c.Strata = append(c.Strata, out)
	}
}

// errors takes the standard errors from the fit, where the number is the
// estimate itself.
func (k *CardCoefficient) errors(part *LinearPart) {
	at := slices.IndexFunc(part.Coefficients, func(f Coefficient) bool { return f.Name == k.Column })
	if at < 0 {
		return
	}
	f := part.Coefficients[at]
	scale := 1.
	switch {
	case f.Estimate == k.Estimate:
	case k.Kind == formula.Square:
		scale = k.Estimate / f.Estimate
	default:
		return
	}
	design, cluster := f.SEDesign*scale, f.SECluster*scale
	k.SEDesign, k.SECluster = &design, &cluster
}

func labelOf(def formula.Stratum, n PublishedNumber) formula.Text {
	switch n.Code {
	case "intercept":
		return def.Intercept.Label
	case "region":
		for _, r := range def.Regions {
			if slices.Contains(r.Regions, n.Of) {
				return r.Label
			}
		}
	}
	for _, t := range def.Terms {
		if t.Code == n.Code {
			return t.Label
		}
	}
	return nil
}

// termOf is the wording of the variable a column belongs to.
func (w *Wording) termOf(s *Sample, column string) *TermWording {
	if t := w.term(column); t != nil {
		return t
	}
	for _, term := range s.Terms {
		for _, j := range term.Columns {
			if s.Names[j] == column {
				return w.term(term.Name)
			}
		}
	}
	if name, _, ok := strings.Cut(column, "="); ok {
		return w.term(name) // the level left out
	}
	return nil
}

// prices refits the method without each group of tagged variables.
func (c *Card) prices(s *Sample, p *Published, m Method, o *CardOptions) error {
	tags := &Tags{}
	for _, term := range s.Terms {
		for _, j := range term.Columns {
			t := p.Wording.termOf(s, s.Names[j])
			if t == nil {
				continue
			}
			for _, tag := range t.Tags {
				into := map[string]*[]string{Verifiable: &tags.Verifiable, Movable: &tags.Movable, Sensitive: &tags.Sensitive}[tag]
				*into = append(*into, term.Name)
			}
		}
	}
	tagged, err := tags.Resolve(s)
	if err != nil {
		return err
	}
	groups := tagged.Groups()
	if len(groups) == 0 {
		return nil
	}
	c.Prices, err = PriceOfGroups(s, m, o.Folds, groups, o.Assess)
	return err
}

// nearShare is the share of households called near the cut.
const nearShare = .1

// near looks at the tenth of the households nearest to each cut.
func (c *Card) near(s *Sample, scores []float64, o *CardOptions) error {
	w := s.Design.Weight
	c.NearCut = []CardNear{}
	for _, t := range c.Accuracy.Quota {
		away := make([]float64, len(scores))
		for i, v := range scores {
			away[i] = math.Abs(v - t.Cut)
		}
		d := WeightedQuantile(away, w, nearShare)
		if d == 0 {
			continue // a tenth of the households share the score of the cut
		}
		n, err := Near(s, scores, NearOptions{Within: []float64{d}, Level: o.Assess.Level,
			RobustOptions: RobustOptions{Quotas: []float64{t.Q}, Replicates: o.Assess.Replicates, Seed: o.Assess.Seed}})
		if err != nil {
			return err
		}
		c.NearCut = append(c.NearCut, CardNear{Q: t.Q, NearWithin: n.Quota[0].Within[0]})
	}
	return nil
}
