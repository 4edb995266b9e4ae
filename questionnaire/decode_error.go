package questionnaire

import (
	"errors"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"sijil/internal/errs"
	"sijil/internal/strictjson"
)

// maxErrors bounds how many faults of one declaration are reported.
const maxErrors = 50

// field is the path of what is being read; it becomes text only in errors.
type field struct {
	member  int // from 1; 0 for the household
	answers bool
	name    string
}

func (f field) String() string {
	out := ""
	if f.member > 0 {
		out = "members[" + strconv.Itoa(f.member-1) + "]"
	}
	if f.answers {
		out += ".answers"
	}
	if f.name != "" {
		out += "." + f.name
	}
	if out != "" && out[0] == '.' {
		out = out[1:]
	}
	return out
}

func (dec *decoder) bad(f field, what, fix string) {
	if len(dec.errs) < maxErrors {
		dec.errs.Addf(f.String(), fix, "%s", what)
	}
}

// missing reports the names, whose bits in seen are their places, that did not
// stand in the object.
func (dec *decoder) missing(at field, seen uint, names ...string) {
	for bit, name := range names {
		if seen&(1<<bit) == 0 {
			at.name = name
			dec.bad(at, "missing", "state it")
		}
	}
}

// wrong reports a value of the wrong kind and passes over it.
func (dec *decoder) wrong(at field, expected string) {
	if dec.skip(); !dec.stopped {
		dec.bad(at, "another kind of value stands here", "write "+expected)
	}
}

// unknown reports a name nobody knows and passes over its value.
func (dec *decoder) unknown(at field, name []byte, fix string) {
	at.name = named(string(name))
	if dec.skip(); !dec.stopped {
		dec.bad(at, "unknown name", fix)
	}
}

// named keeps what an unknown name shows of itself to what a code may look
// like: a person's name can stand in the wrong place.
func named(name string) string {
	if name == "" || len(name) > 40 {
		return "?"
	}
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return "?"
		}
	}
	return name
}

// place is the path of a JSON pointer, of whose names only codes are shown.
func place(p jsontext.Pointer) string {
	var shown jsontext.Pointer
	for name := range p.Tokens() {
		shown = shown.AppendToken(named(name))
	}
	return strictjson.Path(shown)
}

// malformed ends the reading with an error of the JSON library.
func (dec *decoder) malformed(err error) {
	e := strictjson.Locate(dec.line, err)
	e.Line = 0 // of the line itself; the reader knows which one of the file it is
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	if ok {
		e.Field = place(syntax.JSONPointer)
	}
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		e.What, e.Fix = "not JSON: "+e.What, "check that the line is whole"
	case ok:
		e.What += " at column " + strconv.FormatInt(syntax.ByteOffset+1, 10)
	}
	dec.stop(e)
}

// stop ends the reading with an error beside those found before.
func (dec *decoder) stop(e *errs.Error) {
	if dec.stopped {
		return
	}
	e.Kind, dec.stopped = errs.Invalid, true
	dec.errs.Add(e)
}
