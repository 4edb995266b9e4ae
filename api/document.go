package api

import (
	"encoding/json"
	"net/http"

	"sijil/internal/errs"
)

// publish makes what does not change any more, and the routes that no
// operation has.
func (a *API) publish() error {
	doc := a.huma.OpenAPI()
	doc.Components.Schemas.Schema(typeOf[Problem](), true, "Problem")
	for _, s := range doc.Components.Schemas.Map() {
		for name := range s.Properties {
			a.names[name] = true
		}
	}
	for _, name := range []string{roleHeader, purposeHeader, caseHeader, keyHeader} {
		a.names[name] = true
	}
	examples{doc.Components.Schemas}.fill(doc)
	text, err := json.Marshal(doc)
	if err != nil {
		return &errs.Error{Code: "api.document", What: "the document of the API cannot be written", Err: err}
	}
	page, err := renderPage(doc)
	if err != nil {
		return err
	}
	if a.document, err = keep(text); err != nil {
		return err
	}
	if a.page, err = keep(page); err != nil {
		return err
	}
	a.mux.HandleFunc("GET /openapi.json", a.openapi)
	a.mux.HandleFunc("GET /api", a.apiPage)
	for _, path := range []string{"/openapi.json", "/api"} {
		a.methods[path] = []string{http.MethodGet}
		a.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { a.notAllowed(w, r, path) })
	}
	a.mux.HandleFunc("/", a.noRoute)
	return nil
}

func (a *API) noRoute(w http.ResponseWriter, r *http.Request) {
	discard(r.Body)
	a.refuse(w, r, &errs.Error{Kind: errs.NotFound, Code: codeNoRoute, What: "there is nothing at this address", Fix: "see /openapi.json"})
}

// public answers what everybody may read, limited as what is anonymous is.
func (a *API) public(w http.ResponseWriter, r *http.Request, kind string, text kept) {
	if err := tooOften(a.unknown.take(addressKey(r.RemoteAddr), 1)); err != nil {
		a.refuse(w, r, err)
		return
	}
	if err := noBody(r); err != nil {
		a.refuse(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("Content-Type", kind)
	text.send(w, r)
}

func (a *API) openapi(w http.ResponseWriter, r *http.Request) {
	a.public(w, r, "application/json", a.document)
}

func (a *API) apiPage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", pagePolicy)
	a.public(w, r, "text/html; charset=utf-8", a.page)
}
