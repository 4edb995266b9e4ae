package population

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sijil/internal/civil"
)

// documents checks documents of a person, and returns them in one form, with
// whether one shows who the person is.
func (k *checker) documents(field string, list []Document, c Category, birth civil.Partial, a age) (out []Document, identified bool) {
	if len(list) > maxDocuments {
		k.bad("too_many", field, fmt.Sprintf("more than %d documents", maxDocuments), "record those that identify")
		return nil, false
	}
	seen := map[string]bool{}
	for i, d := range list {
		at := fmt.Sprintf("%s[%d]", field, i)
		d, ok := k.document(at, d)
		if !ok {
			continue
		}
		t := k.rules.document[d.Type]
		belongs, identifies := t.fits(c, a)
		if !belongs {
			k.bad("document_of_others", at+".type", "the document does not belong to people of this category and age", "check category and date of birth")
		}
		if t.Birth != "" && birth.Year != 0 {
			if y, err := strconv.Atoi(d.Parts[t.Birth]); err == nil && (y < birth.Year || y > k.today.Year) {
				k.bad("document", at+".parts."+t.Birth, "an act of before the birth or of the future", "check the year")
			}
		}
		if key := d.Type + "\x1f" + canonical(t, d); seen[key] {
			k.bad("document_twice", at, "the document stands twice", "record it once")
		} else {
			seen[key] = true
		}
		identified = identified || belongs && identifies
		out = append(out, d)
	}
	return out, identified
}

// document checks one document by itself, whoever shows it.
func (k *checker) document(at string, d Document) (Document, bool) {
	before := len(k.errors)
	t := k.rules.document[d.Type]
	if t == nil {
		k.bad("document", at+".type", "there is no such document", "use a type of the country's list")
		return d, false
	}
	parts := make(map[string]string, len(t.Parts))
	for i := range t.Parts {
		p := &t.Parts[i]
		v := p.canonical(d.Parts[p.Name])
		if len(v) > maxShort || !p.form.MatchString(v) {
			k.bad("document", at+".parts."+p.Name, "not written as this document writes it", "copy it from the document")
			continue
		}
		parts[p.Name] = v
	}
	if len(d.Parts) > len(t.Parts) || slices.ContainsFunc(keys(d.Parts), func(n string) bool {
		return !slices.ContainsFunc(t.Parts, func(p DocumentPart) bool { return p.Name == n })
	}) {
		k.bad("document", at+".parts", "a part that this document does not have", "leave it out")
	}
	if d.Verified != "" && !slices.Contains(t.Sources, d.Verified) {
		k.bad("document", at+".verified", "this register does not confirm such a document", "leave it empty when the document was only seen")
	}
	switch {
	case t.Expires && d.Expires.IsZero():
		k.bad("document", at+".expires", "the last day of the document is missing", "copy it from the document")
	case !d.Expires.IsZero() && d.Expires.Before(k.today):
		k.bad("document_expired", at+".expires", "the document has expired", "ask for one that is valid, or enrol without it")
	}
	d.Parts = parts
	return d, len(k.errors) == before
}

// canonical brings a part to the one form that is blinded: capitals and ASCII
// digits without spaces and hyphens, and numbers without leading zeros.
func (p *DocumentPart) canonical(s string) string {
	s = strings.Map(func(c rune) rune {
		if c = digit(c); c == '-' || c == '/' || unicode.IsSpace(c) {
			return -1
		}
		return unicode.ToUpper(c)
	}, s)
	if p.Number {
		if t := strings.TrimLeft(s, "0"); t != "" || s == "" {
			return t
		}
		return "0"
	}
	return s
}

// canonical returns what names a document among those of its type.
func canonical(t *DocumentType, d Document) string {
	parts := make([]string, len(t.Parts))
	for i, p := range t.Parts {
		parts[i] = p.canonical(d.Parts[p.Name])
	}
	return strings.Join(parts, "\x1f")
}

func keys(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}
