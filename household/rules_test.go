package household_test

import (
	"os"
	"strings"
	"testing"

	"sijil/household"
	"sijil/internal/country"
)

func TestRulesOfBothCountries(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"../morocco", "../cmd/sijil/testdata/pelagia"} {
		c, err := country.Open(os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		data, err := c.ReadFile("households.json")
		if err != nil {
			t.Fatal(err)
		}
		r, err := household.ParseRules("households.json", data)
		if err != nil {
			t.Fatal(err)
		}
		q, err := c.LoadQuestionnaire()
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Fits(q); err != nil {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

func TestBadRules(t *testing.T) {
	t.Parallel()
	good := string(land().rules)
	for name, tt := range map[string]struct{ from, to, want string }{
		"format":          {`"format": 1`, `"format": 2`, "format"},
		"unknown name":    {`"format": 1`, `"format": 1, "colour": "red"`, "colour"},
		"age":             {`"age": 18`, `"age": 3`, "declarant.age"},
		"no status":       {`"status": "our reading, unverified"`, `"status": ""`, "declarant"},
		"negative delay":  {`"counts_after_days": 0`, `"counts_after_days": -1`, "unconfirmed.counts_after_days"},
		"unknown cause":   {`"review"]`, `"birthday"]`, "recompute.causes[5]"},
		"no declaration":  {`["declaration", `, `[`, "recompute.causes"},
		"reason twice":    {`"code": "departure"`, `"code": "death"`, "head_change.reasons[1].code"},
		"review":          {`"months": 12`, `"months": 0`, "review.months"},
		"days back":       {`"days_back": 90`, `"days_back": -1`, "as_of.days_back"},
		"evidence twice":  {`"code": "visit"`, `"code": "neighbours"`, "custody.evidence[5].code"},
		"evidence's code": {`"code": "visit"`, `"code": "visit 1"`, "custody.evidence[3].code"},
		"look again":      {`"look_again_days": 30`, `"look_again_days": 0`, "custody.look_again_days"},
		"not JSON at all": {`"format": 1`, `"format": `, ""},
	} {
		bad := strings.Replace(good, tt.from, tt.to, 1)
		if bad == good {
			t.Fatalf("%s: nothing was replaced", name)
		}
		_, err := household.ParseRules("households.json", []byte(bad))
		if err == nil || !strings.Contains(err.Error(), "households.json") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, tt := range map[string]struct{ from, to, want string }{
		"no such item":     {`"item": "declared_by"`, `"item": "declared"`, "declarant.item"},
		"wrong level":      {`"item": "presence"`, `"item": "rooms"`, "absence.item"},
		"no such answer":   {`"present": "present"`, `"present": "here"`, "absence"},
		"a missing text":   {`"en": "the head died"`, `"es": "murió"`, "head_change.reasons[0].name.en"},
		"evidence's text":  {`"en": "visit to the dwelling"`, `"es": "visita"`, "custody.evidence[3].name.en"},
		"no declarer code": {`"member": "adult_member"`, `"member": "me"`, "declarant"},
	} {
		r, err := household.ParseRules("households.json", []byte(strings.Replace(good, tt.from, tt.to, 1)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := r.Fits(land().q); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
