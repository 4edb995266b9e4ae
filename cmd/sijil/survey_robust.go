package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"sijil/survey"
)

// surveyRobustCmd asks what makes a formula fair and robust.
type surveyRobustCmd struct {
	surveyData    `embed:""`
	surveyMethods `embed:""`
	surveyTags    `embed:""`
	surveyPrices  `embed:""`

	Method     string    `help:"Method: wls, bic, lasso[:LAMBDA], quantile[:TAU], logit[:SHARE], poorest[:SHARE], poverty[:SHARE[:WEIGHT]], boost." default:"wls"`
	Quota      []float64 `help:"Shares of the population to be reached." default:".2,.4" placeholder:"Q,…"`
	Groups     []string  `help:"Columns by which hiding, the cut and coefficients are reported; numbers may be cut into bands, as in head_age:30:60." placeholder:"COL,…"`
	Replicates int       `help:"Bootstrap replicates of clusters, for intervals; 0 for none." default:"200" placeholder:"N"`
	Within     []float64 `help:"Distances from the cut to look within, in the unit of the score." default:".01,.05,.1" placeholder:"D,…"`
	Only       []string  `help:"Parts wanted: price, hiding, cut, drift, stability. Default: all that the data allow." placeholder:"PART,…"`
}

// surveyTags say what is to be known of variables beside their numbers.
type surveyTags struct {
	Tags string   `help:"JSON file of tags: {\"verifiable\": […], \"movable\": […], \"sensitive\": […], \"groups\": [{\"name\": …, \"variables\": […]}]}." placeholder:"FILE"`
	Tag  []string `help:"Tag variables: verifiable, movable or sensitive. May be repeated." placeholder:"TAG=COL,…" sep:"none"`
	Drop []string `help:"Name a group of variables whose price is wanted, such as occupation. May be repeated." placeholder:"NAME=COL,…" sep:"none"`
}

// surveyPrices say what money was worth in each wave.
type surveyPrices struct {
	PriceColumn string             `help:"Column of the price level at the interview: drift is split into prices and people." placeholder:"COL"`
	PriceLevel  map[string]float64 `help:"Price level of each wave, instead of a column." mapsep:"," placeholder:"WAVE=LEVEL,…"`
	Money       []string           `help:"Variables that are money of the day." placeholder:"COL,…"`
	LogMoney    []string           `help:"Variables that are logarithms of money of the day." placeholder:"COL,…"`
	TargetMoney string             `help:"The target is money of the day (money), its logarithm in the file already (log), or neither (none)." enum:"none,money,log" default:"none"`
}

func (f *surveyPrices) priced() bool { return f.PriceColumn != "" || len(f.PriceLevel) > 0 }

// robustParts are the parts of the report, in its order.
var robustParts = []string{"price", "hiding", "cut", "drift", "stability"}

// parse reads the file of tags and the flags beside it.
func (f *surveyTags) parse() (*survey.Tags, error) {
	tags := &survey.Tags{}
	if f.Tags != "" {
		data, err := os.ReadFile(f.Tags)
		if err != nil {
			return nil, cannotRead(f.Tags, err)
		}
		if tags, err = survey.ParseTags(f.Tags, data); err != nil {
			return nil, err
		}
	}
	for _, text := range f.Tag {
		if err := tags.AddTag(text); err != nil {
			return nil, usageError("--tag: " + err.Error())
		}
	}
	for _, text := range f.Drop {
		if err := tags.AddGroup(text); err != nil {
			return nil, usageError("--drop: " + err.Error())
		}
	}
	return tags, nil
}

func (cmd *surveyRobustCmd) check() error {
	for _, q := range cmd.Quota {
		if !(q > 0 && q < 1) {
			return usageError("--quota: give shares between 0 and 1, such as .2")
		}
	}
	for _, part := range cmd.Only {
		if !slices.Contains(robustParts, part) {
			return usageError(fmt.Sprintf("--only: there is no part %q; the parts are %s", part, strings.Join(robustParts, ", ")))
		}
	}
	switch {
	case cmd.Replicates < 0 || cmd.Replicates == 1:
		return usageError("--replicates: give 0 for no intervals, or at least 2")
	case cmd.PriceColumn != "" && len(cmd.PriceLevel) > 0:
		return usageError("--price-column and --price-level say the same thing: give one")
	case !cmd.priced() && (len(cmd.Money)+len(cmd.LogMoney) > 0 || cmd.TargetMoney != "none"):
		return usageError("--money, --log-money and --target-money need --price-column or --price-level")
	case cmd.Wave == "" && (cmd.priced() || slices.Contains(cmd.Only, "drift")):
		return usageError("--wave: drift is between waves: name their column")
	}
	return cmd.surveyMethods.check()
}

