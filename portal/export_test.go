package portal

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"

	"sijil/formula"
	"sijil/household"
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

// Figured is one of the country's examples as a score keeps it.
func (p *Portal) Figured(code string) (household.Figures, error) {
	i := slices.IndexFunc(p.data.Examples, func(x *example) bool { return x.Code == code })
	v, err := p.judge(p.draft(p.data.Examples[i].form))
	if err != nil {
		return household.Figures{}, err
	}
	parts := make([]household.Part, len(v.Why.Parts))
	for i, x := range v.Why.Parts {
		parts[i] = household.Part{Code: x.Code, Given: x.Given, Value: x.Value, Coefficient: x.Coefficient, Points: x.Points.String()}
	}
	text, err := json.Marshal(parts)
	return household.Figures{
		AsOf: p.today(), Stratum: v.Household.Stratum, Region: v.Household.Region, Index: v.Result.Index, Unrounded: v.Result.Unrounded,
		Low: v.Result.Index, High: v.Result.Index, Otherwise: v.Result.Index, Formula: v.Why.Formula, FormulaVersion: v.Why.Version,
		FormulaHash: v.Why.Hash, EvaluationVersion: v.Why.EvaluationVersion, Parts: string(text),
	}, err
}

// LeastOf is what the page says that no answers of a household can go below.
func (p *Portal) LeastOf(f household.Figures, people int) (formula.Index, bool, error) {
	parts, err := p.stored(&f)
	if err != nil {
		return 0, false, err
	}
	x, ok := p.lowest(&f, parts, people)
	return x, ok, nil
}

// Hidden is hidden, for tests.
func Hidden(counts []int64) []bool { return hidden(counts) }

// AssetPath is the address of the style sheet.
func (p *Portal) AssetPath() string { return p.assets.path(styleSheet) }
