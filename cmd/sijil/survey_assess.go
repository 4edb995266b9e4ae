package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"sijil/internal/errs"
	"sijil/survey"
)

// surveyJudging are the flags that say how scores are judged.
type surveyJudging struct {
	Quota      []float64 `help:"Shares of the population to be reached." default:".2,.4" placeholder:"Q"`
	Line       []float64 `help:"Poverty lines, in the unit of the target or, where that is a logarithm, in money; beside those of the quotas." placeholder:"Z"`
	Groups     []string  `help:"Columns by which errors are reported; numbers may be cut into bands, as in head_age:30:60." placeholder:"COL"`
	Rule       []string  `help:"Simple rules beside the score, such as region=north or size>=7. Default: of each group, its poorest level." placeholder:"RULE"`
	Budget     float64   `help:"Money that each programme spends. Default: the aggregate poverty gap." placeholder:"MONEY"`
	PerPerson  bool      `help:"Pay each person of a household chosen, not each household."`
	Replicates int       `help:"Bootstrap replicates of clusters, for intervals; 0 for none." default:"200" placeholder:"N"`
	Calibrate  bool      `help:"Map scores to the level of the target before a fixed line cuts them."`
	Plots      string    `help:"Folder to draw the pictures into, as SVG." placeholder:"DIR"`
}

// surveyAssessCmd judges one method.
type surveyAssessCmd struct {
	surveyData    `embed:""`
	surveyMethods `embed:""`
	surveyJudging `embed:""`

	Method string `help:"Method: wls, bic, lasso[:LAMBDA], quantile[:TAU], logit[:SHARE], poorest[:SHARE], poverty[:SHARE[:WEIGHT]], boost." default:"wls"`
}

func (j *surveyJudging) check() error {
	for _, q := range j.Quota {
		if !(q > 0 && q < 1) {
			return usageError("--quota: give shares between 0 and 1, such as .2")
		}
	}
	switch {
	case j.Replicates < 0 || j.Replicates == 1:
		return usageError("--replicates: give 0 for no intervals, or at least 2")
	case j.Budget < 0:
		return usageError("--budget: give an amount of money above zero")
	}
	return nil
}

// judging is one execution of assess or compare.
type judging struct {
	*opened
	flags   *surveyJudging
	methods []survey.Method
	folds   []int
	dealt   string // how the folds were made
	options survey.AssessOptions
}

// newJudging reads the survey and prepares what judges it.
func newJudging(c *console, d *surveyData, flags *surveyJudging, by, collinear string) (*judging, error) {
	if err := flags.check(); err != nil {
		return nil, err
	}
	rules, err := parseRules(flags.Rule)
	if err != nil {
		return nil, err
	}
	o, err := d.open(c, surveyUse{by: by, groups: flags.Groups, rules: rules, target: true})
	if err != nil {
		return nil, err
	}
	if err := o.checkColumns(collinear); err != nil {
		return nil, err
	}
	j := &judging{opened: o, flags: flags}
	if j.folds, j.dealt, err = o.folds(); err != nil {
		return nil, err
	}
	lines, err := o.lines(flags.Line)
	if err != nil {
		return nil, err
	}
	j.options = survey.AssessOptions{Quotas: flags.Quota, Lines: lines, Replicates: flags.Replicates, Seed: d.Seed, Budget: flags.Budget, PerPerson: flags.PerPerson}
	for _, r := range rules {
		p, err := o.programme(r)
		if err != nil {
			return nil, err
		}
		j.options.Programmes = append(j.options.Programmes, p)
	}
	if len(rules) == 0 {
		j.options.Programmes = poorestLevels(o.sample, flags.Quota[len(flags.Quota)-1])
	}
	return j, nil
}

// checkColumns refuses constant and collinear columns of the whole sample.
// Within a fold they are left out and reported, for there a rare indicator may
// be constant by chance.
func (o *opened) checkColumns(policy string) error {
	switch survey.Collinear(policy) {
	case survey.CollinearDrop:
		return nil
	case survey.CollinearKeep:
		return usageError("--collinear: folds cannot keep collinear columns; say drop, or leave columns out with --exclude")
	}
	_, err := survey.FitWLS(o.sample, survey.Options{})
	if e, ok := errors.AsType[*errs.Error](err); ok && slices.Contains([]string{"survey.collinear", "survey.constant", "survey.too_few_rows"}, e.Code) {
		return o.placed(err)
	}
	return nil
}

// lines puts poverty lines into the unit of the target.
func (o *opened) lines(money []float64) ([]float64, error) {
	if len(money) == 0 {
		return nil, nil
	}
	logarithm := o.Log
	if o.sample.Welfare == nil {
		_, name := survey.WelfareOf(o.sample)
		logarithm = name == "exp(target)"
	}
	out := slices.Clone(money)
	for i, z := range out {
		if logarithm && z <= 0 {
			return nil, usageError("--line: give money above zero")
		}
		if logarithm {
			out[i] = math.Log(z)
		}
	}
	return out, nil
}

