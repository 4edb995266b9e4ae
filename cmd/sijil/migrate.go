package main

import (
	"fmt"

	"sijil/internal/system"
)

// migrateCmd brings the stores up to this program.
type migrateCmd struct {
	storeFlags

	DryRun bool `name:"dry-run" help:"Say what would be done, and do nothing."`
	JSON   bool `help:"Print one JSON object."`
}

type migrateReport struct {
	DryRun  bool            `json:"dry_run"`
	Changes []system.Change `json:"changes"`
}

// Run migrates, or says what it would do.
func (cmd *migrateCmd) Run(c *console) error {
	cfg, err := cmd.config(c)
	if err != nil {
		return err
	}
	land, err := c.openCountry()
	if err != nil {
		return err
	}
	changes, err := system.Migrate(c.ctx, cfg, system.Parts{Country: land}, cmd.DryRun)
	if err != nil {
		return err
	}
	if cmd.JSON {
		if changes == nil {
			changes = []system.Change{}
		}
		return printJSON(c.out, migrateReport{DryRun: cmd.DryRun, Changes: changes})
	}
	for _, ch := range changes {
		where := ch.Store
		if where == "" {
			where = "-"
		}
		fmt.Fprintf(c.out, "%-10s  %s\n", where, ch.What)
	}
	switch {
	case len(changes) == 0:
		fmt.Fprintln(c.out, "nothing to do: the stores are those of this program")
	case cmd.DryRun:
		fmt.Fprintf(c.out, "%d changes to make; nothing was done\n", len(changes))
	default:
		fmt.Fprintf(c.out, "%d changes made\n", len(changes))
	}
	return nil
}
