package questionnaire_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"sijil/internal/errs"
	"sijil/questionnaire"
)

// TestDeclarationErrors edits the first golden declaration and looks for the
// path and the words of the error.
func TestDeclarationErrors(t *testing.T) {
	t.Parallel()
	golden := string(goldenLines(t)[0])
	tests := []struct{ name, from, to, want string }{
		{"unknown item", `"rooms":2`, `"rooms":2,"salary":777777`, "answers.salary: unknown name; use the codes"},
		{"item of members in the household", `"rooms":2`, `"rooms":2,"diploma":"none"`, "answers.diploma: unknown name; the item belongs among the answers of each member"},
		{"item of the household in a member", `"school":"public"`, `"school":"public","rooms":2`, "members[2].answers.rooms: unknown name; the item belongs among the answers of the household"},
		{"a name where a code belongs", `"rooms":2`, `"Fatima Alaoui":2`, "answers.?: unknown name"},
		{"a very long name", `"rooms":2`, `"` + strings.Repeat("a", 10_000) + `":2`, "answers.?: unknown name"},
		{"item twice", `"rooms":2`, `"rooms":2,"rooms":2`, "answers.rooms: the name stands twice in one object; keep one of them"},
		{"item twice, escaped", `"rooms":2`, `"rooms":2,"r\u006foms":2`, "answers.rooms: the name stands twice in one object; keep one of them"},
		{"choice out of list", `"tenure":"tenant"`, `"tenure":"squatter"`, "answers.tenure: the code is not in the item's list; use one of: owner, tenant, free, other"},
		{"reserved code", `"diploma":"none"`, `"diploma":"not_applicable"`, "members[0].answers.diploma: the code is not in the item's list"},
		{"choice as a number", `"diploma":"none"`, `"diploma":777777`, "members[0].answers.diploma: another kind of value stands here; write one of the item's codes"},
		{"truth as text", `"computer":false`, `"computer":"false"`, "answers.computer: another kind of value stands here; write true or false"},
		{"null", `"computer":false`, `"computer":null`, "answers.computer: another kind of value"},
		{"count as text", `"rooms":2`, `"rooms":"2"`, "answers.rooms: another kind of value stands here; write a whole number"},
		{"count with decimals", `"rooms":2`, `"rooms":2.0`, "answers.rooms: not a whole number"},
		{"count with exponent", `"rooms":2`, `"rooms":2e0`, "answers.rooms: not a whole number"},
		{"count too large", `"rooms":2`, `"rooms":777777`, "answers.rooms: the answer is outside the limits; check it; accepted from 1 to 30"},
		{"count huge", `"rooms":2`, `"rooms":` + strings.Repeat("7", 5000), "answers.rooms: the answer is outside the limits"},
		{"count negative", `"rooms":2`, `"rooms":-2`, "answers.rooms: the answer is outside the limits"},
		{"count below the least", `"rooms":2`, `"rooms":0`, "answers.rooms: the answer is outside the limits"},
		{"amount as a number", `"phone_internet":"100.00"`, `"phone_internet":100`, "answers.phone_internet: another kind of value stands here; write an amount as text"},
		{"amount with three decimals", `"phone_internet":"100.00"`, `"phone_internet":"100.001"`, "answers.phone_internet: not an amount"},
		{"amount negative", `"phone_internet":"100.00"`, `"phone_internet":"-100"`, "answers.phone_internet: not an amount"},
		{"amount in Arabic-Indic digits", `"phone_internet":"100.00"`, `"phone_internet":"١٠٠"`, "answers.phone_internet: not an amount"},
		{"amount too large", `"phone_internet":"100.00"`, `"phone_internet":"777777"`, "answers.phone_internet: the answer is outside the limits; check it; accepted from 0.00 to 10000.00"},
		{"amount huge", `"phone_internet":"100.00"`, `"phone_internet":"` + strings.Repeat("7", 5000) + `"`, "answers.phone_internet: not an amount"},
		{"not a state", `"rooms":2`, `"rooms":{"state":"lost"}`, "answers.rooms: not a state"},
		{"present is no reason", `"rooms":2`, `"rooms":{"state":"present"}`, "answers.rooms: not a state"},
		{"state with more", `"rooms":2`, `"rooms":{"state":"unknown","why":"777777"}`, "answers.rooms: another kind of value"},
		{"state twice", `"rooms":2`, `"rooms":{"state":"unknown","state":"unknown"}`, "answers.rooms.state: the name stands twice"},
		{"empty state", `"rooms":2`, `"rooms":{}`, "answers.rooms: the answer is empty"},

		{"born after the as-of date", `"2024-09-09"`, `"2026-11-02"`, "members[4].birth_date: the date of birth is after the as-of date"},
		{"born in a later year", `"2024-09-09"`, `"2027"`, "members[4].birth_date: the date of birth is after the as-of date"},
		{"no such day", `"2024-09-09"`, `"2024-02-30"`, "members[4].birth_date: not a date"},
		{"another way to write a date", `"2024-09-09"`, `"09/09/2024"`, "members[4].birth_date: not a date"},
		{"no date of birth", `"birth_date":"2024-09-09",`, ``, "members[4].birth_date: missing"},
		{"no sex", `"sex":"male","answers":{"relation":"head"`, `"answers":{"relation":"head"`, "members[0].sex: missing"},
		{"another sex", `"sex":"male","answers":{"relation":"head"`, `"sex":"M","answers":{"relation":"head"`, "members[0].sex: not a sex the register records"},
		{"no reference", `"ref":"1",`, ``, "members[0].ref: missing"},
		{"reference twice", `"ref":"2"`, `"ref":"1"`, "members[1].ref: another member has the same reference"},
		{"sex twice", `"sex":"female","answers":{"relation":"spouse"`, `"sex":"female","sex":"female","answers":{"relation":"spouse"`, "members[1].sex: the name stands twice"},
		{"a name of a person", `"ref":"1"`, `"ref":"1","name":"777777"`, "members[0].name: unknown name; known here: ref, birth_date, sex, answers"},
		{"no head", `"relation":"head"`, `"relation":"other"`, "members: the household has no head"},
		{"two heads", `"relation":"spouse"`, `"relation":"head"`, "members[1].answers.relation: the household has two heads"},

		{"as-of is no date", `"as_of":"2026-11-01"`, `"as_of":"2026-11"`, "as_of: not a date"},
		{"no as-of date", `"as_of":"2026-11-01",`, ``, "as_of: missing"},
		{"no locality", `"locality":"06.141-U",`, ``, "locality: missing"},
		{"no household", `"household":"golden-1",`, ``, "household: missing"},
		{"household twice", `"household":"golden-1",`, `"household":"golden-1","household":"golden-1",`, "household: the name stands twice"},
		{"empty household", `"golden-1"`, `""`, "household: not a reference"},
		{"household with a number of ten digits", `"golden-1"`, `"h-2777777777"`, "household: ten digits in a row could identify a person"},
		{"member with a number of ten digits", `"ref":"1"`, `"ref":"2777777777"`, "members[0].ref: ten digits in a row"},
		{"household with other letters", `"golden-1"`, `"أسرة"`, "household: not a reference"},
		{"unknown variant", `"as_of"`, `"variant":"boat","as_of"`, "variant: the questionnaire has no such variant; use one of: dwelling, no_fixed_dwelling"},
		{"unknown name", `"as_of"`, `"remarks":"777777","as_of"`, "remarks: unknown name; known here: household, as_of"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := strings.Replace(golden, tt.from, tt.to, 1)
			if in == golden {
				t.Fatalf("%s is not in the declaration", tt.from)
			}
			_, err := morocco().ParseDeclaration([]byte(in))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got  %v\nwant %s", err, tt.want)
			}
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("kind %v", errs.KindOf(err))
			}
			for _, answer := range []string{"777777", "squatter", "Fatima", "lost", "2026-11-02", "1984"} {
				if strings.Contains(err.Error(), answer) {
					t.Errorf("the message repeats what was answered: %v", err)
				}
			}
		})
	}
}

