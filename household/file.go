package household

import (
	"context"
	"errors"
	"slices"
	"time"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/questionnaire"
	"sijil/seal"
)

// Filed says what became of a declaration.
type Filed struct {
	Household Code   `json:"household"`
	Revision  int64  `json:"revision"`
	Version   int    `json:"version"`
	State     State  `json:"state"`
	Lines     []Line `json:"lines,omitempty"`
	// Of a computed version:
	Index     string     `json:"index,omitempty"`     // decimal text
	Awaiting  int        `json:"awaiting,omitempty"`  // members who await a number
	Otherwise string     `json:"otherwise,omitempty"` // the index with those counted the other way; "none" where that gives none
	Tasks     []TaskKind `json:"tasks,omitempty"`     // opened in this household

	ID    uid.ID `json:"id"`    // of the household, inside the program
	Score uid.ID `json:"score"` // of the score, inside the program; zero for a draft
}

// Line is what a declaration made of a line.
type Line struct {
	Ref      string   `json:"ref"`
	Standing Standing `json:"standing"`
	Counted  bool     `json:"counted"`           // goes into the index, as far as it lies with the register
	Custody  Basis    `json:"custody,omitempty"` // of a child: on what ground somebody here has custody
}

// filing is a declaration on its way into the register.
type filing struct {
	caller  access.Caller
	key     string
	op      string
	request any
	base    *base // zero row for a new household
	version VersionRow
	record  *record
	dataKey seal.Key
	draft   bool // the version is an open draft, to be submitted

	// found on the way
	whole   *questionnaire.Declaration
	facts   []Fact
	omitted []omission
	persons []person
}

// omission is a member of the version before who is not listed any more.
type omission struct {
	blinds []seal.Blind
}

// raceAttempts is how often an act is planned again when others came first. Each
// time one of them has won, so that as many can meet.
const raceAttempts = 32

// file submits and computes a version in one transaction, and says so to
// whoever decides on scores.
func (s *Service) file(ctx context.Context, f *filing) (*Filed, error) {
	if err := s.gather(ctx, f); err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		change, filed, err := s.plan(ctx, f)
		if err != nil {
			return nil, err
		}
		out := new(Filed)
		err = keyed(ctx, s, f.caller, f.op, f.key, f.request, out, func(tx Tx) error {
			*out = *filed
			return tx.Apply(ctx, change)
		})
		if err == nil {
			if out.Score == filed.Score { // not what an earlier act under the key gave
				s.tell(ctx, f.version.Locality, &change.Scores[0])
			}
			return out, nil
		}
		if attempt == raceAttempts || !errors.Is(err, ErrRaced) && !errors.Is(err, ErrCodeTaken) {
			return nil, err
		}
		if err := s.unchanged(ctx, f); err != nil {
			return nil, err
		}
	}
}

// unchanged returns errStale when the household itself has moved on: then not
// the claims raced, and planning again would overwrite what somebody did.
func (s *Service) unchanged(ctx context.Context, f *filing) error {
	if f.base.row.ID.IsZero() {
		return nil
	}
	return s.store.View(ctx, func(tx Tx) error {
		row, err := tx.Household(ctx, f.base.row.ID)
		if err == nil && row.Revision != f.base.row.Revision {
			err = errStale
		}
		return err
	})
}

// gather asks for the facts and finds everything that is wrong with the
// declaration itself.
func (s *Service) gather(ctx context.Context, f *filing) error {
	tokens, err := f.record.tokens()
	if err != nil {
		return err
	}
	asked := tokens
	var gone []seal.Token
	if f.base.record != nil {
		if gone, err = f.base.omitted(f.record); err != nil {
			return err
		}
		asked = append(slices.Clone(tokens), gone...)
	}
	facts, err := s.members(ctx, f.caller, asked)
	if err != nil {
		return err
	}
	f.facts = facts[:len(tokens)]
	if err := f.living(); err != nil {
		return err
	}
	for i, t := range gone {
		if facts[len(tokens)+i].Alive {
			return conflict("member_omitted", "members", "a member of the version before is missing",
				"list every member: an absence is stated with its reason, and who leaves says so himself or herself")
		}
		b, err := s.blinds(ctx, t)
		if err != nil {
			return err
		}
		f.omitted = append(f.omitted, omission{blinds: b})
	}
	if f.whole, err = s.engine.assemble("household", &f.version, f.record, f.facts); err != nil {
		return err
	}
	if err := s.judge(f); err != nil {
		return err
	}
	return s.declaresAlone(ctx, f)
}

