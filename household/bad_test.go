package household_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"sijil/access"
	"sijil/household"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/questionnaire"
)

// TestBadInput: each fault has its code and field, and nothing is written.
func TestBadInput(t *testing.T) {
	type of = household.Declaration
	tests := []struct {
		name string
		bad  func(r *rig, all []*someone, d *of)
		want string // code and field
	}{
		{"a member twice", func(_ *rig, _ []*someone, d *of) { d.Members[2].Claim = d.Members[1].Claim }, "household.member_twice members[2].claim"},
		{"a member twice, by line and by name", func(r *rig, all []*someone, d *of) {
			f := r.declare(*d)
			*d = again(f, *d)
			d.Members[1] = household.Member{Ref: "2", Claim: &all[0].Claim, Answers: d.Members[1].Answers}
		}, "household.member_twice members[1]"},
		{"a member of another household", func(r *rig, _ []*someone, d *of) {
			first := *d
			first.Members = slices.Clone(d.Members)
			r.declare(first)
			// The spouse confirmed nothing; the same person in a stranger's list.
			other, e := r.family(goldens(r.t)[2])
			_ = other
			e.Members = append(e.Members, d.Members[1])
			e.Members[1].Ref = "2"
			*d = e
		}, "household.member_elsewhere members[1]"},
		{"a declarant who is not a member", func(_ *rig, _ []*someone, d *of) { d.Declarant = "" }, "household.declarant_not_member declarant"},
		{"a declarant nobody listed", func(_ *rig, _ []*someone, d *of) { d.Declarant = "9" }, "household.reference declarant"},
		{"a declarant who is a child", func(_ *rig, _ []*someone, d *of) { d.Declarant = "3" }, "household.declarant_not_adult declarant"},
		{"a member who declares where the answer says somebody else does", func(_ *rig, _ []*someone, d *of) {
			d.Answers = with(d.Answers, map[string]any{"declared_by": "social_worker"})
		}, "household.declarant declarant"},
		{"a wrong name", func(_ *rig, _ []*someone, d *of) {
			c := *d.Members[1].Claim
			c.Name = "Somebody Else"
			d.Members[1].Claim = &c
		}, "household.member_unknown members[1].claim"},
		{"a wrong date of birth", func(_ *rig, _ []*someone, d *of) { c := *d.Members[1].Claim; c.Birth.Year--; d.Members[1].Claim = &c }, "household.member_unknown members[1].claim"},
		{"no name", func(_ *rig, _ []*someone, d *of) { c := *d.Members[1].Claim; c.Name = ""; d.Members[1].Claim = &c }, "household.claim members[1].claim"},
		{"no number", func(_ *rig, _ []*someone, d *of) {
			c := *d.Members[1].Claim
			c.IDCS = idcs.IDCS{}
			d.Members[1].Claim = &c
		}, "household.claim members[1].claim"},
		{"a dead person", func(_ *rig, all []*someone, _ *of) { all[1].dead = true }, "household.member_unknown members[1].claim"},
		{"a dead person, known by line", func(r *rig, all []*someone, d *of) {
			f := r.declare(*d)
			*d = again(f, *d)
			all[1].dead = true
		}, "household.member_deceased members[1]"},
		{"a stale revision", func(r *rig, _ []*someone, d *of) {
			f := r.declare(*d)
			*d = again(f, *d)
			d.Revision--
		}, "household.stale revision"},
		{"a revision without a household", func(_ *rig, _ []*someone, d *of) { d.Revision = 1 }, "household.revision revision"},
		{"a second head", func(_ *rig, _ []*someone, d *of) {
			d.Members[1].Answers = with(d.Members[1].Answers, map[string]any{"relation": "head"})
		}, " members[1].answers.relation"},
		{"no head", func(_ *rig, _ []*someone, d *of) {
			d.Members[0].Answers = with(d.Members[0].Answers, map[string]any{"relation": "other"})
		}, " members"},
		{"no member", func(_ *rig, _ []*someone, d *of) { d.Members, d.Declarant = nil, "" }, "household.no_member members"},
		{"too many members", func(_ *rig, _ []*someone, d *of) { d.Members = append(d.Members, make([]household.Member, 60)...) }, "household.too_many members"},
		{"oversized answers", func(_ *rig, _ []*someone, d *of) { d.Answers = []byte(`{"` + strings.Repeat("a", 20<<10) + `":1}`) }, "household.too_large answers"},
		{"an oversized note", func(_ *rig, _ []*someone, d *of) { d.Note = strings.Repeat("a", 2000) }, "household.too_large note"},
		{"ten digits in the note", func(_ *rig, _ []*someone, d *of) { d.Note = "ask 06 12-34-56-78 first" }, "household.number_in_text note"},
		{"ten Arabic digits in the note", func(_ *rig, _ []*someone, d *of) { d.Note = "٠٦١٢٣٤٥٦٧٨" }, "household.number_in_text note"},
		{"ten digits in a reference", func(_ *rig, _ []*someone, d *of) { d.Members[1].Ref = "2345678901" }, "household.number_in_text members[1].ref"},
		{"ten digits in an answer", func(_ *rig, _ []*someone, d *of) { d.Answers = []byte(`{"rooms":2345678901}`) }, "household.number_in_text answers"},
		{"digits hidden by an escape", func(_ *rig, _ []*someone, d *of) { d.Answers = []byte(`{"a":"\u0032345678901"}`) }, "household.answers answers"},
		{"answers that are not an object", func(_ *rig, _ []*someone, d *of) { d.Answers = []byte(`{} , "x":{}`) }, "household.answers answers"},
		{"an unknown locality", func(_ *rig, _ []*someone, d *of) { d.Locality = "99.999-U" }, "country.unknown_locality locality"},
		{"a day ahead", func(_ *rig, _ []*someone, d *of) { d.AsOf = civil.MustParse("2026-11-02") }, "household.as_of as_of"},
		{"a day long past", func(_ *rig, _ []*someone, d *of) { d.AsOf = civil.MustParse("2025-11-02") }, "household.as_of as_of"},
		{"an unknown variant", func(_ *rig, _ []*someone, d *of) { d.Variant = "castle" }, " variant"},
		{"an unknown household", func(_ *rig, _ []*someone, d *of) { d.Household = "A2345B7892S" }, "household.not_found household"},
		{"a wrong character in the household's code", func(_ *rig, _ []*someone, d *of) { d.Household = "A2345B7893S" }, "household.code household"},
		{"an answer left out", func(_ *rig, _ []*someone, d *of) { d.Answers = with(d.Answers, map[string]any{"rooms": nil}) }, "questionnaire.missing answers.rooms"},
		{"an answer to a question that does not arise", func(_ *rig, _ []*someone, d *of) {
			d.Members[4].Answers = with(d.Members[4].Answers, map[string]any{"diploma": "none"})
		}, "questionnaire.not_arising members[4].answers.diploma"},
		{"no way of saying who", func(_ *rig, _ []*someone, d *of) { d.Members[1].Claim = nil }, "household.member members[1]"},
		{"a line of nobody", func(_ *rig, _ []*someone, d *of) { d.Members[1].Claim, d.Members[1].Line = nil, 3 }, "household.line members[1].line"},
		{"a member said to await a number who has one", func(_ *rig, _ []*someone, d *of) {
			d.Members[1].Answers = with(d.Members[1].Answers, map[string]any{"awaiting_number": true})
		}, "household.awaiting members[1].answers.awaiting_number"},
		{"a receipt that is none", func(_ *rig, _ []*someone, d *of) {
			d.Members[4].Claim, d.Members[4].Awaiting = nil, &household.Unregistered{Receipt: "nonsense", Birth: civil.Partial{Year: 2024}, Sex: questionnaire.Female}
		}, "household.receipt members[4].awaiting.receipt"},
		{"a child as custodian", func(_ *rig, _ []*someone, d *of) { d.Members[2].Custodian = "4" }, "household.custodian members[2].custodian"},
		{"a member left out of the next declaration", func(r *rig, _ []*someone, d *of) {
			f := r.declare(*d)
			*d = again(f, *d)
			d.Members = d.Members[:4]
		}, "household.member_omitted members"},
		{"a stranger who declares for a household", func(r *rig, _ []*someone, d *of) {
			f := r.declare(*d)
			*d = again(f, *d)
			s := r.people.born("1990-01-01", questionnaire.Male)
			d.Members = append(d.Members, household.Member{Ref: "6", Claim: &s.Claim, Answers: with(d.Members[1].Answers, map[string]any{"relation": "other"})})
			d.Declarant = "6"
		}, "household.not_member declarant"},
		{"another head without a reason", func(r *rig, _ []*someone, d *of) {
			f := r.declare(*d)
			*d = again(f, *d)
			d.Members[0].Answers = with(d.Members[0].Answers, map[string]any{"relation": "spouse"})
			d.Members[1].Answers = with(d.Members[1].Answers, map[string]any{"relation": "head"})
		}, "household.head_reason head_reason"},
		{"the same head with a reason", func(r *rig, _ []*someone, d *of) {
			f := r.declare(*d)
			*d = again(f, *d)
			d.HeadReason = "death"
		}, "household.head_reason head_reason"},
	}
	each(t, func(r *rig) {
		t := r.t
		for _, tt := range tests {
			all, d := r.family(goldens(t)[0])
			r.t = t
			tt.bad(r, all, &d)
			before := r.dump()
			_, err := r.svc.Declare(context.Background(), officer, r.key(), d)
			if err == nil {
				t.Errorf("%s: accepted", tt.name)
				continue
			}
			if got := codes(err); !slices.Contains(got, tt.want) {
				t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
			}
			for _, s := range all {
				if strings.Contains(err.Error(), s.Name) || strings.Contains(err.Error(), s.IDCS.Digits()) {
					t.Errorf("%s: the error names somebody", tt.name)
				}
			}
			if after := r.dump(); !maps.Equal(before, after) {
				t.Errorf("%s: something was written: %v, then %v", tt.name, before, after)
			}
		}
	})
}

