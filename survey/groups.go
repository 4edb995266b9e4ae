package survey

// GroupErrors are the errors of targeting within one group of households.
type GroupErrors struct {
	Group string  `json:"group"`
	Level string  `json:"level"`
	Q     float64 `json:"q"` // of the whole sample: line and cut are common to all groups
	Rows  int     `json:"rows"`

	Share    float64 `json:"share"`    // the group ÷ all
	Poor     float64 `json:"poor"`     // the group's poor ÷ the group
	Selected float64 `json:"selected"` // the group's selected ÷ the group
	EER      float64 `json:"eer"`      // the group's poor not selected ÷ the group's poor
	IER      float64 `json:"ier"`      // the group's selected not poor ÷ the group's selected
	Bias     float64 `json:"bias"`     // mean of score − target, for scores in its unit

	Intervals map[string]Interval `json:"intervals,omitempty"`
}

func (g *GroupErrors) figures() []figure {
	return []figure{{"share", &g.Share}, {"poor", &g.Poor}, {"selected", &g.Selected}, {"eer", &g.EER}, {"ier", &g.IER}, {"bias", &g.Bias}}
}

// groupErrors fills one entry a level, at the line and cut of t.
func (j *judged) groupErrors(t *Targeting, g *Grouping, w []float64) []GroupErrors {
	out := make([]GroupErrors, len(g.Levels))
	type sums struct{ all, poor, selected, missed, leaked, bias float64 }
	s := make([]sums, len(g.Levels))
	total := 0.0
	for i, l := range g.Code {
		c := &s[l]
		out[l].Rows++
		total += w[i]
		c.all += w[i]
		c.bias += w[i] * (j.s[i] - j.y[i])
		poor, in := j.y[i] <= t.Line, j.s[i] <= t.Cut
		if poor {
			c.poor += w[i]
		}
		if in {
			c.selected += w[i]
		}
		switch {
		case poor && !in:
			c.missed += w[i]
		case in && !poor:
			c.leaked += w[i]
		}
	}
	for l := range out {
		c := s[l]
		o := &out[l]
		o.Group, o.Level, o.Q = g.Name, g.Levels[l], t.Q
		o.Share, o.Poor, o.Selected = c.all/total, share(c.poor, c.all), share(c.selected, c.all)
		o.EER, o.IER = share(c.missed, c.poor), share(c.leaked, c.selected)
		if j.level {
			o.Bias = share(c.bias, c.all)
		}
	}
	return out
}

// share is part ÷ whole, and 0 of nothing: a group without poor misses nobody.
func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}
