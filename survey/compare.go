package survey

import "sync"

// Comparison judges several methods on the same folds and the same bootstrap
// replicates, so that their differences can be told from chance.
type Comparison struct {
	Methods []*Assessment `json:"methods"`
	Paired  []Paired      `json:"paired,omitempty"`
}

// Paired is the difference in exclusion error, at a fixed quota, between a
// method and the first, with its interval over common replicates.
type Paired struct {
	Method     string   `json:"method"`
	Against    string   `json:"against"`
	Q          float64  `json:"q"`
	Difference float64  `json:"eer_difference"`
	Interval   Interval `json:"interval"`
}

// Compare fits and judges each method out of fold. Methods without a level are
// judged at fixed quotas only.
func Compare(s *Sample, methods []Method, folds []int, o AssessOptions) (*Comparison, error) {
	out := &Comparison{}
	total := len(methods) * (1 + o.Replicates)
	report := o.Progress
	for m, method := range methods {
		scores, dropped, err := OutOfFold(s, method, folds)
		if err != nil {
			return nil, err
		}
		base := m * (1 + o.Replicates)
		if report != nil {
			report(base+1, total)
			o.Progress = func(done, _ int) { report(base+1+done, total) }
		}
		o.Level = method.Level
		a, err := Assess(s, scores, o)
		if err != nil {
			return nil, err
		}
		a.Method = method.Name
		for _, d := range dropped {
			if len(d) > 0 {
				a.Dropped = dropped
			}
		}
		out.Methods = append(out.Methods, a)
	}
	out.pair()
	return out, nil
}

func (c *Comparison) pair() {
	first := c.Methods[0]
	for _, a := range c.Methods[1:] {
		for q := range a.Quota {
			p := Paired{Method: a.Method, Against: first.Method, Q: a.Quota[q].Q, Difference: a.Quota[q].EER - first.Quota[q].EER}
			if a.replicates == nil {
				continue
			}
			p.Interval = a.paired(first, "eer", q)
			c.Paired = append(c.Paired, p)
		}
	}
}

// paired is the interval of a figure of a less the same of b, over common
// replicates; at counts the sections that hold such a figure.
func (a *Assessment) paired(b *Assessment, figure string, at int) Interval {
	differences := make([]float64, len(a.replicates[figure][at]))
	for r, v := range a.replicates[figure][at] {
		differences[r] = v - b.replicates[figure][at][r]
	}
	return interval(differences)
}

// progress counts work done by several at once.
type progress struct {
	sync.Mutex
	done, total int
	report      func(done, total int)
}

func newProgress(total int, report func(done, total int)) *progress {
	return &progress{total: total, report: report}
}

func (p *progress) step() {
	if p.report == nil {
		return
	}
	p.Lock()
	defer p.Unlock()
	p.done++
	p.report(p.done, p.total)
}
