// Package inorder works on many tasks on all processors and hands the results
// over in the order of the tasks.
//
// It knows order, bounds and stopping. It refuses to know what a task is.
package inorder

import (
	"context"
	"runtime"
	"sync"
)

// Run hands every task that produce yields to a work, and what the works make
// of them to sink, in the order of the tasks.
//
// newWork is called once for each of the goroutines that work, so that a work
// may keep state of its own. produce runs beside the caller, and ends when
// yield returns false; newWork and sink run in the caller's goroutine. Between
// produce and sink there are never more than a handful of tasks for each
// processor.
//
// The first error in the order of the tasks stops everything and is returned:
// what was made of the tasks before a failed one is handed over, nothing after
// it, and an error of produce comes after all its tasks. Once ctx is cancelled
// nothing is handed over any more, and its error is returned. No goroutine
// outlives the call, so that a produce or a work that blocks for ever holds
// Run for ever.
func Run[T, R any](
	ctx context.Context,
	produce func(ctx context.Context, yield func(T) bool) error,
	newWork func() func(T) (R, error),
	sink func(R) error,
) error {
	type job struct {
		task   T
		result R
		err    error
		done   chan struct{}
	}
	workers := runtime.GOMAXPROCS(0)
	tasks := make(chan *job)
	ordered := make(chan *job, 2*workers)

	var running sync.WaitGroup
	defer running.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	var producing error
	running.Go(func() {
		defer close(tasks)
		defer close(ordered)
		producing = produce(ctx, func(task T) bool {
			j := &job{task: task, done: make(chan struct{})}
			for _, queue := range []chan<- *job{tasks, ordered} {
				select {
				case queue <- j:
				case <-ctx.Done():
					return false
				}
			}
			return true
		})
	})
	for range workers {
		work := newWork()
		running.Go(func() {
			for j := range tasks {
				j.result, j.err = work(j.task)
				close(j.done)
			}
		})
	}
	for j := range ordered {
		<-j.done // what is in order is with a worker already
		if err := ctx.Err(); err != nil {
			return err
		}
		if j.err != nil {
			return j.err
		}
		if err := sink(j.result); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return producing
}
