package survey

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Interval is the chance of a figure by cluster bootstrap: the standard error
// and the 2.5 % and 97.5 % points of the replicates.
type Interval struct {
	SE   float64 `json:"se"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// figure is a number of a result under its name in JSON.
type figure struct {
	name  string
	value *float64
}

// Replicate returns the weights of bootstrap replicate r: in each stratum with
// n_h clusters, n_h − 1 are drawn with replacement and weights multiplied by
// n_h/(n_h−1) times the draws (Rao and Wu 1988). Clusters stay whole; a
// stratum with one cluster keeps it. Replicates are drawn for clusters in the
// sample, without finite population correction.
func (d *Design) Replicate(seed uint64, r int) []float64 {
	rng := rand.New(rand.NewPCG(seed, uint64(r)+1))
	byStratum := make([][]int, len(d.StratumUnits))
	for g, h := range d.UnitStratum {
		byStratum[h] = append(byStratum[h], g)
	}
	times := make([]float64, d.Units())
	for _, units := range byStratum {
		n := len(units)
		if n == 1 {
			times[units[0]] = 1
			continue
		}
		for range n - 1 {
			times[units[rng.IntN(n)]] += float64(n) / float64(n-1)
		}
	}
	w := make([]float64, len(d.Weight))
	for i, g := range d.PSU {
		w[i] = d.Weight[i] * times[g]
	}
	return w
}

// interval summarises the replicates of one figure; replicates without a value
// (a group that was not drawn) are left out.
func interval(values []float64) Interval {
	v := slices.DeleteFunc(slices.Clone(values), func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
	if len(v) < 2 {
		return Interval{SE: math.NaN(), Low: math.NaN(), High: math.NaN()}
	}
	slices.Sort(v)
	mean := sum(v) / float64(len(v))
	spread := 0.0
	for _, x := range v {
		spread += (x - mean) * (x - mean)
	}
	return Interval{SE: math.Sqrt(spread / float64(len(v)-1)), Low: percentile(v, .025), High: percentile(v, .975)}
}

// percentile interpolates linearly between order statistics.
func percentile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
