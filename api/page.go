package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"sijil/internal/errs"
)

// The page is made once, from the document: what it says of an operation is
// what answers. It has no script, and asks nobody for anything.

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

// pagePolicy allows the one style sheet inside the page.
var pagePolicy = func() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
}()

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(pageStyle) }, //nolint:gosec // our own file
}).Parse(pageText))

type shownPage struct {
	Doc       *huma.OpenAPI
	Resources []shownResource
	Problem   string
}

type shownResource struct {
	Name, About string
	Operations  []shownOperation
}

type shownOperation struct {
	*huma.Operation

	Access     string
	Anonymous  bool
	Keyed      bool
	Parameters []*huma.Param
	Fields     []shownField
	Request    string
	Status     string
	Response   string
}

type shownField struct {
	Name, Kind, About string
	Required          bool
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func renderPage(doc *huma.OpenAPI) ([]byte, error) {
	p := shownPage{Doc: doc}
	for _, t := range doc.Tags {
		r := shownResource{Name: t.Name, About: t.Description}
		for _, path := range sortedPaths(doc) {
			for _, op := range operationsOf(doc.Paths[path]) {
				if slices.Contains(op.Tags, t.Name) {
					r.Operations = append(r.Operations, showOperation(doc, op))
				}
			}
		}
		p.Resources = append(p.Resources, r)
	}
	p.Problem = pretty(doc.Components.Responses["Problem"].Content[ProblemType].Example)
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return nil, &errs.Error{Code: "api.page", What: "the page of the API cannot be made", Err: err}
	}
	return b.Bytes(), nil
}

func sortedPaths(doc *huma.OpenAPI) []string {
	out := make([]string, 0, len(doc.Paths))
	for path := range doc.Paths {
		out = append(out, path)
	}
	slices.Sort(out)
	return out
}

func showOperation(doc *huma.OpenAPI, op *huma.Operation) shownOperation {
	o := shownOperation{Operation: op, Anonymous: len(op.Security[0]) == 0, Status: strconv.Itoa(op.DefaultStatus)}
	o.Access, _ = op.Extensions["x-sijil-access"].(string)
	for _, x := range op.Parameters {
		switch {
		case strings.HasSuffix(x.Ref, keyHeader):
			o.Keyed = true
		case x.Ref == "":
			o.Parameters = append(o.Parameters, x)
		}
	}
	if op.RequestBody != nil {
		m := op.RequestBody.Content["application/json"]
		o.Request, o.Fields = pretty(m.Example), fieldsOf(doc, m.Schema)
	}
	if m := op.Responses[o.Status].Content["application/json"]; m != nil {
		o.Response = pretty(m.Example)
	}
	return o
}

// fieldsOf lists the fields of a body, in order.
func fieldsOf(doc *huma.OpenAPI, s *huma.Schema) []shownField {
	if s.Ref != "" {
		s = doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	var out []shownField
	for name, p := range s.Properties {
		out = append(out, shownField{Name: name, Kind: kindOf(p), About: p.Description, Required: required(s, name)})
	}
	slices.SortFunc(out, func(a, b shownField) int {
		if a.Required != b.Required {
			if a.Required {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

func kindOf(s *huma.Schema) string {
	switch {
	case s.Ref != "":
		return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
	case s.Type == huma.TypeArray:
		return "list of " + kindOf(s.Items)
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, w := range s.Enum {
			words[i], _ = w.(string)
		}
		return strings.Join(words, ", ")
	case s.Format == "date-time":
		return "instant"
	case s.Type == huma.TypeString:
		return "text"
	}
	return s.Type
}

// kept is an answer that does not change, compressed once.
type kept struct{ plain, zipped []byte }

func keep(text []byte) (kept, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(text)
	}
	if err == nil {
		err = z.Close()
	}
	return kept{text, b.Bytes()}, err
}

func (k kept) send(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept-Encoding")
	text := k.plain
	for way := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		if strings.TrimSpace(way) == "gzip" {
			w.Header().Set("Content-Encoding", "gzip")
			text = k.zipped
			break
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = w.Write(text) // who asked may have gone
}
