package questionnaire

import (
	"bytes"
	"strconv"
	"strings"

	"sijil/formula"
)

// answers reads the answers to items of one level.
func (dec *decoder) answers(of field, set *items, into []Answer) {
	dec.guess = 0
	dec.object(of, func(code []byte) {
		item := set.find(code, dec.guess)
		if item == nil {
			dec.unknown(of, code, dec.hint(of, code))
			return
		}
		dec.guess = item.at + 1
		at := of
		at.name = item.Code
		into[item.at] = dec.answer(at, item)
	})
}

// hint says where an item belongs that stands at the wrong level.
func (dec *decoder) hint(at field, code []byte) string {
	other := &dec.q.member
	where := "of each member it concerns"
	if at.member > 0 {
		other, where = &dec.q.household, "of the household"
	}
	if other.byCode[string(code)] != nil {
		return "the item belongs among the answers " + where
	}
	return "use the codes of the questionnaire's items"
}

// answer reads the answer to one item.
func (dec *decoder) answer(at field, item *Item) Answer {
	a := Answer{Given: true}
	switch {
	case dec.next() == '{':
		a.State = dec.state(at)
	case item.Type == Boolean:
		a.Int = dec.truth(at)
	case item.Type == Count:
		a.Int = dec.count(at, item)
	case item.Type == Amount:
		a.Int = dec.amount(at, item)
	default:
		a.Int = dec.choice(at, item)
	}
	return a
}

func (dec *decoder) truth(at field) int64 {
	switch dec.next() {
	case 't':
		dec.take()
		return 1
	case 'f':
		dec.take()
		return 0
	}
	dec.wrong(at, "true or false, or {\"state\":\"unknown\"}")
	return 0
}

func (dec *decoder) count(at field, item *Item) int64 {
	const want = "a whole number such as 3, or {\"state\":\"unknown\"}"
	if dec.next() != '0' {
		dec.wrong(at, want)
		return 0
	}
	text := dec.scalar()
	if dec.stopped {
		return 0
	}
	if bytes.ContainsAny(text, ".eE") {
		dec.bad(at, "not a whole number", "write "+want)
		return 0
	}
	n := int64(-1) // below every limit
	if len(text) <= 18 && text[0] != '-' {
		n = 0
		for _, c := range text {
			n = n*10 + int64(c-'0')
		}
	}
	dec.within(at, item, n)
	return n
}

func (dec *decoder) amount(at field, item *Item) int64 {
	const want = "an amount as text with at most two decimals, such as \"50.00\", or {\"state\":\"unknown\"}"
	if dec.next() != '"' {
		dec.wrong(at, want)
		return 0
	}
	text, ok := dec.text()
	if !ok {
		return 0
	}
	n, ok := parseAmount(text)
	if !ok {
		dec.bad(at, "not an amount", "write "+want)
		return 0
	}
	dec.within(at, item, n)
	return n
}

// within checks the widest limits of all strata.
func (dec *decoder) within(at field, item *Item, n int64) {
	for _, l := range item.Limits {
		if n >= l.Min && n <= l.Max {
			return
		}
	}
	all := item.Limits[0]
	for _, l := range item.Limits {
		all.Min, all.Max = min(all.Min, l.Min), max(all.Max, l.Max)
	}
	dec.bad(at, "the answer is outside the limits", "check it; "+all.words(item))
}

// words states limits in the item's unit.
func (l Limits) words(item *Item) string {
	if item.Type == Amount {
		return "accepted from " + string(appendAmount(nil, l.Min)) + " to " + string(appendAmount(nil, l.Max))
	}
	return "accepted from " + strconv.FormatInt(l.Min, 10) + " to " + strconv.FormatInt(l.Max, 10)
}

func (dec *decoder) choice(at field, item *Item) int64 {
	if dec.next() != '"' {
		dec.wrong(at, "one of the item's codes, or {\"state\":\"unknown\"}")
		return 0
	}
	code, ok := dec.text()
	if !ok {
		return 0
	}
	for i := range item.Choices {
		if item.Choices[i].Code == string(code) {
			return int64(i)
		}
	}
	codes := make([]string, len(item.Choices))
	for i, c := range item.Choices {
		codes[i] = c.Code
	}
	dec.bad(at, "the code is not in the item's list", "use one of: "+strings.Join(codes, ", "))
	return 0
}

// state reads {"state":"unknown"} and its like.
func (dec *decoder) state(at field) formula.State {
	state, found := formula.Present, false
	dec.object(at, func(name []byte) {
		if string(name) != "state" {
			dec.wrong(at, "{\"state\":\"unknown\"} with this one name")
			return
		}
		found = true
		text, ok := dec.words(at)
		if !ok {
			return
		}
		if state, ok = formula.ParseState(string(text)); !ok || state == formula.Present {
			dec.bad(at, "not a state", "write unknown, not_applicable or not_asked")
		}
	})
	if !found && !dec.stopped {
		dec.bad(at, "the answer is empty", "write {\"state\":\"unknown\"}, or the answer itself")
	}
	return state
}
