package main

import (
	"os"

	"sijil/internal/country"
	"sijil/morocco"
)

// openCountry opens the folder named on the command line, or the reference
// country built into the binary.
func (c *console) openCountry() (*country.Country, error) {
	if c.country != "" {
		return country.Open(os.DirFS(c.country))
	}
	return country.Open(morocco.Data)
}
