package main

import (
	"errors"
	"fmt"

	"sijil/access"
)

// recheckCmd compares everybody anew after the model of likeness has changed.
type recheckCmd struct {
	storeFlags

	JSON bool `help:"Print one JSON object."`
}

// recheckPage is how many people are compared between two marks of how far it
// has come.
const recheckPage = 200

// Run goes on where an earlier run stopped, until everybody is compared.
func (cmd *recheckCmd) Run(c *console) (err error) {
	s, err := cmd.open(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	job := access.SystemCaller("recheck", "one person, one number")
	r, err := s.Population.Rechecked(c.ctx, job)
	if err != nil {
		return err
	}
	p := newProgress(c.err, "compared", 0)
	defer p.end()
	for r.Ended.IsZero() {
		if r, err = s.Population.RecheckStep(c.ctx, job, recheckPage); err != nil {
			return err
		}
		p.at(int(r.People))
	}
	p.end()
	if cmd.JSON {
		return printJSON(c.out, r)
	}
	_, err = fmt.Fprintf(c.out, "%d people compared with everybody by the model %.12s; %d cases opened for officers to judge\n", r.People, r.Model, r.Cases)
	return err
}
