package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sijil/household"
	"sijil/idcs"
	"sijil/population"
)

// events let things happen to the households of a period, so that every page
// has something to show. What the sample has no household for does not happen.
type events struct {
	l      *Loader
	period int
	homes  []*home
	shown  []Example
}

// The codes of what an example shows.
const (
	ShowsWitnesses  = "witnesses"  // enrolled on witnesses
	ShowsAwaiting   = "awaiting"   // witnesses await a second officer
	ShowsCorrection = "correction" // a member's birth date was corrected
	ShowsCustody    = "custody"    // two households claim one child
	ShowsAgain      = "again"      // declared anew
	ShowsDeparture  = "departure"  // an adult left
	ShowsRefusal    = "refusal"    // an adult said no to a line
	ShowsDraft      = "draft"      // a draft is open
	ShowsPlain      = "plain"      // nothing happened
)

const (
	examplesOfAKind = 2  // kept, of each in a period
	birthMoves      = 10 // years, of a corrected birth date
)

// judgment is what the sample's corrections rest on.
var judgment = population.Act{Type: "judgment", Number: "1/26", Office: "DEMO"}

func (e *events) happen(ctx context.Context) ([]Example, error) {
	e.l.Clock.To(e.l.at(e.l.first(e.period + 1)))
	for _, happen := range []func(context.Context) error{
		e.witnesses, e.correct, e.rival, e.again, e.leave, e.words, e.draft, e.alike, e.judge, e.withdraw, e.foreigner,
	} {
		if err := happen(ctx); err != nil {
			return nil, fmt.Errorf("the sample: %w", err)
		}
	}
	e.plain()
	return e.shown, nil
}

// pick takes the next declared household of which fits says where in it
// something can happen.
func (e *events) pick(fits func(h *home) int) (*home, int) {
	for _, h := range e.homes {
		if h.used || h.filed == nil {
			continue
		}
		if i := fits(h); i >= 0 {
			h.used = true
			return h, i
		}
	}
	return nil, -1
}

func (e *events) show(h *home, what string) {
	n := 0
	for _, x := range e.shown {
		if x.Shows == what {
			n++
		}
	}
	if h.filed != nil && n < examplesOfAKind {
		e.shown = append(e.shown, Example{Code: string(h.filed.Household), Shows: what})
	}
}

// second finds a numbered adult who did not declare.
func second(h *home) int {
	for i := 1; i < len(h.numbers); i++ {
		if h.adult(i) && !h.numbers[i].IsZero() && !h.numbers[0].IsZero() {
			return i
		}
	}
	return -1
}

// child finds a numbered child.
func child(h *home) int {
	for i := range h.numbers {
		if !h.adult(i) && !h.numbers[i].IsZero() {
			return i
		}
	}
	return -1
}

// fifties finds such an adult of 50 to 59, whom birthMoves makes old: most
// likely to move an index.
func fifties(h *home) int {
	for i := 1; i < len(h.numbers); i++ {
		if age := h.h.Persons[i].Birth().Last().AgeAt(h.model.Today()); second(h) >= 0 && !h.numbers[i].IsZero() && age >= 50 && age < 60 {
			return i
		}
	}
	return -1
}

func anyone(*home) int { return 0 }

// witnesses lets the households come whose first adult has no papers: two
// people of the sample vouch, a second officer accepts, and the counter hands
// out the number. Some of the last period still wait.
func (e *events) witnesses(ctx context.Context) error {
	var waiting []*home
	for _, h := range e.homes {
		if h.paperless() {
			waiting = append(waiting, h)
		}
	}
	for i, h := range waiting {
		if err := e.vouched(ctx, h, i, e.waits() && i >= len(waiting)/2); err != nil {
			return err
		}
	}
	return nil
}

func (e *events) vouched(ctx context.Context, h *home, at int, waits bool) error {
	en := h.h.Persons[0].Enrolment(idcs.IDCS{})
	en.Documents, en.Witnesses = nil, e.two(h, at)
	if len(en.Witnesses) == 2 && en.Category == population.Citizen {
		if err := e.vouch(ctx, h, "enrol-0", en, !waits); err != nil {
			return err
		}
	}
	if err := h.enrol(ctx, 0); err != nil {
		return err
	}
	if err := h.declare(ctx); err != nil {
		return err
	}
	h.used = true
	e.show(h, map[bool]string{false: ShowsWitnesses, true: ShowsAwaiting}[waits])
	return nil
}

