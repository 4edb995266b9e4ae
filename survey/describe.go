package survey

import (
	"math"
	"slices"
)

// Description is what a survey file and its design look like before any fit.
type Description struct {
	Rows       int     `json:"rows"` // of the sample, after rows with missing values were dropped
	Strata     int     `json:"strata"`
	Units      int     `json:"units"` // primary sampling units
	DF         int     `json:"df"`
	LonelyUnit int     `json:"strata_with_one_unit"`
	SumWeights float64 `json:"sum_of_weights"`
	MinWeight  float64 `json:"smallest_weight"`
	MaxWeight  float64 `json:"largest_weight"`

	// KishDeff is 1 + the squared coefficient of variation of the weights: how
	// much unequal weighting alone inflates variances (Kish 1965).
	KishDeff float64 `json:"kish_deff"`

	Columns []ColumnDescription `json:"columns"`
	Missing []Missing           `json:"missing,omitempty"`
	Dropped int                 `json:"rows_dropped,omitempty"`

	Withheld []string `json:"withheld,omitempty"` // columns not taken because they look like names or identifiers
}

// ColumnDescription is one column of X, or the target.
type ColumnDescription struct {
	Name     string   `json:"name"`
	Mean     Estimate `json:"mean"`
	SD       float64  `json:"sd"`
	Min      float64  `json:"min"`
	Max      float64  `json:"max"`
	Constant bool     `json:"constant,omitempty"`
}

// Describe counts the design and gives each column's weighted mean with its
// design-based error. Strata with one unit are counted; under a policy that
// would refuse them they add nothing to the errors here.
func Describe(s *Sample) (*Description, error) {
	d := s.Design
	if d.Lonely == LonelyFail {
		lenient := *d
		lenient.Lonely = LonelyCertainty
		d = &lenient
	}
	out := &Description{Rows: s.N(), Strata: d.Strata(), Units: d.Units(), DF: d.DF(), SumWeights: sum(d.Weight),
		MinWeight: slices.Min(d.Weight), MaxWeight: slices.Max(d.Weight), Missing: s.Missing, Dropped: s.Dropped, Withheld: s.Withheld}
	for _, n := range d.StratumUnits {
		if n == 1 {
			out.LonelyUnit++
		}
	}
	squares := 0.0
	for _, w := range d.Weight {
		squares += w * w
	}
	out.KishDeff = squares * float64(s.N()) / (out.SumWeights * out.SumWeights)
	target, err := describeColumn(s.Target, s.Y, d)
	if err != nil {
		return nil, err
	}
	out.Columns = append(out.Columns, target)
	values := make([]float64, s.N())
	for j, name := range s.Names {
		if name == Intercept {
			continue
		}
		for i := range values {
			values[i] = s.X.At(i, j)
		}
		c, err := describeColumn(name, values, d)
		if err != nil {
			return nil, err
		}
		out.Columns = append(out.Columns, c)
	}
	return out, nil
}

func describeColumn(name string, values []float64, d *Design) (ColumnDescription, error) {
	mean, err := d.Mean(values)
	if err != nil {
		return ColumnDescription{}, err
	}
	c := ColumnDescription{Name: name, Mean: mean, Min: slices.Min(values), Max: slices.Max(values)}
	c.Constant = c.Min == c.Max
	spread := 0.0
	for i, v := range values {
		spread += d.Weight[i] * (v - mean.Value) * (v - mean.Value)
	}
	c.SD = math.Sqrt(spread / sum(d.Weight))
	return c, nil
}
