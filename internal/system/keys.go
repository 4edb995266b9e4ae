package system

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/fields"
	"sijil/internal/store"
	"sijil/internal/uid"
	"sijil/seal"
	"sijil/seal/sealdb"
)

// KeyKind is a kind of keys that the keeper holds.
type KeyKind string

// The kinds.
const (
	ZoneKey  KeyKind = "zone"  // wraps data keys
	BlindKey KeyKind = "blind" // makes blind indexes
)

// KeyUse says what still needs a key of the keeper.
type KeyUse struct {
	Domain  seal.Domain      `json:"domain"`
	Kind    KeyKind          `json:"kind"`
	Number  uint16           `json:"number"`
	Current bool             `json:"current"`
	Rows    map[string]int64 `json:"rows"` // by table: data keys wrapped under it, blind indexes made with it; those that have none are left out
	// Answers are kept answers to repeated requests that only this key opens.
	Answers int64 `json:"answers,omitempty"`
}

// Total is how many rows need the key.
func (u KeyUse) Total() (n int64) {
	for _, rows := range u.Rows {
		n += rows
	}
	return n
}

// storeOf are the stores whose values the keys of a domain blind.
var storeOf = map[seal.Domain]string{seal.Population: PopulationStore, seal.Social: SocialStore, seal.Agency: AgencyStore}

// KeyUses says for every key of the keeper what still needs it. It reads all
// of the key store, and all blind indexes.
func (s *System) KeyUses(ctx context.Context) ([]KeyUse, error) {
	if err := s.Keeper.Reload(); err != nil {
		return nil, err
	}
	wrappings, err := seal.Count(ctx, s.Keeper, sealdb.New(s.Stores[KeyStore]))
	if err != nil {
		return nil, err
	}
	var out []KeyUse
	for _, d := range domains {
		for i, n := range s.Keeper.ZoneKeys(d) {
			u := KeyUse{Domain: d, Kind: ZoneKey, Number: n, Current: i == 0, Rows: map[string]int64{}}
			if rows := wrappings[d][n]; rows > 0 {
				u.Rows["data_keys"] = rows
			}
			out = append(out, u)
		}
		for i, n := range s.Keeper.BlindKeys(d) {
			u, err := s.blindUse(ctx, d, n)
			if err != nil {
				return nil, err
			}
			u.Current = i == 0
			out = append(out, u)
		}
	}
	return out, nil
}

// blindUse counts what was made with a blind key.
func (s *System) blindUse(ctx context.Context, d seal.Domain, number uint16) (KeyUse, error) {
	u := KeyUse{Domain: d, Kind: BlindKey, Number: number, Rows: map[string]int64{}}
	from, to := []byte{byte(number >> 8), byte(number)}, []byte{byte((number + 1) >> 8), byte(number + 1)}
	err := s.Stores[storeOf[d]].View(ctx, func(tx *store.Tx) error {
		clear(u.Rows)
		for _, t := range fields.Of(storeOf[d]) {
			for _, c := range t.Columns {
				if c.Class != fields.Blind && c.Class != fields.Blocking {
					continue
				}
				var n int64
				if err := tx.QueryRow(ctx, `SELECT count(*) FROM `+t.Name+` WHERE `+c.Name+` >= $1 AND `+c.Name+` < $2`, from, to).Scan(&n); err != nil {
					return err
				}
				if n > 0 {
					u.Rows[t.Name] += n
				}
			}
		}
		return tx.QueryRow(ctx, `SELECT count(*) FROM idempotency WHERE substr(response, 2, 2) = $1`, from).Scan(&u.Answers)
	})
	return u, err
}

// RotateKey adds a key to a domain and makes it the current one. What the keys
// before made stays in use until it is written anew.
func (s *System) RotateKey(kind KeyKind, d seal.Domain) (uint16, error) {
	if kind == ZoneKey {
		return s.Keeper.RotateZone(d, s.Parts.Clock.Now())
	}
	return s.Keeper.RotateBlind(d, s.Parts.Clock.Now())
}

// Rewritten is what RewrapKeys or RewriteBlind did.
type Rewritten struct {
	Seen int `json:"seen"` // data keys, or people
	Done int `json:"done"` // data keys wrapped anew, or rows written under the current blind key
}

// atOnce is how many data keys, or people, one transaction takes.
const (
	rewrapAtOnce  = 1000
	reblindAtOnce = 500
)

