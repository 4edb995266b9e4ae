package names

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	formsFB50 = strings.Fields(arabicFromFB50)
	formsFE70 = strings.Fields(arabicFromFE70)
)

// Normal returns the name in normal form: letters and digits only, lower
// case, one form per letter. Accents, harakat, tatweel, apostrophes, hyphens,
// spaces and invisible characters are gone; alef, hamza, ya, ta marbuta and the
// letters of Persian and Maghrebi keyboards are folded as Lucene's
// ArabicNormalizer does, and further for names: a hamza on its own is dropped,
// its seats are kept. The result is at most MaxLetters letters long, and is its
// own normal form.
func Normal(name string) string {
	var stack [96]rune
	return string(normal(stack[:0], fold(stack[:0], name)))
}

// normal appends the normal form of folded text; dst may be its own storage.
func normal(dst, folded []rune) []rune {
	for _, r := range folded {
		switch r {
		case ' ', 'ء':
			continue
		case 'أ', 'إ', 'آ':
			r = 'ا'
		case 'ى', 'ئ':
			r = 'ي'
		case 'ؤ':
			r = 'و'
		case 'ة':
			r = 'ه'
		case 'گ':
			r = 'ك'
		case 'پ':
			r = 'ب'
		case 'چ', 'ژ':
			r = 'ج'
		case 'ڤ':
			r = 'ف'
		case 'ç':
			r = 'c'
		}
		dst = append(dst, r)
	}
	return dst
}

