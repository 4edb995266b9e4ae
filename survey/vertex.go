package survey

import (
	"errors"
	"math"
	"math/rand/v2"
	"sort"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"sijil/internal/errs"
)

// vertex is a solution of the quantile programme that passes through the rows
// of its basis. Columns are whitened, so that lengths mean something and every
// basis is as well conditioned as the data allow.
type vertex struct {
	tau    float64
	q      *mat.Dense
	w, y   []float64 // y slightly moved, so that no two vertices coincide
	n, k   int
	pivots int

	basis   []int
	isBasic []bool
	inverse []float64 // k×k, inverse of the basis rows of q
	r       []float64 // residuals, 0 on the basis
	g       []float64 // Σ w·ψ(r)·q over rows outside the basis

	slope  []float64 // q·direction
	cross  []crossing
	column []float64
}

// crossing is a row whose residual changes sign at a distance t.
type crossing struct {
	t, gain float64
	row     int
}

// jitter moves y by this share of its spread, in a fixed pseudo-random pattern:
// ties would stall the walk. The vertex found is optimal for the unmoved y too,
// because its multipliers do not depend on y.
const jitter = 1e-11

func newVertex(ls *leastSquares, y []float64, tau float64) *vertex {
	n, k := ls.white.Dims()
	v := &vertex{tau: tau, q: ls.white, w: ls.weight, n: n, k: k, y: make([]float64, n), r: make([]float64, n), isBasic: make([]bool, n),
		slope: make([]float64, n), column: make([]float64, k), g: make([]float64, k), inverse: make([]float64, k*k)}
	spread := 0.0
	for _, e := range ls.residuals {
		spread = max(spread, math.Abs(e))
	}
	for _, e := range y {
		spread = max(spread, 1e-3*math.Abs(e))
	}
	if spread == 0 {
		spread = 1
	}
	rng := rand.New(rand.NewPCG(1, 2))
	start := make([]float64, n)
	shift := WeightedQuantile(ls.residuals, ls.weight, tau)
	for i := range y {
		move := jitter * spread * (rng.Float64() - .5)
		v.y[i] = ls.residuals[i] + move
		start[i] = math.Abs(ls.residuals[i] - shift)
	}
	v.chooseBasis(start)
	return v
}

// chooseBasis takes independent rows, those nearest to the start first.
func (v *vertex) chooseBasis(distance []float64) {
	order := sortedOrder(distance)
	directions := make([][]float64, 0, v.k)
	work := make([]float64, v.k)
	for tolerance := .3; len(v.basis) < v.k && tolerance > 1e-14; tolerance /= 10 {
		for _, i := range order {
			if len(v.basis) == v.k {
				break
			}
			if v.isBasic[i] {
				continue
			}
			copy(work, v.q.RawRowView(int(i)))
			length := norm(work)
			for range 2 {
				for _, d := range directions {
					axpy(-dot(d, work), d, work)
				}
			}
			rest := norm(work)
			if rest <= tolerance*length || rest == 0 {
				continue
			}
			d := make([]float64, v.k)
			axpy(1/rest, work, d)
			directions = append(directions, d)
			v.basis = append(v.basis, int(i))
			v.isBasic[i] = true
		}
	}
}

// refresh computes inverse, residuals and gradient from the basis alone.
func (v *vertex) refresh() error {
	a := mat.NewDense(v.k, v.k, nil)
	rhs := mat.NewVecDense(v.k, nil)
	for l, i := range v.basis {
		a.SetRow(l, v.q.RawRowView(i))
		rhs.SetVec(l, v.y[i])
	}
	inverse := mat.NewDense(v.k, v.k, v.inverse)
	if err := inverse.Inverse(a); err != nil {
		if _, ill := errors.AsType[mat.Condition](err); !ill {
			return &errs.Error{Kind: errs.Internal, What: "a quantile fit met dependent rows", Err: err}
		}
	}
	var b mat.VecDense
	b.MulVec(inverse, rhs)
	v.multiply(b.RawVector().Data, v.r)
	for i := range v.r {
		v.r[i] = v.y[i] - v.r[i]
	}
	for _, i := range v.basis {
		v.r[i] = 0
	}
	clear(v.g)
	for i := range v.n {
		if !v.isBasic[i] {
			axpy(v.w[i]*v.psi(i), v.q.RawRowView(i), v.g)
		}
	}
	return nil
}

func (v *vertex) psi(i int) float64 {
	if v.r[i] < 0 {
		return v.tau - 1
	}
	return v.tau
}

// multiply leaves q·d in out.
func (v *vertex) multiply(d, out []float64) {
	a := v.q.RawMatrix()
	blas64.Gemv(blas.NoTrans, 1, a, blas64.Vector{N: v.k, Inc: 1, Data: d}, 0, blas64.Vector{N: v.n, Inc: 1, Data: out})
}

// descend walks to the optimum.
func (v *vertex) descend() error {
	const refreshEvery = 100
	limit := 50*v.k + 10*v.n
	for v.pivots = 0; v.pivots < limit; v.pivots++ {
		if v.pivots%refreshEvery == 0 {
			if err := v.refresh(); err != nil {
				return err
			}
		}
		leave, sign, rate := v.edge()
		if leave < 0 {
			if v.pivots%refreshEvery == 0 {
				return nil
			}
			if err := v.refresh(); err != nil {
				return err
			}
			if leave, sign, rate = v.edge(); leave < 0 {
				return nil
			}
		}
		if err := v.pivot(leave, sign, rate); err != nil {
			return err
		}
	}
	return &errs.Error{Kind: errs.Internal, What: "a quantile fit did not end"}
}

