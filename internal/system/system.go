package system

import (
	"context"
	"errors"

	"sijil/agency"
	"sijil/agency/agencydb"
	"sijil/household"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/programme"
	"sijil/seal"
	"sijil/seal/keeper"
	"sijil/seal/sealdb"
)

// System is an open installation. It is safe for use by several goroutines and
// must be closed.
type System struct {
	Agency     *agency.Service
	Population *population.Service
	Household  *household.Service
	Programmes *programme.Service

	// The parts below are for what works on the whole: backups, benches, checks.
	Stores map[string]*store.DB
	Keeper *keeper.File
	Vaults map[seal.Domain]*seal.Vault
	IDs    *uid.Source
	Parts  Parts

	stores stores
}

// Open opens an installation that Migrate has made, and refuses one whose
// tables are not exactly those of this program, or whose key file is missing,
// readable by others, or another installation's.
func Open(ctx context.Context, cfg Config, p Parts) (*System, error) {
	if err := p.fill(); err != nil {
		return nil, err
	}
	open, err := openStores(ctx, cfg, false)
	if err != nil {
		return nil, err
	}
	s, err := check(ctx, cfg, p, open)
	if err != nil {
		return nil, errors.Join(err, open.close())
	}
	return s, nil
}

func check(ctx context.Context, cfg Config, p Parts, open stores) (*System, error) {
	for _, name := range StoreNames {
		if err := open[name].CheckSchema(ctx, sets(name)); err != nil {
			return nil, err
		}
	}
	s, err := wire(ctx, cfg, p, open)
	if err != nil {
		return nil, err
	}
	// A key of each domain must open: better now than in the middle of an act.
	for _, d := range domains {
		id, err := anyKey(ctx, open[KeyStore], d)
		if err != nil {
			return nil, err
		}
		if id.IsZero() {
			continue
		}
		if _, err := s.Vaults[d].Key(ctx, id); err != nil {
			return nil, &errs.Error{Kind: errs.KindOf(err), Code: "system.wrong_keys", What: "the key file does not open the keys of the domain " + string(d),
				Fix: "bring the key file that this installation was made with", Err: err}
		}
	}
	return s, s.checkModel(ctx)
}

// wire puts the parts together on open stores.
func wire(ctx context.Context, cfg Config, p Parts, open stores) (*System, error) {
	keys, err := openKeeper(ctx, cfg, p, open[KeyStore], false)
	if err != nil {
		return nil, err
	}
	s := &System{Stores: open, stores: open, Keeper: keys, Vaults: map[seal.Domain]*seal.Vault{}, IDs: uid.NewSource(p.Clock, p.Rand), Parts: p}
	for _, d := range domains {
		s.Vaults[d] = seal.NewVault(d, keys, sealdb.New(open[KeyStore]), s.IDs, p.Clock, p.Rand)
	}
	geography, err := p.Country.LoadGeography()
	if err != nil {
		return nil, err
	}
	options := cfg.Agency
	options.Zone = p.Country.Zone
	if options.KnownArea == nil {
		options.KnownArea = knownArea(geography)
	}
	s.Agency = agency.New(agencydb.New(open[AgencyStore]), s.Vaults[seal.Agency], s.IDs, p.Clock, p.Rand, options)
	if err := s.wirePopulation(geography); err != nil {
		return nil, err
	}
	return s, s.wireSocial(geography)
}

// Close closes the stores. Nothing may be at work any more.
func (s *System) Close() error { return s.stores.close() }
