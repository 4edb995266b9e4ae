package survey

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"sijil/internal/errs"
)

// Estimate is a figure with its design-based standard error.
type Estimate struct {
	Value float64 `json:"value"`
	SE    float64 `json:"se"`
	// Deff is the variance over that of a simple random sample of as many rows
	// drawn without replacement, as R's svymean(deff=TRUE); with replacement
	// when the weights do not add up to more than the rows.
	Deff float64 `json:"deff"`
}

// WithWeights returns the design with other weights, such as persons instead
// of households.
func (d *Design) WithWeights(w []float64) *Design {
	out := *d
	out.Weight = w
	return &out
}

// Mean estimates the weighted mean of values under the design.
func (d *Design) Mean(values []float64) (Estimate, error) {
	n := len(values)
	total := sum(d.Weight)
	mean := weightedMean(values, d.Weight)
	u := mat.NewDense(n, 1, nil)
	spread := 0.0
	for i, v := range values {
		u.Set(i, 0, d.Weight[i]*(v-mean)/total)
		spread += d.Weight[i] * (v - mean) * (v - mean)
	}
	variance, err := d.Variance(u)
	if err != nil {
		return Estimate{}, err
	}
	random := spread / total / float64(n-1)
	if total > float64(n) {
		random *= (total - float64(n)) / total
	}
	return Estimate{Value: mean, SE: root(variance.At(0, 0)), Deff: share(variance.At(0, 0), random)}, nil
}

// shortfalls returns the Foster–Greer–Thorbecke contribution of each row:
// ((z−y)/z)^alpha where y < z, else 0.
func shortfalls(welfare []float64, line, alpha float64) []float64 {
	out := make([]float64, len(welfare))
	for i, y := range welfare {
		switch {
		case y >= line:
		case alpha == 0:
			out[i] = 1
		default:
			out[i] = math.Pow((line-y)/line, alpha)
		}
	}
	return out
}

// FGT estimates the Foster–Greer–Thorbecke index: alpha 0 the headcount, 1 the
// poverty gap, 2 its square, as shares of the design's weight. The line is
// taken as known, and the poor are those strictly below it, as in the
// statistical offices' tables; targeting errors count the household at the line
// as poor (see Targeting).
func FGT(d *Design, welfare []float64, line, alpha float64) (Estimate, error) {
	if !(line > 0) {
		return Estimate{}, errs.Bad("line", "the poverty line is not positive", "give it in the money of the welfare column")
	}
	return d.Mean(shortfalls(welfare, line, alpha))
}

// Inequality holds the indicators of relative poverty and inequality that
// Eurostat publishes, with the definitions of R's laeken package.
type Inequality struct {
	Threshold float64 `json:"threshold"` // 60 % of the median
	Rate      float64 `json:"rate"`      // share of weight strictly below the threshold
	Gini      float64 `json:"gini"`
	QSR       float64 `json:"qsr"`  // income of the richest fifth over that of the poorest fifth
	RMPG      float64 `json:"rmpg"` // relative gap of the median of those below the threshold
}

// Unequal measures the inequality of welfare (money) under weights. Shares are
// from 0 to 1.
func Unequal(welfare, weight []float64) (Inequality, error) {
	if len(welfare) == 0 || len(welfare) != len(weight) {
		return Inequality{}, errs.Bad("welfare", fmt.Sprintf("%d values and %d weights", len(welfare), len(weight)), "give one weight a value")
	}
	order := sortedOrder(welfare)
	out := Inequality{Threshold: .6 * quantileIn(order, welfare, weight, .5), Gini: Gini(welfare, weight)}
	low, high := quantileIn(order, welfare, weight, .2), quantileIn(order, welfare, weight, .8)
	var poorest, richest, below, total float64
	var poor []int32
	for _, i := range order {
		v, w := welfare[i], weight[i]
		total += w
		if v <= low {
			poorest += w * v
		}
		if v > high {
			richest += w * v
		}
		if v < out.Threshold {
			below += w
			poor = append(poor, i)
		}
	}
	out.Rate, out.QSR = below/total, richest/poorest
	out.RMPG = (out.Threshold - quantileIn(poor, welfare, weight, .5)) / out.Threshold
	return out, nil
}
