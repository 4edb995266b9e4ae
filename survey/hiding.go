package survey

import "slices"

// Hiding says how many households would come under the cut by a false answer.
type Hiding struct {
	Items []HidingItem  `json:"items"`
	Left  []NotHidden   `json:"not_hidden"`
	Quota []HidingQuota `json:"quota"`
}

// HidingItem is a movable variable, the false answers considered and the
// columns that are functions of it and are moved along.
type HidingItem struct {
	Variable string   `json:"variable"`
	Moves    []string `json:"moves"`
	Follow   []string `json:"moved_along,omitempty"`
}

// HidingQuota looks at one quota q. The cut c is the quantile q of the honest
// scores and stays where it is; ineligible are the households with s > c.
type HidingQuota struct {
	Q          float64    `json:"q"`
	Cut        float64    `json:"cut"`
	Ineligible float64    `json:"ineligible"` // ineligible ÷ all households
	Crossings  []Crossing `json:"crossings"`
}

// Crossing counts the ineligible households that a false answer, given only
// where it lowers the score, brings to the cut or below.
type Crossing struct {
	Variable string  `json:"variable"`
	Answer   string  `json:"answer"`
	Rows     int     `json:"rows"`
	Weight   float64 `json:"weight"` // of the households that cross
	Share    float64 `json:"share"`  // households that cross ÷ ineligible households
	Poor     float64 `json:"poor"`   // truly poor among those that cross ÷ those that cross

	Interval *Interval         `json:"share_interval,omitempty"`
	Groups   []CrossingInGroup `json:"groups,omitempty"`
}

// CrossingInGroup is the part of one group of households.
type CrossingInGroup struct {
	Group      string  `json:"group"`
	Level      string  `json:"level"`
	Ineligible int     `json:"ineligible_rows"`
	Share      float64 `json:"share"` // the group's households that cross ÷ the group's ineligible
}

// lie is one false answer with the scores it leads to.
type lie struct {
	variable, answer string
	scores           []float64
}

// Hide counts who would cross the cut of each quota by hiding one movable item
// and by hiding all of them. With folds, each row is scored by a fit that did
// not see it; with folds nil, by the one fit on the whole sample, as the
// formula would score once it is law. Columns that are functions of an item,
// such as the square of a count, move with it. Where a model is not linear, all
// items are hidden that would each lower the score alone. Intervals redraw
// clusters, cut included.
func Hide(s *Sample, m Method, folds []int, t *Tagged, o RobustOptions) (*Hiding, error) {
	quotas, err := o.quotas()
	if err != nil {
		return nil, err
	}
	parts, err := holdOut(s, m, folds)
	if err != nil {
		return nil, err
	}
	honest, err := scoreHeld(s, parts, nil)
	if err != nil {
		return nil, err
	}
	items, left := hidables(s, t.With(Movable))
	out := &Hiding{Items: []HidingItem{}, Left: left}
	for _, h := range items {
		out.Items = append(out.Items, HidingItem{h.term.Name, h.moves, h.following(s)})
	}
	steps := 2
	for _, h := range items {
		steps += len(h.moves)
	}
	p := newProgress(steps+len(quotas)*o.Replicates, o.Progress)
	lies, err := everyLie(s, parts, items, honest, p)
	if err != nil {
		return nil, err
	}
	order := sortedOrder(honest)
	for _, q := range quotas {
		card := hidingAt(s, q, honest, order, lies)
		intervals := o.redraw(s.Design, p, func(w []float64) []float64 { return crossingShares(q, honest, order, lies, w) })
		for i := range card.Crossings {
			card.Crossings[i].Interval = intervalAt(intervals, i)
		}
		out.Quota = append(out.Quota, card)
	}
	return out, nil
}

// choice is the false answer that scores a row lowest; -1 is the truth.
type choice struct{ move, variant int }

