package synth

import (
	"maps"
	"slices"
	"strconv"

	"sijil/questionnaire"
)

// item is how the answer to a household item is drawn.
type item struct {
	*questionnaire.Item

	how     string
	member  int
	chance  []curve   // by stratum; nil: always
	weights [][]curve // by stratum and position
	amount  []curve   // by stratum
	each    []curve   // by stratum; nil: nothing
	with    []special
	trials  int // 0: one per adult
	spread  int
	round   int
	of      int
	fixed   int64
	needs   []need
	other   *int
	minors  picker // of a choice in households without an adult; nil: as in all
}

// special is a chance for households where a member works in a category.
type special struct {
	category int
	chance   []curve
}

// need is an item and the answers to it under which another is asked.
type need struct {
	at      int
	answers []int64
}

// The ways of drawing an answer.
const (
	howTruth  = "truth"  // true with a chance
	howChoice = "choice" // by weights
	howTrials = "trials" // how many of some trials succeed, each with a chance
	howCounts = "counts" // a number by weights
	howAmount = "amount" // an amount around a middle
	howRepeat = "repeat" // the amount of another item, varied
	howFixed  = "fixed"  // always the same
)

var fits = map[string][]questionnaire.Type{
	howTruth: {questionnaire.Boolean}, howChoice: {questionnaire.Choice}, howTrials: {questionnaire.Count}, howCounts: {questionnaire.Count},
	howAmount: {questionnaire.Amount}, howRepeat: {questionnaire.Amount}, howFixed: {questionnaire.Boolean, questionnaire.Choice, questionnaire.Count},
}

func (l *loader) items(m *Model, in fileItems) {
	seen := map[*questionnaire.Item]bool{}
	for i, row := range in.List {
		field := at("items.list", i, "")
		q, ok := l.q.Item(row.Item)
		if !ok || q.Level != questionnaire.OfHousehold {
			l.bad.Addf(field+".item", "use codes of the questionnaire", "households are asked no item %s", row.Item)
			continue
		}
		if !slices.Contains(fits[row.How], q.Type) {
			l.bad.Addf(field+".how", "see item.go for the ways", "the item %s cannot be drawn this way", row.Item)
			continue
		}
		m.items = append(m.items, l.item(m, field, q, row))
		seen[q] = true
	}
	for _, q := range l.q.Household {
		if !seen[q] && !q.Optional {
			l.bad.Addf("items.list", "say how it is drawn", "the item %s is missing", q.Code)
		}
	}
}

func (l *loader) item(m *Model, field string, q *questionnaire.Item, row fileItem) item {
	it := item{Item: q, how: row.How, member: row.Member, spread: row.Spread, round: max(1, row.Round), fixed: int64(row.Fixed), other: row.Else}
	if row.Chance != nil || row.How == howTruth || row.How == howTrials {
		it.chance = l.curves(field+".chance", row.Chance)
	}
	if row.How == howAmount {
		it.amount = l.curves(field+".amount", row.Amount)
		if row.Each != nil {
			it.each = l.curves(field+".each", row.Each)
		}
	}
	if row.How == howChoice || row.How == howCounts {
		it.weights = l.itemWeights(field+".weights", q, row)
	}
	for _, code := range slices.Sorted(maps.Keys(row.With)) {
		it.with = append(it.with, special{l.choice(field+".with", m.category, code), l.curves(field+".with."+code, row.With[code])})
	}
	if row.Trials != "" && row.Trials != "adults" {
		n, err := strconv.Atoi(row.Trials)
		if err != nil || n < 1 {
			l.bad.Addf(field+".trials", "write adults or a number", "neither adults nor a number")
		}
		it.trials = n
	}
	if len(row.WithoutAdult) > 0 {
		it.minors = l.weights(field+".without_adult", q, row.WithoutAdult)
	}
	if row.How == howRepeat {
		it.of = l.position(field+".of", row.Of)
	}
	for _, code := range slices.Sorted(maps.Keys(row.Needs)) {
		n := need{at: l.position(field+".needs", code)}
		for _, answer := range row.Needs[code] {
			n.answers = append(n.answers, l.answer(field+".needs", code, answer))
		}
		it.needs = append(it.needs, n)
	}
	return it
}

func (l *loader) itemWeights(field string, q *questionnaire.Item, row fileItem) [][]curve {
	var out [][]curve
	for _, table := range spread(l, field, row.Weights) {
		if row.How == howChoice {
			out = append(out, l.choiceCurves(field, table, func(code string) int { return l.choice(field, q, code) }, len(q.Choices)))
			continue
		}
		most := 0
		number := func(code string) int {
			n, err := strconv.Atoi(code)
			if err != nil || n < 0 || n > 100 {
				l.bad.Addf(field, "name numbers", "%q is no number of 0 to 100", code)
				return 0
			}
			return n
		}
		for code := range table {
			most = max(most, number(code))
		}
		out = append(out, l.choiceCurves(field, table, number, most+1))
	}
	return out
}

func (l *loader) position(field, code string) int {
	q, ok := l.q.Item(code)
	if !ok || q.Level != questionnaire.OfHousehold {
		l.bad.Addf(field, "use codes of the questionnaire", "households are asked no item %s", code)
		return 0
	}
	return q.Position()
}

func (l *loader) answer(field, code, answer string) int64 {
	q, ok := l.q.Item(code)
	if !ok {
		return 0
	}
	if q.Type == questionnaire.Boolean {
		if answer == "true" {
			return 1
		}
		return 0
	}
	return int64(l.choice(field, q, answer))
}
