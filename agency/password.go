package agency

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"sijil/internal/errs"
)

// The lengths of passwords in characters. Fifteen is what NIST SP 800-63B-4
// §3.1.1.2 asks for where a password is the only factor; composition rules and
// regular changes are left out, as it asks.
const (
	PasswordLeast = 15
	PasswordMost  = 128
)

// leastOwn is how many characters must be left when well-known words, runs and
// repeats are taken out, leastDifferent how many different ones there are.
const (
	leastOwn       = 6
	leastDifferent = 6
)

// normalise brings a password into the one form that is hashed: what looks the
// same on two keyboards is the same (NFKC, as NIST asks).
func normalise(password string) string { return norm.NFKC.String(password) }

// CheckPassword returns an error, with the remedy, when a password is too
// short, too long, or made of what attackers try first. about are texts that
// everybody connects with the account, such as the login and the name.
func CheckPassword(password string, about ...string) error {
	p := normalise(password)
	bad := func(code, what, fix string) error {
		return &errs.Error{Kind: errs.Invalid, Code: code, Field: "password", What: what, Fix: fix}
	}
	n := utf8.RuneCountInString(p)
	switch {
	case !utf8.ValidString(password):
		return bad("agency.password_form", "the password is not text", "type it again")
	case n < PasswordLeast:
		return bad("agency.password_short", "the password has less than 15 characters", "use a sentence of several words")
	case n > PasswordMost:
		return bad("agency.password_long", "the password has more than 128 characters", "use a shorter sentence")
	case strings.ContainsFunc(p, unicode.IsControl):
		return bad("agency.password_form", "the password holds a control character", "type it again, without tabs and line breaks")
	}
	if different(p) < leastDifferent || own(p, about) < leastOwn {
		return bad("agency.password_common", "the password is made of words, rows of keys or repeats that are tried first",
			"use a sentence of several words that has nothing to do with the account")
	}
	return nil
}

func different(p string) int {
	seen := map[rune]bool{}
	for _, r := range p {
		seen[unicode.ToLower(r)] = true
	}
	return len(seen)
}

// common are words and rows of keys that lists of leaked passwords begin with,
// in the languages of the keyboards in use; longer ones first where one holds
// another. Runs of digits and letters and repeats are found by themselves.
var common = sortedByLength([]string{
	"password", "passwort", "passphrase", "motdepasse", "contrasena", "passwd", "passw", "pass", "admin", "administrator", "administrateur",
	"root", "login", "user", "utilisateur", "welcome", "bienvenue", "bonjour", "letmein", "secret", "changeme", "default", "master",
	"qwertyuiop", "qwerty", "asdfghjkl", "asdfgh", "zxcvbnm", "azertyuiop", "azerty", "qsdfghjklm", "qsdfgh", "wxcvbn", "qazwsx", "1q2w3e4r5t", "1q2w3e4r", "1q2w3e",
	"iloveyou", "jetaime", "monkey", "dragon", "sunshine", "princess", "football", "soleil", "doudou", "loulou", "chouchou",
	"test", "demo", "temp", "officer", "agency", "register", "sijil", "hello", "salam", "bismillah", "incha", "allah", "mohammed", "muhammad",
	"كلمةالسر", "كلمةالمرور", "مرحبا", "بسمالله", "سجل",
})

func sortedByLength(words []string) []string {
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}

// own counts the characters that are left of a password when what attackers
// try first is taken out, in lower case, with the usual digits for letters.
func own(p string, about []string) int {
	plain := fold(p)
	for _, a := range about {
		for _, word := range strings.FieldsFunc(fold(a), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(word) >= 3 {
				plain = strings.ReplaceAll(plain, word, " ")
			}
		}
	}
	letters := lettersAndDigits(unleet.Replace(plain))
	plain = lettersAndDigits(plain)
	for _, w := range common {
		letters = strings.ReplaceAll(letters, w, " ")
		plain = strings.ReplaceAll(plain, w, " ")
	}
	return min(afterRuns(letters), afterRuns(plain))
}

func lettersAndDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(normalise(s))) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

var unleet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s")

// afterRuns counts characters, those that only go on from the one before (1234,
// dcba, aaaa) and blocks that were there before not counted.
func afterRuns(s string) int {
	n := 0
	seen := map[string]bool{}
	for word := range strings.FieldsSeq(s) {
		runes := []rune(word)
		step, last := rune(0), rune(-1)
		for i, r := range runes {
			if i > 0 && (r-last == step || i == 1) && r-last >= -1 && r-last <= 1 {
				step, last = r-last, r
				continue
			}
			if i > 0 {
				step = r - last
			}
			last = r
			if i+3 <= len(runes) {
				block := string(runes[i : i+3])
				if seen[block] {
					continue
				}
				seen[block] = true
			}
			n++
		}
	}
	return n
}
