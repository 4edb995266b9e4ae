// Package arch holds the walls between the rooms of the program as data, and
// its tests hold the code to them.
//
// It knows which package may import which, who may ask for the time, and that
// country facts live with the country. It refuses to know why a room needs
// what it needs: that is said in docs/ARCHITECTURE.md and docs/decisions.
package arch

import (
	"path"
	"slices"
	"strings"
)

// Module is the module path every room lives under.
const Module = "sijil"

// Room is a set of packages behind one wall.
type Room struct {
	Name     string
	Packages []string // patterns below the module, as path.Match reads them
	Own      []string // other packages of the module it may import, as patterns
	Outside  []string // modules it may import from; "*" allows any
	Banned   []string // packages of the standard library it may not import
}

// engineShared is what every engine may lean on.
var engineShared = []string{"internal/errs", "internal/civil", "internal/lang", "internal/strictjson"}

// worldly are the packages through which an engine or a register would touch
// the world it must not know.
var worldly = []string{
	"database/*", "net", "net/*", "net/http/*", "os", "os/*", "time/tzdata", "log", "log/slog", "expvar",
	"math/rand", "math/rand/v2", "testing", "plugin", "syscall",
}

// Rooms are the walls, in the order of docs/ARCHITECTURE.md. A package that
// no room names is an error.
var Rooms = []Room{
	{Name: "identifier", Packages: []string{"idcs"}, Own: engineShared, Banned: except(worldly, "log/slog")},
	{Name: "names", Packages: []string{"names"}, Own: engineShared, Banned: worldly},
	{Name: "linkage", Packages: []string{"linkage"}, Own: append([]string{"names"}, engineShared...),
		Banned: except(worldly, "math/rand/v2")},
	{Name: "formula", Packages: []string{"formula"}, Own: engineShared, Banned: worldly},
	{Name: "rules", Packages: []string{"rules"}, Own: engineShared,
		Outside: []string{"cel.dev/cel-go", "google.golang.org/protobuf"}, Banned: worldly},
	{Name: "questionnaire", Packages: []string{"questionnaire"},
		Own:     append([]string{"formula", "rules"}, engineShared...),
		Outside: []string{"github.com/go-json-experiment/json"}, Banned: worldly},
	{Name: "survey", Packages: []string{"survey"}, Own: append([]string{"formula"}, engineShared...),
		Outside: []string{"gonum.org/v1/gonum"}, Banned: except(worldly, "math/rand/v2")},

	{Name: "policy", Packages: []string{"policy"}, Own: engineShared,
		Outside: []string{"gonum.org/v1/gonum"}, Banned: except(worldly, "math/rand/v2")},

	{Name: "sealing", Packages: []string{"seal"}, Own: append([]string{"internal/clock", "internal/uid", "seal/xaes", "seal/internal/control"}, engineShared...),
		Banned: except(worldly, "log/slog")},
	{Name: "extended-nonce cipher", Packages: []string{"seal/xaes"}, Banned: worldly},
	{Name: "control of sealing", Packages: []string{"seal/internal/control"}, Banned: worldly},
	{Name: "key file", Packages: []string{"seal/keeper"}, Own: append([]string{"seal", "seal/xaes"}, engineShared...), Banned: except(worldly, "os")},
	{Name: "key store", Packages: []string{"seal/sealdb"}, Own: append([]string{"seal", "internal/store", "internal/uid"}, engineShared...), Banned: worldly},
	{Name: "synthetic enrolments", Packages: []string{"internal/sample"},
		Own:    append([]string{"household", "idcs", "population", "questionnaire", "internal/country", "internal/synth"}, engineShared...),
		Banned: except(worldly, "math/rand/v2")},
	{Name: "search for plaintext", Packages: []string{"internal/canary"}, Own: engineShared, Banned: except(worldly, "os")},
	{Name: "fields", Packages: []string{"internal/fields"}, Banned: worldly},
	{Name: "sealing in tests", Packages: []string{"seal/sealtest"}, // programs never import it: sealing_test.go
		Own:    append([]string{"internal/clock", "internal/uid", "seal", "seal/xaes", "seal/internal/control"}, engineShared...),
		Banned: except(worldly, "math/rand/v2", "testing")},

	{Name: "country data", Packages: []string{"morocco"}},

	{Name: "foundations", Packages: []string{"internal/errs"}},
	{Name: "civil dates", Packages: []string{"internal/civil"}, Own: []string{"internal/errs"}},
	{Name: "texts", Packages: []string{"internal/lang"}, Banned: worldly},
	{Name: "clock", Packages: []string{"internal/clock"}, Own: []string{"internal/civil"}},
	{Name: "strict JSON", Packages: []string{"internal/strictjson"}, Own: []string{"internal/errs"},
		Outside: []string{"github.com/go-json-experiment/json"}},
	{Name: "walls", Packages: []string{"internal/arch"}},
	{Name: "order", Packages: []string{"internal/inorder"}, Banned: worldly},
	{Name: "lines", Packages: []string{"internal/lines"}, Own: []string{"internal/errs", "internal/inorder"}},
	{Name: "charts", Packages: []string{"internal/chart"}, Own: []string{"internal/errs"}, Banned: worldly},
	{Name: "model cards as pages", Packages: []string{"internal/cardpage"},
		Own: append([]string{"formula", "survey", "internal/chart"}, engineShared...), Banned: worldly},
	{Name: "scoring", Packages: []string{"internal/score"},
		Own:     append([]string{"formula", "questionnaire", "internal/country"}, engineShared...),
		Outside: []string{"github.com/go-json-experiment/json"}, Banned: worldly},
	{Name: "country loader", Packages: []string{"internal/country"},
		Own:    append([]string{"idcs", "formula", "rules", "questionnaire"}, engineShared...),
		Banned: except(worldly, "os")},
	{Name: "rolls", Packages: []string{"internal/roll"},
		Own:    append([]string{"linkage", "names", "internal/inorder"}, engineShared...),
		Banned: except(worldly, "os")},
	{Name: "reports on linking", Packages: []string{"internal/linkpage"},
		Own: append([]string{"linkage", "internal/chart", "internal/roll"}, engineShared...), Banned: worldly},
	{Name: "synthetic rolls", Packages: []string{"internal/synthroll"},
		Own: append([]string{"internal/inorder"}, engineShared...), Banned: except(worldly, "math/rand/v2")},
	{Name: "synthetic population", Packages: []string{"internal/synth"},
		Own:    append([]string{"formula", "questionnaire", "internal/country", "internal/inorder"}, engineShared...),
		Banned: except(worldly, "math/rand/v2")},

	{Name: "callers and the table of access", Packages: []string{"access"}, Own: []string{"internal/errs", "internal/uid"}, Banned: worldly},
	{Name: "ids", Packages: []string{"internal/uid"}, Own: []string{"internal/errs", "internal/clock"}, Banned: worldly},
	{Name: "events", Packages: []string{"internal/outbox"}, Own: []string{"internal/errs", "internal/clock", "internal/uid"}, Banned: worldly},
	{Name: "stores", Packages: []string{"internal/store"},
		Own:     append([]string{"internal/clock", "internal/uid", "internal/outbox"}, engineShared...),
		Outside: []string{"github.com/jackc/pgx/v5", "modernc.org/sqlite"},
		Banned:  except(worldly, "os", "net")},
	{Name: "jobs", Packages: []string{"internal/jobs"},
		Own: append([]string{"internal/clock", "internal/uid", "internal/store"}, engineShared...), Banned: worldly},
	{Name: "a PostgreSQL of one's own", Packages: []string{"internal/pgtemp"}, Own: []string{"internal/clock"}, Banned: except(worldly, "os", "os/*", "syscall")},
	{Name: "stores in tests", Packages: []string{"internal/storetest"},
		Own: []string{"internal/store", "internal/pgtemp", "internal/fields"}, Banned: except(worldly, "os", "testing")},
	{Name: "agency", Packages: []string{"agency"},
		Own:     append([]string{"access", "seal", "internal/clock", "internal/uid", "internal/outbox"}, engineShared...),
		Outside: []string{"golang.org/x/crypto/argon2", "golang.org/x/text/unicode/norm"}, Banned: except(worldly, "log/slog")}, // secrets mask themselves in logs
	{Name: "agency store", Packages: []string{"agency/agencydb"},
		Own: append([]string{"access", "agency", "seal", "internal/store", "internal/uid", "internal/outbox"}, engineShared...), Banned: worldly},
	{Name: "population", Packages: []string{"population"},
		Own: append([]string{"access", "idcs", "linkage", "names", "seal", "internal/clock", "internal/uid", "internal/outbox"}, engineShared...), Banned: worldly},
	{Name: "population store", Packages: []string{"population/populationdb"},
		Own: append([]string{"access", "population", "seal", "internal/store", "internal/uid", "internal/outbox"}, engineShared...), Banned: worldly},
	{Name: "household", Packages: []string{"household"},
		Own: append([]string{"access", "formula", "idcs", "questionnaire", "seal", "internal/clock", "internal/country", "internal/outbox", "internal/score", "internal/uid"}, engineShared...), Banned: worldly},
	{Name: "household store", Packages: []string{"household/householddb"},
		Own: append([]string{"access", "formula", "household", "seal", "internal/outbox", "internal/store", "internal/uid"}, engineShared...), Banned: worldly},
	{Name: "programme", Packages: []string{"programme"},
		Own: append([]string{"access", "formula", "internal/clock", "internal/country", "internal/outbox", "internal/uid"}, engineShared...), Banned: worldly},
	{Name: "programme store", Packages: []string{"programme/programmedb"},
		Own: append([]string{"access", "formula", "programme", "internal/outbox", "internal/store", "internal/uid"}, engineShared...), Banned: worldly},
	{Name: "models of the duplicate check", Packages: []string{"internal/checkmodel"},
		Own: append([]string{"idcs", "linkage", "names", "population", "internal/sample", "internal/synthroll"}, engineShared...), Banned: worldly},
	{Name: "wiring", Packages: []string{"internal/system"}, Own: []string{"*", "*/*", "internal/*"}, Banned: except(worldly, "os", "log/slog")},

	{Name: "the demo's sample", Packages: []string{"internal/demo"}, Own: []string{"access", "agency", "household", "idcs", "population",
		"internal/civil", "internal/clock", "internal/errs", "internal/sample", "internal/strictjson", "internal/system", "internal/uid"},
		Banned: except(worldly, "os", "syscall")},

	{Name: "configuration", Packages: []string{"internal/config"}, Own: []string{"internal/errs"},
		Outside: []string{"github.com/pelletier/go-toml/v2"}, Banned: except(worldly, "os", "net")},
	{Name: "trials of the whole", Packages: []string{"internal/trial"}, Banned: worldly}, // all of it is tests

	{Name: "backups", Packages: []string{"internal/backup"}, Own: []string{"seal", "internal/clock", "internal/errs", "internal/store", "internal/strictjson", "internal/uid"},
		Banned: except(worldly, "os")},
	{Name: "watching", Packages: []string{"internal/observe"}, Own: []string{"internal/errs"}, Banned: except(worldly, "net", "net/*", "net/http/*", "log/slog")},
	{Name: "listening", Packages: []string{"internal/server"}, Own: []string{"internal/clock", "internal/errs", "internal/observe"},
		Banned: except(worldly, "net", "net/*", "net/http/*", "log", "log/slog")},
	{Name: "messages", Packages: []string{"internal/i18n"},
		Own: engineShared, Outside: []string{"golang.org/x/text"}, Banned: worldly},
	{Name: "portal", Packages: []string{"portal"},
		Own: append([]string{"access", "agency", "formula", "household", "population", "programme", "questionnaire", "internal/chart", "internal/clock",
			"internal/country", "internal/i18n", "internal/score", "internal/uid"}, engineShared...),
		Outside: []string{"github.com/go-json-experiment/json"}, Banned: except(worldly, "net", "net/*", "net/http/*")},
	{Name: "API", Packages: []string{"api"},
		Own: append([]string{
			"access", "agency", "formula", "household", "idcs", "linkage", "population", "programme", "questionnaire", "seal",
			"internal/clock", "internal/country", "internal/observe", "internal/score", "internal/uid",
		}, engineShared...),
		Outside: []string{"github.com/danielgtaylor/huma/v2", "github.com/go-json-experiment/json"},
		Banned:  except(worldly, "net", "net/*", "net/http/*", "log/slog")},

	{Name: "service binary", Packages: []string{"cmd/sijil"}, Own: []string{"*", "*/*", "internal/*"}, Outside: []string{"*"}},
}

func except(list []string, drop ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(drop, s) })
}

// RoomOf returns the room of a package of the module, named by its path below
// the module; ok is false when no room names it.
func RoomOf(pkg string) (room Room, ok bool) {
	for _, r := range Rooms {
		if matches(r.Packages, pkg) {
			return r, true
		}
	}
	return Room{}, false
}

// Allows reports whether a package of the room may import the package named
// by its full import path.
func (r Room) Allows(importPath string) bool {
	if own, ok := strings.CutPrefix(importPath, Module+"/"); ok {
		return matches(r.Own, own)
	}
	first, _, _ := strings.Cut(importPath, "/")
	if !strings.Contains(first, ".") {
		return !matches(r.Banned, importPath)
	}
	for _, m := range r.Outside {
		if m == "*" || importPath == m || strings.HasPrefix(importPath, m+"/") {
			return true
		}
	}
	return false
}

func matches(patterns []string, pkg string) bool {
	for _, p := range patterns {
		if ok, err := path.Match(p, pkg); err == nil && ok {
			return true
		}
	}
	return false
}
