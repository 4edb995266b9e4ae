package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"sijil/internal/observe"
)

// fromLibrary makes a problem of what the library found in a request: without
// the value, which the library would add.
func fromLibrary(ctx context.Context, status int, causes []error) *Problem {
	code, detail, remedy := codeInvalid, "the request does not fit the operation", "see errors, and the operation in /openapi.json"
	switch {
	case status >= http.StatusInternalServerError || status == 0:
		status, code = max(status, http.StatusInternalServerError), codeInternal
		detail, remedy = "something failed on our side", "tell whoever keeps the machines the id of the request"
	case status == http.StatusBadRequest:
		code, detail, remedy = codeSyntax, "the body is missing or cannot be read", "send what the operation asks for"
	}
	p := newProblem(status, code, detail, remedy)
	p.Request = observe.RequestID(ctx)
	known := called(ctx).names
	for _, cause := range causes {
		f := Fault{Detail: "the value does not fit"}
		if d, ok := cause.(huma.ErrorDetailer); ok {
			f = faultOf(d.ErrorDetail(), known)
		}
		p.Errors = append(p.Errors, f)
	}
	return p
}

// faultOf says where and what, in words of the library that hold no value, and
// with names of ours only: an unknown name is the caller's own text.
func faultOf(d *huma.ErrorDetail, known map[string]bool) Fault {
	var f Fault
	where, rest, _ := strings.Cut(d.Location, ".")
	if where == "body" {
		f.Pointer = "#"
		for _, segment := range strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
			place := len(segment) <= 4 && strings.Trim(segment, "0123456789") == ""
			if !known[segment] && !place {
				break
			}
			f.Pointer += "/" + segment
		}
	} else if known[rest] {
		f.Parameter = rest
	}
	switch {
	case d.Message == validation.MsgUnexpectedProperty:
		f.Detail, f.Remedy = "there is a name here that the operation does not know", "check its spelling"
	case d.Message == "unknown query parameter":
		f.Detail, f.Remedy = "there is a parameter that the operation does not know", "check its spelling"
	case strings.HasPrefix(d.Message, "expected ") || strings.HasPrefix(d.Message, "required ") || strings.HasPrefix(d.Message, "invalid "):
		f.Detail = d.Message
	default:
		f.Detail = "the value does not fit"
	}
	return f
}