func TestFaultsAreReportedTogether(t *testing.T) {
	t.Parallel()
	in := strings.NewReplacer(`"rooms":2`, `"rooms":99`, `"diploma":"none"`, `"diploma":"phd"`, `"2024-09-09"`, `"soon"`).Replace(string(goldenLines(t)[0]))
	_, err := morocco().ParseDeclaration([]byte(in))
	for _, want := range []string{"answers.rooms", "members[0].answers.diploma", "members[1].answers.diploma", "members[4].birth_date"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not reported: %v", want, err)
		}
	}
}

func TestMembersAreLimited(t *testing.T) {
	t.Parallel()
	q := morocco()
	many := []answers{member("h", "1980", "male", adult)}
	for i := 1; i < q.Composition.MaxMembers; i++ {
		many = append(many, member("m"+string(rune('a'+i/26))+string(rune('a'+i%26)), "2015-01-01", "male", child))
	}
	if _, err := q.ParseDeclaration(line(t, dwelling, many...)); err != nil {
		t.Fatal(err)
	}
	_, err := q.ParseDeclaration(line(t, dwelling, append(many, member("z", "2015-01-01", "male", child), member("y", "2015-01-01", "male", child))...))
	if err == nil || !strings.Contains(err.Error(), "members: more members than a household may have; declare at most 60") {
		t.Errorf("got %v", err)
	}
	if _, err = q.ParseDeclaration(line(t, dwelling)); err == nil || !strings.Contains(err.Error(), "members: the household has no member") {
		t.Errorf("got %v", err)
	}
}

