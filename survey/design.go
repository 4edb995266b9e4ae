package survey

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"sijil/internal/errs"
)

// Lonely is what to do with a stratum of which only one primary sampling unit
// was drawn: its variance cannot be estimated. The names and the arithmetic
// are those of the option survey.lonely.psu of R's survey package.
type Lonely string

// The policies for strata with a single unit.
const (
	LonelyFail      Lonely = "fail"      // refuse the variance; the default
	LonelyCertainty Lonely = "certainty" // the unit was taken for certain: the stratum adds nothing
	LonelyAdjust    Lonely = "adjust"    // centre at the mean of all units instead of the stratum's
	LonelyAverage   Lonely = "average"   // the stratum adds the average of the other strata
)

// Design is the sampling design of the rows of a sample. Units are nested in
// strata: the same label in two strata names two units. A unit keeps its label
// across waves and is one cluster there.
type Design struct {
	Weight []float64 // > 0, one a row
	PSU    []int32   // cluster of each row, 0..len(UnitStratum)-1

	UnitStratum   []int32   // stratum of each cluster
	StratumUnits  []int     // clusters drawn in each stratum, with those that lost all their rows
	Population    []float64 // clusters in the population of each stratum; +Inf without correction
	StratumLabels []string
	Lonely        Lonely

	Stratified, Clustered bool
}

// NewDesign builds a design of n rows from columns that may be nil: weight
// (nil means 1), stratum and psu (any labels coded as integers, nil means one
// stratum and every row its own unit) and fpc (population count of units in
// the stratum, or when at most 1 the sampling fraction). lines place errors.
// A weight that is not positive, or an fpc that varies within a stratum or is
// smaller than the sample, is an Invalid error.
func NewDesign(n int, weight []float64, stratum, psu []int32, labels []string, fpc []float64, lonely Lonely, lines []int32) (*Design, error) {
	d := &Design{Weight: weight, PSU: make([]int32, n), Lonely: lonely, Stratified: stratum != nil, Clustered: psu != nil}
	switch lonely {
	case "":
		d.Lonely = LonelyFail
	case LonelyFail, LonelyCertainty, LonelyAdjust, LonelyAverage:
	default:
		return nil, errs.Bad("lonely", fmt.Sprintf("%q is not a policy for strata with one unit", string(lonely)), "use fail, certainty, adjust or average")
	}
	if weight == nil {
		d.Weight = make([]float64, n)
		for i := range d.Weight {
			d.Weight[i] = 1
		}
	}
	for i, w := range d.Weight {
		if !(w > 0) || math.IsInf(w, 1) {
			return nil, &errs.Error{Kind: errs.Invalid, Code: "survey.weight", Line: lineOf(lines, i), Field: "weight",
				What: "the weight is not a positive number", Fix: "mend it, or leave rows that stand for nobody out of the file"}
		}
	}
	d.number(n, stratum, psu, labels)
	return d, d.correct(fpc, stratum, lines)
}

func lineOf(lines []int32, i int) int {
	if i < len(lines) {
		return int(lines[i])
	}
	return i + 1
}

// number gives every (stratum, label) pair its cluster number, in order of
// first appearance.
func (d *Design) number(n int, stratum, psu []int32, labels []string) {
	strata := 1
	for _, s := range stratum {
		strata = max(strata, int(s)+1)
	}
	d.StratumUnits = make([]int, strata)
	d.StratumLabels = labels
	if len(labels) < strata {
		d.StratumLabels = make([]string, strata)
		for h := range d.StratumLabels {
			d.StratumLabels[h] = fmt.Sprint(h + 1)
		}
	}
	type key struct{ stratum, psu int32 }
	index := make(map[key]int32)
	for i := range n {
		k := key{psu: int32(i)}
		if psu != nil {
			k.psu = psu[i]
		}
		if stratum != nil {
			k.stratum = stratum[i]
		}
		g, ok := index[k]
		if !ok {
			g = int32(len(d.UnitStratum))
			index[k] = g
			d.UnitStratum = append(d.UnitStratum, k.stratum)
			d.StratumUnits[k.stratum]++
		}
		d.PSU[i] = g
	}
	d.Population = make([]float64, strata)
	for h := range d.Population {
		d.Population[h] = math.Inf(1)
	}
}

func (d *Design) correct(fpc []float64, stratum, lines []int32) error {
	if fpc == nil {
		return nil
	}
	given := make([]float64, len(d.StratumUnits))
	for i, f := range fpc {
		h := 0
		if stratum != nil {
			h = int(stratum[i])
		}
		bad := func(what, fix string) error {
			return &errs.Error{Kind: errs.Invalid, Code: "survey.fpc", Line: lineOf(lines, i), Field: "fpc", What: what, Fix: fix}
		}
		if !(f > 0) {
			return bad("the finite population correction is not a positive number", "give the number of units in the stratum, or the sampling fraction")
		}
		if given[h] == 0 {
			given[h] = f
		}
		if given[h] != f {
			return bad(fmt.Sprintf("the finite population correction differs within stratum %s", d.StratumLabels[h]), "give one figure a stratum")
		}
		size := f
		if f <= 1 {
			size = float64(d.StratumUnits[h]) / f
		}
		if size < float64(d.StratumUnits[h]) {
			return bad(fmt.Sprintf("the population of stratum %s is smaller than its sample of %d units", d.StratumLabels[h], d.StratumUnits[h]), "mend the correction or the stratum")
		}
		d.Population[h] = size
	}
	return nil
}

