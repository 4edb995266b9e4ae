package api_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// enrolBody is an enrolment of an adult with a card.
func enrolBody(given, family, birth, card string) object {
	return object{
		"category": "citizen", "sex": "male", "birth": object{"date": birth}, "locality": "03.231-U", "notice": object{"version": "2026-1", "language": "ar", "way": "read"},
		"names":     []any{object{"use": "official", "spellings": []any{object{"script": "Latn", "given": given, "family": family}}}},
		"documents": []any{object{"type": "national_card", "parts": object{"number": card}}},
	}
}

// likeness enrols a person, and the same again with another card: what
// people have to judge.
func (w *world) likeness(officer as, card string) (first, second sent) {
	w.t.Helper()
	first = officer.ok(http.MethodPost, "/v1/enrolments", enrolBody("Abdelhafid", "Oukacha", "1971-02-03", "Z"+card+"1"))
	second = officer.ok(http.MethodPost, "/v1/enrolments", enrolBody("Abdelhafid", "Oukacha", "1971-02-03", "Z"+card+"2"))
	if first.text1("state") != "numbered" || second.text1("state") != "in_judgement" || second.text1("idcs") != "" {
		w.t.Fatalf("%s\n%s", first.text, second.text)
	}
	return first, second
}

// judge lets officers say the same of the only case each sees.
func (w *world) judge(opinion object, officers ...as) sent {
	w.t.Helper()
	var out sent
	for _, o := range officers {
		list := o.ok(http.MethodGet, "/v1/cases?area=03", nil)
		ref := list.text1("cases", 0, "case")
		if len(ref) != 26 || list.at("cases", 1) != nil {
			w.t.Fatalf("%s", list.text)
		}
		o.file = ref
		view := o.ok(http.MethodPost, "/v1/cases/"+ref+"/view", nil)
		if view.text1("subject", "names", 0, "spellings", 0, "family") == "" || view.at("others", 0, "lines", 4, "text") == nil || strings.Contains(view.text, `"address"`) {
			w.t.Errorf("%s", view.text)
		}
		body := object{"seen": view.at("seen")}
		maps.Copy(body, opinion)
		if body["verdict"] == "same" && len(view.at("others", 0, "conflict").([]any)) > 0 {
			body["document"] = "replaced"
		}
		out = o.ok(http.MethodPost, "/v1/cases/"+ref+"/opinions", body)
	}
	return out
}

// TestTwoOfficersJudgeOverHTTP goes the ways of a likeness: found to be two
// people and numbered; found to be one and refused, contested, and numbered
// after all; one person of two numbers, the old of which still resolves; and
// that undone.
func TestTwoOfficersJudgeOverHTTP(t *testing.T) {
	t.Parallel()
	everyEngine(t, func(t *testing.T, w *world) {
		t.Helper()
		root := w.login("root.one", rootPassword, "")
		officer := w.hire(root, "officer.two", "registration_officer", "03", "enrolment")
		other := w.hire(root, "officer.six", "registration_officer", "06", "enrolment")
		one, two := w.hire(root, "judge.three", "adjudicator", "03", "adjudication"), w.hire(root, "judge.four", "adjudicator", "03", "adjudication")
		three, four := w.hire(root, "judge.five", "adjudicator", "03", "adjudication"), w.hire(root, "judge.seven", "adjudicator", "03", "adjudication")
		partner := w.client(root)
		different := object{"verdict": "different", "reason": "different_kin"}
		same := object{"verdict": "same", "other": 1, "reason": "same_documents"}

		// Found to be two people.
		first, second := w.likeness(officer, "765430")
		if got := w.judge(different, one, two); got.text1("outcome") != "different" {
			t.Fatalf("%s", got.text)
		}
		receipt := officer.ok(http.MethodGet, "/v1/enrolments/"+second.text1("receipt"), nil)
		if receipt.text1("state") != "numbered" || receipt.text1("told", "state", "ar") == "" {
			t.Fatalf("%s", receipt.text)
		}

		// Refused, and heard.
		third := officer.ok(http.MethodPost, "/v1/enrolments", enrolBody("Abdelhafid", "Oukacha", "1971-02-03", "Z7654309"))
		if got := w.judge(same, one, two); got.text1("outcome") != "refused" {
			t.Fatalf("%s", got.text)
		}
		path := "/v1/enrolments/" + third.text1("receipt")
		if receipt = officer.ok(http.MethodGet, path, nil); receipt.text1("told", "refusal", "help", "fr") == "" || receipt.text1("told", "until") == "" {
			t.Errorf("%s", receipt.text)
		}
		officer.refuses(http.StatusForbidden, "population.same_officer", http.MethodPost, path+"/contest", "", nil)
		if got := other.ok(http.MethodPost, path+"/contest", nil); got.text1("state") != "in_judgement" || got.at("told", "household") != true {
			t.Errorf("%s", got.text)
		}
		for _, o := range []as{one, two} { // whoever judged the refusal does not judge the contest
			o.file = o.ok(http.MethodGet, "/v1/cases?area=03", nil).text1("cases", 0, "case")
			o.refuses(http.StatusForbidden, "population.same_officer", http.MethodPost, "/v1/cases/"+o.file+"/view", "", nil)
		}
		if got := w.judge(different, three, four); got.text1("outcome") != "different" {
			t.Fatalf("%s", got.text)
		}

		// Two numbers of one person.
		numbers := make([]string, 2)
		for i, r := range []string{first.text1("receipt"), second.text1("receipt")} {
			person := officer.ok(http.MethodPost, "/v1/persons/find", object{"receipt": r}).text1("candidates", 0, "person")
			numbers[i] = officer.ok(http.MethodPost, "/v1/persons/show", object{"person": person, "fields": []string{"number"}}).text1("number")
		}
		claim := func(i int) sent {
			return partner.ok(http.MethodPost, "/v1/exchange", object{"claims": []any{object{"idcs": numbers[i], "name": "Abdelhafid Oukacha", "birth": "1971-02-03"}}})
		}
		own, old := claim(0).text1("answers", 0, "person"), claim(1).text1("answers", 0, "person")
		report := object{"one": numbers[0], "other": numbers[1]}
		officer.ok(http.MethodPost, "/v1/cases", report)
		officer.refuses(http.StatusConflict, "population.case_open", http.MethodPost, "/v1/cases", "", report)
		if got := w.judge(same, three, four); got.text1("outcome") != "merged" {
			t.Fatalf("%s", got.text)
		}
		if got := claim(1).text1("answers", 0, "person"); got != own || own == old {
			t.Errorf("the old number leads to %q, not to %q", got, own)
		}
		w.must(w.Settle(t.Context()))
		officer.ok(http.MethodPost, "/v1/cases", report)
		if got := w.judge(different, w.hire(root, "judge.eight", "adjudicator", "03", "adjudication"), w.hire(root, "judge.nine", "adjudicator", "03", "adjudication")); got.text1("outcome") != "split" {
			t.Fatalf("%s", got.text)
		}
		if got := claim(1).text1("answers", 0, "person"); got != old {
			t.Errorf("after the split the number leads to %q, not to %q", got, old)
		}
		w.must(w.Settle(t.Context()))
		for _, value := range slices.Concat(numbers, []string{"Oukacha", "Abdelhafid", "1971-02-03", "Z765430"}) {
			if strings.Contains(w.log.String(), value) || strings.Contains(w.failed.String(), value) {
				t.Errorf("%q is in the log, a problem or an address", value)
			}
		}
	})
}
