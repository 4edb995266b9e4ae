package i18n

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
)

// message is a text, or one text for each plural form.
type message struct {
	text  *wording
	forms map[string]*wording
}

// wording is a text cut at the values it speaks of.
type wording struct {
	plain []string // one more than names
	names []string
}

// cut reads a text with {name} for each value.
func cut(text string) *wording {
	w := new(wording)
	at := 0
	for _, m := range placeholder.FindAllStringIndex(text, -1) {
		w.plain = append(w.plain, text[at:m[0]])
		w.names = append(w.names, text[m[0]+1:m[1]-1])
		at = m[1]
	}
	w.plain = append(w.plain, text[at:])
	return w
}

// UnmarshalJSON reads either.
func (m *message) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		m.text = cut(text)
		return nil
	}
	var forms map[string]string
	if err := json.Unmarshal(data, &forms); err != nil {
		return err
	}
	m.forms = map[string]*wording{}
	for name, text := range forms {
		m.forms[name] = cut(text)
	}
	return nil
}

var formNames = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other",
}

// T returns the text of a key, with {name} replaced by the value that follows
// the name among the pairs. A key without a text, and a value that the text
// does not name or lacks, are errors.
func (l *Language) T(key string, pairs ...any) (string, error) {
	m, ok := l.messages[key]
	if !ok || m.forms != nil {
		return "", fmt.Errorf("i18n: %s has no text %s", l.Code, key)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); !ok || !slices.Contains(m.text.names, name) {
			return "", fmt.Errorf("i18n: %s, %s does not speak of %v", l.Code, key, pairs[i])
		}
	}
	return l.fill(key, m.text, "", pairs)
}

// N returns the text of a key in the plural form of n, which the text may call
// {n}. A message may have a form "zero" for none in any language.
func (l *Language) N(key string, n int, pairs ...any) (string, error) {
	m := l.messages[key]
	form := formNames[plural.Cardinal.MatchPlural(l.tag, n, 0, 0, 0, 0)]
	if _, own := m.forms["zero"]; n == 0 && own {
		form = "zero"
	}
	w, ok := m.forms[form]
	if !ok {
		return "", fmt.Errorf("i18n: %s has no form %s of %s", l.Code, form, key)
	}
	return l.fill(key, w, l.Whole(int64(n)), pairs)
}

// fill puts the values into a wording; count is what it calls {n}.
func (l *Language) fill(key string, w *wording, count string, pairs []any) (string, error) {
	if len(w.names) == 0 {
		return w.plain[0], nil
	}
	var b strings.Builder
	for i, name := range w.names {
		b.WriteString(w.plain[i])
		switch value, ok := valueOf(name, pairs); {
		case ok:
			b.WriteString(value)
		case name == "n" && count != "":
			b.WriteString(count)
		default:
			return "", fmt.Errorf("i18n: %s, %s lacks a value for %s", l.Code, key, name)
		}
	}
	b.WriteString(w.plain[len(w.names)])
	return b.String(), nil
}

func valueOf(name string, pairs []any) (value string, ok bool) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			if s, ok := pairs[i+1].(string); ok {
				return s, true
			}
			return fmt.Sprint(pairs[i+1]), true
		}
	}
	return "", false
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Speaks returns the names of the values that a message has in any of its
// forms, without {n}, sorted; counted reports whether it has plural forms.
func (l *Language) Speaks(key string) (names []string, counted, ok bool) {
	m, ok := l.messages[key]
	all := slices.Collect(maps.Values(m.forms))
	if m.text != nil {
		all = append(all, m.text)
	}
	for _, w := range all {
		for _, name := range w.names {
			if !slices.Contains(names, name) && (name != "n" || m.forms == nil) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names, m.forms != nil, ok
}
