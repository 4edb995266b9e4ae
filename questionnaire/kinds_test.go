package questionnaire_test

import (
	"testing"

	"sijil/formula"
	"sijil/questionnaire"
)

// TestHouseholdKinds takes each kind of household that a careless form locks
// out through to its variables.
func TestHouseholdKinds(t *testing.T) {
	t.Parallel()
	spouse := adult.with(answers{"relation": "spouse", "marital_status": "married"})
	head := adult.with(answers{"marital_status": "married"})
	absent := func(a answers, why string) answers { return a.with(answers{"presence": why}) }
	tests := []struct {
		name    string
		house   answers
		members []answers
		options questionnaire.Options
		size    int64
		want    map[string]formula.Value
	}{
		{
			name: "one person", house: dwelling, size: 1,
			members: []answers{member("1", "1954-06-15", "female", adult.with(answers{"marital_status": "widowed"}))},
			want:    map[string]formula.Value{"hh_single_or_couple": formula.Int(1), "hh_multi_nucleus": formula.Int(0), "head_age": formula.Int(72)},
		}, {
			name: "a woman heads, her husband is her spouse", house: dwelling, size: 2,
			members: []answers{member("1", "1980-01-01", "female", head), member("2", "1975-01-01", "male", spouse)},
			want:    map[string]formula.Value{"hh_single_or_couple": formula.Int(1), "head_age": formula.Int(46)},
		}, {
			name: "two spouses, one absent", house: dwelling, size: 3,
			members: []answers{
				member("1", "1970-01-01", "male", head), member("2", "1975-01-01", "female", spouse),
				member("3", "1985-01-01", "female", absent(spouse, "migrant")), member("4", "2015-01-01", "male", child),
			},
			want: map[string]formula.Value{"hh_single_or_couple": formula.Int(0), "n_6_14_public_school": formula.Int(1)},
		}, {
			name: "two spouses, both present", house: dwelling, size: 3,
			members: []answers{
				member("1", "1970-01-01", "male", head), member("2", "1975-01-01", "female", spouse), member("3", "1985-01-01", "female", spouse),
			},
			want: map[string]formula.Value{"hh_single_or_couple": formula.Int(0), "hh_multi_nucleus": formula.Int(0)},
		}, {
			name: "minors alone, declared by a social worker", size: 2, house: dwelling.with(answers{"declared_by": "social_worker"}),
			members: []answers{
				member("1", "2012-01-01", "female", child.with(answers{"relation": "head"})),
				member("2", "2016-01-01", "male", child.with(answers{"relation": "sibling"})),
			},
			want: map[string]formula.Value{"head_age": formula.Int(14), "share_15p_no_diploma": formula.Ratio(0, 2), "n_6_14_public_school": formula.Int(2)},
		}, {
			name: "a newborn", house: dwelling, size: 2,
			members: []answers{
				member("1", "1999-01-01", "female", adult),
				member("2", "2026-11-01", "male", answers{"relation": "child", "presence": "present", "awaiting_number": true, "health_cover": "none"}),
			},
			want: map[string]formula.Value{"hh_multi_nucleus": formula.Int(0), "n_6_14_public_school": formula.Int(0)},
		}, {
			name: "a member awaits a number and counts", house: dwelling, size: 2,
			members: []answers{member("1", "1980-01-01", "male", head), member("2", "1985-01-01", "female", spouse.with(answers{"awaiting_number": true}))},
			want:    map[string]formula.Value{"share_15p_no_diploma": formula.Ratio(2, 2), "hh_single_or_couple": formula.Int(1)},
		}, {
			name: "the same without them", house: dwelling, size: 1, options: questionnaire.Options{Awaiting: questionnaire.NotCounted},
			members: []answers{member("1", "1980-01-01", "male", head), member("2", "1985-01-01", "female", spouse.with(answers{"awaiting_number": true}))},
			want:    map[string]formula.Value{"share_15p_no_diploma": formula.Ratio(1, 1), "butane_mad_year_pc": formula.Ratio(60000, 100)},
		}, {
			name: "soldier, boarder and patient count, migrant and prisoner do not", house: dwelling, size: 4,
			members: []answers{
				member("1", "1970-01-01", "male", adult),
				member("2", "1996-01-01", "male", absent(adult.with(answers{"relation": "child"}), "soldier")),
				member("3", "2012-01-01", "male", absent(child, "boarder")),
				member("4", "2011-12-01", "male", absent(child, "hospital")),
				member("5", "1994-01-01", "male", absent(adult.with(answers{"relation": "child"}), "migrant")),
				member("6", "1993-01-01", "male", absent(adult.with(answers{"relation": "child"}), "prisoner")),
			},
			want: map[string]formula.Value{"n_19_29": formula.Int(0), "n_30_59": formula.Int(2)},
		}, {
			name: "the dwelling is shared", house: dwelling.with(answers{"shares_dwelling": true, "separate_budget": true, "rooms": 1}), size: 2,
			members: []answers{member("1", "1980-01-01", "male", head), member("2", "1985-01-01", "female", spouse)},
			want:    map[string]formula.Value{"room_le2_persons": formula.Int(1)},
		}, {
			name: "a married son and his wife live with the couple", house: dwelling, size: 4,
			members: []answers{
				member("1", "1960-01-01", "male", head), member("2", "1965-01-01", "female", spouse),
				member("3", "1995-01-01", "male", head.with(answers{"relation": "child"})), member("4", "1998-01-01", "female", head.with(answers{"relation": "other"})),
			},
			want: map[string]formula.Value{"hh_multi_nucleus": formula.Int(1)},
		}, {
			name: "three persons a room", house: dwelling.with(answers{"rooms": 1}), size: 3,
			members: []answers{member("1", "1980-01-01", "male", adult), member("2", "2015-01-01", "male", child), member("3", "2016-01-01", "male", child)},
			want:    map[string]formula.Value{"room_le2_persons": formula.Int(0), "room_le3_persons": formula.Int(1)},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := declare(t, line(t, tt.house, tt.members...), urban)
			if got := derive(t, d, urban, tt.options, "hh_size")[0]; got != formula.Int(tt.size) {
				t.Errorf("size %v, want %d", got, tt.size)
			}
			for name, want := range tt.want {
				if got := derive(t, d, urban, tt.options, name)[0]; got != want {
					t.Errorf("%s = %v, want %v", name, got, want)
				}
			}
		})
	}
}

