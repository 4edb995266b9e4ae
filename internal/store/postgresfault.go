package store

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgresFault reads an error of PostgreSQL, of pgx, or of the network below.
// A connection that is gone has kind unreachable: commit knows better. DETAIL, WHERE and HINT are dropped, and MESSAGE too where it may
// repeat a value.
func postgresFault(err error) error {
	if f := faultOf(err); f != nil {
		return f
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return serverFault(e)
	}
	if cause := contextCause(err); cause != nil {
		return &fault{kind: cancelled, text: "given up", cause: cause}
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		return &fault{kind: unreachable, text: "the connection to the server broke (" + e.Op + ")"}
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return &fault{kind: unreachable, text: "the server cannot be reached"}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err) || pgconn.Timeout(err) ||
		strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "closed pool") {
		return &fault{kind: unreachable, text: "the connection to the server is gone"}
	}
	// pgx could not encode an argument or decode a column; its text has the value.
	return &fault{kind: badValue, text: "a value does not fit its column"}
}

func contextCause(err error) error {
	for _, c := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, c) {
			return c
		}
	}
	return nil
}

func serverFault(e *pgconn.PgError) *fault {
	f := &fault{kind: broken, code: e.Code, constraint: shardless(e.ConstraintName), text: e.Message}
	class := e.Code
	if len(class) == 5 {
		class = class[:2]
	}
	switch {
	case e.Code == "23505":
		f.kind, f.text = unique, "another row has this key"
	case e.Code == "23503":
		f.kind, f.text = foreign, "the row referred to is not there, or is referred to"
	case e.Code == "23502":
		f.kind, f.text = check, "a value is missing"
		f.constraint = e.TableName + "_" + e.ColumnName + "_not_null"
	case class == "23":
		f.kind, f.text = check, "a rule of the table refuses this"
	case class == "22":
		f.kind, f.text = badValue, "a value does not fit its column"
	case e.Code == "40001", e.Code == "40P01", e.Code == "55P03":
		f.kind, f.text = contended, "another transaction was in the way"
	case e.Code == "53100", e.Code == "53200":
		f.kind = full
	case class == "08", class == "57" && e.Code != "57014", e.Code == "53300", e.Code == "25P03":
		f.kind = unreachable
	case e.Code == "57014":
		f.kind = cancelled
	case class == "XX", class == "P0", class == "58":
		f.text = "the server failed inside" // and may repeat rows of a COPY
	}
	return f
}
