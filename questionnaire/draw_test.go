package questionnaire_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/questionnaire"
)

// drawDeclaration draws a declaration that Check accepts: members of any age
// and kind, some answers unknown, items that do not arise left out.
func drawDeclaration(t *rapid.T, p questionnaire.Place) *questionnaire.Declaration {
	q := morocco()
	d := &questionnaire.Declaration{Household: "h", AsOf: civil.MustParse("2026-11-01"), Locality: "x"}
	for i := range rapid.IntRange(1, 7).Draw(t, "members") {
		m := questionnaire.Member{Ref: fmt.Sprint(i + 1), Sex: questionnaire.Sex(rapid.IntRange(1, 2).Draw(t, "sex"))}
		m.Birth = civil.Partial{Year: rapid.IntRange(1930, 2025).Draw(t, "year")}
		if rapid.Bool().Draw(t, "whole date") {
			m.Birth.Month, m.Birth.Day = 6, rapid.IntRange(1, 30).Draw(t, "day")
		}
		m.Answers = drawAnswers(t, q.Member, p)
		relation, head := q.Composition.Relation, int64(q.Composition.Head)
		m.Answers[relation.Position()] = questionnaire.Answer{Given: true, Int: rapid.Int64Range(1, int64(len(relation.Choices))-1).Draw(t, "relation")}
		if i == 0 {
			m.Answers[relation.Position()].Int = head
		}
		settleComposition(q, &m, i == 0)
		d.Members = append(d.Members, m)
	}
	d.Answers = drawAnswers(t, q.Household, p)
	complete(t, d, p)
	return d
}

// settleComposition gives the items that say who counts a value; the first
// member is present.
func settleComposition(q *questionnaire.Questionnaire, m *questionnaire.Member, present bool) {
	for _, code := range []string{"presence", "awaiting_number"} {
		i, _ := q.Item(code)
		a := &m.Answers[i.Position()]
		if present || a.State != formula.Present {
			*a = questionnaire.Answer{Given: true}
		}
	}
}

func drawAnswers(t *rapid.T, level []*questionnaire.Item, p questionnaire.Place) []questionnaire.Answer {
	out := make([]questionnaire.Answer, len(level))
	for i, item := range level {
		a := questionnaire.Answer{Given: true}
		lo, hi := int64(0), int64(1)
		switch {
		case item.Type == questionnaire.Choice:
			hi = int64(len(item.Choices)) - 1
		case item.Limits != nil:
			l := item.Limits[0]
			lo, hi = l.Min, l.Max
			if p.Stratum == "rural" {
				lo, hi = item.Limits[1].Min, item.Limits[1].Max
			}
		}
		a.Int = rapid.Int64Range(lo, hi).Draw(t, item.Code)
		if rapid.IntRange(0, 9).Draw(t, "unknown") == 0 {
			a = questionnaire.Answer{Given: true, State: formula.Unknown}
		}
		out[i] = a
	}
	return out
}

// complete drops the answers to questions that do not arise until Check
// accepts the declaration, which fills them.
func complete(t *rapid.T, d *questionnaire.Declaration, p questionnaire.Place) {
	for range 10 {
		err := morocco().Check(d, p)
		if err == nil {
			return
		}
		var faults errs.List
		faults.Add(err)
		for _, f := range faults {
			e, ok := f.(*errs.Error)
			if !ok || e.Code != questionnaire.CodeNotArising {
				t.Fatalf("not accepted: %v", f)
			}
			drop(t, d, e.Field)
		}
	}
	t.Fatal("Check finds no end")
}

// drop removes the answer at a path such as members[2].answers.diploma.
func drop(t *rapid.T, d *questionnaire.Declaration, path string) {
	item, ok := morocco().Item(path[strings.LastIndex(path, ".")+1:])
	if !ok {
		t.Fatalf("no item at %s", path)
	}
	list := d.Answers
	if item.Level == questionnaire.OfMember {
		var n int
		if _, err := fmt.Sscanf(path, "members[%d]", &n); err != nil {
			t.Fatal(err)
		}
		list = d.Members[n].Answers
	}
	list[item.Position()] = questionnaire.Answer{}
}
