package survey

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"

	"sijil/internal/errs"
)

// MaxCondition is the condition number of the scaled columns from which two
// correct programs no longer agree; it answers to the tolerance 1e-7 of R's lm.
const MaxCondition = 1e7

// Collinear is what to do with columns that are nearly combinations of others.
type Collinear string

// The policies for near-collinear and constant columns.
const (
	CollinearRefuse Collinear = "refuse" // name the columns and fit nothing; the default
	CollinearDrop   Collinear = "drop"   // leave out the later columns of each combination, and say which
	CollinearKeep   Collinear = "keep"   // fit all the same, in doubled precision; exact combinations stay refused
)

// factorization is the Householder QR of √w·X with each column scaled to unit
// length, which takes the units of measurement out of the condition number.
type factorization struct {
	scale []float64      // 1/‖√w·x_j‖
	q     blas64.General // reflectors below, R on and above the diagonal
	tau   []float64
	r     blas64.Triangular
}

func factor(x *mat.Dense, w []float64) *factorization {
	n, k := x.Dims()
	f := &factorization{scale: columnNorms(x, w), tau: make([]float64, k)}
	for j, v := range f.scale {
		if v > 0 {
			f.scale[j] = 1 / v
		}
	}
	f.q = blas64.General{Rows: n, Cols: k, Stride: k, Data: make([]float64, n*k)}
	for i := range n {
		row, out := x.RawRowView(i), f.q.Data[i*k:(i+1)*k]
		root := math.Sqrt(w[i])
		for j, v := range row {
			out[j] = v * root * f.scale[j]
		}
	}
	work := make([]float64, 1)
	lapack64.Geqrf(f.q, f.tau, work, -1)
	work = make([]float64, int(work[0]))
	lapack64.Geqrf(f.q, f.tau, work, len(work))
	f.r = blas64.Triangular{N: k, Stride: k, Data: f.q.Data, Uplo: blas.Upper, Diag: blas.NonUnit}
	return f
}

// columnNorms returns the weighted lengths of the columns.
func columnNorms(x *mat.Dense, w []float64) []float64 {
	n, k := x.Dims()
	largest := make([]float64, k)
	for i := range n {
		for j, v := range x.RawRowView(i) {
			largest[j] = max(largest[j], math.Abs(v))
		}
	}
	sum := make([]float64, k)
	for i := range n {
		for j, v := range x.RawRowView(i) {
			if largest[j] > 0 {
				v /= largest[j]
				sum[j] += w[i] * v * v
			}
		}
	}
	for j := range sum {
		sum[j] = math.Sqrt(sum[j]) * largest[j]
	}
	return sum
}

// solve returns the least-squares coefficients, in the scale of the columns.
func (f *factorization) solve(y, w []float64) []float64 {
	c := blas64.General{Rows: len(y), Cols: 1, Stride: 1, Data: make([]float64, len(y))}
	for i, v := range y {
		c.Data[i] = v * math.Sqrt(w[i])
	}
	work := make([]float64, 1)
	lapack64.Ormqr(blas.Left, blas.Trans, f.q, f.tau, c, work, -1)
	work = make([]float64, int(work[0]))
	lapack64.Ormqr(blas.Left, blas.Trans, f.q, f.tau, c, work, len(work))
	b := c.Data[:f.r.N]
	blas64.Trsv(blas.NoTrans, f.r, blas64.Vector{N: len(b), Inc: 1, Data: b})
	for j := range b {
		b[j] *= f.scale[j]
	}
	return b
}

// normal returns (X'WX)⁻¹·g.
func (f *factorization) normal(g []float64) []float64 {
	v := make([]float64, len(g))
	for j := range g {
		v[j] = g[j] * f.scale[j]
	}
	vec := blas64.Vector{N: len(v), Inc: 1, Data: v}
	blas64.Trsv(blas.Trans, f.r, vec)
	blas64.Trsv(blas.NoTrans, f.r, vec)
	for j := range v {
		v[j] *= f.scale[j]
	}
	return v
}

// whiten returns X·D·R⁻¹, whose columns are orthonormal under the weights, and
// R⁻¹. Variances are formed in these columns: with A = R⁻¹R⁻ᵀ at hand only as a
// product, A·M·A would lose the square of the condition number, and this way
// it loses the first power.
func (f *factorization) whiten(x *mat.Dense) (q *mat.Dense, inverse []float64) {
	n, k := x.Dims()
	q = mat.NewDense(n, k, nil)
	inBlocks(n, func(_, from, to int) {
		block := blas64.General{Rows: to - from, Cols: k, Stride: k, Data: q.RawMatrix().Data[from*k : to*k]}
		for i := from; i < to; i++ {
			out := q.RawRowView(i)
			for j, v := range x.RawRowView(i) {
				out[j] = v * f.scale[j]
			}
		}
		blas64.Trsm(blas.Right, blas.NoTrans, 1, f.r, block)
	})
	inverse = make([]float64, k*k)
	copyUpper(inverse, f.r.Data, k)
	lapack64.Trtri(blas64.Triangular{N: k, Stride: k, Data: inverse, Uplo: blas.Upper, Diag: blas.NonUnit})
	return q, inverse
}

func copyUpper(dst, src []float64, k int) {
	for i := range k {
		copy(dst[i*k+i:(i+1)*k], src[i*k+i:(i+1)*k])
	}
}

