package portal

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/errs"
	"sijil/internal/i18n"
)

// The addresses of people at work, without the language.
const (
	signInPath    = "/signin"
	signOutPath   = "/signout"
	deskPath      = "/desk"
	householdPath = "/household"
	figuresPath   = "/figures"
)

// workPaths are the pages that want somebody signed in, and that the sign-in
// page leads back to: no other address is followed.
var workPaths = []string{deskPath, householdPath, figuresPath}

// maxSignIn is the size of a form at the door, in bytes.
const maxSignIn = 8 << 10

// signInView is what the sign-in page shows.
type signInView struct {
	To       string
	Wrong    bool // the login or the password is wrong, and the page does not know which
	Wait     bool // the name has to wait
	Ended    bool // a session has ended
	SignIns  []signInChoice
	Password string
}

type signInChoice struct{ Login, Role string }

// signIn shows the door, and opens it.
func (p *Portal) signIn(w http.ResponseWriter, r *http.Request, l *i18n.Language) {
	if !allow(w, r, http.MethodGet, http.MethodHead, http.MethodPost) {
		p.fail(w, r, l, http.StatusMethodNotAllowed)
		return
	}
	if r.Method == http.MethodPost {
		p.enter(w, r, l)
		return
	}
	v, err := p.visitor(w, r)
	if err != nil {
		p.ours(w, r, l, err)
		return
	}
	view := signInView{To: leadsTo(r.URL.Query().Get("to")), Ended: r.URL.Query().Has("ended")}
	if v != nil {
		http.Redirect(w, r, "/"+l.Code+view.To, http.StatusSeeOther)
		return
	}
	p.showSignIn(w, r, l, http.StatusOK, view)
}

// leadsTo is a page to go to after signing in: one of ours.
func leadsTo(path string) string {
	if slices.Contains(workPaths, path) {
		return path
	}
	return deskPath
}

func (p *Portal) enter(w http.ResponseWriter, r *http.Request, l *i18n.Language) {
	values, err := readValues(w, r, maxSignIn)
	if err != nil {
		p.failForm(w, r, l, err)
		return
	}
	device := ""
	if c, err := r.Cookie(named(r, deviceCookie)); err == nil {
		device = c.Value
	}
	session, err := p.Work.Staff.Login(r.Context(), agency.Login{Login: values.Get("login"), Password: values.Get("password"), Device: device})
	view := signInView{To: leadsTo(values.Get("to"))}
	switch {
	case err == nil:
		if old, _ := sessionOf(r); old != "" { // whoever was signed in here is no longer
			if err := p.Work.Staff.Logout(r.Context(), old); err != nil {
				p.Failed(err)
			}
		}
		p.begin(w, r, session)
		http.Redirect(w, r, "/"+l.Code+view.To, http.StatusSeeOther)
	case codeOf(err) == "agency.login_wait" || errs.KindOf(err) == errs.Limited:
		view.Wait = true
		p.showSignIn(w, r, l, http.StatusTooManyRequests, view)
	case errs.KindOf(err) == errs.Denied:
		view.Wrong = true
		p.showSignIn(w, r, l, http.StatusUnprocessableEntity, view)
	default:
		p.ours(w, r, l, err)
	}
}

func (p *Portal) showSignIn(w http.ResponseWriter, r *http.Request, l *i18n.Language, status int, view signInView) {
	a := &asker{l: l}
	title := a.t("signin.title")
	if view.Wrong || view.Wait {
		title = a.t("sim.errors.title", "title", title)
	}
	if p.Demo {
		view.Password = p.Work.Password
		for _, s := range p.Work.SignIns {
			view.SignIns = append(view.SignIns, signInChoice{s.Login, a.role(s.Role)})
		}
	}
	if a.err != nil {
		p.ours(w, r, l, a.err)
		return
	}
	p.show(w, r, status, signInPage, p.newPage(l, signInPath, title, &view))
}

