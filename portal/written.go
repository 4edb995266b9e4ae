package portal

import (
	"slices"
	"strconv"
	"strings"

	"sijil/questionnaire"
)

// readAnswer reads a written answer; key is what is wrong with it.
func readAnswer(item *questionnaire.Item, value string) (n int64, key string) {
	switch item.Type {
	case questionnaire.Boolean:
		switch value {
		case "yes":
			return 1, ""
		case "no":
			return 0, ""
		}
		return 0, "problem.list"
	case questionnaire.Choice:
		at, ok := item.Choice(value)
		if !ok {
			return 0, "problem.list"
		}
		return int64(at), ""
	case questionnaire.Count:
		n, err := strconv.ParseInt(value, 10, 32)
		if err != nil {
			return 0, "problem.whole"
		}
		return n, ""
	}
	return readAmount(value)
}

// readAmount reads an amount with at most two decimals, after a point or a
// comma.
func readAmount(value string) (n int64, key string) {
	whole, cents, fraction := strings.Cut(strings.Replace(value, ",", ".", 1), ".")
	if fraction && (cents == "" || len(cents) > 2) || whole == "" || len(whole) > 9 {
		return 0, "problem.amount"
	}
	n, err := strconv.ParseInt(whole+(cents + "00")[:2], 10, 64)
	if err != nil || whole[0] == '+' || whole[0] == '-' {
		return 0, "problem.amount"
	}
	return n, ""
}

// written writes an answer to an item as a form has it; amounts without
// decimals where they have none.
func written(item *questionnaire.Item, n int64) string {
	switch item.Type {
	case questionnaire.Boolean:
		return map[int64]string{0: "no", 1: "yes"}[n]
	case questionnaire.Choice:
		return item.Choices[n].Code
	case questionnaire.Count:
		return strconv.FormatInt(n, 10)
	}
	if n%100 == 0 {
		return strconv.FormatInt(n/100, 10)
	}
	cents := strconv.FormatInt(100+n%100, 10)[1:]
	return strconv.FormatInt(n/100, 10) + "." + cents
}

// clone copies a declaration with its answers.
func clone(d *questionnaire.Declaration) *questionnaire.Declaration {
	out := new(questionnaire.Declaration)
	copyInto(out, d)
	return out
}

// copyInto copies d into dst, whose slices are used again.
func copyInto(dst, d *questionnaire.Declaration) {
	members, answers := dst.Members[:0], dst.Answers[:0]
	*dst = *d
	dst.Answers = slices.Grow(answers, len(d.Answers))[:len(d.Answers)]
	copy(dst.Answers, d.Answers)
	dst.Members = slices.Grow(members, len(d.Members))[:len(d.Members)]
	for i := range d.Members {
		kept := slices.Grow(dst.Members[i].Answers[:0], len(d.Members[i].Answers))[:len(d.Members[i].Answers)]
		copy(kept, d.Members[i].Answers)
		dst.Members[i] = d.Members[i]
		dst.Members[i].Answers = kept
	}
}
