package api

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// examples makes examples of bodies from those of their fields, so that each
// is written once. Optional fields stand in it when they have an example.
type examples struct{ schemas huma.Registry }

// of returns the example of a schema.
func (x examples) of(s *huma.Schema) any {
	if s.Ref != "" {
		s = x.schemas.SchemaFromRef(s.Ref)
	}
	if len(s.Examples) > 0 {
		return s.Examples[0]
	}
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	switch s.Type {
	case huma.TypeObject:
		out := map[string]any{}
		for name, p := range s.Properties {
			if required(s, name) || len(p.Examples) > 0 || p.Type == huma.TypeArray && p.Items.Ref != "" && len(s.Required) == 0 {
				out[name] = x.of(p)
			}
		}
		return out
	case huma.TypeArray:
		return []any{x.of(s.Items)}
	case huma.TypeBoolean:
		return false
	case huma.TypeInteger, huma.TypeNumber:
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 0
	}
	if s.Format == "date-time" {
		return "2026-11-20T09:00:00Z"
	}
	return "text"
}

func required(s *huma.Schema, name string) bool {
	return slices.Contains(s.Required, name)
}

// fill puts an example beside every body that has none.
func (x examples) fill(doc *huma.OpenAPI) {
	each := func(content map[string]*huma.MediaType) {
		for _, m := range content {
			if m.Example == nil && m.Schema != nil {
				m.Example = x.of(m.Schema)
			}
		}
	}
	for _, item := range doc.Paths {
		for _, op := range operationsOf(item) {
			if op.RequestBody != nil {
				each(op.RequestBody.Content)
			}
			for _, r := range op.Responses {
				each(r.Content)
			}
		}
	}
	for _, r := range doc.Components.Responses {
		each(r.Content)
	}
}

func operationsOf(item *huma.PathItem) []*huma.Operation {
	var out []*huma.Operation
	for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete} {
		if op != nil {
			out = append(out, op)
		}
	}
	return out
}

// pretty is an example as the page prints it.
func pretty(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return ""
	}
	return strings.TrimSpace(b.String())
}

// aDeclaration is an example of one, since its members are named in one of
// three ways.
var aDeclaration = map[string]any{
	"as_of": "2026-11-01", "locality": "01.002-U", "declarant": "1", "answers": map[string]any{},
	"members": []any{map[string]any{
		"ref": "1", "answers": map[string]any{},
		"claim": map[string]any{"idcs": "0000000000", "name": "Invented Example", "birth": "1980-02-14"},
	}},
}
