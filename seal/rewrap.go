package seal

import (
	"context"

	"sijil/internal/errs"
	"sijil/internal/uid"
)

// ZoneKeeper is a Keeper that says which zone key wrapped a data key, so that
// one that is no longer needed can be removed.
type ZoneKeeper interface {
	Keeper
	// ZoneKeys returns the numbers of a domain's zone keys, the current first.
	ZoneKeys(d Domain) []uint16
	// ZoneOf returns the number of the zone key under which a data key is wrapped.
	ZoneOf(wrapped []byte) (uint16, error)
}

// Rewrapper is a key store whose keys can be wrapped anew.
type Rewrapper interface {
	// KeysAfter returns at most limit keys that live with ids above after, in
	// their order, of all domains.
	KeysAfter(ctx context.Context, after uid.ID, limit int) ([]WrappedKey, error)
	// Rewrap puts wrappings in the place of others. A key that was destroyed or
	// wrapped by somebody else meanwhile stays as it is.
	Rewrap(ctx context.Context, list []Rewrapped) error
}

// Rewrapped is a data key under another zone key than before.
type Rewrapped struct {
	ID       uid.ID
	Old, New []byte
}

// Wrappings counts live data keys by the zone key they are wrapped under.
type Wrappings map[Domain]map[uint16]int64

// Rewrapping is what one step of Rewrap did.
type Rewrapping struct {
	Last uid.ID // where the next step begins; zero when there is none
	Seen int    // keys looked at
	Done int    // of these, wrapped anew
}

// Rewrap wraps data keys with ids above after, at most limit of them, under the
// current zone key of their domain, where they are not. What they seal stays as
// it is. It may stop at any point and be run again from any point: a key opens
// before, while and after.
func Rewrap(ctx context.Context, k ZoneKeeper, s Rewrapper, after uid.ID, limit int) (Rewrapping, error) {
	list, err := s.KeysAfter(ctx, after, limit)
	if err != nil {
		return Rewrapping{}, unavailable("read data keys", err)
	}
	out := Rewrapping{Seen: len(list)}
	var anew []Rewrapped
	for _, w := range list {
		zone, err := k.ZoneOf(w.Wrapped)
		if err != nil {
			return out, &errs.Error{Code: "seal.rewrap", What: "the data key " + w.ID.String() + " cannot be read", Fix: "restore its row from a backup of the key store", Err: err}
		}
		zones := k.ZoneKeys(w.Domain)
		if len(zones) > 0 && zones[0] == zone {
			continue
		}
		next, err := rewrap(ctx, k, w)
		if err != nil {
			return out, err
		}
		anew = append(anew, Rewrapped{ID: w.ID, Old: w.Wrapped, New: next})
	}
	if len(anew) > 0 {
		if err := s.Rewrap(ctx, anew); err != nil {
			return out, unavailable("keep data keys wrapped anew", err)
		}
	}
	if out.Done = len(anew); len(list) == limit {
		out.Last = list[limit-1].ID
	}
	return out, nil
}

func rewrap(ctx context.Context, k Keeper, w WrappedKey) ([]byte, error) {
	about := aboutKey(w.Domain, w.ID)
	plain, err := k.Unwrap(ctx, w.Domain, w.Wrapped, about)
	if err != nil {
		return nil, unavailable("unwrap the data key "+w.ID.String(), err)
	}
	defer clear(plain)
	next, err := k.Wrap(ctx, w.Domain, plain, about)
	if err != nil {
		return nil, unavailable("wrap the data key "+w.ID.String()+" anew", err)
	}
	return next, nil
}

func (w Wrappings) add(d Domain, zone uint16) {
	if w[d] == nil {
		w[d] = map[uint16]int64{}
	}
	w[d][zone]++
}

// Count counts live data keys by the zone key they are wrapped under. It reads
// all of them.
func Count(ctx context.Context, k ZoneKeeper, s Rewrapper) (Wrappings, error) {
	counts := Wrappings{}
	for after := (uid.ID{}); ; {
		const atOnce = 1000
		list, err := s.KeysAfter(ctx, after, atOnce)
		if err != nil {
			return nil, unavailable("read data keys", err)
		}
		for _, w := range list {
			zone, err := k.ZoneOf(w.Wrapped)
			if err != nil {
				return nil, err
			}
			counts.add(w.Domain, zone)
		}
		if len(list) < atOnce {
			return counts, nil
		}
		after = list[atOnce-1].ID
	}
}
