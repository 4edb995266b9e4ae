package names

import "unicode/utf8"

// MaxKey is the number of consonants a key keeps.
const MaxKey = 64

// Skeleton returns the coarse key of a name: its consonants, brought to classes
// that Arabic, French spelling and Tifinagh share, without articles and titles.
// Spellings of one name nearly always have the same skeleton, in any script;
// many different names have it too, so that it says where to look, never that
// two names are one. A name without letters has the empty key.
func Skeleton(name string) string {
	var s scratch
	r := s.reading()
	r.text = fold(r.text, name)
	r = r.read()
	var buf [MaxKey]byte
	return string(r.skeleton(buf[:0]))
}

// Fine returns the finer key of a name: consonants in more classes, the vowel
// the name ends with, its titles, and a mark that keeps M'hamed (امحمد) from
// Mohamed. Names with the same fine key have the same skeleton. The key ends
// with "-" and the ending: "" (a consonant), "a", "ya", "wa", "i", "wi", "u".
func Fine(name string) string {
	var s scratch
	r := s.reading()
	r.text = fold(r.text, name)
	r = r.read()
	var buf [2 * MaxKey]byte
	return string(r.fine(buf[:0]))
}

// skeleton appends the coarse key.
func (r reading) skeleton(dst []byte) []byte {
	return r.consonants(dst, false)
}

// consonants appends those that a key keeps, or the vowels of a name that has
// none.
func (r reading) consonants(dst []byte, finer bool) []byte {
	kept := 0
	var before rune
	for _, p := range r.parts {
		for _, c := range r.phones[p.start:p.end] {
			if kept == MaxKey || !keeps(c, before) {
				continue
			}
			before = c
			if !finer {
				c = coarse(c)
			}
			dst = utf8.AppendRune(dst, c)
			kept++
		}
		if p.kind == particle {
			before = 0 // the h of Aït Hammou is its own
		}
	}
	if kept == 0 {
		return append(dst, r.vowelsOnly()...)
	}
	return dst
}

// keeps reports whether a phone counts in the keys: a consonant, but not an h
// after t, d, or a k sound, for there it reads as th, dh or kh: Fathi is فتحي,
// Lakhal الكحل, Taha طه.
func keeps(c, before rune) bool {
	if c == 'h' {
		switch before {
		case 't', 'd', 'k', kha, ghayn:
			return false
		}
	}
	return isConsonant(c)
}

// coarse merges what writers confuse: kh, gh, q, k and hard g; and j, since g
// before e and i is written for both (Bengelloun, Gessous), and ج for the g of
// Guessous.
func coarse(c rune) rune {
	if c == kha || c == ghayn || c == 'j' {
		return 'k'
	}
	return c
}

// vowelsOnly is the key of a name without consonants: Aya, Ia.
func (r reading) vowelsOnly() string {
	key := ""
	for _, p := range r.parts {
		for _, c := range r.phones[p.start:p.end] {
			switch {
			case c == 'u':
				return "w"
			case c == 'i':
				key = "y"
			case key == "":
				key = "a"
			}
		}
	}
	return key
}

// fine appends the finer key.
func (r reading) fine(dst []byte) []byte {
	for _, p := range r.parts {
		if p.kind == title {
			dst = append(dst, byte(p.mark), '.')
		}
	}
	if r.startsMh() {
		dst = append(dst, '\'')
	}
	dst = r.consonants(dst, true)
	dst = append(dst, '-')
	return append(dst, r.ending().String()...)
}

// startsMh reports the name that begins with m and h and no vowel between:
// M'hamed and Mhand in Latin, with a carrying alef in Arabic.
func (r reading) startsMh() bool {
	for _, p := range r.parts {
		if p.kind != body {
			continue
		}
		s := r.phones[p.start:p.end]
		if p.script == arabic {
			return len(s) > 3 && isVowel(s[0]) && s[1] == 'm' && s[2] == 'h'
		}
		return len(s) > 2 && s[0] == 'm' && s[1] == 'h'
	}
	return false
}

// ending is the vowel a name ends with.
type ending uint8

const (
	endsClosed ending = iota // a consonant
	endsA                    // Fatima, Hasnae, Moussa
	endsYa                   // Saadia, Zakaria
	endsWa                   // Marwa, Salwa
	endsI                    // Alami
	endsWi                   // Alaoui
	endsU                    // Hammou
)

var endings = [...]string{"", "a", "ya", "wa", "i", "wi", "u"}

func (e ending) String() string { return endings[e] }

// ending reads the vowels after the last consonant of the name.
func (r reading) ending() ending {
	if len(r.parts) == 0 {
		return endsClosed
	}
	p := r.parts[len(r.parts)-1]
	run := r.phones[p.start:p.end]
	var last rune
	var i, u bool
	for k := len(run) - 1; k >= 0 && !isConsonant(run[k]); k-- {
		c := run[k]
		if c == 'e' {
			c = 'a'
		}
		switch {
		case c == ayn:
		case last == 0:
			last = c
		case c == 'i':
			i = true
		case c == 'u':
			u = true
		}
	}
	if last == 0 && len(run) > 0 && run[len(run)-1] == ayn {
		last = 'a'
	}
	switch {
	case last == 'a' && u:
		return endsWa
	case last == 'a' && i:
		return endsYa
	case last == 'a':
		return endsA
	case last == 'i' && u:
		return endsWi
	case last == 'i':
		return endsI
	case last == 'u':
		return endsU
	}
	return endsClosed
}
