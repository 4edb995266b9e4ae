package main

import (
	"sijil/internal/config"
	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/system"
)

// storeFlags say where an installation is, for every command that works on
// one. Each is a setting too: a file or a variable may say the same.
type storeFlags struct {
	Config  string `help:"File of the configuration (TOML)." placeholder:"FILE" type:"path"`
	Data    string `help:"Folder of the embedded stores." placeholder:"DIR" type:"path"`
	Store   string `help:"Where the stores are: sqlite (files in --data) or postgres. Default: sqlite." placeholder:"ENGINE"`
	DSNFile string `name:"dsn-file" help:"PostgreSQL: file with the four connection strings, a line NAME = STRING for each of population, social, agency, keys. Readable by its owner alone." placeholder:"FILE" type:"path"`
	Schema  string `help:"PostgreSQL: what the schemas begin with. Default: sijil." placeholder:"NAME"`
	KeyFile string `name:"key-file" help:"File of the keys. Default: key.json in --data." placeholder:"FILE" type:"path"`
}

// config gathers the settings of an installation.
func (f *storeFlags) config(c *console) (system.Config, error) {
	cfg, _, err := f.read(c, nil)
	if err != nil {
		return system.Config{}, err
	}
	return systemConfig(cfg)
}

// systemConfig is the part of the configuration that says where stores and
// keys are, with the secrets it names read.
func systemConfig(cfg config.Config) (system.Config, error) {
	out := system.Config{Folder: cfg.Data, Schema: cfg.Schema, KeyFile: cfg.KeyFile, Conns: cfg.Conns}
	var err error
	if out.Engine, err = store.ParseEngine(cfg.Store); err != nil {
		return out, err
	}
	switch out.Engine {
	case store.SQLite:
		if cfg.Data == "" {
			return out, usageError("--data: name the folder of the stores")
		}
		if cfg.DSNFile != "" {
			return out, usageError("--dsn-file goes with --store postgres")
		}
	case store.Postgres:
		if cfg.DSNFile == "" || cfg.KeyFile == "" {
			return out, usageError("--store postgres needs --dsn-file and --key-file")
		}
		if out.DSN, err = config.ReadDSNs(cfg.DSNFile, system.StoreNames); err != nil {
			return out, err
		}
		for _, name := range system.StoreNames {
			if out.DSN[name] == "" {
				return out, &errs.Error{Kind: errs.Invalid, File: cfg.DSNFile, Field: "dsn." + name,
					What: "the connection string of this store is missing", Fix: "name all four: population, social, agency, keys"}
			}
		}
	}
	return out, nil
}

// open opens the installation.
func (f *storeFlags) open(c *console) (*system.System, error) {
	cfg, err := f.config(c)
	if err != nil {
		return nil, err
	}
	land, err := c.openCountry()
	if err != nil {
		return nil, err
	}
	return system.Open(c.ctx, cfg, system.Parts{Country: land})
}
