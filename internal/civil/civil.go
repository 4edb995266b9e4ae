// Package civil knows calendar dates as the law and people use them: days
// without a time of day or a zone, and dates of birth of which only the year
// or the month is known.
//
// It refuses to know what day it is; package clock does, in the country's
// zone.
package civil

import (
	"cmp"
	"fmt"
	"time"

	"sijil/internal/errs"
)

// Date is a day of the proleptic Gregorian calendar. The zero Date is no day
// at all; IsZero reports it.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// IsZero reports whether d is no day at all.
func (d Date) IsZero() bool { return d == Date{} }

// Parse reads "YYYY-MM-DD". Years run from 1850 to 2199: outside them a date
// in a civil register is a typing error.
func Parse(s string) (Date, error) {
	p, err := ParsePartial(s)
	if err != nil {
		return Date{}, err
	}
	if p.Precision() != Day {
		return Date{}, errs.Bad("", "the date has no day", "write it as YYYY-MM-DD")
	}
	return Date(p), nil
}

// MustParse is Parse for constants in code and tests; it panics on error.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Of returns the day of t in the zone of t.
func Of(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// String prints "YYYY-MM-DD", and "" for the zero Date.
func (d Date) String() string { return Partial(d).String() }

// MarshalText prints the date as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the date as Parse does; empty text is the zero Date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := Parse(string(b))
	*d = v
	return err
}

// Compare returns -1, 0 or +1 as d is before, on or after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Before reports whether d is before e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d is after e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// AddDays returns the day n days after d.
func (d Date) AddDays(n int) Date {
	return Of(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// AgeAt returns the whole years from d to the day at: the age of somebody
// born on d. Somebody born on 29 February is a year older on 1 March of a
// common year. It is negative before birth.
func (d Date) AgeAt(at Date) int {
	age := at.Year - d.Year
	if at.Month < d.Month || (at.Month == d.Month && at.Day < d.Day) {
		age--
	}
	return age
}

// DaysIn returns the number of days of a month.
func DaysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// Precision says how much of a date is known.
type Precision uint8

// The precisions.
const (
	None  Precision = iota // nothing is known
	Year                   // only the year
	Month                  // year and month
	Day                    // the whole date
)

// Partial is a date of which only the year, or the year and the month, may be
// known: Month or Day is then 0.
type Partial Date

// ParsePartial reads "YYYY", "YYYY-MM" or "YYYY-MM-DD".
func ParsePartial(s string) (Partial, error) {
	bad := func(what string) (Partial, error) {
		return Partial{}, errs.Bad("", what, "write a date as YYYY-MM-DD, YYYY-MM or YYYY")
	}
	if len(s) != 4 && len(s) != 7 && len(s) != 10 {
		return bad("not a date")
	}
	var p Partial
	var ok bool
	if p.Year, ok = digits(s[:4]); !ok {
		return bad("the year is not a number")
	}
	if p.Year < 1850 || p.Year > 2199 {
		return bad("the year is not between 1850 and 2199")
	}
	if len(s) >= 7 {
		m, ok := digits(s[5:7])
		if !ok || s[4] != '-' || m < 1 || m > 12 {
			return bad("the month is not between 01 and 12")
		}
		p.Month = time.Month(m)
	}
	if len(s) == 10 {
		d, ok := digits(s[8:])
		if !ok || s[7] != '-' || d < 1 || d > DaysIn(p.Year, p.Month) {
			return bad("the month has no such day")
		}
		p.Day = d
	}
	return p, nil
}

func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// Precision returns how much of p is known.
func (p Partial) Precision() Precision {
	switch {
	case p.Year == 0:
		return None
	case p.Month == 0:
		return Year
	case p.Day == 0:
		return Month
	}
	return Day
}

// String prints what is known: "YYYY", "YYYY-MM", "YYYY-MM-DD" or "".
func (p Partial) String() string {
	switch p.Precision() {
	case None:
		return ""
	case Year:
		return fmt.Sprintf("%04d", p.Year)
	case Month:
		return fmt.Sprintf("%04d-%02d", p.Year, p.Month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", p.Year, p.Month, p.Day)
}

// MarshalText prints the date as String does.
func (p Partial) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the date as ParsePartial does; empty text is the zero
// Partial.
func (p *Partial) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*p = Partial{}
		return nil
	}
	v, err := ParsePartial(string(b))
	*p = v
	return err
}

// First returns the earliest day p can be.
func (p Partial) First() Date {
	return Date{p.Year, max(p.Month, 1), max(p.Day, 1)}
}

// Last returns the latest day p can be.
func (p Partial) Last() Date {
	d := Date(p)
	if d.Month == 0 {
		d.Month = time.December
	}
	if d.Day == 0 {
		d.Day = DaysIn(d.Year, d.Month)
	}
	return d
}

// Presume returns the day p is taken to be: p itself when it is whole,
// otherwise the month and day of presumed, as far as p leaves them open. A
// day beyond the end of the month is its last day.
func (p Partial) Presume(month time.Month, day int) Date {
	d := Date(p)
	if d.Month == 0 {
		d.Month = month
	}
	if d.Day == 0 {
		d.Day = min(day, DaysIn(d.Year, d.Month))
	}
	return d
}
