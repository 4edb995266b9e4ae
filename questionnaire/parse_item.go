package questionnaire

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"sijil/rules"
)

// notApplicable is the code that a choice may state for "the question does not
// arise", beside the codes of its own list.
const notApplicable = "not_applicable"

// reserved are the names that rules give to other things than items.
var reserved = []string{"age", "sex", "size", "stratum", "head", "members", "everyone", notApplicable}

func (b *builder) item(path, section string, in fileItem) *Item {
	out := &Item{
		Code: in.Code, Section: section, Level: levels[in.Level], Type: kinds[in.Type],
		Purpose: in.Purpose, Optional: in.Optional, Label: in.Label, Help: in.Help, AskedIf: in.AskedIf,
		elsewhere: rules.Without(rules.NotApplicable),
	}
	if slices.Contains(reserved, in.Code) {
		b.errs.Addf(path, "give the item another code", "rules use this name for something else")
	}
	if _, twice := b.q.Item(in.Code); twice {
		b.errs.Addf(path, "give one of them another code", "the item stands twice")
	}
	if out.Level == 0 {
		b.errs.Addf(path+".level", "write household or member", "not a level")
	}
	if out.Type == 0 {
		b.errs.Addf(path+".type", "write boolean, count, choice or amount", "not a type")
	}
	if in.Purpose == "" {
		b.errs.Addf(path+".purpose", "say what the answer is used for, or do not ask it", "the purpose is missing")
	}
	b.text(path+".label", in.Label)
	if in.Help != nil {
		b.text(path+".help", in.Help)
	}
	if out.Level == 0 || out.Type == 0 {
		return nil
	}
	b.choices(path, in, out)
	b.limits(path, in, out)
	b.elsewhere(path, in, out)
	set := &b.q.household
	if out.Level == OfMember {
		set = &b.q.member
	}
	out.at = len(set.all)
	set.all = append(set.all, out)
	set.byCode[out.Code] = out
	return out
}

func (b *builder) choices(path string, in fileItem, out *Item) {
	if out.Type != Choice {
		if in.Choices != nil {
			b.errs.Addf(path+".choices", "drop them, or make the item a choice", "only a choice has choices")
		}
		return
	}
	var codes []string
	for _, c := range in.Choices {
		codes = append(codes, c.Code)
		b.text(path+".choices."+c.Code+".label", c.Label)
		out.Choices = append(out.Choices, Option(c))
		if c.Code == notApplicable {
			b.errs.Addf(path+".choices", "leave it out and state asked_if", "%s is no answer", notApplicable)
		}
	}
	b.unique(path+".choices", codes)
	out.list = &rules.List{Name: in.Code, Codes: codes}
}

// elsewhere reads what derivations take for the answer where the question does
// not arise.
func (b *builder) elsewhere(path string, in fileItem, out *Item) {
	if in.IfNotApplicable == nil {
		return
	}
	path += ".if_not_applicable"
	if in.AskedIf == "" {
		b.errs.Addf(path, "state asked_if too, or drop it", "the question always arises")
		return
	}
	v := in.IfNotApplicable
	switch {
	case out.Type == Boolean && (v.Kind() == 't' || v.Kind() == 'f'):
		out.elsewhere = rules.Truth(v.Kind() == 't')
		return
	case out.Type == Choice && v.Kind() == '"':
		code := unquoted(v)
		if code == notApplicable {
			out.list.Codes = append(slices.Clone(out.list.Codes), notApplicable)
		}
		if pos, ok := out.list.Position(code); ok {
			out.elsewhere = rules.Of(int64(pos))
			return
		}
	case out.Type == Count || out.Type == Amount:
		if n, ok := number(v, out.Type); ok {
			out.elsewhere = rules.Of(n)
			return
		}
	}
	b.errs.Addf(path, "write an answer of the item's type, for a choice a code of its list or "+notApplicable, "not an answer to this item")
}

func (b *builder) limits(path string, in fileItem, out *Item) {
	path += ".limits"
	if out.Type != Count && out.Type != Amount {
		if in.Limits != nil {
			b.errs.Addf(path, "drop them", "only counts and amounts have limits")
		}
		return
	}
	for _, s := range b.in.Strata {
		at := path + "." + s
		l, ok := in.Limits[s]
		if !ok {
			b.errs.Addf(at, "state min and max for every stratum", "the limits are missing")
			continue
		}
		lo, ok1 := number(l.Min, out.Type)
		hi, ok2 := number(l.Max, out.Type)
		if !ok1 || !ok2 || lo < 0 || lo > hi {
			b.errs.Addf(at, "state min and max, from 0 up; amounts as text such as \"50.00\"", "not limits for this item")
		}
		out.Limits = append(out.Limits, Limits{lo, hi})
	}
	for s := range in.Limits {
		if !slices.Contains(b.in.Strata, s) {
			b.errs.Addf(path+"."+s, "use one of: "+strings.Join(b.in.Strata, ", "), "there is no such stratum")
		}
	}
}

// number reads a count, or an amount in centimes.
func number(v jsontext.Value, t Type) (int64, bool) {
	if t == Amount {
		if v.Kind() != '"' {
			return 0, false
		}
		return parseAmount([]byte(unquoted(v)))
	}
	if v.Kind() != '0' {
		return 0, false
	}
	n, err := strconv.ParseInt(string(v), 10, 32)
	return n, err == nil
}

func unquoted(v jsontext.Value) string {
	s, err := jsontext.AppendUnquote(nil, v)
	if err != nil {
		return ""
	}
	return string(s)
}

// parseAmount reads an amount such as "50", "50.5" or "50.00" exactly as
// centimes: digits, and at most two of them after the point.
func parseAmount(s []byte) (centimes int64, ok bool) {
	whole, point, decimals := 0, false, 0
	for _, c := range s {
		switch {
		case c == '.' && !point && whole > 0:
			point = true
		case c < '0' || c > '9':
			return 0, false
		default:
			if point {
				decimals++
			} else {
				whole++
			}
			centimes = centimes*10 + int64(c-'0')
		}
	}
	// 15 digits are far beyond every limit and far from overflow.
	if whole == 0 || whole > 15 || decimals > 2 || point && decimals == 0 {
		return 0, false
	}
	for ; decimals < 2; decimals++ {
		centimes *= 10
	}
	return centimes, true
}