// Hostile text is refused without ado, and what is refused for its form says
// so.
func TestHostileJSON(t *testing.T) {
	t.Parallel()
	golden := string(goldenLines(t)[0])
	tests := map[string]string{
		"empty":                   "",
		"not an object":           `[]`,
		"deep list":               `{"members":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`,
		"deep object":             `{"x":` + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000) + `}`,
		"cut off":                 golden[:len(golden)/2],
		"cut inside an escape":    `{"household":"a\`,
		"two values":              golden + golden,
		"trailing zero byte":      golden + "\x00",
		"zero byte":               strings.Replace(golden, `{"household"`, "{\x00\"household\"", 1),
		"raw control":             strings.Replace(golden, "golden-1", "golden\n1", 1),
		"invalid UTF-8 in a name": strings.Replace(golden, `"as_of"`, "\"\xff\":1,\"as_of\"", 1),
		"invalid UTF-8 in a text": strings.Replace(golden, `"golden-1"`, "\"\xff\"", 1),
		"half a surrogate":        strings.Replace(golden, `"golden-1"`, `"\ud800"`, 1),
		"leading zero":            strings.Replace(golden, `"rooms":2`, `"rooms":02`, 1),
		"NaN":                     strings.Replace(golden, `"rooms":2`, `"rooms":NaN`, 1),
		"plus sign":               strings.Replace(golden, `"rooms":2`, `"rooms":+2`, 1),
		"Arabic-Indic digit":      strings.Replace(golden, `"rooms":2`, `"rooms":٢`, 1),
		"single quotes":           strings.ReplaceAll(golden, `"`, `'`),
		"trailing comma":          strings.Replace(golden, `"ref":"1",`, `"ref":"1",,`, 1),
		"comment":                 "/* */" + golden,
		"lone minus":              strings.Replace(golden, `"rooms":2`, `"rooms":-`, 1),
	}
	for name, in := range tests {
		_, err := morocco().ParseDeclaration([]byte(in))
		want := "not JSON"
		switch {
		case name == "not an object":
			want = "write an object"
		case strings.HasPrefix(name, "deep "):
			want = "nested too deeply"
		}
		if err == nil || len(err.Error()) > 5000 || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %.200v", name, err)
		}
	}
}

// An error of the form says where it is, is reported beside the faults before
// it, shows no name that may be a person's, and leaves nothing behind for the
// next declaration.
func TestMalformedDeclarations(t *testing.T) {
	t.Parallel()
	golden := string(goldenLines(t)[0])
	tests := []struct{ name, from, to, want string }{
		{"no comma", `"rooms":2,`, `"rooms":2`, "answers: not JSON at column 1277; check commas, quotes and brackets just before this place"},
		{"no comma, in a member", `"ref":"2",`, `"ref":"2"`, "members[1]: not JSON at column 395; check"},
		{"cut off", golden[200:], "", "members[0].answers.presence: not JSON: the text ends in the middle of a value; check that the line is whole"},
		{"before the object", golden, "?" + golden, "not JSON at column 1; check"},
		{"after the object", golden, golden + " {}", "not JSON: text follows the object; write one object a line"},
		{"beside another fault", `"rooms":2,`, `"salary":1,"rooms":2`, "answers.salary: unknown name; use the codes of the questionnaire's items\nanswers: not JSON at column 1"},
		{"a person's name twice", `"rooms":2`, `"Fatima":2,"Fatima":2`, "answers.?: the name stands twice"},
		{"under a person's name", `"rooms":2`, `"Fatima":{"Alaoui":{"a":]}}`, "answers.?.?: not JSON"},
		{"deep under a person's name", `"rooms":2`, `"Fatima":` + strings.Repeat("[", 20), "answers.?[0][0]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := strings.Replace(golden, tt.from, tt.to, 1)
			d := new(questionnaire.Declaration)
			err := morocco().DecodeDeclaration(d, []byte(in))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got  %v\nwant %s", err, tt.want)
			}
			if errs.KindOf(err) != errs.Invalid || strings.Contains(err.Error(), "Fatima") || strings.Contains(err.Error(), "Alaoui") {
				t.Errorf("kind %v, %v", errs.KindOf(err), err)
			}
			if err := morocco().DecodeDeclaration(d, []byte(golden)); err != nil {
				t.Fatal(err)
			}
			if got := string(morocco().AppendJSON(nil, d)); got != strings.TrimSpace(golden) {
				t.Errorf("the declaration read next is %s", got)
			}
		})
	}
}

// FuzzDeclaration holds the reader to encoding/json (what is accepted is JSON
// there too) and to the writer (it comes back the same).
func FuzzDeclaration(f *testing.F) {
	for _, l := range goldenLines(f) {
		f.Add(l)
	}
	f.Add([]byte(`{"household":"a","as_of":"2026-11-01","locality":"x","members":[{"ref":"1","birth_date":"1980","sex":"male","answers":{"relation":"head"}}],"answers":{"rooms":{"state":"unknown"}}}`))
	q := morocco()
	f.Fuzz(func(t *testing.T, in []byte) {
		d, err := q.ParseDeclaration(in)
		if err != nil {
			return
		}
		if !json.Valid(in) {
			t.Fatalf("accepted, but encoding/json refuses %q", in)
		}
		out := q.AppendJSON(nil, d)
		again, err := q.ParseDeclaration(out)
		if err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		if twice := q.AppendJSON(nil, again); !bytes.Equal(out, twice) {
			t.Fatalf("%s\n%s", out, twice)
		}
		if q.Check(d, urban) == nil {
			derive(t, d, urban, questionnaire.Options{}, "hh_size", "butane_mad_year_pc")
		}
	})
}
