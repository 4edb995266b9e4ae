package synth_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"testing"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/synth"
	"sijil/questionnaire"
)

// view is a member with the answers by code, as somebody who reads the
// declaration sees them.
type view struct {
	Ref     string         `json:"ref"`
	Birth   string         `json:"birth_date"`
	Sex     string         `json:"sex"`
	Answers map[string]any `json:"answers"`
	age     int
}

type declared struct {
	Variant string         `json:"variant"`
	Members []view         `json:"members"`
	Answers map[string]any `json:"answers"`
}

func read1(t *testing.T, c *country, line []byte) declared {
	t.Helper()
	var d declared
	if err := json.Unmarshal(line, &d); err != nil {
		t.Fatal(err)
	}
	for i := range d.Members {
		p, err := civil.ParsePartial(d.Members[i].Birth)
		if err != nil {
			t.Fatal(err)
		}
		d.Members[i].age = p.Presume(7, 1).AgeAt(c.model.AsOf())
	}
	return d
}

var tenDigits = regexp.MustCompile(`\d{10}`)

// TestHouseholdsHangTogether reads 8,000 declarations back as text, checks
// them at their place, and looks for what cannot be.
func TestHouseholdsHangTogether(t *testing.T) {
	t.Parallel()
	c := reference(t)
	deriver, err := c.q.Deriver([]string{"hh_size"})
	if err != nil {
		t.Fatal(err)
	}
	var h synth.Household
	for i := range 8_000 {
		c.model.Household(5, i, &h)
		line := c.q.AppendJSON(nil, &h.Declaration)
		var back *questionnaire.Declaration
		back, err = c.q.ParseDeclaration(line)
		if err != nil {
			t.Fatalf("household %d does not read back: %v", i, err)
		}
		if !bytes.Equal(c.q.AppendJSON(nil, back), line) {
			t.Fatalf("household %d changes when it is read back", i)
		}
		if tenDigits.Match(line) {
			t.Fatalf("household %d holds ten digits in a row", i)
		}
		place := questionnaire.Place{Region: h.Region, Stratum: h.Stratum}
		if err = c.q.Check(back, place); err != nil {
			t.Fatalf("household %d does not pass: %v", i, err)
		}
		var values []formula.Value
		values, err = deriver.Derive(nil, back, place, questionnaire.Options{})
		if err != nil {
			t.Fatal(err)
		}
		d := read1(t, c, line)
		if bad := impossible(d, values[0].Num); bad != "" {
			t.Fatalf("household %d (%s): %s\n%s", i, h.Kind, bad, line)
		}
		samePersons(t, i, d, h.Persons)
	}
}

// impossible says what about a household cannot be, or "".
func impossible(d declared, size int64) string {
	heads, spouses, counted := 0, 0, int64(0)
	if tooClose(d) {
		return "children of one mother are born too close to each other"
	}
	head := d.Members[0]
	oldest := 0
	for _, m := range d.Members {
		a := m.Answers
		oldest = max(oldest, m.age)
		switch a["presence"] {
		case "present", "soldier", "boarder", "hospital":
			counted++
		}
		switch a["relation"] {
		case "head":
			heads++
		case "spouse":
			spouses++
			if a["marital_status"] != "married" || head.Answers["marital_status"] != "married" {
				return "a spouse is not married"
			}
			if m.Sex == head.Sex {
				return "spouses are of one sex"
			}
		case "child":
			if head.age-m.age < 14 {
				return "a child is too old for the head"
			}
		case "parent":
			if m.age-head.age < 14 {
				return "a parent is too young"
			}
		}
		if m.age < 0 || m.age > 110 {
			return "an age that nobody has"
		}
		if a["school"] == "private" && m.age > 25 || a["activity"] == "student" && (a["school"] == nil || a["school"] == "not_attending") {
			return "school and activity do not fit"
		}
		if (a["activity"] == "working") != (a["category"] != nil) || (a["category"] != nil) != (a["employment"] != nil) {
			return "work is half answered"
		}
		if a["diploma"] == "higher" && a["school_level"] != "higher" || a["diploma"] != nil && a["diploma"] != "none" && a["school_level"] == "none" {
			return "a diploma above the schooling"
		}
	}
	switch {
	case heads != 1 || head.Answers["relation"] != "head":
		return "not one head, first"
	case spouses > 2:
		return "more than two spouses"
	case counted != size:
		return "the derived size is not that of the members who count"
	case oldest < 18 && d.Answers["declared_by"] == "adult_member":
		return "an adult member declares where there is none"
	case (d.Variant != "") != (d.Answers["rooms"] == nil):
		return "rooms without a dwelling, or none with one"
	case d.Answers["lighting"] != "network" && d.Answers["electricity_meter"] != nil:
		return "a meter without electricity"
	}
	return ""
}

