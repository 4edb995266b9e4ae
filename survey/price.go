package survey

import (
	"math"
	"slices"

	"sijil/internal/errs"
)

// AllVariables names the line of a price table against which the others stand.
const AllVariables = "all variables"

// Price is what a formula loses without a group of variables: it is fitted
// again without them and judged out of fold, on the folds and the replicates
// of the formula with all variables.
type Price struct {
	Group     string   `json:"group"`
	Dropped   []string `json:"dropped"`
	Variables int      `json:"variables"` // left in the formula
	Columns   int      `json:"columns"`   // coefficients left, without the intercept

	// Unpriced says why there are no figures: nothing would be left to fit.
	Unpriced string `json:"unpriced,omitempty"`

	// R2 is out of fold, and the difference is without the group − with it; nil
	// for methods whose scores are not in the unit of the target.
	R2           *float64  `json:"r2"`
	R2Difference *float64  `json:"r2_difference"`
	R2Interval   *Interval `json:"r2_difference_interval,omitempty"`

	Quota []PriceAtQuota `json:"quota"`
}

// PriceAtQuota is the price at one quota q: the poor are the poorest share q
// of the weight by the target, the selected the lowest share q by the score.
type PriceAtQuota struct {
	Q float64 `json:"q"`

	EER           float64   `json:"eer"` // poor not selected ÷ poor
	EERInterval   *Interval `json:"eer_interval,omitempty"`
	EERDifference float64   `json:"eer_difference"` // without the group − with it
	EERPaired     *Interval `json:"eer_difference_interval,omitempty"`

	IER           float64   `json:"ier"` // selected not poor ÷ selected
	IERInterval   *Interval `json:"ier_interval,omitempty"`
	IERDifference float64   `json:"ier_difference"`
	IERPaired     *Interval `json:"ier_difference_interval,omitempty"`
}

// Without is the method on all variables but those named.
func Without(m Method, name string, variables []string) Method {
	return Method{Name: name, Level: m.Level, Fit: func(train *Sample) (Model, error) {
		keep := columnsWithout(train, variables)
		if len(keep) == len(train.Names) {
			return m.Fit(train)
		}
		model, err := m.Fit(train.Columns(keep))
		if err != nil {
			return nil, err
		}
		return narrowed{model, keep}, nil
	}}
}

// narrowed is a model on some of the columns.
type narrowed struct {
	Model
	keep []int
}

func (m narrowed) Score(s *Sample) []float64 { return m.Model.Score(s.Columns(m.keep)) }

// DroppedColumns lists columns left out as constant or collinear.
func (m narrowed) DroppedColumns() []string {
	if d, ok := m.Model.(interface{ DroppedColumns() []string }); ok {
		return d.DroppedColumns()
	}
	return nil
}

func columnsWithout(s *Sample, variables []string) []int {
	gone := map[int]bool{}
	for _, t := range s.Terms {
		if slices.Contains(variables, t.Name) {
			for _, c := range t.Columns {
				gone[c] = true
			}
		}
	}
	var keep []int
	for j := range s.Names {
		if !gone[j] {
			keep = append(keep, j)
		}
	}
	return keep
}

// PriceOfGroups returns the price of dropping each group, after a first line
// for all variables. Differences pair the two formulas replicate by replicate
// (see Compare), so that chance common to both cancels. Groups that would leave
// no variable are listed without figures. Unknown variables are Invalid errors.
func PriceOfGroups(s *Sample, m Method, folds []int, groups []TagGroup, o AssessOptions) ([]Price, error) {
	if err := knownVariables(s, groups); err != nil {
		return nil, err
	}
	o.Programmes = nil
	prices := []Price{{Group: AllVariables, Dropped: []string{}}}
	methods := []Method{Without(m, AllVariables, nil)}
	for _, g := range groups {
		p := Price{Group: g.Name, Dropped: g.Variables, Quota: []PriceAtQuota{}}
		if len(columnsWithout(s, g.Variables)) < 2 {
			p.Unpriced = "no variable would be left"
		} else {
			methods = append(methods, Without(m, g.Name, g.Variables))
		}
		prices = append(prices, p)
	}
	c, err := Compare(s, methods, folds, o)
	if err != nil {
		return nil, err
	}
	at := 0
	for i := range prices {
		p := &prices[i]
		keep := columnsWithout(s, p.Dropped)
		p.Columns, p.Variables = len(keep)-1, len(s.Columns(keep).Terms)
		if p.Unpriced != "" {
			continue
		}
		p.fill(c.Methods[at], c.Methods[0])
		at++
	}
	return prices, nil
}

func knownVariables(s *Sample, groups []TagGroup) error {
	var list errs.List
	for _, g := range groups {
		for _, v := range g.Variables {
			if !slices.ContainsFunc(s.Terms, func(t Term) bool { return t.Name == v }) {
				list.Addf(v, "check the spelling", "the formula has no such variable, named in the group %s", g.Name)
			}
		}
	}
	return list.Err()
}

func (p *Price) fill(a, base *Assessment) {
	if len(a.Line) > 0 { // judged at a line, so its scores have the unit of the target
		r2, difference := a.R2, a.R2-base.R2
		p.R2, p.R2Difference = &r2, &difference
		if a.replicates != nil {
			p.R2Interval = known(a.paired(base, "r2", 0))
		}
	}
	for q, t := range a.Quota {
		b := base.Quota[q]
		out := PriceAtQuota{Q: t.Q, EER: t.EER, EERDifference: t.EER - b.EER, IER: t.IER, IERDifference: t.IER - b.IER}
		if a.replicates != nil {
			out.EERInterval, out.IERInterval = known(interval(a.replicates["eer"][q])), known(interval(a.replicates["ier"][q]))
			out.EERPaired, out.IERPaired = known(a.paired(base, "eer", q)), known(a.paired(base, "ier", q))
		}
		p.Quota = append(p.Quota, out)
	}
}

// known returns the interval, or nil when there were too few replicates to
// tell it.
func known(v Interval) *Interval {
	if math.IsNaN(v.SE) {
		return nil
	}
	return &v
}
