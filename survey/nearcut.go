package survey

import (
	"fmt"
	"math"
	"slices"

	"sijil/internal/errs"
)

// NearCut says how sure a decision is near the cut: with scores out of fold,
// the share truly poor is the calibrated probability of being poor of a
// household so far from the cut.
type NearCut struct {
	RMSE  *float64       `json:"rmse"` // √(Σw(y−s)²/Σw), in the unit of the target; nil where scores are not
	Quota []NearCutQuota `json:"quota"`
}

// NearCutQuota looks at one quota q. The poor are the poorest share q of the
// weight by the target, the cut c is the quantile q of the score, and the
// distance of a household is s − c, in the unit of the score: selected are
// those at 0 and below.
type NearCutQuota struct {
	Q      float64       `json:"q"`
	Line   float64       `json:"poverty_line"`
	Cut    float64       `json:"cut"`
	Bands  []NearBand    `json:"bands"`
	Within []NearWithin  `json:"within"`
	Groups []NearInGroup `json:"groups,omitempty"`
}

// NearBand is the band of distances above From, up to and with To; the outer
// bands have no end (nil).
type NearBand struct {
	From *float64 `json:"from"`
	To   *float64 `json:"to"`
	Rows int      `json:"rows"`

	Share float64 `json:"share"` // households in the band ÷ all
	Poor  float64 `json:"poor"`  // truly poor in the band ÷ households in the band

	ShareInterval *Interval `json:"share_interval,omitempty"`
	PoorInterval  *Interval `json:"poor_interval,omitempty"`
}

// NearWithin looks at the households at most Distance from the cut on either
// side.
type NearWithin struct {
	Distance float64 `json:"distance"`
	Rows     int     `json:"rows"`

	Share     float64 `json:"share"`     // households within ÷ all
	Poor      float64 `json:"poor"`      // truly poor within ÷ households within
	Misplaced float64 `json:"misplaced"` // poor not selected and selected not poor, within ÷ households within

	ShareInterval     *Interval `json:"share_interval,omitempty"`
	PoorInterval      *Interval `json:"poor_interval,omitempty"`
	MisplacedInterval *Interval `json:"misplaced_interval,omitempty"`

	// CoinToss says that the interval of Misplaced reaches one half: what the
	// score decides there cannot be told from the toss of a coin, either because
	// it is one or because the survey has too few households there. It is nil
	// without replicates.
	CoinToss *bool `json:"coin_toss,omitempty"`
}

// NearInGroup is the widest of the distances, within one group of households.
type NearInGroup struct {
	Group    string  `json:"group"`
	Level    string  `json:"level"`
	Distance float64 `json:"distance"`
	Rows     int     `json:"rows"`
	Share    float64 `json:"share"`     // the group's households within ÷ the group
	Poor     float64 `json:"poor"`      // the group's truly poor within ÷ the group's households within
	Wrong    float64 `json:"misplaced"` // the group's misplaced within ÷ the group's households within
}

// NearOptions say where to look. Distances are in the unit of the score.
type NearOptions struct {
	RobustOptions
	Level  bool      // scores are in the unit of the target
	Edges  []float64 // between bands, rising; nil means ±.5, ±.2, ±.1, ±.05, ±.01 and 0
	Within []float64 // rising; nil means .01, .05 and .1
}

// Near judges scores of the rows of a sample, which should come from OutOfFold,
// near the cut of each quota. Intervals redraw clusters; line and cut are taken
// anew in each replicate.
func Near(s *Sample, scores []float64, o NearOptions) (*NearCut, error) {
	quotas, err := o.quotas()
	if err != nil {
		return nil, err
	}
	if len(o.Edges) == 0 {
		o.Edges = []float64{-.5, -.2, -.1, -.05, -.01, 0, .01, .05, .1, .2, .5}
	}
	if len(o.Within) == 0 {
		o.Within = []float64{.01, .05, .1}
	}
	for _, list := range [][]float64{o.Edges, append([]float64{0}, o.Within...)} {
		for i := range list {
			if math.IsNaN(list[i]) || math.IsInf(list[i], 0) || i > 0 && list[i] <= list[i-1] {
				return nil, errs.Bad("distance", "the distances from the cut do not rise, or are no numbers", "give rising numbers")
			}
		}
	}
	j, _, err := newJudged(s, scores, &AssessOptions{Quotas: quotas})
	if err != nil {
		return nil, err
	}
	out := &NearCut{}
	if o.Level {
		squares := make([]float64, s.N())
		for i, y := range s.Y {
			squares[i] = (y - scores[i]) * (y - scores[i])
		}
		rmse := math.Sqrt(weightedMean(squares, s.Design.Weight))
		out.RMSE = &rmse
	}
	p := newProgress(len(quotas)*o.Replicates, o.Progress)
	for _, q := range quotas {
		look := j.near(q, s.Design.Weight, &o)
		card := look.card(&o)
		for g := range s.Groups {
			card.Groups = append(card.Groups, j.nearInGroup(&s.Groups[g], look, o.Within, s.Design.Weight)...)
		}
		card.attach(o.redraw(s.Design, p, func(w []float64) []float64 { return j.near(q, w, &o).figures() }))
		out.Quota = append(out.Quota, card)
	}
	return out, nil
}

