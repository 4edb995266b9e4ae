package config

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sijil/internal/errs"
)

// Sources are where values come from besides the defaults.
type Sources struct {
	File    string            // path of a TOML file; "" when there is none
	Environ []string          // as os.Environ returns it
	Flags   map[string]string // flags that were given, by their names without hyphens
}

// prefix begins the names of our variables.
const prefix = "SIJIL_"

// otherVariables begin like settings and are read by the project's tests.
var otherVariables = []string{
	"SIJIL_ACTS", "SIJIL_IMAGES", "SIJIL_KILLS", "SIJIL_ORDERS", "SIJIL_PAGES", "SIJIL_PGTEMP_CHILD", "SIJIL_REQUIRE_CHROMIUM",
	"SIJIL_REQUIRE_POSTGRES", "SIJIL_RESTORES", "SIJIL_SCREENSHOTS", "SIJIL_SCREENSHOTS_ALL", "SIJIL_SEED", "SIJIL_SOAK", "SIJIL_TESTDATA",
	"SIJIL_TRIAL_ORDERS", "SIJIL_TRIAL_RESTORE",
}

// Load reads a configuration and says where each value came from. All errors
// are returned together, each with its file and line, its variable or its
// flag, and none with the value.
func Load(src Sources) (Config, []Provenance, error) {
	var c Config
	var all errs.List
	from := make([]string, len(settings))
	apply := func(i int, v, origin string, place errs.Error) {
		if err := settings[i].value.set(&c, v); err != nil {
			bad := errs.Bad("", "", "")
			if e, ok := err.(*errs.Error); ok { //nolint:errorlint // value makes no other
				bad = e
			}
			place.Kind, place.Code, place.What, place.Fix = errs.Invalid, "config.value", bad.What, bad.Fix
			all.Add(&place)
			return
		}
		from[i] = origin
	}
	for i, s := range settings {
		if s.initial != "" {
			apply(i, s.initial, "default", errs.Error{Field: s.key})
		}
		from[i] = "default"
	}
	lines, err := readFile(src.File)
	all.Add(err)
	for _, l := range lines {
		i := index(func(s setting) bool { return s.key == l.key })
		if i < 0 {
			all.Add(unknown(errs.Error{File: src.File, Line: l.line, Field: l.key}, l.key, func(s setting) string { return s.key }))
			continue
		}
		v := l.value
		if (settings[i].secret || pathKeys[settings[i].key]) && v != "" && !filepath.IsAbs(v) {
			v = filepath.Join(filepath.Dir(src.File), v) // beside the file that names it
		}
		apply(i, v, fmt.Sprintf("%s:%d", src.File, l.line), errs.Error{File: src.File, Line: l.line, Field: l.key})
	}
	for _, line := range slices.Sorted(slices.Values(src.Environ)) {
		name, v, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, prefix) || slices.Contains(otherVariables, name) {
			continue
		}
		i := index(func(s setting) bool { return s.variable() == name })
		if i < 0 {
			all.Add(unknown(errs.Error{Field: name}, name, setting.variable))
			continue
		}
		apply(i, v, name, errs.Error{Field: name})
	}
	for i, s := range settings {
		if v, ok := src.Flags[s.flag]; ok && s.flag != "" {
			apply(i, v, "--"+s.flag, errs.Error{Field: "--" + s.flag})
		}
	}
	where := make([]Provenance, len(settings))
	for i, s := range settings {
		where[i] = Provenance{Key: s.key, Value: s.value.get(&c), From: from[i], About: s.about}
	}
	return c, where, all.Err()
}

// pathKeys are the settings that name a folder.
var pathKeys = map[string]bool{"country": true, "data": true}

// variable returns the name of a setting's variable.
func (s setting) variable() string {
	return prefix + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_"))
}

func index(is func(setting) bool) int { return slices.IndexFunc(settings, is) }

// unknown is the error of a key that no setting has, with the nearest one.
func unknown(place errs.Error, key string, name func(setting) string) error {
	names := make([]string, len(settings))
	for i, s := range settings {
		names[i] = name(s)
	}
	nearest := slices.MinFunc(names, func(a, b string) int { return cmp.Compare(distance(key, a), distance(key, b)) })
	place.Kind, place.Code, place.What, place.Fix = errs.Invalid, "config.unknown", "there is no such setting", "did you mean "+nearest+"?"
	if distance(key, nearest) > max(len(nearest)/2, 3) {
		place.Fix = "sijil config print shows all there are"
	}
	return &place
}

// distance is how many letters are to be put in, left out or changed to come
// from a to b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// Check looks at what the configuration names: files of secrets must be there
// and their owner's alone, folders must be folders.
func (c Config) Check() error {
	var all errs.List
	if c.Store == "postgres" {
		if c.DSNFile == "" {
			all.Addf("dsn_file", "name the file with the connection strings", "store is postgres, and no dsn_file is named")
		}
		if c.KeyFile == "" {
			all.Addf("key_file", "name one that lies apart from the stores", "store is postgres, and no key_file is named")
		}
	} else {
		if c.Data == "" {
			all.Addf("data", "name the folder of the stores", "store is sqlite, and no data is named")
		}
		if c.DSNFile != "" {
			all.Addf("dsn_file", `write store = "postgres", or leave it out`, "store is sqlite, which has no connection strings")
		}
	}
	for _, path := range c.SecretFiles() {
		all.Add(checkSecret(path))
	}
	if c.Country != "" {
		if info, err := os.Stat(c.Country); err != nil || !info.IsDir() {
			all.Addf("country", "name a country's folder", "this is not a folder")
		}
	}
	return all.Err()
}
