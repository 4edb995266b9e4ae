package store_test

import (
	"crypto/rand"

	"sijil/internal/clock"
	"sijil/internal/uid"
)

var ids = uid.NewSource(clock.System{}, rand.Reader)

func newID() uid.ID { return ids.NewID() }
