package household

import (
	"context"
	"errors"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/seal"
)

// Save keeps a declaration as a draft: of a new household, which gets its code
// with it, or beside the version that a household stands by. A draft may be
// incomplete and counts for nothing; saving again replaces it. Members who are
// named in it are asked for at once, so that no name is kept.
func (s *Service) Save(ctx context.Context, c access.Caller, key string, d Declaration) (*Filed, error) {
	d.Members = append([]Member(nil), d.Members...)
	if err := s.check(c, access.HouseholdDeclare, key, &d); err != nil {
		return nil, err
	}
	request := d.printed()
	out := new(Filed)
	err := s.save(ctx, c, key, &d, request, out)
	if err != nil {
		err = before(ctx, s, c, opSave, key, request, out, err)
	}
	return out.or(err)
}

func (s *Service) save(ctx context.Context, c access.Caller, key string, d *Declaration, request any, out *Filed) error {
	b, err := s.find(ctx, c, d)
	if err != nil {
		return err
	}
	r, err := s.resolve(ctx, c, key, d, b)
	if err != nil {
		return err
	}
	k := b.draftKey
	if b.draft == nil {
		if k, err = s.vault.NewKey(ctx); err != nil {
			return err
		}
	}
	v := s.newVersion(c, d, b, k)
	if b.draft != nil {
		v.Version = b.draft.Version
	}
	v.State = Draft
	if v.Record, err = r.seal(k, v.Household, v.Version); err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		change, home, err := s.draftChange(b, v)
		if err != nil {
			return err
		}
		err = keyed(ctx, s, c, opSave, key, request, out, func(tx Tx) error {
			*out = Filed{Household: home.Code, Revision: home.Revision, Version: v.Version, State: Draft, ID: home.ID}
			for i := range r.Members {
				out.Lines = append(out.Lines, Line{Ref: r.Members[i].Ref})
			}
			return tx.Apply(ctx, change)
		})
		if errors.Is(err, ErrRaced) {
			return errStale
		}
		if !errors.Is(err, ErrCodeTaken) || attempt == raceAttempts {
			return err
		}
	}
}

func (s *Service) draftChange(b *base, v VersionRow) (*Change, Row, error) {
	now := s.now()
	c := new(Change)
	home := b.row
	home.Draft, home.Versions, home.Changed = v.Version, max(home.Versions, v.Version), now
	home.Revision++
	if b.row.ID.IsZero() {
		code, err := drawCode(s.rand)
		if err != nil {
			return nil, home, err
		}
		home.ID, home.Code, home.Locality, home.Created = v.Household, code, v.Locality, now
		c.New, c.NewCode = &home, &home
	} else {
		c.Touch = []Touch{{Household: home.ID, Expect: b.row.Revision, At: now, Set: &home}}
	}
	if b.draft == nil {
		c.Versions = []VersionRow{v}
	} else {
		c.SetVersions = []VersionChange{{Household: home.ID, Version: v.Version, Was: Draft, Row: v, Record: true}}
	}
	return c, home, nil
}

// Submit hands in the open draft of a household: it must now be complete, and
// is computed in the same act.
func (s *Service) Submit(ctx context.Context, c access.Caller, key string, code Code, revision int64) (*Filed, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	if err := c.May(access.HouseholdDeclare); err != nil {
		return nil, err
	}
	request := []any{code, revision}
	out, err := s.submit(ctx, c, key, code, revision, request)
	if err == nil {
		return out, nil
	}
	out = new(Filed)
	return out.or(before(ctx, s, c, opSubmit, key, request, out, err))
}

func (s *Service) submit(ctx context.Context, c access.Caller, key string, code Code, revision int64, request any) (*Filed, error) {
	b, err := s.openDraft(ctx, c, code, revision)
	if err != nil {
		return nil, err
	}
	if err := s.checkDay(b.draft.AsOf); err != nil {
		return nil, err
	}
	if len(b.drafted.Members) == 0 {
		return nil, invalid("no_member", "members", "the household has no member", "list every member; one person alone is a household")
	}
	f := &filing{caller: c, key: key, op: opSubmit, request: request, base: b, record: b.drafted, dataKey: b.draftKey, version: *b.draft, draft: true}
	f.version.Actor, f.version.ActorKind = c.Actor, c.Kind.String()
	return s.file(ctx, f)
}