// vouch enrols on witnesses; accepted, the number is handed out.
func (e *events) vouch(ctx context.Context, h *home, act string, en population.Enrolment, accept bool) error {
	reg := e.l.System.Population
	got, err := reg.Enrol(ctx, e.l.office.enrols, e.l.key(h.n, act), en)
	done, err := e.l.took(err)
	if err != nil || !done {
		return err
	}
	h.receipts[0] = got.Receipt
	if !accept {
		return nil
	}
	status, err := reg.Accept(ctx, e.l.office.accepts, e.l.key(h.n, act+"-accept"), got.Receipt, population.Acceptance{Accept: true})
	if done, err = e.l.took(err); err != nil || !done || status.State != population.Numbered {
		return err
	}
	c := h.at(e.l.office.corrects)
	list, err := reg.Find(ctx, c, population.FindRequest{Receipt: got.Receipt})
	if err != nil || len(list) == 0 {
		return err
	}
	shown, err := reg.Show(ctx, c, list[0].Token, population.Counter, []population.Field{population.FieldNumber})
	h.numbers[0] = shown.IDCS
	return err
}

// two finds two people with the paper of a witness: others each time, and
// nobody of the household they vouch for.
func (e *events) two(of *home, at int) []population.Witness {
	rules := e.l.System.Population.Rules()
	var out []population.Witness
	skip := 2 * at
	for _, h := range e.homes {
		for i := range h.h.Persons {
			if h == of || i == 0 && h.paperless() || h.numbers[i].IsZero() || !h.adult(i) {
				continue
			}
			docs := h.h.Persons[i].Enrolment(idcs.IDCS{}).Documents
			k := slices.IndexFunc(docs, func(d population.Document) bool { t := rules.Document(d.Type); return t != nil && t.Witness })
			if k < 0 {
				continue
			}
			if skip > 0 {
				skip--
			} else if out = append(out, population.Witness{IDCS: h.numbers[i], Document: docs[k]}); len(out) == 2 {
				return out
			}
		}
	}
	return out
}

// correct moves the birth date of an adult, by a judgment.
func (e *events) correct(ctx context.Context) error {
	h, i := e.pick(fifties)
	if h == nil {
		if h, i = e.pick(second); h == nil {
			return nil
		}
	}
	who, c, err := h.found(ctx, i)
	if err != nil || who.Token.IsZero() {
		return err
	}
	born := h.h.Persons[i].Birth()
	born.Year -= birthMoves
	if born.Month == time.February {
		born.Day = min(born.Day, 28)
	}
	act := judgment
	act.Date = h.model.Today()
	_, err = e.l.System.Population.Correct(ctx, c, e.l.key(h.n, "correct"), population.Correction{
		Person: who.Token, Revision: 1, Birth: &population.Birth{Date: born}, Cause: e.l.System.Population.Rules().Causes[0].Code,
		Act: act,
	})
	if done, err := e.l.took(err); err != nil || !done {
		return err
	}
	e.show(h, ShowsCorrection)
	return nil
}

// rival lets one household claim the child of another.
func (e *events) rival(ctx context.Context) error {
	mine, i := e.pick(child)
	if mine == nil {
		return nil
	}
	theirs, _ := e.pick(anyone)
	if theirs == nil {
		return nil
	}
	d, err := theirs.said()
	if err != nil {
		return err
	}
	other, err := mine.said()
	if err != nil {
		return err
	}
	line := other.Members[i]
	line.Ref = fmt.Sprint(len(d.Members) + 1)
	d.Members = append(d.Members, line)
	done, err := theirs.redeclare(ctx, "rival", d)
	if err != nil || !done {
		return err
	}
	e.show(mine, ShowsCustody)
	e.show(theirs, ShowsCustody)
	return e.verify(ctx, theirs)
}

// redeclare declares a household anew.
func (h *home) redeclare(ctx context.Context, act string, d household.Declaration) (bool, error) {
	d.Household, d.Revision = h.filed.Household, h.filed.Revision
	filed, err := h.l.System.Household.Declare(ctx, h.at(h.l.office.declares), h.l.key(h.n, act), d)
	done, err := h.l.took(err)
	if done {
		h.filed = filed
	}
	return done, err
}

// again lets a household declare with other answers about its dwelling: those
// of a household like it.
func (e *events) again(ctx context.Context) error {
	h, _ := e.pick(anyone)
	if h == nil {
		return nil
	}
	d, err := h.said()
	if err != nil {
		return err
	}
	for _, o := range e.homes {
		like := o != h && len(o.h.Persons) == len(h.h.Persons) && o.h.Declaration.Variant == h.h.Declaration.Variant && o.h.Declaration.Locality == h.h.Declaration.Locality
		if !like {
			continue
		}
		other, err := o.said()
		if err != nil {
			return err
		}
		d.Answers = other.Answers
		break
	}
	done, err := h.redeclare(ctx, "again", d)
	if done {
		e.show(h, ShowsAgain)
	}
	return err
}