// TestBadCallers: who may not, may not, and nothing is asked or written.
func TestBadCallers(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		_, d := r.family(goldens(t)[0])
		elsewhere := officer
		elsewhere.Areas = []string{"03.231"}
		noPurpose := officer
		noPurpose.Purpose = ""
		numbered := officer
		numbered.Case = "call 0612345678"
		resident := access.Caller{Kind: access.Person, Actor: uidOf(9), Roles: []access.Role{access.Resident}, Purpose: "own", Basis: "law"}
		forOthers := d
		forOthers.Declarant, forOthers.Answers = "", with(d.Answers, map[string]any{"declared_by": "representative"})
		tests := []struct {
			name string
			c    access.Caller
			d    household.Declaration
			want string
		}{
			{"nobody", access.Caller{}, d, "access.denied "},
			{"an auditor", auditor, d, "access.denied "},
			{"outside the area", elsewhere, d, "access.area "},
			{"no purpose", noPurpose, d, "access.purpose "},
			{"a number as case", numbered, d, "household.number_in_text case"},
			{"a resident for others", resident, forOthers, "household.declarant_office answers.declared_by"},
		}
		before, asked := r.dump(), r.people.asked
		for _, tt := range tests[:5] {
			if _, err := r.svc.Declare(context.Background(), tt.c, r.key(), tt.d); !slices.Contains(codes(err), tt.want) {
				t.Errorf("%s: %q", tt.name, codes(err))
			}
		}
		if r.people.asked != asked {
			t.Error("the population register was asked for somebody who may not")
		}
		tt := tests[5]
		if _, err := r.svc.Declare(context.Background(), tt.c, r.key(), tt.d); !slices.Contains(codes(err), tt.want) {
			t.Errorf("%s: %q", tt.name, codes(err))
		}
		for _, key := range []string{"", strings.Repeat("k", 201)} {
			if _, err := r.svc.Declare(context.Background(), officer, key, d); !slices.Contains(codes(err), "household.key idempotency_key") {
				t.Errorf("a key of %d characters: %q", len(key), codes(err))
			}
		}
		r.people.down = &errs.Error{Kind: errs.Unavailable, Code: "population.down", What: "no answer"}
		if _, err := r.svc.Declare(context.Background(), officer, r.key(), d); errs.KindOf(err) != errs.Unavailable {
			t.Errorf("the population register is down: %v", err)
		}
		if after := r.dump(); !maps.Equal(before, after) {
			t.Errorf("something was written: %v, then %v", before, after)
		}
	})
}

