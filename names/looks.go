package names

import "math"

// looks says how a letter is written by what stands around it: the consonant
// by its neighbours, the vowel after it by the pattern of the word, which in
// Arabic decides most of it. Counts of narrow surroundings are backed off to
// those of wider ones.
type looks struct {
	seen  map[look]float64
	total map[look]float64 // with what is empty
}

// look is one surrounding with what was written in it.
type look struct {
	level   uint8
	kind    Kind
	around  [5]rune
	before  string // the vowel written before
	written string
}

func newLooks() *looks { return &looks{map[look]float64{}, map[look]float64{}} }

const (
	lookBackOff  = 2.5
	unseenLetter = 1e-4
)

// splitChunk cuts a chunk into what writes the consonant and the vowel after
// it. A chunk of vowels only writes a letter.
func splitChunk(chunk string) (consonant, vowel string) {
	end := len(chunk)
	for i, r := range chunk {
		if isLatinVowel(r) {
			if end > i {
				end = i
			}
		} else {
			end = len(chunk)
		}
	}
	if end == 0 {
		return chunk, ""
	}
	return chunk[:end], chunk[end:]
}

// pattern is the class of a letter: a long vowel stands for itself.
func pattern(r rune) rune {
	switch r {
	case 'ا', 'و', 'ي', 'ى', 'ة', 'ع', 'ء', ' ', 0, theArticle:
		return r
	case 'أ', 'آ', 'إ', 'ؤ', 'ئ':
		return 'ء'
	}
	return 'C'
}

// surroundings are those of the letter at i, from the widest view to the
// narrowest: first of the consonant, then of the vowel.
func surroundings(kind Kind, name []rune, i int, before string) (forConsonant, forVowel []look) {
	at := func(k int) rune {
		if i+k < 0 || i+k >= len(name) {
			return 0
		}
		return name[i+k]
	}
	_, v := splitChunk(before)
	if v == "" && pattern(at(-1)) != 'C' {
		v = before
	}
	p := func(k int) rune { return pattern(at(k)) }
	forConsonant = []look{
		{level: 1, around: [5]rune{2: at(0)}},
		{level: 2, around: [5]rune{1: p(-1), 2: at(0), 3: p(1)}},
		{level: 3, kind: kind, around: [5]rune{1: p(-1), 2: at(0), 3: p(1), 4: p(2)}, before: v},
		{level: 4, around: [5]rune{1: at(-1), 2: at(0), 3: at(1)}, before: v},
	}
	forVowel = []look{
		{level: 5, around: [5]rune{2: p(0), 3: p(1)}},
		{level: 6, around: [5]rune{1: p(-1), 2: p(0), 3: p(1), 4: p(2)}},
		{level: 7, kind: kind, around: [5]rune{0: p(-2), 1: p(-1), 2: p(0), 3: p(1), 4: p(2)}, before: v},
		{level: 8, around: [5]rune{0: at(3), 1: p(-1), 2: at(0), 3: at(1), 4: p(2)}},
		{level: 9, around: [5]rune{1: at(-1), 2: at(0), 3: at(1), 4: at(2)}, before: v},
	}
	return forConsonant, forVowel
}

func (l *looks) learn(kind Kind, units []unit, weight float64) {
	name := make([]rune, len(units))
	for i, u := range units {
		name[i] = u.arabic
	}
	before := ""
	for i, u := range units {
		consonant, vowel := splitChunk(u.latin)
		forConsonant, forVowel := surroundings(kind, name, i, before)
		l.count(forConsonant, consonant, weight)
		l.count(forVowel, vowel, weight)
		before = u.latin
	}
}

func (l *looks) count(around []look, written string, weight float64) {
	for _, k := range around {
		l.total[k] += weight
		k.written = written + "|"
		l.seen[k] += weight
	}
}

func (l *looks) logp(kind Kind, name []rune, i int, before, chunk string) float64 {
	consonant, vowel := splitChunk(chunk)
	forConsonant, forVowel := surroundings(kind, name, i, before)
	return math.Log(l.chance(forConsonant, consonant)) + math.Log(l.chance(forVowel, vowel))
}

func (l *looks) chance(around []look, written string) float64 {
	p := unseenLetter
	for _, k := range around {
		total := l.total[k]
		k.written = written + "|"
		p = (l.seen[k] + lookBackOff*p) / (total + lookBackOff)
	}
	return p
}
