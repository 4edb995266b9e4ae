package api_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"sijil/access"
	"sijil/api"
	"sijil/idcs"
	"sijil/internal/uid"
)

// What is planted in hostile requests must come back in no answer.
const (
	plantedName   = "Zellidja"
	plantedNumber = "7418529630"
)

const aRef = "mfrggzdfmztwq2lknnwg23tpoa"

// attack sends one operation a good request, and bad ones made of it.
type attack struct {
	*site
	*specOperation

	t      *testing.T
	role   access.Role
	number string
}

// good is a request that succeeds, as the document describes it.
func (a *attack) good() *http.Request {
	a.t.Helper()
	return a.with(a.goodBody())
}

func (a *attack) goodBody() string {
	a.t.Helper()
	if a.Body == nil {
		return ""
	}
	if a.ID == "simulator.judge" {
		data, err := os.ReadFile("../questionnaire/testdata/golden.jsonl")
		if err != nil {
			a.t.Fatal(err)
		}
		line, _, _ := strings.Cut(string(data), "\n")
		_, rest, _ := strings.Cut(line, ",") // without the sender's reference
		return "{" + rest
	}
	return strings.ReplaceAll(string(a.Body.Content["application/json"].Example), "0000000000", a.number)
}

func (a *attack) with(body string) *http.Request {
	a.t.Helper()
	l, err := openLand()
	if err != nil {
		a.t.Fatal(err)
	}
	path := strings.NewReplacer("{ref}", aRef, "{receipt}", aRef, "{case}", aRef, "{matter}", aRef, "{code}", "B2345-C6789-D", "{name}", "enrolled.witnesses", "{id}", l.Formula).Replace(a.path)
	if a.reads("locality") {
		path += "?locality=01"
	}
	if a.reads("area") {
		path += "?area=01"
	}
	r := request(a.method, path, body)
	if !a.anonymous() {
		r.Header.Set("Authorization", "Bearer "+secretOf(a.role))
		r.Header.Set("Sijil-Purpose", "a-purpose")
		r.Header.Set("Sijil-Case", aRef)
	}
	if a.creates() {
		r.Header.Set("Idempotency-Key", "0123456789abcdef")
	}
	return r
}

// roleFor is a role that may do an operation.
func roleFor(op access.Operation, may bool) access.Role {
	for i, r := range access.Roles {
		if secretOf(r) == "" || slices.Contains([]access.Role{access.Job, access.SocialRegister, access.AgencyBooks}, r) {
			continue
		}
		kind := access.Staff
		switch r {
		case access.Partner:
			kind = access.Client
		case access.Resident:
			kind = access.Person
		default:
		}
		c := access.Caller{Kind: kind, Actor: uid.ID{byte(i + 1)}, Roles: []access.Role{r}, Purpose: "p", Basis: "b", Case: "c"}
		if op == "" || (c.May(op) == nil) == may {
			return r
		}
	}
	return ""
}

// refused sends a request and holds the answer to be the problem it should be,
// with nothing of the request in it and nothing done.
func (a *attack) refused(name string, r *http.Request, status int, code string) {
	a.t.Helper()
	a.reached()
	res, text := a.ask(r)
	if done := a.reached(); len(done) > 0 {
		a.t.Errorf("%s: %s reached a register", name, done)
	}
	var p api.Problem
	if err := json.Unmarshal([]byte(text), &p); err != nil && r.Method != http.MethodHead {
		a.t.Errorf("%s: %v in %q", name, err, text)
		return
	}
	if res.StatusCode != status || p.Status != status || p.Code != code || res.Header.Get("Content-Type") != api.ProblemType || p.Type != "about:blank" || p.Title != http.StatusText(status) {
		a.t.Errorf("%s: %d %s %s, want %d %s", name, res.StatusCode, res.Header.Get("Content-Type"), text, status, code)
	}
	for _, planted := range []string{plantedName, plantedNumber, a.number} {
		if strings.Contains(text, planted) {
			a.t.Errorf("%s: the answer repeats what was sent: %s", name, text)
		}
	}
	if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Content-Security-Policy") == "" {
		a.t.Errorf("%s: headers %v", name, res.Header)
	}
	if res.Header.Get("Set-Cookie") != "" {
		a.t.Errorf("%s: a cookie", name)
	}
}

