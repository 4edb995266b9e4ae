package system

import (
	"context"
	"errors"
	"os"

	"sijil/agency/agencydb"
	"sijil/household/householddb"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/population/populationdb"
	"sijil/programme/programmedb"
	"sijil/seal"
	"sijil/seal/keeper"
	"sijil/seal/sealdb"
)

// sets are the tables of each store.
func sets(name string) []store.Migrations {
	switch name {
	case PopulationStore:
		return []store.Migrations{store.Common(), populationdb.Migrations()}
	case SocialStore:
		return []store.Migrations{store.Common(), householddb.Migrations(), programmedb.Migrations()}
	case AgencyStore:
		return []store.Migrations{store.Common(), agencydb.Migrations()}
	case KeyStore:
		return []store.Migrations{store.Common(), sealdb.Migrations()}
	}
	return nil
}

// domains are the key domains of an installation.
var domains = []seal.Domain{seal.Population, seal.Social, seal.Agency}

// stores are the open stores by their names.
type stores map[string]*store.DB

func (s stores) close() error {
	var all []error
	for _, name := range StoreNames {
		if db := s[name]; db != nil {
			all = append(all, db.Close())
		}
	}
	return errors.Join(all...)
}

// openStores opens the four stores. make says whether a folder and files that
// are not there are made; otherwise they are an error.
func openStores(ctx context.Context, cfg Config, fresh bool) (stores, error) {
	open := stores{}
	for _, name := range StoreNames {
		sc, err := cfg.store(name)
		if err == nil && cfg.Engine == store.SQLite {
			err = checkFile(cfg.Folder, sc.Path, fresh)
		}
		var db *store.DB
		if err == nil {
			db, err = store.Open(ctx, sc)
		}
		if err != nil {
			return nil, errors.Join(err, open.close())
		}
		open[name] = db
	}
	return open, nil
}

func checkFile(folder, path string, fresh bool) error {
	if fresh {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return &errs.Error{Kind: errs.Unavailable, Code: "system.folder", File: folder, What: "the folder cannot be made", Fix: "name another", Err: err}
		}
		return nil
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return &errs.Error{Kind: errs.NotFound, Code: "system.no_store", File: path, What: "there is no such store", Fix: "run sijil migrate with this folder first"}
	}
	return nil
}

// openKeeper opens the key file. When it is not there and fresh says so it is
// made, unless the key store holds keys already: those would be lost.
func openKeeper(ctx context.Context, cfg Config, p Parts, keys *store.DB, fresh bool) (*keeper.File, error) {
	path, err := cfg.keyFile()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return keeper.Open(path, p.Rand)
	}
	missing := &errs.Error{Kind: errs.NotFound, Code: "system.no_key_file", File: path, What: "the key file is not there", Fix: "run sijil migrate, which makes one for an empty installation"}
	if !fresh {
		return nil, missing
	}
	if one, err := anyKey(ctx, keys, ""); err != nil {
		return nil, err
	} else if !one.IsZero() {
		missing.Fix = "bring the one the key store was filled with: nothing opens without it"
		return nil, missing
	}
	return keeper.Create(path, domains, p.Clock.Now(), p.Rand)
}

// anyKey returns a live key of a domain (of any when it is ""), zero when there
// is none.
func anyKey(ctx context.Context, keys *store.DB, d seal.Domain) (id uid.ID, err error) {
	err = keys.View(ctx, func(tx *store.Tx) error {
		err := tx.QueryRow(ctx, `SELECT key_id FROM data_keys WHERE destroyed_at IS NULL AND (domain = $1 OR $2) LIMIT 1`, string(d), d == "").Scan(&id)
		if errors.Is(err, store.ErrNoRows) {
			return nil
		}
		return err
	})
	return id, err
}
