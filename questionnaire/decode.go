package questionnaire

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"sijil/internal/civil"
	"sijil/internal/errs"
)

// ParseDeclaration reads one declaration from a line of JSON. See
// docs/questionnaire.md for its form. Unknown names, answers of the wrong
// type, outside their list or limits, dates of birth after the as-of date, and
// households without exactly one head are errors; all of them are reported
// together, each with the path of its field, and none repeats what was
// answered. What is not JSON, and a name that stands twice in one object, end
// the reading with an error beside those found before. Limits are here the
// widest of all strata; Check applies those of the place.
func (q *Questionnaire) ParseDeclaration(line []byte) (*Declaration, error) {
	d := new(Declaration)
	if err := q.DecodeDeclaration(d, line); err != nil {
		return nil, err
	}
	return d, nil
}

// DecodeDeclaration is ParseDeclaration into d, whose slices are used again.
// After an error d is not usable.
func (q *Questionnaire) DecodeDeclaration(d *Declaration, line []byte) error {
	dec, ok := q.decoders.Get().(*decoder)
	if !ok {
		dec = &decoder{q: q, in: jsontext.NewDecoder(new(bytes.Buffer))}
	}
	defer q.decoders.Put(dec)
	d.Household, d.AsOf, d.Locality, d.Variant = "", civil.Date{}, "", ""
	d.Members = d.Members[:0]
	d.Answers = blank(d.Answers, len(q.Household))
	dec.d, dec.line, dec.stopped, dec.errs = d, line, false, nil
	// The decoder reads a bytes.Buffer in place, without copying the line.
	dec.buffer = *bytes.NewBuffer(line)
	dec.in.Reset(&dec.buffer)
	dec.household()
	dec.end()
	if !dec.stopped {
		dec.finish()
	}
	return dec.errs.Err()
}

// blank returns n answers that are left out, in the room of old if it has it.
func blank(old []Answer, n int) []Answer {
	if cap(old) < n {
		return make([]Answer, n)
	}
	old = old[:n]
	clear(old)
	return old
}

// decoder reads one declaration at a time. Once it is stopped its methods return
// nothing, and loops end.
type decoder struct {
	q         *Questionnaire
	d         *Declaration
	line      []byte
	buffer    bytes.Buffer // the line, where in reads it
	in        *jsontext.Decoder
	unescaped []byte // room for the text read last
	guess     int    // position of the item expected next
	stopped   bool   // the line is malformed; nothing is read after that
	errs      errs.List
}

// maxDepth bounds the nesting of values that are passed over; a declaration
// itself has no use for more than five levels.
const maxDepth = 16

// next returns the kind of the next value, 0 where there is none.
func (dec *decoder) next() jsontext.Kind { return dec.in.PeekKind() }

// take reads the next token, whatever it is.
func (dec *decoder) take() {
	if _, err := dec.in.ReadToken(); err != nil {
		dec.malformed(err)
	}
}

// object reads an object, handing each name to read, which consumes the value.
func (dec *decoder) object(at field, read func(name []byte)) {
	if dec.next() != '{' {
		dec.wrong(at, "an object")
		return
	}
	dec.take()
	for !dec.stopped && dec.next() != '}' {
		if name, ok := dec.text(); ok {
			read(name)
		}
	}
	if !dec.stopped {
		dec.take()
	}
}

// text reads a text. It is valid until the next value is read.
func (dec *decoder) text() (text []byte, ok bool) {
	if dec.next() != '"' {
		dec.take() // which says what is wrong: only names of objects get here
		return nil, false
	}
	quoted := dec.scalar()
	if dec.stopped {
		return nil, false
	}
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1], true
	}
	var err error
	if dec.unescaped, err = jsontext.AppendUnquote(dec.unescaped[:0], quoted); err != nil {
		dec.malformed(err)
	}
	return dec.unescaped, err == nil
}

// words reads a text where one belongs.
func (dec *decoder) words(at field) (text []byte, ok bool) {
	if dec.next() != '"' {
		dec.wrong(at, "text")
		return nil, false
	}
	return dec.text()
}

// scalar reads a text, number or truth as it is written.
func (dec *decoder) scalar() []byte {
	raw, err := dec.in.ReadValue()
	if err != nil {
		dec.malformed(err)
	}
	return raw
}

// skip passes over one value of any kind.
func (dec *decoder) skip() {
	depth := dec.in.StackDepth()
	for {
		if dec.take(); dec.stopped {
			return
		}
		switch now := dec.in.StackDepth(); {
		case now <= depth:
			return
		case now > maxDepth:
			dec.stop(&errs.Error{Field: place(dec.in.StackPointer()), What: "nested too deeply", Fix: "a declaration holds members, answers and states, and nothing below them"})
			return
		}
	}
}

// end reads to the end of the line.
func (dec *decoder) end() {
	if dec.stopped {
		return
	}
	switch _, err := dec.in.ReadToken(); {
	case err == nil:
		dec.stop(&errs.Error{What: "not JSON: text follows the object", Fix: "write one object a line"})
	case !errors.Is(err, io.EOF):
		dec.malformed(err)
	}
}