// declaresAlone holds a person who declares with an account of his or her own
// to be the declarant: a declaration moves who makes it.
func (s *Service) declaresAlone(ctx context.Context, f *filing) error {
	if f.caller.Kind != access.Person {
		return nil
	}
	t, err := seal.ParseToken(f.record.Members[f.record.Declarant-1].Token)
	if err != nil {
		return &errs.Error{Code: "household.record", What: "a stored declaration cannot be read", Err: err}
	}
	own, err := s.isOneself(ctx, f.caller, t)
	if err == nil && !own {
		err = &errs.Error{Kind: errs.Denied, Code: "household.declarant_other", Field: "declarant",
			What: "this account does not belong to who declares", Fix: "declare with one's own account, or at a counter"}
	}
	return err
}

// omitted returns the tokens of those the computed version holds and the new
// record does not list.
func (b *base) omitted(r *record) ([]seal.Token, error) {
	var out []seal.Token
	for _, l := range b.lines {
		if l.Person == nil || !l.Standing.holds() || l.Line > len(b.record.Members) {
			continue
		}
		token := b.record.Members[l.Line-1].Token
		if slices.ContainsFunc(r.Members, func(n recordLine) bool { return n.Token == token }) {
			continue
		}
		t, err := seal.ParseToken(token)
		if err != nil {
			return nil, &errs.Error{Code: "household.record", What: "a stored declaration cannot be read", Err: err}
		}
		out = append(out, t)
	}
	return out, nil
}

// holds reports whether the person of such a line belongs to the household.
func (s Standing) holds() bool {
	return s == Declared || s == Confirmed || s == Unconfirmed || s == Child
}

func (f *filing) living() error {
	var bad errs.List
	next := 0
	for i := range f.record.Members {
		if f.record.Members[i].awaiting() {
			continue
		}
		if !f.facts[next].Alive {
			bad.Add(conflict("member_deceased", member(i, ""), "the register has this person as no longer living", "leave the line out; a mistake is corrected at any counter"))
		}
		next++
	}
	return bad.Err()
}

// judge checks who declares, and what only the register can know of the lines.
func (s *Service) judge(f *filing) error {
	if err := s.engine.awaits(f.whole, f.record); err != nil {
		return err
	}
	by, err := s.engine.declarant(callerKind{staff: f.caller.Kind == access.Staff}, f.whole, f.record)
	if err != nil {
		return err
	}
	f.version.DeclaredBy = by
	f.version.Head = s.engine.head(f.whole)
	f.version.Questionnaire = s.engine.q.Hash
	for i := range f.record.Members {
		if n := f.record.Members[i].Custodian; n > 0 && (!s.engine.adult(f.whole, n, f.version.AsOf) || f.record.Members[n-1].awaiting()) {
			return invalid("custodian", member(i, "custodian"), "the custodian is not an adult member with a number", "name the line of the adult with whom the child lives, or leave it out")
		}
	}
	return s.judgeBefore(f)
}

// judgeBefore compares with the version before: who declares anew belongs to
// the household, and a change of head has its reason.
func (s *Service) judgeBefore(f *filing) error {
	b := f.base
	if b.version == nil {
		if f.version.HeadReason != "" {
			return invalid("head_reason", "head_reason", "a first declaration changes no head", "leave it out")
		}
		return nil
	}
	if n := f.record.Declarant; n > 0 {
		i := slices.IndexFunc(b.record.Members, func(l recordLine) bool { return l.Token != "" && l.Token == f.record.Members[n-1].Token })
		if i < 0 || !slices.ContainsFunc(b.lines, func(l MemberRow) bool { return l.Line == i+1 && l.Standing.holds() }) {
			return &errs.Error{Kind: errs.Denied, Code: "household.not_member", Field: "declarant",
				What: "who declares does not belong to this household", Fix: "let a member declare and list the newcomer, who then confirms"}
		}
	}
	headWas, headIs := b.record.Members[b.version.Head-1].Token, f.record.Members[f.version.Head-1].Token
	reason := f.version.HeadReason
	known := slices.ContainsFunc(s.engine.rules.HeadChange.Reasons, func(r Reason) bool { return r.Code == reason })
	switch {
	case headWas != headIs && !known:
		return invalid("head_reason", "head_reason", "the head changes without a reason", "state one of the reasons of the country's list")
	case headWas == headIs && reason != "":
		return invalid("head_reason", "head_reason", "a reason is stated, but the head is the same", "leave it out")
	}
	return nil
}

