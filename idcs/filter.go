package idcs

import (
	"bytes"
	"slices"
	"strings"

	"sijil/internal/errs"
)

const allDigits uint16 = 1<<10 - 1

// local holds the filters that a prefix of a number can already break. Zero
// fields bind nothing.
type local struct {
	sequence  int
	wrap      bool
	near      int
	block     int
	evens     int
	pairs     int
	forbidden [][]uint8
}

func (l *local) empty() bool {
	return l.sequence == 0 && l.near == 0 && l.block == 0 && l.evens == 0 && l.pairs == 0 && len(l.forbidden) == 0
}

// shape is a filter on the two ends of a whole number.
type shape struct {
	digits   int
	reversed bool
}

// add compiles one filter into s.
func (s *Scheme) add(f Filter) *errs.Error {
	if len(f.Values) > 0 && f.Name != Forbidden {
		return errs.Bad("values", "the filter takes no values", "leave them out")
	}
	if f.Wrap && f.Name != Sequence {
		return errs.Bad("wrap", "the filter does not wrap", "leave it out")
	}
	switch f.Name {
	case Sequence:
		s.local.wrap = f.Wrap
		return s.limit(&s.local.sequence, f.Limit, 3, s.length)
	case RepeatedDigit:
		return s.limit(&s.local.near, f.Limit, 1, s.length-1)
	case RepeatedBlock:
		return s.limit(&s.local.block, f.Limit, 2, s.length/2)
	case EvenRun:
		return s.limit(&s.local.evens, f.Limit, 2, s.length)
	case PairRepeated:
		return s.limit(&s.local.pairs, f.Limit, 2, s.length/2)
	case HalvesEqual, HalvesReversed:
		sh := shape{reversed: f.Name == HalvesReversed}
		if f.Limit == 0 {
			f.Limit = s.length / 2
		}
		if err := s.limit(&sh.digits, f.Limit, 2, s.length-1); err != nil {
			return err
		}
		if slices.ContainsFunc(s.shapes, func(o shape) bool { return o.reversed == sh.reversed }) {
			return errs.Bad("name", "the filter stands twice", "keep one of them")
		}
		s.shapes = append(s.shapes, sh)
		return nil
	case Forbidden:
		return s.forbid(f)
	}
	return errs.Bad("name", "there is no such filter", "known filters: "+strings.Join(Names(), ", "))
}

func (s *Scheme) limit(field *int, limit, low, high int) *errs.Error {
	if *field != 0 {
		return errs.Bad("name", "the filter stands twice", "keep one of them")
	}
	if limit < low || limit > high {
		return errs.Bad("limit", "the limit is out of range for this filter and length", "see the filter's description")
	}
	*field = limit
	return nil
}

func (s *Scheme) forbid(f Filter) *errs.Error {
	if f.Limit != 0 {
		return errs.Bad("limit", "the filter takes no limit", "leave it out")
	}
	if len(f.Values) == 0 {
		return errs.Bad("values", "no value is forbidden", "list digit strings, or leave the filter out")
	}
	for _, v := range f.Values {
		if v == "" || len(v) > MaxLength || strings.Trim(v, "0123456789") != "" {
			return errs.Bad("values", "a forbidden value is not a string of 1 to 16 digits", "write digits only")
		}
		d := []byte(v)
		for i := range d {
			d[i] -= '0'
		}
		s.local.forbidden = append(s.local.forbidden, d)
	}
	return nil
}

// next returns which digits may follow the prefix d under the local filters,
// a bit each. It is the one definition of these filters: drawing and counting
// both use it.
func (s *Scheme) next(d []uint8) uint16 {
	if len(d) < 2 {
		return s.local.next(d)
	}
	ok := s.window[d[len(d)-2]*10+d[len(d)-1]]
	if ok == 0 || s.far.empty() {
		return ok
	}
	return ok & s.far.next(d)
}

