package main

import (
	"fmt"
	"maps"
	"os"

	"sijil/internal/config"
)

// configCmd looks at the configuration.
type configCmd struct {
	Check configCheckCmd `cmd:"" help:"Say what is wrong with the configuration, and with the files it names."`
	Print configPrintCmd `cmd:"" help:"Print every setting and where its value comes from; never a secret."`
}

// configFlags are all flags that are settings.
type configFlags struct {
	storeFlags
	listenFlags
}

// listenFlags say where a server listens.
type listenFlags struct {
	Listen        string `help:"Address and port of the pages." placeholder:"HOST:PORT"`
	MetricsListen string `name:"metrics-listen" help:"Address and port of /metrics, or off." placeholder:"HOST:PORT"`
}

func (f *configFlags) load(c *console) (config.Config, []config.Provenance, error) {
	return f.read(c, map[string]string{"listen": f.Listen, "metrics-listen": f.MetricsListen})
}

// read gathers the configuration: defaults, file, variables, flags. A flag
// that was not given is empty. It settles whose country this is.
func (f *storeFlags) read(c *console, more map[string]string) (config.Config, []config.Provenance, error) {
	flags := map[string]string{"country": c.country, "data": f.Data, "store": f.Store, "dsn-file": f.DSNFile, "schema": f.Schema, "key-file": f.KeyFile}
	maps.Copy(flags, more)
	for name, v := range flags {
		if v == "" {
			delete(flags, name)
		}
	}
	cfg, where, err := config.Load(config.Sources{File: f.Config, Environ: os.Environ(), Flags: flags})
	if err == nil {
		c.country = cfg.Country
	}
	return cfg, where, err
}

type configCheckCmd struct {
	configFlags
}

// Run checks the settings and the files they name.
func (cmd *configCheckCmd) Run(c *console) error {
	cfg, _, err := cmd.load(c)
	if err != nil {
		return err
	}
	if err := cfg.Check(); err != nil {
		return err
	}
	// The files must also say what they should; nothing is opened or changed.
	if _, err := systemConfig(cfg); err != nil {
		return err
	}
	if _, err := c.openCountry(); err != nil {
		return err
	}
	fmt.Fprintln(c.out, "the configuration is in order")
	return nil
}

type configPrintCmd struct {
	configFlags

	JSON bool `help:"Print one JSON object."`
}

type configReport struct {
	Settings []config.Provenance `json:"settings"`
}

// Run prints the settings.
func (cmd *configPrintCmd) Run(c *console) error {
	_, where, err := cmd.load(c)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(c.out, configReport{Settings: where})
	}
	for _, p := range where {
		fmt.Fprintf(c.out, "%-18s %-24q from %s\n", p.Key, p.Value, p.From)
	}
	return nil
}