// signOut ends the session.
func (p *Portal) signOut(w http.ResponseWriter, r *http.Request, l *i18n.Language) {
	if !allow(w, r, http.MethodPost) {
		p.fail(w, r, l, http.StatusMethodNotAllowed)
		return
	}
	if secret, _ := sessionOf(r); secret != "" {
		if err := p.Work.Staff.Logout(r.Context(), secret); err != nil {
			p.ours(w, r, l, err)
			return
		}
	}
	forget(w, r)
	http.Redirect(w, r, "/"+l.Code+"/", http.StatusSeeOther)
}

// atWork answers for the pages of people at work: whoever is not signed in is
// asked to, and led back.
func (p *Portal) atWork(w http.ResponseWriter, r *http.Request, l *i18n.Language, path string) {
	w.Header().Set("Cache-Control", "no-store")
	v, err := p.visitor(w, r)
	if err != nil {
		p.ours(w, r, l, err)
		return
	}
	if v == nil {
		query := url.Values{"to": {path}}
		if secret, _ := sessionOf(r); secret != "" {
			query.Set("ended", "1")
		}
		http.Redirect(w, r, "/"+l.Code+signInPath+"?"+query.Encode(), http.StatusSeeOther)
		return
	}
	switch path {
	case householdPath:
		p.household(w, r, l, v)
	case figuresPath:
		p.figuresPage(w, r, l, v)
	default:
		p.desk(w, r, l, v)
	}
}

// workPage is a page in the frame of somebody signed in.
func (p *Portal) workPage(l *i18n.Language, path, title string, v *visitor, body any) *page {
	out := p.newPage(l, path, title, body)
	out.Me = v
	return out
}

// deskView is what the first page after signing in shows.
type deskView struct {
	Me    *visitor
	Roles []string
	Areas []string
}

func (p *Portal) desk(w http.ResponseWriter, r *http.Request, l *i18n.Language, v *visitor) {
	if !allow(w, r, http.MethodGet, http.MethodHead) {
		p.fail(w, r, l, http.StatusMethodNotAllowed)
		return
	}
	a := &asker{l: l}
	view := &deskView{Me: v}
	for _, role := range v.caller.Roles {
		view.Roles = append(view.Roles, a.role(role))
	}
	for _, area := range v.caller.Areas {
		view.Areas = append(view.Areas, p.area(a, area))
	}
	title := a.t("desk.title")
	if a.err != nil {
		p.ours(w, r, l, a.err)
		return
	}
	p.show(w, r, http.StatusOK, deskPage, p.workPage(l, deskPath, title, v, view))
}

// area names the place an account works for.
func (p *Portal) area(a *asker, code string) string {
	if code == access.AnyArea {
		return a.t("desk.everywhere")
	}
	g := p.Scorer.Geography
	for _, r := range g.Regions {
		if r.Code == code {
			return a.say(r.Name)
		}
	}
	for _, x := range g.Provinces {
		if x.Code == code {
			return a.say(x.Name)
		}
	}
	for _, x := range g.Localities {
		if x.Code == code {
			return a.say(x.Name)
		}
	}
	return code
}

// roleNames are the messages that name roles.
var roleNames = map[access.Role]string{
	access.Administrator: "role.administrator", access.RegistrationOfficer: "role.registration_officer", access.LocalAuthority: "role.local_authority",
	access.Adjudicator: "role.adjudicator", access.ProgrammeManager: "role.programme_manager", access.Planner: "role.planner",
	access.Statistician: "role.statistician", access.Auditor: "role.auditor", access.Operator: "role.operator", access.Resident: "role.resident",
}

// role names a role.
func (a *asker) role(r access.Role) string {
	key, ok := roleNames[r]
	if !ok {
		return string(r)
	}
	return a.t(key)
}

// failForm answers to a body that is no form.
func (p *Portal) failForm(w http.ResponseWriter, r *http.Request, l *i18n.Language, err error) {
	if errors.Is(err, errTooLarge) {
		p.fail(w, r, l, http.StatusRequestEntityTooLarge)
		return
	}
	p.fail(w, r, l, http.StatusBadRequest)
}
