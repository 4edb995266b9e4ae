package household

import (
	"context"
	"slices"

	"sijil/internal/uid"
	"sijil/seal"
)

// The rule by which a child belongs somewhere is the table of
// docs/households.md, "Custody". Whoever has custody takes the child along by
// an act of his or her own; another claim goes to local verification, and the
// child stays meanwhile.

// word is what the population register says of who has custody of a child, in
// this register's blind indexes.
type word struct {
	state   CustodyState
	holders []wordOn
}

type wordOn struct {
	blinds []seal.Blind // nil for somebody whom this register does not know
	basis  Basis
}

func (s *Service) word(ctx context.Context, c Custody) (word, error) {
	out := word{state: c.State}
	for _, h := range c.Holders {
		on := wordOn{basis: Registered}
		if h.ByAct {
			on.basis = ByAct
		}
		if !h.Token.IsZero() {
			b, err := s.blinds(ctx, h.Token)
			if err != nil {
				return out, err
			}
			on.blinds = b
		}
		out.holders = append(out.holders, on)
	}
	return out, nil
}

// of returns the register's word on somebody; "" when it has none.
func (w *word) of(person ...seal.Blind) (best Basis) {
	for _, h := range w.holders {
		if h.basis.rank() > best.rank() && slices.ContainsFunc(person, func(b seal.Blind) bool { return slices.Contains(h.blinds, b) }) {
			best = h.basis
		}
	}
	return best
}

// silent reports whether the register has nobody as custodian.
func (w *word) silent() bool { return w.state == NoCustody || w.state == CustodyVacant }

// ground is on what ground a claim's custodian has custody now: what was
// decided on the spot stands, what the register said may have changed.
func (w *word) ground(r *ClaimRow) Basis {
	if r.Custodian == nil {
		return ""
	}
	out := w.of(*r.Custodian)
	switch {
	case r.Custody == Decided && out.rank() < Decided.rank():
		return Decided
	case out == "":
		return Presumed
	}
	return out
}

// keeping is who has custody of a child where a declaration lists it.
type keeping struct {
	who   []seal.Blind // empty when nobody here has custody
	basis Basis
	acts  bool // by an act of his or her own: who declares, or confirmed
}

// keeper finds who has custody of a child among the adults of a declaration:
// whom the population register names, the strongest ground first; else whom
// the line names, or who declares.
func (w *word) keeper(adults []person, named []seal.Blind) keeping {
	out := keeping{who: named, basis: Presumed}
	if len(named) == 0 {
		out.basis = ""
	}
	for i := range adults {
		b := w.of(adults[i].blinds...)
		if b.rank() > out.basis.rank() || b != "" && b == out.basis && slices.Equal(adults[i].blinds, named) {
			out.who, out.basis = adults[i].blinds, b
		}
	}
	return out
}

// follows reports whether a child whom another household holds comes along
// with its keeper. held are the claims on all persons concerned.
func (w *word) follows(k keeping, r *ClaimRow, held []ClaimRow) bool {
	if !k.acts || len(k.who) == 0 {
		return false
	}
	now := w.ground(r)
	if r.Custodian != nil && slices.Contains(k.who, *r.Custodian) {
		// The same custodian moves: with the child, unless somebody with a stronger
		// ground lives where it is.
		return !slices.ContainsFunc(w.holders, func(h wordOn) bool {
			return h.basis.rank() > now.rank() && !slices.Contains(h.blinds, *r.Custodian) && livesIn(held, h.blinds, r.Household)
		})
	}
	if k.basis.rank() > Presumed.rank() {
		return k.basis.rank() > now.rank()
	}
	return r.Custodian == nil && w.silent()
}

func livesIn(held []ClaimRow, blinds []seal.Blind, home uid.ID) bool {
	return slices.ContainsFunc(held, func(r ClaimRow) bool { return r.Household == home && slices.Contains(blinds, r.Person) })
}

// keeps returns whom a child's claim has as custodian from now on, and on what
// ground. was is the claim before; nil for a child who was nowhere. over are
// those whose custody the declaration may hand on.
func (p *person) keeps(was *ClaimRow, home uid.ID, over []seal.Blind) (*seal.Blind, Basis) {
	var kept *seal.Blind
	if len(p.keeper.who) > 0 {
		kept = &p.keeper.who[0]
	}
	if was == nil || was.Custodian == nil {
		return kept, p.keeper.basis
	}
	now := p.word.ground(was)
	switch {
	case slices.Contains(p.keeper.who, *was.Custodian):
		if p.keeper.basis.rank() > now.rank() {
			now = p.keeper.basis
		}
		return was.Custodian, now
	case was.Household != home: // it came along: see follows
		return kept, p.keeper.basis
	case p.keeper.basis.rank() > Presumed.rank() && p.keeper.basis.rank() > now.rank():
		return kept, p.keeper.basis
	case slices.Contains(over, *was.Custodian) && len(p.named) > 0 && !slices.Contains(p.named, *was.Custodian):
		if slices.Equal(p.keeper.who, p.named) {
			return kept, p.keeper.basis
		}
		return &p.named[0], Presumed // handed on by who had it
	}
	return was.Custodian, now
}
