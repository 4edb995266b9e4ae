package survey

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"sijil/internal/errs"
)

// Coefficient is one line of a least-squares or logit table, with the standard
// errors of four theories of where chance comes from.
type Coefficient struct {
	Name      string  `json:"name"`
	Estimate  float64 `json:"estimate"`
	SEDesign  float64 `json:"se_design"`  // Taylor: strata, clusters, finite populations
	SECluster float64 `json:"se_cluster"` // CR1, clusters drawn at random: Stata's vce(cluster)
	SEHC1     float64 `json:"se_hc1"`     // rows drawn at random, any variance
	SEIID     float64 `json:"se_iid"`     // rows drawn at random, one variance
}

// Fit is a weighted least-squares fit.
type Fit struct {
	N            int           `json:"n"`
	R2           float64       `json:"r2"` // weighted, in sample
	AdjustedR2   float64       `json:"adj_r2"`
	Coefficients []Coefficient `json:"coefficients"`

	// Sigma is √(Σw·e²/(n−k)), as R's lm prints it: it is in the unit of the
	// target only when the weights average 1. ResidualSD is the same with the
	// weights so scaled.
	Sigma      float64 `json:"sigma"`
	ResidualSD float64 `json:"residual_sd"`

	DF         int       `json:"df"`          // of the design: clusters less strata
	ResidualDF int       `json:"residual_df"` // DF + 1 − k, as svyglm uses for t
	Condition  float64   `json:"condition"`   // of the scaled columns, 2-norm
	Dropped    []string  `json:"dropped,omitempty"`
	Terms      []Term    `json:"terms,omitempty"`
	Missing    []Missing `json:"missing,omitempty"`
	RowsLost   int       `json:"rows_dropped,omitempty"`
	Withheld   []string  `json:"withheld,omitempty"` // columns not taken because they look like names or identifiers

	// Beta holds one coefficient for each column of the sample's X, zero for
	// columns dropped. Covariance is the design-based variance of the
	// coefficients kept, in the order of Coefficients.
	Beta       []float64     `json:"-"`
	Residuals  []float64     `json:"-"`
	Covariance *mat.SymDense `json:"-"`
}

// Options steer a fit.
type Options struct {
	Collinear Collinear
}

// FitWLS fits the target by weighted least squares, by Householder QR of √w·X
// with iterative refinement, and gives each coefficient four standard errors.
// With A = (X'WX)⁻¹, u_i = w_i·e_i·x_i and z_c the cluster totals of u:
// design A·Var(Σz)·A without a factor in n−k; cluster A·Σzz'·A·G/(G−1)·(n−1)/(n−k);
// HC1 A·Σuu'·A·n/(n−k); iid σ²·A. Errors: Invalid for constant or collinear
// columns, too few rows, and strata with one unit, each by its policy.
func FitWLS(s *Sample, o Options) (*Fit, error) {
	if s.N() > 0 && slices.Min(s.Y) == slices.Max(s.Y) {
		return nil, constantTarget(s)
	}
	ls, err := solveWLS(s, s.Design.Weight, o)
	if err != nil {
		return nil, err
	}
	k := len(ls.kept)
	fit := &Fit{N: s.N(), DF: s.Design.DF(), Condition: ls.condition, Dropped: ls.dropped,
		Terms: s.Terms, Missing: s.Missing, RowsLost: s.Dropped, Withheld: s.Withheld, Beta: ls.beta, Residuals: ls.residuals}
	fit.ResidualDF = fit.DF + 1 - k
	fit.goodness(s, k)
	table, cov, err := ls.table(s.Design, fit.Sigma*fit.Sigma)
	if err != nil {
		return nil, err
	}
	fit.Coefficients, fit.Covariance = table, cov
	return fit, nil
}

// leastSquares is a solved weighted regression.
type leastSquares struct {
	*settled
	names     []string
	beta      []float64 // one per column of the sample
	residuals []float64
	weight    []float64

	white   *mat.Dense // see factorization.whiten; nil until wanted
	inverse []float64
}

func solveWLS(s *Sample, w []float64, o Options) (*leastSquares, error) {
	set, err := settle(s.Names, s.X, w, o.Collinear, s.Target)
	if err != nil {
		return nil, err
	}
	ls := &leastSquares{settled: set, names: pick(s.Names, set.kept), weight: w}
	var b []float64
	if set.condition < MaxCondition {
		b, ls.residuals = set.f.refine(set.x, s.Y, w, set.f.solve(s.Y, w))
	} else {
		var ok bool
		if b, ls.residuals, ls.white, ls.inverse, ok = set.f.doubled(set.x, s.Y, w); !ok {
			return nil, collinearError(ls.names, nil, set.condition, "exclude one of the columns")
		}
	}
	ls.beta = make([]float64, len(s.Names))
	for j, c := range set.kept {
		ls.beta[c] = b[j]
		if math.IsNaN(b[j]) || math.IsInf(b[j], 0) {
			return nil, errs.Bad(s.Names[c], "its values are too large or too small to be fitted", "change the unit of the column")
		}
	}
	return ls, nil
}

func constantTarget(s *Sample) error {
	return errs.Bad(s.Target, "the target is the same in every row", "choose another target")
}

func (fit *Fit) goodness(s *Sample, k int) {
	w := s.Design.Weight
	var sw, swy dd
	for i, y := range s.Y {
		sw = sw.add(dd{w[i], 0})
		p, e := twoProd(w[i], y)
		swy = swy.add(dd{p, e})
	}
	mean := swy.div(sw).float()
	var rss, tss float64
	for i, y := range s.Y {
		rss += w[i] * fit.Residuals[i] * fit.Residuals[i]
		tss += w[i] * (y - mean) * (y - mean)
	}
	n := float64(s.N())
	fit.R2 = 1 - rss/tss
	fit.AdjustedR2 = 1 - (1-fit.R2)*(n-1)/(n-float64(k))
	fit.Sigma = math.Sqrt(rss / (n - float64(k)))
	fit.ResidualSD = math.Sqrt(rss / (n - float64(k)) * n / sw.float())
}

// linear returns x·beta, terms added in column order.
func linear(x *mat.Dense, beta []float64) []float64 {
	n, _ := x.Dims()
	out := make([]float64, n)
	for i := range n {
		sum := 0.0
		for j, v := range x.RawRowView(i) {
			sum += float64(v * beta[j])
		}
		out[i] = sum
	}
	return out
}
