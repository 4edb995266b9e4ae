package lines_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"sijil/internal/errs"
	"sijil/internal/lines"
)

// collect runs Each with a work that upper-cases lines, fails on "bad" and is
// slow at random, so that chunks finish out of order.
func collect(t *testing.T, r io.Reader) (out string, failed []string, err error) {
	t.Helper()
	newWork := func() lines.Work {
		return func(out []byte, no int, line []byte) ([]byte, error) {
			if no%256 == 1 {
				time.Sleep(time.Duration(rand.IntN(2000)) * time.Microsecond)
			}
			if string(line) == "bad" {
				return append(out, "half-written"...), errs.Bad("x", "bad line", "")
			}
			return append(append(out, bytes.ToUpper(line)...), '\n'), nil
		}
	}
	var b strings.Builder
	err = lines.Each(t.Context(), "f", r, newWork, func(o []byte, errors []error, _ int) error {
		b.Write(o)
		for _, e := range errors {
			failed = append(failed, e.Error())
		}
		return nil
	})
	return b.String(), failed, err
}

func TestOrderIsKept(t *testing.T) {
	t.Parallel()
	var in, want strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&in, "line %d\n", i)
		fmt.Fprintf(&want, "LINE %d\n", i)
	}
	got, failed, err := collect(t, strings.NewReader(in.String()))
	if err != nil || len(failed) > 0 || got != want.String() {
		t.Errorf("lines came back in another order, or with errors: %v, %d failed", err, len(failed))
	}
}

func TestLinesAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", lines.MaxLength+10)
	tests := []struct{ name, in, want, failed string }{
		{"empty", "", "", ""},
		{"no newline at the end", "a\nb", "A\nB\n", ""},
		{"byte order mark and carriage returns", "\uFEFFa\r\nb\r\n", "A\nB\n", ""},
		{"blank lines count", "a\n\n \nbad\n", "A\n", "f:4: x: bad line"},
		{"a bad line leaves nothing behind", "a\nbad\nb\n", "A\nB\n", "f:2: x: bad line"},
		{"a line too long", "a\n" + long + "\nb\n", "A\nB\n", "f:2: the line is longer than 1 MiB; check that each record stands on a line of its own"},
		{"only a line too long", long, "", "f:1: the line is longer than 1 MiB; check that each record stands on a line of its own"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, failed, err := collect(t, strings.NewReader(tt.in))
			if err != nil || got != tt.want || strings.Join(failed, "|") != tt.failed {
				t.Errorf("got %q, %q, %v", got, failed, err)
			}
		})
	}
}

func TestFailuresEndTheWork(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk gone")
	if _, _, err := collect(t, io.MultiReader(strings.NewReader("a\n"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("a reader's failure became %v", err)
	}
	endless := neverEnding{}
	work := func() lines.Work {
		return func(out []byte, _ int, line []byte) ([]byte, error) { return append(out, line...), nil }
	}
	full := errors.New("disk full")
	err := lines.Each(t.Context(), "f", endless, work, func([]byte, []error, int) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("a sink's failure became %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = lines.Each(ctx, "f", endless, work, func([]byte, []error, int) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run returned %v", err)
	}
}

type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "a\n"[i%2]
	}
	return len(p), nil
}
