package system

import (
	"context"
	"errors"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/errs"
	"sijil/internal/store"
)

// PurposesFile is the file of a country's folder that names its purposes.
const PurposesFile = "purposes.json"

// Change is something that Migrate did, or would do.
type Change struct {
	Store string `json:"store"` // "" for what is not of one store
	Set   string `json:"set,omitempty"`
	What  string `json:"what"`
}

// Migrate brings an installation up to this program: folder, key file, the
// tables of the four stores, the purposes of the country. It may be run again
// and then changes nothing. A schema that a newer program made is refused.
// With dry it only says what it would do, and makes nothing.
func Migrate(ctx context.Context, cfg Config, p Parts, dry bool) (changes []Change, err error) {
	if err := p.fill(); err != nil {
		return nil, err
	}
	purposes, err := Purposes(p)
	if err != nil {
		return nil, err
	}
	if dry {
		return plan(ctx, cfg, p)
	}
	open, err := openStores(ctx, cfg, true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, open.close()) }()
	// Everything that can be refused is refused before anything is changed.
	for _, name := range StoreNames {
		if _, err := open[name].Migrate(ctx, sets(name), p.Clock.Now(), true); err != nil {
			return nil, err
		}
	}
	for _, name := range StoreNames {
		applied, err := open[name].Migrate(ctx, sets(name), p.Clock.Now(), false)
		changes = append(changes, changesOf(name, applied)...)
		if err != nil {
			return changes, err
		}
		if name != KeyStore {
			continue
		}
		made, err := makeKeyFile(ctx, cfg, p, open[KeyStore])
		if err != nil {
			return changes, err
		}
		changes = append(changes, made...)
	}
	s, err := wire(ctx, cfg, p, open)
	if err != nil {
		return changes, err
	}
	n, err := s.Agency.RegisterPurposes(ctx, access.SystemCaller("migrate", "-"), purposes)
	if n > 0 {
		changes = append(changes, Change{Store: AgencyStore, What: "register the purposes of the country"})
	}
	return changes, err
}

func makeKeyFile(ctx context.Context, cfg Config, p Parts, keys *store.DB) ([]Change, error) {
	_, err := openKeeper(ctx, cfg, p, keys, false)
	if e, ok := errors.AsType[*errs.Error](err); !ok || e.Code != "system.no_key_file" {
		return nil, err
	}
	if _, err := openKeeper(ctx, cfg, p, keys, true); err != nil {
		return nil, err
	}
	return []Change{{What: "make the key file"}}, nil
}

func changesOf(name string, applied []store.Applied) []Change {
	out := make([]Change, len(applied))
	for i, a := range applied {
		out[i] = Change{Store: name, Set: a.Set, What: a.Name}
	}
	return out
}

// Purposes reads the purposes of a country.
func Purposes(p Parts) ([]agency.Purpose, error) {
	data, err := p.Country.ReadFile(PurposesFile)
	if err != nil {
		return nil, err
	}
	return agency.ParsePurposes(PurposesFile, data, p.Country.Languages)
}