// tooClose reports children of a head with at most one spouse who are neither
// twins nor nine months apart.
func tooClose(d declared) bool {
	var births []civil.Date
	spouses := 0
	for _, m := range d.Members {
		switch {
		case m.Answers["relation"] == "spouse":
			spouses++
		case m.Answers["relation"] == "child" && len(m.Birth) == 10 && m.Answers["presence"] != "migrant" && m.Answers["presence"] != "prisoner" && m.Answers["marital_status"] != "married":
			births = append(births, civil.MustParse(m.Birth))
		}
	}
	for i, a := range births {
		for _, b := range births[:i] {
			if a != b && a.Before(b.AddDays(270)) && b.Before(a.AddDays(270)) {
				return spouses < 2
			}
		}
	}
	return false
}

func samePersons(t *testing.T, i int, d declared, persons []synth.Person) {
	t.Helper()
	if len(persons) != len(d.Members) {
		t.Fatalf("household %d: %d persons of %d members", i, len(persons), len(d.Members))
	}
	for j := range persons {
		var p map[string]string
		if err := json.Unmarshal(persons[j].AppendJSON(nil), &p); err != nil {
			t.Fatal(err)
		}
		m := d.Members[j]
		if p["ref"] != m.Ref || p["birth_date"] != m.Birth || p["sex"] != m.Sex {
			t.Fatalf("household %d: person and member %d differ", i, j)
		}
		for _, name := range []string{"given_ar", "given_latin", "family_ar", "family_latin"} {
			if p[name] == "" {
				t.Fatalf("household %d: a name is empty", i)
			}
		}
	}
}

// TestEveryCaseOccurs looks for each of the cases that a register must not
// lock out.
func TestEveryCaseOccurs(t *testing.T) {
	t.Parallel()
	c := reference(t)
	seen := map[string]int{}
	var h synth.Household
	for i := range 8_000 {
		c.model.Household(11, i, &h)
		seen["kind "+h.Kind]++
		d := read1(t, c, c.q.AppendJSON(nil, &h.Declaration))
		if d.Variant != "" {
			seen["variant"]++
		}
		if d.Answers["shares_dwelling"] == true {
			seen["shared dwelling"]++
		}
		if d.Answers["declared_by"] != "adult_member" {
			seen["declared by another"]++
		}
		for _, m := range d.Members {
			seen["presence "+m.Answers["presence"].(string)]++
			seen["disability "+m.Answers["disability"].(string)]++
			if m.Answers["awaiting_number"] == true {
				seen["awaiting a number"]++
			}
			if len(m.Birth) == 4 {
				seen["birth year only"]++
			}
			if m.Answers["relation"] == "spouse" && m.Answers["presence"] == "migrant" {
				seen["absent spouse"]++
			}
		}
	}
	for _, want := range []string{
		"kind single", "kind elderly_alone", "kind couple", "kind nuclear", "kind lone_parent", "kind widowed_parent", "kind absent_spouse",
		"kind extended", "kind several_nuclei", "kind several_spouses", "kind minors", "kind unrelated",
		"variant", "shared dwelling", "declared by another", "awaiting a number", "birth year only", "absent spouse",
		"presence migrant", "presence soldier", "presence boarder", "presence prisoner", "presence hospital", "disability severe",
	} {
		if seen[want] == 0 {
			t.Errorf("no case of: %s", want)
		}
	}
}