// plan reads the claims and works out everything that will be written.
func (s *Service) plan(ctx context.Context, f *filing) (change *Change, filed *Filed, err error) {
	return s.planOn(ctx, f, func(look func(tx Tx) error) error { return s.store.View(ctx, look) })
}

// planOn plans on what view shows; without a view the register is empty.
func (s *Service) planOn(ctx context.Context, f *filing, view func(func(tx Tx) error) error) (*Change, *Filed, error) {
	now := s.now()
	c := new(Change)
	fresh := f.base.row.ID.IsZero()
	home := f.base.row
	if fresh {
		code, err := drawCode(s.rand)
		if err != nil {
			return nil, nil, err
		}
		home = Row{ID: f.version.Household, Code: code, Locality: f.version.Locality, Created: now}
	}
	every, err := s.identify(ctx, f)
	if err != nil {
		return nil, nil, err
	}
	var out *settlement
	var last time.Time // when the score in force began
	cause := s.ids.NewID()
	if view == nil {
		out, err = s.settle(home.ID, f.persons, nil, nil, nil, now)
	} else {
		err = view(func(tx Tx) error {
			*c = Change{}
			held, err := tx.Claims(ctx, every)
			if err != nil {
				return err
			}
			if out, err = s.settle(home.ID, f.persons, held, f.base.lines, f.over(), now); err != nil {
				return err
			}
			f.release(out, held, home.ID)
			if last, err = inForceSince(ctx, tx, &home); err != nil {
				return err
			}
			others, err := s.disputed(ctx, tx, f, out, c, &home, now)
			if err != nil {
				return err
			}
			return s.departures(ctx, tx, out, c, others, cause, now)
		})
	}
	if err != nil {
		return nil, nil, err
	}
	c.Claims = out.claims
	filed, err := s.compose(f, c, out, home, fresh, cause, now, last)
	return c, filed, err
}

func inForceSince(ctx context.Context, tx Tx, home *Row) (time.Time, error) {
	if home.Version == 0 {
		return time.Time{}, nil
	}
	row, err := tx.ScoreInForce(ctx, home.ID)
	return row.From, err
}

// release ends the claims on members who died.
func (f *filing) release(out *settlement, held []ClaimRow, home uid.ID) {
	for _, o := range f.omitted {
		for i := range held {
			if held[i].Household == home && slices.Contains(o.blinds, held[i].Person) {
				out.claims = append(out.claims, ClaimChange{Was: &held[i]})
			}
		}
	}
}

// over are those whose custody of a child the declaration may hand to another:
// who declares, and members who died. Nobody else's is taken by declaring.
func (f *filing) over() []seal.Blind {
	var out []seal.Blind
	for i := range f.persons {
		if f.persons[i].declarant {
			out = append(out, f.persons[i].blinds...)
		}
	}
	for _, o := range f.omitted {
		out = append(out, o.blinds...)
	}
	return out
}

// identify finds the lines with a number, and returns every blind index whose
// claims matter.
func (s *Service) identify(ctx context.Context, f *filing) (every []seal.Blind, err error) {
	tokens, err := f.record.tokens()
	if err != nil {
		return nil, err
	}
	f.persons = f.persons[:0]
	byLine := map[int][]seal.Blind{}
	next := 0
	for i := range f.record.Members {
		if f.record.Members[i].awaiting() {
			continue
		}
		b, err := s.blinds(ctx, tokens[next])
		if err != nil {
			return nil, err
		}
		next++
		byLine[i+1] = b
		every = append(every, b...)
		f.persons = append(f.persons, person{line: i + 1, blinds: b, adult: s.engine.adult(f.whole, i+1, f.version.AsOf),
			declarant: f.record.Declarant == i+1, head: f.version.Head == i+1})
	}
	for i := range f.persons {
		p := &f.persons[i]
		if fact := f.facts[i]; !p.adult {
			custodian := f.record.Members[p.line-1].Custodian
			if custodian == 0 {
				custodian = f.record.Declarant
			}
			p.named = byLine[custodian]
			if p.word, err = s.word(ctx, fact.Custody); err != nil {
				return nil, err
			}
			for _, h := range p.word.holders {
				every = append(every, h.blinds...)
			}
		}
	}
	for _, o := range f.omitted {
		every = append(every, o.blinds...)
	}
	return every, nil
}

