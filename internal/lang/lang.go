// Package lang holds texts for people in several languages.
//
// It knows how a text is chosen and what it lacks. It refuses to know which
// languages there are: a country's data names them.
package lang

import (
	"maps"
	"slices"
	"strings"
)

// Text is a text in several languages, by their codes.
type Text map[string]string

// In returns the text in a language, or in the first of the fallbacks that has
// one: a missing translation is not a missing text. It is "" where none has.
func (t Text) In(language string, fallbacks ...string) string {
	for _, l := range append([]string{language}, fallbacks...) {
		if s := t[l]; s != "" {
			return s
		}
	}
	return ""
}

// Check reports every one of the languages that the text lacks, and every
// other that it has. field is the path of the text in its file; what is wrong
// and how to mend it are sentences without a full stop, as package errs has
// them.
func (t Text) Check(field string, languages []string, report func(field, what, fix string)) {
	all := strings.Join(languages, ", ")
	for _, l := range languages {
		if strings.TrimSpace(t[l]) == "" {
			report(field+"."+l, "the text is missing", "write it in each of "+all)
		}
	}
	for _, l := range slices.Sorted(maps.Keys(t)) {
		if !slices.Contains(languages, l) {
			report(field+"."+l, "the text is in a language of its own", "the languages are "+all+"; add this one, or leave the text out")
		}
	}
}
