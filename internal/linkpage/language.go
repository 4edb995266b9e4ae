package linkpage

import (
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed messages/*.json
var files embed.FS

// Languages are those in which a page can be written.
func Languages() []string { return []string{"ar", "fr", "en"} }

// language is the texts of a language and the way it writes numbers.
type language struct {
	code     string
	messages map[string]string
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
	text, ok := l.messages[key]
	if !ok {
		return "", fmt.Errorf("messages/%s.json: no text %s", l.code, key)
	}
	return fill(text, pairs), nil
}

func fill(text string, pairs []any) string {
	var list []string
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, fmt.Sprintf("{%v}", pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	return strings.NewReplacer(list...).Replace(text)
}

// whole writes a whole number in groups of three digits.
func (l *language) whole(n any) string {
	v, err := strconv.ParseInt(fmt.Sprint(n), 10, 64)
	if err != nil {
		return fmt.Sprint(n)
	}
	digits := strconv.FormatInt(max(v, -v), 10)
	var groups []string
	for len(digits) > 3 {
		groups = append(groups, digits[len(digits)-3:])
		digits = digits[:len(digits)-3]
	}
	groups = append(groups, digits)
	slices.Reverse(groups)
	out := strings.Join(groups, l.messages["group"])
	if v < 0 {
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
	whole, part, _ := strings.Cut(text, ".")
	out := whole
	if len(strings.TrimPrefix(whole, "-")) > 3 && math.Abs(v) < 1e15 {
		out = strings.Replace(l.whole(whole), "−", "-", 1)
	}
	if part != "" {
		out += l.messages["decimal"] + part
	}
	return strings.Replace(out, "-", "−", 1)
}

// signed writes a number with its sign.
func (l *language) signed(v float64, decimals int) string {
	if text := l.num(v, decimals); v > 0 && text != l.num(0, decimals) {
		return "+" + text
	}
	return l.num(v, decimals)
}

// sig writes a share or a small number with two significant digits.
func (l *language) sig(v float64) string {
	switch {
	case v == 0:
		return "0"
	case math.Abs(v) < 1e-4:
		exponent := int(math.Floor(math.Log10(math.Abs(v))))
		return l.num(v/math.Pow10(exponent), 1) + "·10" + superscript(exponent)
	}
	decimals := max(0, 1-int(math.Floor(math.Log10(math.Abs(v)))))
	return l.num(v, decimals)
}

func superscript(n int) string {
	return strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹").Replace(strconv.Itoa(n))
}

// pct writes a share as a percentage with so many decimals.
func (l *language) pct(v float64, decimals int) string {
	return fill(l.messages["percent"], []any{"n", l.num(100*v, decimals)})
}
