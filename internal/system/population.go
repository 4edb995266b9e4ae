package system

import (
	"context"
	"errors"
	"io/fs"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/names"
	"sijil/population"
	"sijil/population/populationdb"
	"sijil/seal"
)

// The country's files that the population register is made of.
const (
	registrationFile = "registration.json"
	namesFile        = "names.csv"
	duplicatesFile   = "duplicates.json"
)

// wirePopulation makes the population register.
func (s *System) wirePopulation(g *country.Geography) error {
	land := s.Parts.Country
	data, err := land.ReadFile(registrationFile)
	if err != nil {
		return err
	}
	rules, err := population.ParseRules(registrationFile, data)
	if err != nil {
		return err
	}
	scheme, err := idcs.NewScheme(land.Identifier())
	if err != nil {
		return err
	}
	table, err := namesOf(land)
	if err != nil {
		return err
	}
	if data, err = land.ReadFile(duplicatesFile); err != nil {
		return err
	}
	duplicates, err := population.ParseDuplicates(duplicatesFile, data, rules, table, land.ReadFile)
	if err != nil {
		return err
	}
	s.Population, err = population.New(population.Config{
		Store: watched{populationdb.New(s.stores[PopulationStore]), s.IDs}, Vault: s.Vaults[seal.Population], Rules: rules, Scheme: scheme, Names: table,
		Duplicates: duplicates,
		Places: func(code string, day civil.Date) error {
			_, err := g.Locality(code, day)
			return err
		},
		Staff: s.Agency, IDs: s.IDs, Clock: s.Parts.Clock, Zone: land.Zone, Rand: s.Parts.Rand,
	})
	return err
}

// namesOf reads what a country's people are called. A country without such a
// table leaves likeness to orthography.
func namesOf(land *country.Country) (*names.Table, error) {
	data, err := land.ReadFile(namesFile)
	if errs.KindOf(err) == errs.NotFound || errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // none is what the country has
	}
	if err != nil {
		return nil, err
	}
	return names.ReadTable(namesFile, data)
}

// LinkStaff records which person a staff member is, by what the administrator
// says of the person: number, name and birth date. The caller states a purpose.
func (s *System) LinkStaff(ctx context.Context, c access.Caller, key string, ref uid.Ref, claim population.Claim) error {
	if err := c.May(access.StaffManage); err != nil {
		return err
	}
	door := c
	door.Roles = []access.Role{access.AgencyBooks}
	got, err := s.Population.Exchange(ctx, door, population.Agency, key, []population.Claim{claim})
	if err != nil {
		return err
	}
	if !got[0].Yes {
		return &errs.Error{Kind: errs.NotFound, Code: "system.no_person", What: "number, name and birth date are not those of one person", Fix: "check all three"}
	}
	return s.Agency.LinkPerson(ctx, c, ref, got[0].Token)
}
