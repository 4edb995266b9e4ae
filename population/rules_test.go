package population_test

import (
	"os"
	"strings"
	"testing"

	"sijil/population"
)

const pelagia = "../cmd/sijil/testdata/pelagia/registration.json"

func TestCountriesHaveRules(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"../morocco/registration.json", pelagia} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := population.ParseRules(file, data); err != nil {
			t.Error(err)
		}
	}
}

// The reference country's data say of every rule where it comes from; none of
// them claims to be verified, for no text of law was read.
func TestNoReadingOfTheLawClaimsToBeVerified(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../morocco/registration.json")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), `"status": "verified"`); n != 0 {
		t.Errorf("%d rules claim to be verified", n)
	}
}

func TestFaultsOfRulesAreNamed(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(pelagia)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ old, replacement, want string }{
		{`"format": 1`, `"format": 2`, "format: the format is unknown"},
		{`"languages": ["en", "pt"]`, `"languages": []`, "languages: the country has no language"},
		{`"age": 20`, `"age": 0`, "majority.age: no age of majority"},
		{`"scripts": ["Latn"]`, `"scripts": ["Runr"]`, "scripts[0]: the script is unknown"},
		{`"code": "sea_card"`, `"code": "Sea card"`, "documents[0].code: not a code"},
		{`"code": "birth_entry"`, `"code": "sea_card"`, "documents[1].code: the code stands twice"},
		{`"form": "[0-9]{8}"`, `"form": "[0-9"`, "documents[0].parts[0].form: not a regular expression"},
		{`, "pt": "cartão do mar"`, ``, "documents[0].text.pt: the text is missing"},
		{`"ages": "minor"`, `"ages": "young"`, "documents[1].of[0]: not a group of people"},
		{`"sources": ["parish_register"]`, `"sources": []`, "documents[1].sources: nobody can confirm the document"},
		{`"birth_year": "year"`, `"birth_year": "month"`, "documents[1].birth_year: there is no such part"},
		{`"witness": true`, `"witness": false`, "documents: no document for witnesses to show"},
		{`"minor": "introducer"`, `"minor": "anything"`, "without_documents.citizen.minor: no such rule"},
		{`"refusal": "no_permit"`, `"refusal": "whim"`, "without_documents.foreigner.refusal: there is no such refusal"},
		{`"count": 2`, `"count": 0`, "witnesses: the rule is not whole"},
		{`"introducer", "representative", "custodian"]`, `"introducer", "neighbour"]`, "holders[1].for: no such relation"},
		{`Only what the law asks`, `Only what we ask`, "notices[0].hash: the text is not the one that was hashed"},
		{`"from": "2020-01-01"`, `"from": ""`, "notices[0].from: the days are missing or reversed"},
		{`"channel": "phone"`, `"channel": "drum"`, "consents[0].channel: no such channel"},
		{`"phone": "[0-9]{7}"`, `"phone": ""`, "contacts.phone: not a regular expression"},
		{`"cap": 2,`, `"cap": 0,`, "cap"},
		{`"days": 30`, `"days": 0`, "refused_kept.days: no time to contest"},
		{`"slow_after": 6`, `"slow_after": 0`, "exchange: the rule is not whole"},
		{`"source": "invented"`, `"source": ""`, "a rule without a source"},
		{`"status": "verified"`, `"status": "sure"`, "no status"},
		{`"majority"`, `"majority_of_all"`, "unknown name"},
	}
	for _, tt := range tests {
		if !strings.Contains(string(whole), tt.old) {
			t.Errorf("the file does not hold %s", tt.old)
			continue
		}
		_, err := population.ParseRules("registration.json", []byte(strings.ReplaceAll(string(whole), tt.old, tt.replacement)))
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "registration.json") {
			t.Errorf("%s: got %v", tt.want, err)
		}
	}
}

func FuzzParseRules(f *testing.F) {
	for _, file := range []string{"../morocco/registration.json", pelagia} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := population.ParseRules("registration.json", data)
		if (r == nil) == (err == nil) {
			t.Error("neither rules nor an error, or both")
		}
	})
}
