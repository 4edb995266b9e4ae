package names

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// longestSpelt is the number of characters of a name that spellings are
// suggested for.
const longestSpelt = 48

// speller spells a name of one script in the other as the table's writers do:
// a model of three units in a row (a joint n-gram model: Bisani and Ney, Speech
// Communication 50, 2008), learned from the usual pairs of the table. Other
// spellings teach it nothing good: they are what suggestions should prevent.
type speller struct {
	units    []unit
	number   map[unit]int32
	byLetter map[rune][]int32
	byChunk  map[string][]int32
	one      []float64
	two      map[[2]int32]float64
	three    map[[3]int32]float64
	after1   []float64 // how often a unit was followed by anything
	after2   map[[2]int32]float64
	total    float64
	look     *looks
}

// Numbers of units that are no letters: the beginnings of the kinds of names,
// and the end.
const (
	unitEnd   = int32(kinds)
	firstUnit = int32(kinds) + 1
)

// Found on one half of the reference table, for suggestions on the other
// (docs/names.md).
const (
	backOff    = 1.0 // how often the shorter context counts as seen
	jointShare = 0.3 // of the joint model against looks, towards Latin
	lookShare  = 1.0 // of looks beside the joint model, towards Arabic
)

func newSpeller(entries []Entry) *speller {
	s := &speller{
		units: make([]unit, firstUnit), number: map[unit]int32{}, byLetter: map[rune][]int32{}, byChunk: map[string][]int32{},
		one: make([]float64, firstUnit), after1: make([]float64, firstUnit),
		two: map[[2]int32]float64{}, three: map[[3]int32]float64{}, after2: map[[2]int32]float64{}, look: newLooks(),
	}
	for letter, chunks := range plainSpelling() {
		for _, c := range chunks {
			s.unit(unit{letter, c})
		}
	}
	for i := range entries {
		e := &entries[i]
		s.learn(e.Kind, e.Arabic[0], e.Latin[0], 1+math.Log1p(float64(e.weight())))
	}
	return s
}

// plainSpelling is how each letter is written by default, so that a letter the
// table never uses has a spelling too. It is in a fixed order.
func plainSpelling() func(func(rune, []string) bool) {
	plain := strings.Fields("ا:a,aa,e ب:b,ba,be ت:t,ta,te ث:t,th ج:j,ja ح:h,ha خ:kh,kha د:d,da,de ذ:d,da ر:r,ra,re ز:z,za س:s,ss,sa ش:ch,cha ص:s,ss,sa ض:d,da ط:t,ta ظ:d ع:a,aa, غ:gh,gha ف:f,fa ق:k,q,ka ك:k,ka ل:l,la,le م:m,ma,me ن:n,na,ne ه:h,ha ة:a و:ou,w,oua ي:i,y,ya ى:a ء:,e أ:a,o إ:i آ:a ؤ:ou ئ:i گ:g پ:p ڤ:v چ:tch ژ:j")
	return func(yield func(rune, []string) bool) {
		if !yield(' ', []string{" "}) || !yield(theArticle, []string{"el ", ""}) {
			return
		}
		for _, f := range plain {
			letter, chunks, _ := strings.Cut(f, ":")
			if !yield([]rune(letter)[0], strings.Split(chunks, ",")) {
				return
			}
		}
	}
}

func (s *speller) unit(u unit) int32 {
	if n, ok := s.number[u]; ok {
		return n
	}
	n := int32(len(s.units))
	s.units = append(s.units, u)
	s.number[u] = n
	s.one = append(s.one, 0)
	s.after1 = append(s.after1, 0)
	s.byLetter[u.arabic] = append(s.byLetter[u.arabic], n)
	s.byChunk[u.latin] = append(s.byChunk[u.latin], n)
	return n
}

func (s *speller) learn(kind Kind, arabicName, latinName string, weight float64) {
	before, last := int32(kind), int32(kind)
	add := func(n int32) {
		s.one[n] += weight
		s.total += weight
		s.two[[2]int32{last, n}] += weight
		s.after1[last] += weight
		s.three[[3]int32{before, last, n}] += weight
		s.after2[[2]int32{before, last}] += weight
		before, last = last, n
	}
	units := align(spellable(fold(nil, arabicName)), latinLetters(latinName))
	if units == nil {
		return
	}
	for _, u := range units {
		add(s.unit(u))
	}
	add(unitEnd)
	s.look.learn(kind, units, weight)
}

