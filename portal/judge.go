package portal

import (
	"slices"

	"sijil/formula"
	"sijil/internal/errs"
	"sijil/internal/score"
	"sijil/questionnaire"
)

// judge asks the engines about one household after another. It belongs to one
// goroutine at a time.
type judge struct {
	p        *Portal
	worker   *score.Worker
	derivers map[string]*questionnaire.Deriver
	leaves   map[string]map[*questionnaire.Item]*questionnaire.Deriver // by stratum: of the variables that read a leaf
	trial    questionnaire.Declaration
	values   []formula.Value
	some     []formula.Value
}

func (p *Portal) newJudge() *judge {
	j := &judge{p: p, worker: p.Scorer.Worker(), derivers: map[string]*questionnaire.Deriver{}, leaves: map[string]map[*questionnaire.Item]*questionnaire.Deriver{}}
	for _, stratum := range p.Scorer.Formula.Strata() {
		variables, err := p.Scorer.Formula.Variables(stratum)
		if err != nil {
			panic(err) // the stratum is the formula's own
		}
		names := make([]string, 0, len(variables))
		for _, v := range variables {
			names = append(names, v.Name)
		}
		if j.derivers[stratum], err = p.Scorer.Questionnaire.Deriver(names); err != nil {
			panic(err) // score.New has made every one of them
		}
		j.leaves[stratum] = map[*questionnaire.Item]*questionnaire.Deriver{}
		for item, positions := range p.readers[stratum] {
			read := make([]string, 0, len(positions))
			for _, at := range positions {
				read = append(read, names[at])
			}
			if j.leaves[stratum][item], err = p.Scorer.Questionnaire.Deriver(read); err != nil {
				panic(err)
			}
		}
	}
	return j
}

// verdict is what the engines say of a household.
type verdict struct {
	score.Scored

	Why      formula.Explanation
	Size     int // members who count
	Members  int // members listed
	Outcomes []outcome
	Moves    []move
	Lowest   formula.Index // by other answers; only where some outcome is above a threshold and no single answer changes it
	draft    *draft
	settled  *questionnaire.Declaration // completed by Check
}

// outcome is the household beside one programme's threshold.
type outcome struct {
	threshold

	Below   bool
	Away    formula.Distance // from the threshold, never negative
	Equal   bool
	Presume bool // a presumed birthday alone decides: the other days allowed give another side
	Await   bool // counting members who await a number the other way gives another side
	Single  int  // answers any one of which would change the side
	Several int  // where no single answer would: how many at once; 0 where that is not known
	Never   bool // no answers at all would bring it under
}

// judge scores a whole draft, explains it, and tries other answers.
func (p *Portal) judge(d *draft) (*verdict, error) {
	j, ok := p.judges.Get().(*judge)
	if !ok {
		j = p.newJudge()
	}
	defer p.judges.Put(j)
	v := &verdict{draft: d, settled: clone(d.decl), Members: len(d.decl.Members)}
	scored, err := j.worker.Declaration(v.settled)
	if err != nil {
		return nil, err
	}
	v.Scored = *scored
	v.Household.Values = slices.Clone(scored.Household.Values)
	if v.Why, err = p.Scorer.Formula.Explain(v.Household); err != nil {
		return nil, err
	}
	if v.Size, err = j.size(v.settled, d.place); err != nil {
		return nil, err
	}
	v.Moves = j.moves(v)
	for _, t := range p.thresholds(d.decl.AsOf) {
		v.Outcomes = append(v.Outcomes, v.outcome(t))
	}
	j.never(v)
	return v, nil
}

// size is the number of members who count.
func (j *judge) size(d *questionnaire.Declaration, place questionnaire.Place) (int, error) {
	return j.p.Scorer.Questionnaire.Size(d, place)
}

func (v *verdict) outcome(t threshold) outcome {
	x := v.Result.Index
	o := outcome{threshold: t, Below: x.AtOrBelow(t.AtMost), Away: x.Above(t.AtMost)}
	o.Equal = o.Away == 0
	o.Away = max(o.Away, -o.Away)
	o.Presume = v.Low.AtOrBelow(t.AtMost) != v.High.AtOrBelow(t.AtMost)
	o.Await = v.Awaiting > 0 && v.Otherwise != formula.NoIndex && v.Otherwise.AtOrBelow(t.AtMost) != o.Below
	for i := range v.Moves {
		m := &v.Moves[i]
		crosses := false
		for k := range m.Others {
			if a := &m.Others[k]; a.Index.AtOrBelow(t.AtMost) != o.Below {
				a.Crosses = append(a.Crosses, t.Programme.Name)
				crosses = true
			}
		}
		if crosses {
			o.Single++
		}
	}
	return o
}

