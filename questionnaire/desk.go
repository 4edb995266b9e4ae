package questionnaire

import (
	"slices"
	"strings"

	"sijil/formula"
	"sijil/internal/errs"
	"sijil/rules"
)

// desk is where a declaration is spread out as the facts that rules read. One
// desk serves one goroutine at a time and is used again.
type desk struct {
	household rules.Facts
	member    rules.Facts // of the member at hand; its scalars are that member's record
	records   []rules.Record
	counted   []rules.Record
	ages      []int
	others    []int
	store     []rules.Value
}

func (q *Questionnaire) takeDesk() *desk {
	if k, ok := q.scratch.Get().(*desk); ok {
		return k
	}
	return new(desk)
}

// open lays out members and place: ages, sexes, stratum; no answers yet.
func (k *desk) open(q *Questionnaire, d *Declaration, p Place, ages []int) error {
	stratum := slices.Index(q.Strata, p.Stratum)
	if stratum < 0 {
		return errs.Bad("locality", "its stratum is not one of the questionnaire", "use one of: "+strings.Join(q.Strata, ", "))
	}
	if len(d.Answers) != len(q.Household) {
		return errs.Bad("answers", "the declaration is not of this questionnaire", "read it with the questionnaire it is checked against")
	}
	if len(d.Members) == 0 {
		return errs.Bad("members", "the household has no member", "list every member; one person alone is a household")
	}
	if ages != nil && len(ages) != len(d.Members) {
		return &errs.Error{Kind: errs.Internal, Field: "ages", What: "there is not one age per member"}
	}
	width := memberItems + len(q.Member) + 1
	k.store = slices.Grow(k.store[:0], width*len(d.Members))[:width*len(d.Members)]
	k.records, k.counted, k.ages, k.others = k.records[:0], k.counted[:0], k.ages[:0], k.others[:0]
	for i := range d.Members {
		m := &d.Members[i]
		if len(m.Answers) != len(q.Member) {
			return errs.Bad(field{member: i + 1, answers: true}.String(), "the declaration is not of this questionnaire", "read it with the questionnaire it is checked against")
		}
		age, other := q.age(m.Birth, d.AsOf)
		if ages != nil {
			age, other = ages[i], ages[i]
		}
		rec := k.store[i*width : (i+1)*width : (i+1)*width]
		rec[memberAge] = rules.Of(int64(age))
		rec[memberSex] = rules.Of(int64(m.Sex) - int64(Female))
		rec[width-1] = rules.Of(int64(stratum))
		k.records = append(k.records, rec)
		k.ages, k.others = append(k.ages, age), append(k.others, other)
	}
	n := householdItems + len(q.Household)
	k.household.Scalars = slices.Grow(k.household.Scalars[:0], n)[:n]
	k.household.Scalars[householdStratum] = rules.Of(int64(stratum))
	return nil
}

// gather finds the head and the members who count, and with them the size.
func (k *desk) gather(q *Questionnaire, d *Declaration, awaiting Awaiting) error {
	c := &q.Composition
	countAwaiting := awaiting == Counted || awaiting == AsSet && c.AwaitingCounted
	var head rules.Record
	for i, rec := range k.records {
		at := field{member: i + 1, answers: true}
		relation := d.Members[i].Answers[c.Relation.at]
		if relation.State != formula.Present {
			at.name = c.Relation.Code
			return errs.Bad(at.String(), "the relation to the head has no value", "state how the member is related, or other")
		}
		if relation.Int == int64(c.Head) {
			if head != nil {
				at.name = c.Relation.Code
				return errs.Bad(at.String(), "the household has two heads", "name one; other spouses and adults state their relation to that one")
			}
			head = rec
		}
		k.member.Scalars = rec
		counts, err := q.counted.Eval(&k.member)
		if err != nil {
			return err
		}
		if counts.State != rules.Present {
			return errs.Bad(at.String(), "it cannot be told whether this member counts in the household's size",
				"answer "+strings.Join(q.counted.Reads(), ", "))
		}
		if c.Awaiting != nil && !countAwaiting {
			a := d.Members[i].Answers[c.Awaiting.at]
			if a.State != formula.Present {
				at.name = c.Awaiting.Code
				return errs.Bad(at.String(), "it cannot be told whether this member awaits a number", "answer it")
			}
			if a.Int != 0 {
				continue
			}
		}
		if counts.Int != 0 {
			k.counted = append(k.counted, rec)
		}
	}
	if head == nil {
		return errs.Bad("members", "the household has no head", "name one member as "+c.Relation.Choices[c.Head].Code+", whom the members choose; any sex and age")
	}
	if len(k.counted) == 0 {
		return errs.Bad("members", "no member counts in the household's size", "check presence and numbers awaited; who is absent is declared where they live")
	}
	k.household.Scalars[householdSize] = rules.Of(int64(len(k.counted)))
	k.household.Objects = append(k.household.Objects[:0], head)
	k.household.Lists = append(k.household.Lists[:0], k.counted, k.records)
	return nil
}
