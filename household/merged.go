package household

import (
	"bytes"
	"context"
	"slices"
	"time"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/seal"
)

// Alias says that two tokens are one person's: each way round is a row.
type Alias struct {
	Person, Other seal.Blind
	Since         time.Time
}

// AliasRows are the reads of aliases.
type AliasRows interface {
	// Aliases returns what else persons are known as.
	Aliases(ctx context.Context, persons []seal.Blind) ([]seal.Blind, error)
}

// maxAliases is how many merges one after the other are followed.
const maxAliases = 16

// known adds to the blind indexes of a token those of the tokens that were
// merged with it: whoever was declared under one is found under the other.
func (s *Service) known(ctx context.Context, own []seal.Blind) ([]seal.Blind, error) {
	all := slices.Clone(own)
	err := s.store.View(ctx, func(tx Tx) error {
		all = slices.Clone(own)
		for next := own; len(next) > 0 && len(all) < maxAliases*len(own); {
			found, err := tx.Aliases(ctx, next)
			if err != nil {
				return err
			}
			next = slices.DeleteFunc(found, func(b seal.Blind) bool { return slices.Contains(all, b) })
			all = append(all, next...)
		}
		return nil
	})
	return all, err
}

// PersonMerged is told that two tokens are one person's. Whoever is in a
// household under either stays there, and is found under both. Where both are
// in a household, it, or the two, are asked to declare again: nothing running
// stops, and the next act of the person's own decides where the person is.
func (s *Service) PersonMerged(ctx context.Context, c access.Caller, merged, survivor seal.Token, event uid.ID) error {
	if err := c.May(access.HouseholdCompute); err != nil {
		return err
	}
	return s.tellMerged(ctx, merged, survivor, event, func(change *Change, a, b []seal.Blind) {
		change.Aliases = aliases(a, b, s.now())
	}, func(held [2][]ClaimRow) bool { return len(held[0]) > 0 && len(held[1]) > 0 })
}

// PersonSplit is told that two tokens are two people's after all: the
// households of either are asked to declare again.
func (s *Service) PersonSplit(ctx context.Context, c access.Caller, merged, survivor seal.Token, event uid.ID) error {
	if err := c.May(access.HouseholdCompute); err != nil {
		return err
	}
	return s.tellMerged(ctx, merged, survivor, event, func(change *Change, a, b []seal.Blind) {
		change.DropAliases = aliases(a, b, s.now())
	}, func([2][]ClaimRow) bool { return true })
}

func aliases(a, b []seal.Blind, since time.Time) []Alias {
	var out []Alias
	for _, x := range a {
		for _, y := range b {
			out = append(out, Alias{Person: x, Other: y, Since: since}, Alias{Person: y, Other: x, Since: since})
		}
	}
	return out
}

// tellMerged writes the aliases of two tokens and, where ask says so, a task
// for every household that either is in. Told again it writes nothing new.
func (s *Service) tellMerged(ctx context.Context, merged, survivor seal.Token, event uid.ID, write func(*Change, []seal.Blind, []seal.Blind), ask func([2][]ClaimRow) bool) error {
	var blinds [2][]seal.Blind
	for i, t := range []seal.Token{merged, survivor} {
		raw := t.Bytes()
		var err error
		if blinds[i], err = s.vault.Blinds(ctx, personField, raw[:]); err != nil {
			return err
		}
	}
	found := blinds[1]
	if ask([2][]ClaimRow{}) { // whoever the survivor is known as by now is asked, too
		var err error
		if found, err = s.known(ctx, found); err != nil {
			return err
		}
	}
	return s.store.Do(ctx, func(tx Tx) error {
		change := new(Change)
		write(change, blinds[0], blinds[1])
		var held [2][]ClaimRow
		for i, b := range [][]seal.Blind{blinds[0], found} {
			var err error
			if held[i], err = tx.Claims(ctx, b); err != nil {
				return err
			}
		}
		if ask(held) {
			if err := s.askBoth(ctx, tx, change, append(held[0], held[1]...), event); err != nil {
				return err
			}
		}
		return tx.Apply(ctx, change)
	})
}

// askBoth opens a task for each household of claims that has none of this event.
func (s *Service) askBoth(ctx context.Context, tx Tx, change *Change, held []ClaimRow, event uid.ID) error {
	var homes []uid.ID
	for _, r := range held {
		if !slices.Contains(homes, r.Household) {
			homes = append(homes, r.Household)
		}
	}
	slices.SortFunc(homes, func(a, b uid.ID) int { return bytes.Compare(a[:], b[:]) })
	now := s.now()
	for _, id := range homes {
		seen, err := tx.CauseSeen(ctx, id, event)
		if err != nil {
			return err
		}
		h, err := tx.Household(ctx, id)
		if err != nil {
			return err
		}
		if seen || h.Version == 0 {
			continue
		}
		s.openTask(change, h, PersonsMerged, 0, event, now)
		change.Touch = append(change.Touch, Touch{Household: id, At: now})
	}
	return nil
}
