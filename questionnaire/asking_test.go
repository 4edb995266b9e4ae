package questionnaire_test

import (
	"os"
	"slices"
	"testing"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/questionnaire"
)

// What is asked of a whole declaration is what Check finds applicable.
func TestAskingAgreesWithCheck(t *testing.T) {
	t.Parallel()
	q := morocco()
	for i, line := range goldenLines(t) {
		d, err := q.ParseDeclaration(line)
		if err != nil {
			t.Fatal(err)
		}
		members, household, err := q.Asking(d, places[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := q.Check(d, places[i]); err != nil {
			t.Fatal(err)
		}
		agree := func(of string, level []*questionnaire.Item, asked []questionnaire.Asked, answers []questionnaire.Answer) {
			for j, item := range level {
				applies := answers[j].State == formula.Present || answers[j].State == formula.Unknown
				if asked[j] == questionnaire.Pending || applies != (asked[j] == questionnaire.Arising) {
					t.Errorf("golden %d, %s, %s: asked %d, and Check makes it %s", i+1, of, item.Code, asked[j], answers[j].State)
				}
			}
		}
		for m := range d.Members {
			agree(d.Members[m].Ref, q.Member, members[m], d.Members[m].Answers)
		}
		agree("household", q.Household, household, d.Answers)
	}
}

func TestAskingOfWhatIsOpen(t *testing.T) {
	t.Parallel()
	q := morocco()
	position := func(code string) int {
		item, ok := q.Item(code)
		if !ok {
			t.Fatal(code)
		}
		return item.Position()
	}
	tests := []struct {
		name   string
		change func(*questionnaire.Declaration)
		member bool
		item   string
		want   questionnaire.Asked
	}{
		{"the activity is open", func(d *questionnaire.Declaration) {
			d.Members[0].Answers[position("activity")] = questionnaire.Answer{}
		}, true, "category", questionnaire.Pending},
		{"and is itself asked", func(d *questionnaire.Declaration) {
			d.Members[0].Answers[position("activity")] = questionnaire.Answer{}
		}, true, "activity", questionnaire.Arising},
		{"the birth is open", func(d *questionnaire.Declaration) { d.Members[0].Birth = civil.Partial{} }, true, "diploma", questionnaire.Pending},
		{"but not the cover", func(d *questionnaire.Declaration) { d.Members[0].Birth = civil.Partial{} }, true, "health_cover", questionnaire.Arising},
		{"a child", func(d *questionnaire.Declaration) { d.Members[0].Birth = civil.Partial(civil.MustParse("2020-01-01")) }, true, "diploma", questionnaire.NotArising},
		{"a child who may be fifteen", func(d *questionnaire.Declaration) { d.Members[0].Birth = civil.Partial{Year: 2011} }, true, "diploma", questionnaire.Possible},
		{"a dwelling not shared", func(*questionnaire.Declaration) {}, false, "separate_budget", questionnaire.NotArising},
		{"a dwelling of which nobody said", func(d *questionnaire.Declaration) { d.Answers[position("shares_dwelling")] = questionnaire.Answer{} }, false, "separate_budget", questionnaire.Pending},
		{"no fixed dwelling", func(d *questionnaire.Declaration) { d.Variant = "no_fixed_dwelling" }, false, "rooms", questionnaire.NotArising},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := q.ParseDeclaration(goldenLines(t)[0])
			if err != nil {
				t.Fatal(err)
			}
			tt.change(d)
			members, household, err := q.Asking(d, places[0])
			if err != nil {
				t.Fatal(err)
			}
			got := household
			if tt.member {
				got = members[0]
			}
			if got[position(tt.item)] != tt.want {
				t.Errorf("%s: %d, want %d", tt.item, got[position(tt.item)], tt.want)
			}
		})
	}
}

// Needed leaves out what no formula reads, and keeps what conditions read.
func TestNeeded(t *testing.T) {
	t.Parallel()
	q := morocco()
	data, err := os.ReadFile("../morocco/formulas/morocco-2021.json")
	if err != nil {
		t.Fatal(err)
	}
	f, err := formula.Parse("morocco-2021.json", data)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		stratum string
		in, out []string
	}{
		{"urban", []string{"relation", "presence", "awaiting_number", "activity", "category", "lighting", "electricity_meter", "computer"}, []string{"tenure", "disability", "declared_by", "own_kitchen", "cows"}},
		{"rural", []string{"relation", "cows", "reads_and_writes"}, []string{"tenure", "disability", "declared_by", "computer"}},
	}
	for _, tt := range tests {
		variables, err := f.Variables(tt.stratum)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, v := range variables {
			names = append(names, v.Name)
		}
		var got []string
		for item := range q.Needed(names) {
			got = append(got, item.Code)
		}
		for _, code := range tt.in {
			if !slices.Contains(got, code) {
				t.Errorf("%s: %s is not needed", tt.stratum, code)
			}
		}
		for _, code := range tt.out {
			if slices.Contains(got, code) {
				t.Errorf("%s: %s is needed", tt.stratum, code)
			}
		}
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	head := adult.with(answers{"marital_status": "married"})
	d := declare(t, line(t, dwelling,
		member("1", "1980-01-01", "male", head),
		member("2", "1985-01-01", "female", head.with(answers{"relation": "spouse", "presence": "migrant"})),
		member("3", "2020-01-01", "female", child.with(answers{"school": "not_attending"})),
	), urban)
	if n, err := morocco().Size(d, urban); err != nil || n != 2 {
		t.Errorf("size %d, %v; want 2", n, err)
	}
}
