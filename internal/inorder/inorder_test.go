package inorder_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"sijil/internal/inorder"
)

// upTo yields the numbers below n, and err after them.
func upTo(n int, err error) func(context.Context, func(int) bool) error {
	return func(_ context.Context, yield func(int) bool) error {
		for i := range n {
			if !yield(i) {
				return nil
			}
		}
		return err
	}
}

// square is a work that takes a time of its own for each task, so that
// results are ready out of order.
func square() func(int) (int, error) {
	return func(i int) (int, error) {
		time.Sleep(time.Duration(rand.IntN(1000)) * time.Microsecond)
		return i * i, nil
	}
}

func squares(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i * i
	}
	return out
}

// Inside synctest time costs nothing, and a goroutine blocked for ever fails
// the test.
func TestResultsComeInOrder(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 1000} {
		synctest.Test(t, func(t *testing.T) {
			var got []int
			err := inorder.Run(t.Context(), upTo(n, nil), square, func(r int) error {
				got = append(got, r)
				return nil
			})
			if err != nil || !slices.Equal(got, squares(n)) {
				t.Errorf("%d tasks: %v, %v", n, got, err)
			}
		})
	}
}

// Whatever fails, and wherever, everything before it is handed over and
// nothing after it, and the caller gets the error of the first failure.
func TestFirstFailureStops(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(rt, "tasks")
		producing, working, sinking := errors.New("producing"), errors.New("working"), errors.New("sinking")
		// A place at n or beyond is never reached.
		worksUntil := rapid.IntRange(0, 2*n+1).Draw(rt, "the work fails at")
		sinksUntil := rapid.IntRange(0, 2*n+1).Draw(rt, "the sink fails at")
		var want error
		switch first := min(worksUntil, sinksUntil); {
		case first >= n:
			want = producing
		case worksUntil == first:
			want = working
		default:
			want = sinking
		}
		synctest.Test(t, func(t *testing.T) {
			var got []int
			err := inorder.Run(t.Context(), upTo(n, producing), func() func(int) (int, error) {
				slow := square()
				return func(i int) (int, error) {
					if i >= worksUntil {
						return 0, working
					}
					return slow(i)
				}
			}, func(r int) error {
				if len(got) == sinksUntil {
					return sinking
				}
				got = append(got, r)
				return nil
			})
			if err != want {
				t.Errorf("got error %v, want %v", err, want)
			}
			if !slices.Equal(got, squares(min(n, worksUntil, sinksUntil))) {
				t.Errorf("handed over: %v", got)
			}
		})
	})
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	const endless = 1 << 60
	stall := func() func(int) (int, error) {
		return func(int) (int, error) {
			time.Sleep(time.Hour)
			return 0, nil
		}
	}
	none := func(int) error {
		return errors.New("handed over")
	}
	t.Run("before", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := inorder.Run(ctx, upTo(endless, nil), square, none); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
	})
	t.Run("while the sink waits", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := inorder.Run(ctx, upTo(endless, nil), stall, none); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
	})
	t.Run("while produce waits", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			wait := func(ctx context.Context, _ func(int) bool) error {
				<-ctx.Done()
				return nil
			}
			if err := inorder.Run(ctx, wait, square, none); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
	})
	t.Run("by the sink", func(t *testing.T) {
		for range 20 {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				calls := 0
				err := inorder.Run(ctx, upTo(endless, nil), square, func(int) error {
					if calls++; calls == 10 {
						synctest.Wait() // until every result there is room for is ready
						cancel()
					}
					return nil
				})
				if !errors.Is(err, context.Canceled) || calls != 10 {
					t.Errorf("got %v after %d results", err, calls)
				}
			})
		}
	})
}

// A failing sink ends a producer that waits for its own input, and the call
// returns only when all have ended.
func TestNothingOutlivesTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("disk full")
		var running atomic.Int64
		produce := func(ctx context.Context, yield func(int) bool) error {
			running.Add(1)
			defer running.Add(-1)
			for yield(1) && ctx.Err() == nil {
				time.Sleep(time.Second)
			}
			<-ctx.Done()
			time.Sleep(time.Hour)
			return ctx.Err()
		}
		newWork := func() func(int) (int, error) {
			first := true
			return func(int) (int, error) {
				running.Add(1)
				defer running.Add(-1)
				if !first {
					time.Sleep(time.Minute)
				}
				first = false
				return 0, nil
			}
		}
		if err := inorder.Run(t.Context(), produce, newWork, func(int) error { return full }); err != full {
			t.Errorf("got %v", err)
		}
		if n := running.Load(); n != 0 {
			t.Errorf("%d goroutines still run", n)
		}
	})
}

// However slow the sink, only so many tasks are under way; and each work keeps
// its own state, which the race detector watches.
func TestBounds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const n = 1000
		var yielded atomic.Int64
		var states []*int
		sunk, most := int64(0), int64(0)
		err := inorder.Run(t.Context(), func(_ context.Context, yield func(int) bool) error {
			for i := range n {
				yielded.Add(1)
				yield(i)
			}
			return nil
		}, func() func(int) (int, error) {
			state := new(int)
			states = append(states, state)
			return func(int) (int, error) {
				*state++
				return 0, nil
			}
		}, func(int) error {
			synctest.Wait()
			most = max(most, yielded.Load()-sunk)
			sunk++
			return nil
		})
		if err != nil || sunk != n {
			t.Errorf("%d results, %v", sunk, err)
		}
		processors := int64(runtime.GOMAXPROCS(0))
		if most < 2*processors || most > 3*processors+2 {
			t.Errorf("%d tasks were under way at once on %d processors", most, processors)
		}
		sum := 0
		for _, s := range states {
			sum += *s
		}
		if int64(len(states)) != processors || sum != n {
			t.Errorf("%d works did %d tasks", len(states), sum)
		}
	})
}
