package survey

import "math"

// sortedOrder returns the positions of values from the lowest to the highest;
// equal values keep their row order. It is a radix sort on the bits, because
// each bootstrap replicate sorts anew.
func sortedOrder(values []float64) []int32 {
	const digit, passes = 11, 6
	n := len(values)
	keys, order := make([]uint64, n), make([]int32, n)
	var counts [passes][1 << digit]int32
	for i, v := range values {
		bits := math.Float64bits(v + 0) // −0 becomes 0
		if bits>>63 == 1 {
			bits = ^bits
		} else {
			bits |= 1 << 63
		}
		keys[i], order[i] = bits, int32(i)
		for p := range passes {
			counts[p][bits>>(p*digit)&(1<<digit-1)]++
		}
	}
	next := make([]int32, n)
	for p := range passes {
		c := &counts[p]
		at, same := int32(0), false
		for d, m := range c {
			same = same || int(m) == n
			c[d] = at
			at += m
		}
		if same {
			continue
		}
		for _, i := range order {
			d := keys[i] >> (p * digit) & (1<<digit - 1)
			next[c[d]] = i
			c[d]++
		}
		order, next = next, order
	}
	return order
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}

// WeightedQuantile is Q_w(v, q): the smallest value whose cumulative share of
// the weight is at least q. It is NaN when there are no values.
func WeightedQuantile(values, weight []float64, q float64) float64 {
	return quantileIn(sortedOrder(values), values, weight, q)
}

func quantileIn(order []int32, values, weight []float64, q float64) float64 {
	total := 0.0
	for _, i := range order {
		total += weight[i]
	}
	cumulated, at := 0.0, math.NaN()
	for _, i := range order {
		if weight[i] == 0 {
			continue
		}
		cumulated += weight[i]
		at = values[i]
		if cumulated/total >= q {
			break
		}
	}
	return at
}

// midRanks returns the weighted mid-rank of each value: the share of weight
// below it, plus half the share of weight at it.
func midRanks(order []int32, values, weight []float64) []float64 {
	ranks := make([]float64, len(values))
	total := 0.0
	for _, i := range order {
		total += weight[i]
	}
	below := 0.0
	for from := 0; from < len(order); {
		to, at := from, 0.0
		for to < len(order) && values[order[to]] == values[order[from]] {
			at += weight[order[to]]
			to++
		}
		for _, i := range order[from:to] {
			ranks[i] = (below + at/2) / total
		}
		below += at
		from = to
	}
	return ranks
}

// fractionalRanks returns for each row the share of weight before it in the
// order, plus half its own. Equal values keep their order, as in the published
// reference figures; Gini indices do not depend on it.
func fractionalRanks(order []int32, weight []float64) []float64 {
	ranks := make([]float64, len(order))
	total, below := 0.0, 0.0
	for _, i := range order {
		total += weight[i]
	}
	for _, i := range order {
		ranks[i] = (below + weight[i]/2) / total
		below += weight[i]
	}
	return ranks
}

func weightedMean(values, weight []float64) float64 {
	var top, bottom float64
	for i, v := range values {
		top += weight[i] * v
		bottom += weight[i]
	}
	return top / bottom
}

// correlation is Pearson's, weighted; 0 when one side does not vary.
func correlation(a, b, weight []float64) float64 {
	ma, mb := weightedMean(a, weight), weightedMean(b, weight)
	var ab, aa, bb float64
	for i, w := range weight {
		ab += w * (a[i] - ma) * (b[i] - mb)
		aa += w * (a[i] - ma) * (a[i] - ma)
		bb += w * (b[i] - mb) * (b[i] - mb)
	}
	return share(ab, math.Sqrt(aa*bb))
}

// Spearman is the rank correlation: Pearson's of the weighted mid-ranks.
func Spearman(a, b, weight []float64) float64 {
	return correlation(midRanks(sortedOrder(a), a, weight), midRanks(sortedOrder(b), b, weight), weight)
}

// Concentration is the concentration index 2·Σŵ·v·r/μ − 1 of v along the
// weighted fractional ranks r of by (the share of weight before the row, plus
// half its own; ties in row order), with ŵ the weights scaled to sum to one.
func Concentration(v, by, weight []float64) float64 {
	return concentrationAt(v, fractionalRanks(sortedOrder(by), weight), weight)
}

func concentrationAt(v, ranks, weight []float64) float64 {
	var top, bottom float64
	for i, w := range weight {
		top += w * v[i] * ranks[i]
		bottom += w * v[i]
	}
	if bottom == 0 {
		return 0
	}
	return 2*top/bottom - 1
}

// Gini is the Gini index of v, from 0 to 1.
func Gini(v, weight []float64) float64 { return Concentration(v, v, weight) }
