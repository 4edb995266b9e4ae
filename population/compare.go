package population

import (
	"strings"

	"sijil/internal/civil"
	"sijil/names"
)

// decoy is the record that claims about unknown numbers are compared with.
type decoy struct{ record *record }

func newDecoy() decoy {
	return decoy{&record{
		Names: []Name{{Use: Official, Spellings: []Spelling{{Script: "Latn", Given: "Nobody", Family: "Nowhere"}, {Script: "Arab", Given: "لا", Family: "أحد"}}}},
		Birth: Birth{Date: civil.Partial{Year: 1900, Month: 1, Day: 1}},
	}}
}

// matches reports whether name and birth date of a claim are those of a
// record. Every name the person bears or bore counts. It looks at all of them,
// whatever it has found before.
func (s *Service) matches(r *record, cl Claim) bool {
	words := strings.Fields(cl.Name)
	named := false
	for _, n := range r.Names {
		for _, w := range n.Spellings {
			if s.bears(w, words) {
				named = true
			}
		}
	}
	born := sameBirth(r.Birth.Date, cl.Birth)
	return named && born
}

// bears reports whether words are a spelling's given and family name, in any
// order, by orthography alone.
func (s *Service) bears(w Spelling, words []string) bool {
	if w.Given == "" || w.Family == "" {
		kind := names.Given
		if w.Given == "" {
			kind = names.Family
		}
		return s.sameName(kind, w.Given+w.Family, strings.Join(words, " "))
	}
	found := false
	for i := 1; i < len(words) && i <= names.MaxParts; i++ {
		head, tail := strings.Join(words[:i], " "), strings.Join(words[i:], " ")
		givenFirst := s.sameName(names.Given, w.Given, head) && s.sameName(names.Family, w.Family, tail)
		familyFirst := s.sameName(names.Family, w.Family, head) && s.sameName(names.Given, w.Given, tail)
		found = found || givenFirst || familyFirst
	}
	return found
}

// sameBirth reports whether a claimed date of birth says everything that the
// register knows, and nothing else. What the register does not know cannot be
// wrong: somebody recorded by year has a birthday on every paper.
func sameBirth(known, claimed civil.Partial) bool {
	return known.Year == claimed.Year &&
		(known.Month == 0 || known.Month == claimed.Month) &&
		(known.Day == 0 || known.Day == claimed.Day)
}