// split tabulates the filters that look back two digits at most, which are
// most of them and all but a few steps of a count, and keeps the others apart.
func (s *Scheme) split() {
	near, far := local{wrap: s.local.wrap}, s.local
	if far.sequence <= 3 {
		near.sequence, far.sequence = far.sequence, 0
	}
	if far.near <= 2 {
		near.near, far.near = far.near, 0
	}
	if far.evens <= 3 {
		near.evens, far.evens = far.evens, 0
	}
	far.forbidden = nil
	for _, f := range s.local.forbidden {
		if len(f) <= 3 {
			near.forbidden = append(near.forbidden, f)
		} else {
			far.forbidden = append(far.forbidden, f)
		}
	}
	for i := range s.window {
		s.window[i] = near.next([]uint8{uint8(i / 10), uint8(i % 10)})
	}
	s.far = far
}

func (l *local) next(d []uint8) uint16 {
	ok := allDigits
	for _, c := range d[max(0, len(d)-l.near):] {
		ok &^= 1 << c
	}
	if l.sequence > 0 && len(d) >= l.sequence-1 {
		ok &^= l.afterRun(d[len(d)-l.sequence+1:])
	}
	if l.evens > 0 && len(d) >= l.evens-1 && onlyEven(d[len(d)-l.evens+1:]) {
		ok &^= 1<<2 | 1<<4 | 1<<6 | 1<<8
	}
	if l.block > 0 {
		ok &^= afterBlock(d, l.block)
	}
	if l.pairs > 0 && len(d) >= 2*l.pairs-1 {
		ok &^= afterPairs(d[len(d)-2*l.pairs+1:])
	}
	for _, f := range l.forbidden {
		n := len(f) - 1
		if len(d) >= n && (n == 0 || d[len(d)-1] == f[n-1]) && bytes.HasSuffix(d, f[:n]) {
			ok &^= 1 << f[n]
		}
	}
	return ok
}

// afterRun returns the digits that would lengthen the run, up or down, that
// tail is.
func (l *local) afterRun(tail []uint8) uint16 {
	up, down := true, true
	for i := 1; i < len(tail); i++ {
		step := int(tail[i]) - int(tail[i-1])
		up = up && (step == 1 || l.wrap && step == -9)
		down = down && (step == -1 || l.wrap && step == 9)
	}
	var ban uint16
	last := tail[len(tail)-1]
	if up && (last < 9 || l.wrap) {
		ban |= 1 << ((last + 1) % 10)
	}
	if down && (last > 0 || l.wrap) {
		ban |= 1 << ((last + 9) % 10)
	}
	return ban
}

func onlyEven(tail []uint8) bool {
	for _, c := range tail {
		if c == 0 || c&1 == 1 {
			return false
		}
	}
	return true
}

// afterBlock returns the digits that would end a second block of n digits
// equal to one before it.
func afterBlock(d []uint8, n int) uint16 {
	start := len(d) - n + 1 // where the block that the next digit ends starts
	var ban uint16
	for i := 0; i+n <= start; i++ {
		same := true
		for k := range n - 1 {
			if d[i+k] != d[start+k] {
				same = false
				break
			}
		}
		if same {
			ban |= 1 << d[i+n-1]
		}
	}
	return ban
}

// afterPairs returns the digit that would complete the last pair of a row of
// equal pairs, of which tail is all but the last digit.
func afterPairs(tail []uint8) uint16 {
	for i := 2; i < len(tail); i++ {
		if tail[i] != tail[i-2] {
			return 0
		}
	}
	return 1 << tail[1]
}

// holds reports whether the whole number d has the shape.
func (sh shape) holds(d []uint8) bool {
	n := len(d)
	for i := range sh.digits {
		j := n - sh.digits + i
		if sh.reversed {
			j = n - 1 - i
		}
		if d[i] != d[j] {
			return false
		}
	}
	return true
}

// passes reports whether a whole number passes every filter.
func (s *Scheme) passes(d []uint8) bool {
	for _, sh := range s.shapes {
		if sh.holds(d) {
			return false
		}
	}
	if s.local.empty() {
		return true
	}
	for i, c := range d {
		if s.next(d[:i])&(1<<c) == 0 {
			return false
		}
	}
	return true
}
