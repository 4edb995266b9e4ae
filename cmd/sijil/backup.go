package main

import (
	"errors"
	"fmt"
	"io"

	"sijil/internal/backup"
	"sijil/internal/system"
)

// backupCmd copies an installation.
type backupCmd struct {
	storeFlags

	Dir  string `arg:"" help:"New folder for the three stores; it may be kept for years." type:"path"`
	Keys string `required:"" help:"New folder for the key store and the key file, elsewhere; keep it for a day." placeholder:"DIR" type:"path"`
	JSON bool   `help:"Print one JSON object."`
}

type backupReport struct {
	Stores backup.Manifest `json:"stores"`
	Keys   backup.Manifest `json:"keys"`
}

// Run makes the backup; the service may be at work.
func (cmd *backupCmd) Run(c *console) (err error) {
	s, err := cmd.open(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	stores, keys, err := s.Backup(c.ctx, cmd.Dir, cmd.Keys, version)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(c.out, backupReport{stores, keys})
	}
	for _, m := range []backup.Manifest{stores, keys} {
		for _, e := range m.Stores {
			printEntry(c.out, e)
		}
	}
	fmt.Fprintf(c.out, "stores in %s, keys in %s: whoever has both reads everything\n", cmd.Dir, cmd.Keys)
	return nil
}

func printEntry(w io.Writer, e backup.Entry) {
	var rows int64
	for _, n := range e.Rows {
		rows += n
	}
	fmt.Fprintf(w, "%-10s  %d rows, %d bytes\n", e.Store, rows, e.Bytes)
}

// restoreCmd fills an empty installation.
type restoreCmd struct {
	storeFlags

	Dir  string `arg:"" help:"Folder of the three stores, as sijil backup made it." type:"existingdir"`
	Keys string `required:"" help:"Folder of the key store and the key file, of the same backup or a later one." placeholder:"DIR" type:"existingdir"`
	JSON bool   `help:"Print one JSON object."`
}

// Run restores, carries what waits and checks across the stores.
func (cmd *restoreCmd) Run(c *console) error {
	cfg, err := cmd.config(c)
	if err != nil {
		return err
	}
	land, err := c.openCountry()
	if err != nil {
		return err
	}
	r, err := system.Restore(c.ctx, cfg, system.Parts{Country: land}, cmd.Dir, cmd.Keys)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(c.out, r)
	}
	fmt.Fprintf(c.out, "restored and checked: %d keys, %d looks, %d scores (%d decided now); %d events handed on again\n",
		r.Keys, r.Looks, r.Scores, r.Decided, r.CarriedAgain)
	return nil
}
