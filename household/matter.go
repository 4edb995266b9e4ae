package household

import (
	"context"
	"errors"
	"slices"

	"sijil/access"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// matter is a rival claim with both households as they are now, and what the
// population register says today.
type matter struct {
	d        DisputeRow
	earlier  []DecisionRow
	claimant *base
	holder   *base
	others   []DisputeRow // all rival claims of the two households, this one included

	token    seal.Token // of the child
	child    []seal.Blind
	by       party      // who would have custody with the claimant
	claims   []ClaimRow // on the child, on both custodians, and on whom the register names
	fact     Fact       // of the child
	word     word
	nobodyIn bool // whoever had custody has died, and no living adult is left in the holding household
}

// party is somebody with a part in a matter.
type party struct {
	blinds []seal.Blind
	alive  bool
}

// matter reads a rival claim, and asks the population register about the child
// and the adults of both sides.
func (s *Service) matter(ctx context.Context, c access.Caller, ref uid.Ref) (*matter, error) {
	m := &matter{claimant: new(base), holder: new(base)}
	err := s.store.View(ctx, func(tx Tx) (err error) {
		if m.d, err = tx.Dispute(ctx, ref); isNoHousehold(err) {
			return noMatter()
		} else if err != nil {
			return err
		}
		if m.earlier, err = tx.Decisions(ctx, ref); err != nil {
			return err
		}
		if m.others, err = tx.Disputes(ctx, m.d.Claimant, m.d.Holder); err != nil {
			return err
		}
		if m.claimant.row, err = tx.Household(ctx, m.d.Claimant); err != nil {
			return err
		}
		if err = m.claimant.read(ctx, tx); err != nil {
			return err
		}
		if m.holder.row, err = tx.Household(ctx, m.d.Holder); err != nil {
			return err
		}
		return m.holder.read(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	// Drafts have no part in it, and one may be discarded at any moment.
	m.claimant.draft, m.holder.draft = nil, nil
	if err := errors.Join(s.unseal(ctx, m.claimant), s.unseal(ctx, m.holder)); err != nil {
		return nil, err
	}
	return m, s.inquire(ctx, c, m)
}

func noMatter() error {
	return &errs.Error{Kind: errs.NotFound, Code: "household.no_matter", Field: "matter", What: "there is no rival claim with this reference", Fix: "copy all 26 letters and digits of it"}
}

// inquire asks the population register what holds today.
func (s *Service) inquire(ctx context.Context, c access.Caller, m *matter) error {
	var err error
	if m.token, m.child, err = s.tokenFor(ctx, &m.d.Child, m.claimant, m.holder); err != nil {
		return err
	}
	if m.child == nil {
		return &errs.Error{Kind: errs.NotFound, Code: "household.no_child", Field: "matter", What: "neither household lists the child any more", Fix: "declare anew"}
	}
	facts, err := s.members(ctx, c, []seal.Token{m.token})
	if err != nil {
		return err
	}
	m.fact = facts[0]
	if m.word, err = s.word(ctx, m.fact.Custody); err != nil {
		return err
	}
	if err := s.sides(ctx, c, m); err != nil {
		return err
	}
	every := slices.Concat(m.child, m.by.blinds)
	for _, h := range m.word.holders {
		every = append(every, h.blinds...)
	}
	return s.store.View(ctx, func(tx Tx) (err error) {
		m.claims, err = tx.Claims(ctx, every)
		return err
	})
}

// sides asks who of the adults concerned is alive.
func (s *Service) sides(ctx context.Context, c access.Caller, m *matter) error {
	by, blinds, err := s.tokenFor(ctx, m.d.By, m.claimant)
	if err != nil {
		return err
	}
	m.by.blinds = blinds
	var tokens []seal.Token
	if blinds != nil {
		tokens = append(tokens, by)
	}
	custodian, hers, err := s.tokenFor(ctx, m.d.Custodian, m.holder)
	if err != nil {
		return err
	}
	adults, err := m.holder.adults(true)
	if err != nil {
		return err
	}
	if hers != nil && !slices.Contains(adults, custodian) {
		adults = append(adults, custodian)
	}
	facts, err := s.facts(ctx, c, append(tokens, adults...))
	if err != nil {
		return err
	}
	if len(tokens) > 0 {
		m.by.alive, facts = facts[0].Alive, facts[1:]
	}
	living := 0
	died := false
	for i, t := range adults {
		switch {
		case !facts[i].Alive && hers != nil && t == custodian:
			died = true
		case facts[i].Alive:
			living++
		}
	}
	m.nobodyIn = died && living == 0
	return nil
}

// adults returns the tokens of the adults of a computed version; of those who
// belong to it when only is set.
func (b *base) adults(only bool) ([]seal.Token, error) {
	var out []seal.Token
	for _, l := range b.lines {
		if !l.Adult || l.Person == nil || only && !l.Standing.holds() {
			continue
		}
		t, err := b.record.token(l.Line)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// token returns the token of a line that has one.
func (r *record) token(line int) (seal.Token, error) {
	if line < 1 || line > len(r.Members) {
		return seal.Token{}, &errs.Error{Code: "household.record", What: "a stored declaration has fewer lines than its household"}
	}
	t, err := seal.ParseToken(r.Members[line-1].Token)
	if err != nil {
		return t, &errs.Error{Code: "household.record", What: "a stored declaration cannot be read", Err: err}
	}
	return t, nil
}

// tokenFor finds whose blind index it is among the members of households, and
// returns all of that person's. Nobody is no error: then there are none.
func (s *Service) tokenFor(ctx context.Context, who *seal.Blind, in ...*base) (seal.Token, []seal.Blind, error) {
	if who == nil {
		return seal.Token{}, nil, nil
	}
	for _, b := range in {
		tokens, err := b.record.tokens()
		if err != nil {
			return seal.Token{}, nil, err
		}
		for _, t := range tokens {
			blinds, err := s.blinds(ctx, t)
			if err != nil {
				return t, nil, err
			}
			if slices.Contains(blinds, *who) {
				return t, blinds, nil
			}
		}
	}
	return seal.Token{}, nil, nil
}

// present is the claim on the child; nil when the child is in no household.
func (m *matter) present() *ClaimRow {
	for i := range m.claims {
		if slices.Contains(m.child, m.claims[i].Person) {
			return &m.claims[i]
		}
	}
	return nil
}

// lapsed says whether an open claim has ended by itself.
func (s *Service) lapsed(m *matter) (Ending, bool) {
	now := m.present()
	line, _ := lineBefore(m.claimant.lines, m.child)
	switch {
	case !m.fact.Alive:
		return ChildDied, true
	case s.engine.rules.adult(m.fact.Birth, clock.Today(s.clock, s.zone)):
		return CameOfAge, true
	case now == nil:
		return NobodyHeld, true
	case now.Household == m.d.Claimant:
		return Followed, true
	case line.Standing != Rival, m.d.By != nil && (!m.by.alive || !livesIn(m.claims, m.by.blinds, m.d.Claimant)):
		return Withdrawn, true
	}
	return "", false
}

// answered says whether the registers answer an open claim in favour of who
// claims, and on what ground.
func (m *matter) answered() (Ending, Basis) {
	if len(m.by.blinds) == 0 {
		return "", ""
	}
	k := keeping{who: m.by.blinds, basis: Presumed}
	if b := m.word.of(m.by.blinds...); b != "" {
		k.basis = b
	}
	k.acts = slices.ContainsFunc(m.claims, func(r ClaimRow) bool {
		return r.Household == m.d.Claimant && r.Hold == OwnWord && slices.Contains(m.by.blinds, r.Person)
	})
	switch {
	case m.word.follows(k, m.present(), m.claims):
		return Followed, k.basis
	case m.nobodyIn && m.word.silent():
		return OtherGone, k.basis
	}
	return "", ""
}
