package population

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sijil/internal/civil"
	"sijil/internal/errs"
)

// The sizes of what people write.
const (
	maxNamePart  = 100 // characters
	maxAddress   = 300
	maxShort     = 100
	maxNames     = 12
	maxContacts  = 4
	maxDocuments = 10
	maxRelations = 12
	maxAge       = 130 // years
	maxOrder     = 9
)

// checker collects what is wrong with an input, so that it is mended in one
// go. It never repeats a value.
type checker struct {
	rules  *Rules
	today  civil.Date
	errors errs.List
}

func (k *checker) bad(code, field, what, fix string) {
	k.errors.Add(&errs.Error{Kind: errs.Invalid, Code: "population." + code, Field: field, What: what, Fix: fix})
}

// text brings a line that somebody typed to one form: no spaces at its ends,
// one between words.
func (k *checker) text(field, s string, most int) string {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, isControl) {
		k.bad("control_character", field, "characters that cannot be seen", "type the text anew")
		return ""
	}
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > most {
		k.bad("too_long", field, fmt.Sprintf("longer than %d characters", most), "shorten it")
	}
	return s
}

// isControl reports characters that a reader does not see and that could turn
// what stands beside them round: controls, line ends, marks of direction.
func isControl(r rune) bool {
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError || unicode.Is(unicode.Co, r)
}

// age is what a date of birth, known perhaps to the year, leaves open.
type age struct{ adult, minor bool }

func (k *checker) ageOf(birth civil.Partial) age {
	return age{
		adult: birth.First().AgeAt(k.today) >= k.rules.Majority.Age,
		minor: birth.Last().AgeAt(k.today) < k.rules.Majority.Age,
	}
}

func (k *checker) birth(field string, b Birth) (ok bool) {
	p, err := civil.ParsePartial(b.Date.String())
	switch {
	case err != nil || p != b.Date || p.Precision() == civil.None:
		k.bad("birth", field+".date", "not a date of birth", "write YYYY, YYYY-MM or YYYY-MM-DD, as far as it is known")
	case p.First().After(k.today):
		k.bad("birth_future", field+".date", "the date of birth is in the future", "check the year")
	case p.Last().AgeAt(k.today) > maxAge:
		k.bad("birth", field+".date", "nobody is that old", "check the year")
	default:
		ok = true
	}
	if b.Order < 0 || b.Order > maxOrder {
		k.bad("birth_order", field+".order", "not an order of birth", "1 for the first born of twins, 0 when there are none")
	}
	return ok
}

func (k *checker) sex(field string, s Sex) {
	if s != Female && s != Male {
		k.bad("sex", field, "no sex is stated", "use female or male")
	}
}

// names checks names and returns them in one form.
func (k *checker) names(field string, list []Name) []Name {
	out := slices.Clone(list)
	if len(out) > maxNames {
		k.bad("too_many", field, fmt.Sprintf("more than %d names", maxNames), "leave out the oldest")
		return nil
	}
	official := 0
	for i := range out {
		n, at := &out[i], fmt.Sprintf("%s[%d]", field, i)
		switch n.Use {
		case Official:
			official++
		case Usual, Former:
		default:
			k.bad("name_use", at+".use", "no use of the name is stated", "use official, usual or former")
		}
		if !n.Until.IsZero() && (n.Use != Former || n.Until.After(k.today)) {
			k.bad("name_until", at+".until", "only a former name has ended, and not in the future", "leave the day out")
		}
		n.Spellings = k.spellings(at+".spellings", n.Spellings)
	}
	if official != 1 {
		k.bad("name_official", field, "not exactly one official name", "write the name as civil status has it, once, in each script")
	}
	return out
}