// A household without fixed dwelling answers nothing about one, and its
// variables say so.
func TestNoFixedDwelling(t *testing.T) {
	t.Parallel()
	v, ok := morocco().Variant("no_fixed_dwelling")
	if !ok {
		t.Fatal("no such variant")
	}
	house := answers{}
	for _, i := range morocco().Household {
		if v.Asks(i) {
			house[i.Code] = dwelling[i.Code]
		}
	}
	decl := answers{"household": "h1", "as_of": "2026-11-01", "locality": "06.141-U", "variant": v.Code, "answers": house,
		"members": []answers{member("1", "1980-01-01", "male", adult)}}
	d := declare(t, marshal(t, decl), urban)
	for _, name := range []string{"room_le2_persons", "bath_or_shower", "own_electric_meter", "water_elec_mad_year_pc", "dwelling_villa_flat_trad_stone"} {
		if got := derive(t, d, urban, questionnaire.Options{}, name)[0]; got != formula.Without(formula.NotAsked) {
			t.Errorf("%s = %v, want not_asked", name, got)
		}
	}
	if got := derive(t, d, urban, questionnaire.Options{}, "n_mobile_phones")[0]; got != formula.Int(1) {
		t.Errorf("n_mobile_phones = %v", got)
	}
	if got := morocco().FrameProfile(d); got != "no_fixed_dwelling" {
		t.Errorf("frame profile %q", got)
	}
	house["rooms"] = 3
	if got, err := morocco().ParseDeclaration(marshal(t, decl)); err != nil {
		t.Fatal(err)
	} else if err := morocco().Check(got, urban); err == nil {
		t.Error("an answer about a dwelling is accepted")
	}
}
