package population

import (
	"context"
	"slices"

	"sijil/access"
	"sijil/internal/outbox"
	"sijil/internal/uid"
)

// splitting is a split in the making: the merged person becomes one again, out
// of whoever its chain of merges has led to.
type splitting struct {
	merged, holder opened
	row            MergeRow // the merge that is undone
	// taken is the merge by which the holder's record took the person in: the
	// same, or a later one of the survivor.
	taken    MergeRow
	versions []RecordRow // of the holder
	// What the holder has, and what the merged person had.
	relations [2][]RelationRow
	consents  [2][]ConsentRow
}

// split undoes the merge of a case's subject. It gets back its number, and the
// tokens that were issued for it: they were never anybody else's. What was
// issued since stays with the survivor.
func (s *Service) split(ctx context.Context, c access.Caller, f *caseFile, ch *Changes) error {
	p := &splitting{merged: f.subject}
	if err := s.readSplitting(ctx, p); err != nil {
		return err
	}
	now := s.now()
	theirs := *p.holder.record
	before, err := s.beforeMerge(ctx, p)
	if err != nil {
		return err
	}
	theirs.Names = slices.DeleteFunc(slices.Clone(theirs.Names), func(n Name) bool {
		is := func(o Name) bool { return sameSpellings(o, n) }
		return n.Use == Former && slices.ContainsFunc(p.merged.Names, is) && !slices.ContainsFunc(before.Names, is)
	})
	own, err := s.takeBackDocuments(ctx, ch, p, &theirs)
	if err != nil {
		return err
	}
	if err := s.takeBackContacts(ctx, ch, p, before, &theirs); err != nil {
		return err
	}
	p.endCopies(c, ch, s)
	move := Move{Person: p.merged.row.ID, FromRevision: p.merged.row.Revision, FromState: Merged, Revision: p.merged.row.Revision, State: p.row.State,
		Locality: p.merged.row.Locality, Assurance: p.merged.row.Assurance, At: now, Stale: errRaced}
	ch.Moves = append(ch.Moves, move)
	if err := s.rewrite(ctx, c, ch, p.holder, &theirs, "split"); err != nil {
		return err
	}
	if !sameJSON(own, p.merged.record) {
		if err := s.rewrite(ctx, c, ch, p.merged, own, "split"); err != nil {
			return err
		}
	}
	if err := s.moveKeys(ctx, ch, p.merged.row.ID, nil, own); err != nil {
		return err
	}
	ch.EndRedirects = append(ch.EndRedirects, RedirectEnd{Person: p.merged.row.ID, Survivor: p.row.Survivor, Stale: errRaced})
	ch.EndMerges = append(ch.EndMerges, MergeEnd{Survivor: p.row.Survivor, Merged: p.merged.row.ID, Case: p.row.Case, SplitCase: f.row.Ref, At: now, Stale: errRaced})
	return s.redirected(ch, TopicSplit, p.merged.row.ID, p.row.Survivor, f.row.Ref)
}

