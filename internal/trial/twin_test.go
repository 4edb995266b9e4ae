package trial_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sijil/agency"
	"sijil/household"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/sample"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/system"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/seal"
	"sijil/seal/sealtest"
)

// start is the instant at which twins begin.
var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// twin is an installation that does the same random acts as another one, by
// the same clock, and writes down every answer.
type twin struct {
	*system.System

	t      *testing.T
	clock  *clock.Manual
	rand   *rand.Rand
	model  *sample.Model
	plan   *sample.Plan
	houses []*sample.Household
	souls  []*soul
	next   int // the soul who enrols next
	homes  []*home
	waits  []uid.Ref // receipts that await acceptance, or did
	drafts []*home
	keys   int
	log    []string

	receipts []uid.Ref // of all persons, in order
	ids      []uid.ID  // of all households, in order
}

// soul is a synthetic person, as far as the register knows.
type soul struct {
	p        *sample.Person
	house    int
	enrolled bool
	key      string
	receipt  uid.Ref
	number   idcs.IDCS
	birth    civil.Partial
	revision int64
}

// home is a household that was declared.
type home struct {
	house    int
	code     household.Code
	revision int64
	key      string
	lines    int
}

func newTwin(t *testing.T, e store.Engine, seed uint64) *twin {
	t.Helper()
	c, err := land()
	if err != nil {
		t.Fatal(err)
	}
	w := &twin{t: t, clock: clock.NewManual(start), rand: rand.New(rand.NewPCG(seed, 0))}
	cfg := system.Config{Engine: e, Folder: filepath.Join(t.TempDir(), "data"), Agency: agency.Options{Hash: agency.HashWork{Memory: 64, Passes: 1, Threads: 1}}}
	if e == store.Postgres {
		one := storetest.Config(t, e)
		cfg.DSN, cfg.Schema, cfg.Conns = map[string]string{}, one.Schema, 4
		for _, name := range system.StoreNames {
			cfg.DSN[name] = one.DSN
		}
		cfg.KeyFile = filepath.Join(cfg.Folder, "key.json")
		if err := os.MkdirAll(cfg.Folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	parts := system.Parts{Country: c, Clock: w.clock, Rand: sealtest.NewRand(seed)}
	if _, err := system.Migrate(t.Context(), cfg, parts, false); err != nil {
		t.Fatal(err)
	}
	if w.System, err = system.Open(t.Context(), cfg, parts); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	if w.model, err = modelOf(clock.Today(w.clock, c.Zone)); err != nil {
		t.Fatal(err)
	}
	w.plan = w.model.Plan(sample.Options{Seed: seed})
	return w
}

// soul returns the n-th person, and makes households until there is one.
func (w *twin) soul(n int) *soul {
	for len(w.souls) <= n {
		h, err := w.plan.Next()
		if err != nil {
			w.t.Fatal(err)
		}
		base := len(w.houses)
		w.houses = append(w.houses, h)
		for _, i := range h.Enrolling() {
			w.souls = append(w.souls, &soul{p: &h.Persons[i], house: base, birth: h.Persons[i].Birth()})
		}
	}
	return w.souls[n]
}

// numbers are those of the members of a house, zero for who has none.
func (w *twin) numbers(house int) []idcs.IDCS {
	h := w.houses[house]
	out := make([]idcs.IDCS, len(h.Persons))
	for i := range h.Persons {
		for _, s := range w.souls {
			if s.p == &h.Persons[i] {
				out[i] = s.number
			}
		}
	}
	return out
}

func (w *twin) chance(of int) bool { return w.rand.IntN(of) == 0 }

func pick[T any](w *twin, list []T) T { return list[w.rand.IntN(len(list))] }

// key returns a new idempotency key.
func (w *twin) key() string {
	w.keys++
	return fmt.Sprintf("key-%d", w.keys)
}

// codes are the stable codes of an error, with its fields.
func codes(err error) string {
	if l, ok := errors.AsType[errs.List](err); ok {
		var out []string
		for _, m := range l {
			out = append(out, codes(m))
		}
		return strings.Join(out, ", ")
	}
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return fmt.Sprintf("%s %s %s", e.Kind, e.Code, e.Field)
	}
	return "not ours: " + err.Error()
}

// said is an answer with all that chance decides left out.
func said(what any, err error) string {
	if err != nil {
		return codes(err)
	}
	switch v := what.(type) {
	case population.Enrolled:
		refusal := ""
		if v.Refusal != nil {
			refusal = v.Refusal.Code
		}
		return fmt.Sprintf("%s %s %t %t %s", v.State, v.Assurance, v.Receipt != "", !v.IDCS.IsZero(), refusal)
	case population.Status:
		return fmt.Sprintf("%s %s %s %s %s", v.State, v.Captured, v.Decided, v.Assurance, v.Reason)
	case []population.Exchanged:
		out := ""
		for _, e := range v {
			out += fmt.Sprintf("%t %t ", e.Yes, e.Token.IsZero())
		}
		return out
	case []population.Candidate:
		out := ""
		for _, c := range v {
			out += fmt.Sprintf("%v %d %s %s %t %s; ", c.Names, c.BirthYear, c.Sex, c.Locality, c.Number == "", c.State)
		}
		return out
	case population.Shown:
		for i := range v.Relations {
			v.Relations[i].ID = uid.ID{}
		}
		number := !v.IDCS.IsZero()
		v.IDCS = idcs.IDCS{}
		return fmt.Sprintf("%t %+v", number, v)
	case []population.Fact:
		out := ""
		for _, f := range v {
			out += fmt.Sprintf("%s %s %t; ", f.Birth, f.Sex, f.Alive)
		}
		return out
	case *household.Filed:
		return fmt.Sprintf("%s rev %d v%d %s %v %d %s %v", v.State, v.Revision, v.Version, v.Index, v.Lines, v.Awaiting, v.Otherwise, v.Tasks)
	case *household.Shown:
		out := fmt.Sprintf("rev %d v%d d%d %s %s %s %d %s %s %v own %d %v %v %s", v.Revision, v.Version, v.Draft, v.Locality, v.AsOf, v.DeclaredBy, v.Head, v.HeadReason, v.ReviewDue,
			v.Lines, v.Own, v.Tasks, v.Answers, v.Note)
		for _, s := range v.History {
			out += fmt.Sprintf("; v%d %s %s %s %s", s.Version, s.Cause, s.From, s.To, s.Index)
		}
		return out
	case []household.Verdict:
		out := ""
		for i := range v {
			out += fmt.Sprintf("%t ", v[i].Holds())
		}
		return out
	}
	return fmt.Sprintf("%+v", what)
}

// token finds the counter's token of a soul: a disclosure.
func (w *twin) token(s *soul) (seal.Token, error) {
	list, err := w.Population.Find(w.t.Context(), officer, population.FindRequest{Receipt: s.receipt})
	if err != nil || len(list) != 1 {
		return seal.Token{}, fmt.Errorf("%d people have one receipt: %w", len(list), err)
	}
	return list[0].Token, nil
}

func (s *soul) claim() population.Claim {
	return population.Claim{IDCS: s.number, Name: s.p.Name(), Birth: s.birth}
}