// fold appends the name as words of plain letters with one space between them.
// It keeps what tells sounds apart and Normal does not need: hamza and its
// seats, ta marbuta, alef maqsura, cedilla.
func fold(dst []rune, name string) []rune {
	start := len(dst)
	gap := false
	for i := 0; i < len(name) && len(dst)-start < MaxLetters; {
		r, size := rune(name[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(name[i:])
		}
		i += size
		switch what := sort(r); what {
		case drop:
		case hamza:
			if n := len(dst); n > start && !gap {
				dst[n-1] = seat(dst[n-1], r)
			}
		case space:
			gap = len(dst) > start
		default:
			if gap {
				dst = append(dst, ' ')
				gap = false
			}
			dst = letters(dst, r)
		}
	}
	if len(dst)-start > MaxLetters {
		dst = dst[:start+MaxLetters]
	}
	for len(dst) > start && dst[len(dst)-1] == ' ' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// sorts of characters.
const (
	letter = iota
	space
	drop
	hamza // a combining madda or hamza
)

func sort(r rune) int {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return letter
	case r == '\'' || r == '`':
		return drop
	case r < 0x80:
		return space
	case r >= 0x0621 && r <= 0x063A, r >= 0x0641 && r <= 0x064A:
		return letter
	case r >= 0x0653 && r <= 0x0655:
		return hamza
	case r == utf8.RuneError, r == 'ـ', r == 'ٴ', r == 'ⵯ':
		return drop
	case isApostrophe(r):
		return drop
	case r >= 0xFB50 && r <= 0xFDFF:
		return formSort(formsFB50[r-0xFB50])
	case r >= 0xFE70 && r <= 0xFEFE:
		return formSort(formsFE70[r-0xFE70])
	case unicode.In(r, unicode.M, unicode.Cf):
		return drop
	case unicode.IsLetter(r), unicode.IsDigit(r):
		return letter
	}
	return space
}

func formSort(s string) int {
	if s == "-" {
		return drop
	}
	return letter
}

// isApostrophe reports marks that stand for an elided vowel, an ʿayn or a
// hamza.
func isApostrophe(r rune) bool {
	switch r {
	case '´', '‘', '’', '‚', '‛', '′', '‵', '＇', 'ʹ', 'ʻ', 'ʼ', 'ʽ', 'ʾ', 'ʿ', 'ˈ', 'ˊ', 'ˋ', 'ꞌ', 'Ꞌ', 'ˀ', 'ˁ':
		return true
	}
	return false
}

// seat puts a combining madda or hamza on the letter it was typed after.
func seat(on, mark rune) rune {
	switch {
	case on == 'ا' && mark == 0x0653:
		return 'آ'
	case on == 'ا' && mark == 0x0654:
		return 'أ'
	case on == 'ا':
		return 'إ'
	case on == 'و' && mark == 0x0654:
		return 'ؤ'
	case on == 'ي' && mark == 0x0654, on == 'ى' && mark == 0x0654:
		return 'ئ'
	}
	return on
}

// letters appends what a letter folds to.
func letters(dst []rune, r rune) []rune {
	switch {
	case r < 0x80:
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(dst, r)
	case r >= 0x0600 && r <= 0x077F:
		return append(dst, arabicLetter(r))
	case r >= 0xFB50 && r <= 0xFDFF:
		return form(dst, formsFB50[r-0xFB50])
	case r >= 0xFE70 && r <= 0xFEFE:
		return form(dst, formsFE70[r-0xFE70])
	case r == 'ç' || r == 'Ç':
		return append(dst, 'ç')
	case r >= 0xC0 && r <= 0x24F:
		if b := latinFrom00C0[r-0xC0]; b != '_' {
			return append(dst, rune(b))
		}
	case r >= 0x1E00 && r <= 0x1EFF:
		if b := latinFrom1E00[r-0x1E00]; b != '_' {
			return append(dst, rune(b))
		}
	case r >= 'Ａ' && r <= 'Ｚ':
		return append(dst, r-'Ａ'+'a')
	case r >= 'ａ' && r <= 'ｚ':
		return append(dst, r-'ａ'+'a')
	case r >= '０' && r <= '９':
		return append(dst, r-'０'+'0')
	}
	if low := unicode.ToLower(r); low != r {
		return letters(dst, low)
	}
	plain := special(r)
	if plain == "" {
		return append(dst, r)
	}
	for _, c := range plain {
		dst = append(dst, c)
	}
	return dst
}

func form(dst []rune, s string) []rune {
	for _, r := range s {
		dst = append(dst, arabicLetter(r))
	}
	return dst
}

// special spells the Latin letters that are no base letter with marks.
func special(r rune) string {
	switch r {
	case 'æ', 'ǣ', 'ǽ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ß':
		return "ss"
	case 'ø', 'ǿ':
		return "o"
	case 'đ', 'ð', 'ɖ':
		return "d"
	case 'þ':
		return "th"
	case 'ħ':
		return "h"
	case 'ı':
		return "i"
	case 'ł', 'ŀ':
		return "l"
	case 'ŋ', 'ŉ':
		return "n"
	case 'ŧ':
		return "t"
	case 'ĳ':
		return "ij"
	case 'ɣ', 'γ':
		return "gh"
	case 'ɛ', 'ε', 'ə', 'ǝ':
		return "e"
	case 'ﬀ':
		return "ff"
	case 'ﬁ':
		return "fi"
	case 'ﬂ':
		return "fl"
	case 'ﬃ':
		return "ffi"
	case 'ﬄ':
		return "ffl"
	case 'ﬅ', 'ﬆ':
		return "st"
	case 'ª':
		return "a"
	case 'º':
		return "o"
	}
	return ""
}

// arabicLetter folds the letters of Persian, Urdu and Maghrebi keyboards to
// those of Arabic; گ, پ, چ, ژ and ڤ stay, for their sounds are their own.
func arabicLetter(r rune) rune {
	if r >= 0x0621 && r <= 0x064A {
		return r
	}
	switch r {
	case '٠', '١', '٢', '٣', '٤', '٥', '٦', '٧', '٨', '٩':
		return r - '٠' + '0'
	case '۰', '۱', '۲', '۳', '۴', '۵', '۶', '۷', '۸', '۹':
		return r - '۰' + '0'
	case 'ٱ':
		return 'ا'
	case 'ٲ', 'ٵ':
		return 'أ'
	case 'ٳ':
		return 'إ'
	case 'ک', 'ڪ':
		return 'ك'
	case 'ڭ', 'ݣ', 'ڨ', 'ڮ', 'ڬ', 'ڳ', 'ڱ', 'ݢ':
		return 'گ'
	case 'ڥ', 'ڦ':
		return 'ڤ'
	case 'ڢ', 'ڡ':
		return 'ف'
	case 'ڧ', 'ٯ':
		return 'ق'
	case 'ں', 'ڻ':
		return 'ن'
	case 'ہ', 'ھ', 'ە', 'ۀ', 'ۂ':
		return 'ه'
	case 'ۃ':
		return 'ة'
	case 'ی', 'ې', 'ۍ', 'ێ', 'ے', 'ۓ':
		return 'ي'
	case 'ۇ', 'ۆ', 'ۋ', 'ۈ', 'ۅ', 'ۉ':
		return 'و'
	case 'ٹ', 'ٺ', 'ٿ':
		return 'ت'
	case 'ڈ', 'ڍ', 'ڌ', 'ڎ':
		return 'د'
	case 'ڑ', 'ڒ', 'ڔ', 'ڕ':
		return 'ر'
	case 'ټ':
		return 'ت'
	case 'ڄ', 'ڃ', 'ڇ':
		return 'چ'
	case 'ٻ', 'ڀ':
		return 'ب'
	case 'ڠ', 'ݝ':
		return 'غ'
	case 'ڞ', 'ݜ':
		return 'ش'
	}
	return r
}
