package names

// Phones are the classes of sound that all three scripts are brought to. One
// rune each:
//
//	b t c(ش) j h x(خ) d z s r g(غ) k f l m n   consonants
//	a e i u                                    vowels; و and w are u, ي and y are i
//	3                                          ʿayn or hamza, not heard in Latin spelling
//
// Emphatic and interdental consonants fall together with plain ones, as French
// spelling has it; letters of other scripts stand for themselves.
const (
	shin  = 'c'
	kha   = 'x'
	ghayn = 'g'
	ayn   = '3'
)

type script uint8

const (
	other script = iota
	latin
	arabic
	tifinagh
)

func scriptOf(r rune) script {
	switch {
	case r >= 'a' && r <= 'z', r == 'ç':
		return latin
	case r >= 0x0600 && r <= 0x077F:
		return arabic
	case r >= 0x2D30 && r <= 0x2D7F:
		return tifinagh
	}
	return other
}

// scriptOfWord is that of its first letter; digits, which stand for Arabic
// letters in 7assan and 3ali, do not say.
func scriptOfWord(w []rune) script {
	for _, r := range w {
		if s := scriptOf(r); s != other || r < '0' || r > '9' {
			return s
		}
	}
	return other
}

func isVowel(p rune) bool { return p == 'a' || p == 'e' || p == 'i' || p == 'u' }

func isConsonant(p rune) bool { return !isVowel(p) && p != ayn }

// phones appends the phones of a word of folded letters. beforeAllah says that
// the next word is الله, before which ta marbuta is heard; start, that no
// particle is glued before it.
func phones(dst, word []rune, s script, start, beforeAllah bool) []rune {
	switch s {
	case arabic:
		return arabicPhones(dst, word, beforeAllah)
	case tifinagh:
		for _, r := range word {
			dst = tifinaghPhones(dst, r)
		}
		return dst
	case latin:
		return latinPhones(dst, word, start)
	}
	return append(dst, word...)
}

// latinPhones reads French spelling.
func latinPhones(dst, w []rune, start bool) []rune {
	at := func(i int) rune {
		if i < len(w) {
			return w[i]
		}
		return 0
	}
	for i := 0; i < len(w); i++ {
		r, next := w[i], at(i+1)
		front := next == 'e' || next == 'i' || next == 'y'
		if p := digraph(r, next, w, i, start); p != 0 {
			dst = append(dst, p)
			i++
			continue
		}
		switch r {
		case 'a', 'e', 'i':
			dst = append(dst, r)
		case 'y':
			dst = append(dst, 'i')
		case 'o', 'u', 'w':
			if r == 'o' && next == 'u' {
				i++
			}
			dst = append(dst, 'u')
		case 'ç':
			dst = append(dst, 's')
		case 'c':
			if front {
				dst = append(dst, 's')
			} else {
				dst = append(dst, 'k')
			}
		case 'g':
			hard := next == 'u' && (at(i+2) == 'e' || at(i+2) == 'i')
			if front {
				dst = append(dst, 'j')
			} else {
				dst = append(dst, 'k')
			}
			if hard {
				i++
			}
		case 'q':
			if next == 'u' {
				i++
			}
			dst = append(dst, 'k')
		case 'p':
			dst = append(dst, 'b')
		case 'v':
			dst = append(dst, 'f')
		case 'x':
			dst = append(dst, 'k', 's')
		case '2', '3':
			dst = append(dst, ayn)
		case '5':
			dst = append(dst, kha)
		case '7':
			dst = append(dst, 'h')
		case '9':
			dst = append(dst, 'k')
		default:
			dst = append(dst, r)
		}
	}
	return dst
}

// digraph returns the phone of two letters that make one sound, or 0.
func digraph(r, next rune, w []rune, i int, start bool) rune {
	switch {
	case r == 'd' && next == 'j':
		return 'j'
	case r == 'c' && next == 'k':
		return 'k'
	case next != 'h':
		return 0
	}
	switch r {
	case 'c':
		return shin
	case 's':
		if i == 1 && w[0] == 'i' && len(w) > 3 && w[3] == 'a' { // Ishak
			return 0
		}
		return shin
	case 'k':
		return kha
	case 'g':
		return ghayn
	case 'r': // Rhazali, Belrhazi; not Bourhim
		if start && i == 0 || i > 0 && i <= 3 && w[i-1] == 'l' {
			return ghayn
		}
	case 't':
		return 't'
	case 'd':
		return 'd'
	case 'p':
		return 'f'
	}
	return 0
}

