package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sijil/access"
)

// TestSignInAndOut: a session is a cookie that nothing else reads, and it opens
// nothing once it has ended, been changed, or been signed out of.
func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.Planner)
	b := o.browser()
	got, _ := b.get("/fr/figures")
	if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/fr/signin?to=%2Ffigures" {
		t.Fatalf("%d to %q", got.StatusCode, got.Header.Get("Location"))
	}
	got, body := b.get("/fr/signin?to=%2Ffigures")
	wants(t, body, []string{`name="to" value="/figures"`, `autocomplete="current-password"`, "Entrer dans l’espace des agents"}, []string{"a pris fin"})
	guarded(t, got, body)
	got, _ = b.post("/fr/signin", url.Values{"login": {"planner"}, "password": {rightPassword}, "to": {"/figures"}})
	if got.Header.Get("Location") != "/fr/figures" {
		t.Errorf("led to %q", got.Header.Get("Location"))
	}
	for _, line := range got.Header.Values("Set-Cookie") {
		if !strings.HasPrefix(line, "lang=") && (!strings.Contains(line, "; HttpOnly; SameSite=Lax") || strings.Contains(line, "Domain")) {
			t.Errorf("cookie %q", strings.SplitN(line, ";", 2)[1])
		}
	}
	if got, _ = b.get("/fr/figures"); got.StatusCode != http.StatusOK || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d, %q", got.StatusCode, got.Header.Get("Cache-Control"))
	}
	if got, _ = b.get("/fr/signin?to=/figures"); got.Header.Get("Location") != "/fr/figures" {
		t.Error("who is signed in is asked again")
	}
	old := b.cookies["session"]
	if got, _ = b.post("/fr/signout", nil); got.StatusCode != http.StatusSeeOther || b.cookies["session"] != "" {
		t.Errorf("%d, cookie kept", got.StatusCode)
	}
	b.cookies["session"] = old
	if got, _ = b.get("/fr/figures"); got.StatusCode != http.StatusSeeOther || !strings.HasSuffix(got.Header.Get("Location"), "ended=1&to=%2Ffigures") {
		t.Errorf("a session that was ended opens: %d to %q", got.StatusCode, got.Header.Get("Location"))
	}
	if _, body = b.get("/fr/signin?ended=1&to=/figures"); !strings.Contains(body, "Votre session a pris fin") {
		t.Error("it is not said that the session has ended")
	}
}

// TestSessionRotates: a session at work for a while gets another secret; the
// one before opens nothing; one that is not used ends.
func TestSessionRotates(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.Planner)
	b := o.in("planner")
	first := b.cookies["session"]
	o.clock.Advance(10 * time.Minute)
	if b.get("/en/desk"); b.cookies["session"] != first {
		t.Error("changed too soon")
	}
	o.clock.Advance(10 * time.Minute)
	if got, _ := b.get("/en/desk"); got.StatusCode != http.StatusOK || b.cookies["session"] == first {
		t.Errorf("%d, or not changed", got.StatusCode)
	}
	second := b.cookies["session"]
	b.cookies["session"] = first
	if got, _ := b.get("/en/desk"); got.StatusCode != http.StatusSeeOther {
		t.Error("the secret before opens")
	}
	b.cookies["session"] = second
	o.clock.Advance(31 * time.Minute)
	if got, _ := b.get("/en/desk"); got.StatusCode != http.StatusSeeOther {
		t.Error("a session that nobody used opens")
	}
	// Signing in where somebody is signed in ends that session.
	b = o.in("planner")
	first = b.cookies["session"]
	b.post("/en/signin", url.Values{"login": {"planner"}, "password": {rightPassword}})
	b.cookies["session"] = first
	if got, _ := b.get("/en/desk"); got.StatusCode != http.StatusSeeOther {
		t.Error("the session before opens")
	}
}