// TestAKeyIsOneAct: a repeated key returns what the first act returned, also
// when the act could not be done again; with another request it is refused.
func TestAKeyIsOneAct(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		ctx := context.Background()
		_, d := r.family(goldens(t)[0])
		first, err := r.svc.Declare(ctx, officer, "once", d)
		if err != nil {
			t.Fatal(err)
		}
		rows := r.dump()
		second, err := r.svc.Declare(ctx, officer, "once", d)
		if err != nil || second.Household != first.Household || second.Score != first.Score || second.Index != first.Index {
			t.Errorf("%+v, %v", second, err)
		}
		e := again(first, d)
		third, err := r.svc.Declare(ctx, officer, "twice", e)
		if err != nil {
			t.Fatal(err)
		}
		fourth, err := r.svc.Declare(ctx, officer, "twice", e) // stale by now, but done
		if err != nil || fourth.Version != third.Version || fourth.Revision != third.Revision {
			t.Errorf("%+v, %v", fourth, err)
		}
		e.Note = "something else"
		if _, err := r.svc.Declare(ctx, officer, "once", d); err != nil {
			t.Error(err)
		}
		d.Note = "something else"
		if _, err := r.svc.Declare(ctx, officer, "once", d); !slices.Contains(codes(err), "store.key_reused idempotency_key") {
			t.Errorf("another request under the key: %q", codes(err))
		}
		if after := r.dump(); after["households"] != rows["households"] || after["household_scores"] != 2 {
			t.Errorf("rows %v", after)
		}
	})
}
