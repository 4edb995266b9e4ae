package questionnaire_test

import (
	"os"
	"strings"
	"testing"

	"sijil/formula"
	"sijil/questionnaire"
)

// small is the questionnaire of an invented country: one stratum of each kind,
// a variable that is a code, a condition on the members.
const small = `{
  "id": "small-1", "version": 2, "source": "invented", "status": "invented",
  "languages": ["en"], "strata": ["coast", "hills"],
  "presumed_birthday": {"month": 1, "day": 1, "source": "invented", "status": "invented"},
  "composition": {"relation": "tie", "head": "chief", "counted_if": "here", "max_members": 12, "source": "invented", "status": "invented"},
  "variants": [{"code": "usual", "label": {"en": "Usual"}}],
  "sections": [
    {"code": "people", "title": {"en": "People"}, "items": [
      {"code": "tie", "level": "member", "type": "choice", "purpose": "composition", "label": {"en": "Tie"},
        "choices": [{"code": "chief", "label": {"en": "Chief"}}, {"code": "kin", "label": {"en": "Kin"}}]},
      {"code": "here", "level": "member", "type": "boolean", "purpose": "composition", "label": {"en": "Here?"}},
      {"code": "class", "level": "member", "type": "choice", "purpose": "index", "label": {"en": "School"}, "asked_if": "age >= 6 && sex in ['female', 'male']",
        "choices": [{"code": "none", "label": {"en": "None"}}, {"code": "high", "label": {"en": "High"}}]}
    ]},
    {"code": "house", "title": {"en": "House"}, "items": [
      {"code": "boats", "level": "household", "type": "count", "purpose": "index", "label": {"en": "Boats"}, "asked_if": "stratum == 'coast' && members.exists(m, m.age >= 18)",
        "if_not_applicable": 0, "limits": {"coast": {"min": 0, "max": 9}, "hills": {"min": 0, "max": 1}}},
      {"code": "rent", "level": "household", "type": "amount", "purpose": "index", "label": {"en": "Rent"}, "limits": {"coast": {"min": "0", "max": "900.50"}, "hills": {"min": "0", "max": "90"}}}
    ]}
  ],
  "derivations": [
    {"variable": "school", "value": "head.class"},
    {"variable": "dependency", "value": "members.count(m, m.age < 15 || m.age >= 65)", "denominator": "members.count(m, m.age >= 15 && m.age < 65)"},
    {"variable": "boats", "value": "boats"},
    {"variable": "absent", "value": "size(everyone) - size"}
  ]
}`

