package questionnaire

import (
	"strconv"
	"strings"

	"sijil/formula"
)

// answer reads the answer to one item.
func (dec *decoder) answer(at field, code []byte) bool {
	set, answers := &dec.q.household, dec.d.Answers
	if at.member > 0 {
		set, answers = &dec.q.member, dec.d.Members[at.member-1].Answers
	}
	item := set.find(code, dec.guess)
	if item == nil {
		return dec.unknown(at, code, dec.hint(at, code))
	}
	dec.guess = item.at + 1
	at.name = item.Code
	a := &answers[item.at]
	if a.Given {
		dec.bad(at, "the item is answered twice", "keep one answer")
	}
	a.Given = true
	if dec.scan.next() == '{' {
		return dec.state(at, a)
	}
	switch item.Type {
	case Boolean:
		return dec.truth(at, a)
	case Count:
		return dec.count(at, item, a)
	case Amount:
		return dec.amount(at, item, a)
	}
	return dec.choice(at, item, a)
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

func (dec *decoder) truth(at field, a *Answer) bool {
	switch dec.scan.next() {
	case 't':
		a.Int = 1
		return dec.scan.word("true")
	case 'f':
		return dec.scan.word("false")
	}
	return dec.wrong(at, "true or false, or {\"state\":\"unknown\"}")
}

func (dec *decoder) count(at field, item *Item, a *Answer) bool {
	const want = "a whole number such as 3, or {\"state\":\"unknown\"}"
	if c := dec.scan.next(); c != '-' && (c < '0' || c > '9') {
		return dec.wrong(at, want)
	}
	text, ok := dec.scan.number()
	if !ok {
		return false
	}
	for _, c := range text {
		if c == '.' || c == 'e' || c == 'E' {
			dec.bad(at, "not a whole number", "write "+want)
			return true
		}
	}
	n := int64(-1)
	if len(text) <= 18 && text[0] != '-' {
		n = 0
		for _, c := range text {
			n = n*10 + int64(c-'0')
		}
	}
	dec.within(at, item, n)
	a.Int = n
	return true
}

func (dec *decoder) amount(at field, item *Item, a *Answer) bool {
	const want = "an amount as text with at most two decimals, such as \"50.00\", or {\"state\":\"unknown\"}"
	if dec.scan.next() != '"' {
		return dec.wrong(at, want)
	}
	text, ok := dec.scan.text()
	if !ok {
		return false
	}
	n, ok := parseAmount(text)
	if !ok {
		dec.bad(at, "not an amount", "write "+want)
		return true
	}
	dec.within(at, item, n)
	a.Int = n
	return true
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

func (dec *decoder) choice(at field, item *Item, a *Answer) bool {
	if dec.scan.next() != '"' {
		return dec.wrong(at, "one of the item's codes, or {\"state\":\"unknown\"}")
	}
	code, ok := dec.scan.text()
	if !ok {
		return false
	}
	for i := range item.Choices {
		if item.Choices[i].Code == string(code) {
			a.Int = int64(i)
			return true
		}
	}
	codes := make([]string, len(item.Choices))
	for i, c := range item.Choices {
		codes[i] = c.Code
	}
	dec.bad(at, "the code is not in the item's list", "use one of: "+strings.Join(codes, ", "))
	return true
}

// state reads {"state":"unknown"} and its like.
func (dec *decoder) state(at field, a *Answer) bool {
	found := false
	ok := dec.object(at, func(at field, name []byte) bool {
		if string(name) != "state" {
			return dec.wrong(at, "{\"state\":\"unknown\"} with this one name")
		}
		if found {
			dec.bad(at, "the name stands twice", "keep one of them")
		}
		found = true
		return dec.line(at, func(t []byte) {
			s, ok := formula.ParseState(string(t))
			if !ok || s == formula.Present {
				dec.bad(at, "not a state", "write unknown, not_applicable or not_asked")
				return
			}
			a.State = s
		})
	})
	if ok && !found {
		dec.bad(at, "the answer is empty", "write {\"state\":\"unknown\"}, or the answer itself")
	}
	return ok
}