func (s *Service) openDraft(ctx context.Context, c access.Caller, code Code, revision int64) (*base, error) {
	code, err := ParseCode(string(code))
	if err != nil {
		return nil, err
	}
	b, err := s.load(ctx, code, true)
	if _, erased := errors.AsType[*seal.Erased](err); erased && b.draft != nil {
		return nil, errStale // discarded since the row was read
	}
	if err == nil {
		err = s.mine(ctx, c, b)
	}
	if err != nil {
		return nil, err
	}
	if b.draft == nil {
		return nil, &errs.Error{Kind: errs.NotFound, Code: "household.no_draft", Field: "household", What: "the household has no open draft", Fix: "save one first"}
	}
	if err := may(c, access.HouseholdDeclare, b.draft.Locality); err != nil {
		return nil, err
	}
	return b, b.stale(revision)
}

// Discard throws the open draft of a household away and destroys its key: what
// was typed can be read no more. Should the key store fail just then, EndKeys
// destroys it later.
func (s *Service) Discard(ctx context.Context, c access.Caller, key string, code Code, revision int64) (*Filed, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	if err := c.May(access.HouseholdDeclare); err != nil {
		return nil, err
	}
	request := []any{code, revision}
	out := new(Filed)
	b, err := s.openDraft(ctx, c, code, revision)
	if err == nil {
		err = keyed(ctx, s, c, opDiscard, key, request, out, func(tx Tx) error {
			now := s.now()
			home := b.row
			home.Draft, home.Changed = 0, now
			*out = Filed{Household: home.Code, Revision: home.Revision + 1, Version: b.draft.Version, State: Discarded, ID: home.ID}
			return tx.Apply(ctx, &Change{
				Touch:       []Touch{{Household: home.ID, Expect: b.row.Revision, At: now, Set: &home}},
				SetVersions: []VersionChange{{Household: home.ID, Version: b.draft.Version, Was: Draft, Row: VersionRow{State: Discarded}}},
			})
		})
		if err == nil {
			// After the row: a key that outlives its draft harms nobody, a draft
			// without its key could not be submitted. One that cannot be destroyed
			// now is left to EndKeys: the draft is discarded either way.
			_ = s.endKey(ctx, b.draft)
		}
		if errors.Is(err, ErrRaced) {
			err = errStale
		}
	}
	if err != nil {
		err = before(ctx, s, c, opDiscard, key, request, out, err)
	}
	return out.or(err)
}

// EndKeys destroys the keys of discarded drafts that still have one, at most
// limit, and returns how many it ended. One that fails holds up no other, and is
// tried again by the next call.
func (s *Service) EndKeys(ctx context.Context, c access.Caller, limit int) (int, error) {
	if err := c.May(access.JobRun); err != nil {
		return 0, err
	}
	var failed []error
	var after VersionRow
	for n := 0; ; {
		var page []VersionRow
		err := s.store.View(ctx, func(tx Tx) (err error) {
			page, err = tx.Unended(ctx, after.Household, after.Version, limit-n)
			return err
		})
		if err != nil || len(page) == 0 {
			return n, errors.Join(append(failed, err)...)
		}
		for i := range page {
			if err := s.endKey(ctx, &page[i]); err != nil {
				failed = append(failed, err)
				continue
			}
			n++
		}
		after = page[len(page)-1]
		if n >= limit || ctx.Err() != nil {
			return n, errors.Join(append(failed, ctx.Err())...)
		}
	}
}

// endKey destroys the key of a discarded draft, then notes that it is done:
// destroying it again changes nothing.
func (s *Service) endKey(ctx context.Context, v *VersionRow) error {
	if err := s.vault.Destroy(ctx, v.Key, "draft discarded"); err != nil {
		return err
	}
	end := &Change{EndKeys: []KeyEnd{{Household: v.Household, Version: v.Version, At: s.now()}}}
	return s.store.Do(ctx, func(tx Tx) error { return tx.Apply(ctx, end) })
}
