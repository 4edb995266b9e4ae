package roll

import (
	"strings"
	"unicode"

	"sijil/linkage"
)

// look is what the values of a column look like.
type look struct {
	rows, filled, distinct int
	// Of the filled values, how many …
	dates, years, phones, emails, worded, digits, alnum, arabic, tifinagh, rising int
	words                                                                         int // in all
	given, family                                                                 int // … a table of names knows
}

// share of the filled values.
func (l *look) share(n int) float64 { return float64(n) / float64(max(l.filled, 1)) }

// Known says how many of a column's values are known given and family names.
// The lists of a country answer; nil answers nothing.
type Known func(value string) (given, family bool)

func lookAt(values []string, known Known) *look {
	l := &look{rows: len(values)}
	seen := make(map[string]struct{}, len(values))
	var before string
	for _, v := range values {
		if v == "" {
			continue
		}
		l.filled++
		seen[v] = struct{}{}
		l.value(v)
		if len(v) > len(before) || len(v) == len(before) && v > before {
			l.rising++
		}
		before = v
		if known != nil {
			g, f := known(v)
			l.given += one(g)
			l.family += one(f)
		}
	}
	l.distinct = len(seen)
	return l
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (l *look) value(v string) {
	letters, digits, arabic, tifinagh := 0, 0, 0, 0
	for _, r := range v {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
			arabic += one(unicode.Is(unicode.Arabic, r))
			tifinagh += one(unicode.Is(unicode.Tifinagh, r))
		}
	}
	date, year := dated(v)
	l.dates += one(date)
	l.years += one(year)
	l.emails += one(letters > 2 && strings.Count(v, "@") == 1)
	l.phones += one(letters == 0 && digits >= 6 && digits <= 15)
	l.digits += one(letters == 0 && digits > 0)
	l.alnum += one(digits > 0 && letters+digits >= 4)
	l.worded += one(letters > 1 && letters > 4*digits)
	l.arabic += one(2*arabic > letters)
	l.tifinagh += one(2*tifinagh > letters)
	l.words += len(strings.Fields(v))
}

// script is the one most values are in.
func (l *look) script() string {
	switch {
	case l.share(l.arabic) > .5:
		return "arabic"
	case l.share(l.tifinagh) > .5:
		return "tifinagh"
	}
	return "latin"
}

// dated reports whether a value is written as a date with its year, or as a
// year alone.
func dated(v string) (date, year bool) {
	var groups [3]int
	var lengths [3]int
	n := 0
	inside := false
	for _, r := range v {
		d := digit(r)
		switch {
		case d >= 0 && !inside && n == 3:
			return false, false
		case d >= 0:
			if !inside {
				inside = true
				n++
			}
			if lengths[n-1]++; lengths[n-1] > 8 {
				return false, false
			}
			groups[n-1] = groups[n-1]*10 + d
		case strings.ContainsRune("-/. \u200e\u200f", r):
			inside = false
		case r == 'T' && n == 3: // a time follows
			return plausible(groups, lengths), false
		default:
			return false, false
		}
	}
	switch {
	case n == 1 && lengths[0] == 8:
		ymd, dmy := groups[0]/10000, groups[0]%10000
		return isYear(ymd) || isYear(dmy), false
	case n == 1 && lengths[0] == 4:
		return false, isYear(groups[0])
	case n == 3:
		return plausible(groups, lengths), false
	}
	return false, false
}

// plausible reports whether three numbers are day, month and year in some
// order. Clerks mistype days: limits are wide.
func plausible(g, lengths [3]int) bool {
	switch {
	case lengths[0] == 4:
		return isYear(g[0]) && g[1] <= 31 && g[2] <= 31
	case lengths[2] == 4:
		return isYear(g[2]) && g[0] <= 31 && g[1] <= 31
	}
	return lengths[0] <= 2 && lengths[1] <= 2 && lengths[2] == 2 && g[0] <= 31 && g[1] <= 31
}

func isYear(v int) bool { return v >= 1800 && v <= 2200 }

// digit is the value of a digit of any script in use; -1 for others.
func digit(r rune) int {
	for _, zero := range []rune{'0', '٠', '۰'} {
		if r >= zero && r <= zero+9 {
			return int(r - zero)
		}
	}
	return -1
}

// most is the share of values that must look like a kind.
const most = .7

// fits reports whether values look like what a kind holds.
func (l *look) fits(k linkage.Kind) bool {
	switch k {
	case linkage.Given, linkage.Family, linkage.Full, linkage.Parent:
		return l.share(l.worded) >= most
	case linkage.Date:
		return l.share(l.dates+l.years) >= most
	case linkage.Document:
		return l.share(l.alnum) >= most && (l.filled < 50 || float64(l.distinct) > .3*float64(l.filled))
	case linkage.Phone:
		return l.share(l.phones) >= most
	case linkage.Email:
		return l.share(l.emails) >= most
	case linkage.Category:
		return l.distinct <= max(2, min(200, l.filled/2))
	case linkage.Number:
		return l.share(l.digits) >= .5
	case linkage.Place, linkage.Text:
		return l.share(l.worded) >= .3
	}
	return false
}
