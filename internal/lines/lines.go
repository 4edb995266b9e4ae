// Package lines works through a text line by line on all processors, and
// gives the results back in the order of the lines.
//
// It knows lines and chunks of them. It refuses to know what a line means.
package lines

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"

	"sijil/internal/errs"
	"sijil/internal/inorder"
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
	done := 0
	return inorder.Run(ctx, func(ctx context.Context, yield func([]line) bool) error {
		return split(ctx, file, r, yield)
	}, func() func([]line) (made, error) {
		work := newWork()
		return func(chunk []line) (made, error) { return do(file, chunk, work), nil }
	}, func(m made) error {
		done += m.lines
		return sink(m.out, m.failed, done)
	})
}

type line struct {
	no   int
	text []byte
	long bool
}

// made is what a work made of a chunk.
type made struct {
	lines  int
	out    []byte
	failed []error
}

func do(file string, chunk []line, work Work) made {
	m := made{lines: len(chunk)}
	for _, l := range chunk {
		if l.long {
			m.failed = append(m.failed, &errs.Error{
				Kind: errs.Invalid, File: file, Line: l.no, What: "the line is longer than 1 MiB",
				Fix: "check that each record stands on a line of its own",
			})
			continue
		}
		before := len(m.out)
		out, err := work(m.out, l.no, l.text)
		if err != nil {
			m.failed = append(m.failed, errs.At(err, file, l.no))
			out = out[:before]
		}
		m.out = out
	}
	return m
}

// split cuts r into chunks of lines.
func split(ctx context.Context, file string, r io.Reader, yield func([]line) bool) error {
	in := bufio.NewReaderSize(r, MaxLength)
	for no := 1; ; {
		var chunk []line
		size := 0
		var err error
		for err == nil && ctx.Err() == nil && len(chunk) < chunkLines && size < chunkBytes {
			var l line
			l, err = next(ctx, in, no)
			no++
			if l.long || len(l.text) > 0 {
				size += len(l.text)
				chunk = append(chunk, l)
			}
		}
		switch {
		case len(chunk) > 0 && !yield(chunk), ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, io.EOF):
			return nil
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
