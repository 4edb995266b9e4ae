// Package errs is the one error type of Sijil.
//
// It knows what kind of failure happened, where in the input it happened and
// what the reader can do about it. It refuses to know HTTP, storage or
// personal data: a message names fields, lines and codes, never the value of
// a person's field.
package errs

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"
)

// Kind says what sort of failure an error is. The zero kind is Internal, so
// that an error nobody classified is never shown to users as their fault.
type Kind uint8

// The kinds. Each maps to one HTTP status in package api and to one exit
// status of the command line.
const (
	Internal    Kind = iota // a defect or an unexpected failure of ours
	Invalid                 // the input is wrong; the sender can mend it
	NotFound                // the thing named does not exist
	Conflict                // the state of the thing forbids the act
	Denied                  // the caller may not do this
	Unavailable             // try again later: a store or a keeper does not answer
	Limited                 // the sender asks too often: try again after RetryAfter
)

var kindNames = [...]string{"internal", "invalid", "not_found", "conflict", "denied", "unavailable", "limited"}

// String returns the stable name of the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// Error is a failure with its place and its remedy. The zero value of every
// field but What may stay empty.
type Error struct {
	Kind  Kind
	Code  string // stable machine name, such as "formula.unknown_term"
	File  string // file of the input, "-" for standard input
	Line  int    // line of the input, from 1; 0 when it has none
	Field string // path of the field, such as "strata.urban.terms[3].coefficient"
	What  string // what is wrong, one sentence without a full stop
	Fix   string // what to do about it, one sentence without a full stop
	// RetryAfter is how long it is of no use to try again; 0 when nobody knows.
	RetryAfter time.Duration
	Err        error // the cause
}

// Error prints "file:line: field: what: cause; fix".
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		b.WriteByte(':')
	}
	if e.Line > 0 {
		if e.File == "" {
			b.WriteString("line ")
		}
		fmt.Fprintf(&b, "%d:", e.Line)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	if e.Field != "" {
		b.WriteString(e.Field)
		b.WriteString(": ")
	}
	b.WriteString(e.What)
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	if e.Fix != "" {
		b.WriteString("; ")
		b.WriteString(e.Fix)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Bad returns an Invalid error about one field.
func Bad(field, what, fix string) *Error {
	return &Error{Kind: Invalid, Field: field, What: what, Fix: fix}
}

// KindOf returns the kind of the first Error in the chain of err. A List has
// the kind of its first member; any other error is Internal.
func KindOf(err error) Kind {
	// errors.AsType walks into the members of a List in order.
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// At returns err placed in a file and a line. Errors of this package get the
// place where they have none yet; every member of a List is placed. Other
// errors are wrapped as Internal.
func At(err error, file string, line int) error {
	if err == nil {
		return nil
	}
	if l, ok := err.(List); ok {
		placed := make(List, len(l))
		for i, m := range l {
			placed[i] = At(m, file, line)
		}
		return placed
	}
	if e, ok := err.(*Error); ok {
		c := *e
		if c.File == "" {
			c.File = file
		}
		if c.Line == 0 {
			c.Line = line
		}
		return &c
	}
	return &Error{Kind: KindOf(err), File: file, Line: line, What: "failed", Err: err}
}

// List is several errors found in one input, reported together so that a
// person mends them in one go.
type List []error

// Error prints the members one a line.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the members, for errors.Is and errors.As.
func (l List) Unwrap() []error { return l }

// Add appends err, flattening lists; nil is dropped.
func (l *List) Add(err error) {
	if err == nil {
		return
	}
	if m, ok := err.(List); ok {
		*l = append(*l, m...)
		return
	}
	*l = append(*l, err)
}

// Addf appends an Invalid error about a field.
func (l *List) Addf(field, fix, format string, args ...any) {
	l.Add(Bad(field, fmt.Sprintf(format, args...), fix))
}

// Err returns the list as an error: nil when it is empty, the member itself
// when there is one, the list sorted by place otherwise.
func (l List) Err() error {
	switch len(l) {
	case 0:
		return nil
	case 1:
		return l[0]
	}
	sorted := append(List(nil), l...)
	sort.SliceStable(sorted, func(i, j int) bool {
		a, aok := sorted[i].(*Error)
		b, bok := sorted[j].(*Error)
		if !aok || !bok {
			return false
		}
		if a.File != b.File {
			return a.File < b.File
		}
		return a.Line < b.Line
	})
	return sorted
}
