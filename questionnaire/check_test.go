package questionnaire_test

import (
	"strings"
	"testing"

	"sijil/formula"
	"sijil/questionnaire"
)

func TestCheckErrors(t *testing.T) {
	t.Parallel()
	head := func(a answers) answers { return member("1", "1980-01-01", "male", adult.with(a)) }
	unknown := answers{"state": "unknown"}
	tests := []struct {
		name    string
		house   answers
		members []answers
		want    string
	}{
		{"left out", dwelling.with(answers{"rooms": nil}), []answers{head(nil)}, `answers.rooms: not answered; answer it, or state {"state":"unknown"}`},
		{"left out of a member", dwelling, []answers{head(answers{"diploma": nil})}, "members[0].answers.diploma: not answered"},
		{"does not arise", dwelling, []answers{head(answers{"category": "clerk"})}, "members[0].answers.category: the question does not arise here"},
		{"does not arise at this age", dwelling, []answers{head(nil), member("2", "2016-01-01", "male", child.with(answers{"diploma": "none"}))}, "members[1].answers.diploma: the question does not arise here"},
		{"unknown to a question that does not arise", dwelling, []answers{head(answers{"category": unknown})}, "members[0].answers.category: the question does not arise here"},
		{"arises", dwelling, []answers{head(works.with(answers{"category": answers{"state": "not_applicable"}}))}, "members[0].answers.category: the question arises here"},
		{"always arises", dwelling.with(answers{"rooms": answers{"state": "not_applicable"}}), []answers{head(nil)}, "answers.rooms: the question arises here"},
		{"asked by the variant", dwelling.with(answers{"rooms": answers{"state": "not_asked"}}), []answers{head(nil)}, "answers.rooms: this variant asks the item"},
		{"relation unknown", dwelling, []answers{head(nil), member("2", "2016-01-01", "male", child.with(answers{"relation": unknown}))}, "members[1].answers.relation: the relation to the head has no value"},
		{"presence unknown", dwelling, []answers{head(answers{"presence": unknown})}, "members[0].answers: it cannot be told whether this member counts in the household's size; answer presence"},
		{"nobody counts", dwelling, []answers{head(answers{"presence": "migrant"})}, "members: no member counts in the household's size"},
		{"outside the limits of the place", dwelling.with(answers{"cows": 200}), []answers{head(nil)}, "answers.cows: the answer is outside the limits; check it; accepted from 0 to 100 in a place of stratum urban"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := morocco().ParseDeclaration(line(t, tt.house, tt.members...))
			if err != nil {
				t.Fatal(err)
			}
			if err := morocco().Check(d, urban); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
	d, err := morocco().ParseDeclaration(line(t, dwelling.with(answers{"cows": 200}), head(nil)))
	if err != nil {
		t.Fatal(err)
	}
	if err := morocco().Check(d, rural); err != nil {
		t.Errorf("in a rural place: %v", err)
	}
	if err := morocco().Check(d, questionnaire.Place{Region: "06", Stratum: "sea"}); err == nil {
		t.Error("a stratum the questionnaire does not have is accepted")
	}
}

// TestStatesReachTheVariables takes each state of an item to its variable.
func TestStatesReachTheVariables(t *testing.T) {
	t.Parallel()
	unknown := answers{"state": "unknown"}
	head := member("1", "1980-01-01", "male", adult)
	tests := []struct {
		name     string
		house    answers
		head     answers
		variable string
		want     formula.Value
	}{
		{"known", dwelling, head, "n_mobile_phones", formula.Int(1)},
		{"unknown", dwelling.with(answers{"mobile_phones": unknown}), head, "n_mobile_phones", formula.Without(formula.Unknown)},
		{"unknown in a sum", dwelling.with(answers{"water_electricity_2": unknown}), head, "water_elec_mad_year_pc", formula.Without(formula.Unknown)},
		{"no network, no meter", dwelling.with(answers{"lighting": "solar", "electricity_meter": nil}), head, "own_electric_meter", formula.Int(0)},
		{"lighting unknown, meter left out", dwelling.with(answers{"lighting": unknown, "electricity_meter": nil}), head, "own_electric_meter", formula.Without(formula.Unknown)},
		{"lighting unknown, meter known", dwelling.with(answers{"lighting": unknown}), head, "own_electric_meter", formula.Int(1)},
		{"no work, no employer", dwelling, head, "head_employer", formula.Int(0)},
		{"activity unknown, employment left out", dwelling, member("1", "1980-01-01", "male", adult.with(answers{"activity": unknown})), "head_employer", formula.Without(formula.Unknown)},
		{"activity unknown", dwelling, member("1", "1980-01-01", "male", adult.with(answers{"activity": unknown})), "share_15p_income_activity", formula.Without(formula.Unknown)},
		{"optional and left out", dwelling, head, "hh_size", formula.Int(1)},
		{"cover unknown", dwelling, member("1", "1980-01-01", "male", adult.with(answers{"health_cover": unknown})), "any_health_cover_non_ramed", formula.Without(formula.Unknown)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := declare(t, line(t, tt.house, tt.head), urban)
			if got := derive(t, d, urban, questionnaire.Options{}, tt.variable)[0]; got != tt.want {
				t.Errorf("%s = %v, want %v", tt.variable, got, tt.want)
			}
		})
	}
}

// A cover that one member has decides, whatever is unknown of another.
func TestDecidedDespiteUnknown(t *testing.T) {
	t.Parallel()
	d := declare(t, line(t, dwelling,
		member("1", "1980-01-01", "male", adult.with(answers{"health_cover": answers{"state": "unknown"}})),
		member("2", "2016-01-01", "male", child.with(answers{"health_cover": "other"}))), urban)
	if got := derive(t, d, urban, questionnaire.Options{}, "any_health_cover_non_ramed")[0]; got != formula.Int(1) {
		t.Errorf("got %v", got)
	}
}

func TestDeriverRefuses(t *testing.T) {
	t.Parallel()
	q := morocco()
	if _, err := q.Deriver([]string{"hh_size", "zz", "yy"}); err == nil || !strings.Contains(err.Error(), "zz: ") || !strings.Contains(err.Error(), "yy: ") {
		t.Errorf("unknown variables: %v", err)
	}
	d, err := q.ParseDeclaration(goldenLines(t)[0])
	if err != nil {
		t.Fatal(err)
	}
	v, err := q.Deriver([]string{"hh_size"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Derive(nil, d, urban, questionnaire.Options{}); err == nil || !strings.Contains(err.Error(), "not answered; check the declaration") {
		t.Errorf("an unchecked declaration: %v", err)
	}
}