// TestWrongSignIn: the page says neither which part was wrong nor whether
// there is such an account, and explains the wait.
func TestWrongSignIn(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.Planner)
	var pages []string
	for _, login := range []string{"planner", "nobody", strings.Repeat("x", 5000), "' OR 1=1", "\x00"} {
		got, body := o.browser().post("/en/signin", url.Values{"login": {login}, "password": {"zebra zebra zebra"}})
		if got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%d", got.StatusCode)
		}
		wants(t, body, []string{"The login or the password is wrong", "Error: Sign in"}, []string{"zebra"})
		pages = append(pages, body)
		guarded(t, got, body)
	}
	for _, page := range pages {
		if page != pages[0] {
			t.Error("two wrong sign-ins are told apart")
		}
	}
	b := o.browser()
	for range 8 {
		b.post("/en/signin", url.Values{"login": {"planner"}, "password": {"zebra zebra zebra"}})
	}
	got, body := b.post("/en/signin", url.Values{"login": {"planner"}, "password": {rightPassword}})
	if got.StatusCode != http.StatusTooManyRequests {
		t.Errorf("%d", got.StatusCode)
	}
	wants(t, body, []string{"Too many wrong tries", "up to a quarter of an hour"}, nil)
}

// TestSignInLeadsHome: the door leads to pages of ours only.
func TestSignInLeadsHome(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.Planner)
	for _, to := range []string{"", "//evil.example", "https://evil.example/", "/desk/../../x", "/fr/household", "\r\nSet-Cookie: a=b"} {
		got, _ := o.browser().post("/ar/signin", url.Values{"login": {"planner"}, "password": {rightPassword}, "to": {to}})
		if got.Header.Get("Location") != "/ar/desk" {
			t.Errorf("%q leads to %q", to, got.Header.Get("Location"))
		}
	}
}

// TestEncryptedCookies: where the connection is encrypted, cookies are bound to
// this host.
func TestEncryptedCookies(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.Planner)
	got, _ := askTLS(t, o, http.MethodPost, "/en/signin", url.Values{"login": {"planner"}, "password": {rightPassword}}.Encode())
	found := 0
	for _, line := range got.Header.Values("Set-Cookie") {
		if strings.HasPrefix(line, "__Host-session=") || strings.HasPrefix(line, "__Host-device=") {
			found++
			if !strings.Contains(line, "; Path=/") || !strings.Contains(line, "; Secure") {
				t.Error("a cookie would be refused")
			}
		}
	}
	if found != 2 {
		t.Errorf("%d cookies", found)
	}
}

