package questionnaire_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sijil/formula"
	"sijil/questionnaire"
)

// Ages at the boundaries that variables know, as of 1 November 2026, with 1
// July presumed where the day is not known.
func TestAgesAtBoundaries(t *testing.T) {
	t.Parallel()
	tests := []struct {
		birth    string
		age      int64
		presumed string // of PresumedAges: "age/other", "" when the date is whole
	}{
		{"2011-11-01", 15, ""}, {"2011-11-02", 14, ""},
		{"2011", 15, "15/14"}, {"2012", 14, "14/13"}, {"2011-11", 15, "15/14"}, {"2011-10", 15, "15/15"}, {"2011-12", 14, "14/14"},
		{"1966-11-01", 60, ""}, {"1966-11-02", 59, ""}, {"1966", 60, "60/59"}, {"1967", 59, "59/58"},
		{"1960-02-29", 66, ""},
	}
	for _, tt := range tests {
		t.Run(tt.birth, func(t *testing.T) {
			t.Parallel()
			a := adult
			if tt.age < 15 {
				a = child.with(answers{"relation": "head"})
			} else if tt.age < 26 {
				a = adult.with(answers{"school": "not_attending"})
			}
			d := declare(t, line(t, dwelling, member("1", tt.birth, "female", a)), rural)
			if got := derive(t, d, rural, questionnaire.Options{}, "head_age")[0]; got != formula.Int(tt.age) {
				t.Errorf("age %v, want %d", got, tt.age)
			}
			got := ""
			for _, p := range morocco().PresumedAges(d) {
				got = fmt.Sprintf("%d/%d", p.Age, p.Other)
			}
			if got != tt.presumed {
				t.Errorf("presumed %q, want %q", got, tt.presumed)
			}
		})
	}
}

// A newborn whose year alone is known is aged 0, not below.
func TestYearOfBirthIsThisYear(t *testing.T) {
	t.Parallel()
	d, err := morocco().ParseDeclaration([]byte(strings.NewReplacer(`"2024-09-09"`, `"2026"`, `"2026-11-01"`, `"2026-02-01"`).Replace(string(goldenLines(t)[0]))))
	if err != nil {
		t.Fatal(err)
	}
	if p := morocco().PresumedAges(d); len(p) != 1 || p[0] != (questionnaire.PresumedAge{Member: 4}) {
		t.Errorf("got %v", p)
	}
}

// The caller can see the variables under every age the dates allow.
func TestAgeVariants(t *testing.T) {
	t.Parallel()
	d := declare(t, line(t, dwelling,
		member("1", "1966", "male", adult),
		member("2", "1967-05-05", "female", adult.with(answers{"relation": "spouse"})),
		member("3", "1997", "male", adult.with(answers{"relation": "child"})),
	), rural)
	variants, err := morocco().AgeVariants(d)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, 0, len(variants))
	for _, ages := range variants {
		v := derive(t, d, rural, questionnaire.Options{Ages: ages}, "n_19_29", "n_30_59", "n_60p")
		got = append(got, fmt.Sprint(ages, v[0].Num, v[1].Num, v[2].Num))
	}
	want := []string{"[60 59 29] 1 1 1", "[59 59 29] 1 2 0", "[60 59 28] 1 1 1", "[59 59 28] 1 2 0"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestTooManyAmbiguousAges(t *testing.T) {
	t.Parallel()
	members := append(make([]answers, 0, questionnaire.MaxAmbiguous+2), member("1", "1966-01-01", "male", adult))
	for i := range questionnaire.MaxAmbiguous {
		members = append(members, member(fmt.Sprint(i+2), "1970", "male", adult.with(answers{"relation": "other"})))
	}
	if v, err := morocco().AgeVariants(declare(t, line(t, dwelling, members...), rural)); err != nil || len(v) != 64 {
		t.Errorf("%d variants, %v", len(v), err)
	}
	members = append(members, member("99", "1970", "male", adult.with(answers{"relation": "other"})))
	if _, err := morocco().AgeVariants(declare(t, line(t, dwelling, members...), rural)); err == nil {
		t.Error("128 variants are listed")
	}
}

// Where a presumed birthday decides whether a question arises, it may be
// answered and may be left out.
func TestAmbiguousAgeClosesNoQuestion(t *testing.T) {
	t.Parallel()
	head := member("1", "1980-01-01", "male", adult)
	teen := answers{"relation": "child", "presence": "present", "awaiting_number": false, "health_cover": "none", "school": "public", "school_level": "primary"}
	left := declare(t, line(t, dwelling, head, member("2", "2011", "male", teen)), urban)
	if got := derive(t, left, urban, questionnaire.Options{}, "share_15p_no_diploma")[0]; got != formula.Without(formula.Unknown) {
		t.Errorf("at 15 and left out: %v", got)
	}
	younger := questionnaire.Options{Ages: []int{46, 14}}
	if got := derive(t, left, urban, younger, "share_15p_no_diploma")[0]; got != formula.Ratio(1, 2) {
		t.Errorf("at 14: %v", got)
	}
	given := declare(t, line(t, dwelling, head, member("2", "2011", "male",
		teen.with(answers{"marital_status": "single", "diploma": "none", "reads_and_writes": true, "activity": "student"}))), urban)
	if got := derive(t, given, urban, questionnaire.Options{}, "share_15p_no_diploma")[0]; got != formula.Ratio(2, 2) {
		t.Errorf("at 15 and answered: %v", got)
	}
	if got := derive(t, given, urban, younger, "share_15p_no_diploma")[0]; got != formula.Ratio(1, 2) {
		t.Errorf("answered, at 14: %v", got)
	}
}
