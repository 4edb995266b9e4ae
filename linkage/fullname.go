package linkage

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sijil/names"
)

// Bounds of a full name.
const (
	maxWords  = 6 // words that are compared
	shortWord = 3 // letters of a word that is read together with the next: Ben, El, De
)

// wordsOf returns the words of a full name, each made ready for comparison.
func wordsOf(table *names.Table, name string) []*names.Form {
	var out []*names.Form
	before := ""
	for w := range strings.FieldsFuncSeq(name, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' }) {
		if len(out) == maxWords {
			break
		}
		w = before + w
		before = ""
		if utf8.RuneCountInString(w) <= shortWord {
			before = w + " "
			continue
		}
		out = append(out, table.Form(names.Given, w))
	}
	if before != "" && len(out) < maxWords {
		out = append(out, table.Form(names.Given, before))
	}
	return out
}

// compareWords returns the level of two full names, whose words may come in
// any order: the words that are most alike are held against each other, and
// the worst of them counts.
func compareWords(a, b []*names.Form) uint8 {
	if len(a) == 0 || len(b) == 0 {
		return missing
	}
	if len(a) > len(b) || len(a) == len(b) && slices.CompareFunc(a, b, byNormal) > 0 {
		a, b = b, a // so that it does not matter which came first
	}
	var likes [maxWords][maxWords]names.Level
	for i, f := range a {
		for j, g := range b {
			likes[i][j] = names.Compare(f, g).Level
		}
	}
	var usedA, usedB [maxWords]bool
	worst, low := names.Exact, 0
	for range a {
		best, bi, bj, found := names.Unknown, 0, 0, false
		for i := range a {
			for j := range b {
				if !usedA[i] && !usedB[j] && (!found || likes[i][j] > best) {
					best, bi, bj, found = likes[i][j], i, j, true
				}
			}
		}
		usedA[bi], usedB[bj] = true, true
		if best <= names.Confusable {
			low++
			continue
		}
		worst = min(worst, best)
	}
	switch {
	case low == 1 && len(a) > 1:
		return nameConfusable
	case low > 0:
		return different
	case len(a) < len(b):
		return namePart
	}
	switch worst {
	case names.Part, names.Near:
		return nameNear
	case names.Close:
		return nameClose
	case names.SameSkeleton, names.SameFine:
		return nameSounds
	case names.Variant:
		return nameVariant
	}
	return nameSame
}

// full compares two full names of a column.
func (x *comparer) full(col int, ia, ib uint32) uint8 {
	return compareWords(x.a.cols[col].parts[ia], x.b.cols[col].parts[ib])
}

func byNormal(f, g *names.Form) int { return strings.Compare(f.Normal(), g.Normal()) }

// strengthsOfFull turns a level of a full name into its strength in a script.
var strengthsOfFull = [nameLevels]uint8{
	different: strengthD, nameConfusable: strengthC, namePart: strengthN, nameNear: strengthN, nameClose: strengthN,
	nameSounds: strengthV, nameVariant: strengthV, nameSame: strengthE,
}
