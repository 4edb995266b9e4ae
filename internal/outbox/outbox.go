// Package outbox knows how events leave a transaction: a register writes an
// event in the transaction of the act itself, and a relay hands it on
// afterwards, at least once, in order for each subject.
//
// It refuses to know what an event means. Events carry ids and codes, never
// personal data: who receives one asks for what it may know.
package outbox

import (
	"context"
	"slices"
	"time"

	"sijil/internal/uid"
)

// Event is something that happened to one subject.
type Event struct {
	ID      uid.ID // orders the events of a store
	Subject uid.ID // the person, household or other thing it happened to
	Topic   string // stable name, such as "person.corrected"
	At      time.Time
	Body    []byte // JSON of ids and codes; no personal data
}

// Emitter takes events into the transaction at hand. Transactions of
// registers' stores are Emitters.
type Emitter interface {
	Emit(ctx context.Context, e Event) error
}

// Topics says what becomes of the topics of one outbox. An event of a topic
// that is in neither list would wait for ever and for nobody.
type Topics struct {
	Read []string // a relay carries them
	Kept []string // for a reader to come, who reads them from the first on
}

// Has reports whether somebody reads a topic, or will.
func (t Topics) Has(topic string) bool {
	return slices.Contains(t.Read, topic) || slices.Contains(t.Kept, topic)
}

// Handler receives events of a topic. It may receive one twice and must then
// do nothing the second time.
type Handler func(ctx context.Context, e Event) error
