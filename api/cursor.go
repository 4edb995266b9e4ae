package api

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"time"

	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// A cursor says where a list goes on. It is sealed for one caller, one list and
// what the list was asked for, and ends after a while: nobody can make one, or
// use another's.

// give seals what a caller is to bring back.
func (a *API) give(ctx context.Context, c *call, list, filter, state string) (string, error) {
	plain := binary.BigEndian.AppendUint64(nil, uint64(a.Clock.Now().Add(a.CursorLives).Unix()))
	plain = binary.BigEndian.AppendUint16(plain, uint16(len(filter)))
	plain = append(append(plain, filter...), state...)
	sealed, err := a.Sealer.SealShared(ctx, cursorAt(c, list), plain)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// take opens what give sealed; "" is the beginning.
func (a *API) take(ctx context.Context, c *call, list, filter, cursor string) (state string, err error) {
	if cursor == "" {
		return "", nil
	}
	bad := &errs.Error{Kind: errs.Invalid, Code: codeCursor, What: "this is not a cursor of this list, or it is too old", Fix: "begin at the first page"}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return "", bad
	}
	plain, err := a.Sealer.OpenShared(ctx, cursorAt(c, list), raw)
	if errs.KindOf(err) == errs.Unavailable {
		return "", err
	}
	if err != nil || len(plain) < 10 {
		return "", bad
	}
	ends := time.Unix(int64(binary.BigEndian.Uint64(plain)), 0)
	rest, n := plain[10:], int(binary.BigEndian.Uint16(plain[8:]))
	if !a.Clock.Now().Before(ends) || len(rest) < n || string(rest[:n]) != filter {
		return "", bad
	}
	return string(rest[n:]), nil
}

func cursorAt(c *call, list string) seal.Binding {
	return seal.Binding{Table: "api", Column: list, Row: c.Actor}
}

// takeID is take of an internal id.
func (a *API) takeID(ctx context.Context, c *call, list, filter, cursor string) (id uid.ID, err error) {
	state, err := a.take(ctx, c, list, filter, cursor)
	if err != nil || state == "" {
		return id, err
	}
	return uid.FromBytes([]byte(state))
}

// Paging is what every list takes.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
	Cursor string `query:"cursor" maxLength:"600" doc:"What the page before gave as next; leave it out for the first."`
}

// Cursor is what a list takes that is always of one length.
type Cursor struct {
	Cursor string `query:"cursor" maxLength:"600" doc:"What the page before gave as next; leave it out for the first."`
}
