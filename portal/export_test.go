package portal

import (
	"net/url"
	"strconv"
)

// Alternative is one other answer with the index a page says it would give.
type Alternative struct{ Field, Value, Index string }

// Alternatives are those that the page of a form's result shows, for tests.
func (p *Portal) Alternatives(values url.Values) (index, lowest string, out []Alternative, err error) {
	v, err := p.judge(p.draft(parseForm(values, p.Scorer.Questionnaire)))
	if err != nil {
		return "", "", nil, err
	}
	for _, m := range v.Moves {
		for _, o := range m.Others {
			if m.Age {
				out = append(out, Alternative{personField(m.Person, "born"), strconv.FormatInt(o.Int, 10), o.Index.String()})
				continue
			}
			name := homeField(m.Item.Code)
			if m.Person > 0 {
				name = personField(m.Person, m.Item.Code)
			}
			out = append(out, Alternative{name, written(m.Item, o.Int), o.Index.String()})
		}
	}
	return v.Result.Index.String(), v.Lowest.String(), out, nil
}
