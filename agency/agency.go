// Package agency keeps the books of the agency that guards the registers: who
// works there and in which roles, which programs of partners may ask and for
// what purpose, who is logged in, and — for every person — who looked at their
// data and why.
//
// It knows staff, clients, purposes and sessions, and turns a password, a
// session or a secret into an access.Caller. It refuses to know any person of
// the population: whoever was looked at is a token of the agency's own, kept
// as a keyed blind, which joins with nothing outside.
package agency

import (
	"crypto/rand"
	"io"
	"time"

	"sijil/access"
	"sijil/internal/clock"
	"sijil/internal/uid"
	"sijil/seal"
)

// Options are what an installation may choose. The zero value is right for
// production.
type Options struct {
	// Hash is the work of a password; the zero value is DefaultHash.
	Hash HashWork
	// AtOnce is how many passwords are computed at the same time, each with the
	// memory of Hash; 0 is 2. Queue is how many more may wait; 0 is 32. Whoever
	// comes after is told to try again.
	AtOnce, Queue int
	// Idle ends a session that was not used for so long; 0 is 30 minutes. Longest
	// ends every session; 0 is 12 hours. NIST SP 800-63B-4 §2.2.3 asks for at
	// most one hour and 24 hours.
	Idle, Longest time.Duration
	// Zone is where the days of purposes begin and end; nil is UTC.
	Zone *time.Location
	// KnownArea reports whether a code names a place of the country; nil takes
	// every code of the right form.
	KnownArea func(code string) bool
}

// Service is the agency's service. It is safe for use by several goroutines.
type Service struct {
	store  Store
	vault  *seal.Vault
	ids    *uid.Source
	clock  clock.Clock
	rand   io.Reader
	hasher *hasher

	idle, longest time.Duration
	zone          *time.Location
	knownArea     func(string) bool
}

// New returns the service over a store and the vault of the agency's domain.
// random is crypto/rand.Reader but in tests; nil is that.
func New(store Store, vault *seal.Vault, ids *uid.Source, c clock.Clock, random io.Reader, o Options) *Service {
	if random == nil {
		random = rand.Reader
	}
	if o.Idle <= 0 {
		o.Idle = 30 * time.Minute
	}
	if o.Longest <= 0 {
		o.Longest = 12 * time.Hour
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.KnownArea == nil {
		o.KnownArea = func(string) bool { return true }
	}
	return &Service{
		store: store, vault: vault, ids: ids, clock: c, rand: random, hasher: newHasher(o, random),
		idle: o.Idle, longest: o.Longest, zone: o.Zone, knownArea: o.KnownArea,
	}
}

// fields of blind indexes: equal values of two fields have nothing in common.
const (
	blindLogin   = "agency.login"
	blindSession = "agency.session"
	blindSecret  = "agency.secret"
	blindPerson  = "agency.person"
	blindAttempt = "agency.attempt"
	blindDevice  = "agency.device"
	blindBody    = "agency.body"
	blindLook    = "agency.look"
)

// now is the current instant as stores keep it, in whole microseconds.
func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

// byOf is the actor that a change is recorded with: zero for the system.
func byOf(c access.Caller) uid.ID { return c.Actor }
