package population

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"

	"sijil/internal/uid"
	"sijil/linkage"
	"sijil/seal"
)

// blindBlocking is the field of the blind indexes of linkage keys.
const blindBlocking = "population.blocking"

// sought is a record made ready to be compared and looked for.
type sought struct {
	record  *record
	forms   []*linkage.Record // one for each name
	ladders []ladder
}

// ladder are the keys of one pass for one name, from the coarsest: each under
// every live blind key.
type ladder [][]seal.Blind

// seek makes a record ready. The keys of linkage are kept under a keyed hash:
// equality is all that is left of them.
func (s *Service) seek(ctx context.Context, r *record) (*sought, error) {
	out := &sought{record: r}
	seen := map[seal.Blind]bool{}
	for _, values := range s.duplicates.values(r) {
		f, err := s.duplicates.model.Record(values)
		if err != nil {
			return nil, err
		}
		out.forms = append(out.forms, f)
		if out.ladders, err = s.ladders(ctx, out.ladders, s.duplicates.model.Keys(f), seen); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ladders adds the ladders of a name's keys. One that another name has whole is
// left out.
func (s *Service) ladders(ctx context.Context, all []ladder, keys []linkage.Key, seen map[seal.Blind]bool) ([]ladder, error) {
	for i := 0; i < len(keys); {
		var l ladder
		fresh := false
		for pass := keys[i].Pass; i < len(keys) && keys[i].Pass == pass; i++ {
			blinds, err := s.vault.Blinds(ctx, blindBlocking, keys[i].Bytes())
			if err != nil {
				return nil, err
			}
			fresh = fresh || !seen[blinds[0]]
			seen[blinds[0]] = true
			l = append(l, blinds)
		}
		if fresh {
			all = append(all, l)
		}
	}
	return all, nil
}

// rows are the keys of a person as they are stored, in their order.
func (k *sought) rows(person uid.ID) []BlockingRow {
	var out []BlockingRow
	for _, l := range k.ladders {
		for _, step := range l {
			for _, b := range step {
				out = append(out, BlockingRow{Blind: b, Person: person})
			}
		}
	}
	order := func(a, b BlockingRow) int { return bytes.Compare(a.Blind[:], b.Blind[:]) }
	slices.SortFunc(out, order)
	return slices.CompactFunc(out, func(a, b BlockingRow) bool { return a.Blind == b.Blind })
}

// blockingRows returns the keys of a record as they are stored.
func (s *Service) blockingRows(ctx context.Context, person uid.ID, r *record) ([]BlockingRow, error) {
	k, err := s.seek(ctx, r)
	if err != nil {
		return nil, err
	}
	return k.rows(person), nil
}

// neighbours are the people whom a search found.
type neighbours struct {
	people  []uid.ID // those found in most ladders first
	ladders int
	cut     int // ladders of which not everybody was read
}

// search finds who shares a key with a record. A key that more people have than
// the rule reads is not read: the next one of its ladder splits it. Where there
// is no next one the latest people are read, so that two who come at the same
// time meet, and the ladder counts as cut.
func (s *Service) search(ctx context.Context, tx Tx, person uid.ID, k *sought) (neighbours, error) {
	rule := s.duplicates.Search
	out := neighbours{ladders: len(k.ladders)}
	found := map[uid.ID]int{}
	open := slices.Clone(k.ladders)
	for depth := 0; len(open) > 0; depth++ {
		var keys []seal.Blind
		for _, l := range open {
			keys = append(keys, l[depth]...)
		}
		rows, err := tx.ByKeys(ctx, slices.Compact(slices.SortedFunc(slices.Values(keys), func(a, b seal.Blind) int { return bytes.Compare(a[:], b[:]) })), rule.Holders+2)
		if err != nil {
			return out, err
		}
		holders := map[seal.Blind][]uid.ID{}
		for _, r := range rows {
			if r.Person != person {
				holders[r.Blind] = append(holders[r.Blind], r.Person)
			}
		}
		open = slices.DeleteFunc(open, func(l ladder) bool {
			people := map[uid.ID]bool{}
			for _, b := range l[depth] {
				for _, id := range holders[b] {
					people[id] = true
				}
			}
			if len(people) > rule.Holders && depth+1 < len(l) {
				return false
			}
			ids := slices.SortedFunc(maps.Keys(people), latest)
			if len(ids) > rule.Holders {
				ids = ids[:rule.Holders]
				out.cut++
			}
			for _, id := range ids {
				found[id]++
			}
			return true
		})
	}
	out.people = slices.SortedFunc(maps.Keys(found), func(a, b uid.ID) int { return cmp.Or(cmp.Compare(found[b], found[a]), latest(a, b)) })
	if len(out.people) > rule.Candidates {
		out.people = out.people[:rule.Candidates]
		out.cut = max(out.cut, 1)
	}
	return out, nil
}

func latest(a, b uid.ID) int { return bytes.Compare(b[:], a[:]) }
