package clock

import (
	"context"
	"time"
)

// Wait returns nil after d, or the context's error when that ends first. It
// measures real time: a pause between two attempts is not a matter of the
// calendar, and no test asserts it.
func Wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