// everyLie scores every false answer: first each item alone, then none of all,
// then the lowest of each.
func everyLie(s *Sample, parts []heldOut, items []*hidable, honest []float64, p *progress) ([]lie, error) {
	denials, lowest := make([][]choice, len(items)), make([][]choice, len(items))
	single := make([][]lie, len(items))
	failures := make([]error, len(items))
	inParallel(len(items), func(k int) {
		h := items[k]
		truth := slices.Repeat([]choice{{-1, -1}}, s.N())
		denials[k], lowest[k] = slices.Clone(truth), slices.Clone(truth)
		best := slices.Clone(honest)
		for m, move := range h.moves {
			scores := slices.Clone(honest)
			for variant := range h.variants(move) {
				got, err := scoreHeld(s, parts, func(_ int, x []float64) { h.apply(move, variant, x) })
				if err != nil {
					failures[k] = err
					return
				}
				for i, v := range got {
					if v < scores[i] {
						scores[i] = v
						if move == HideAll {
							denials[k][i] = choice{m, variant}
						}
					}
					if v < best[i] {
						best[i] = v
						lowest[k][i] = choice{m, variant}
					}
				}
			}
			single[k] = append(single[k], lie{h.term.Name, move, scores})
			p.step()
		}
	})
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	lies := slices.Concat(single...)
	for _, all := range []struct {
		answer  string
		choices [][]choice
	}{{HideEach, denials}, {Lie, lowest}} {
		scores, err := scoreHeld(s, parts, func(i int, x []float64) {
			for k, h := range items {
				if c := all.choices[k][i]; c.move >= 0 {
					h.apply(h.moves[c.move], c.variant, x)
				}
			}
		})
		if err != nil {
			return nil, err
		}
		lies = append(lies, lie{AllMovable, all.answer, scores})
		p.step()
	}
	return lies, nil
}

func hidingAt(s *Sample, q float64, honest []float64, order []int32, lies []lie) HidingQuota {
	w := s.Design.Weight
	out := HidingQuota{Q: q, Cut: quantileIn(order, honest, w, q)}
	line := WeightedQuantile(s.Y, w, q)
	above := 0.0
	for i, v := range honest {
		if v > out.Cut {
			above += w[i]
		}
	}
	out.Ineligible = above / sum(w)
	for _, l := range lies {
		c := Crossing{Variable: l.variable, Answer: l.answer}
		poor := 0.0
		for i, v := range l.scores {
			if honest[i] > out.Cut && v <= out.Cut {
				c.Rows++
				c.Weight += w[i]
				if s.Y[i] <= line {
					poor += w[i]
				}
			}
		}
		c.Share, c.Poor = share(c.Weight, above), share(poor, c.Weight)
		for g := range s.Groups {
			c.Groups = append(c.Groups, crossingInGroup(&s.Groups[g], honest, l.scores, out.Cut, w)...)
		}
		out.Crossings = append(out.Crossings, c)
	}
	return out
}

func crossingInGroup(g *Grouping, honest, scores []float64, cut float64, w []float64) []CrossingInGroup {
	out := make([]CrossingInGroup, len(g.Levels))
	above, over := make([]float64, len(g.Levels)), make([]float64, len(g.Levels))
	for i, level := range g.Code {
		if honest[i] <= cut {
			continue
		}
		out[level].Ineligible++
		above[level] += w[i]
		if scores[i] <= cut {
			over[level] += w[i]
		}
	}
	for level := range out {
		out[level].Group, out[level].Level, out[level].Share = g.Name, g.Levels[level], share(over[level], above[level])
	}
	return out
}

// crossingShares is the share of the ineligible that crosses by each lie.
func crossingShares(q float64, honest []float64, order []int32, lies []lie, w []float64) []float64 {
	cut := quantileIn(order, honest, w, q)
	out := make([]float64, len(lies))
	above := 0.0
	for i, v := range honest {
		if v <= cut {
			continue
		}
		above += w[i]
		for l := range lies {
			if lies[l].scores[i] <= cut {
				out[l] += w[i]
			}
		}
	}
	for l := range out {
		out[l] = shareOrNaN(out[l], above)
	}
	return out
}