// leave lets an adult leave.
func (e *events) leave(ctx context.Context) error {
	h, i := e.pick(second)
	if h == nil {
		return nil
	}
	filed, err := e.l.System.Household.Leave(ctx, h.at(e.l.office.declares), e.l.key(h.n, "leave"), household.Departure{Household: h.filed.Household, Who: h.claim(i)})
	done, err := e.l.took(err)
	if done {
		h.filed = keepCode(h.filed, filed)
		e.show(h, ShowsDeparture)
	}
	return err
}

// keepCode is the household's own answer: who leaves may be told of another.
func keepCode(before, after *household.Filed) *household.Filed {
	if after == nil || after.Household == "" {
		return before
	}
	return after
}

// words lets one adult confirm the line about them, and another say no.
func (e *events) words(ctx context.Context) error {
	for _, accept := range []bool{true, false} {
		h, i := e.pick(second)
		if h == nil {
			return nil
		}
		_, err := e.l.System.Household.Confirm(ctx, h.at(e.l.office.declares), e.l.key(h.n, fmt.Sprint("word-", accept)),
			household.Word{Household: h.filed.Household, Who: h.claim(i), Accept: accept})
		done, err := e.l.took(err)
		if err != nil {
			return err
		}
		if done && !accept {
			e.show(h, ShowsRefusal)
		}
	}
	return nil
}

// draft leaves a declaration unfinished.
func (e *events) draft(ctx context.Context) error {
	h, _ := e.pick(anyone)
	if h == nil {
		return nil
	}
	d, err := h.said()
	if err != nil {
		return err
	}
	d.Household, d.Revision = h.filed.Household, h.filed.Revision
	_, err = e.l.System.Household.Save(ctx, h.at(e.l.office.declares), e.l.key(h.n, "draft"), d)
	done, err := e.l.took(err)
	if done {
		e.show(h, ShowsDraft)
	}
	return err
}

// alike brings somebody who has the name, sex and birth date of a person of
// the register, and no papers.
func (e *events) alike(ctx context.Context) error {
	h, _ := e.pick(anyone)
	if h == nil {
		return nil
	}
	en := h.h.Persons[0].Enrolment(idcs.IDCS{})
	en.Documents, en.Contacts, en.Consents, en.Witnesses = nil, nil, nil, e.two(h, len(e.homes)/4)
	if len(en.Witnesses) < 2 || en.Category != population.Citizen || !h.adult(0) {
		return nil
	}
	receipts, numbers := slices.Clone(h.receipts), slices.Clone(h.numbers)
	err := e.vouch(ctx, h, "alike", en, true)
	h.receipts, h.numbers = receipts, numbers // the household is who it was
	return err
}

// withdraw takes a consent back.
func (e *events) withdraw(ctx context.Context) error {
	kind := ""
	h, i := e.pick(func(h *home) int {
		for i := range h.numbers {
			if given := h.h.Persons[i].Enrolment(idcs.IDCS{}).Consents; len(given) > 0 && !h.numbers[i].IsZero() {
				kind = given[0]
				return i
			}
		}
		return -1
	})
	if h == nil {
		return nil
	}
	who, _, err := h.found(ctx, i)
	if err != nil || who.Token.IsZero() {
		return err
	}
	err = e.l.System.Population.Consent(ctx, h.at(e.l.office.consents), e.l.key(h.n, "withdraw"), population.ConsentAct{Person: who.Token, Kind: kind})
	_, err = e.l.took(err)
	return err
}

// foreigner is somebody who is refused at the counter: only a count is kept,
// so a demo that was cut off may count one twice.
func (e *events) foreigner(ctx context.Context) error {
	if len(e.homes) == 0 {
		return nil
	}
	en := e.homes[0].h.Persons[0].Enrolment(idcs.IDCS{})
	en.Category, en.Documents = population.Foreigner, nil
	_, err := e.l.System.Population.Enrol(ctx, e.l.office.enrols, e.l.key(e.homes[0].n, "foreigner"), en)
	_, err = e.l.took(err)
	return err
}

// plain keeps a household to which nothing happened.
func (e *events) plain() {
	if h, _ := e.pick(anyone); h != nil {
		e.show(h, ShowsPlain)
	}
}
