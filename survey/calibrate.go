package survey

import "sort"

// Calibration maps scores to the level of the target by weighted quantiles: a
// least-squares score spreads less than the truth, so that a fixed line under
// it counts too few. It is monotone and changes no ranking but within ties.
type Calibration struct {
	Score []float64 `json:"score"` // knots, rising
	Level []float64 `json:"level"` // the target at the same cumulative share
}

const calibrationKnots = 201

// Calibrate takes the map from scores and the targets of the same rows.
func Calibrate(scores, target, weight []float64) Calibration {
	byScore, byTarget := sortedOrder(scores), sortedOrder(target)
	var c Calibration
	for i := range calibrationKnots {
		q := float64(i) / (calibrationKnots - 1)
		s, y := quantileIn(byScore, scores, weight, q), quantileIn(byTarget, target, weight, q)
		if n := len(c.Score); n > 0 && s <= c.Score[n-1] {
			c.Level[n-1] = y
			continue
		}
		c.Score, c.Level = append(c.Score, s), append(c.Level, y)
	}
	return c
}

// At returns the level of a score: linear between knots, and beyond the ends
// the score moved as far as the end was.
func (c Calibration) At(score float64) float64 {
	n := len(c.Score)
	switch i := sort.SearchFloat64s(c.Score, score); {
	case i == 0:
		return score + c.Level[0] - c.Score[0]
	case i == n:
		return score + c.Level[n-1] - c.Score[n-1]
	default:
		part := (score - c.Score[i-1]) / (c.Score[i] - c.Score[i-1])
		return c.Level[i-1] + part*(c.Level[i]-c.Level[i-1])
	}
}

type calibrated struct {
	base Model
	by   Calibration
}

func (m calibrated) Score(s *Sample) []float64 {
	scores := m.base.Score(s)
	for i, v := range scores {
		scores[i] = m.by.At(v)
	}
	return scores
}

// Calibrated fits a method and maps its scores to the level of the training
// rows.
func Calibrated(m Method) Method {
	return Method{Name: m.Name + " calibrated", Level: true, Fit: func(train *Sample) (Model, error) {
		base, err := m.Fit(train)
		if err != nil {
			return nil, err
		}
		return calibrated{base, Calibrate(base.Score(train), train.Y, train.Design.Weight)}, nil
	}}
}
