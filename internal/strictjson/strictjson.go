// Package strictjson reads JSON data files the way a register must: unknown
// and repeated names, trailing text and invalid UTF-8 are errors, and every
// error names the line and the field.
//
// It refuses to know what the data mean, and never puts a value of the input
// into an error: a value may be a person's.
package strictjson

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"sijil/internal/errs"
)

// Unmarshal decodes data, the content of file, into v. The error is an
// *errs.Error with file, line and field.
func Unmarshal(file string, data []byte, v any) error {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	err := json.Unmarshal(data, v, json.RejectUnknownMembers(true))
	if err == nil {
		return nil
	}
	out := Locate(data, err)
	out.File = file
	return out
}

// Locate turns an error of the JSON library about data into one that says
// what is wrong, on which line and in which field. The file stays empty.
func Locate(data []byte, err error) *errs.Error {
	out := &errs.Error{Kind: errs.Invalid}
	var sem *json.SemanticError
	var syn *jsontext.SyntacticError
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		out.Line, out.What, out.Fix = 1, "the text is empty", "check that the file is whole"
	case errors.As(err, &sem):
		out.Line = line(data, sem.ByteOffset)
		out.Field = Path(sem.JSONPointer)
		// A type that reads itself from text says best what it wants.
		var own *errs.Error
		switch {
		case errors.As(sem.Err, &own):
			out.What, out.Fix = own.What, own.Fix
		case errors.Is(sem.Err, json.ErrUnknownName):
			out.What = "unknown name"
			out.Fix = "check its spelling; known here: " + strings.Join(names(sem.GoType), ", ")
		case sem.JSONKind != 0 && sem.GoType != nil:
			out.What = "found " + kindName(sem.JSONKind) + ", expected " + wanted(sem.GoType)
		default:
			out.What = "the value does not fit"
		}
	case errors.As(err, &syn):
		out.Line = line(data, syn.ByteOffset)
		out.Field = Path(syn.JSONPointer)
		switch {
		case errors.Is(syn.Err, jsontext.ErrDuplicateName):
			out.What, out.Fix = "the name stands twice in one object", "keep one of them"
		case errors.Is(syn.Err, io.ErrUnexpectedEOF) || errors.Is(err, io.ErrUnexpectedEOF):
			out.What, out.Fix = "the text ends in the middle of a value", "check that the file is whole"
		default:
			out.What = "not JSON"
			out.Fix = "check commas, quotes and brackets just before this place"
		}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		out.Line = line(data, int64(len(data)))
		out.What, out.Fix = "the text ends in the middle of a value", "check that the file is whole"
	default:
		out.What = "not JSON"
	}
	return out
}

// line returns the line of a byte offset, from 1.
func line(data []byte, offset int64) int {
	// Leading white space before the offending value belongs to its line.
	for offset < int64(len(data)) && strings.ContainsRune(" \t\r\n,", rune(data[offset])) {
		offset++
	}
	offset = min(offset, int64(len(data)))
	return 1 + bytes.Count(data[:offset], []byte("\n"))
}

// Path prints a JSON pointer as a path people write: "strata.urban.terms[3]".
func Path(p jsontext.Pointer) string {
	var b strings.Builder
	for tok := range p.Tokens() {
		if tok != "" && strings.Trim(tok, "0123456789") == "" && b.Len() > 0 {
			b.WriteString("[" + tok + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(tok)
	}
	return b.String()
}

func names(t reflect.Type) []string {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	var out []string
	for f := range t.Fields() {
		if !f.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		if name != "-" {
			out = append(out, name)
		}
	}
	return out
}

func kindName(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "a truth value"
	case '"':
		return "text"
	case '0':
		return "a number"
	case '{', '}':
		return "an object"
	case '[', ']':
		return "a list"
	}
	return "something else"
}

func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number in range"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Map, reflect.Struct:
		return "an object"
	case reflect.Pointer:
		return wanted(t.Elem())
	}
	return "another kind of value"
}
