package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"sijil/internal/errs"
	"sijil/internal/strictjson"
)

// maxDepth is how deep lists and objects may stand in each other.
const maxDepth = 16

// readBody reads a body of JSON and holds it to one value without repeated
// names, invalid UTF-8, zero characters or depth.
func readBody(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	if err := checkType(r.Header); err != nil {
		return nil, err
	}
	if r.ContentLength > most {
		return nil, tooLarge()
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return nil, tooLarge()
	}
	if err != nil {
		return nil, &errs.Error{Kind: errs.Invalid, Code: codeSyntax, What: "the body ended too early", Fix: "send it whole", Err: err}
	}
	return data, checkJSON(data)
}

// noBody refuses a body where none is read: it would be dropped silently.
func noBody(r *http.Request) error {
	var one [1]byte
	if n, _ := io.ReadFull(r.Body, one[:]); n > 0 {
		return &errs.Error{Kind: errs.Invalid, Code: codeSyntax, What: "a body was sent where none is read", Fix: "send none"}
	}
	return nil
}

func checkType(h http.Header) error {
	bad := &errs.Error{Kind: errs.Invalid, Code: codeMediaType, What: "the body is not declared as plain JSON in UTF-8", Fix: "send Content-Type: application/json and no Content-Encoding"}
	if len(h.Values("Content-Type")) != 1 || h.Get("Content-Encoding") != "" {
		return bad
	}
	kind, parameters, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return bad
	}
	for name, value := range parameters {
		if name != "charset" || !strings.EqualFold(value, "utf-8") {
			return bad
		}
	}
	return nil
}

func tooLarge() error {
	return &errs.Error{Kind: errs.Invalid, Code: codeTooLarge, What: "the body is larger than this operation reads", Fix: "send less at a time"}
}

// checkJSON walks through a text token by token.
func checkJSON(data []byte) error {
	d := jsontext.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.ReadToken()
		if err != nil {
			return syntax(data, err)
		}
		if d.StackDepth() > maxDepth {
			return syntaxOf("lists and objects stand too deep in each other", "send a flatter text")
		}
		if token.Kind() == '"' && strings.ContainsRune(token.String(), 0) {
			return syntaxOf("a text holds a character of code zero", "leave it out")
		}
		if d.StackDepth() == 0 {
			break
		}
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return syntaxOf("something follows the JSON value", "send one value")
	}
	return nil
}

func syntaxOf(what, fix string) error {
	return &errs.Error{Kind: errs.Invalid, Code: codeSyntax, What: what, Fix: fix}
}

// syntax says what is wrong and on which line, without the path: its names are
// the caller's own words.
func syntax(data []byte, err error) error {
	e := strictjson.Locate(data, err)
	e.Code, e.Field, e.Line = codeSyntax, "", 0
	if len(bytes.TrimSpace(data)) == 0 {
		e.What, e.Fix = "the body is empty", "send what the operation asks for"
	}
	return e
}

// strictFormat is how the library reads and writes JSON.
func unmarshal(data []byte, v any) error {
	if err := json.Unmarshal(data, v, json.RejectUnknownMembers(true)); err != nil {
		return syntax(data, err)
	}
	return nil
}

func marshal(w io.Writer, v any) error { return json.MarshalWrite(w, v, json.Deterministic(true)) }