func TestAnotherCountry(t *testing.T) {
	t.Parallel()
	q, err := questionnaire.Parse("small.json", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	d, err := q.ParseDeclaration([]byte(`{"household":"h","as_of":"2026-11-01","locality":"x","members":[
		{"ref":"a","birth_date":"1980","sex":"female","answers":{"tie":"chief","here":true,"class":"high"}},
		{"ref":"b","birth_date":"2024","sex":"male","answers":{"tie":"kin","here":true}},
		{"ref":"c","birth_date":"1979","sex":"male","answers":{"tie":"kin","here":false,"class":{"state":"unknown"}}}],
		"answers":{"rent":"90.5"}}`))
	if err != nil {
		t.Fatal(err)
	}
	hills := questionnaire.Place{Region: "1", Stratum: "hills"}
	if err = q.Check(d, hills); err == nil || !strings.Contains(err.Error(), "answers.rent: the answer is outside the limits; check it; accepted from 0.00 to 90.00") {
		t.Errorf("limits of the hills: %v", err)
	}
	d.Answers[1].Int = 9000
	if err = q.Check(d, hills); err != nil {
		t.Fatal(err)
	}
	v, err := q.Deriver([]string{"school", "dependency", "boats", "absent"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := v.Derive(nil, d, hills, questionnaire.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []formula.Value{formula.Code("high"), formula.Ratio(1, 1), formula.Int(0), formula.Int(1)}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("variable %d = %v, want %v", i, got[i], want[i])
		}
	}
	// Nobody of working age: a ratio that cannot be formed is an error.
	if _, err := v.Derive(nil, d, hills, questionnaire.Options{Ages: []int{70, 2, 3}}); err == nil || !strings.Contains(err.Error(), "dependency: the denominator is not above zero") {
		t.Errorf("got %v", err)
	}
}

func TestParseErrorsNameTheirPlace(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, from, to, want string }{
		{"unknown name", `"version": 2`, `"version": 2, "vresion": 3`, "small.json:2: vresion: unknown name"},
		{"no version", `"version": 2`, `"version": 0`, "version: it is not a version"},
		{"no status", `"status": "invented",`, `"status": "",`, "status: it is empty"},
		{"no source of the birthday", `"day": 1, "source": "invented"`, `"day": 1, "source": ""`, "presumed_birthday.source: it is empty"},
		{"no such birthday", `"month": 1, "day": 1`, `"month": 2, "day": 30`, "presumed_birthday: the year has no such day"},
		{"no language", `["en"]`, `[]`, "languages: the list is empty"},
		{"text of another language", `{"en": "Tie"}`, `{"en": "Tie", "fr": "Lien"}`, "sections.people.items.tie.label.fr: the text is in a language of its own; the languages are en"},
		{"text missing", `{"en": "Tie"}`, `{"en": " "}`, "sections.people.items.tie.label.en: the text is missing"},
		{"stratum twice", `["coast", "hills"]`, `["coast", "coast"]`, `strata[1]: the code "coast" stands twice`},
		{"stratum misspelt", `["coast", "hills"]`, `["coast", "The Hills"]`, "strata[1]: not a code"},
		{"no such relation", `"relation": "tie"`, `"relation": "boats"`, "composition.relation: there is no such choice"},
		{"no such head", `"head": "chief"`, `"head": "boss"`, "composition.head: the relation has no such code"},
		{"relation optional", `"code": "tie", "level"`, `"optional": true, "code": "tie", "level"`, "composition.relation: who the members are cannot be optional"},
		{"no such mark", `"counted_if"`, `"awaiting": "tie", "counted_if"`, "composition.awaiting: there is no such boolean"},
		{"no rule of counting", `"counted_if": "here"`, `"counted_if": ""`, "composition.counted_if: it is not stated"},
		{"too many members", `"max_members": 12`, `"max_members": 5000`, "composition.max_members: not between 1 and 200"},
		{"not asked, unknown", `{"code": "usual",`, `{"code": "usual", "not_asked": ["zz"],`, `variants.usual.not_asked[0]: there is no item "zz"`},
		{"not asked, relation", `{"code": "usual",`, `{"code": "usual", "not_asked": ["tie"],`, "who the members are is always asked"},
		{"item twice", `"code": "here"`, `"code": "tie"`, "sections.people.items.tie: the item stands twice"},
		{"item's name taken", `"code": "here"`, `"code": "size"`, "sections.people.items.size: rules use this name"},
		{"item's code misspelt", `"code": "here"`, `"code": "Here"`, "sections.people.items[1].code: not a code"},
		{"no level", `"level": "household", "type": "amount"`, `"level": "house", "type": "amount"`, "sections.house.items.rent.level: not a level"},
		{"no type", `"type": "amount"`, `"type": "money"`, "sections.house.items.rent.type: not a type"},
		{"no purpose", `"type": "amount", "purpose": "index"`, `"type": "amount", "purpose": ""`, "sections.house.items.rent.purpose: the purpose is missing"},
		{"choices of a truth", `"label": {"en": "Here?"}`, `"label": {"en": "Here?"}, "choices": []`, "sections.people.items.here.choices: only a choice has choices"},
		{"choice without choices", `"choices": [{"code": "none", "label": {"en": "None"}}, {"code": "high", "label": {"en": "High"}}]`, `"choices": []`, "sections.people.items.class.choices: the list is empty"},
		{"choice twice", `"code": "high"`, `"code": "none"`, `sections.people.items.class.choices[1]: the code "none" stands twice`},
		{"reserved choice", `"code": "high"`, `"code": "not_applicable"`, "not_applicable is no answer"},
		{"limits missing", `, "hills": {"min": "0", "max": "90"}`, ``, "sections.house.items.rent.limits.hills: the limits are missing"},
		{"limits of no stratum", `"hills": {"min": "0", "max": "90"}`, `"hills": {"min": "0", "max": "90"}, "sea": {"min": "0", "max": "90"}`, "sections.house.items.rent.limits.sea: there is no such stratum"},
		{"limits crossed", `{"min": 0, "max": 9}`, `{"min": 10, "max": 9}`, "sections.house.items.boats.limits.coast: not limits"},
		{"limits of an amount as numbers", `{"min": "0", "max": "90"}`, `{"min": 0, "max": 90}`, "sections.house.items.rent.limits.hills: not limits"},
		{"value without condition", `"label": {"en": "Rent"}`, `"label": {"en": "Rent"}, "if_not_applicable": "0"`, "sections.house.items.rent.if_not_applicable: the question always arises"},
		{"value of the wrong type", `"if_not_applicable": 0`, `"if_not_applicable": "none"`, "sections.house.items.boats.if_not_applicable: not an answer to this item"},
		{"condition reads a later item", `"asked_if": "stratum == 'coast' && `, `"asked_if": "rent > 0 && `, "sections.house.items.boats.asked_if: the condition reads an item that is asked later"},
		{"condition reads itself", `"asked_if": "stratum == 'coast' && `, `"asked_if": "boats > 0 && `, "the condition reads an item that is asked later"},
		{"condition of an unknown code", `stratum == 'coast'`, `stratum == 'sea'`, `sections.house.items.boats.asked_if 1:12: stratum has no code "sea"; use one of: coast, hills`},
		{"condition is no truth", `"age >= 6 && sex in ['female', 'male']"`, `"age"`, "sections.people.items.class.asked_if: the expression gives a whole number, expected a truth"},
		{"derived twice", `"variable": "absent"`, `"variable": "boats"`, "derivations.boats: the variable is derived twice"},
		{"derivation of an unknown name", `"value": "boats"`, `"value": "ships"`, "derivations.boats.value 1:1: undeclared reference to 'ships'"},
		{"ratio of a code", `"value": "head.class"`, `"value": "head.class", "denominator": "size"`, "derivations.school.value: the expression gives a code of a list, expected a whole number"},
		{"reading without a note", `"value": "boats"`, `"value": "boats", "status": "our reading"`, "derivations.boats.note: a status without a note"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := strings.Replace(small, tt.from, tt.to, 1)
			if in == small {
				t.Fatalf("%s is not in the questionnaire", tt.from)
			}
			if _, err := questionnaire.Parse("small.json", []byte(in)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestParseReportsAllTogether(t *testing.T) {
	t.Parallel()
	in := strings.NewReplacer(`"version": 2`, `"version": 0`, `"type": "amount"`, `"type": "money"`, `"code": "high"`, `"code": "none"`).Replace(small)
	_, err := questionnaire.Parse("small.json", []byte(in))
	for _, want := range []string{"version", "items.rent.type", "items.class.choices[1]"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not reported: %v", want, err)
		}
	}
}

// The hash is of the data, not of their layout.
func TestHash(t *testing.T) {
	t.Parallel()
	parse := func(s string) string {
		q, err := questionnaire.Parse("small.json", []byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return q.Hash
	}
	if parse(small) != parse(strings.ReplaceAll(small, "\n", " \n\t")) {
		t.Error("layout changes the hash")
	}
	if parse(small) == parse(strings.Replace(small, `"max": 9}`, `"max": 8}`, 1)) {
		t.Error("a limit does not change the hash")
	}
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("../morocco/questionnaire.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(small))
	f.Add(data)
	f.Fuzz(func(t *testing.T, in []byte) {
		q, err := questionnaire.Parse("f.json", in)
		if err == nil && (q.Composition.Relation == nil || len(q.Variants) == 0 || q.Hash == "") {
			t.Errorf("incomplete: %+v", q)
		}
	})
}
