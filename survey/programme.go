package survey

// Programme is a way to choose households, to be paid from one budget: the
// score, everyone, or a simple category.
type Programme struct {
	Name   string
	Member func(row int) bool // nil means everyone
}

// InGroup is the categorical programme of the households at one level of a
// grouping.
func InGroup(g Grouping, level int) Programme {
	return Programme{Name: g.Name + "=" + g.Levels[level], Member: func(row int) bool { return int(g.Code[row]) == level }}
}

// Effect is what a programme's transfers do to poverty and inequality. All
// programmes of an assessment spend the same budget, in equal amounts for each
// household (or each person) chosen.
type Effect struct {
	Programme string  `json:"programme"`
	Q         float64 `json:"q"`
	Line      float64 `json:"line"`   // of poverty, in money per head: the quantile q of welfare over persons
	Budget    float64 `json:"budget"` // all weights together, in the money of welfare
	Amount    float64 `json:"amount"` // to each household, or person, chosen

	Coverage float64 `json:"coverage"` // households chosen ÷ all
	EER      float64 `json:"eer"`      // poor households not chosen ÷ poor households; poor as in Targeting
	IER      float64 `json:"ier"`      // chosen households not poor ÷ chosen
	TD       float64 `json:"td"`       // mean transfer to poor − to non-poor households, in money
	CGH20    float64 `json:"cgh20"`    // share of the money to the poorest 20 % of households ÷ .2
	CGH40    float64 `json:"cgh40"`

	FGT0  float64 `json:"fgt0"` // after the transfer, over persons
	FGT1  float64 `json:"fgt1"`
	FGT2  float64 `json:"fgt2"`
	Gini  float64 `json:"gini"`   // after the transfer, over persons
	GapBC float64 `json:"gap_bc"` // money of the poverty gap closed ÷ budget

	Intervals map[string]Interval `json:"intervals,omitempty"`
}

func (e *Effect) figures() []figure {
	return []figure{{"amount", &e.Amount}, {"coverage", &e.Coverage}, {"eer", &e.EER}, {"ier", &e.IER}, {"td", &e.TD}, {"cgh20", &e.CGH20}, {"cgh40", &e.CGH40},
		{"fgt0", &e.FGT0}, {"fgt1", &e.FGT1}, {"fgt2", &e.FGT2}, {"gini", &e.Gini}, {"gap_bc", &e.GapBC}}
}

// effect pays the programme and measures poverty after. Without a budget
// stated it is the aggregate poverty gap, what perfect knowledge would need.
func (j *judged) effect(name string, member func(int) bool, t *Targeting, w []float64) Effect {
	persons := make([]float64, len(w))
	for i := range w {
		persons[i] = w[i] * j.size[i]
	}
	e := Effect{Programme: name, Q: t.Q, Line: quantileIn(j.byWelfare, j.welfare, persons, t.Q), Budget: j.budget}
	if e.Budget == 0 {
		for i, p := range persons {
			e.Budget += p * max(0, e.Line-j.welfare[i])
		}
	}
	chosen := make([]bool, len(w))
	units := 0.0
	for i := range w {
		if chosen[i] = member == nil || member(i); chosen[i] {
			units += w[i] * j.units(i)
		}
	}
	if units > 0 {
		e.Amount = e.Budget / units
	}
	after := j.pay(&e, chosen, t, w)
	gapBefore := 0.0
	total := sum(persons)
	for i, v := range after {
		gapBefore += persons[i] / total * max(0, 1-j.welfare[i]/e.Line)
		if v < e.Line {
			gap := 1 - v/e.Line
			e.FGT0 += persons[i] / total
			e.FGT1 += persons[i] / total * gap
			e.FGT2 += persons[i] / total * gap * gap
		}
	}
	e.Gini = Gini(after, persons)
	e.GapBC = share((gapBefore-e.FGT1)*e.Line*total, e.Budget)
	return e
}

// units is what one amount is paid for: the household, or each person of it.
func (j *judged) units(i int) float64 {
	if j.perPerson {
		return j.size[i]
	}
	return 1
}

// pay fills the incidence of the money and returns welfare after it.
func (j *judged) pay(e *Effect, chosen []bool, t *Targeting, w []float64) []float64 {
	low20, low40 := quantileIn(j.byY, j.y, w, .2), quantileIn(j.byY, j.y, w, .4)
	after := make([]float64, len(w))
	var all, poor, missed, reached, leaked, money20, money40, moneyPoor, money float64
	for i, wi := range w {
		all += wi
		isPoor := j.y[i] <= t.Line
		if isPoor {
			poor += wi
		}
		after[i] = j.welfare[i]
		if !chosen[i] {
			if isPoor {
				missed += wi
			}
			continue
		}
		reached += wi
		benefit := e.Amount * j.units(i)
		after[i] += benefit / j.size[i]
		money += wi * benefit
		if isPoor {
			moneyPoor += wi * benefit
		} else {
			leaked += wi
		}
		if j.y[i] <= low20 {
			money20 += wi * benefit
		}
		if j.y[i] <= low40 {
			money40 += wi * benefit
		}
	}
	e.Coverage, e.EER, e.IER = reached/all, share(missed, poor), share(leaked, reached)
	e.TD = share(moneyPoor, poor) - share(money-moneyPoor, all-poor)
	e.CGH20, e.CGH40 = share(money20, money)/.2, share(money40, money)/.4
	return after
}
