package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

//go:embed ar fr en
var files embed.FS

// written are the languages that have messages, in the order pages offer them.
var written = []struct{ code, name, dir string }{
	{"ar", "العربية", "rtl"},
	{"fr", "Français", "ltr"},
	{"en", "English", "ltr"},
}

// Written returns those of some languages that have messages, in their order.
func Written(codes []string) []string {
	return slices.DeleteFunc(slices.Clone(codes), func(code string) bool {
		return !slices.ContainsFunc(written, func(w struct{ code, name, dir string }) bool { return w.code == code })
	})
}

// Catalogue is the messages of every language.
type Catalogue struct {
	Languages []*Language // in the order pages offer them; the first is the default
	matcher   language.Matcher
}

// Open reads the messages of some languages, as a country of the region writes
// them ("ma": ISO 3166-1). A language without messages is an error.
func Open(region string, codes ...string) (*Catalogue, error) {
	c := &Catalogue{}
	tags := make([]language.Tag, 0, len(codes))
	for _, code := range codes {
		l, err := open(region, code)
		if err != nil {
			return nil, err
		}
		c.Languages = append(c.Languages, l)
		tags = append(tags, language.Make(code))
	}
	if len(tags) == 0 {
		return nil, fmt.Errorf("no language is named")
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

func open(region, code string) (*Language, error) {
	i := slices.IndexFunc(written, func(w struct{ code, name, dir string }) bool { return w.code == code })
	if i < 0 {
		return nil, fmt.Errorf("the language %s has no messages", code)
	}
	tag, err := language.Parse(code + "-" + strings.ToUpper(region) + "-u-nu-latn")
	if err != nil {
		return nil, fmt.Errorf("the region of the language %s: %w", code, err)
	}
	l := &Language{Code: code, Name: written[i].name, Dir: written[i].dir, tag: tag, messages: map[string]message{}}
	names, err := fs.Glob(files, path.Join(code, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := l.read(name); err != nil {
			return nil, err
		}
	}
	return l, l.marks()
}

func (l *Language) read(name string) error {
	data, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	var in map[string]message
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for key, m := range in {
		if _, twice := l.messages[key]; twice {
			return fmt.Errorf("%s: %s stands in another file too", name, key)
		}
		l.messages[key] = m
	}
	return nil
}

// Language returns the language of a code; ok is false when there is none.
func (c *Catalogue) Language(code string) (l *Language, ok bool) {
	i := slices.IndexFunc(c.Languages, func(l *Language) bool { return l.Code == code })
	if i < 0 {
		return nil, false
	}
	return c.Languages[i], true
}

// Match returns the language that an Accept-Language header asks for most, the
// default where it asks for none of them or makes no sense.
func (c *Catalogue) Match(accept string) *Language {
	if len(accept) > 512 { // no browser sends more; parsing is not free
		return c.Languages[0]
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return c.Languages[0]
	}
	_, i, confidence := c.matcher.Match(wanted...)
	if confidence == language.No {
		return c.Languages[0]
	}
	return c.Languages[i]
}

// Keys returns the keys of the messages of a language, sorted.
func (l *Language) Keys() []string { return slices.Sorted(maps.Keys(l.messages)) }
