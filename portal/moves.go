package portal

import (
	"cmp"
	"slices"

	"sijil/formula"
	"sijil/internal/lang"
	"sijil/questionnaire"
)

// move is how far another answer to one question moves the index, all else
// being as it is.
type move struct {
	Person int // number of the person, 0 for the household
	Item   *questionnaire.Item
	Age    bool // the question is the age, and there is no item
	Given  answered
	Others []other    // by index; those that give one and change it
	Same   int        // other answers that give the same index
	Opens  []answered // other answers that would open further questions
}

// answered is an answer as a page says it.
type answered struct {
	Item *questionnaire.Item // nil for an age
	Int  int64
}

// other is another answer with its index.
type other struct {
	answered

	Index   formula.Index
	Change  formula.Distance
	Crosses []lang.Text // programmes whose threshold lies between
}

// span is how far a move reaches, either way.
func span(m move) formula.Distance {
	var far formula.Distance
	for _, o := range m.Others {
		far = max(far, o.Change, -o.Change)
	}
	return far
}

// moves tries every other answer, one at a time: the ones that reach farthest
// first. Of counts one more, one less and the least are tried; of amounts
// hundred more, hundred less and none; of ages a year either way.
func (j *judge) moves(v *verdict) []move {
	var out []move
	q := j.p.Scorer.Questionnaire
	for i := range v.settled.Members {
		if m, ok := j.ages(v, i); ok {
			out = append(out, m)
		}
		for at, item := range q.Member {
			if given := v.settled.Members[i].Answers[at]; v.tries(item, given) {
				out = append(out, j.try(v, i+1, item, given))
			}
		}
	}
	for at, item := range q.Household {
		if given := v.settled.Answers[at]; v.tries(item, given) {
			out = append(out, j.try(v, 0, item, given))
		}
	}
	slices.SortStableFunc(out, func(a, b move) int { return cmp.Compare(span(b), span(a)) })
	return out
}

// tries reports whether another answer to the item makes sense: it was asked
// and answered, and is not the relation to the head, which all the relations
// hang on.
func (v *verdict) tries(item *questionnaire.Item, given questionnaire.Answer) bool {
	return v.draft.needed[item] && given.Given && given.State == formula.Present && item != v.draft.p.Scorer.Questionnaire.Composition.Relation
}

func (j *judge) try(v *verdict, person int, item *questionnaire.Item, given questionnaire.Answer) move {
	m := move{Person: person, Item: item, Given: answered{item, given.Int}}
	now := &at{v.settled, v.Household.Values, v.Result.Index}
	for _, n := range v.draft.alternatives(item, given.Int) {
		x, opens, ok := j.with(v, now, person, item, n)
		m.weigh(v, answered{item, n}, x, opens, ok)
	}
	m.order()
	return m
}

// with returns the index with another answer to an item.
func (j *judge) with(v *verdict, now *at, person int, item *questionnaire.Item, n int64) (x formula.Index, opens, ok bool) {
	if j.p.leaves[item] {
		x, ok = j.leaf(v, now, answerOf(now.d, person, item), item, n)
		return x, false, ok
	}
	return j.index(v, now.d, func(d *questionnaire.Declaration) { set(d, person, item, n) })
}

// answerOf is the place of an answer in a declaration.
func answerOf(d *questionnaire.Declaration, person int, item *questionnaire.Item) *questionnaire.Answer {
	if person > 0 {
		return &d.Members[person-1].Answers[item.Position()]
	}
	return &d.Answers[item.Position()]
}

// ages tries a year more and a year less; ok is false when neither gives an
// index.
func (j *judge) ages(v *verdict, i int) (m move, ok bool) {
	day := v.settled.AsOf
	age := v.settled.Members[i].Birth.First().AgeAt(day)
	m = move{Person: i + 1, Age: true, Given: answered{Int: int64(age)}}
	for _, years := range []int{age - 1, age + 1} {
		if years >= 0 {
			x, opens, ok := j.index(v, v.settled, func(d *questionnaire.Declaration) {
				b := &d.Members[i].Birth
				b.Year += age - years
				b.Day = min(b.Day, 28) // another year may have no 29 February
			})
			m.weigh(v, answered{Int: int64(years)}, x, opens, ok)
		}
	}
	m.order()
	return m, len(m.Others) > 0 || m.Same > 0 || len(m.Opens) > 0
}

func (m *move) weigh(v *verdict, a answered, x formula.Index, opens, ok bool) {
	switch {
	case opens:
		m.Opens = append(m.Opens, a)
	case ok && x == v.Result.Index:
		m.Same++
	case ok:
		m.Others = append(m.Others, other{answered: a, Index: x, Change: formula.Distance(x - v.Result.Index)})
	}
}

