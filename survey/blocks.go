package survey

import (
	"runtime"
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// rowsPerBlock fixes how rows are dealt to blocks; it must not depend on the
// machine, or sums would.
const rowsPerBlock = 1024

func blockCount(n int) int { return max(1, (n+rowsPerBlock-1)/rowsPerBlock) }

// inBlocks runs work on every block of rows, several at once.
func inBlocks(n int, work func(block, from, to int)) {
	blocks := blockCount(n)
	if blocks == 1 {
		work(0, 0, n)
		return
	}
	var wg sync.WaitGroup
	for b := range blocks {
		wg.Go(func() { work(b, b*rowsPerBlock, min(n, (b+1)*rowsPerBlock)) })
	}
	wg.Wait()
}

// crossProduct returns X'diag(d)X; d may be nil for ones and must not be
// negative. The sum over blocks runs in order.
func crossProduct(x *mat.Dense, root []float64) *mat.SymDense {
	n, k := x.Dims()
	parts := make([]blas64.Symmetric, blockCount(n))
	inBlocks(n, func(block, from, to int) {
		a := blas64.General{Rows: to - from, Cols: k, Stride: k, Data: x.RawMatrix().Data[from*k : to*k]}
		if root != nil {
			scaled := make([]float64, (to-from)*k)
			for i := from; i < to; i++ {
				row, out := x.RawRowView(i), scaled[(i-from)*k:(i-from+1)*k]
				for j, v := range row {
					out[j] = v * root[i]
				}
			}
			a.Data = scaled
		}
		c := blas64.Symmetric{N: k, Stride: k, Uplo: blas.Upper, Data: make([]float64, k*k)}
		blas64.Syrk(blas.Trans, 1, a, 0, c)
		parts[block] = c
	})
	out := mat.NewSymDense(k, nil)
	sum := out.RawSymmetric().Data
	for _, p := range parts {
		addTo(sum, p.Data)
	}
	return out
}

// inParallel runs n independent pieces of work, as many at once as there are
// processors.
func inParallel(n int, work func(i int)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			work(i)
		})
	}
	wg.Wait()
}