// poorestLevels are the simple rules that come to mind first: of each group,
// the level with the largest share of poor.
func poorestLevels(s *survey.Sample, q float64) []survey.Programme {
	line := survey.WeightedQuantile(s.Y, s.Design.Weight, q)
	var out []survey.Programme
	for _, g := range s.Groups {
		all, poor := make([]float64, len(g.Levels)), make([]float64, len(g.Levels))
		for i, l := range g.Code {
			all[l] += s.Design.Weight[i]
			if s.Y[i] <= line {
				poor[l] += s.Design.Weight[i]
			}
		}
		poorest := 0
		for l := range all {
			if poor[l]*all[poorest] > poor[poorest]*all[l] {
				poorest = l
			}
		}
		out = append(out, survey.InGroup(g, poorest))
	}
	return out
}

// Run scores out of fold, judges and prints.
func (cmd *surveyAssessCmd) Run(c *console) error {
	m, err := parseMethod(cmd.Method)
	if err != nil {
		return err
	}
	if err := cmd.surveyMethods.check(); err != nil {
		return err
	}
	methods := cmd.separated(cmd.engine(m, cmd.Seed), false)
	if len(methods) > 1 {
		return usageError("assess judges one method: give one value of --tau or --lambda, or use 'sijil survey compare'")
	}
	if len(cmd.Line) > 0 && !methods[0].Level {
		return usageError("--line: the scores of " + methods[0].Name + " are not in the unit of the target, so that no line can cut them")
	}
	j, err := newJudging(c, &cmd.surveyData, &cmd.surveyJudging, cmd.By, cmd.Collinear)
	if err != nil {
		return err
	}
	if cmd.Calibrate && methods[0].Level {
		methods[0] = survey.Calibrated(methods[0])
	}
	j.methods = methods
	r, err := j.assess(c)
	if err != nil {
		return err
	}
	if cmd.Plots != "" {
		if err := r.plot(cmd.Plots); err != nil {
			return err
		}
	}
	if cmd.JSON {
		return printFigures(c.out, r.report())
	}
	r.print(c.out)
	return nil
}

// assessed is a method judged.
type assessed struct {
	*judging
	a      *survey.Assessment
	scores []float64
	level  bool
}

func (j *judging) assess(c *console) (*assessed, error) {
	m := j.methods[0]
	r := &assessed{judging: j, level: m.Level}
	p := newProgress(c.err, "bootstrap replicates", j.options.Replicates)
	j.options.Level = m.Level
	j.options.Progress = func(done, _ int) { p.at(done) }
	err := c.await(func() error {
		scores, dropped, err := survey.OutOfFold(j.sample, m, j.folds)
		if err != nil {
			return err
		}
		a, err := survey.Assess(j.sample, scores, j.options)
		if err != nil {
			return err
		}
		a.Method = m.Name
		if slices.ContainsFunc(dropped, func(d []string) bool { return len(d) > 0 }) {
			a.Dropped = dropped
		}
		r.a, r.scores = a, scores
		return nil
	})
	p.end()
	return r, j.placed(err)
}

// assessmentReport is an assessment as JSON.
type assessmentReport struct {
	*survey.Assessment
	R2    *float64    `json:"r2"` // null where scores are not in the unit of the target
	Folds string      `json:"folds,omitempty"`
	Data  *provenance `json:"data,omitempty"`
}

// withoutLevel drops the R² of scores that are not in the unit of the target.
func withoutLevel(a *survey.Assessment) assessmentReport {
	r := assessmentReport{Assessment: a}
	if len(a.Line) > 0 {
		r.R2 = &a.R2
	}
	return r
}

func (r *assessed) report() assessmentReport {
	out := withoutLevel(r.a)
	p := r.provenance()
	out.Folds, out.Data = r.dealt, &p
	return out
}

// notes lists what a reader must know beside the figures.
func (r *assessed) notes() []string {
	out := []string{
		"scores come from fits that saw none of the row's fold; clusters are kept whole",
	}
	if r.a.Replicates > 0 {
		out = append(out, fmt.Sprintf("intervals hold 95 %% of %d bootstrap replicates of whole clusters; lines and cuts are drawn anew in each, the formula is not refitted", r.a.Replicates))
	} else {
		out = append(out, "no intervals: --replicates 200 gives them")
	}
	if len(r.options.Programmes) == 0 {
		out = append(out, "no simple rule stands beside the score: name --groups or --rule")
	}
	if r.Size == "" {
		out = append(out, "households count as one person each in poverty and inequality: --size names the column of persons")
	}
	for f, columns := range r.a.Dropped {
		if len(columns) > 0 {
			out = append(out, fmt.Sprintf("fold %d was fitted without %s, constant or collinear there", f+1, strings.Join(columns, ", ")))
		}
	}
	return append(out, r.opened.notes()...)
}