// TestHostileRequests sends every operation of the document whatever a caller
// may make of its good request.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	l, err := openLand()
	if err != nil {
		t.Fatal(err)
	}
	scheme, err := idcs.NewScheme(l.Identifier())
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := scheme.Draw(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range readSpec(t, newSite(t)).operations() {
		t.Run(o.ID, func(t *testing.T) {
			t.Parallel()
			a := &attack{site: newSite(t), specOperation: o, t: t, role: roleFor(o.Access, true), number: drawn.Digits()}
			res, text := a.ask(a.good())
			if res.StatusCode/100 != 2 {
				t.Fatalf("a good request: %d %s", res.StatusCode, text)
			}
			if len(a.reached()) == 0 && o.Tags[0] != "simulator" {
				t.Fatal("a good request reached no register")
			}
			r := a.good()
			r.Method = http.MethodPatch
			a.refused("another method", r, http.StatusMethodNotAllowed, "api.method")
			a.accounts()
			a.headers()
			a.bodies()
			a.queries()
		})
	}
}

func (a *attack) accounts() {
	if a.anonymous() {
		return
	}
	change := func(name, value string) *http.Request {
		r := a.good()
		r.Header.Set(name, value)
		return r
	}
	for name, secret := range map[string]string{
		"no secret": "", "an ended session": "Bearer sijils_ended", "a forged secret": "Bearer sijil_forged", "another scheme": "Basic " + plantedName,
		"a long secret": "Bearer " + strings.Repeat("x", 10_000), "nothing after Bearer": "Bearer ",
	} {
		a.refused(name, change("Authorization", secret), http.StatusUnauthorized, "api.credential")
	}
	twice := a.good()
	twice.Header.Add("Authorization", "Bearer "+secretOf(access.Administrator))
	a.refused("two secrets", twice, http.StatusBadRequest, "api.header")
	a.refused("a purpose that is not the account's", change("Sijil-Purpose", "refused"), http.StatusForbidden, "agency.purpose")
	a.refused("a case that is none", change("Sijil-Case", plantedName), http.StatusBadRequest, "api.header")
	a.refused("a role of others", change("Sijil-Role", "job"), http.StatusForbidden, "api.role")
	if a.Access == "" {
		return
	}
	a.refused("a role that may not", change("Authorization", "Bearer "+secretOf(roleFor(a.Access, false))), http.StatusForbidden, "access.denied")
	c := access.Caller{Kind: access.Staff, Roles: []access.Role{a.role}}
	switch a.role {
	case access.Partner:
		c.Kind = access.Client
	case access.Resident:
		c.Kind = access.Person
	default:
	}
	if c.May(a.Access) != nil {
		a.refused("no purpose", change("Sijil-Purpose", ""), http.StatusForbidden, "access.purpose")
	}
	if c.Purpose, c.Basis = "p", "b"; c.May(a.Access) != nil {
		a.refused("no case", change("Sijil-Case", ""), http.StatusForbidden, "access.case")
	}
}

func (a *attack) headers() {
	if !a.creates() {
		return
	}
	for name, keys := range map[string][]string{
		"no key": {}, "a short key": {"short"}, "a long key": {strings.Repeat("k", 101)}, "a key of many scripts": {strings.Repeat("م", 20)}, "two keys": {"0123456789abcdef", "0123456789abcdeg"},
	} {
		r := a.good()
		r.Header.Del("Idempotency-Key")
		for _, k := range keys {
			r.Header.Add("Idempotency-Key", k)
		}
		a.refused(name, r, http.StatusBadRequest, "api.idempotency_key")
	}
}