func (k *checker) spellings(field string, list []Spelling) []Spelling {
	out := slices.Clone(list)
	seen := map[string]bool{}
	if len(out) == 0 {
		k.bad("name_empty", field, "the name is not written in any script", "write it in at least one")
	}
	if len(out) > len(scripts) {
		k.bad("too_many", field, "too many spellings", "write the name once in each script")
		return nil
	}
	for i := range out {
		w, at := &out[i], fmt.Sprintf("%s[%d]", field, i)
		if !slices.Contains(k.rules.Scripts, w.Script) || seen[w.Script] {
			k.bad("script", at+".script", "not a script of the country, or one that stands twice", "write the name once in each script")
			continue
		}
		seen[w.Script] = true
		w.Given = k.namePart(at+".given", w.Given, w.Script)
		w.Family = k.namePart(at+".family", w.Family, w.Script)
		if w.Given == "" && w.Family == "" {
			k.bad("name_empty", at, "the name is empty", "write the given name, the family name or both")
		}
	}
	return out
}

// namePart takes letters of the script, and what stands between them.
func (k *checker) namePart(field, s, script string) string {
	s = k.text(field, s, maxNamePart)
	for _, r := range s {
		if !unicode.In(r, scripts[script], unicode.Mn, unicode.Mc) && !strings.ContainsRune(" -'’ʼʿʾ.·ـ", r) {
			k.bad("name_letters", field, "a name with a character that is no letter of its script", "write digits and other scripts elsewhere")
			return ""
		}
	}
	if s != "" && !strings.ContainsFunc(s, unicode.IsLetter) {
		k.bad("name_letters", field, "a name without letters", "write the name")
	}
	return s
}

// contact checks a contact and returns it in one form.
func (k *checker) contact(field string, c Contact) Contact {
	c.Value = k.text(field+".value", c.Value, maxShort)
	switch c.Channel {
	case Phone:
		c.Value = k.rules.phoneNumber(c.Value)
		if !k.rules.phone.MatchString(c.Value) {
			k.bad("contact", field+".value", "not a telephone number of the country", "write it with its first digit")
		}
	case Mail:
		local, host, ok := strings.Cut(strings.ToLower(c.Value), "@")
		c.Value = local + "@" + host
		if !ok || local == "" || !strings.Contains(host, ".") || strings.ContainsAny(c.Value, " ,;<>\"") || strings.Contains(host, "@") {
			k.bad("contact", field+".value", "not an e-mail address", "write name@place.example")
		}
	default:
		k.bad("contact", field+".channel", "no such channel", "use phone or mail")
	}
	if c.Whose != "" && c.Whose != "shared" && c.Whose != "other" {
		k.bad("contact", field+".whose", "no such owner", "leave it empty, or use shared or other")
	}
	return c
}

// phoneNumber brings a number to the form in which the country writes it.
func (r *Rules) phoneNumber(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '\u00A0':
			return -1
		default:
			return digit(c)
		}
	}, s)
	longest := ""
	for p := range r.Contacts.Prefixes {
		if strings.HasPrefix(s, p) && len(p) > len(longest) {
			longest = p
		}
	}
	if longest == "" {
		return s
	}
	return r.Contacts.Prefixes[longest] + s[len(longest):]
}

// digit reads Arabic-Indic digits as the digits they are.
func digit(c rune) rune {
	switch {
	case c >= '٠' && c <= '٩':
		return '0' + c - '٠'
	case c >= '۰' && c <= '۹':
		return '0' + c - '۰'
	}
	return c
}

func (k *checker) act(field string, a Act, needed bool) Act {
	a.Type = k.text(field+".type", a.Type, maxShort)
	a.Number = k.text(field+".number", a.Number, maxShort)
	a.Office = k.text(field+".office", a.Office, maxShort)
	if a.Date.After(k.today) {
		k.bad("act", field+".date", "the act is in the future", "check the day")
	}
	if needed && (a.Type == "" || a.Date.IsZero()) {
		k.bad("act", field, "the act that founds it is missing", "state at least its type and day")
	}
	return a
}

func (k *checker) notice(field string, n Notice) []byte {
	text := k.rules.Notice(n.Version, k.today)
	switch {
	case text == nil:
		k.bad("notice", field+".version", "this notice is not in force", "give the one that is, and record it")
		return nil
	case text.Texts[n.Language] == "":
		k.bad("notice", field+".language", "the notice has no text in this language", "use a language of the country")
	case n.Way != "read" && n.Way != "played":
		k.bad("notice", field+".way", "it is not said how the notice was given", "use read or played")
	}
	return k.rules.noticeHash[n.Version]
}
