package idcs

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"sijil/internal/errs"
)

// longest is how many bytes a typed number may have before it is not worth
// looking at: sixteen digits of two bytes, each followed by a few spaces.
const longest = 256

// The codes of the errors of Check and Parse.
const (
	CodeCharacter = "idcs.character"
	CodeLength    = "idcs.length"
	CodeFirst     = "idcs.first_digit"
	CodeCheck     = "idcs.check_digit"
)

// Check reports why text is not a number of the scheme, or nil. Spaces of any
// kind are passed over, and Arabic-Indic (٠-٩) and extended Arabic-Indic
// (۰-۹) digits are read as the digits they are. Filters do not matter here:
// they bind drawing only. The error is an *errs.Error with one of the codes
// above and never holds what was typed.
func (s *Scheme) Check(text string) error {
	_, err := s.read(text)
	return err
}

// Parse reads text as Check does and returns the number.
func (s *Scheme) Parse(text string) (IDCS, error) {
	n, err := s.read(text)
	if err != nil {
		return IDCS{}, err
	}
	return of(n), nil
}

func (s *Scheme) read(text string) (uint64, error) {
	if len(text) > longest {
		return 0, s.wrongLength()
	}
	var buf [MaxLength]uint8
	n := 0
	for i, r := range text {
		c, ok := digit(r)
		switch {
		case ok && n == s.length:
			return 0, s.wrongLength()
		case ok:
			buf[n] = c
			n++
		case r == utf8.RuneError || !unicode.IsSpace(r):
			return 0, badNumber(CodeCharacter,
				fmt.Sprintf("character %d is not a digit", utf8.RuneCountInString(text[:i])+1),
				"write digits only; spaces may group them")
		}
	}
	d := buf[:n]
	if n != s.length {
		return 0, s.wrongLength()
	}
	if s.first&(1<<d[0]) == 0 {
		return 0, badNumber(CodeFirst, "no number starts with this first digit", "compare it with the receipt or card")
	}
	if !checks(d) {
		return 0, badNumber(CodeCheck, "the check digit does not fit the others",
			"a digit is mistyped or two are swapped; compare it with the receipt or card")
	}
	return join(d), nil
}

func (s *Scheme) wrongLength() error {
	return badNumber(CodeLength, fmt.Sprintf("the number does not have %d digits", s.length),
		"count the digits; the last one is the check digit")
}

func badNumber(code, what, fix string) *errs.Error {
	return &errs.Error{Kind: errs.Invalid, Code: code, What: what, Fix: fix}
}

// digit returns the value of a decimal digit in one of the three scripts.
func digit(r rune) (uint8, bool) {
	switch {
	case r >= '0' && r <= '9':
		return uint8(r - '0'), true
	case r >= '٠' && r <= '٩':
		return uint8(r - '٠'), true
	case r >= '۰' && r <= '۹':
		return uint8(r - '۰'), true
	}
	return 0, false
}

func join(d []uint8) uint64 {
	var n uint64
	for _, c := range d {
		n = n*10 + uint64(c)
	}
	return n
}
