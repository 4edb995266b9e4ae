package population_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/population"
)

// Bad input: each its error, and nothing written.
func TestBadEnrolments(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		taken := w.enrol(w.adult())
		unknown, err := reference().scheme.Draw(zero{})
		if err != nil {
			t.Fatal(err)
		}
		long := strings.Repeat("a", 101)
		before := w.rows("uses")
		adult := func(change func(e *population.Enrolment)) population.Enrolment {
			e := w.adult()
			change(&e)
			return e
		}
		child := func(change func(e *population.Enrolment)) population.Enrolment {
			e := w.child()
			change(&e)
			return e
		}
		given := func(s string) func(e *population.Enrolment) {
			return func(e *population.Enrolment) { e.Names[0].Spellings[0].Given = s }
		}
		doc := func(change func(d *population.Document)) population.Enrolment {
			return adult(func(e *population.Enrolment) { change(&e.Documents[0]) })
		}
		number := func(s string) population.Enrolment {
			return doc(func(d *population.Document) { d.Parts = map[string]string{"number": s} })
		}
		relation := func(r population.Relation) population.Enrolment {
			return child(func(e *population.Enrolment) { e.Relations = []population.Relation{r} })
		}
		tests := []struct {
			what, code string
			e          population.Enrolment
		}{
			{"documents of another", "document_taken", adult(func(e *population.Enrolment) { e.Documents = taken.enrolment.Documents })},
			{"documents of another, spelt otherwise", "document_taken", number(strings.ToLower(taken.enrolment.Documents[0].Parts["number"][:1]) + " " + taken.enrolment.Documents[0].Parts["number"][1:])},
			{"no such document", "document", doc(func(d *population.Document) { d.Type = "library_card" })},
			{"a malformed number", "document", number("12345")},
			{"an empty number", "document", number("")},
			{"no parts", "document", doc(func(d *population.Document) { d.Parts = nil })},
			{"a part too many", "document", doc(func(d *population.Document) { d.Parts["year"] = "1980" })},
			{"an oversized number", "document", number("Z" + strings.Repeat("1", 5000))},
			{"an expired document", "document_expired", doc(func(d *population.Document) { d.Expires = civil.MustParse("2026-11-01") })},
			{"a permit without its last day", "document", adult(func(e *population.Enrolment) {
				e.Category, e.Documents = population.Foreigner, []population.Document{permit(2)}
				e.Documents[0].Expires = civil.Date{}
			})},
			{"confirmed by nobody", "document", doc(func(d *population.Document) { d.Verified = "a friend" })},
			{"a document twice", "document_twice", adult(func(e *population.Enrolment) { e.Documents = append(e.Documents, e.Documents[0]) })},
			{"a document of other people", "document_of_others", adult(func(e *population.Enrolment) { e.Documents = []population.Document{permit(3)} })},
			{"a national card of a foreigner", "document_of_others", adult(func(e *population.Enrolment) { e.Category = population.Foreigner })},
			{"a birth act of before the birth", "document", child(func(e *population.Enrolment) { e.Documents[0].Parts["year"] = "2019" })},
			{"a birth act of the future", "document", child(func(e *population.Enrolment) { e.Documents[0].Parts["year"] = "2027" })},
			{"too many documents", "too_many", adult(func(e *population.Enrolment) { e.Documents = slices.Repeat(e.Documents, 11) })},
			{"an adult without identity", "identity", adult(func(e *population.Enrolment) { e.Documents = nil })},
			{"an adult with a birth act only", "identity", adult(func(e *population.Enrolment) { e.Documents = []population.Document{birthAct(1980, 3)} })},
			{"a child without introducer", "introducer", child(func(e *population.Enrolment) { e.Introducer = nil })},
			{"an introducer who is nobody", "relation", child(func(e *population.Enrolment) { e.Introducer.Holder.Name = "" })},
			{"an introducer as what cannot be", "relation", child(func(e *population.Enrolment) { e.Introducer.As = "neighbour" })},
			{"an unregistered number", "holder_unknown", child(func(e *population.Enrolment) { e.Introducer.Holder = population.Holder{IDCS: unknown} })},
			{"number and name", "relation", child(func(e *population.Enrolment) { e.Introducer.Holder.IDCS = unknown })},
			{"a mother who is an institution", "relation", child(func(e *population.Enrolment) { e.Introducer.Holder.Institution = "Dar" })},
			{"an introducer among the others", "relation", relation(population.Relation{Kind: population.Introducer, As: "mother", Holder: population.Holder{Name: "A B"}})},
			{"a guardian without an act", "act", relation(population.Relation{Kind: population.Representative, As: "court_guardian", Holder: population.Holder{Name: "A B"}})},
			{"a vacant relation with a holder", "relation", relation(population.Relation{Kind: population.Payee, State: population.Vacant, Holder: population.Holder{Name: "A B"}})},
			{"a relation that ends before it begins", "relation", relation(population.Relation{Kind: population.Custodian, As: "mother", Holder: population.Holder{Name: "A B"},
				From: civil.MustParse("2026-01-02"), Until: civil.MustParse("2026-01-01")})},
			{"a birth in the future", "birth_future", adult(func(e *population.Enrolment) { e.Birth.Date = date("2026-11-03") })},
			{"a year in the future", "birth_future", adult(func(e *population.Enrolment) { e.Birth.Date = date("2027") })},
			{"no birth", "birth", adult(func(e *population.Enrolment) { e.Birth.Date = civil.Partial{} })},
			{"a day that is none", "birth", adult(func(e *population.Enrolment) { e.Birth.Date = civil.Partial{Year: 1981, Month: 2, Day: 29} })},
			{"nobody is that old", "birth", adult(func(e *population.Enrolment) { e.Birth.Date = date("1880") })},
			{"an order of birth", "birth_order", adult(func(e *population.Enrolment) { e.Birth.Order = -1 })},
			{"no sex", "sex", adult(func(e *population.Enrolment) { e.Sex = "" })},
			{"no category", "category", adult(func(e *population.Enrolment) { e.Category = "tourist" })},
			{"no such place", "locality", adult(func(e *population.Enrolment) { e.Locality = "01.051-X" })},
			{"a place outside the area", "access.area", adult(func(e *population.Enrolment) { e.Locality = there })},
			{"no place", "access.area", adult(func(e *population.Enrolment) { e.Locality = "" })},
			{"no name", "name_official", adult(func(e *population.Enrolment) { e.Names = nil })},
			{"two official names", "name_official", adult(func(e *population.Enrolment) { e.Names = append(e.Names, e.Names[0]) })},
			{"only a usual name", "name_official", adult(func(e *population.Enrolment) { e.Names[0].Use = population.Usual })},
			{"a use that is none", "name_use", adult(func(e *population.Enrolment) {
				e.Names = append(e.Names, population.Name{Use: "nick", Spellings: e.Names[0].Spellings})
			})},
			{"an empty name", "name_empty", adult(func(e *population.Enrolment) { e.Names[0].Spellings[0] = population.Spelling{Script: "Latn"} })},
			{"a name in no script", "name_empty", adult(func(e *population.Enrolment) { e.Names[0].Spellings = nil })},
			{"a script of nobody here", "script", adult(func(e *population.Enrolment) { e.Names[0].Spellings[0].Script = "Cyrl" })},
			{"one script twice", "script", adult(func(e *population.Enrolment) {
				e.Names[0].Spellings = append(e.Names[0].Spellings, e.Names[0].Spellings[0])
			})},
			{"an oversized name", "too_long", adult(given(long))},
			{"a control character", "control_character", adult(given("Yo\x07ussef"))},
			{"a turned direction", "control_character", adult(given("Yo\u202eussef"))},
			{"a zero", "control_character", adult(given("Yo\x00ussef"))},
			{"broken text", "control_character", adult(given("Yo\xffussef"))},
			{"digits in a name", "name_letters", adult(given("Youssef 2"))},
			{"another script in a name", "name_letters", adult(given("يوسف"))},
			{"a name of hyphens", "name_letters", adult(given("--"))},
			{"too many names", "too_many", adult(func(e *population.Enrolment) { e.Names = slices.Repeat(e.Names, 13) })},
			{"a current name that ended", "name_until", adult(func(e *population.Enrolment) { e.Names[0].Until = civil.MustParse("2020-01-01") })},
			{"an oversized address", "too_long", adult(func(e *population.Enrolment) { e.Address = strings.Repeat("long ", 100) })},
			{"a line end in an address", "control_character", adult(func(e *population.Enrolment) { e.Address = "Rue 1\nRue 2" })},
			{"a phone without consent", "consent", adult(func(e *population.Enrolment) {
				e.Contacts = []population.Contact{{Channel: population.Phone, Value: "0612345678"}}
			})},
			{"a phone that is none", "contact", adult(func(e *population.Enrolment) {
				e.Consents, e.Contacts = []string{"phone"}, []population.Contact{{Channel: population.Phone, Value: "12"}}
			})},
			{"an address that is none", "contact", adult(func(e *population.Enrolment) {
				e.Consents, e.Contacts = []string{"mail"}, []population.Contact{{Channel: population.Mail, Value: "nobody"}}
			})},
			{"no such consent", "consent", adult(func(e *population.Enrolment) { e.Consents = []string{"fax"} })},
			{"no notice", "notice", adult(func(e *population.Enrolment) { e.Notice = population.Notice{} })},
			{"a notice of another time", "notice", adult(func(e *population.Enrolment) { e.Notice.Version = "1999-1" })},
			{"a notice in a language of its own", "notice", adult(func(e *population.Enrolment) { e.Notice.Language = "eo" })},
			{"a notice given somehow", "notice", adult(func(e *population.Enrolment) { e.Notice.Way = "shouted" })},
		}
		for _, tt := range tests {
			_, err := w.Enrol(t.Context(), w.officer, w.key(), tt.e)
			if got := codes(err); !slices.Contains(got, tt.code) {
				t.Errorf("%s: got %v, want %s: %v", tt.what, got, tt.code, err)
			}
			if after := w.rows("uses"); !maps.Equal(before, after) {
				t.Fatalf("%s: wrote something: %v, before %v", tt.what, after, before)
			}
		}
		for what, key := range map[string]string{"no key": "", "an oversized key": strings.Repeat("k", 201)} {
			if _, err := w.Enrol(t.Context(), w.officer, key, w.adult()); err == nil {
				t.Errorf("%s was taken", what)
			}
		}
	})
}