// RewrapKeys wraps every data key under the current zone key of its domain. It
// may be stopped and run again; the service may be at work.
func (s *System) RewrapKeys(ctx context.Context, progress func(Rewritten)) (out Rewritten, err error) {
	if err := s.Keeper.Reload(); err != nil {
		return out, err
	}
	keys := sealdb.New(s.Stores[KeyStore])
	for after := (uid.ID{}); ; {
		step, err := seal.Rewrap(ctx, s.Keeper, keys, after, rewrapAtOnce)
		if err != nil {
			return out, err
		}
		out.Seen, out.Done = out.Seen+step.Seen, out.Done+step.Done
		progress(out)
		if after = step.Last; after.IsZero() {
			return out, nil
		}
	}
}

// RewriteBlind writes the blind indexes of a domain under its current key, from
// what is sealed. It may be stopped and run again; the service may be at work,
// once every process of it knows the current key.
func (s *System) RewriteBlind(ctx context.Context, d seal.Domain, progress func(Rewritten)) (Rewritten, error) {
	if err := s.Keeper.Reload(); err != nil {
		return Rewritten{}, err
	}
	return s.reblind(ctx, d, false, progress)
}

func (s *System) reblind(ctx context.Context, d seal.Domain, drop bool, progress func(Rewritten)) (out Rewritten, err error) {
	if d != seal.Population {
		return out, &errs.Error{Kind: errs.Conflict, Code: "system.blind_fixed", What: "blind indexes of the domain " + string(d) + " are not written anew by this program",
			Fix: "keep its blind keys; sijil keys status says what was made with each"}
	}
	job := access.SystemCaller("keys", "-")
	for after := (uid.ID{}); ; {
		step, err := s.Population.Reblind(ctx, job, after, reblindAtOnce, drop)
		if err != nil {
			return out, err
		}
		out.Seen, out.Done = out.Seen+step.Seen, out.Done+step.Done
		progress(out)
		if after = step.Last; after.IsZero() {
			return out, nil
		}
	}
}

// RetireKey removes a key that nothing needs any more. Of a blind key of the
// population register it first takes away what was written under the current
// one besides. A key that is still needed is refused, and stays: Conflict with
// code system.key_needed, which says by how many rows of which tables. Answers
// that only a blind key opens are needed unless forget says otherwise.
func (s *System) RetireKey(ctx context.Context, kind KeyKind, d seal.Domain, number uint16, forget bool, progress func(Rewritten)) error {
	if err := s.Keeper.Reload(); err != nil {
		return err
	}
	if kind == ZoneKey {
		counts, err := seal.Count(ctx, s.Keeper, sealdb.New(s.Stores[KeyStore]))
		if err != nil {
			return err
		}
		if n := counts[d][number]; n > 0 {
			return needed(fmt.Sprintf("%d data keys are wrapped under it", n), "run sijil keys rewrap")
		}
		return s.Keeper.RetireZone(d, number)
	}
	if live := s.Keeper.BlindKeys(d); slices.Index(live, number) < 1 {
		return s.Keeper.RetireBlind(d, number) // says what is wrong with the number
	}
	u, err := s.blindUse(ctx, d, number)
	if err != nil {
		return err
	}
	if u.Answers > 0 && !forget {
		return needed(fmt.Sprintf("only it opens %d kept answers to repeated requests", u.Answers),
			"wait until they are forgotten, thirty days after the rotation, or repeat with --forget-answers")
	}
	if d == seal.Population {
		if _, err := s.reblind(ctx, d, true, progress); err != nil {
			return err
		}
		for n := 1; n > 0; {
			if n, err = s.Population.ForgetAttempts(ctx, access.SystemCaller("keys", "-"), number, rewrapAtOnce); err != nil {
				return err
			}
		}
		if u, err = s.blindUse(ctx, d, number); err != nil {
			return err
		}
	}
	if u.Total() > 0 {
		var tables []string
		for _, t := range slices.Sorted(maps.Keys(u.Rows)) {
			tables = append(tables, fmt.Sprintf("%d of %s", u.Rows[t], t))
		}
		return needed("rows were made with it: "+strings.Join(tables, ", "), "see docs/sealing.md, Rotation: which rows wait for what")
	}
	return s.Keeper.RetireBlind(d, number)
}

func needed(what, fix string) error {
	return &errs.Error{Kind: errs.Conflict, Code: "system.key_needed", What: "the key is still needed: " + what, Fix: fix}
}
