package errs_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"sijil/internal/errs"
)

func TestErrorSaysWhatWhereAndRemedy(t *testing.T) {
	t.Parallel()
	tests := []struct {
		err  errs.Error
		want string
	}{
		{errs.Error{What: "it broke"}, "it broke"},
		{errs.Error{Field: "a.b", What: "not a number", Fix: "write digits"}, "a.b: not a number; write digits"},
		{errs.Error{File: "f.json", Line: 7, Field: "a", What: "missing"}, "f.json:7: a: missing"},
		{errs.Error{File: "f.json", What: "cannot read", Err: io.ErrUnexpectedEOF}, "f.json: cannot read: unexpected EOF"},
		{errs.Error{Line: 3, What: "ragged"}, "line 3: ragged"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	bad := errs.Bad("x", "wrong", "mend it")
	tests := []struct {
		err  error
		want errs.Kind
	}{
		{io.EOF, errs.Internal},
		{bad, errs.Invalid},
		{fmt.Errorf("reading: %w", bad), errs.Invalid},
		{errs.List{bad, io.EOF}, errs.Invalid},
		{&errs.Error{Kind: errs.Denied}, errs.Denied},
		{errs.List{}, errs.Internal},
	}
	for _, tt := range tests {
		if got := errs.KindOf(tt.err); got != tt.want {
			t.Errorf("%v: got %v, want %v", tt.err, got, tt.want)
		}
	}
}

func TestAtPlacesWithoutOverwriting(t *testing.T) {
	t.Parallel()
	placed := &errs.Error{File: "inner", Line: 2, What: "w"}
	list := errs.At(errs.List{errs.Bad("x", "w", ""), placed, io.EOF}, "outer", 9)
	if got, want := list.Error(), "outer:9: x: w\ninner:2: w\nouter:9: failed: EOF"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(list, io.EOF) {
		t.Error("the cause is lost")
	}
	if errs.At(nil, "f", 1) != nil {
		t.Error("nil became an error")
	}
}

func TestListKeepsOrderOfPlaces(t *testing.T) {
	t.Parallel()
	var l errs.List
	if l.Err() != nil {
		t.Error("an empty list is an error")
	}
	l.Add(nil)
	l.Add(errs.At(errs.Bad("b", "second", ""), "f", 9))
	l.Add(errs.List{errs.At(errs.Bad("a", "first", ""), "f", 3)})
	if got, want := l.Err().Error(), "f:3: a: first\nf:9: b: second"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, ok := l[:1].Err().(*errs.Error); !ok {
		t.Error("a list of one is not its member")
	}
}