// arabicPhones reads Arabic spelling, where short vowels are not written.
func arabicPhones(dst, w []rune, beforeAllah bool) []rune {
	for i, r := range w {
		last := i == len(w)-1
		switch r {
		case 'ا', 'أ', 'آ':
			dst = append(dst, 'a')
		case 'إ':
			dst = append(dst, 'i')
		case 'ى', 'ي':
			if last && endsInMaqsura(w) {
				dst = append(dst, 'a')
			} else {
				dst = append(dst, 'i')
			}
		case 'و', 'ؤ':
			dst = append(dst, 'u')
		case 'ئ':
			dst = append(dst, 'i')
		case 'ة', 'ه':
			dst = append(dst, feminine(w, i, last, beforeAllah))
		default:
			dst = append(dst, arabicConsonant(r))
		}
	}
	return dst
}

// maqsura are the names that end in alef maqsura, read a. Elsewhere a final ى
// is a ya without its dots, as in العلوى, which many hands write.
var maqsura = []string{
	"مصطفى", "موسى", "عيسى", "يحيى", "سلمى", "ليلى", "بشرى", "هدى", "منى", "ندى", "رضى", "سلوى", "نجوى", "فدوى", "لبنى",
	"يسرى", "مرتضى", "مثنى", "شتى", "ذكرى", "تقوى", "ضحى", "سجى", "شذى", "مجتبى", "كبرى", "أروى", "اروى", "بنى",
}

// undotted are those of them that are met with a dotted ya and are no other
// name then.
var undotted = []string{"مصطفي", "موسي", "عيسي", "سلمي", "ليلي", "بشري", "سلوي", "نجوي", "فدوي", "لبني", "يسري", "مرتضي", "شتي", "الهدي"}

// endsInMaqsura reports a word whose last ya is read a; what stands before the
// name in the same word (ال, بن, أو) does not matter.
func endsInMaqsura(w []rune) bool {
	list := maqsura
	if w[len(w)-1] == 'ي' {
		list = undotted
	}
	for _, s := range list {
		if !hasSuffix(w, s) {
			continue
		}
		switch before := w[:len(w)-runeCount(s)]; {
		case len(before) == 0, len(before) == 2 && (before[0] == 'ا' || before[0] == 'أ' || before[0] == 'ب'):
			return true
		}
	}
	return false
}

// feminine tells how ta marbuta, or the ha written for it, is heard: t after a
// long a (Najat, Hayat) and before الله, a otherwise. A ha inside is a ha.
func feminine(w []rune, i int, last, beforeAllah bool) rune {
	switch {
	case !last && w[i] == 'ه':
		return 'h'
	case w[i] == 'ة' && (beforeAllah || !last):
		return 't'
	case i >= 2 && w[i-1] == 'ا' && (w[i] == 'ة' || w[i-2] != 'ل'):
		return 't'
	}
	return 'a'
}

func arabicConsonant(r rune) rune {
	switch r {
	case 'ب', 'پ':
		return 'b'
	case 'ت', 'ث', 'ط':
		return 't'
	case 'ج', 'ژ':
		return 'j'
	case 'ح':
		return 'h'
	case 'خ':
		return kha
	case 'د', 'ذ', 'ض', 'ظ':
		return 'd'
	case 'ر':
		return 'r'
	case 'ز':
		return 'z'
	case 'س', 'ص':
		return 's'
	case 'ش', 'چ':
		return shin
	case 'غ':
		return ghayn
	case 'ف', 'ڤ':
		return 'f'
	case 'ق', 'ك', 'گ':
		return 'k'
	case 'ل':
		return 'l'
	case 'م':
		return 'm'
	case 'ن':
		return 'n'
	case 'ع', 'ء':
		return ayn
	}
	return r
}

// tifinaghPhones reads the letters of U+2D30 to U+2D7F: those of IRCAM and
// their older and Tuareg forms.
func tifinaghPhones(dst []rune, r rune) []rune {
	const from = 0x2D30
	const sounds = "abbkkjjddddefkkkhhhh3xxkkijjjlmnnnburrgggsscttctfuizzzeu"
	if i := int(r) - from; i >= 0 && i < len(sounds) {
		return append(dst, rune(sounds[i]))
	}
	return dst
}
