package main

import (
	"sijil/internal/clock"
	"sijil/portal"
)

// newPortal makes the pages of the country of the command line.
func newPortal(c *console) (*portal.Portal, error) {
	land, err := c.openCountry()
	if err != nil {
		return nil, err
	}
	scorer, err := newScorer(land, "", true)
	if err != nil {
		return nil, err
	}
	programmes, err := land.LoadProgrammes()
	if err != nil {
		return nil, err
	}
	return portal.New(portal.Config{Country: land, Scorer: scorer, Programmes: programmes, Clock: clock.System{}})
}
