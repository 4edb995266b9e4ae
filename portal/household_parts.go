package portal

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"sijil/formula"
	"sijil/household"
	"sijil/internal/errs"
	"sijil/questionnaire"
)

// stored reads the contributions that were kept with an index, and names them
// by the formula that made it. Nothing is computed again.
func (p *Portal) stored(f *household.Figures) ([]formula.Part, error) {
	kept, err := f.Contributions()
	if err != nil {
		return nil, err
	}
	def := p.stratum(f)
	out := make([]formula.Part, 0, len(kept))
	for i, k := range kept {
		x := formula.Part{Code: k.Code, Given: k.Given, Value: k.Value, Coefficient: k.Coefficient, Label: formula.Text{"en": k.Code}}
		if x.Value == "" {
			x.Value = x.Given
		}
		if x.Points, err = formula.ParsePoints(k.Points); err != nil {
			return nil, &errs.Error{Code: "portal.parts", What: "a stored contribution cannot be read", Err: err}
		}
		if k.State != "" {
			x.State, _ = formula.ParseState(k.State)
		}
		if def != nil {
			label(&x, i, f.Region, def)
		}
		out = append(out, x)
	}
	return out, nil
}

// stratum is the model that made an index; nil when the country no longer has
// the formula.
func (p *Portal) stratum(f *household.Figures) *formula.Stratum {
	made, ok := p.formulas[f.FormulaHash]
	if !ok {
		return nil
	}
	s, ok := made.Definition().Strata[f.Stratum]
	if !ok {
		return nil
	}
	return &s
}

// label puts into a contribution what the formula says of it. The first two
// are the constant and the region.
func label(x *formula.Part, at int, region string, def *formula.Stratum) {
	switch at {
	case 0:
		x.Label, x.Status = def.Intercept.Label, def.Intercept.Status
		return
	case 1:
		for _, r := range def.Regions {
			if slices.Contains(r.Regions, region) {
				x.Label, x.Status = r.Label, r.Status
			}
		}
		return
	}
	i := slices.IndexFunc(def.Terms, func(t formula.Term) bool { return t.Code == x.Code })
	if i < 0 {
		return
	}
	t := def.Terms[i]
	x.Label, x.Kind, x.Variable, x.Status = t.Label, t.Kind, t.Variable, t.Status
}

// fromRegister are the variables that read a date of birth or a sex, which the
// population register says, and no declaration.
func (p *Portal) fromRegister(f *household.Figures) map[string]bool {
	out := map[string]bool{}
	def := p.stratum(f)
	if def == nil {
		return out
	}
	for _, t := range def.Terms {
		if d, ok := p.Scorer.Questionnaire.Derivation(t.Variable); ok {
			out[t.Variable] = slices.ContainsFunc(d.Reads(), func(read string) bool { return read == "member.age" || read == "member.sex" })
		}
	}
	return out
}

// lowest is an index that no answers can go below, while the people and the
// place stay as they are: every line that an answer moves is put at the fewest
// points it can have, whether or not they can all be so at once. ok is false
// where some line has no such bound.
func (p *Portal) lowest(f *household.Figures, parts []formula.Part, people int) (x formula.Index, ok bool) {
	def := p.stratum(f)
	if def == nil || len(parts) < 2 {
		return 0, false
	}
	sum := parts[0].Points + parts[1].Points
	for _, part := range parts[2:] {
		i := slices.IndexFunc(def.Terms, func(t formula.Term) bool { return t.Code == part.Code })
		if i < 0 {
			return 0, false
		}
		d, known := p.Scorer.Questionnaire.Derivation(def.Terms[i].Variable)
		if !known {
			return 0, false
		}
		least := part.Points
		if p.answered(d) {
			if least, ok = fewestPoints(&def.Terms[i], d.Reads(), people); !ok {
				return 0, false
			}
		}
		sum += min(least, part.Points)
	}
	return sum.Index(), true
}

// answered reports whether an answer moves a variable: one that is not about
// who the people are.
func (p *Portal) answered(d *questionnaire.Derivation) bool {
	return slices.ContainsFunc(d.Reads(), func(read string) bool {
		item, ok := p.Scorer.Questionnaire.Item(strings.TrimPrefix(read, "member."))
		return ok && item.Purpose != "composition"
	})
}

// fewestPoints are the fewest points that a term can have with any answers of so
// many people.
func fewestPoints(t *formula.Term, reads []string, people int) (points formula.Points, ok bool) {
	if t.Coefficient == nil {
		return fewestOfTable(t)
	}
	c, err := formula.ParsePoints(*t.Coefficient)
	if err != nil {
		return 0, false
	}
	if c >= 0 && t.Kind != formula.Number {
		return 0, true
	}
	ofMembers := !slices.ContainsFunc(reads, func(read string) bool { return !strings.HasPrefix(read, "member.") && read != "size" })
	switch {
	case t.Kind == formula.Boolean, t.Kind == formula.Share:
		return c, true
	case t.Kind == formula.Count && ofMembers: // nobody is counted twice
		return c * formula.Points(people), true
	}
	return 0, false
}

func fewestOfTable(t *formula.Term) (least formula.Points, ok bool) {
	texts := make([]string, 0, len(t.Rows)+1)
	for _, row := range t.Rows {
		texts = append(texts, row.Points)
	}
	if t.Else != nil {
		texts = append(texts, *t.Else)
	}
	for i, text := range texts {
		points, err := formula.ParsePoints(text)
		if err != nil {
			return 0, false
		}
		if i == 0 || points < least {
			least = points
		}
	}
	return least, len(texts) > 0
}

// answerBlock is the answers of the household or of one line.
type answerBlock struct {
	Line int // 0 for the household
	Rows []answerRow
}

type answerRow struct{ Question, Answer string }

// answerBlocks writes opened answers as the questionnaire asks them.
func (p *Portal) answerBlocks(a *asker, sh *household.Shown) []answerBlock {
	var out []answerBlock
	for _, line := range slices.Sorted(maps.Keys(sh.Answers)) {
		var given map[string]json.RawMessage
		if err := json.Unmarshal(sh.Answers[line], &given); err != nil && len(sh.Answers[line]) > 0 {
			a.err = &errs.Error{Code: "portal.answers", What: "stored answers cannot be read"} // the cause would quote an answer
			return nil
		}
		b := answerBlock{Line: line}
		list := p.Scorer.Questionnaire.Member
		if line == 0 {
			list = p.Scorer.Questionnaire.Household
		}
		for _, item := range list {
			if raw, ok := given[item.Code]; ok {
				b.Rows = append(b.Rows, answerRow{a.say(item.Label), a.given(item, raw)})
			}
		}
		out = append(out, b)
	}
	return out
}

// stateNames are the messages for answers that are no value.
var stateNames = map[string]string{
	formula.NotApplicable.String(): "state.not_applicable", formula.Unknown.String(): "state.unknown", formula.NotAsked.String(): "state.not_asked",
}

// given writes one stored answer.
func (a *asker) given(item *questionnaire.Item, raw json.RawMessage) string {
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return ""
	}
	switch x := value.(type) {
	case bool:
		if x {
			return a.t("sim.yes")
		}
		return a.t("sim.no")
	case string:
		if at, ok := item.Choice(x); ok {
			return a.say(item.Choices[at].Label)
		}
		if key, ok := stateNames[x]; ok {
			return a.t(key)
		}
		return a.l.Decimal(x)
	case float64:
		return a.l.Decimal(string(raw))
	case map[string]any:
		if state, ok := x["state"].(string); ok && stateNames[state] != "" {
			return a.t(stateNames[state])
		}
	}
	return a.t("state.unknown")
}
