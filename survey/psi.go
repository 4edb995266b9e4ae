package survey

import (
	"math"
	"slices"
)

// emptyBin is the share that PSI takes a bin for that one side leaves empty,
// for the logarithm of 0 has no value.
const emptyBin = 1e-4

// PSI is the population stability index Σ(b−a)·ln(b/a) over the tenths of the
// weight of the first distribution, a and b being the shares of the two in each;
// where values are tied, tenths merge. Practice in credit scoring takes .1 for
// a change to look at and .25 for one to act on (Siddiqi 2006); these are
// habits, not tests. Identical distributions have 0.
func PSI(a, weightA, b, weightB []float64) float64 {
	order := sortedOrder(a)
	var edges []float64
	for k := 1; k < 10; k++ {
		if e := quantileIn(order, a, weightA, float64(k)/10); len(edges) == 0 || e > edges[len(edges)-1] {
			edges = append(edges, e)
		}
	}
	inA, inB := binShares(a, weightA, edges), binShares(b, weightB, edges)
	index := 0.0
	for k, p := range inA {
		q := inB[k]
		if p == q {
			continue
		}
		p, q = max(p, emptyBin), max(q, emptyBin)
		index += (q - p) * math.Log(q/p)
	}
	return index
}

// binShares deals the weight into bins that end at the edges, edges included.
func binShares(values, w, edges []float64) []float64 {
	out := make([]float64, len(edges)+1)
	total := 0.0
	for i, v := range values {
		at, _ := slices.BinarySearch(edges, v)
		out[at] += w[i]
		total += w[i]
	}
	for k := range out {
		out[k] /= total
	}
	return out
}

// KS is the statistic of Kolmogorov and Smirnov: the largest distance between
// the weighted distribution functions of two samples. Its classical p-value
// does not hold for clustered or weighted samples and is not given.
func KS(a, weightA, b, weightB []float64) float64 {
	orderA, orderB := sortedOrder(a), sortedOrder(b)
	totalA, totalB := sum(weightA), sum(weightB)
	var belowA, belowB, largest float64
	for i, j := 0, 0; i < len(a) || j < len(b); {
		at := math.Inf(1)
		if i < len(a) {
			at = a[orderA[i]]
		}
		if j < len(b) {
			at = min(at, b[orderB[j]])
		}
		for ; i < len(a) && a[orderA[i]] <= at; i++ {
			belowA += weightA[orderA[i]]
		}
		for ; j < len(b) && b[orderB[j]] <= at; j++ {
			belowB += weightB[orderB[j]]
		}
		largest = max(largest, math.Abs(belowA/totalA-belowB/totalB))
	}
	return largest
}
