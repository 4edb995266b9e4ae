package chart

import "math"

// scale maps values of [lo, hi] to pixels.
type scale struct {
	lo, hi   float64
	from, to float64
}

func (s scale) px(v float64) float64 {
	return s.from + (v-s.lo)/(s.hi-s.lo)*(s.to-s.from)
}

// extent is the least and the greatest of values; +Inf and -Inf of none.
func extent(values ...[]float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		for _, x := range v {
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	return lo, hi
}

// span is the extent with some length: a single value gets room on both sides.
func span(values ...[]float64) (lo, hi float64) {
	lo, hi = extent(values...)
	if room := max(math.Abs(lo), math.Abs(hi))*1e-9 + 1e-300; hi-lo <= room {
		room = max(math.Abs(lo)*.05, .5)
		return lo - room, hi + room
	}
	return lo, hi
}

// pad widens an interval by a share of its length.
func pad(lo, hi, share float64) (float64, float64) {
	d := (hi - lo) * share
	return lo - d, hi + d
}

// tick is a value of an axis with its printed form.
type tick struct {
	at    float64
	label string
}

// ticks are at round values, 1, 2 or 5 times a power of ten apart: as many as
// fit without labels meeting, where fits says whether two neighbours with
// these labels may stand this many pixels apart.
func (s scale) ticks(format func(float64) string, fits func(a, b string, apart float64) bool) []tick {
	for n := 10.0; n >= 1; n-- {
		t := s.every((s.hi-s.lo)/n, format)
		legible := true
		for i := 1; i < len(t); i++ {
			apart := math.Abs(s.px(t[i].at) - s.px(t[i-1].at))
			legible = legible && t[i].label != t[i-1].label && fits(t[i-1].label, t[i].label, apart)
		}
		if legible && len(t) > 0 {
			return t
		}
	}
	return []tick{{s.lo, format(s.lo)}}
}

// every returns ticks a round step apart, the smallest such step not below
// least.
func (s scale) every(least float64, format func(float64) string) []tick {
	unit, exp := roundStep(least)
	var t []tick
	step := unit * math.Pow(10, exp)
	first, last := math.Ceil(s.lo/step-1e-9), math.Floor(s.hi/step+1e-9)
	for i := first; i <= last && len(t) < 50; i++ {
		v := i * step
		if exp < 0 {
			v = i * unit / math.Pow(10, -exp) // 3·0.1 is not 0.3, 3/10 is
		}
		if v == 0 {
			v = 0 // rounding up from below leaves a minus on zero
		}
		t = append(t, tick{v, format(v)})
	}
	return t
}

// roundStep is the smallest 1, 2, 5 or 10 times a power of ten not below v.
func roundStep(v float64) (unit, exp float64) {
	exp = math.Floor(math.Log10(v))
	for _, unit = range []float64{1, 2, 5} {
		if unit*math.Pow(10, exp) >= v*(1-1e-9) {
			return unit, exp
		}
	}
	return 10, exp
}