// robust is one execution, and its result as JSON.
type robust struct {
	*opened `json:"-"`
	cmd     *surveyRobustCmd
	method  survey.Method
	folds   []int
	tagged  *survey.Tagged

	Method    string                `json:"method"`
	Folds     string                `json:"folds"`
	Variables []survey.VariableTags `json:"variables"`
	Price     []survey.Price        `json:"price,omitempty"`
	Hiding    *survey.Hiding        `json:"hiding,omitempty"`
	Cut       *survey.NearCut       `json:"cut,omitempty"`
	Drift     *survey.Drift         `json:"drift,omitempty"`
	Stability *survey.Stability     `json:"stability,omitempty"`
	Data      provenance            `json:"data"`
}

// Run checks part by part and prints.
func (cmd *surveyRobustCmd) Run(c *console) error {
	if err := cmd.check(); err != nil {
		return err
	}
	m, err := parseMethod(cmd.Method)
	if err != nil {
		return err
	}
	methods := cmd.separated(cmd.engine(m, cmd.Seed), false)
	if len(methods) > 1 {
		return usageError("robust looks at one method: give one value of --tau or --lambda")
	}
	tags, err := cmd.parse()
	if err != nil {
		return err
	}
	o, err := cmd.open(c, surveyUse{by: cmd.By, groups: cmd.Groups, target: true})
	if err != nil {
		return err
	}
	r := &robust{opened: o, cmd: cmd, method: methods[0], Method: methods[0].Name, Data: o.provenance()}
	if r.tagged, err = tags.Resolve(o.sample); err != nil {
		return err
	}
	r.Variables = r.tagged.Variables()
	if r.folds, r.Folds, err = o.folds(); err != nil {
		return err
	}
	for _, part := range robustParts {
		if !r.wants(part) {
			continue
		}
		p := newProgress(c.err, part, 0)
		err := c.await(func() error { return r.run(part, func(done, total int) { p.total = total; p.at(done) }) })
		p.end()
		if err != nil {
			return r.placed(err)
		}
	}
	if cmd.JSON {
		return printFigures(c.out, r)
	}
	r.print(c.out)
	return nil
}

// wants reports whether a part is asked for and has something to work on.
func (r *robust) wants(part string) bool {
	if len(r.cmd.Only) > 0 && !slices.Contains(r.cmd.Only, part) {
		return false
	}
	switch part {
	case "price":
		return len(r.tagged.Groups()) > 0
	case "hiding":
		return r.tagged.With(survey.Movable) != nil
	case "drift":
		return r.sample.Wave != nil
	}
	return true
}

func (r *robust) run(part string, report func(done, total int)) (err error) {
	o := survey.RobustOptions{Quotas: r.cmd.Quota, Replicates: r.cmd.Replicates, Seed: r.Seed, Progress: report}
	switch part {
	case "price":
		r.Price, err = survey.PriceOfGroups(r.sample, r.method, r.folds, r.tagged.Groups(),
			survey.AssessOptions{Quotas: o.Quotas, Replicates: o.Replicates, Seed: o.Seed, Progress: report})
	case "hiding":
		r.Hiding, err = survey.Hide(r.sample, r.method, r.folds, r.tagged, o)
	case "cut":
		var scores []float64
		if scores, _, err = survey.OutOfFold(r.sample, r.method, r.folds); err == nil {
			r.Cut, err = survey.Near(r.sample, scores, survey.NearOptions{RobustOptions: o, Level: r.method.Level, Within: r.cmd.Within})
		}
	case "drift":
		d := survey.DriftOptions{RobustOptions: o, Folds: r.foldsWithin()}
		if r.cmd.priced() {
			if d.Prices, err = r.amounts(); err != nil {
				return err
			}
		}
		r.Drift, err = survey.Drifts(r.sample, d)
	case "stability":
		r.Stability, err = survey.Stable(r.sample, survey.StabilityOptions{RobustOptions: o, Folds: r.folds})
	}
	return err
}

// foldsWithin is the number of folds made within a wave: the one given.
func (r *robust) foldsWithin() int {
	if k, err := strconv.Atoi(r.cmd.Folds); err == nil && r.foldColumn() == "" {
		return k
	}
	return 10
}

// amounts reads prices and what they apply to.
func (r *robust) amounts() (*survey.Amounts, error) {
	f := r.cmd.surveyPrices
	a := &survey.Amounts{Money: f.Money, Log: f.LogMoney, Target: f.TargetMoney == "money", TargetLog: f.TargetMoney == "log"}
	var err error
	if f.PriceColumn != "" {
		a.Prices, err = survey.PricesFrom(r.table, r.sample, f.PriceColumn)
	} else {
		a.Prices, err = survey.PricesByWave(r.sample, f.PriceLevel)
	}
	return a, err
}
