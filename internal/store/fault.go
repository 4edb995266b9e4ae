package store

import (
	"context"
	"errors"
	"strings"

	"sijil/internal/errs"
)

// kind says what went wrong in a database and so what can be done about it.
type kind uint8

const (
	broken      kind = iota // a defect: wrong SQL, a missing table
	unique                  // another row has the key
	foreign                 // the row referred to is not there, or still referred to
	check                   // a CHECK or NOT NULL constraint
	badValue                // a value that does not fit its column
	misused                 // the package was called wrongly
	contended               // lost against another transaction; runs again
	unreachable             // the connection broke before COMMIT; runs again
	full                    // no room left
	unknown                 // the connection broke at COMMIT
	cancelled               // the caller gave up
)

// fault is an error of a database, without any value of a row: PostgreSQL's
// DETAIL, WHERE and most of its messages hold values, so they stay here.
type fault struct {
	kind       kind
	code       string // SQLSTATE, or SQLite's extended result code
	constraint string // violated constraint
	text       string
	cause      error // of the context, the network or the package; never of the database
}

func (f *fault) Error() string {
	var b strings.Builder
	b.WriteString(f.text)
	if f.constraint != "" {
		b.WriteString(" (constraint " + f.constraint + ")")
	}
	if f.code != "" {
		b.WriteString(" [" + f.code + "]")
	}
	if f.cause != nil {
		b.WriteString(": " + f.cause.Error())
	}
	return b.String()
}

func (f *fault) Unwrap() []error {
	out := []error{}
	if f.kind == unknown {
		out = append(out, ErrUnknownOutcome)
	}
	if f.cause != nil {
		out = append(out, f.cause)
	}
	return out
}

func faultOf(err error) *fault {
	f, _ := errors.AsType[*fault](err)
	return f
}

// Constraint returns the name of the constraint that err says was violated:
// the same name on both engines. A primary key is "table_pkey", a UNIQUE of a
// table "table_column_key", a foreign key "table_column_fkey", a column's CHECK
// "table_column_check", a unique index and a named CHECK what they are called;
// a null in a column that has none is "table_column_not_null".
func Constraint(err error) (name string, ok bool) {
	f := faultOf(err)
	if f == nil || f.constraint == "" {
		return "", false
	}
	return f.constraint, true
}

// shardless strips the number that a distributed database appends to the names
// of a shard's constraints.
func shardless(name string) string {
	short := strings.TrimRight(name, "0123456789")
	if len(short) < len(name) && strings.HasSuffix(short, "_") {
		return short[:len(short)-1]
	}
	return name
}

// explain says which store an error of it comes from, and what kind of error
// it is for those who answer callers.
func (db *DB) explain(err error) error {
	if err == nil || errors.Is(err, ErrNoRows) {
		return err
	}
	f := faultOf(err)
	if f == nil {
		return err // the caller's own
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && e != nil {
		return err // the caller has said what it means
	}
	out := &errs.Error{Code: "store.defect", What: "store " + db.name, Err: err}
	switch f.kind {
	case unique, foreign:
		out.Kind, out.Code = errs.Conflict, "store.constraint"
	case check, badValue:
		out.Kind, out.Code = errs.Invalid, "store.value"
	case contended:
		out.Kind, out.Code, out.Fix = errs.Unavailable, "store.busy", "try again"
	case unreachable, full:
		out.Kind, out.Code, out.Fix = errs.Unavailable, "store.unavailable", "try again later"
	case unknown:
		out.Kind, out.Code, out.Fix = errs.Unavailable, "store.unknown_outcome", "ask again with the same idempotency key"
	case cancelled:
		out.Kind, out.Code = errs.Unavailable, "store.cancelled"
	case broken, misused:
	}
	return out
}

// given returns the fault of a context that has ended, or nil.
func given(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &fault{kind: cancelled, text: "given up", cause: err}
	}
	return nil
}
