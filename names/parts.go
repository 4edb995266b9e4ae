package names

import "unicode/utf8"

// part is a stretch of a name with its sounds: a title, a particle or a body.
type part struct {
	kind       wordKind
	mark       rune   // of a title
	script     script // of its letters
	word       int    // index of the word it stands in
	start, end int    // its phones
	from, to   int    // its letters in the folded text
}

// reading is a name taken apart.
type reading struct {
	text   []rune // folded
	words  []span
	parts  []part
	phones []rune
}

type span struct{ from, to int }

// scratch holds a reading of usual size without reaching for the heap.
type scratch struct {
	text   [64]rune
	phones [96]rune
	words  [8]span
	parts  [12]part
}

func (s *scratch) reading() reading {
	return reading{text: s.text[:0], words: s.words[:0], parts: s.parts[:0], phones: s.phones[:0]}
}

// read takes folded text apart into titles, particles and bodies, leaving
// articles out.
//
// It and what it calls take and return the reading by value: only so does the
// compiler keep the scratch of a key off the heap.
func (r reading) read() reading {
	r = r.split()
	named := false // a body or particle has been seen: what follows is no title
	for i := range r.words {
		w := r.letters(i)
		last := i == len(r.words)-1
		if !last && len(w) <= 8 {
			k, ok := lookup(w)
			switch {
			case ok && k.kind == title && !named:
				r.parts = append(r.parts, part{kind: title, mark: rune(k.mark[0]), word: i, from: r.words[i].from, to: r.words[i].to})
				continue
			case ok && k.kind == article, !ok && assimilated(w, r.letters(i+1)):
				continue
			case ok && k.kind == particle:
				r = r.particle(i, r.words[i].from, r.words[i].to, k.mark)
				named = true
				continue
			}
		}
		r = r.body(i, named)
		named = true
	}
	return r
}

func (r reading) letters(word int) []rune { return r.text[r.words[word].from:r.words[word].to] }

func lookup(w []rune) (known, bool) {
	var buf [32]byte
	b := buf[:0]
	for _, c := range w {
		b = utf8.AppendRune(b, c)
	}
	k, ok := knownWords[string(b)]
	return k, ok
}

// split finds the words. A ta marbuta ends a word even where the space was
// forgotten, and الدين and its like begin one.
func (r reading) split() reading {
	from := 0
	for i, c := range r.text {
		to, next := -1, i+1
		switch {
		case c == ' ':
			to = i
		case i+1 == len(r.text) || r.text[i+1] == ' ':
			if n := glued(r.text[from : i+1]); n > 0 {
				r.words = append(r.words, span{from, i + 1 - n})
				from = i + 1 - n
			}
			if i+1 == len(r.text) {
				to = i + 1
			}
		case c == 'ة' && scriptOf(r.text[i+1]) == arabic:
			to = i + 1
		}
		if to > from {
			r.words = append(r.words, span{from, to})
			from = to
		}
		if c == ' ' {
			from = next
		}
	}
	return r
}

// glued returns the length of the second part of a compound written in one
// word, 0 when there is none.
func glued(w []rune) int {
	if len(w) < 5 {
		return 0
	}
	list := arabicSeconds
	switch scriptOf(w[0]) {
	case latin:
		list = latinSeconds
	case arabic:
	default:
		return 0
	}
	for i, s := range list {
		if !hasSuffix(w, s) {
			continue
		}
		n := runeCount(s)
		first := w[:len(w)-n]
		// Taking -eddine off matters only where the first part ends in h.
		if len(first) >= 2 && (scriptOf(w[0]) == arabic || i >= 4 || first[len(first)-1] == 'h') {
			return n
		}
	}
	return 0
}

func (r reading) particle(word, from, to int, mark string) reading {
	start := len(r.phones)
	for _, c := range mark {
		r.phones = append(r.phones, c)
	}
	r.parts = append(r.parts, part{kind: particle, script: scriptOf(r.text[from]), word: word, start: start, end: len(r.phones), from: from, to: to})
	return r
}

