package i18n

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
	textmessage "golang.org/x/text/message"
	"golang.org/x/text/number"

	"sijil/internal/civil"
)

// Language is a language with its messages and its ways of writing.
type Language struct {
	Code string // "ar": in paths and files
	Name string // in the language itself
	Dir  string // "rtl" or "ltr"

	tag      language.Tag
	messages map[string]message
	decimal  string // the mark between whole and fraction
}

// RTL reports whether the language is written from right to left.
func (l *Language) RTL() bool { return l.Dir == "rtl" }

// The minus sign, and the marks that keep what stands between them written
// from left to right inside a text of either direction.
const (
	minus = "\u2212"
	begin = "\u2066"
	end   = "\u2069"
)

func (l *Language) printer() *textmessage.Printer { return textmessage.NewPrinter(l.tag) }

// marks finds out which mark the language uses between whole and fraction.
func (l *Language) marks() error {
	half := []rune(l.printer().Sprint(number.Decimal(1.5)))
	if len(half) != 3 || half[0] != '1' || half[2] != '5' {
		return fmt.Errorf("i18n: %s writes 1.5 as %q", l.Code, string(half))
	}
	l.decimal = string(half[1])
	return nil
}

// Decimal writes decimal text, such as "-0.128", exactly: with all of its
// digits, the language's mark, and a sign that stays in front.
func (l *Language) Decimal(text string) string {
	negative := strings.HasPrefix(text, "-")
	out := l.figures(strings.TrimPrefix(text, "-"))
	if negative {
		return l.isolate(minus + out)
	}
	return out
}

// Signed is Decimal with a plus in front of what is above zero.
func (l *Language) Signed(text string) string {
	if strings.HasPrefix(text, "-") || strings.Trim(text, "0.") == "" {
		return l.Decimal(text)
	}
	return l.isolate("+" + l.figures(text))
}

// isolate keeps a signed number together in a text written from right to left.
func (l *Language) isolate(s string) string {
	if l.RTL() {
		return begin + s + end
	}
	return s
}

func (l *Language) figures(text string) string { return strings.Replace(text, ".", l.decimal, 1) }

// Whole writes a whole number in groups of three digits.
func (l *Language) Whole(n int64) string {
	if n >= 0 && n < 1000 {
		return l.figures(fmt.Sprint(n))
	}
	if n < 0 {
		return l.isolate(minus + l.printer().Sprint(number.Decimal(-n)))
	}
	return l.printer().Sprint(number.Decimal(n))
}

// Percent writes a share, from 0 to 1, with so many decimals.
func (l *Language) Percent(share float64, decimals int) string {
	return l.isolate(l.printer().Sprint(number.Percent(share, number.Scale(decimals))))
}

// Date writes a day in words; its error is that of a missing message.
func (l *Language) Date(d civil.Date) (string, error) {
	if d.IsZero() {
		return "", nil
	}
	month, err := l.T(fmt.Sprintf("month.%d", int(d.Month)))
	if err != nil {
		return "", err
	}
	year := l.figures(fmt.Sprint(d.Year))
	if d.Day == 1 {
		return l.T("date.first", "month", month, "year", year)
	}
	return l.T("date", "day", l.figures(fmt.Sprint(d.Day)), "month", month, "year", year)
}

// DayOfYear writes a day without its year: "1 July".
func (l *Language) DayOfYear(d civil.Date) (string, error) {
	month, err := l.T(fmt.Sprintf("month.%d", int(d.Month)))
	if err != nil {
		return "", err
	}
	if d.Day == 1 {
		return l.T("date.first_of_month", "month", month)
	}
	return l.T("date.of_month", "day", l.figures(fmt.Sprint(d.Day)), "month", month)
}