func (m *move) order() {
	slices.SortStableFunc(m.Others, func(a, b other) int { return cmp.Compare(a.Index, b.Index) })
}

// set gives an answer in a declaration.
func set(d *questionnaire.Declaration, person int, item *questionnaire.Item, n int64) {
	*answerOf(d, person, item) = questionnaire.Answer{Given: true, Int: n}
}

// alternatives are the other answers to try.
func (d *draft) alternatives(item *questionnaire.Item, given int64) []int64 {
	var out []int64
	switch item.Type {
	case questionnaire.Boolean:
		return []int64{1 - given}
	case questionnaire.Choice:
		for n := range item.Choices {
			if int64(n) != given {
				out = append(out, int64(n))
			}
		}
		return out
	}
	step := int64(1)
	if item.Type == questionnaire.Amount {
		step = 100
		for range d.p.Country.Currency.Decimals {
			step *= 10
		}
	}
	l := d.limits(item)
	for _, n := range []int64{l.Min, given - step, given + step} {
		if n != given && n >= l.Min && n <= l.Max && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// rounds bounds how often the lowest index is looked for again.
const rounds = 3

// never finds, for outcomes above a threshold that no single answer changes,
// how many answers at once would, and whether any would. It takes the answers
// that lower the index, the strongest first, leaving who lives there and where
// as it is; and before it says that none would it tries every other answer
// again from there, over and over.
func (j *judge) never(v *verdict) {
	lowest := formula.NoIndex // of the thresholds that are out of reach of a single answer
	for _, o := range v.Outcomes {
		if !o.Below && o.Single == 0 {
			lowest = min(lowest, formula.Index(o.AtMost))
		}
	}
	if lowest == formula.NoIndex {
		return
	}
	now := &at{clone(v.settled), slices.Clone(v.Household.Values), v.Result.Index}
	j.lowering(v, now)
	for range rounds {
		before := now.index
		for i := range v.Moves {
			if m := &v.Moves[i]; now.index > lowest && m.answers() {
				j.lower(v, now, m)
			}
		}
		if now.index == before {
			break
		}
	}
	v.Lowest = now.index
	for i := range v.Outcomes {
		if o := &v.Outcomes[i]; !o.Below && o.Single == 0 {
			o.Never = !v.Lowest.AtOrBelow(o.AtMost)
		}
	}
}

// answers reports whether the move is another answer about how the household
// lives, not who lives in it.
func (m *move) answers() bool { return !m.Age && m.Item.Purpose != "composition" }

// lowering takes the answers that lower the index, the strongest first, and
// notes after how many each threshold is reached.
func (j *judge) lowering(v *verdict, now *at) {
	list := slices.DeleteFunc(slices.Clone(v.Moves), func(m move) bool {
		return !m.answers() || len(m.Others) == 0 || m.Others[0].Change >= 0
	})
	slices.SortStableFunc(list, func(a, b move) int { return cmp.Compare(a.Others[0].Change, b.Others[0].Change) })
	for n := range list {
		m := &list[n]
		x, _, ok := j.with(v, now, m.Person, m.Item, m.Others[0].Int)
		if !ok || x >= now.index {
			continue
		}
		j.take(v, now, m, m.Others[0].Int)
		for i := range v.Outcomes {
			if o := &v.Outcomes[i]; !o.Below && o.Single == 0 && o.Several == 0 && now.index.AtOrBelow(o.AtMost) {
				o.Several = n + 1
			}
		}
	}
}

// take gives another answer for good.
func (j *judge) take(v *verdict, now *at, m *move, n int64) {
	copyInto(&j.trial, now.d)
	set(&j.trial, m.Person, m.Item, n)
	if j.settle(&j.trial, v.draft.place) != nil {
		return
	}
	if x, ok := j.derived(v, &j.trial); ok {
		copyInto(now.d, &j.trial)
		now.values, now.index = append(now.values[:0], j.values...), x
	}
}

// lower takes the answer to one question that lowers the index most.
func (j *judge) lower(v *verdict, now *at, m *move) {
	given := *answerOf(now.d, m.Person, m.Item)
	if !given.Given || given.State != formula.Present {
		return // an answer taken before closed the question
	}
	best, chosen := now.index, given.Int
	for _, n := range v.draft.alternatives(m.Item, given.Int) {
		if x, _, ok := j.with(v, now, m.Person, m.Item, n); ok && x < best {
			best, chosen = x, n
		}
	}
	if chosen != given.Int {
		j.take(v, now, m, chosen)
	}
}