// body adds a word that is a name, after the titles and particles glued to it.
func (r reading) body(word int, named bool) reading {
	s := r.words[word]
	w := r.text[s.from:s.to]
	kind := scriptOfWord(w)
	if kind == latin && !named {
		for _, t := range gluedTitles {
			if hasPrefix(w, t.letters) && len(w) >= len(t.letters)+t.least && scriptOf(w[len(t.letters)]) == latin {
				n := len(t.letters)
				r.parts = append(r.parts, part{kind: title, mark: rune(t.mark[0]), word: word, from: s.from, to: s.from + n})
				s.from += n
				w = w[n:]
				break
			}
		}
	}
	for range 2 { // Aït Ben Haddou in one word
		n, mark := takePrefix(w, kind)
		if n == 0 {
			break
		}
		r = r.particle(word, s.from, s.from+n, mark)
		s.from += n
		w = w[n:]
	}
	start := len(r.phones)
	r.phones = phones(r.phones, w, kind, s.from == r.words[word].from, r.beforeAllah(word))
	skip := r.strip(start, kind)
	r.phones = r.phones[:start+skip+finish(r.phones[start+skip:], kind)]
	r.parts = append(r.parts, part{kind: body, script: kind, word: word, start: start + skip, end: len(r.phones), from: s.from, to: s.to})
	return r
}

func takePrefix(w []rune, s script) (int, string) {
	list := arabicPrefixes
	switch s {
	case latin:
		list = latinPrefixes
	case arabic:
	default:
		return 0, ""
	}
	for _, p := range list {
		if !hasPrefix(w, p.letters) {
			continue
		}
		n := runeCount(p.letters)
		// Bennis is a name with a long n; Bouali needs no taking apart.
		if len(w) < n+p.least || p.letters == "ben" && w[n] == 'n' {
			continue
		}
		return n, p.mark
	}
	return 0, ""
}

func (r reading) beforeAllah(word int) bool {
	return word+1 < len(r.words) && hasPrefix(r.letters(word+1), "الله")
}

// strip returns how many phones at the start of a body are an article, or the
// lam that in some spellings is one: Alaoui, El Alaoui, Lalaoui and العلوي;
// but also Latifa, for nothing in its letters tells it from Lahcen. Both
// scripts lose the same lam, so the keys agree. A body never loses its last
// consonant.
func (r reading) strip(start int, s script) int {
	skip := 0
	for range 2 {
		p := r.phones[start+skip:]
		n := articleLength(p, s)
		if n == 0 || !soundsIn(p[n:]) {
			break
		}
		skip += n
	}
	return skip
}

func articleLength(p []rune, s script) int {
	switch {
	case s != latin && s != arabic && s != tifinagh || len(p) < 2:
		return 0
	case p[0] == 'l':
		return 1
	case p[1] != 'l' || !isVowel(p[0]) || p[0] == 'u':
		return 0
	case s == arabic:
		return 2
	case len(p) < 3:
		return 0
	case p[2] == 'l': // Allal and Allah keep theirs, Ellatif does not
		if p[0] == 'a' {
			return 0
		}
		return 2
	case p[0] == 'e', isConsonant(p[2]):
		return 2
	case p[0] == 'i' && p[2] == 'i' && len(p) > 3 && isVowel(p[3]): // Ilias
		return 2
	}
	return 0
}

// soundsIn reports whether a consonant is left that the keys keep.
func soundsIn(p []rune) bool {
	for i, c := range p {
		if isConsonant(c) && !(c == 'h' && i == len(p)-1) {
			return true
		}
	}
	return false
}

// finish brings the end and the doubled letters of a body to one form: a final
// h is not heard in French spelling, so that ح and ه are dropped there too,
// leaving the a before them. It returns how many phones are left.
func finish(p []rune, s script) int {
	if s != arabic {
		p = collapse(p)
	}
	n := len(p)
	for n > 1 && p[n-1] == 'h' {
		n--
		switch v := p[n-1]; {
		case s == arabic && (!isVowel(v) || v == 'a'):
			p[n] = 'a'
			return n + 1
		case v == 'a':
			return n
		case v == 'e':
			p[n-1] = 'a'
		}
	}
	if s == latin {
		n = silent(p, n)
	}
	return n
}

// silent drops the e that French spelling ends a name with.
func silent(p []rune, n int) int {
	if n >= 2 && p[n-1] == 'e' && p[n-2] == 'e' {
		p[n-2] = 'i' // Azeez, Mahdee
		return n - 1
	}
	if n >= 2 && p[n-1] == 'e' {
		return n - 1
	}
	return n
}

// collapse writes doubled consonants once.
func collapse(p []rune) []rune {
	n := 0
	for i, c := range p {
		if i > 0 && c == p[i-1] && isConsonant(c) {
			continue
		}
		p[n] = c
		n++
	}
	return p[:n]
}
