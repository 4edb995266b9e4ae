package cardpage

import (
	"bytes"
	_ "embed"
	"html/template"
	"slices"
	"strings"

	"sijil/formula"
	"sijil/internal/errs"
	"sijil/survey"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

// Render writes the page of a card in a language. A language that this package
// or the card does not have is an Invalid error.
func Render(c *survey.Card, code string) ([]byte, error) {
	all, err := catalogues()
	if err != nil {
		return nil, err
	}
	l := all[code]
	if l == nil || !slices.Contains(c.Languages, code) {
		return nil, errs.Bad("languages", "the card or this program has no language "+code, "use "+strings.Join(Languages(), ", ")+" in the terms file")
	}
	p := &page{Card: c, language: l, Lang: code, Style: template.CSS(style)} //nolint:gosec // our own file
	t, err := template.New("page").Funcs(template.FuncMap{
		"t": l.t, "n": l.n, "pct": l.pct, "num": l.num, "sig": l.sig, "share": l.share, "whole": l.whole, "decimal": l.decimal, "date": l.date,
		"say": p.say, "hundredths": hundredths,
	}).Parse(pageText)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, p); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// page is what the template sees.
type page struct {
	*survey.Card
	*language
	Lang  string
	Style template.CSS
}

// say is a text of the card in the language of the page.
func (p *page) say(t formula.Text) string { return t[p.Lang] }

// Dir is the direction of the language.
func (p *page) Dir() string { return p.written("direction") }

// hundredths is a share as a whole number of a hundred.
func hundredths(v float64) int { return int(100*v + .5) }

// Meaning is the meaning of the index as part of a sentence.
func (p *page) Meaning() string { return strings.TrimRight(p.say(p.Formula.Meaning), ". ") }

// Described is the frame as part of a sentence.
func (p *page) Described() string { return strings.TrimRight(p.say(p.Frame.Describes), ". ") }

// First is the first quota, for which pictures are drawn.
func (p *page) First() float64 { return p.Accuracy.Quota[0].Q }

// Near is what the card says near the cut of a quota, nil for nothing.
func (p *page) Near(q float64) *survey.CardNear {
	for i := range p.NearCut {
		if p.NearCut[i].Q == q {
			return &p.NearCut[i]
		}
	}
	return nil
}

// Tossed reports whether decisions near the cut are no better than chance.
func (p *page) Tossed(n *survey.CardNear) bool { return n.CoinToss != nil && *n.CoinToss }

// Range is an interval in percent or plain numbers; "" for none.
func (p *page) Range(intervals map[string]survey.Interval, name string, decimals int, percent bool) string {
	v, ok := intervals[name]
	if !ok {
		return ""
	}
	if percent {
		return p.num(100*v.Low, decimals) + " – " + p.pct(v.High, decimals)
	}
	return p.num(v.Low, decimals) + " – " + p.num(v.High, decimals)
}

// Programmes are those of a quota.
func (p *page) Programmes(q float64) []survey.Effect {
	return slices.DeleteFunc(slices.Clone(p.Accuracy.Programmes), func(e survey.Effect) bool { return e.Q != q })
}

// Programme names a way of giving the money: the index, everybody, or a rule,
// which is worded where it is the level of a group.
func (p *page) Programme(name string) (string, error) {
	switch name {
	case "score", "universal", "perfect":
		return p.t("programme." + name)
	}
	for _, g := range p.Labels {
		level, ok := strings.CutPrefix(name, g.Group+"=")
		if label := g.Levels[level]; ok && label != nil {
			return p.t("programme.level", "group", p.say(g.Label), "level", p.say(label))
		}
	}
	return name, nil
}

// GroupName is the label of a group.
func (p *page) GroupName(group string) string {
	for _, g := range p.Labels {
		if g.Group == group {
			return p.say(g.Label)
		}
	}
	return group
}

// LevelName is the label of a level of a group.
func (p *page) LevelName(group, level string) string {
	for _, g := range p.Labels {
		if g.Group == group && g.Levels[level] != nil {
			return p.say(g.Levels[level])
		}
	}
	return level
}

// GroupsAt are the errors by group at a quota.
func (p *page) GroupsAt(q float64) []survey.GroupErrors {
	return slices.DeleteFunc(slices.Clone(p.Groups), func(g survey.GroupErrors) bool { return g.Q != q })
}

// HasErrors reports whether the points of a stratum have standard errors.
func (p *page) HasErrors(s survey.CardStratum) bool {
	return slices.ContainsFunc(s.Coefficients, func(c survey.CardCoefficient) bool { return c.SEDesign != nil })
}

// Coefficient names a number of the formula.
func (p *page) Coefficient(c survey.CardCoefficient) (string, error) {
	label := p.say(c.Label)
	switch {
	case c.Code == "region":
		return p.t("kind.region", "label", label)
	case c.Kind == formula.Square:
		return p.t("kind.square", "label", label)
	case c.Kind == formula.TableByRange:
		return p.t("kind.row_from", "label", label, "level", p.decimal(c.Of))
	case c.Level != nil:
		return p.t("kind.row", "label", label, "level", p.say(c.Level))
	case c.Of != "":
		return p.t("kind.row", "label", label, "level", c.Of)
	}
	return label, nil
}

// MethodName says how the model was fitted.
func (p *page) MethodName() (string, error) {
	name, err := p.t("method." + p.Method.Name)
	if err == nil && p.Method.Tau > 0 {
		name, err = p.t("method.at", "method", name, "value", p.sig(p.Method.Tau, 3))
	}
	if err == nil && p.Method.Lambda > 0 {
		name, err = p.t("method.at", "method", name, "value", p.sig(p.Method.Lambda, 3))
	}
	if err == nil && p.Method.By != "" {
		name, err = p.t("method.by", "method", name, "group", p.GroupName(p.Method.By))
	}
	return name, err
}

// Fault words a known failure.
func (p *page) Fault(f survey.Failure) (string, error) {
	if f.Code == survey.FailureGiven {
		return p.say(f.Text), nil
	}
	key := "failure." + f.Code
	if f.Count > 0 {
		return p.n(key, f.Count)
	}
	pairs := []any{"q", p.share(f.Q)}
	if f.Value != nil {
		pairs = append(pairs, "value", p.pct(*f.Value, 1))
	}
	if f.Against != nil {
		pairs = append(pairs, "against", p.pct(*f.Against, 1))
	}
	switch f.Code {
	case survey.FailureNoBetter:
		name, err := p.Programme(f.Group)
		if err != nil {
			return "", err
		}
		pairs = append(pairs, "group", name)
	case survey.FailureUnseen:
		pairs = append(pairs, "stratum", p.stratum(f.Stratum), "group", p.termName(f.Group), "level", f.Level)
	default:
		pairs = append(pairs, "group", p.GroupName(f.Group), "level", p.LevelName(f.Group, f.Level))
	}
	return p.t(key, pairs...)
}

func (p *page) stratum(name string) string {
	for _, s := range p.Strata {
		if s.Name == name {
			return p.say(s.Label)
		}
	}
	return name
}

// termName is the label of a term by its code.
func (p *page) termName(code string) string {
	for _, s := range p.Strata {
		for _, c := range s.Coefficients {
			if c.Code == code && code != "region" {
				return p.say(c.Label)
			}
		}
	}
	return code
}
