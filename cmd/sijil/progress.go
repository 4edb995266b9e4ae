package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress shows how far long work has come. It writes on a terminal only,
// and is silent in a pipe.
type progress struct {
	w     io.Writer
	what  string
	total int // 0 when it is not known
	start time.Time
	last  time.Time
}

// newProgress starts counting things called what.
func newProgress(w io.Writer, what string, total int) *progress {
	if !isTerminal(w) {
		w = nil
	}
	return &progress{w: w, what: what, total: total, start: time.Now()}
}

// at redraws the line, at most ten times a second.
func (p *progress) at(done int) {
	now := time.Now()
	if p.w == nil || now.Sub(p.last) < 100*time.Millisecond {
		return
	}
	p.last = now
	rate := float64(done) / max(now.Sub(p.start).Seconds(), 0.001)
	if p.total > 0 {
		fmt.Fprintf(p.w, "\r\033[K%s: %d of %d (%d %%), %.0f a second", p.what, done, p.total, 100*done/p.total, rate)
		return
	}
	fmt.Fprintf(p.w, "\r\033[K%s: %d, %.0f a second", p.what, done, rate)
}

// end clears the line.
func (p *progress) end() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\033[K")
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