// edge returns the basic row to let go, the sign of the fitted value's move
// and the rate at which the objective falls; the row is -1 at the optimum.
func (v *vertex) edge() (leave int, sign, rate float64) {
	k := v.k
	multiplier, length := make([]float64, k), make([]float64, k)
	for l := range k {
		row := v.inverse[l*k : (l+1)*k]
		axpy(v.g[l], row, multiplier)
		for j, x := range row {
			length[j] += x * x
		}
	}
	leave = -1
	best := 0.0
	for j, c := range multiplier {
		w := v.w[v.basis[j]]
		slack := 1e-10 * (w + math.Abs(c))
		up, down := c-w*(1-v.tau), -c-w*v.tau
		gain, s := up, 1.0
		if down > up {
			gain, s = down, -1
		}
		if gain <= slack {
			continue
		}
		if score := gain * gain / length[j]; score > best {
			leave, sign, rate, best = j, s, gain, score
		}
	}
	return leave, sign, rate
}

// dual returns the multipliers of all rows at the optimum.
func (v *vertex) dual() []float64 {
	a := make([]float64, v.n)
	for i := range a {
		a[i] = v.w[i] * v.psi(i)
	}
	multiplier := make([]float64, v.k)
	for l := range v.k {
		axpy(v.g[l], v.inverse[l*v.k:(l+1)*v.k], multiplier)
	}
	for l, i := range v.basis {
		a[i] = -multiplier[l]
	}
	return a
}

// pivot lets the fitted value of one basic row go, moves until the objective
// stops falling and takes in the row met there.
func (v *vertex) pivot(leave int, sign, rate float64) error {
	k := v.k
	for l := range k {
		v.column[l] = sign * v.inverse[l*k+leave]
	}
	v.multiply(v.column, v.slope)
	v.cross = v.cross[:0]
	floor := 1e-11 * norm(v.column)
	for i, s := range v.slope {
		if v.isBasic[i] || math.Abs(s) < floor || (v.r[i] < 0) != (s < 0) {
			continue
		}
		v.cross = append(v.cross, crossing{t: v.r[i] / s, gain: v.w[i] * math.Abs(s), row: i})
	}
	at := stopAt(v.cross, rate)
	if at < 0 {
		return &errs.Error{Kind: errs.Internal, What: "a quantile fit found no end of an edge"}
	}
	enter := v.cross[at]
	for _, c := range v.cross[:at] {
		axpy(-math.Copysign(v.w[c.row], v.r[c.row]), v.q.RawRowView(c.row), v.g)
	}
	axpy(-v.w[enter.row]*v.psi(enter.row), v.q.RawRowView(enter.row), v.g)
	left := v.basis[leave]
	v.swap(leave, enter.row, sign)
	axpy(-enter.t, v.slope, v.r)
	for _, c := range v.cross[:at] {
		if (v.r[c.row] < 0) == (v.slope[c.row] < 0) {
			v.r[c.row] = -math.Copysign(math.SmallestNonzeroFloat64, v.slope[c.row])
		}
	}
	for _, i := range v.basis {
		v.r[i] = 0
	}
	v.r[left] = -sign * enter.t
	axpy(v.w[left]*v.psi(left), v.q.RawRowView(left), v.g)
	return nil
}

// swap replaces a basic row and updates the inverse by a rank-one change.
func (v *vertex) swap(leave, enter int, sign float64) {
	k := v.k
	row := v.q.RawRowView(enter)
	change := make([]float64, k)
	for l, x := range row {
		axpy(x, v.inverse[l*k:(l+1)*k], change)
	}
	turn := sign * v.slope[enter]
	change[leave]--
	for l := range k {
		axpy(-sign*v.column[l]/turn, change, v.inverse[l*k:(l+1)*k])
	}
	v.isBasic[v.basis[leave]] = false
	v.isBasic[enter] = true
	v.basis[leave] = enter
}

// stopAt orders the crossings partly, so that those before the one returned
// come before it along the edge, and their gains together stay below rate. It
// returns -1 when there are none.
func stopAt(c []crossing, rate float64) int {
	from, to := 0, len(c)
	for to-from > 24 {
		pivot := c[from+(to-from)/2].t
		i, j := from, to-1
		for i <= j {
			for c[i].t < pivot {
				i++
			}
			for c[j].t > pivot {
				j--
			}
			if i <= j {
				c[i], c[j] = c[j], c[i]
				i++
				j--
			}
		}
		gain := 0.0
		for _, x := range c[from : j+1] {
			gain += x.gain
		}
		if gain >= rate {
			to = j + 1
			continue
		}
		rate -= gain
		from = j + 1
	}
	tail := c[from:to]
	sort.Slice(tail, func(a, b int) bool {
		if tail[a].t != tail[b].t {
			return tail[a].t < tail[b].t
		}
		return tail[a].row < tail[b].row
	})
	for i := range tail {
		rate -= tail[i].gain
		if rate <= 0 {
			return from + i
		}
	}
	return to - 1
}

func dot(a, b []float64) float64 {
	return blas64.Dot(blas64.Vector{N: len(a), Inc: 1, Data: a}, blas64.Vector{N: len(b), Inc: 1, Data: b})
}

func axpy(alpha float64, x, y []float64) {
	blas64.Axpy(alpha, blas64.Vector{N: len(x), Inc: 1, Data: x}, blas64.Vector{N: len(y), Inc: 1, Data: y})
}

func norm(x []float64) float64 { return math.Sqrt(dot(x, x)) }
