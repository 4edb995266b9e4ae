package questionnaire

import (
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// scanner reads one line of JSON in place. It accepts exactly what JSON
// (RFC 8259) allows, less what a declaration never needs: deep nesting.
// Everything it accepts, package jsontext accepts too; a fuzz test holds it to
// that.
type scanner struct {
	in  []byte
	pos int
}

// maxDepth bounds the nesting of values that are skipped.
const maxDepth = 16

func (s *scanner) space() {
	for s.pos < len(s.in) {
		switch s.in[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return
		}
	}
}

// next skips white space and returns the next byte without consuming it; 0 at
// the end.
func (s *scanner) next() byte {
	if s.pos < len(s.in) && s.in[s.pos] > ' ' {
		return s.in[s.pos]
	}
	s.space()
	if s.pos < len(s.in) {
		return s.in[s.pos]
	}
	return 0
}

// end reports whether nothing but white space is left.
func (s *scanner) end() bool {
	s.space()
	return s.pos == len(s.in)
}

// take consumes c when it comes next.
func (s *scanner) take(c byte) bool {
	if s.next() != c || s.pos == len(s.in) {
		return false
	}
	s.pos++
	return true
}

// text reads a string. The result lies in the input unless it was escaped.
func (s *scanner) text() (text []byte, ok bool) {
	if !s.take('"') {
		return nil, false
	}
	start, escaped, plain := s.pos, false, true
	for s.pos < len(s.in) {
		switch c := s.in[s.pos]; {
		case c == '"':
			text = s.in[start:s.pos]
			s.pos++
			if escaped {
				raw := s.in[start-1 : s.pos]
				var err error
				text, err = jsontext.AppendUnquote(nil, raw)
				return text, err == nil
			}
			return text, plain || utf8.Valid(text)
		case c == '\\':
			escaped = true
			s.pos += 2
		case c < ' ':
			return nil, false
		default:
			plain = plain && c < utf8.RuneSelf
			s.pos++
		}
	}
	return nil, false
}

// number reads a number and returns its text.
func (s *scanner) number() (text []byte, ok bool) {
	s.space()
	start := s.pos
	if s.at('-') {
		s.pos++
	}
	if s.at('0') {
		s.pos++
	} else if !s.digits() {
		return nil, false
	}
	if s.at('.') {
		s.pos++
		if !s.digits() {
			return nil, false
		}
	}
	if s.at('e') || s.at('E') {
		s.pos++
		if s.at('+') || s.at('-') {
			s.pos++
		}
		if !s.digits() {
			return nil, false
		}
	}
	return s.in[start:s.pos], true
}

func (s *scanner) at(c byte) bool { return s.pos < len(s.in) && s.in[s.pos] == c }

func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.in) && s.in[s.pos]-'0' <= 9 {
		s.pos++
	}
	return s.pos > start
}

// word consumes true, false or null.
func (s *scanner) word(w string) bool {
	s.space()
	if len(s.in)-s.pos < len(w) || string(s.in[s.pos:s.pos+len(w)]) != w {
		return false
	}
	s.pos += len(w)
	return true
}

// skip passes over one value of any kind.
func (s *scanner) skip(depth int) bool {
	switch c := s.next(); c {
	case '"':
		_, ok := s.text()
		return ok
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	case '[', '{':
		return depth < maxDepth && s.skipList(c, depth+1)
	}
	_, ok := s.number()
	return ok
}

// skipList passes over an object or a list. Nobody reads what is in it, so
// that names repeated there harm nobody: the value is refused as a whole.
func (s *scanner) skipList(open byte, depth int) bool {
	s.pos++
	end := open + 2 // ] follows [ and } follows { by two
	if s.take(end) {
		return true
	}
	for {
		if open == '{' {
			if _, ok := s.text(); !ok || !s.take(':') {
				return false
			}
		}
		if !s.skip(depth) {
			return false
		}
		if s.take(end) {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}