// latinLetters is a Latin spelling as the speller sees it: lower case, with
// accents and the straight apostrophe, words one space apart.
func latinLetters(name string) []rune {
	var out []rune
	for _, r := range strings.ToLower(name) {
		switch {
		case isApostrophe(r) || r == '`' || r == '\'':
			r = '\''
		case unicode.IsSpace(r) || r == '-':
			r = ' '
		case !unicode.IsLetter(r):
			continue
		}
		if r == ' ' && (len(out) == 0 || out[len(out)-1] == ' ') {
			continue
		}
		out = append(out, r)
		if len(out) > longestSpelt {
			break
		}
	}
	for len(out) > 0 && out[len(out)-1] == ' ' {
		out = out[:len(out)-1]
	}
	return out
}

// logp is the logarithm of the probability of a unit after two others.
func (s *speller) logp(before, last, n int32) float64 {
	p := (s.one[n] + 0.5) / (s.total + 0.5*float64(len(s.units)))
	p = (s.two[[2]int32{last, n}] + backOff*p) / (s.after1[last] + backOff)
	p = (s.three[[3]int32{before, last, n}] + backOff*p) / (s.after2[[2]int32{before, last}] + backOff)
	return math.Log(p)
}

// path is a spelling under way.
type path struct {
	before, last int32
	silent       bool // the last unit took no Latin letter
	logp         float64
	out          string
	cuts         string // the number of the unit of each letter, as runes
}

// width is the number of paths kept at each step.
const width = 48

func (s *speller) step(p path, n int32, written string) path {
	return path{before: p.last, last: n, silent: s.units[n].latin == "", logp: p.logp + s.logp(p.before, p.last, n), out: p.out + written, cuts: p.cuts + string(n)}
}

// best keeps the likeliest paths, in an order that never varies.
func best(paths []path) []path {
	slices.SortFunc(paths, func(a, b path) int {
		switch {
		case a.logp > b.logp:
			return -1
		case a.logp < b.logp:
			return 1
		}
		return strings.Compare(a.out, b.out)
	})
	return paths[:min(len(paths), width)]
}

// toLatin spells folded Arabic.
func (s *speller) toLatin(kind Kind, name []rune, n int) []string {
	name = spellable(name)
	if len(name) == 0 || len(name) > longestSpelt {
		return nil
	}
	paths := []path{{before: int32(kind), last: int32(kind)}}
	for i, letter := range name {
		var next []path
		for _, p := range paths {
			before := s.units[p.last].latin
			for _, u := range s.byLetter[letter] {
				q := s.step(p, u, s.units[u].latin)
				q.logp = p.logp + jointShare*(q.logp-p.logp) + (1-jointShare)*s.look.logp(kind, name, i, before, s.units[u].latin)
				next = append(next, q)
			}
		}
		paths = best(next)
	}
	return s.finish(paths, n)
}

// toArabic spells a Latin name.
func (s *speller) toArabic(kind Kind, name []rune, n int) []string {
	if len(name) == 0 || len(name) > longestSpelt {
		return nil
	}
	at := make([][]path, len(name)+1)
	at[0] = []path{{before: int32(kind), last: int32(kind)}}
	for i := range at {
		here := best(at[i])
		var silent []path
		for _, p := range here {
			if p.silent {
				continue
			}
			for _, u := range s.byChunk[""] {
				silent = append(silent, s.step(p, u, written(s.units[u].arabic)))
			}
		}
		here = best(append(slices.Clone(here), silent...))
		at[i] = here
		for k := 1; k <= longestChunk && i+k <= len(name); k++ {
			for _, u := range s.byChunk[string(name[i:i+k])] {
				for _, p := range here {
					at[i+k] = append(at[i+k], s.step(p, u, written(s.units[u].arabic)))
				}
			}
		}
	}
	complete := best(at[len(name)])
	for i := range complete {
		complete[i].logp += lookShare * s.looked(kind, complete[i].cuts)
	}
	return s.finish(complete, n)
}

// looked is how likely the Arabic of some units is to be written as they do.
func (s *speller) looked(kind Kind, cuts string) float64 {
	var name []rune
	var chunks []string
	for _, n := range cuts {
		name = append(name, s.units[n].arabic)
		chunks = append(chunks, s.units[n].latin)
	}
	sum, before := 0.0, ""
	for i, c := range chunks {
		sum += s.look.logp(kind, name, i, before, c)
		before = c
	}
	return sum
}

func written(letter rune) string {
	if letter == theArticle {
		return "ال"
	}
	return string(letter)
}

// finish closes the paths and returns the n likeliest spellings.
func (s *speller) finish(paths []path, n int) []string {
	for i := range paths {
		paths[i].logp += s.logp(paths[i].before, paths[i].last, unitEnd)
	}
	var out []string
	for _, p := range best(paths) {
		name := strings.Join(strings.Fields(p.out), " ")
		if Normal(name) != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
		if len(out) == n {
			break
		}
	}
	return out
}
