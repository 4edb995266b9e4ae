package i18n

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
)

// message is a text, or one text for each plural form.
type message struct {
	text  string
	forms map[string]string
}

// UnmarshalJSON reads either.
func (m *message) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &m.text); err == nil {
		return nil
	}
	return json.Unmarshal(data, &m.forms)
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
	return l.fill(key, m.text, pairs)
}

// N returns the text of a key in the plural form of n, which the text calls
// {n}. A message may have a form "zero" for none in any language.
func (l *Language) N(key string, n int, pairs ...any) (string, error) {
	m := l.messages[key]
	form := formNames[plural.Cardinal.MatchPlural(l.tag, n, 0, 0, 0, 0)]
	if _, own := m.forms["zero"]; n == 0 && own {
		form = "zero"
	}
	text, ok := m.forms[form]
	if !ok {
		return "", fmt.Errorf("i18n: %s has no form %s of %s", l.Code, form, key)
	}
	if !strings.Contains(text, "{n}") { // "one child", "two children"
		return l.fill(key, text, pairs)
	}
	return l.fill(key, text, append([]any{"n", l.Whole(int64(n))}, pairs...))
}

func (l *Language) fill(key, text string, pairs []any) (string, error) {
	if len(pairs) == 0 && !strings.Contains(text, "{") {
		return text, nil
	}
	list := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		name := fmt.Sprintf("{%v}", pairs[i])
		if !strings.Contains(text, name) && l.messages[key].forms == nil {
			return "", fmt.Errorf("i18n: %s, %s does not speak of %s", l.Code, key, name)
		}
		list = append(list, name, fmt.Sprint(pairs[i+1]))
	}
	for _, name := range placeholder.FindAllString(text, -1) {
		if !slices.Contains(list, name) {
			return "", fmt.Errorf("i18n: %s, %s lacks a value for %s", l.Code, key, name)
		}
	}
	return strings.NewReplacer(list...).Replace(text), nil
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Speaks returns the names of the values that a message has in any of its
// forms, without {n}, sorted; counted reports whether it has plural forms.
func (l *Language) Speaks(key string) (names []string, counted, ok bool) {
	m, ok := l.messages[key]
	texts := append([]string{m.text}, m.Forms()...)
	for _, t := range texts {
		for _, p := range placeholder.FindAllString(t, -1) {
			if name := p[1 : len(p)-1]; !slices.Contains(names, name) && (name != "n" || m.forms == nil) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names, m.forms != nil, ok
}

// Forms returns the texts of a counted message.
func (m message) Forms() []string {
	var out []string
	for _, text := range m.forms {
		out = append(out, text)
	}
	return out
}
