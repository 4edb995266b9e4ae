package system

import (
	"strings"

	"sijil/internal/country"
)

// knownArea reports whether a code names a region, province or locality of the
// country, or one that lies above such.
func knownArea(g *country.Geography) func(string) bool {
	known := map[string]bool{}
	add := func(code string) {
		for {
			known[code] = true
			i := strings.LastIndexAny(code, ".-")
			if i < 0 {
				return
			}
			code = code[:i]
		}
	}
	for _, r := range g.Regions {
		add(r.Code)
	}
	for _, p := range g.Provinces {
		add(p.Code)
	}
	for _, l := range g.Localities {
		add(l.Code)
	}
	return func(code string) bool { return known[code] }
}
