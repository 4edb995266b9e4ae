package system

import (
	"crypto/rand"
	"io"
	"log/slog"
	"path/filepath"

	"sijil/agency"
	"sijil/internal/clock"
	"sijil/internal/country"
	"sijil/internal/errs"
	"sijil/internal/store"
)

// The stores, by what messages call them.
const (
	PopulationStore = "population"
	SocialStore     = "social"
	AgencyStore     = "agency"
	KeyStore        = "keys"
)

// StoreNames are the four stores, the key store first: nothing is written
// anywhere before its key is durable.
var StoreNames = []string{KeyStore, AgencyStore, PopulationStore, SocialStore}

// Config says where an installation keeps what it has. It is plain data: files
// and variables are read elsewhere.
type Config struct {
	Engine store.Engine

	// Folder holds the four files of the embedded stores: population.db,
	// social.db, agency.db, keys.db. It is made, for its owner alone.
	Folder string

	// DSN are the connection strings of the four stores on PostgreSQL, by their
	// names: each with credentials of its own. They are secrets.
	DSN map[string]string
	// Schema is what the schemas are called: SCHEMA_population and so on; "" is
	// "sijil".
	Schema string
	// Conns is the most connections to each store; 0 is a default.
	Conns int

	// KeyFile is the file of the keys of the domains; "" is key.json in Folder.
	// It belongs on another disk and into another backup than the stores.
	KeyFile string

	// Agency are the choices of the agency's service.
	Agency agency.Options
}

// Parts are what an installation works with. Only Country is needed.
type Parts struct {
	Country *country.Country
	Clock   clock.Clock  // nil is the machine's
	Rand    io.Reader    // nil is crypto/rand.Reader; safe for several goroutines
	Log     *slog.Logger // nil discards
}

func (p *Parts) fill() error {
	if p.Country == nil {
		return &errs.Error{Code: "system.country", What: "no country was given"}
	}
	if p.Clock == nil {
		p.Clock = clock.System{}
	}
	if p.Rand == nil {
		p.Rand = rand.Reader
	}
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	return nil
}

func (c Config) keyFile() (string, error) {
	if c.KeyFile != "" {
		return c.KeyFile, nil
	}
	if c.Engine == store.SQLite && c.Folder != "" {
		return filepath.Join(c.Folder, "key.json"), nil
	}
	return "", errs.Bad("key_file", "no key file was named", "name one that lies apart from the stores")
}

// store returns the configuration of one store.
func (c Config) store(name string) (store.Config, error) {
	sc := store.Config{Name: name, Engine: c.Engine, Conns: c.Conns}
	switch c.Engine {
	case store.SQLite:
		if c.Folder == "" {
			return sc, errs.Bad("data", "no folder was named for the stores", "name one")
		}
		sc.Path = filepath.Join(c.Folder, name+".db")
	case store.Postgres:
		if sc.DSN = c.DSN[name]; sc.DSN == "" {
			return sc, errs.Bad("dsn."+name, "the connection string of this store is missing", "name all four: population, social, agency, keys")
		}
		prefix := c.Schema
		if prefix == "" {
			prefix = "sijil"
		}
		sc.Schema = prefix + "_" + name
	default:
		return sc, errs.Bad("store", "no database engine was chosen", "choose sqlite or postgres")
	}
	return sc, nil
}
