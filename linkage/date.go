package linkage

// date is a date as it was written: the parts need not make a day of the
// calendar, for people mistype. A part that is not known is 0.
type date struct {
	year       uint16
	month, day uint8
}

func (d date) known() bool { return d.year != 0 }

// presumed reports whether only the year is sure: registers write 1 January
// for people whose birthday nobody knows.
func (d date) presumed() bool { return d.month <= 1 && d.day <= 1 }

func (d date) key() uint64 { return uint64(d.year)<<16 | uint64(d.month)<<8 | uint64(d.day) }

// digits returns the date as eight digits.
func (d date) digits() [8]byte {
	y := d.year
	return [8]byte{
		'0' + byte(y/1000%10), '0' + byte(y/100%10), '0' + byte(y/10%10), '0' + byte(y%10),
		'0' + d.month/10, '0' + d.month%10, '0' + d.day/10, '0' + d.day%10,
	}
}

// dateParts returns the groups of digits of v, and how many there are; n is 0
// where v has other characters than digits and separators, or too many of them.
func dateParts(v []byte) (parts [3]int, widths [3]int, n int) {
	inside := false
	for _, c := range v {
		if c == 'T' || c == ' ' && n == 3 { // a time of day follows
			break
		}
		if c < '0' || c > '9' {
			inside = false
			if c != '-' && c != '/' && c != '.' && c != ' ' {
				return parts, widths, 0
			}
			continue
		}
		if !inside {
			if n == 3 {
				return parts, widths, 0
			}
			inside = true
			n++
		}
		if widths[n-1] == 8 {
			return parts, widths, 0
		}
		parts[n-1] = 10*parts[n-1] + int(c-'0')
		widths[n-1]++
	}
	return parts, widths, n
}

// monthFirstVote says which order a date of the form x/y/year speaks for: +1
// month first, -1 day first, 0 neither.
func monthFirstVote(v []byte) int {
	p, w, n := dateParts(v)
	switch {
	case n != 3 || w[2] != 4:
		return 0
	case p[0] > 12 && p[1] <= 12:
		return -1
	case p[1] > 12 && p[0] <= 12:
		return 1
	}
	return 0
}

// readDate reads a date in one of the usual forms: 2006-01-02, 20060102,
// 02/01/2006 (01/02/2006 where months come first), 02012006, 2006-01, 2006.
// Anything else is not known.
func readDate(v []byte, monthFirst bool) date {
	p, w, n := dateParts(v)
	y, m, d := 0, 0, 0
	switch {
	case n == 3 && w[0] == 4:
		y, m, d = p[0], p[1], p[2]
	case n == 3 && w[2] == 4:
		y, m, d = p[2], p[1], p[0]
		if monthFirst {
			m, d = d, m
		}
	case n == 2 && w[0] == 4:
		y, m = p[0], p[1]
	case n == 2 && w[1] == 4:
		y, m = p[1], p[0]
	case n == 1 && w[0] == 4:
		y = p[0]
	case n == 1 && w[0] == 8 && likelyYear(p[0]/10000):
		y, m, d = p[0]/10000, p[0]/100%100, p[0]%100
	case n == 1 && w[0] == 8:
		y, m, d = p[0]%10000, p[0]/10000%100, p[0]/1000000
		if monthFirst {
			m, d = d, m
		}
	}
	if y < 1000 || y > 9999 || m > 99 || d > 99 {
		return date{}
	}
	return date{year: uint16(y), month: uint8(m), day: uint8(d)}
}

func likelyYear(y int) bool { return y >= 1800 && y < 2200 }

// compareDates returns the level of two known dates.
func compareDates(a, b date) uint8 {
	switch {
	case a.day == 0 || b.day == 0:
		return partialDates(a, b)
	case a == b && a.presumed():
		return dateSamePresumed
	case a == b:
		return dateSame
	case a.year == b.year && (a.presumed() || b.presumed()):
		return datePresumed
	case a.year == b.year && a.day == b.month && a.month == b.day:
		return dateSwapped
	}
	x, y := a.digits(), b.digits()
	if edits(string(x[:]), string(y[:]), 1) == 1 {
		return dateDigit
	}
	apart := int(a.year) - int(b.year)
	near := apart >= -2 && apart <= 2
	same := 0
	for _, eq := range [3]bool{a.year == b.year, a.month == b.month, a.day == b.day} {
		if eq {
			same++
		}
	}
	switch {
	case near && (a.presumed() || b.presumed()):
		return datePresumedNear
	case same == 2:
		return dateTwoParts
	case edits(string(x[:]), string(y[:]), 2) == 2:
		return dateTwoDigits
	case a.year == b.year:
		return dateYear
	case near:
		return dateNear
	}
	return different
}

// partialDates compares two dates one of which lacks the day.
func partialDates(a, b date) uint8 {
	switch apart := int(a.year) - int(b.year); {
	case apart == 0 && (a.month == 0 || b.month == 0 || a.month == b.month || a.presumed() || b.presumed()):
		return datePartial
	case apart >= -2 && apart <= 2:
		return datePartialNear
	}
	return datePartialOther
}
