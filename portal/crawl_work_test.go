package portal_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sijil/access"
	"sijil/household"
	"sijil/programme"
)

// TestCrawlAtWork: every link and every form of the pages of people at work, in
// three languages, leads to a page in its language without an untranslated
// word; no address holds a code, and no page is larger than it should be.
func TestCrawlAtWork(t *testing.T) {
	t.Parallel()
	o := newOffice(t, access.RegistrationOfficer, access.Planner)
	o.count(2)
	o.trouble()
	for _, login := range []string{"registration_officer", "planner"} {
		b := o.in(login)
		queue, seen := []string{"/ar/desk", "/fr/desk", "/en/desk", "/ar/signin"}, map[string]bool{}
		for len(queue) > 0 {
			path := queue[0]
			queue = queue[1:]
			if seen[path] || strings.HasSuffix(path, "/signout") {
				continue
			}
			seen[path] = true
			got, body := b.get(path)
			if got.StatusCode >= 400 {
				t.Errorf("%s: %d", path, got.StatusCode)
			}
			if to := got.Header.Get("Location"); to != "" {
				queue = append(queue, to)
			}
			checkPage(t, path, got, body)
			for _, m := range linkPattern.FindAllStringSubmatch(body, -1) {
				if target, _, _ := strings.Cut(html.UnescapeString(m[1]), "#"); strings.HasPrefix(target, "/") {
					queue = append(queue, target)
				}
			}
		}
		if want := map[string]string{"registration_officer": "/fr/household", "planner": "/fr/figures"}[login]; !seen[want] {
			t.Errorf("%s never came to %s", login, want)
		}
	}
	b := o.in("registration_officer")
	for _, language := range languages {
		for name, form := range lookForms() {
			got, body := b.post("/"+language+"/household", form)
			if got.StatusCode >= 500 {
				t.Errorf("%s in %s: %d", name, language, got.StatusCode)
			}
			checkPage(t, "/"+language+"/household", got, strings.ReplaceAll(body, secretAnswer, ""))
		}
		got, body := o.browser().post("/"+language+"/signin", url.Values{"login": {"planner"}, "password": {"wrong"}})
		checkPage(t, "/"+language+"/signin", got, body)
	}
}

// lookForms are the forms that a browser is shown the answers to.
func lookForms() map[string]url.Values {
	return map[string]url.Values{
		"household": look(), "answers": look("go", "answers"), "preview": look("go", "household"), "nothing": {}, "wrong": look("code", "AAA", "case", "x", "purpose", ""),
	}
}

// trouble makes the household one about which much is open.
func (o *office) trouble() {
	s := o.homes.shown
	s.Score.Awaiting, s.Score.Otherwise, s.Score.Presumed, s.Score.Low = 1, 95_000_000, 2, s.Score.Index-1000
	s.Score.Imputed, s.Draft, s.Score.OutsideFrame = []string{"x"}, 3, "nomad"
	s.Tasks = []household.TaskKind{household.RivalCustody, household.MemberDied, household.MemberMoved, household.MemberRefused, household.AnswersMissing, household.PersonsMerged, "new_kind"}
	s.Lines = nil
	for i, standing := range []household.Standing{household.Declared, household.Confirmed, household.Unconfirmed, household.Child, household.Rival, household.Awaiting, household.Refused, household.Left} {
		s.Lines = append(s.Lines, household.ShownLine{Line: i + 1, Adult: i%2 == 0, Standing: standing, Counted: i != 2, Due: noon.AddDate(0, 0, 9)})
	}
	for i := range s.History {
		s.History[i].Cause = []household.Cause{household.CauseReview, household.CauseFormula}[i%2]
	}
	o.homes.outcomes[0].Standing, o.homes.outcomes[0].Reason = programme.Undecided, programme.PresumedBirthday
	o.homes.outcomes[1].Hinges = programme.AwaitingNumber
}

func checkPage(t *testing.T, path string, got answer, body string) {
	t.Helper()
	if got.StatusCode/100 == 3 || len(body) == 0 || len(path) < 3 || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") || strings.HasPrefix(path, "/assets") {
		return
	}
	guarded(t, got, body)
	if got.StatusCode == http.StatusOK && strings.Contains(path, string(sampleCode)) {
		t.Errorf("an address holds a code: %s", path)
	}
	for _, name := range []string{"Second Invented", "planner", "registration_officer", sampleCode.String(), "Loi n° 09-08"} {
		body = strings.ReplaceAll(body, name, "")
	}
	if found := untranslated(path[1:3], body); len(found) > 0 {
		t.Errorf("%s has %q", path, found)
	}
}
