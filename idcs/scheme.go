package idcs

import (
	"fmt"
	"strings"

	"sijil/internal/errs"
)

// The lengths a scheme may have, check digit included. Nine digits hold a
// small country; sixteen are what a 53-bit integer of a careless receiver
// still carries.
const (
	MinLength     = 9
	MaxLength     = 16
	DefaultLength = 10
)

// DefaultFirst are the first digits of a scheme that names none: 0 would be
// lost where a number is kept as an integer, and 1 is left to other uses
// (MOSIP UIN rule).
const DefaultFirst = "23456789"

// Rule is a scheme as data: the shape of valid numbers, and the filters that
// numbers to be drawn must pass besides.
type Rule struct {
	Length  int      `json:"length,omitzero"`  // digits, check digit included; 0 is DefaultLength
	First   string   `json:"first,omitzero"`   // allowed first digits; "" is DefaultFirst
	Filters []Filter `json:"filters,omitzero"` // bind drawing, never parsing
}

// Filter is one named filter with its parameters; Names lists them.
type Filter struct {
	Name   string   `json:"name"`
	Limit  int      `json:"limit,omitzero"`
	Wrap   bool     `json:"wrap,omitzero"`   // sequence: 9 and 0 are neighbours
	Values []string `json:"values,omitzero"` // forbidden: the digit strings
}

// The filters. Each bans the numbers its comment describes.
const (
	Sequence       = "sequence"        // Limit neighbouring digits each one more, or each one less, than the one before
	RepeatedDigit  = "repeated_digit"  // a digit that comes again within Limit places
	RepeatedBlock  = "repeated_block"  // a block of Limit digits that comes again further on without overlap
	EvenRun        = "even_run"        // Limit neighbouring digits of 2, 4, 6, 8
	Forbidden      = "forbidden"       // one of Values anywhere
	HalvesEqual    = "halves_equal"    // the last Limit digits equal the first Limit; 0 is half the length
	HalvesReversed = "halves_reversed" // the last Limit digits are the first Limit reversed; 0 is half the length
	PairRepeated   = "pair_repeated"   // a pair of digits Limit times in succession
)

// Names returns the names of the filters.
func Names() []string {
	return []string{Sequence, RepeatedDigit, RepeatedBlock, EvenRun, Forbidden, HalvesEqual, HalvesReversed, PairRepeated}
}

// MOSIP returns the optional set of filters of the MOSIP platform's UIN
// generator at its default settings (documentation 1.2.0).
func MOSIP() []Filter {
	return []Filter{
		{Name: Sequence, Limit: 3, Wrap: true},
		{Name: RepeatedDigit, Limit: 2},
		{Name: RepeatedBlock, Limit: 2},
		{Name: EvenRun, Limit: 3},
		{Name: HalvesEqual, Limit: 5},
		{Name: HalvesReversed, Limit: 5},
		// 142857 is the only cyclic number that fits into sixteen digits
		// without a leading zero.
		{Name: Forbidden, Values: []string{"786", "666", "142857"}},
	}
}

// Scheme is a compiled Rule. It does not change and may be shared.
type Scheme struct {
	length int
	first  uint16 // bit d: d may be a first digit
	heads  []uint8
	local  local
	shapes []shape
	window [100]uint16 // by the last two digits: what may follow, see split
	far    local       // the local filters that look back further
}

// Default returns the scheme of the zero Rule: ten digits, first 2 to 9, no
// filters.
func Default() *Scheme {
	s, err := NewScheme(Rule{})
	if err != nil {
		panic(err) // the zero Rule is valid
	}
	return s
}

// NewScheme compiles a rule. The error is an errs.List that names every field
// that is wrong.
func NewScheme(r Rule) (*Scheme, error) {
	return newScheme(r, MinLength)
}

func newScheme(r Rule, shortest int) (*Scheme, error) {
	var bad errs.List
	if r.Length == 0 {
		r.Length = DefaultLength
	}
	if r.First == "" {
		r.First = DefaultFirst
	}
	if r.Length < shortest || r.Length > MaxLength {
		bad.Addf("length", fmt.Sprintf("choose %d to %d", shortest, MaxLength), "the length is out of range")
		return nil, bad.Err()
	}
	s := &Scheme{length: r.Length}
	for _, c := range r.First {
		if c < '1' || c > '9' {
			bad.Addf("first", "list digits from 1 to 9", "a first digit is not one of 1 to 9")
			continue
		}
		if s.first&(1<<(c-'0')) != 0 {
			bad.Addf("first", "list each digit once", "a first digit stands twice")
			continue
		}
		s.first |= 1 << (c - '0')
		s.heads = append(s.heads, uint8(c-'0'))
	}
	for i, f := range r.Filters {
		if err := s.add(f); err != nil {
			err.Field = strings.TrimSuffix(fmt.Sprintf("filters[%d].%s", i, err.Field), ".")
			bad.Add(err)
		}
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	s.split()
	return s, nil
}

// Length returns the number of digits, check digit included.
func (s *Scheme) Length() int { return s.length }

// Candidates returns how many numbers have the shape of the scheme, filters
// aside: each choice of the other digits has exactly one check digit.
func (s *Scheme) Candidates() uint64 {
	n := uint64(len(s.heads))
	for range s.length - 2 {
		n *= 10
	}
	return n
}