func (a *attack) bodies() {
	if a.Body == nil {
		a.refused("a body where none is read", a.with(`{"name":"`+plantedName+`"}`), http.StatusBadRequest, "api.syntax")
		return
	}
	good := a.goodBody()
	for name, body := range map[string]string{
		"half a body":        good[:len(good)/2],
		"a second value":     good + good,
		"a comma at the end": strings.TrimSuffix(strings.TrimSpace(good), "}") + ",}",
		"a mark before":      "\uFEFF" + good,
		"a repeated name":    `{"x":"` + plantedName + `","x":"` + plantedNumber + `"}`,
		"invalid UTF-8":      "{\"" + plantedName + "\":\"\xff\xfe\"}",
		"a zero character":   `{"name":"` + plantedName + `\u0000"}`,
		"a zero name":        `{"` + plantedName + `\u0000":1}`,
		"half a surrogate":   `{"name":"\ud800"}`,
		"much depth":         strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500),
		"some depth":         strings.Repeat("[", 17) + strings.Repeat("]", 17),
		"blanks":             "  \n ",
		"a form":             "name=" + plantedName,
		"not a number":       `{"a":NaN}`,
		"a comment":          good + "// " + plantedName,
	} {
		a.refused(name, a.with(body), http.StatusBadRequest, "api.syntax")
	}
	empty := a.with("")
	empty.Header.Set("Content-Type", "application/json")
	a.refused("an empty body", empty, http.StatusBadRequest, "api.syntax")
	for name, body := range map[string]string{
		"null": "null", "a list": "[]", "a text": `"` + plantedName + `"`, "a number": plantedNumber, "true": "true",
		"an unknown name":     strings.Replace(good, "{", `{"`+plantedName+`":"`+plantedNumber+`",`, 1),
		"a number for a name": strings.Replace(good, "{", `{"`+plantedNumber+`":1,`, 1),
	} {
		a.refused(name, a.with(body), http.StatusUnprocessableEntity, "api.invalid")
	}
	a.fields(good)
	a.refused("too much", a.with(`{"x":"`+strings.Repeat("x", a.Most)+`"}`), http.StatusRequestEntityTooLarge, "api.too_large")
	chunked := a.with(`{"x":"` + strings.Repeat("x", a.Most) + `"}`)
	chunked.ContentLength = -1
	a.refused("too much, its length not said", chunked, http.StatusRequestEntityTooLarge, "api.too_large")
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=iso-8859-1", "application/json; x=y", "application/xml", "application/json, text/plain", "json"} {
		r := a.good()
		r.Header.Set("Content-Type", kind)
		a.refused("declared as "+kind, r, http.StatusUnsupportedMediaType, "api.media_type")
	}
	zipped := a.good()
	zipped.Header.Set("Content-Encoding", "gzip")
	a.refused("declared as compressed", zipped, http.StatusUnsupportedMediaType, "api.media_type")
}

// fields makes every field of the body another kind of value.
func (a *attack) fields(good string) {
	var whole map[string]any
	if err := json.Unmarshal([]byte(good), &whole); err != nil {
		a.t.Fatal(err)
	}
	for name, kept := range whole {
		var wrong any = map[string]any{plantedName: plantedNumber}
		if _, object := kept.(map[string]any); object {
			wrong = plantedName
		}
		for _, v := range []any{wrong, []any{[]any{plantedName}}} {
			whole[name] = v
			text, err := json.Marshal(whole)
			if err != nil {
				a.t.Fatal(err)
			}
			a.refused("another kind of "+name, a.with(string(text)), http.StatusUnprocessableEntity, "api.invalid")
		}
		if s, ok := kept.(string); ok {
			whole[name] = s + strings.Repeat("ي", 1500)
			text, err := json.Marshal(whole)
			if err != nil {
				a.t.Fatal(err)
			}
			a.refused("too long a "+name, a.with(string(text)), http.StatusUnprocessableEntity, "api.invalid")
		}
		whole[name] = kept
	}
}

func (a *attack) queries() {
	add := func(query string) *http.Request {
		r := a.good()
		if r.URL.RawQuery != "" {
			query = r.URL.RawQuery + "&" + query
		}
		r.URL.RawQuery = query
		return r
	}
	a.refused("an unknown parameter", add(plantedName+"="+plantedNumber), http.StatusUnprocessableEntity, "api.invalid")
	if a.reads("limit") {
		for _, limit := range []string{"0", "101", "-1", plantedName, "1e9", "99999999999999999999"} {
			a.refused("limit "+limit, add("limit="+limit), http.StatusUnprocessableEntity, "api.invalid")
		}
	}
	if a.reads("cursor") {
		for _, cursor := range []string{"x", "====", plantedName, strings.Repeat("A", 200), "%00", "%ff"} {
			a.refused("a forged cursor", add("cursor="+cursor), http.StatusBadRequest, "api.cursor")
		}
		a.refused("a long cursor", add("cursor="+strings.Repeat("A", 601)), http.StatusUnprocessableEntity, "api.invalid")
	}
	if r := a.good(); strings.Contains(r.URL.Path, "/"+aRef) {
		r.URL.Path = strings.Replace(r.URL.Path, "/"+aRef, "/"+plantedName, 1)
		a.refused("a reference that is none", r, http.StatusNotFound, "api.no_such")
	}
}