// index returns the index of a settled declaration after a change to a copy of
// it, which is left in j.trial; ok is false where that gives none. opens is
// true where the change makes a question arise that has no answer.
func (j *judge) index(v *verdict, base *questionnaire.Declaration, change func(*questionnaire.Declaration)) (x formula.Index, opens, ok bool) {
	copyInto(&j.trial, base)
	change(&j.trial)
	if err := j.settle(&j.trial, v.draft.place); err != nil {
		each(err, func(e *errs.Error) { opens = opens || e.Code == questionnaire.CodeMissing })
		return 0, opens, false
	}
	x, ok = j.derived(v, &j.trial)
	return x, false, ok
}

// derived returns the index of a settled declaration.
func (j *judge) derived(v *verdict, d *questionnaire.Declaration) (x formula.Index, ok bool) {
	var err error
	if j.values, err = j.derivers[v.draft.place.Stratum].Derive(j.values[:0], d, v.draft.place, questionnaire.Options{}); err != nil {
		return 0, false
	}
	h := v.Household
	h.Values = j.values
	r, err := j.p.Scorer.Formula.Evaluate(h)
	return r.Index, err == nil
}

// at is a settled declaration with its variables and index.
type at struct {
	d      *questionnaire.Declaration
	values []formula.Value
	index  formula.Index
}

// leaf returns the index with another answer to a leaf: only the variables
// that read it are derived again. The declaration is as it was afterwards.
func (j *judge) leaf(v *verdict, now *at, a *questionnaire.Answer, item *questionnaire.Item, n int64) (x formula.Index, ok bool) {
	positions := j.p.readers[v.draft.place.Stratum][item]
	if len(positions) == 0 {
		return now.index, true
	}
	kept := *a
	*a = questionnaire.Answer{Given: true, Int: n}
	defer func() { *a = kept }()
	var err error
	if j.some, err = j.leaves[v.draft.place.Stratum][item].Derive(j.some[:0], now.d, v.draft.place, questionnaire.Options{}); err != nil {
		return 0, false
	}
	j.values = append(j.values[:0], now.values...)
	changed := false
	for i, position := range positions {
		changed = changed || j.values[position] != j.some[i]
		j.values[position] = j.some[i]
	}
	if !changed {
		return now.index, true
	}
	h := v.Household
	h.Values = j.values
	r, err := j.p.Scorer.Formula.Evaluate(h)
	return r.Index, err == nil
}

// settle checks a changed declaration after making open again what no longer
// follows: a state that was filled in, and an answer whose question does not
// arise any more.
func (j *judge) settle(d *questionnaire.Declaration, place questionnaire.Place) error {
	q := j.p.Scorer.Questionnaire
	reopen := func(answers []questionnaire.Answer) {
		for i := range answers {
			if answers[i].State == formula.NotApplicable {
				answers[i] = questionnaire.Answer{}
			}
		}
	}
	for i := range d.Members {
		reopen(d.Members[i].Answers)
	}
	reopen(d.Answers)
	for range 3 { // conditions hang on conditions, never deeper than this
		err := q.Check(d, place)
		cleared := false
		each(err, func(e *errs.Error) {
			if e.Code == questionnaire.CodeNotArising {
				cleared = clearAnswer(q, d, e.Field) || cleared
			}
		})
		if !cleared {
			return err
		}
	}
	return q.Check(d, place)
}

// clearAnswer makes the answer at a path open.
func clearAnswer(q *questionnaire.Questionnaire, d *questionnaire.Declaration, path string) bool {
	field := fieldOf(path)
	for i := range d.Members {
		for _, item := range q.Member {
			if personField(i+1, item.Code) == field {
				d.Members[i].Answers[item.Position()] = questionnaire.Answer{}
				return true
			}
		}
	}
	for _, item := range q.Household {
		if homeField(item.Code) == field {
			d.Answers[item.Position()] = questionnaire.Answer{}
			return true
		}
	}
	return false
}
