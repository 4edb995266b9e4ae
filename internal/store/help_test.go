package store_test

import (
	"crypto/rand"
	"io"

	"sijil/internal/clock"
	"sijil/internal/uid"
)

var errEOF = io.EOF

var ids = uid.NewSource(clock.System{}, rand.Reader)

func newID() uid.ID { return ids.NewID() }
