package questionnaire_test

import (
	"encoding/json"
	"maps"
	"testing"
)

// answers are answers by item, or any other object of a declaration.
type answers map[string]any

// with returns a copy with some answers replaced; a nil value removes one.
func (a answers) with(more answers) answers {
	out := maps.Clone(a)
	maps.Copy(out, more)
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil })
	return out
}

// child answers for somebody under 15 who is at school; the other items do
// not arise.
var child = answers{"relation": "child", "presence": "present", "awaiting_number": false, "health_cover": "none", "school": "public", "school_level": "primary"}

// adult answers for somebody over 25 without work.
var adult = answers{
	"relation": "head", "presence": "present", "awaiting_number": false, "health_cover": "none", "marital_status": "single",
	"school_level": "none", "diploma": "none", "reads_and_writes": false, "activity": "home",
}

// works makes an adult an employee.
var works = answers{"activity": "working", "category": "labourer", "employment": "employee"}

// dwelling answers for a household in a dwelling of three rooms.
var dwelling = answers{
	"tenure": "tenant", "dwelling_type": "modern_house", "shares_dwelling": false, "rooms": 3, "own_kitchen": true,
	"bath_or_shower": true, "water_source": "network", "lighting": "network", "electricity_meter": "individual",
	"computer": false, "satellite_dish": true, "fixed_phone": false, "mobile_phones": 1, "cars": 0, "motorcycles": 0,
	"loan": false, "secondary_home": false, "garage": false, "business_premises": false, "non_agricultural_land": false,
	"irrigated_land": false, "cows": 0, "butane_small": "50.00", "butane_large": "0.00",
	"water_electricity_1": "100.00", "water_electricity_2": "110.00", "water_electricity_3": "90.00", "phone_internet": "30.00",
	"declared_by": "adult_member",
}

func member(ref, birth, sex string, a answers) answers {
	return answers{"ref": ref, "birth_date": birth, "sex": sex, "answers": a}
}

// line writes a declaration as of 1 November 2026.
func line(tb testing.TB, household answers, members ...answers) []byte {
	tb.Helper()
	return marshal(tb, answers{"household": "h1", "as_of": "2026-11-01", "locality": "06.141-U", "members": members, "answers": household})
}

func marshal(tb testing.TB, v any) []byte {
	tb.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}
