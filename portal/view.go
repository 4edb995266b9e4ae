package portal

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sijil/formula"
	"sijil/internal/errs"
	"sijil/internal/i18n"
	"sijil/internal/lang"
)

//go:embed templates/*.html
var templateFiles embed.FS

// The pages there are, each a template of its own in the common frame.
const (
	homePage   = "home.html"
	formPage   = "form.html"
	resultPage = "result.html"
	errorPage  = "error.html"

	signInPage    = "signin.html"
	deskPage      = "desk.html"
	askPage       = "ask.html"
	householdPage = "household.html"
	figuresView   = "figures.html"
	progressPage  = "progress.html"
)

var pageNames = []string{homePage, formPage, resultPage, errorPage, signInPage, deskPage, askPage, householdPage, figuresView, progressPage}

// views are the parsed pages of one language.
type views struct{ byName map[string]*template.Template }

func (p *Portal) parseViews(l *i18n.Language) (*views, error) {
	v := &views{byName: map[string]*template.Template{}}
	for _, name := range pageNames {
		t, err := template.New("frame.html").Funcs(functions(l)).Option("missingkey=error").
			ParseFS(templateFiles, "templates/frame.html", "templates/parts.html", "templates/"+name)
		if err != nil {
			return nil, err
		}
		v.byName[name] = t
	}
	return v, nil
}

// functions are what templates can say in a language.
func functions(l *i18n.Language) template.FuncMap {
	return template.FuncMap{
		"t":       l.T,
		"n":       l.N,
		"text":    func(t lang.Text) string { return t.In(l.Code, "en") },
		"index":   func(x formula.Index) string { return l.Decimal(x.String()) },
		"limit":   func(t formula.Threshold) string { return l.Decimal(t.String()) },
		"exact":   func(p formula.Points) string { return l.Decimal(p.String()) },
		"day":     l.Date,
		"decimal": l.Decimal,
		"whole":   func(n int) string { return l.Whole(int64(n)) },
	}
}

// trim cuts the zeros at the end of a decimal: "0.0475000" is 0.0475.
func trim(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// page is what the common frame shows.
type page struct {
	L         *i18n.Language
	Title     string
	Path      string // without the language: "/simulator"
	Languages []languageLink
	InForm    bool // languages are buttons of the form, so that no answer is lost
	Demo      bool
	Country   lang.Text
	Sheet     string
	Mark      string
	Font      string // of the page's script, fetched first
	Latin     string
	Work      bool     // somebody can sign in here
	Me        *visitor // who is signed in; nil for nobody
	Refresh   int      // after so many seconds the browser asks again; 0 for never
	Body      any
}

type languageLink struct {
	*i18n.Language

	Current bool
}

// Href is the address of a page in the page's language.
func (p *page) Href(path string) string { return "/" + p.L.Code + path }

func (p *Portal) newPage(l *i18n.Language, path, title string, body any) *page {
	out := &page{
		L: l, Title: title, Path: path, Demo: p.Demo, Work: p.Work != nil, Country: p.Country.Name, Body: body,
		Sheet: p.assets.path(styleSheet), Mark: p.assets.path(markFile), Latin: p.assets.path(latinFont),
	}
	if l.RTL() {
		out.Font = p.assets.path(arabicFont)
	}
	for _, other := range p.catalogue.Languages {
		out.Languages = append(out.Languages, languageLink{other, other == l})
	}
	return out
}

// render writes a page of a name.
func (p *Portal) render(name string, data *page) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(32 << 10)
	err := p.views[data.L.Code].byName[name].Execute(&out, data)
	return out.Bytes(), err
}

const htmlType = "text/html; charset=utf-8"

// show sends a page that is made for this request only.
func (p *Portal) show(w http.ResponseWriter, r *http.Request, status int, name string, data *page) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Language", data.L.Code)
	made, err := p.render(name, data)
	var a *answer
	if err == nil {
		a, err = passing(r, made)
	}
	if err != nil {
		p.ours(w, r, data.L, err)
		return
	}
	a.send(w, r, status, htmlType)
}

// stamp says how long kept pages are good: for a day, and while the figures of
// the registers are what they are.
func (p *Portal) stamp() string {
	out := p.today().String()
	if b := p.board.kept(); b != nil {
		out += "/" + strconv.FormatInt(b.Households, 10) + "/" + strconv.FormatInt(b.Persons, 10)
	}
	return out
}

// showKept sends a page that is the same for everybody for a day.
func (p *Portal) showKept(w http.ResponseWriter, r *http.Request, key, name string, data func() (*page, error), l *i18n.Language) {
	w.Header().Set("Cache-Control", "private, no-cache") // asked for by its tag each time
	w.Header().Set("Content-Language", l.Code)
	a, err := p.cache.get(p.stamp(), l.Code+key, func() ([]byte, error) {
		made, err := data()
		if err != nil {
			return nil, err
		}
		return p.render(name, made)
	})
	if err != nil {
		p.ours(w, r, l, err)
		return
	}
	a.send(w, r, http.StatusOK, htmlType)
}

// allow reports whether the method is one of those allowed; it says which.
func allow(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	if slices.Contains(methods, r.Method) {
		return true
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	return false
}

// faults are the messages of error pages by status.
var faults = map[int][2]string{
	http.StatusNotFound:              {"error.not_found", "error.not_found.text"},
	http.StatusMethodNotAllowed:      {"error.method", "error.method.text"},
	http.StatusRequestEntityTooLarge: {"error.too_large", "error.too_large.text"},
	http.StatusBadRequest:            {"error.form", "error.form.text"},
	http.StatusUnsupportedMediaType:  {"error.form", "error.form.text"},
	http.StatusInternalServerError:   {"error.ours", "error.ours.text"},
	http.StatusForbidden:             {"error.denied", "error.denied.text"},
	http.StatusServiceUnavailable:    {"error.unavailable", "error.unavailable.text"},
}

// fault is what an error page shows.
type fault struct {
	Status int
	Text   string
}

// fail sends the error page of a status.
func (p *Portal) fail(w http.ResponseWriter, r *http.Request, l *i18n.Language, status int) {
	p.failAs(w, r, l, status, faults[status][0], faults[status][1])
}

// failAs sends an error page with messages of its own.
func (p *Portal) failAs(w http.ResponseWriter, r *http.Request, l *i18n.Language, status int, titleKey, textKey string) {
	title, err := l.T(titleKey)
	text, err2 := l.T(textKey)
	var made []byte
	if err = errors.Join(err, err2); err == nil {
		data := p.newPage(l, "/", title, fault{status, text})
		made, err = p.render(errorPage, data)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Language", l.Code)
	if err != nil {
		p.Failed(err)
		http.Error(w, http.StatusText(status), status)
		return
	}
	(&answer{plain: made}).send(w, r, status, htmlType)
}

// ours reports a failure of ours, and shows that there was one.
func (p *Portal) ours(w http.ResponseWriter, r *http.Request, l *i18n.Language, err error) {
	p.Failed(err)
	if errs.KindOf(err) == errs.Unavailable {
		w.Header().Set("Retry-After", "5")
		p.fail(w, r, l, http.StatusServiceUnavailable)
		return
	}
	p.fail(w, r, l, http.StatusInternalServerError)
}
