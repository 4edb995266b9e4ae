package names

import "strings"

// unit is a letter of Arabic with the stretch of Latin that writes it: ح with
// "ha" in Mohamed. The vowels that Arabic does not write hang on the consonant
// before them.
type unit struct {
	arabic rune
	latin  string
}

// longestChunk is the number of Latin letters that write one Arabic letter.
const longestChunk = 5

// impossible is the cost of a unit that cannot be.
const impossible = 1e6

// align cuts a Latin spelling into one chunk for each letter of the Arabic one,
// at the least cost; nil when the two are not the same name to the letter.
func align(arabicText, latinText []rune) []unit {
	n, m := len(arabicText), len(latinText)
	if n == 0 || m == 0 || n > longestSpelt || m > longestSpelt {
		return nil
	}
	type cell struct {
		cost float64
		took int
	}
	cells := make([][]cell, n+1)
	for i := range cells {
		cells[i] = make([]cell, m+1)
		for j := range cells[i] {
			cells[i][j].cost = impossible
		}
	}
	cells[0][0].cost = 0
	for i, letter := range arabicText {
		last := i == n-1 || arabicText[i+1] == ' '
		for j := range m + 1 {
			from := cells[i][j].cost
			if from >= impossible {
				continue
			}
			for k := 0; k <= longestChunk && j+k <= m; k++ {
				c := from + unitCost(letter, latinText[j:j+k], last)
				if c < cells[i+1][j+k].cost {
					cells[i+1][j+k] = cell{c, k}
				}
			}
		}
	}
	if cells[n][m].cost >= impossible {
		return nil
	}
	units := make([]unit, n)
	for i, j := n-1, m; i >= 0; i-- {
		k := cells[i+1][j].took
		units[i] = unit{arabicText[i], string(latinText[j-k : j])}
		j -= k
	}
	return units
}

func isLatinVowel(r rune) bool {
	return strings.ContainsRune("aeiouwy'âàáäéèêëîïíôöûüúÿ-", r)
}

// theArticle stands for the two letters of ال at the beginning of a word, which
// French spelling writes in too many ways to be spelt letter by letter.
const theArticle = '\uE000'

// spellable returns folded Arabic with theArticle in it.
func spellable(folded []rune) []rune {
	var out []rune
	for i := 0; i < len(folded); i++ {
		start := i == 0 || folded[i-1] == ' '
		if start && folded[i] == 'ا' && i+3 < len(folded) && folded[i+1] == 'ل' && folded[i+2] != ' ' {
			out = append(out, theArticle)
			i++
			continue
		}
		out = append(out, folded[i])
	}
	return out
}

// unitCost says how badly a chunk writes a letter: 0 well, impossible not at
// all.
func unitCost(letter rune, chunk []rune, last bool) float64 {
	switch {
	case letter == theArticle:
		return articleCost(chunk)
	case letter == ' ' && len(chunk) == 0:
		return 1
	case letter == ' ' && len(chunk) == 1 && chunk[0] == ' ':
		return 0
	case letter == ' ':
		return impossible
	}
	vowels, consonants, leading := 0, 0, 0
	for _, r := range chunk {
		switch {
		case r == ' ':
			return impossible
		case isLatinVowel(r):
			vowels++
			if consonants == 0 {
				leading++
			}
		default:
			consonants++
		}
	}
	p := arabicPhones(nil, []rune{letter}, false)[0]
	if !last && letter == 'ه' {
		p = 'h'
	}
	if !isConsonant(p) {
		return vowelCost(letter, chunk, consonants, last)
	}
	return consonantCost(p, letter, chunk, consonants, vowels, leading)
}

func articleCost(chunk []rune) float64 {
	switch string(chunk) {
	case "el ", "el", "l", "al ", "e":
		return 0
	case "", "l'", "al", "ou", "i", "a":
		return 0.5
	case "es ", "ed ", "er ", "ez ", "en ", "et ", "ech ", "le", "la":
		return 1
	}
	return impossible
}

func vowelCost(letter rune, body []rune, consonants int, last bool) float64 {
	s := string(body)
	switch letter {
	case 'ة', 'ه':
		if last && (s == "a" || s == "ah" || s == "at" || s == "ate" || s == "t" || s == "h" || s == "e" || s == "et") {
			return 0
		}
	case 'ع', 'ء', 'أ', 'إ':
		if s == "" {
			return 0.4
		}
	}
	if consonants > 0 {
		return impossible
	}
	if s == "" {
		return 2
	}
	fits := true
	switch letter {
	case 'ا', 'أ', 'آ', 'ى':
		fits = strings.ContainsAny(s, "aeâàäéè") || letter == 'أ' && strings.ContainsAny(s, "ou")
	case 'و', 'ؤ':
		fits = strings.ContainsAny(s, "ouwôûü")
	case 'ي', 'ئ', 'إ':
		fits = strings.ContainsAny(s, "iyeïîéè")
	}
	cost := 0.3 * float64(len(body)-1)
	if !fits {
		cost += 1.5
	}
	return cost
}

func consonantCost(p, letter rune, body []rune, consonants, vowels, leading int) float64 {
	if consonants == 0 {
		switch {
		case vowels > 0:
			return impossible
		case letter == 'ل':
			return 2 // assimilated to a sun letter
		}
		return 4
	}
	heard := 0
	sounds := collapse(latinPhones(nil, body, true))
	for _, c := range sounds {
		if isConsonant(c) {
			heard++
			if coarse(c) != coarse(p) && (p != 'j' || c != 'k') && (letter != 'ذ' && letter != 'ظ' || c != 'z') {
				return impossible
			}
		}
	}
	if heard != 1 {
		return impossible
	}
	return 0.5*float64(vowels-leading) + 1.5*float64(leading)
}
