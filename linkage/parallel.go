package linkage

import (
	"sync"
	"sync/atomic"
)

// parallel calls do for the numbers below n, some side by side. What do writes
// must not depend on which comes first.
func parallel(workers, n int, do func(i int)) {
	workers = min(workers, n)
	if workers <= 1 {
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	wg.Wait()
}

// parallelWith is parallel for work that needs a state of its own for each
// goroutine, such as a cache. done is called with each state at the end, one
// after the other.
func parallelWith[S any](workers, n int, state func() S, do func(s S, i int), done func(s S)) {
	workers = max(1, min(workers, n))
	states := make([]S, workers)
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			states[w] = state()
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(states[w], i)
			}
		})
	}
	wg.Wait()
	for _, s := range states {
		done(s)
	}
}
