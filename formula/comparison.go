package formula

import (
	"cmp"
	"iter"
	"slices"

	"sijil/internal/errs"
)

// Vector is a household with its values by name, so that formulas with
// different variables can read it.
type Vector struct {
	Ref             string // the sender's reference; it comes back in the largest shifts
	Stratum, Region string
	Profile         string // as in Household
	Values          map[string]Value
}

// Comparison is what a second formula makes of households that a first one
// has scored.
type Comparison struct {
	Households int // given an index by both
	Rose       int // the second index is higher
	Fell       int
	Same       int
	CameUnder  int // above the threshold before, at or below it after
	WentOver   int // at or below the threshold before, above it after
	Refused    int // households one of the formulas gives no index
	Reasons    errs.List
	Largest    []Shift // the largest shifts either way, the largest first
}

// Shift is the move of one household.
type Shift struct {
	Ref           string
	Before, After Index
}

// Change returns what the move is worth.
func (s Shift) Change() Distance { return Distance(s.After - s.Before) }

const maxReasons = 10

// Compare scores each household by both formulas, keeping the given number of
// largest shifts. Validity is not checked: the question is what b would do.
// Values that a formula has no variable for are left unread; a value that is
// missing refuses the household, with the first reasons kept.
func Compare(a, b *Formula, households iter.Seq[Vector], t Threshold, largest int) Comparison {
	var c Comparison
	for v := range households {
		before, err := a.score(&v)
		var after Index
		if err == nil {
			after, err = b.score(&v)
		}
		if err != nil {
			c.Refused++
			if len(c.Reasons) < maxReasons {
				c.Reasons.Add(err)
			}
			continue
		}
		c.count(Shift{v.Ref, before, after}, t)
		c.keep(Shift{v.Ref, before, after}, largest)
	}
	return c
}

func (c *Comparison) count(s Shift, t Threshold) {
	c.Households++
	switch cmp.Compare(s.After, s.Before) {
	case 1:
		c.Rose++
	case -1:
		c.Fell++
	default:
		c.Same++
	}
	switch was, is := s.Before.AtOrBelow(t), s.After.AtOrBelow(t); {
	case is && !was:
		c.CameUnder++
	case was && !is:
		c.WentOver++
	}
}

// keep inserts s among the largest, behind those as large that came before.
func (c *Comparison) keep(s Shift, largest int) {
	size := func(s Shift) uint64 { return magnitude(int64(s.Change())) }
	if size(s) == 0 {
		return
	}
	at := slices.IndexFunc(c.Largest, func(x Shift) bool { return size(x) < size(s) })
	if at < 0 {
		at = len(c.Largest)
	}
	if at >= largest {
		return
	}
	c.Largest = slices.Insert(c.Largest, at, s)
	c.Largest = c.Largest[:min(len(c.Largest), largest)]
}

func (f *Formula) score(v *Vector) (Index, error) {
	s, err := f.stratum(v.Stratum)
	if err != nil {
		return 0, err
	}
	values, err := s.take(v.Values)
	if err != nil {
		return 0, err
	}
	r, err := f.evaluate(&Household{Stratum: v.Stratum, Region: v.Region, Profile: v.Profile, Values: values}, nil)
	return r.Index, err
}
