package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"sijil/access"
	"sijil/internal/errs"
)

// operation is one method of one path.
type operation struct {
	id      string // stable, unique: programs are generated from it
	method  string
	path    string
	tag     string // the resource, as the page groups it
	summary string
	about   string

	may       access.Operation // what the table of package access is asked; "" asks for an account only
	anonymous bool             // needs no account: the simulator and the login
	creates   bool             // needs an Idempotency-Key
	status    int              // of a success; 0 is 200, or 204 without a body
	most      int64            // bytes of a body; 0 is 64 KiB
	example   any              // of the body; nil is made from those of its fields

	body bool // takes one; add finds out
}

// call is who asks, and what came in headers.
type call struct {
	access.Caller

	key    string // the Idempotency-Key
	secret string // what came as Bearer
	names  map[string]bool
}

type callKey struct{}

// no is the input of an operation that takes nothing, and the output of one
// that answers nothing.
type no struct{}

// given is an input that is a body only.
type given[T any] struct{ Body T }

// answered is an output that is a body only.
type answered[T any] struct{ Body T }

// add registers an operation that answers with a body. The input I is a struct
// with fields for path, query and Body as the library reads them.
func add[I, O any](a *API, o operation, do func(ctx context.Context, c *call, in *I) (*O, error)) {
	register(a, o, func(ctx context.Context, in *I) (*answered[O], error) {
		out, err := do(ctx, called(ctx), in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return &answered[O]{Body: *out}, nil
	})
}

// addNone registers an operation that answers nothing.
func addNone[I any](a *API, o operation, do func(ctx context.Context, c *call, in *I) error) {
	o.status = http.StatusNoContent
	register(a, o, func(ctx context.Context, in *I) (*no, error) {
		if err := do(ctx, called(ctx), in); err != nil {
			return nil, a.problem(ctx, err)
		}
		return &no{}, nil
	})
}

func called(ctx context.Context) *call {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return &call{} // nobody, who may do nothing
	}
	return c
}

func register[I, O any](a *API, o operation, do func(context.Context, *I) (*O, error)) {
	if o.most == 0 {
		o.most = 64 << 10
	}
	op := huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Tags: []string{o.tag}, Summary: o.summary, Description: o.about, DefaultStatus: o.status,
		MaxBodyBytes: -1, BodyReadTimeout: -1, // the gate has read it; the library would cut the connection after 5 s
		Metadata:   map[string]any{operationKey: &o},
		Extensions: map[string]any{},
		Responses:  map[string]*huma.Response{"default": {Ref: "#/components/responses/Problem"}},
		Security:   []map[string][]string{{bearer: {}}},
	}
	if o.anonymous {
		op.Security = []map[string][]string{{}}
	} else {
		for _, name := range []string{roleHeader, purposeHeader, caseHeader} {
			op.Parameters = append(op.Parameters, &huma.Param{Ref: "#/components/parameters/" + name})
		}
	}
	if o.creates {
		op.Parameters = append(op.Parameters, &huma.Param{Ref: "#/components/parameters/" + keyHeader})
	}
	if o.may != "" {
		op.Extensions["x-sijil-access"] = string(o.may)
	}
	huma.Register(a.huma, op, do)
}

// operationKey is where the library keeps our operation.
const operationKey = "sijil"

// adapter lets the library register at our mux, behind the gate.
type adapter struct{ a *API }

// Handle registers one operation.
func (d adapter) Handle(op *huma.Operation, answer func(huma.Context)) {
	a := d.a
	o, ok := op.Metadata[operationKey].(*operation)
	if !ok {
		panic("api: an operation was registered without add")
	}
	o.body = op.RequestBody != nil
	if o.body {
		op.Extensions["x-sijil-largest-body"] = o.most
	}
	if o.body && o.example != nil {
		op.RequestBody.Content["application/json"].Example = o.example
	}
	for _, p := range op.Parameters {
		a.names[p.Name] = true
	}
	if len(a.methods[op.Path]) == 0 {
		a.mux.HandleFunc(op.Path, func(w http.ResponseWriter, r *http.Request) { a.notAllowed(w, r, op.Path) })
	}
	a.methods[op.Path] = append(a.methods[op.Path], op.Method)
	a.mux.HandleFunc(op.Method+" "+op.Path, func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), a.Timeout)
		defer cancel()
		r = r.WithContext(ctx)
		admitted, err := a.admit(w, r, o)
		if err != nil {
			discard(r.Body)
			a.refuse(w, r, err)
			return
		}
		answer(humago.NewContext(op, admitted, w))
	})
}

// ServeHTTP is asked for by the library's interface.
func (d adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.a.ServeHTTP(w, r) }

func (a *API) notAllowed(w http.ResponseWriter, r *http.Request, path string) {
	discard(r.Body)
	w.Header().Set("Allow", strings.Join(slices.Sorted(slices.Values(a.methods[path])), ", "))
	a.refuse(w, r, &errs.Error{Kind: errs.Invalid, Code: codeMethod, What: "this method is not one of this path", Fix: "see the header Allow"})
}

// Names of headers that every operation reads, and of the way to log in.
const (
	roleHeader    = "Sijil-Role"
	purposeHeader = "Sijil-Purpose"
	caseHeader    = "Sijil-Case"
	keyHeader     = "Idempotency-Key"
	bearer        = "bearer"
)

var libraryOnce sync.Once

func (a *API) newHuma() huma.API {
	libraryOnce.Do(func() {
		huma.ValidateStrictCasing = true
		huma.NewError = func(status int, _ string, causes ...error) huma.StatusError {
			return fromLibrary(context.Background(), status, causes)
		}
		huma.NewErrorWithContext = func(c huma.Context, status int, _ string, causes ...error) huma.StatusError {
			return fromLibrary(c.Context(), status, causes)
		}
	})
	format := huma.Format{Marshal: marshal, Unmarshal: unmarshal}
	return huma.NewAPI(huma.Config{
		OpenAPI: a.describe(), DefaultFormat: "application/json", RejectUnknownQueryParameters: true,
		Formats: map[string]huma.Format{"application/json": format, "json": format},
	}, adapter{a})
}