// Subset returns the design of some of the rows, as a domain of the whole:
// strata remember how many units were drawn, so that a unit without rows left
// counts as a zero, as in R's subset of a survey design.
func (d *Design) Subset(rows []int) *Design {
	s := *d
	s.Weight = make([]float64, len(rows))
	s.PSU = make([]int32, len(rows))
	s.UnitStratum = nil
	index := make([]int32, len(d.UnitStratum))
	for i, r := range rows {
		s.Weight[i] = d.Weight[r]
		g := d.PSU[r]
		if index[g] == 0 {
			s.UnitStratum = append(s.UnitStratum, d.UnitStratum[g])
			index[g] = int32(len(s.UnitStratum))
		}
		s.PSU[i] = index[g] - 1
	}
	return &s
}

// Units is the number of clusters with rows in the sample.
func (d *Design) Units() int { return len(d.UnitStratum) }

// Strata is the number of strata with rows in the sample.
func (d *Design) Strata() int {
	seen := make([]bool, len(d.StratumUnits))
	n := 0
	for _, h := range d.UnitStratum {
		if !seen[h] {
			seen[h] = true
			n++
		}
	}
	return n
}

// DF is the design's degrees of freedom: clusters less strata (degf of R's
// survey package).
func (d *Design) DF() int { return d.Units() - d.Strata() }

// totals adds the rows of u (n×p) within clusters, in row order.
func (d *Design) totals(u *mat.Dense) *mat.Dense {
	n, p := u.Dims()
	z := mat.NewDense(d.Units(), p, nil)
	for i := range n {
		row, sum := u.RawRowView(i), z.RawRowView(int(d.PSU[i]))
		for j, v := range row {
			sum[j] += v
		}
	}
	return z
}

// Variance is the Taylor-linearised variance of the total of the rows of u
// (n×p, weights already inside): Σ_h (1−n_h/N_h)·n_h/(n_h−1)·Σ_c (z_hc−z̄_h)(z_hc−z̄_h)'
// over the cluster totals z. A stratum with one unit follows the policy.
func (d *Design) Variance(u *mat.Dense) (*mat.SymDense, error) {
	z := d.totals(u)
	units, p := z.Dims()
	strata := len(d.StratumUnits)
	means := mat.NewDense(strata, p, nil)
	present := make([]int, strata)
	for g := range units {
		h := d.UnitStratum[g]
		present[h]++
		addTo(means.RawRowView(int(h)), z.RawRowView(g))
	}
	scale, ignored, err := d.scales(present)
	if err != nil {
		return nil, err
	}
	v := mat.NewSymDense(p, nil)
	row := make([]float64, p)
	for g := range units {
		h := d.UnitStratum[g]
		if scale[h] == 0 {
			continue
		}
		copy(row, z.RawRowView(g))
		if d.StratumUnits[h] > 1 {
			for j, m := range means.RawRowView(int(h)) {
				row[j] -= m / float64(d.StratumUnits[h])
			}
		}
		v.SymRankOne(v, scale[h], mat.NewVecDense(p, row))
	}
	d.addEmptyUnits(v, means, present, scale)
	if ignored > 0 {
		live := d.Strata()
		v.ScaleSym(float64(live)/float64(live-ignored), v)
	}
	return v, nil
}

func addTo(sum, row []float64) {
	for j, v := range row {
		sum[j] += v
	}
}

// scales returns (1−f)·n/(n−1) of each stratum, and how many strata are left
// out of the sum to be replaced by the average of the others.
func (d *Design) scales(present []int) (scale []float64, ignored int, err error) {
	scale = make([]float64, len(d.StratumUnits))
	for h, n := range d.StratumUnits {
		if present[h] == 0 {
			continue
		}
		f := 1.0
		if !math.IsInf(d.Population[h], 1) {
			f = (d.Population[h] - float64(n)) / d.Population[h]
		}
		switch {
		case f < 1e-7:
		case n > 1:
			scale[h] = f * float64(n) / float64(n-1)
		case d.Lonely == LonelyAdjust:
			scale[h] = f
		case d.Lonely == LonelyAverage:
			ignored++
		case d.Lonely == LonelyFail:
			return nil, 0, &errs.Error{Kind: errs.Invalid, Code: "survey.lonely", Field: "strata",
				What: fmt.Sprintf("stratum %s has one primary sampling unit, so its variance is unknown", d.StratumLabels[h]),
				Fix:  "merge it with a like stratum, or state a policy: certainty, adjust or average"}
		}
	}
	if ignored > 0 && ignored == d.Strata() {
		return nil, 0, errs.Bad("strata", "every stratum has one primary sampling unit, so there is no average to use", "merge strata")
	}
	return scale, ignored, nil
}

// addEmptyUnits adds the units drawn that have no row in the sample: zeros, at
// distance z̄_h from their stratum's mean.
func (d *Design) addEmptyUnits(v *mat.SymDense, sums *mat.Dense, present []int, scale []float64) {
	p := v.SymmetricDim()
	row := make([]float64, p)
	for h, n := range d.StratumUnits {
		empty := n - present[h]
		if present[h] == 0 || empty == 0 {
			continue
		}
		for j, m := range sums.RawRowView(h) {
			row[j] = m / float64(n)
		}
		v.SymRankOne(v, scale[h]*float64(empty), mat.NewVecDense(p, row))
	}
}
