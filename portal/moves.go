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

// Span is how far the move reaches, either way.
func (m move) Span() formula.Distance {
	var span formula.Distance
	for _, o := range m.Others {
		span = max(span, o.Change, -o.Change)
	}
	return span
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
	slices.SortStableFunc(out, func(a, b move) int { return cmp.Compare(b.Span(), a.Span()) })
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
	for _, n := range v.draft.alternatives(item, given.Int) {
		m.weigh(j, v, answered{item, n}, j.p.leaves[item], func(d *questionnaire.Declaration) { set(d, person, item, n) })
	}
	m.order()
	return m
}

// ages tries a year more and a year less; ok is false when neither gives an
// index.
func (j *judge) ages(v *verdict, i int) (m move, ok bool) {
	day := v.settled.AsOf
	age := v.settled.Members[i].Birth.First().AgeAt(day)
	m = move{Person: i + 1, Age: true, Given: answered{Int: int64(age)}}
	for _, years := range []int{age - 1, age + 1} {
		if years >= 0 {
			m.weigh(j, v, answered{Int: int64(years)}, false, func(d *questionnaire.Declaration) {
				b := d.Members[i].Birth
				b.Year += age - years
				if b.Day > 28 {
					b.Day = 28
				}
				d.Members[i].Birth = b
			})
		}
	}
	m.order()
	return m, len(m.Others) > 0 || m.Same > 0 || len(m.Opens) > 0
}

func (m *move) weigh(j *judge, v *verdict, a answered, leaf bool, change func(*questionnaire.Declaration)) {
	switch x, opens, ok := j.index(v, v.settled, leaf, change); {
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
	answers := d.Answers
	if person > 0 {
		answers = d.Members[person-1].Answers
	}
	answers[item.Position()] = questionnaire.Answer{Given: true, Int: n}
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
// whether any answers would: it takes of every question the answer that lowers
// the index most, over and over, leaving who lives there and where as it is.
func (j *judge) never(v *verdict) {
	wanted := false
	for _, o := range v.Outcomes {
		wanted = wanted || !o.Below && o.Single == 0
	}
	if !wanted {
		return
	}
	best := clone(v.settled)
	v.Lowest = v.Result.Index
	for range rounds {
		before := v.Lowest
		for i := range v.Moves {
			if m := &v.Moves[i]; !m.Age && m.Item.Purpose != "composition" {
				j.lower(v, best, m)
			}
		}
		if v.Lowest == before {
			break
		}
	}
	for i := range v.Outcomes {
		if o := &v.Outcomes[i]; !o.Below && o.Single == 0 {
			o.Never = !v.Lowest.AtOrBelow(o.AtMost)
			o.Several = j.several(v, o.AtMost)
		}
	}
}

// several is how many answers at once would bring the index to a threshold,
// taking first those that lower it most; 0 where these are not enough.
func (j *judge) several(v *verdict, limit formula.Threshold) int {
	lowering := slices.DeleteFunc(slices.Clone(v.Moves), func(m move) bool {
		return m.Age || m.Item.Purpose == "composition" || len(m.Others) == 0 || m.Others[0].Change >= 0
	})
	slices.SortStableFunc(lowering, func(a, b move) int { return cmp.Compare(a.Others[0].Change, b.Others[0].Change) })
	now := clone(v.settled)
	for n, m := range lowering {
		x, _, ok := j.index(v, now, j.p.leaves[m.Item], func(d *questionnaire.Declaration) { set(d, m.Person, m.Item, m.Others[0].Int) })
		if !ok {
			return 0
		}
		copyInto(now, &j.trial)
		if x.AtOrBelow(limit) {
			return n + 1
		}
	}
	return 0
}

// lower takes the answer to one question that lowers the index most.
func (j *judge) lower(v *verdict, best *questionnaire.Declaration, m *move) {
	now := best.Answers
	if m.Person > 0 {
		now = best.Members[m.Person-1].Answers
	}
	given := now[m.Item.Position()]
	if !given.Given || given.State != formula.Present {
		return // an answer taken before closed the question
	}
	chosen := given.Int
	for _, n := range v.draft.alternatives(m.Item, given.Int) {
		x, _, ok := j.index(v, best, j.p.leaves[m.Item], func(d *questionnaire.Declaration) { set(d, m.Person, m.Item, n) })
		if ok && x < v.Lowest {
			v.Lowest, chosen = x, n
		}
	}
	if chosen == given.Int {
		return
	}
	set(best, m.Person, m.Item, chosen)
	if !j.p.leaves[m.Item] {
		_ = j.settle(best, v.draft.place) // it gave an index just now
	}
}
