package roll

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"sijil/internal/errs"
	"sijil/internal/strictjson"
	"sijil/linkage"
	"sijil/names"
)

//go:embed words.json
var generalWords []byte

// Words are the words by which headers say what their columns hold.
type Words struct {
	small, scripts map[string]bool
	roles          []role
}

// role is what a column may be: the field it belongs to and how that field is
// compared. The zero kind is a column that is never compared.
type role struct {
	name    string
	kind    linkage.Kind
	over    bool
	phrases [][]string
}

type wordsFile struct {
	Format  int         `json:"format"`
	Note    string      `json:"note,omitempty"`
	Small   []string    `json:"small,omitempty"`
	Scripts []string    `json:"scripts,omitempty"`
	Roles   []wordsRole `json:"roles"`
}

type wordsRole struct {
	Role  string   `json:"role"`
	Kind  string   `json:"kind,omitempty"`
	Over  bool     `json:"over,omitempty"`
	Words []string `json:"words"`
}

// LoadWords returns the words every country shares and, after them, those of a
// country's own file, such as the name of its identity card; data may be nil.
func LoadWords(file string, data []byte) (*Words, error) {
	w := &Words{small: map[string]bool{}, scripts: map[string]bool{}}
	if err := w.add("words.json", generalWords); err != nil {
		return nil, err
	}
	if data == nil {
		return w, nil
	}
	return w, w.add(file, data)
}

func (w *Words) add(file string, data []byte) error {
	var in wordsFile
	if err := strictjson.Unmarshal(file, data, &in); err != nil {
		return err
	}
	var list errs.List
	if in.Format != 1 {
		list.Addf("format", "this program reads format 1", "the format is unknown")
	}
	for _, s := range in.Small {
		w.small[strings.Join(tokens(s), "")] = true
	}
	for _, s := range in.Scripts {
		w.scripts[strings.Join(tokens(s), "")] = true
	}
	for i, r := range in.Roles {
		out := role{name: r.Role, over: r.Over}
		if r.Kind != "" {
			if err := out.kind.UnmarshalText([]byte(r.Kind)); err != nil {
				list.Addf(fmt.Sprintf("roles[%d].kind", i), "write one of the kinds of fields", "not a kind")
			}
		}
		for _, phrase := range r.Words {
			if t := w.telling(tokens(phrase)); len(t) > 0 {
				out.phrases = append(out.phrases, t)
				continue
			}
			list.Addf(fmt.Sprintf("roles[%d].words", i), "write words that are not among the small ones", "a phrase says nothing")
		}
		w.roles = append(w.roles, out)
	}
	return errs.At(list.Err(), file, 0)
}

// tokens cuts a header into words in one form: small letters without accents,
// Arabic without article; digits are left out.
func tokens(header string) []string {
	var out []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			if t := withoutArticle(names.Normal(string(word))); t != "" {
				out = append(out, t)
			}
		}
		word = word[:0]
	}
	var before rune
	for _, r := range header {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			if unicode.IsUpper(r) && unicode.IsLower(before) { // birthDate
				end()
			}
			word = append(word, r)
		default:
			end()
		}
		before = r
	}
	end()
	return out
}

func withoutArticle(t string) string {
	cut, ok := strings.CutPrefix(t, "ال")
	if ok && len([]rune(cut)) > 1 {
		return cut
	}
	return t
}

// telling leaves out the words that say nothing, and those of scripts; a
// header made of nothing else is kept as it is.
func (w *Words) telling(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(t string) bool { return w.small[t] || w.scripts[t] })
}

// read returns the roles a header may speak of, the likeliest first.
func (w *Words) read(header string) []role {
	words := w.telling(tokens(header))
	if len(words) == 0 {
		return nil
	}
	glued := strings.Join(words, "")
	type scored struct {
		role
		score int
	}
	var found []scored
	for _, r := range w.roles {
		best := 0
		for _, p := range r.phrases {
			switch score := len(p); {
			case strings.Join(p, "") == glued:
				best = max(best, 1000)
			case holds(words, p):
				if r.over {
					score += 100
				}
				best = max(best, score)
			}
		}
		if best > 0 {
			found = append(found, scored{r, best})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int { return b.score - a.score })
	out := make([]role, len(found))
	for i, f := range found {
		out[i] = f.role
	}
	return out
}

// holds reports whether words holds phrase, its words next to one another.
func holds(words, phrase []string) bool {
	for i := 0; i+len(phrase) <= len(words); i++ {
		if slices.Equal(words[i:i+len(phrase)], phrase) {
			return true
		}
	}
	return false
}