// compose fills the change with the version, its lines and its score.
func (s *Service) compose(f *filing, c *Change, out *settlement, home Row, fresh bool, cause uid.ID, now, last time.Time) (*Filed, error) {
	v := f.version
	v.Household, v.State, v.SubmittedAt = home.ID, Computed, now
	sealed, err := f.record.seal(f.dataKey, home.ID, v.Version)
	if err != nil {
		return nil, err
	}
	v.Record = sealed
	filed := &Filed{Household: home.Code, Version: v.Version, State: Computed, ID: home.ID, Score: s.ids.NewID()}
	s.composeLines(f, c, out, home, now, filed)
	for _, t := range c.Tasks {
		if t.Household == home.ID {
			filed.Tasks = append(filed.Tasks, t.Kind)
		}
	}
	if len(out.leaving) > 0 { // both households look at who moved
		s.openTask(c, f.placed(home), MemberMoved, 0, cause, now)
		filed.Tasks = append(filed.Tasks, MemberMoved)
	}
	counted := func(line int) bool { return filed.Lines[line-1].Counted }
	d := only(f.whole, counted)
	figures, err := s.engine.figures(s.engine.current, d)
	if err != nil {
		return nil, err
	}
	from := now
	if !last.IsZero() && !from.After(last) {
		from = last.Add(time.Microsecond)
	}
	c.Scores = []ScoreRow{{Household: home.ID, ID: filed.Score, Version: v.Version, Cause: CauseDeclaration, From: from, Figures: figures,
		Key: f.dataKey.ID(), Inputs: f.dataKey.Seal(inputsBinding(filed.Score), s.engine.q.AppendJSON(nil, d))}}
	filed.Index, filed.Awaiting, filed.Otherwise = figures.Index.String(), figures.Awaiting, figures.Otherwise.String()

	after := home
	after.Locality, after.Version, after.Versions, after.Revision, after.Changed = v.Locality, v.Version, max(home.Versions, v.Version), home.Revision+1, now
	after.ReviewDue = monthsAfter(v.AsOf, s.engine.rules.Review.Months)
	if f.draft {
		after.Draft = 0
		c.SetVersions = append(c.SetVersions, VersionChange{Household: home.ID, Version: v.Version, Was: Draft, Row: v, Record: true})
	} else {
		c.Versions = []VersionRow{v}
	}
	filed.Revision = after.Revision
	if fresh {
		c.New, c.NewCode = &after, &after
	} else {
		c.Touch = append(c.Touch, Touch{Household: home.ID, Expect: home.Revision, At: now, Set: &after})
		c.CloseTasks = append(c.CloseTasks, CloseTasks{Household: home.ID, Kinds: []TaskKind{MemberMoved, MemberRefused, MemberDied, AnswersMissing}, At: now})
	}
	if home.Version > 0 {
		c.SetVersions = append(c.SetVersions, VersionChange{Household: home.ID, Version: home.Version, Was: Computed, Row: VersionRow{State: Superseded}})
		c.EndScores = append(c.EndScores, ScoreEnd{Household: home.ID, At: from})
	}
	s.event(c, TopicScored, home.ID, now, ScoredEvent{Household: home.ID, Score: filed.Score})
	return filed, nil
}

func (s *Service) composeLines(f *filing, c *Change, out *settlement, home Row, now time.Time, filed *Filed) {
	persons := map[int]seal.Blind{}
	for _, ch := range f.persons {
		persons[ch.line] = ch.blinds[0]
	}
	for i := range f.record.Members {
		line := i + 1
		m := MemberRow{Household: home.ID, Version: f.version.Version, Line: line, Adult: s.engine.adult(f.whole, line, f.version.AsOf), Standing: Awaiting, Counted: true, Changed: now}
		if got, ok := out.lines[line]; ok {
			b := persons[line]
			m.Person, m.Standing, m.Counted, m.Due = &b, got.standing, got.counted, got.due
		}
		c.Members = append(c.Members, m)
		filed.Lines = append(filed.Lines, Line{Ref: f.record.Members[i].Ref, Standing: m.Standing, Counted: m.Counted, Custody: out.lines[line].custody})
	}
}

// placed is the household where the declaration says that it lives.
func (f *filing) placed(home Row) Row {
	home.Locality = f.version.Locality
	return home
}
