package main

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"sijil/internal/errs"
	"sijil/internal/store"
	"sijil/internal/system"
)

// storeFlags say where an installation is, for every command that works on one.
type storeFlags struct {
	Data    string `help:"Folder of the embedded stores." placeholder:"DIR" type:"path"`
	Store   string `enum:"sqlite,postgres" default:"sqlite" help:"Where the stores are: files in --data, or PostgreSQL (${enum})."`
	DSNFile string `name:"dsn-file" help:"PostgreSQL: file with the four connection strings, a line NAME = STRING for each of population, social, agency, keys. Readable by its owner alone." placeholder:"FILE" type:"path"`
	Schema  string `help:"PostgreSQL: what the schemas begin with." default:"sijil" placeholder:"NAME"`
	KeyFile string `name:"key-file" help:"File of the keys. Default: key.json in --data." placeholder:"FILE" type:"path"`
}

// config reads the flags into a configuration.
func (f *storeFlags) config() (system.Config, error) {
	engine, err := store.ParseEngine(f.Store)
	if err != nil {
		return system.Config{}, err
	}
	cfg := system.Config{Engine: engine, Folder: f.Data, Schema: f.Schema, KeyFile: f.KeyFile}
	switch engine {
	case store.SQLite:
		if f.Data == "" {
			return cfg, usageError("--data: name the folder of the stores")
		}
		if f.DSNFile != "" {
			return cfg, usageError("--dsn-file goes with --store postgres")
		}
	case store.Postgres:
		if f.DSNFile == "" || f.KeyFile == "" {
			return cfg, usageError("--store postgres needs --dsn-file and --key-file")
		}
		if cfg.DSN, err = readDSNs(f.DSNFile); err != nil {
			return cfg, err
		}
	}
	return cfg, nil
}

// open opens the installation.
func (f *storeFlags) open(c *console) (*system.System, error) {
	cfg, err := f.config()
	if err != nil {
		return nil, err
	}
	land, err := c.openCountry()
	if err != nil {
		return nil, err
	}
	return system.Open(c.ctx, cfg, system.Parts{Country: land})
}

// readDSNs reads connection strings, which hold passwords.
func readDSNs(path string) (map[string]string, error) {
	data, err := readSecretFile(path)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, dsn, ok := strings.Cut(line, "=")
		name, dsn = strings.TrimSpace(name), strings.TrimSpace(dsn)
		known := false
		for _, s := range system.StoreNames {
			known = known || name == s
		}
		if !ok || !known || dsn == "" || out[name] != "" {
			return nil, &errs.Error{Kind: errs.Invalid, File: path, Line: n, What: "this is not the connection string of a store",
				Fix: "write NAME = STRING, once for each of " + strings.Join(system.StoreNames, ", ")}
		}
		out[name] = dsn
	}
	return out, lines.Err()
}

// readSecretFile reads a file that its owner alone may read.
func readSecretFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		what := "the file cannot be read"
		if os.IsNotExist(err) {
			what = "the file is not there"
		}
		return "", &errs.Error{Kind: errs.NotFound, File: path, What: what, Fix: "name another"}
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", &errs.Error{Kind: errs.Denied, Code: "secrets.open_file", File: path,
			What: fmt.Sprintf("others than its owner may use this file of secrets (mode %04o)", info.Mode()&fs.ModePerm), Fix: "chmod 600 the file, and change the secrets in it"}
	}
	if info.Size() > 64<<10 {
		return "", &errs.Error{Kind: errs.Invalid, File: path, What: "the file is too large for what it should hold", Fix: "name another"}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", &errs.Error{Kind: errs.Unavailable, File: path, What: "the file cannot be read", Fix: "name another"}
	}
	return string(data), nil
}
