package survey

import (
	"cmp"
	"slices"

	"sijil/formula"
)

// Failure is a known failure of the formula: a code with the figures that show
// it, which a page words in each language, or a text given by the statistician.
type Failure struct {
	Code    string       `json:"code"`
	Q       float64      `json:"q,omitempty"`
	Value   *float64     `json:"value,omitempty"`
	Against *float64     `json:"against,omitempty"` // what the value is held against
	Count   int          `json:"count,omitempty"`
	Stratum string       `json:"stratum,omitempty"`
	Group   string       `json:"group,omitempty"` // group, variable or programme
	Level   string       `json:"level,omitempty"`
	Text    formula.Text `json:"text,omitempty"`
}

// The codes of failures.
const (
	FailureMisses      = "misses"        // value: exclusion error at quota q
	FailureTakesIn     = "takes_in"      // value: inclusion error at quota q
	FailureWorstGroup  = "worst_group"   // value: exclusion error of the group; against: of all
	FailureUnderCounts = "under_counts"  // value: share selected at the fixed line; against: q
	FailureOverCounts  = "over_counts"   // the same
	FailureNoBetter    = "no_better"     // a programme as cheap leaves no larger poverty gap: value, against that of the index
	FailureRowsDropped = "rows_dropped"  // count: households left out for missing values
	FailureUnseen      = "unseen"        // no household of the level in the stratum
	FailureFewRows     = "few_rows"      // the survey is too small to judge the level
	FailureLonely      = "lonely_strata" // count: strata with one unit
	FailureSmall       = "few_units"     // count: clusters, too few for the errors to be trusted
	FailureGiven       = "given"         // text
)

// FailureCodes are all codes, in the order in which failures are listed.
var FailureCodes = []string{FailureMisses, FailureTakesIn, FailureWorstGroup, FailureUnderCounts, FailureOverCounts, FailureNoBetter,
	FailureRowsDropped, FailureUnseen, FailureFewRows, FailureLonely, FailureSmall, FailureGiven}

const (
	levelTolerance = .02 // of the share selected, before a fixed line is said to miscount
	fewUnits       = 30  // clusters under which design-based errors are themselves uncertain
)

// failures gathers what the figures of the card show.
func (c *Card) failures(s *Sample, p *Published) {
	c.Failures = []Failure{}
	add := func(f Failure) { c.Failures = append(c.Failures, f) }
	for _, t := range c.Accuracy.Quota {
		add(Failure{Code: FailureMisses, Q: t.Q, Value: &t.EER})
		add(Failure{Code: FailureTakesIn, Q: t.Q, Value: &t.IER})
		if g := c.worst(t); g != nil {
			add(Failure{Code: FailureWorstGroup, Q: t.Q, Value: &g.EER, Against: &t.EER, Group: g.Group, Level: g.Level})
		}
		c.cheaper(t.Q, add)
	}
	for _, t := range c.Accuracy.Line {
		switch {
		case t.Selected < t.Q-levelTolerance:
			add(Failure{Code: FailureUnderCounts, Q: t.Q, Value: &t.Selected, Against: &t.Q})
		case t.Selected > t.Q+levelTolerance:
			add(Failure{Code: FailureOverCounts, Q: t.Q, Value: &t.Selected, Against: &t.Q})
		}
	}
	if s.Dropped > 0 {
		add(Failure{Code: FailureRowsDropped, Count: s.Dropped})
	}
	for _, u := range p.Unseen {
		add(Failure{Code: FailureUnseen, Stratum: u.Stratum, Group: u.Code, Level: u.Level})
	}
	for _, l := range c.Withheld {
		add(Failure{Code: FailureFewRows, Group: l.Group, Level: l.Level})
	}
	if c.Design.LonelyUnit > 0 {
		add(Failure{Code: FailureLonely, Count: c.Design.LonelyUnit})
	}
	if c.Design.Units < fewUnits {
		add(Failure{Code: FailureSmall, Count: c.Design.Units})
	}
	for _, t := range p.Wording.Failures {
		add(Failure{Code: FailureGiven, Text: t})
	}
	slices.SortStableFunc(c.Failures, func(a, b Failure) int {
		return cmp.Compare(slices.Index(FailureCodes, a.Code), slices.Index(FailureCodes, b.Code))
	})
}

// worst is the group whose poor are missed most, if chance does not explain
// it: the interval lies above the figure of all.
func (c *Card) worst(t Targeting) *GroupErrors {
	var worst *GroupErrors
	for i := range c.Groups {
		g := &c.Groups[i]
		v, judged := g.Intervals["eer"]
		if g.Q != t.Q || !judged || v.Low <= t.EER {
			continue
		}
		if worst == nil || g.EER > worst.EER {
			worst = g
		}
	}
	return worst
}

// cheaper names simple programmes that reduce the poverty gap as much for the
// same money.
func (c *Card) cheaper(q float64, add func(Failure)) {
	var index *Effect
	for i := range c.Accuracy.Programmes {
		e := &c.Accuracy.Programmes[i]
		switch {
		case e.Q != q:
		case e.Programme == "score":
			index = e
		case e.Programme != "perfect" && index != nil && e.FGT1 <= index.FGT1:
			add(Failure{Code: FailureNoBetter, Q: q, Value: &e.FGT1, Against: &index.FGT1, Group: e.Programme})
		}
	}
}
