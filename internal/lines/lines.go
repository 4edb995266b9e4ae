// Package lines works through a text line by line on all processors, and
// gives the results back in the order of the lines.
//
// It knows chunks, workers and order. It refuses to know what a line means.
package lines

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"sync"

	"sijil/internal/errs"
)

// MaxLength is how many bytes a line may have. A longer one is an error of
// its own; the lines after it are read.
const MaxLength = 1 << 20

// chunkLines and chunkBytes bound what a worker takes at a time: enough that
// handing over costs nothing beside the work, little enough that results come
// soon.
const (
	chunkLines = 256
	chunkBytes = 1 << 18
)

// Work appends what it makes of one line to out. The line is valid during the
// call only. An error is reported for the line, and the work goes on.
type Work func(out []byte, no int, line []byte) ([]byte, error)

// Sink takes results in the order of the lines: the text the workers made of
// a run of lines, the errors of lines in it, and how many lines have been done
// in all.
type Sink func(out []byte, failed []error, done int) error

// Each reads r to its end and hands every line that is not blank to a Work; a
// byte order mark before the first line and carriage returns are dropped.
// newWork is called once for each of the goroutines. Errors of lines go to
// the sink with file and line; Each itself returns errors of reading, of the
// sink, and of ctx.
func Each(ctx context.Context, file string, r io.Reader, newWork func() Work, sink Sink) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	todo := make(chan *chunk, workers)
	ordered := make(chan *chunk, 2*workers)
	var reading error
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(todo)
		defer close(ordered)
		reading = split(ctx, file, r, todo, ordered)
	})
	for range workers {
		work := newWork()
		wg.Go(func() {
			for c := range todo {
				c.do(file, work)
			}
		})
	}
	var sinking error
	done := 0
	for c := range ordered {
		<-c.ready
		if sinking != nil {
			continue
		}
		done += len(c.lines)
		if sinking = sink(c.out, c.failed, done); sinking != nil {
			cancel()
		}
	}
	wg.Wait()
	return errors.Join(sinking, reading)
}

// chunk is a run of lines on its way from the reader over a worker to the
// sink.
type chunk struct {
	lines  []line
	out    []byte
	failed []error
	ready  chan struct{}
}

type line struct {
	no   int
	text []byte
	long bool
}

func (c *chunk) do(file string, work Work) {
	for _, l := range c.lines {
		if l.long {
			c.failed = append(c.failed, &errs.Error{
				Kind: errs.Invalid, File: file, Line: l.no, What: "the line is longer than 1 MiB",
				Fix: "check that each record stands on a line of its own",
			})
			continue
		}
		before := len(c.out)
		out, err := work(c.out, l.no, l.text)
		if err != nil {
			c.failed = append(c.failed, errs.At(err, file, l.no))
			out = out[:before]
		}
		c.out = out
	}
	close(c.ready)
}

// split cuts r into chunks and sends each to the workers and, in order, to
// the sink.
func split(ctx context.Context, file string, r io.Reader, todo, ordered chan<- *chunk) error {
	in := bufio.NewReaderSize(r, MaxLength)
	for no := 1; ; {
		c := &chunk{ready: make(chan struct{})}
		size := 0
		var err error
		for err == nil && ctx.Err() == nil && len(c.lines) < chunkLines && size < chunkBytes {
			var l line
			l, err = next(ctx, in, no)
			no++
			if l.long || len(l.text) > 0 {
				size += len(l.text)
				c.lines = append(c.lines, l)
			}
		}
		if len(c.lines) > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case ordered <- c:
				todo <- c
			}
		}
		switch {
		case ctx.Err() != nil || errors.Is(err, io.EOF):
			return ctx.Err()
		case err != nil:
			return &errs.Error{Kind: errs.Unavailable, File: file, Line: no, What: "cannot be read", Err: err}
		}
	}
}

// next reads a line without its end; the error is io.EOF with the last.
func next(ctx context.Context, in *bufio.Reader, no int) (line, error) {
	l := line{no: no}
	raw, err := in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		l.long = true
		for errors.Is(err, bufio.ErrBufferFull) && ctx.Err() == nil {
			_, err = in.ReadSlice('\n')
		}
		return l, err
	}
	if no == 1 {
		raw = bytes.TrimPrefix(raw, []byte("\uFEFF"))
	}
	l.text = bytes.Clone(bytes.TrimSpace(raw))
	return l, err
}
