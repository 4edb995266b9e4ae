package household

import (
	"context"
	"errors"
	"slices"
	"time"

	"sijil/access"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// Word is what an adult says about the line that somebody else declared for
// them.
type Word struct {
	Household Code
	Who       Claim
	Accept    bool
}

// Confirm takes an adult's word on a line: yes makes it that person's own act,
// which moves the person here from wherever else; no takes the person out. The
// household's score stays in force either way, but for a line that did not
// count yet and now does.
func (s *Service) Confirm(ctx context.Context, c access.Caller, key string, w Word) (*Filed, error) {
	request := []any{w.Household, w.Accept, w.Who.IDCS.Digits(), w.Who.Name, w.Who.Birth}
	return s.ownAct(ctx, c, key, opConfirm, w.Household, w.Who, request, func(a *ownAct) error {
		if w.Accept {
			return s.accept(ctx, a)
		}
		return s.refuse(a)
	})
}

// Departure is an adult who leaves, alone or with the children in his or her
// custody.
type Departure struct {
	Household Code
	Who       Claim
	Lines     []int // lines of the children who go along
}

// Leave takes an adult out of a household, and the children in that adult's
// custody, without anybody's agreement. The household left behind sees that
// its members changed, and declares again.
func (s *Service) Leave(ctx context.Context, c access.Caller, key string, d Departure) (*Filed, error) {
	request := []any{d.Household, d.Lines, d.Who.IDCS.Digits(), d.Who.Name, d.Who.Birth}
	return s.ownAct(ctx, c, key, opLeave, d.Household, d.Who, request, func(a *ownAct) error { return s.leave(ctx, a, d.Lines) })
}

// ownAct is an act of a person on his or her own line.
type ownAct struct {
	caller access.Caller
	base   *base
	line   MemberRow
	blinds []seal.Blind
	held   []ClaimRow         // on the person
	kids   map[int][]ClaimRow // on the children of the household, by line
	// matters are the rival claims the household has part in; parts says whether
	// the person parts from it.
	matters []DisputeRow
	parts   bool

	change *Change
	out    *settlement
	cause  uid.ID
	now    time.Time
	scored *ScoreRow
	tasks  []TaskKind
}

func (s *Service) ownAct(ctx context.Context, c access.Caller, key, op string, code Code, who Claim, request any, act func(*ownAct) error) (*Filed, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	if err := c.May(access.HouseholdConfirm); err != nil {
		return nil, err
	}
	if err := checkClaim("who", &who); err != nil {
		return nil, err
	}
	out, err := s.tryOwnAct(ctx, c, key, op, code, who, request, act)
	if err != nil {
		out = new(Filed)
		err = before(ctx, s, c, op, key, request, out, err)
	}
	return out.or(err)
}

func (s *Service) tryOwnAct(ctx context.Context, c access.Caller, key, op string, code Code, who Claim, request any, act func(*ownAct) error) (*Filed, error) {
	code, err := ParseCode(string(code))
	if err != nil {
		return nil, err
	}
	blinds, err := s.recognise(ctx, c, key, who)
	if err != nil {
		return nil, err
	}
	if !s.engine.rules.adult(who.Birth, clock.Today(s.clock, s.zone)) {
		return nil, invalid("not_adult", "who", "a child's line is not confirmed, refused or left by the child", "let an adult with custody act")
	}
	for attempt := 1; ; attempt++ {
		out, err := s.doOwnAct(ctx, c, key, op, code, blinds, request, act)
		if err == nil || attempt == raceAttempts || !errors.Is(err, ErrRaced) {
			return out, err
		}
	}
}

// recognise asks who somebody is and returns the person's blind indexes.
func (s *Service) recognise(ctx context.Context, c access.Caller, key string, who Claim) ([]seal.Blind, error) {
	answers, err := s.people.Exchange(ctx, atDoor(c), key, []Claim{who})
	if err != nil {
		return nil, err
	}
	yes := len(answers) == 1 && answers[0].Yes && !answers[0].Token.IsZero()
	if yes {
		if yes, err = s.isOneself(ctx, c, answers[0].Token); err != nil {
			return nil, err
		}
	}
	if !yes { // the same for somebody else's claim, right or wrong
		return nil, invalid("member_unknown", "who", "number, name and date of birth are not together those of a registered person", "check all three against the receipt")
	}
	return s.blinds(ctx, answers[0].Token)
}

func (s *Service) doOwnAct(ctx context.Context, c access.Caller, key, op string, code Code, blinds []seal.Blind, request any, act func(*ownAct) error) (*Filed, error) {
	b, err := s.load(ctx, code, true)
	if isNoHousehold(err) {
		return nil, noLine()
	}
	if err != nil {
		return nil, err
	}
	line, ok := lineBefore(b.lines, blinds)
	if !ok {
		return nil, noLine()
	}
	a := &ownAct{caller: c, base: b, line: line, blinds: blinds, change: new(Change), cause: s.ids.NewID(), now: s.now(),
		out: newSettlement()}
	err = s.store.View(ctx, func(tx Tx) error {
		a.held, err = tx.Claims(ctx, blinds)
		if err != nil {
			return err
		}
		if a.matters, err = tx.Disputes(ctx, b.row.ID); err != nil {
			return err
		}
		a.kids, err = s.children(ctx, tx, b)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := act(a); err != nil {
		return nil, err
	}
	if len(a.out.leaving) > 0 { // both households look at who moved
		s.openTask(a.change, b.row, MemberMoved, 0, a.cause, a.now)
		a.tasks = append(a.tasks, MemberMoved)
	}
	if err := s.store.View(ctx, func(tx Tx) error { return s.part(ctx, tx, a) }); err != nil {
		return nil, err
	}
	out := new(Filed)
	err = keyed(ctx, s, c, op, key, request, out, func(tx Tx) error {
		*out = a.filed()
		return tx.Apply(ctx, a.finish())
	})
	if err == nil && a.scored != nil && out.Score == a.scored.ID {
		s.tell(ctx, b.row.Locality, a.scored)
	}
	return out, err
}

// part plans what the act does to other households and to rival claims.
func (s *Service) part(ctx context.Context, tx Tx, a *ownAct) error {
	p := s.disputing(a.change, a.base.row.ID, a.now)
	homes, left := []uid.ID{p.home}, []uid.ID(nil)
	for id := range a.out.leaving {
		homes, left = append(homes, id), append(left, id)
	}
	if a.parts {
		left = append(left, p.home)
	}
	if err := p.read(ctx, tx, homes...); err != nil {
		return err
	}
	p.parted(a.blinds, left...)
	return s.departures(ctx, tx, a.out, a.change, p.finish(), a.cause, a.now)
}

// children returns the claims on the children of a household, by line.
func (s *Service) children(ctx context.Context, tx Tx, b *base) (map[int][]ClaimRow, error) {
	out := map[int][]ClaimRow{}
	for _, l := range b.lines {
		if l.Standing != Child || l.Line > len(b.record.Members) {
			continue
		}
		t, err := seal.ParseToken(b.record.Members[l.Line-1].Token)
		if err != nil {
			return nil, err
		}
		blinds, err := s.blinds(ctx, t)
		if err != nil {
			return nil, err
		}
		rows, err := tx.Claims(ctx, blinds)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.Household == b.row.ID {
				out[l.Line] = append(out[l.Line], r)
			}
		}
	}
	return out, nil
}

func (a *ownAct) filed() Filed {
	f := Filed{Household: a.base.row.Code, Revision: a.base.row.Revision, Version: a.base.row.Version, State: Computed, ID: a.base.row.ID, Tasks: a.tasks,
		Lines: []Line{{Ref: a.base.record.Members[a.line.Line-1].Ref, Standing: a.line.Standing, Counted: a.line.Counted}}}
	if !a.change.empty() {
		f.Revision++
	}
	if a.scored != nil {
		f.Score, f.Index, f.Awaiting, f.Otherwise = a.scored.ID, a.scored.Index.String(), a.scored.Awaiting, a.scored.Otherwise.String()
	}
	return f
}

func (c *Change) empty() bool {
	return len(c.Claims) == 0 && len(c.Lines) == 0 && len(c.Tasks) == 0 && len(c.Scores) == 0 && len(c.Disputes) == 0
}

// finish gives the household its next revision when anything was written.
func (a *ownAct) finish() *Change {
	c := *a.change
	c.Claims = a.out.claims
	if c.empty() && len(c.Claims) == 0 {
		return &c
	}
	c.Touch = append(append([]Touch(nil), c.Touch...), Touch{Household: a.base.row.ID, Expect: a.base.row.Revision, At: a.now})
	return &c
}

func (s *Service) accept(ctx context.Context, a *ownAct) error {
	if a.line.Standing == Declared || a.line.Standing == Confirmed {
		return nil
	}
	if a.line.Standing == Rival || a.line.Standing == Child {
		// Came of age since: the line becomes his or her own.
		a.line.Standing = Unconfirmed
	}
	a.out.take(a.base.row.ID, person{line: a.line.Line, blinds: a.blinds, adult: true}, a.held, OwnWord, a.now)
	yes := true
	a.change.Lines = append(a.change.Lines, LineChange{Household: a.base.row.ID, Version: a.base.row.Version, Line: a.line.Line, Standing: Confirmed, Counted: &yes, At: a.now})
	counted := a.line.Counted
	a.line.Standing, a.line.Counted = Confirmed, true
	if counted || !s.engine.rules.recomputes(CauseMember) {
		return nil
	}
	var err error
	a.scored, err = s.rescore(ctx, a.caller, a.base, a.change, a.base.asCounted(a.line.Line), CauseMember, nil)
	return err
}

func (s *Service) refuse(a *ownAct) error {
	switch a.line.Standing {
	case Declared, Confirmed:
		return conflict("own_word", "accept", "this person declared or confirmed the household", "leave the household instead")
	case Refused, Left:
		return nil
	}
	a.parts = true
	a.release(a.held)
	a.standing(a.line.Line, Refused)
	a.line.Standing = Refused
	s.openTask(a.change, a.base.row, MemberRefused, a.line.Line, a.cause, a.now)
	a.tasks = append(a.tasks, MemberRefused)
	return nil
}

func (s *Service) leave(ctx context.Context, a *ownAct, lines []int) error {
	if !a.line.Standing.holds() {
		return conflict("not_member", "who", "this person does not belong to the household", "nothing is to be done")
	}
	for i, n := range lines {
		rows, ok := a.kids[n]
		if !ok || len(rows) == 0 {
			return invalid("line", "lines", "the line is not that of a child of the household", "name lines of children only")
		}
		if err := s.mayTake(ctx, a, n, rows); err != nil {
			return err
		}
		if slices.Contains(lines[:i], n) {
			return invalid("line", "lines", "a line stands twice", "name each line once")
		}
		a.release(rows)
		a.standing(n, Left)
	}
	a.parts = true
	a.release(a.held)
	a.standing(a.line.Line, Left)
	a.line.Standing = Left
	s.openTask(a.change, a.base.row, MemberMoved, 0, a.cause, a.now)
	a.tasks = append(a.tasks, MemberMoved)
	return nil
}

// mayTake refuses somebody who leaves the children of others, and one whose
// custody is being verified: that child stays until who has custody declares
// where they live, or it is decided.
func (s *Service) mayTake(ctx context.Context, a *ownAct, line int, rows []ClaimRow) error {
	for i := range a.matters {
		if d := &a.matters[i]; d.State == Open && d.Holder == a.base.row.ID && slices.ContainsFunc(rows, func(r ClaimRow) bool { return r.Person == d.Child }) {
			return conflict("custody_open", "lines", "another household claims this child, and that is being verified",
				"leave without the line: the child follows when who has custody declares where they live")
		}
	}
	if !slices.ContainsFunc(rows, func(r ClaimRow) bool { return r.Custodian == nil || !slices.Contains(a.blinds, *r.Custodian) }) {
		return nil
	}
	t, err := seal.ParseToken(a.base.record.Members[line-1].Token)
	if err != nil {
		return &errs.Error{Code: "household.record", What: "a stored declaration cannot be read", Err: err}
	}
	facts, err := s.members(ctx, a.caller, []seal.Token{t})
	if err != nil {
		return err
	}
	w, err := s.word(ctx, facts[0].Custody)
	if err != nil {
		return err
	}
	for i := range rows {
		if own := w.of(a.blinds...); own == "" || own.rank() <= w.ground(&rows[i]).rank() {
			return conflict("custody", "lines", "the registers do not have this person as custodian of the child before who has it here",
				"declare where the child lives: rival claims are settled on the spot")
		}
	}
	return nil
}

// release ends the claims this household holds.
func (a *ownAct) release(rows []ClaimRow) {
	for i := range rows {
		if rows[i].Household == a.base.row.ID {
			a.out.claims = append(a.out.claims, ClaimChange{Was: &rows[i]})
		}
	}
}

func (a *ownAct) standing(line int, st Standing) {
	a.change.Lines = append(a.change.Lines, LineChange{Household: a.base.row.ID, Version: a.base.row.Version, Line: line, Standing: st, At: a.now})
}
