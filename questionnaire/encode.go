package questionnaire

import (
	"strconv"

	"sijil/formula"
	"sijil/internal/civil"
)

// AppendJSON appends the declaration as one line of canonical JSON, without
// the newline: names in a fixed order, items in the questionnaire's, amounts
// with two decimals, answers left out left out. References hold none of the
// characters that JSON escapes: ParseDeclaration accepts no other.
func (q *Questionnaire) AppendJSON(dst []byte, d *Declaration) []byte {
	dst = appendText(append(dst, `{"household":`...), d.Household)
	dst = appendDate(append(dst, `,"as_of":`...), civil.Partial(d.AsOf))
	dst = appendText(append(dst, `,"locality":`...), d.Locality)
	if d.Variant != "" {
		dst = appendText(append(dst, `,"variant":`...), d.Variant)
	}
	dst = append(dst, `,"members":[`...)
	for i := range d.Members {
		m := &d.Members[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(append(dst, `{"ref":`...), m.Ref)
		dst = appendDate(append(dst, `,"birth_date":`...), m.Birth)
		sex := "female"
		if m.Sex == Male {
			sex = "male"
		}
		dst = appendText(append(dst, `,"sex":`...), sex)
		dst = q.member.append(append(dst, `,"answers":`...), m.Answers)
		dst = append(dst, '}')
	}
	dst = append(dst, `],"answers":`...)
	dst = q.household.append(dst, d.Answers)
	return append(dst, '}')
}

func (s *items) append(dst []byte, answers []Answer) []byte {
	dst = append(dst, '{')
	first := true
	for i, item := range s.all {
		a := answers[i]
		if !a.Given {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(appendText(dst, item.Code), ':')
		dst = item.append(dst, a)
	}
	return append(dst, '}')
}

func (i *Item) append(dst []byte, a Answer) []byte {
	if a.State != formula.Present {
		return append(appendText(append(dst, `{"state":`...), a.State.String()), '}')
	}
	switch i.Type {
	case Boolean:
		return strconv.AppendBool(dst, a.Int != 0)
	case Count:
		return strconv.AppendInt(dst, a.Int, 10)
	case Amount:
		dst = appendAmount(append(dst, '"'), a.Int)
		return append(dst, '"')
	}
	return appendText(dst, i.Choices[a.Int].Code)
}

func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

// appendAmount appends centimes with two decimals.
func appendAmount(dst []byte, centimes int64) []byte {
	dst = strconv.AppendInt(dst, centimes/100, 10)
	rest := centimes % 100
	return append(dst, '.', byte('0'+rest/10), byte('0'+rest%10))
}

// appendDate appends what is known of a date.
func appendDate(dst []byte, p civil.Partial) []byte {
	pair := func(n int) { dst = append(dst, byte('0'+n/10%10), byte('0'+n%10)) }
	dst = append(dst, '"')
	if p.Year != 0 {
		pair(p.Year / 100)
		pair(p.Year)
	}
	if p.Month != 0 {
		dst = append(dst, '-')
		pair(int(p.Month))
	}
	if p.Month != 0 && p.Day != 0 {
		dst = append(dst, '-')
		pair(p.Day)
	}
	return append(dst, '"')
}