// TestHostileForms: what is sent by others, forged, broken or too large does
// nothing.
func TestHostileForms(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.RegistrationOfficer, access.Planner)
	officer := o.in("registration_officer")
	session, planner := "session="+officer.cookies["session"], "session="+o.in("planner").cookies["session"]
	form := look().Encode()
	tests := []struct {
		name, method, path, body string
		headers                  []string
		status                   int
	}{
		{"another site's form", "POST", "/en/household", form, []string{"Cookie", session, "Sec-Fetch-Site", "cross-site"}, 403},
		{"a sister site's form", "POST", "/en/household", form, []string{"Cookie", session, "Sec-Fetch-Site", "same-site"}, 403},
		{"another origin, in an old browser", "POST", "/en/household", form, []string{"Cookie", session, "Origin", "https://evil.example"}, 403},
		{"no origin to tell", "POST", "/en/household", form, []string{"Cookie", session, "Origin", "null"}, 403},
		{"another site signs out", "POST", "/en/signout", "", []string{"Cookie", session, "Sec-Fetch-Site", "cross-site"}, 403},
		{"another site signs in", "POST", "/en/signin", "login=planner&password=x", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"our own", "POST", "/en/household", form, []string{"Cookie", session, "Origin", "http://example.com"}, 200},
		{"no session", "POST", "/en/household", form, nil, 303},
		{"a forged session", "POST", "/en/household", form, []string{"Cookie", "session=sijils_" + strings.Repeat("a", 59) + ".1"}, 303},
		{"a session cut short", "POST", "/en/household", form, []string{"Cookie", session[:30]}, 303},
		{"a session that is none", "GET", "/en/desk", "", []string{"Cookie", "session=../../etc; session=x"}, 303},
		{"a wrong method", "DELETE", "/en/household", "", []string{"Cookie", session}, 405},
		{"figures by POST", "POST", "/en/figures", "", []string{"Cookie", session}, 405},
		{"signing out by a link", "GET", "/en/signout", "", []string{"Cookie", session}, 405},
		{"too large a door", "POST", "/en/signin", "login=" + strings.Repeat("x", 10_000), nil, 413},
		{"too large a question", "POST", "/en/household", "code=" + strings.Repeat("x", 10_000), []string{"Cookie", session}, 413},
		{"no form", "POST", "/en/household", `{"code":1}`, []string{"Cookie", session, "Content-Type", "application/json"}, 400},
		{"a broken form", "POST", "/en/household", "code=%zz", []string{"Cookie", session}, 400},
		{"a language that is none", "POST", "/xx/household", form, []string{"Cookie", session}, 404},
		{"below a page", "GET", "/en/household/" + string(sampleCode), "", []string{"Cookie", session}, 404},
		{"a role without the page", "GET", "/en/figures", "", []string{"Cookie", session}, 403},
		{"another role's page", "GET", "/en/household", "", []string{"Cookie", planner}, 403},
		{"another role's form", "POST", "/en/household", form, []string{"Cookie", planner}, 403},
		{"no code", "POST", "/en/household", "purpose=access", []string{"Cookie", session}, 422},
		{"a code that is none", "POST", "/en/household", look("code", "<b>zebra</b>").Encode(), []string{"Cookie", session}, 422},
		{"another household", "POST", "/en/household", look("code", "A2345A2345X").Encode(), []string{"Cookie", session}, 422},
		{"no purpose", "POST", "/en/household", look("purpose", "").Encode(), []string{"Cookie", session}, 422},
		{"another role's purpose", "POST", "/en/household", look("purpose", "audit").Encode(), []string{"Cookie", session}, 422},
		{"a case that is none", "POST", "/en/household", look("case", "1234567890").Encode(), []string{"Cookie", session}, 422},
		{"a time that is none: the secret is changed", "GET", "/en/desk", "", []string{"Cookie", strings.Split(session, ".")[0] + ".99999999999999999999999"}, 200},
		{"a secret that was changed", "GET", "/en/desk", "", []string{"Cookie", session}, 303},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, body := ask(t, o, tt.method, tt.path, tt.body, tt.headers...)
			if got.StatusCode != tt.status {
				t.Errorf("status %d, want %d", got.StatusCode, tt.status)
			}
			if strings.Contains(got.Header.Get("Location"), string(sampleCode)) || strings.Contains(body, "<b>zebra") {
				t.Error("what was written is where it must not be")
			}
			if tt.status >= 400 {
				guarded(t, got, body)
			}
		})
	}
	for _, c := range o.homes.callers {
		if c.Kind != access.Staff || c.Purpose != "access" || c.Basis == "" {
			t.Errorf("the register was asked as %v for %q", c.Kind, c.Purpose)
		}
	}
	if len(o.homes.asked) != 1 {
		t.Errorf("the register was asked %d times, want once", len(o.homes.asked))
	}
}

// TestNobodyWorksHere: without books of staff there is no door.
func TestNobodyWorksHere(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for _, path := range []string{"/en/signin", "/en/signout", "/en/desk", "/en/household", "/en/figures"} {
		if got, _ := ask(t, p, http.MethodGet, path, ""); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.StatusCode)
		}
	}
	if _, body := ask(t, p, http.MethodGet, "/en/", ""); strings.Contains(body, "For staff") {
		t.Error("there is a link to a door that is not there")
	}
}
