// Package population is the population register: who a person is, how that was
// shown, and the number that is given once for life.
//
// It knows enrolment with documents, with two witnesses or through an
// introducer; claims, by which a document belongs to one live person;
// corrections that keep what was believed before; and the doors through which
// other registers ask: Exchange, Show, Find, Facts. Every look at a person
// leaves a disclosure or a use behind, in the transaction of the look.
//
// It refuses to know poverty, households and programmes; how anything is
// stored (package populationdb does: it sees ciphertext and blind indexes
// only); and what a country's documents are called: that is data.
package population

import (
	"io"
	"time"

	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/names"
	"sijil/seal"
)

// The recipients that Sijil itself names. A token of one does not resolve for
// another. Partners have names of their own: see PartnerRecipient.
const (
	Social  = "social"  // the social register: its sector token
	Counter = "counter" // officers of this register: what Find gives and Show and Correct take
	Agency  = "agency"  // the agency's books of who looked at whom
)

// PartnerRecipient is the recipient that a partner's client is.
func PartnerRecipient(client uid.ID) string { return "client." + client.String() }

// Config is what a service is made of. Everything but Names is needed.
type Config struct {
	Store  Store
	Vault  *seal.Vault  // of the domain seal.Population
	Rules  *Rules       // the country's registration.json
	Scheme *idcs.Scheme // the country's rule of numbers
	Names  *names.Table // what the country's people are called; nil leaves all to orthography
	// Duplicates say how everyone is compared with everyone: the country's
	// duplicates.json with its model.
	Duplicates *Duplicates
	// Places returns an error unless a code names a place of the country on a day.
	Places func(code string, day civil.Date) error
	Staff  Staff
	IDs    *uid.Source
	Clock  clock.Clock
	Zone   *time.Location // where the country's days begin
	Rand   io.Reader      // crypto/rand.Reader but in tests; safe for several goroutines
}

// Service is the population register's service. It is safe for use by several
// goroutines.
type Service struct {
	store  Store
	vault  *seal.Vault
	rules  *Rules
	scheme *idcs.Scheme
	names  *names.Table
	places func(string, civil.Date) error
	staff  Staff
	ids    *uid.Source
	clock  clock.Clock
	zone   *time.Location
	rand   io.Reader
	decoy  decoy

	duplicates *Duplicates
}

// New returns a service. A missing part is an error.
func New(cfg Config) (*Service, error) {
	var bad errs.List
	for field, missing := range map[string]bool{
		"Store": cfg.Store == nil, "Vault": cfg.Vault == nil, "Rules": cfg.Rules == nil, "Scheme": cfg.Scheme == nil, "Duplicates": cfg.Duplicates == nil,
		"Places": cfg.Places == nil, "Staff": cfg.Staff == nil, "IDs": cfg.IDs == nil, "Clock": cfg.Clock == nil,
		"Zone": cfg.Zone == nil, "Rand": cfg.Rand == nil,
	} {
		if missing {
			bad.Add(&errs.Error{Code: "population.config", Field: field, What: "the population register was not given this"})
		}
	}
	if cfg.Vault != nil && cfg.Vault.Domain() != seal.Population {
		bad.Add(&errs.Error{Code: "population.config", Field: "Vault", What: "the vault is of another domain"})
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	s := &Service{
		store: cfg.Store, vault: cfg.Vault, rules: cfg.Rules, scheme: cfg.Scheme, names: cfg.Names, places: cfg.Places,
		staff: cfg.Staff, ids: cfg.IDs, clock: cfg.Clock, zone: cfg.Zone, rand: cfg.Rand,
		duplicates: cfg.Duplicates,
	}
	s.decoy = newDecoy()
	return s, nil
}

// Rules returns the country's rules of registration, for pages that show them.
func (s *Service) Rules() *Rules { return s.rules }

// now is the current instant as stores keep it, in whole microseconds.
func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

// today is the day it is in the country.
func (s *Service) today() civil.Date { return clock.Today(s.clock, s.zone) }
