package names

import (
	"slices"
	"strings"
	"unicode"
)

// MaxSuggestions is the greatest number of spellings that are suggested.
const MaxSuggestions = 5

// SuggestLatin returns up to n Latin spellings of a name in Arabic or Tifinagh,
// the likeliest first: those of the table, most borne name first, then those
// that its writers would choose by the look of the others. None for a name that
// is in neither script, or longer than a form takes (48 letters).
func (t *Table) SuggestLatin(kind Kind, name string, n int) []string {
	return t.suggest(kind, name, n, latin)
}

// SuggestArabic is SuggestLatin the other way.
func (t *Table) SuggestArabic(kind Kind, name string, n int) []string {
	return t.suggest(kind, name, n, arabic)
}

func (t *Table) suggest(kind Kind, name string, n int, to script) []string {
	n = min(n, MaxSuggestions)
	folded := fold(nil, name)
	if n <= 0 || kind >= kinds || len(folded) == 0 || len(folded) > longestSpelt {
		return nil
	}
	from := scriptOfWord(folded)
	if from == to || from == other {
		return nil
	}
	out := t.recorded(kind, string(normal(nil, folded)), to)
	if s := t.byWords(kind, folded, to); s != "" && !slices.Contains(out, s) {
		out = append(out, s)
	}
	for _, s := range t.spelt(kind, name, folded, from, to) {
		if !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, s) }) {
			out = append(out, s)
		}
	}
	return out[:min(n, len(out))]
}

// recorded returns the spellings of the table.
func (t *Table) recorded(kind Kind, normalForm string, to script) []string {
	entries := slices.Clone(t.classes(kind, normalForm))
	slices.SortStableFunc(entries, func(a, b int32) int { return t.entries[b].weight() - t.entries[a].weight() })
	var out []string
	add := func(s string) {
		if !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, s) }) {
			out = append(out, s)
		}
	}
	spellings := func(i int32) []string {
		if to == arabic {
			return t.entries[i].Arabic
		}
		return t.entries[i].Latin
	}
	for _, i := range entries {
		add(spellings(i)[0])
	}
	for _, i := range entries {
		for _, s := range spellings(i)[1:] {
			add(s)
		}
	}
	return out
}

// byWords joins what is recorded for each word of a compound name; "" unless
// every word is.
func (t *Table) byWords(kind Kind, folded []rune, to script) string {
	words := strings.Split(string(folded), " ")
	if len(words) < 2 {
		return ""
	}
	for i, w := range words {
		known := t.recorded(kind, Normal(w), to)
		if len(known) == 0 {
			return ""
		}
		words[i] = known[0]
	}
	return strings.Join(words, " ")
}

func (t *Table) spelt(kind Kind, name string, folded []rune, from, to script) []string {
	if from == tifinagh {
		folded = fold(nil, romanise(folded))
		if to == latin {
			return []string{titleCase(string(folded))}
		}
		return t.speller.toArabic(kind, folded, MaxSuggestions)
	}
	if to == arabic {
		return t.speller.toArabic(kind, latinLetters(name), MaxSuggestions)
	}
	out := t.speller.toLatin(kind, folded, MaxSuggestions)
	for i, s := range out {
		out[i] = titleCase(s)
	}
	return out
}

// titleCase writes a capital at the beginning of each word.
func titleCase(s string) string {
	start := true
	return strings.Map(func(r rune) rune {
		if start {
			start = false
			return unicode.ToUpper(r)
		}
		start = r == ' '
		return r
	}, s)
}

// romanise writes Tifinagh in French spelling.
func romanise(w []rune) string {
	var b strings.Builder
	for i, r := range w {
		for _, c := range tifinaghPhones(nil, r) {
			switch {
			case c == shin:
				b.WriteString("ch")
			case c == kha:
				b.WriteString("kh")
			case c == ghayn:
				b.WriteString("gh")
			case c == 'u' && r == 'ⵡ':
				b.WriteByte('w')
			case c == 'u':
				b.WriteString("ou")
			case c == 'i' && r == 'ⵢ':
				b.WriteByte('y')
			case c == ayn:
				b.WriteByte('a')
			case c == 's' && i > 0 && i < len(w)-1:
				b.WriteString("ss")
			default:
				b.WriteRune(c)
			}
		}
		if r == ' ' {
			b.WriteByte(' ')
		}
	}
	return b.String()
}
