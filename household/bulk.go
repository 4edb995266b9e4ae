package household

import (
	"context"
	"fmt"
	"slices"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/seal"
)

// Loader is a Store that takes changes of new households in bulk. It writes
// the same rows as Apply, a table at a time, without events.
type Loader interface {
	Load(ctx context.Context, next func() (*Change, error)) (int64, error)
}

// Known is a declaration whose members the caller knows already: by line, the
// token and facts that the population register would have answered.
type Known struct {
	Declaration Declaration // its members are named by Awaiting or, with a token, by nothing
	Tokens      []seal.Token
	Facts       []Fact // of the lines with a token, in their order
}

// Bulk registers many new households at once, for benches and tests: checks,
// seals, keys, claims and figures are those of Declare, but the doors of the
// population register are not used, there are no idempotency keys and no
// events, and rows are written a table at a time. next returns declarations
// until io.EOF; loaded, if not nil, is told each score in turn, so that its
// outcomes can be loaded too. It returns how many were written.
func (s *Service) Bulk(ctx context.Context, c access.Caller, next func() (Known, error), loaded func(Filed, StoredScore)) (int64, error) {
	loader, ok := s.store.(Loader)
	if !ok {
		return 0, &errs.Error{Code: "household.bulk", What: "this store does not take households in bulk"}
	}
	n := 0
	return loader.Load(ctx, func() (*Change, error) {
		k, err := next()
		if err != nil {
			return nil, err
		}
		n++
		change, filed, err := s.bulk(ctx, c, &k)
		if err != nil {
			return nil, fmt.Errorf("declaration %d: %w", n, err)
		}
		if loaded != nil {
			r := &change.Scores[0]
			loaded(*filed, StoredScore{ShownScore: shown(r), Household: r.Household, Locality: change.New.Locality})
		}
		return change, nil
	})
}

func (s *Service) bulk(ctx context.Context, c access.Caller, k *Known) (*Change, *Filed, error) {
	d := &k.Declaration
	d.Members = slices.Clone(d.Members)
	for i := range d.Members {
		if d.Members[i].Awaiting == nil {
			d.Members[i].Line = i + 1 // known, as far as check is concerned
		}
	}
	if err := s.check(c, access.HouseholdDeclare, "bulk", d); err != nil {
		return nil, nil, err
	}
	if d.Household != "" || len(d.numbered()) != len(k.Tokens) || len(k.Tokens) != len(k.Facts) {
		return nil, nil, errs.Bad("", "not a new household whose members are all known", "declare it with Declare")
	}
	key, err := s.vault.NewKey(ctx)
	if err != nil {
		return nil, nil, err
	}
	f := &filing{caller: c, base: new(base), dataKey: key, facts: k.Facts, version: s.newVersion(c, d, new(base), key)}
	f.record = d.record()
	for i, line := range d.numbered() {
		f.record.Members[line].Token = k.Tokens[i].Text()
	}
	if err := f.record.distinct(); err != nil {
		return nil, nil, err
	}
	if err := f.living(); err != nil {
		return nil, nil, err
	}
	if f.whole, err = s.engine.assemble("household", &f.version, f.record, f.facts); err != nil {
		return nil, nil, err
	}
	if err := s.judge(f); err != nil {
		return nil, nil, err
	}
	change, filed, err := s.planOn(ctx, f, nil)
	if change != nil {
		change.Events = nil
	}
	return change, filed, err
}

// numbered returns the places of the lines that have a number.
func (d *Declaration) numbered() []int {
	var out []int
	for i := range d.Members {
		if d.Members[i].Awaiting == nil {
			out = append(out, i)
		}
	}
	return out
}
