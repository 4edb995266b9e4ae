package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"sijil/access"
)

// spec is the document as a reader of it sees it.
type spec struct {
	raw   any
	Paths map[string]map[string]*specOperation `json:"paths"`
	Tags  []struct{ Name string }              `json:"tags"`
}

type specOperation struct {
	method, path string

	ID         string                     `json:"operationId"`
	Summary    string                     `json:"summary"`
	Tags       []string                   `json:"tags"`
	Access     access.Operation           `json:"x-sijil-access"`
	Most       int                        `json:"x-sijil-largest-body"`
	Security   []map[string][]string      `json:"security"`
	Parameters []specParameter            `json:"parameters"`
	Body       *specBody                  `json:"requestBody"`
	Responses  map[string]json.RawMessage `json:"responses"`
}

type specParameter struct {
	Ref      string         `json:"$ref"`
	Name     string         `json:"name"`
	In       string         `json:"in"`
	Required bool           `json:"required"`
	Schema   map[string]any `json:"schema"`
}

type specBody struct {
	Content map[string]struct {
		Example json.RawMessage `json:"example"`
	} `json:"content"`
}

func (o *specOperation) anonymous() bool { return len(o.Security) == 1 && len(o.Security[0]) == 0 }

func (o *specOperation) creates() bool { return o.reads("Idempotency-Key") }

func (o *specOperation) reads(parameter string) bool {
	return slices.ContainsFunc(o.Parameters, func(p specParameter) bool {
		return p.Name == parameter || strings.HasSuffix(p.Ref, "/"+parameter)
	})
}

func readSpec(t testing.TB, s *site) *spec {
	t.Helper()
	res, text := s.ask(request(http.MethodGet, "/openapi.json", ""))
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %s", res.StatusCode, res.Header)
	}
	var d spec
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	var err error
	if d.raw, err = jsonschema.UnmarshalJSON(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	for path, item := range d.Paths {
		for method, o := range item {
			o.method, o.path = strings.ToUpper(method), path
		}
	}
	return &d
}

// operations are all, in the order of their ids.
func (d *spec) operations() []*specOperation {
	var out []*specOperation
	for _, item := range d.Paths {
		out = append(out, slices.Collect(maps.Values(item))...)
	}
	slices.SortFunc(out, func(a, b *specOperation) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// at returns what a JSON pointer of the document names.
func (d *spec) at(pointer string) (any, bool) {
	now := d.raw
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "#/"), "/") {
		m, ok := now.(map[string]any)
		if !ok {
			return nil, false
		}
		if now, ok = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]; !ok {
			return nil, false
		}
	}
	return now, true
}

// secretsOnly are operations that answer 201 and take no Idempotency-Key: what
// they make is a secret, which is kept as a keyed sum and cannot be answered
// again.
var secretsOnly = []string{"session.start", "session.rotate", "client.secret"}

func TestTheDocumentHoldsTogether(t *testing.T) {
	t.Parallel()
	d := readSpec(t, newSite(t))
	if len(d.operations()) < 40 {
		t.Fatalf("%d operations", len(d.operations()))
	}
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				if _, found := d.at(ref); !found {
					t.Errorf("%s: %s names nothing", at, ref)
				}
			}
			for name, w := range v {
				walk(at+"/"+name, w)
			}
		case []any:
			for _, w := range v {
				walk(at+"/…", w)
			}
		}
	}
	walk("#", d.raw)
	seen := map[string]bool{}
	for _, o := range d.operations() {
		if seen[o.ID] || o.ID == "" {
			t.Errorf("%s %s: its id %q is another's or missing", o.method, o.path, o.ID)
		}
		seen[o.ID] = true
		if len(o.Security) != 1 || !strings.Contains(string(o.Responses["default"]), "responses/Problem") || o.Summary == "" {
			t.Errorf("%s: security, problem or summary is missing", o.ID)
		}
		if len(o.Tags) != 1 || !slices.ContainsFunc(d.Tags, func(tag struct{ Name string }) bool { return tag.Name == o.Tags[0] }) {
			t.Errorf("%s: tags %v", o.ID, o.Tags)
		}
		if _, makes := o.Responses["201"]; makes && o.method == http.MethodPost && !o.creates() != slices.Contains(secretsOnly, o.ID) {
			t.Errorf("%s creates: Idempotency-Key %v", o.ID, o.creates())
		}
		if o.Body != nil && o.Most == 0 {
			t.Errorf("%s: the largest body is not said", o.ID)
		}
	}
}

// TestExamplesAreValid holds every example of a body to its own schema.
func TestExamplesAreValid(t *testing.T) {
	t.Parallel()
	d := readSpec(t, newSite(t))
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	const home = "https://sijil.invalid/openapi.json"
	if err := c.AddResource(home, d.raw); err != nil {
		t.Fatal(err)
	}
	checked := 0
	check := func(pointer string) {
		example, ok := d.at(pointer + "/example")
		if !ok {
			t.Errorf("%s has no example", pointer)
			return
		}
		s, err := c.Compile(home + pointer + "/schema")
		if err != nil {
			t.Errorf("%s: %v", pointer, err)
			return
		}
		if err := s.Validate(example); err != nil {
			t.Errorf("%s: %v", pointer, err)
		}
		checked++
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1").Replace
	for _, o := range d.operations() {
		at := "#/paths/" + escape(o.path) + "/" + strings.ToLower(o.method)
		if o.Body != nil {
			check(at + "/requestBody/content/application~1json")
		}
		for status, r := range o.Responses {
			if strings.Contains(string(r), `"content"`) {
				check(at + "/responses/" + status + "/content/application~1json")
			}
		}
	}
	check("#/components/responses/Problem/content/application~1problem+json")
	if checked < 60 {
		t.Errorf("%d examples", checked)
	}
}

// without are operations of the table that no address leads to, and why.
var without = map[access.Operation]string{
	access.DoorFacts:        "the social register's own question, inside the program",
	access.HouseholdCompute: "background work",
	access.OutcomeList:      "no register answers it yet: outcomes are stored by household",
	access.StaffFirst:       "made on the machine itself",
	access.LookedKeep:       "background work",
	access.LogRead:          "a person is named to the agency by a token that no auditor can come by yet",
	access.JobRun:           "background work",
}

// TestEveryOperationHasARoute compares the table of package access with the
// document: what somebody may do is reachable, or is said not to be.
func TestEveryOperationHasARoute(t *testing.T) {
	t.Parallel()
	d := readSpec(t, newSite(t))
	routed := map[access.Operation]bool{}
	for _, o := range d.operations() {
		if o.Access != "" {
			routed[o.Access] = true
		}
	}
	for _, op := range access.Operations() {
		if routed[op] == (without[op] != "") {
			t.Errorf("%s: routed %v, reason for none %q", op, routed[op], without[op])
		}
		delete(routed, op)
	}
	for op := range routed {
		t.Errorf("%s is not in the table", op)
	}
}