// readSplitting follows the chain of merges from the person to whom it leads.
func (s *Service) readSplitting(ctx context.Context, p *splitting) error {
	var row PersonRow
	err := s.store.View(ctx, func(tx Tx) error {
		at := p.merged.row.ID
		for i := 0; ; i++ {
			next, err := tx.Redirects(ctx, []uid.ID{at})
			if err != nil {
				return err
			}
			people, err := tx.Persons(ctx, []uid.ID{next[at]}, Agency)
			if err != nil {
				return err
			}
			var ok bool
			if row, ok = people[next[at]]; !ok || i == maxRedirects {
				return lostRedirect()
			}
			merges, err := tx.Merges(ctx, row.ID)
			if err != nil {
				return err
			}
			m := find(merges, func(m MergeRow) bool { return m.Merged == at && m.SplitAt.IsZero() })
			if m == nil {
				return lostRedirect()
			}
			if p.taken = *m; i == 0 {
				p.row = *m
			}
			if at = row.ID; row.State != Merged {
				break
			}
		}
		var err error
		if p.versions, err = tx.Versions(ctx, row.ID); err != nil {
			return err
		}
		for i, id := range []uid.ID{row.ID, p.merged.row.ID} {
			if p.relations[i], err = tx.Relations(ctx, id); err != nil {
				return err
			}
			if p.consents[i], err = tx.Consents(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	list, err := s.inside(ctx, row)
	if err != nil {
		return err
	}
	if list[0].record == nil {
		return unknownCase()
	}
	p.holder = list[0]
	return nil
}

// beforeMerge is the holder's record before it took the person in.
func (s *Service) beforeMerge(ctx context.Context, p *splitting) (*record, error) {
	v := find(p.versions, func(r RecordRow) bool { return r.Revision == p.taken.Revision-1 })
	if v == nil {
		return nil, lostRedirect()
	}
	old := p.holder.row
	old.Revision, old.Record = v.Revision, v.Sealed
	list, err := s.inside(ctx, old)
	if err != nil {
		return nil, err
	}
	return list[0].record, nil
}

// takeBackDocuments gives the person the documents of its record that the
// holder has; those that are somebody else's by now leave its record.
func (s *Service) takeBackDocuments(ctx context.Context, ch *Changes, p *splitting, theirs *record) (*record, error) {
	own := *p.merged.record
	owners, err := s.documentOwners(ctx, own.Documents)
	if err != nil {
		return nil, err
	}
	var back, free, keep []Document
	for i, d := range own.Documents {
		switch owner := owners[i]; {
		case !s.rules.document[d.Type].Claims:
		case owner == p.holder.row.ID:
			back = append(back, d)
		case owner.IsZero():
			free = append(free, d)
		default:
			continue
		}
		keep = append(keep, d)
	}
	own.Documents = keep
	theirs.Documents = slices.DeleteFunc(slices.Clone(theirs.Documents), func(o Document) bool {
		return slices.ContainsFunc(back, func(d Document) bool { return sameDocument(s.rules, o, d) })
	})
	if err := s.handOver(ctx, ch, back, p.holder.row.ID, p.merged.row.ID); err != nil {
		return nil, err
	}
	return &own, s.claimFree(ctx, ch, p.merged.row.ID, free)
}

// takeBackContacts gives the person the contacts that came with the merge.
func (s *Service) takeBackContacts(ctx context.Context, ch *Changes, p *splitting, before, theirs *record) error {
	var back []Contact
	theirs.Contacts = slices.DeleteFunc(slices.Clone(theirs.Contacts), func(k Contact) bool {
		is := func(o Contact) bool { return sameContact(o, k) }
		if !slices.ContainsFunc(p.merged.Contacts, is) || slices.ContainsFunc(before.Contacts, is) {
			return false
		}
		back = append(back, k)
		return true
	})
	return s.moveContacts(ctx, ch, back, p.holder.row.ID, p.merged.row.ID)
}

// endCopies ends what the merge gave the holder: relations of its instant, and
// consents that were given elsewhere.
func (p *splitting) endCopies(c access.Caller, ch *Changes, s *Service) {
	now := s.now()
	for _, r := range p.relations[0] {
		copied := slices.ContainsFunc(p.relations[1], func(o RelationRow) bool { return o.Kind == r.Kind && o.Holder == r.Holder && o.Since == r.Since })
		if copied && r.At.Equal(p.taken.At) && r.State != Ended {
			ch.EndRelations = append(ch.EndRelations, RelationEnd{Person: r.Person, ID: r.ID, Version: r.Version, To: Ended, StateFrom: s.today(), At: now, By: c.Actor, Cause: "split", Stale: errRaced})
		}
	}
	for _, k := range p.consents[0] {
		came := slices.ContainsFunc(p.consents[1], func(o ConsentRow) bool {
			return o.Kind == k.Kind && o.GivenAt.Equal(k.GivenAt) && o.GivenTo == k.GivenTo && k.WithdrawnAt.IsZero()
		})
		if came {
			ch.Withdrawals = append(ch.Withdrawals, Withdrawal{Person: k.Person, Kind: k.Kind, At: now, By: c.Actor, None: errRaced})
		}
	}
	if len(ch.EndRelations) > 0 {
		ch.Events = append(ch.Events, outbox.Event{ID: s.ids.NewID(), Subject: p.holder.row.ID, Topic: TopicRelated, At: now})
	}
}
