package questionnaire

import (
	"slices"
	"strings"

	"sijil/formula"
	"sijil/internal/errs"
	"sijil/rules"
)

// Asked says whether a question is to be put in a declaration that may still
// be incomplete.
type Asked uint8

const (
	NotArising Asked = iota // it does not arise, or the variant does not ask it
	Pending                 // nobody can say yet: an answer it depends on is open
	Possible                // a presumed birthday leaves it open: it may be answered, and is unknown when it is not
	Arising                 // it arises
)

// Asking says which questions arise in a declaration that is not yet whole,
// for whoever shows a form: one list a member in the order of Member, and one
// in the order of Household. An answer not given, and the age of a member
// whose birth is the zero Partial, are open, and so is what depends on them.
// Members of an unknown relation or presence leave open what depends on who
// lives there. The declaration is not changed.
func (q *Questionnaire) Asking(d *Declaration, p Place) (members [][]Asked, household []Asked, err error) {
	k := q.takeDesk()
	defer q.scratch.Put(k)
	if err := k.open(q, d, p, nil); err != nil {
		return nil, nil, err
	}
	v, ok := q.Variant(d.Variant)
	if !ok {
		return nil, nil, errs.Bad("variant", "the questionnaire has no such variant", "use the code of one of its variants")
	}
	c := checker{q: q, variant: v}
	known := true
	for i := range d.Members {
		c.age, c.other = k.ages[i], k.others[i]
		if d.Members[i].Birth.Year == 0 {
			k.records[i][memberAge] = rules.Without(rules.Unknown)
			c.other, known = c.age, false
		}
		k.member.Scalars = k.records[i]
		asked, err := c.asking(&k.member, k.records[i][memberItems:], q.Member, d.Members[i].Answers, true)
		if err != nil {
			return nil, nil, err
		}
		members = append(members, asked)
		known = known && !slices.Contains(asked, Pending) && given(q.Member, d.Members[i].Answers, asked)
	}
	known = known && k.gather(q, d, AsSet) == nil // else who counts is open
	c.age, c.other = 0, 0
	household, err = c.asking(&k.household, k.household.Scalars[householdItems:], q.Household, d.Answers, known)
	return members, household, err
}

// given reports whether every question that arises is answered.
func given(level []*Item, answers []Answer, asked []Asked) bool {
	for i := range level {
		if asked[i] >= Possible && !answers[i].Given {
			return false
		}
	}
	return true
}

// asking settles which questions of one level arise. composed is false while
// it is open who lives in the household.
func (c *checker) asking(facts *rules.Facts, values []rules.Value, level []*Item, answers []Answer, composed bool) ([]Asked, error) {
	out := make([]Asked, len(level))
	for i, item := range level {
		a := answers[i]
		switch arises, err := c.arisesIn(facts, item, composed); {
		case err != nil:
			return nil, err
		case !c.variant.Asks(item):
			a = Answer{Given: true, State: formula.NotAsked}
		case arises.State != rules.Present && item.ages && c.age != c.other:
			out[i] = Possible
		case arises.State != rules.Present:
			out[i] = Pending
		case arises.Int == 0:
			a = Answer{Given: true, State: formula.NotApplicable}
		default:
			out[i] = Arising
		}
		values[i] = rules.Without(rules.Unknown)
		if a.Given {
			values[i] = item.fact(a)
		}
	}
	return out, nil
}

// arisesIn is arises, with what reads the members open until they are known.
func (c *checker) arisesIn(facts *rules.Facts, item *Item, composed bool) (rules.Value, error) {
	if !composed && item.Level == OfHousehold && item.asked != nil && slices.ContainsFunc(item.asked.Reads(), ofMembers) {
		return rules.Without(rules.Unknown), nil
	}
	return c.arises(facts, item)
}

// ofMembers reports whether a name that a rule of the household reads depends
// on who its members are.
func ofMembers(name string) bool { return name == "size" || strings.HasPrefix(name, "member.") }

// Reads returns the items and facts that the item's condition reads, as
// Derivation.Reads names them but for the member's own, which stand plain.
func (i *Item) Reads() []string {
	if i.asked == nil {
		return nil
	}
	return slices.Clone(i.asked.Reads())
}

// Needed returns the items that some variables depend on: those their
// derivations read, those that say who the members are and who of them counts,
// and those the conditions of all these read. Variables without a derivation
// are left out.
func (q *Questionnaire) Needed(variables []string) map[*Item]bool {
	needed := map[*Item]bool{}
	var need func(*Item)
	read := func(names []string, level map[string]*Item) {
		for _, name := range names {
			if of, member := strings.CutPrefix(name, "member."); member {
				need(q.member.byCode[of])
			} else {
				need(level[name])
			}
		}
	}
	need = func(i *Item) {
		if i == nil || needed[i] { // nil: a fact such as size
			return
		}
		needed[i] = true
		if i.asked != nil && i.Level == OfMember {
			read(i.asked.Reads(), q.member.byCode)
		} else if i.asked != nil {
			read(i.asked.Reads(), q.household.byCode)
		}
	}
	need(q.Composition.Relation)
	need(q.Composition.Awaiting)
	read(q.counted.Reads(), q.member.byCode)
	for _, name := range variables {
		if d, ok := q.byVariable[name]; ok {
			read(d.Reads(), q.household.byCode)
		}
	}
	return needed
}

// Size returns how many members of a declaration count in the household's
// size. The declaration must have passed Check at the same place.
func (q *Questionnaire) Size(d *Declaration, p Place) (int, error) {
	k := q.takeDesk()
	defer q.scratch.Put(k)
	if err := k.open(q, d, p, nil); err != nil {
		return 0, err
	}
	for i := range d.Members {
		if err := spread(field{member: i + 1, answers: true}, k.records[i][memberItems:], q.Member, d.Members[i].Answers); err != nil {
			return 0, err
		}
	}
	if err := k.gather(q, d, AsSet); err != nil {
		return 0, err
	}
	return len(k.counted), nil
}
