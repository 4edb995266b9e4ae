package questionnaire

import (
	"slices"

	"sijil/formula"
	"sijil/internal/errs"
	"sijil/rules"
)

// Check settles every item of a declaration at its place. An item left out
// becomes not_applicable where its condition says that the question does not
// arise, not_asked where the variant does not ask it, and unknown where it is
// optional or where nobody can say whether it arises; anything else left out
// is an error, and so is an answer to a question that does not arise. Limits
// are those of the place's stratum. All faults are reported together. A
// declaration that passed passes again, unchanged.
func (q *Questionnaire) Check(d *Declaration, p Place) error {
	k := q.takeDesk()
	defer q.scratch.Put(k)
	if err := k.open(q, d, p, nil); err != nil {
		return err
	}
	v, ok := q.Variant(d.Variant)
	if !ok {
		return errs.Bad("variant", "the questionnaire has no such variant", "use the code of one of its variants")
	}
	c := checker{q: q, variant: v, stratum: slices.Index(q.Strata, p.Stratum)}
	for i := range d.Members {
		c.at = field{member: i + 1, answers: true}
		c.age, c.other = k.ages[i], k.others[i]
		k.member.Scalars = k.records[i]
		c.settle(&k.member, k.records[i][memberItems:], q.Member, d.Members[i].Answers)
	}
	if len(c.errs) > 0 {
		return c.errs.Err() // conditions of the household may read the members
	}
	if err := k.gather(q, d, AsSet); err != nil {
		return err
	}
	c.at = field{answers: true}
	c.age, c.other = 0, 0
	c.settle(&k.household, k.household.Scalars[householdItems:], q.Household, d.Answers)
	return c.errs.Err()
}

type checker struct {
	q          *Questionnaire
	variant    *Variant
	stratum    int
	at         field
	age, other int // of the member at hand
	errs       errs.List
}

// The codes of what Check finds wrong with an answer, for whoever shows it
// beside its question.
const (
	CodeMissing     = "questionnaire.missing"      // not answered
	CodeNotArising  = "questionnaire.not_arising"  // answered, but the question does not arise
	CodeArising     = "questionnaire.arising"      // a state that says it does not arise or is not asked, but it does
	CodeOutOfLimits = "questionnaire.out_of_limit" // outside the limits of the place
)

func (c *checker) bad(code, what, fix string) {
	c.errs.Add(&errs.Error{Kind: errs.Invalid, Code: code, Field: c.at.String(), What: what, Fix: fix})
}

// settle settles the answers of one level in their order, writing each into
// values for the conditions that follow.
func (c *checker) settle(facts *rules.Facts, values []rules.Value, level []*Item, answers []Answer) {
	for i, item := range level {
		c.at.name = item.Code
		c.answer(facts, item, &answers[i])
		values[i] = item.fact(answers[i])
	}
}

// answer settles one answer.
func (c *checker) answer(facts *rules.Facts, item *Item, a *Answer) {
	if !c.variant.Asks(item) {
		if a.Given && a.State != formula.NotAsked {
			c.bad(CodeNotArising, "this variant does not ask the item", "leave it out, or choose another variant")
			return
		}
		*a = Answer{Given: true, State: formula.NotAsked}
		return
	}
	arises, err := c.arises(facts, item)
	switch {
	case err != nil:
		c.errs.Add(err)
	case arises.State != rules.Present:
		// Nobody can say whether the question arises: whatever is given stands.
		if !a.Given {
			*a = Answer{Given: true, State: formulaStates[arises.State]}
		}
	case arises.Int == 0:
		if a.Given && a.State != formula.NotApplicable {
			c.bad(CodeNotArising, "the question does not arise here", "leave it out, or correct the answers it depends on")
			return
		}
		*a = Answer{Given: true, State: formula.NotApplicable}
	case !a.Given && item.Optional:
		*a = Answer{Given: true, State: formula.Unknown}
	case !a.Given:
		c.bad(CodeMissing, "not answered", `answer it, or state {"state":"unknown"}`)
	case a.State == formula.NotApplicable:
		c.bad(CodeArising, "the question arises here", `answer it, or state {"state":"unknown"}`)
	case a.State == formula.NotAsked:
		c.bad(CodeArising, "this variant asks the item", `answer it, or state {"state":"unknown"}`)
	}
	c.limits(item, *a)
}

// arises evaluates an item's condition. Where it depends on an age that a
// presumed birthday leaves open, the answer is unknown: the presumption closes
// no question and demands no answer.
func (c *checker) arises(facts *rules.Facts, item *Item) (rules.Value, error) {
	if item.asked == nil {
		return rules.Truth(true), nil
	}
	v, err := item.asked.Eval(facts)
	if err != nil || !item.ages || c.age == c.other {
		return v, err
	}
	facts.Scalars[memberAge] = rules.Of(int64(c.other))
	w, err := item.asked.Eval(facts)
	facts.Scalars[memberAge] = rules.Of(int64(c.age))
	if v != w {
		return rules.Without(rules.Unknown), err
	}
	return v, err
}

func (c *checker) limits(item *Item, a Answer) {
	if item.Limits == nil || !a.Given || a.State != formula.Present {
		return
	}
	if l := item.Limits[c.stratum]; a.Int < l.Min || a.Int > l.Max {
		c.bad(CodeOutOfLimits, "the answer is outside the limits", "check it; "+l.words(item)+" in a place of stratum "+c.q.Strata[c.stratum])
	}
}