// nearSums are the weights in one band or within one distance.
type nearSums struct {
	rows                 int
	all, poor, misplaced float64
}

func (n *nearSums) add(w float64, poor, in bool) {
	n.rows++
	n.all += w
	if poor {
		n.poor += w
	}
	if poor != in {
		n.misplaced += w
	}
}

// nearLook is what stands near the cut of one quota under one set of weights.
type nearLook struct {
	q, line, cut, total float64
	bands, within       []nearSums
}

func (j *judged) near(q float64, w []float64, o *NearOptions) *nearLook {
	l := &nearLook{q: q, line: quantileIn(j.byY, j.y, w, q), cut: quantileIn(j.byS, j.s, w, q),
		bands: make([]nearSums, len(o.Edges)+1), within: make([]nearSums, len(o.Within))}
	for i, wi := range w {
		d := j.s[i] - l.cut
		poor, in := j.y[i] <= l.line, j.s[i] <= l.cut
		l.total += wi
		at, _ := slices.BinarySearch(o.Edges, d)
		l.bands[at].add(wi, poor, in)
		for k, reach := range o.Within {
			if math.Abs(d) <= reach {
				l.within[k].add(wi, poor, in)
			}
		}
	}
	return l
}

// figures lists share and poor of every band, then share, poor and misplaced
// within every distance.
func (l *nearLook) figures() []float64 {
	var out []float64
	for _, b := range l.bands {
		out = append(out, b.all/l.total, shareOrNaN(b.poor, b.all))
	}
	for _, b := range l.within {
		out = append(out, b.all/l.total, shareOrNaN(b.poor, b.all), shareOrNaN(b.misplaced, b.all))
	}
	return out
}

func (l *nearLook) card(o *NearOptions) NearCutQuota {
	c := NearCutQuota{Q: l.q, Line: l.line, Cut: l.cut}
	for i, b := range l.bands {
		band := NearBand{Rows: b.rows, Share: b.all / l.total, Poor: share(b.poor, b.all)}
		if i > 0 {
			band.From = &o.Edges[i-1]
		}
		if i < len(o.Edges) {
			band.To = &o.Edges[i]
		}
		c.Bands = append(c.Bands, band)
	}
	for i, b := range l.within {
		c.Within = append(c.Within, NearWithin{Distance: o.Within[i], Rows: b.rows, Share: b.all / l.total, Poor: share(b.poor, b.all), Misplaced: share(b.misplaced, b.all)})
	}
	return c
}

func (c *NearCutQuota) attach(intervals []*Interval) {
	f := 0
	for i := range c.Bands {
		c.Bands[i].ShareInterval, c.Bands[i].PoorInterval = intervalAt(intervals, f), intervalAt(intervals, f+1)
		f += 2
	}
	for i := range c.Within {
		w := &c.Within[i]
		w.ShareInterval, w.PoorInterval, w.MisplacedInterval = intervalAt(intervals, f), intervalAt(intervals, f+1), intervalAt(intervals, f+2)
		f += 3
		if v := w.MisplacedInterval; v != nil {
			toss := v.High >= .5
			w.CoinToss = &toss
		}
	}
}

func (j *judged) nearInGroup(g *Grouping, l *nearLook, within, w []float64) []NearInGroup {
	reach := within[len(within)-1]
	all := make([]float64, len(g.Levels))
	inside := make([]nearSums, len(g.Levels))
	for i, level := range g.Code {
		all[level] += w[i]
		if math.Abs(j.s[i]-l.cut) <= reach {
			inside[level].add(w[i], j.y[i] <= l.line, j.s[i] <= l.cut)
		}
	}
	out := make([]NearInGroup, len(g.Levels))
	for level, n := range inside {
		out[level] = NearInGroup{Group: g.Name, Level: g.Levels[level], Distance: reach, Rows: n.rows,
			Share: share(n.all, all[level]), Poor: share(n.poor, n.all), Wrong: share(n.misplaced, n.all)}
	}
	return out
}

// String names the band for people: "0.01 to 0.05 above".
func (b NearBand) String() string {
	switch {
	case b.From == nil:
		return fmt.Sprintf("up to %g", *b.To)
	case b.To == nil:
		return fmt.Sprintf("over %g", *b.From)
	}
	return fmt.Sprintf("%g to %g", *b.From, *b.To)
}
