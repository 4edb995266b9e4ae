package cardpage

import (
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"sijil/internal/civil"
)

//go:embed messages/*.json
var files embed.FS

// Languages are those in which a page can be written.
func Languages() []string { return []string{"ar", "fr", "en"} }

// message is a text, or one text a plural form.
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

// language is the texts of a language and the way it writes numbers.
type language struct {
	code     string
	messages map[string]message
}

var catalogues = sync.OnceValues(func() (map[string]*language, error) {
	out := map[string]*language{}
	for _, code := range Languages() {
		data, err := files.ReadFile("messages/" + code + ".json")
		if err != nil {
			return nil, err
		}
		l := &language{code: code}
		if err := json.Unmarshal(data, &l.messages); err != nil {
			return nil, fmt.Errorf("messages/%s.json: %w", code, err)
		}
		out[code] = l
	}
	return out, nil
})

// t is the text of a key, with {name} replaced by the value after the name. A
// key that does not exist is an error, never an empty line on the page.
func (l *language) t(key string, pairs ...any) (string, error) {
	m, ok := l.messages[key]
	if !ok || m.forms != nil {
		return "", fmt.Errorf("messages/%s.json: no text %s", l.code, key)
	}
	return fill(m.text, pairs), nil
}

// n is the text of a key in the plural form of a count, which it calls {n}.
func (l *language) n(key string, count int, pairs ...any) (string, error) {
	m, ok := l.messages[key]
	form := l.plural(count)
	text, known := m.forms[form]
	if !known && form == "zero" {
		form = l.cardinal(count)
		text, known = m.forms[form]
	}
	if !ok || !known {
		return "", fmt.Errorf("messages/%s.json: no form %s of %s", l.code, form, key)
	}
	return fill(text, append([]any{"n", l.whole(count)}, pairs...)), nil
}

func fill(text string, pairs []any) string {
	var list []string
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, fmt.Sprintf("{%v}", pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	return strings.NewReplacer(list...).Replace(text)
}

// plural is the form a text may have for none, else the language's own.
func (l *language) plural(n int) string {
	if n == 0 {
		return "zero"
	}
	return l.cardinal(n)
}

// cardinal is the plural category of a whole number (Unicode CLDR 44).
func (l *language) cardinal(n int) string {
	switch rest := n % 100; {
	case l.code == "fr" && n < 2 || n == 1:
		return "one"
	case l.code != "ar":
		return "other"
	case n == 0:
		return "zero"
	case n == 2:
		return "two"
	case rest >= 3 && rest <= 10:
		return "few"
	case rest >= 11:
		return "many"
	}
	return "other"
}

// written is the plain text of a key that every language has.
func (l *language) written(key string) string { return l.messages[key].text }

// decimal writes decimal text, such as "-0.128", with the language's mark.
func (l *language) decimal(text string) string {
	return strings.NewReplacer(".", l.written("decimal"), "-", "−").Replace(text)
}

// whole writes a whole number in groups of three digits.
func (l *language) whole(n int) string {
	digits := strconv.Itoa(max(n, -n))
	var groups []string
	for len(digits) > 3 {
		groups = append(groups, digits[len(digits)-3:])
		digits = digits[:len(digits)-3]
	}
	groups = append(groups, digits)
	slices.Reverse(groups)
	out := strings.Join(groups, l.written("group"))
	if n < 0 {
		return "−" + out
	}
	return out
}

// num writes a number with so many decimals.
func (l *language) num(v float64, decimals int) string {
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return l.decimal(text)
}

// sig writes a number with so many significant digits.
func (l *language) sig(v float64, digits int) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', digits-1, 64), 64)
	if err != nil {
		return l.decimal(strconv.FormatFloat(v, 'f', -1, 64))
	}
	return l.decimal(strconv.FormatFloat(rounded, 'f', -1, 64))
}

// pct writes a share as a percentage with so many decimals.
func (l *language) pct(v float64, decimals int) string {
	return fill(l.written("percent"), []any{"n", l.num(100*v, decimals)})
}

// share writes a share with no more decimals than it has: 20 %, 12.5 %.
func (l *language) share(v float64) string {
	return fill(l.written("percent"), []any{"n", l.sig(math.Round(1e4*v)/100, 4)})
}

func (l *language) date(d civil.Date) string {
	return fill(l.written("date"), []any{"d", fmt.Sprintf("%02d", d.Day), "m", fmt.Sprintf("%02d", int(d.Month)), "y", d.Year})
}