// canaries are values that must be found in no error.
var canaries = []string{"Canaryyoussef", "Canarybennani", "ZC", "canary-street", "0698765432", "canary@mail.example", "1977-07-07", "Canaryholder", "Canarydar"}

// No error holds anything of a person.
func TestErrorsHoldNoPersonalData(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		e := w.adult()
		e.Names = []population.Name{name("Canaryyoussef", "Canarybennani")}
		e.Birth.Date = date("1977-07-07")
		e.Address = "canary-street"
		e.Documents[0].Parts["number"] = "ZC7654321"
		e.Consents = []string{"phone", "mail"}
		e.Contacts = []population.Contact{{Channel: population.Phone, Value: "0698765432"}, {Channel: population.Mail, Value: "canary@mail.example"}}
		e.Relations = []population.Relation{{Kind: population.Custodian, As: "mother", Holder: population.Holder{Name: "Canaryholder"}}}
		c := w.enrol(e)
		hidden := append(slices.Clone(canaries), c.IDCS.Digits(), w.find(c).Text(), c.id.String())
		breaks := []func(e *population.Enrolment){
			func(*population.Enrolment) {}, // the document is taken
			func(e *population.Enrolment) { e.Names[0].Spellings[0].Given += "7" },
			func(e *population.Enrolment) { e.Names[0].Spellings[0].Family += "\x00" },
			func(e *population.Enrolment) { e.Names[0].Use = "Canaryyoussef" },
			func(e *population.Enrolment) { e.Names[0].Spellings[0].Script = "Canaryyoussef" },
			func(e *population.Enrolment) { e.Birth.Date.Year = 2077 },
			func(e *population.Enrolment) { e.Address = strings.Repeat("canary-street", 50) },
			func(e *population.Enrolment) { e.Documents[0].Type = "ZC7654321" },
			func(e *population.Enrolment) { e.Documents[0].Parts["number"] = "ZC7654321x" },
			func(e *population.Enrolment) { e.Documents[0].Parts["ZC7654321"] = "x" },
			func(e *population.Enrolment) { e.Documents[0].Verified = "Canarybennani" },
			func(e *population.Enrolment) { e.Contacts[0].Value = "0698765432000" },
			func(e *population.Enrolment) { e.Contacts[1].Value = "canary@mail.example canary@mail.example" },
			func(e *population.Enrolment) { e.Relations[0].As = "Canaryholder" },
			func(e *population.Enrolment) { e.Relations[0].Holder = population.Holder{Institution: "Canarydar"} },
			func(e *population.Enrolment) { e.Locality = "Canaryyoussef" },
			func(e *population.Enrolment) { e.Category = "Canaryyoussef" },
			func(e *population.Enrolment) { e.Sex = "Canaryyoussef" },
			func(e *population.Enrolment) { e.Consents = []string{"Canaryyoussef"} },
			func(e *population.Enrolment) { e.Notice.Version = "Canaryyoussef" },
			func(e *population.Enrolment) { e.Documents = nil },
			func(e *population.Enrolment) { e.Documents, e.Birth.Date = nil, date("2017-07-07") },
		}
		anywhere := w.officer
		anywhere.Areas = []string{access.AnyArea}
		for i, change := range breaks {
			bad := copyOf(e)
			change(&bad)
			_, err := w.Enrol(t.Context(), anywhere, w.key(), bad)
			if err == nil {
				t.Errorf("change %d was taken", i)
				continue
			}
			text := fmt.Sprintf("%v %+v %#v", err, err, err)
			for _, h := range hidden {
				if strings.Contains(err.Error(), h) || strings.Contains(text, h) {
					t.Errorf("change %d: an error holds %q", i, h)
				}
			}
		}
	})
}

// copyOf is a copy of an enrolment that can be changed without the first.
func copyOf(e population.Enrolment) population.Enrolment {
	into := e
	into.Names = []population.Name{{Use: e.Names[0].Use, Spellings: slices.Clone(e.Names[0].Spellings)}}
	into.Documents = []population.Document{{Type: e.Documents[0].Type, Parts: maps.Clone(e.Documents[0].Parts)}}
	into.Contacts, into.Relations, into.Consents = slices.Clone(e.Contacts), slices.Clone(e.Relations), slices.Clone(e.Consents)
	return into
}