// condition returns the 2-norm condition number of the scaled columns, and the
// columns that take part in near-collinear combinations.
func (f *factorization) condition() (cond float64, columns []int) {
	k := f.r.N
	r := mat.NewDense(k, k, nil)
	copyUpper(r.RawMatrix().Data, f.r.Data, k)
	var svd mat.SVD
	if !svd.Factorize(r, mat.SVDFullV) {
		return math.Inf(1), nil
	}
	values := svd.Values(nil)
	cond = values[0] / values[k-1]
	if !(cond < MaxCondition) {
		var v mat.Dense
		svd.VTo(&v)
		columns = collinearColumns(values, &v)
	}
	return cond, columns
}

// collinearColumns reads the null directions of the scaled columns: a column
// takes part when its weight in one of them is at least a twentieth of the
// largest.
func collinearColumns(values []float64, v *mat.Dense) []int {
	part := map[int]bool{}
	for c, sv := range values {
		if sv*MaxCondition > values[0] {
			continue
		}
		largest := 0.0
		for j := range values {
			largest = max(largest, math.Abs(v.At(j, c)))
		}
		for j := range values {
			if math.Abs(v.At(j, c)) >= largest/20 {
				part[j] = true
			}
		}
	}
	columns := make([]int, 0, len(part))
	for j := range part {
		columns = append(columns, j)
	}
	sort.Ints(columns)
	return columns
}

// weakest returns the column whose part independent of the columns before it
// is the smallest; of equals, the last.
func (f *factorization) weakest() int {
	k := f.r.N
	at, least := k-1, math.Inf(1)
	for j := range k {
		if d := math.Abs(f.r.Data[j*k+j]); d <= least {
			at, least = j, d
		}
	}
	return at
}

// settled is a matrix of columns fit to be regressed on: constant and
// collinear ones refused or left out.
type settled struct {
	x         *mat.Dense
	f         *factorization
	kept      []int
	dropped   []string
	condition float64
}

// settle applies the policy on collinear columns to the columns of x.
func settle(names []string, x *mat.Dense, w []float64, policy Collinear, target string) (*settled, error) {
	n, k := x.Dims()
	s := &settled{x: x}
	constant := constantColumns(names, x)
	switch policy {
	case "", CollinearRefuse, CollinearKeep:
		if len(constant) > 0 {
			return nil, &errs.Error{Kind: errs.Invalid, Code: "survey.constant", Field: nameAll(names, constant),
				What: "the column has the same value in every row, as the intercept has", Fix: "exclude it, or ask for collinear columns to be dropped"}
		}
	case CollinearDrop:
	default:
		return nil, errs.Bad("collinear", fmt.Sprintf("%q is not a policy for collinear columns", string(policy)), "use refuse, drop or keep")
	}
	for j := range k {
		if slices.Contains(constant, j) {
			s.dropped = append(s.dropped, names[j])
			continue
		}
		s.kept = append(s.kept, j)
	}
	if n <= len(s.kept) {
		return nil, &errs.Error{Kind: errs.Invalid, Code: "survey.too_few_rows", Field: target,
			What: fmt.Sprintf("%d rows cannot carry %d coefficients", n, len(s.kept)), Fix: "take fewer variables"}
	}
	for {
		if len(s.kept) < k {
			s.x = columnsOf(x, s.kept)
		}
		s.f = factor(s.x, w)
		cond, columns := s.f.condition()
		s.condition = cond
		if cond < MaxCondition {
			return s, nil
		}
		switch policy {
		case CollinearDrop:
			at := s.f.weakest()
			s.dropped = append(s.dropped, names[s.kept[at]])
			s.kept = append(s.kept[:at:at], s.kept[at+1:]...)
		case CollinearKeep:
			if cond < 1e14 {
				return s, nil
			}
			return nil, collinearError(pick(names, s.kept), columns, cond, "exclude one of them")
		default:
			return nil, collinearError(pick(names, s.kept), columns, cond, "exclude one of them, ask for collinear columns to be dropped, or ask for the fit all the same")
		}
	}
}

func collinearError(names []string, columns []int, cond float64, fix string) error {
	return &errs.Error{Kind: errs.Invalid, Code: "survey.collinear", Field: nameAll(names, columns),
		What: fmt.Sprintf("the columns are nearly combinations of each other (condition number %.3g)", cond), Fix: fix}
}

func nameAll(names []string, columns []int) string {
	return strings.Join(pick(names, columns), ", ")
}

// constantColumns lists the columns without variation beside the intercept.
func constantColumns(names []string, x *mat.Dense) []int {
	n, k := x.Dims()
	varies := make([]bool, k)
	first := x.RawRowView(0)
	for i := 1; i < n; i++ {
		for j, v := range x.RawRowView(i) {
			varies[j] = varies[j] || v != first[j]
		}
	}
	var constant []int
	for j := range k {
		if !varies[j] && names[j] != Intercept {
			constant = append(constant, j)
		}
	}
	return constant
}

func columnsOf(x *mat.Dense, keep []int) *mat.Dense {
	n, _ := x.Dims()
	out := mat.NewDense(n, len(keep), nil)
	for i := range n {
		from, to := x.RawRowView(i), out.RawRowView(i)
		for j, c := range keep {
			to[j] = from[c]
		}
	}
	return out
}
