package system_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"sijil/access"
	"sijil/household"
	"sijil/internal/clock"
	"sijil/internal/store"
	"sijil/internal/system"
	"sijil/internal/uid"
	"sijil/population"
)

// pair are two people of whom each may have a household of one.
type pair struct {
	*system.System

	t       *testing.T
	officer access.Caller
	golden  declared
	people  [2]population.Claim
	n       int
}

func newPair(t *testing.T, cfg system.Config, p system.Parts) *pair {
	t.Helper()
	w := &pair{System: migrated(t, cfg, p), t: t, golden: allGoldens(t)[2]}
	w.officer = counter(w.System)
	for i := range w.people {
		born := w.golden.Members[0].Birth
		born.Year -= 9 * i
		w.people[i] = enrolAt(t, w.System, w.officer, 300*i+1, born, w.golden.Members[0].Sex, w.golden.Locality)
	}
	return w
}

func (w *pair) declare(i int) (*household.Filed, error) {
	w.n++
	c := w.people[i]
	return w.Household.Declare(w.t.Context(), w.officer, fmt.Sprintf("declare-%d", w.n), household.Declaration{Locality: w.golden.Locality, Declarant: "1", Answers: w.golden.Answers,
		Members: []household.Member{{Claim: &household.Claim{IDCS: c.IDCS, Name: c.Name, Birth: c.Birth}, Answers: w.golden.Members[0].Answers}}})
}

func (w *pair) must(f *household.Filed, err error) *household.Filed {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// reported opens a case about the two, and returns what the last of two
// officers has to do.
func (w *pair) reported(j population.Judgement) func() (population.Judged, error) {
	w.t.Helper()
	ctx := w.t.Context()
	w.n++
	key := fmt.Sprintf("case-%d", w.n)
	ref, err := w.Population.Report(ctx, w.officer, key, population.CaseReport{One: w.people[0].IDCS, Other: w.people[1].IDCS})
	if err != nil {
		w.t.Fatal(err)
	}
	var last func() (population.Judged, error)
	for i := range 2 {
		c := access.Caller{Kind: access.Staff, Actor: w.IDs.NewID(), Roles: []access.Role{access.Adjudicator}, Areas: []string{access.AnyArea}, Purpose: "adjudication", Basis: "law", Case: string(ref)}
		v, err := w.Population.Case(ctx, c, ref)
		if err != nil {
			w.t.Fatal(err)
		}
		if j.Seen = v.Seen; j.Verdict == population.OpinionSame {
			j.Document = "replaced"
		}
		last = func() (population.Judged, error) { return w.Population.Judge(ctx, c, key, ref, j) }
		if i == 0 {
			if _, err := last(); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return last
}

func (w *pair) decide(j population.Judgement, want population.CaseOutcome) {
	w.t.Helper()
	got, err := w.reported(j)()
	if err != nil || got.Outcome != want {
		w.t.Fatalf("%+v %v", got, err)
	}
	if err := w.Settle(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

var (
	areSame      = population.Judgement{Verdict: population.OpinionSame, Other: 1, Reason: "same_documents"}
	areDifferent = population.Judgement{Verdict: population.OpinionDifferent, Reason: "different_documents"}
)

// tasks are the kinds of open tasks of a household.
func (w *pair) tasks(f *household.Filed) (out []household.TaskKind) {
	w.t.Helper()
	list, err := w.Household.Tasks(w.t.Context(), w.officer, w.golden.Locality, uid.ID{}, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, task := range list {
		if task.Code == f.Household {
			out = append(out, task.Kind)
		}
	}
	return out
}

func (w *pair) count(sql string) (n int64) {
	w.t.Helper()
	err := w.Stores[system.SocialStore].View(w.t.Context(), func(tx *store.Tx) error { return tx.QueryRow(w.t.Context(), sql).Scan(&n) })
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// homes is how many households hold one of the two.
func (w *pair) homes() int64 {
	w.t.Helper()
	return w.count(`SELECT count(DISTINCT household_id) FROM household_claims`)
}

// TestAMergedPersonStaysInOneHousehold: whoever was declared under the old
// number is found under the other, and moves by the own next act.
func TestAMergedPersonStaysInOneHousehold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, _ *clock.Manual) {
		t.Helper()
		w := newPair(t, cfg, p)
		first := w.must(w.declare(1))
		w.decide(areSame, population.OutcomeMerged)
		if got := w.tasks(first); len(got) != 0 {
			t.Errorf("a household that nothing changes for is asked: %v", got)
		}
		second := w.must(w.declare(0))
		if n := w.homes(); n != 1 || second.Household == first.Household {
			t.Errorf("one person is in %d households", n)
		}
		if got := w.tasks(first); !slices.Equal(got, []household.TaskKind{household.MemberMoved}) {
			t.Errorf("the household left behind: %v", got)
		}
		old, err := w.Population.Exchange(t.Context(), social(), population.Social, "old", []population.Claim{w.people[1]})
		if err != nil || !old[0].Yes {
			t.Errorf("the old number: %v %v", old, err)
		}
	})
}

// TestTwoHouseholdsOfOnePerson: both are asked, and nothing that runs stops.
func TestTwoHouseholdsOfOnePerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, _ *clock.Manual) {
		t.Helper()
		w := newPair(t, cfg, p)
		one, two := w.must(w.declare(0)), w.must(w.declare(1))
		w.decide(areSame, population.OutcomeMerged)
		asked := []household.TaskKind{household.PersonsMerged}
		if !slices.Equal(w.tasks(one), asked) || !slices.Equal(w.tasks(two), asked) {
			t.Errorf("%v %v", w.tasks(one), w.tasks(two))
		}
		if n := w.count(`SELECT count(*) FROM household_scores WHERE valid_to IS NULL`); n != 2 {
			t.Errorf("%d scores are in force", n)
		}
		w.must(w.declare(0))
		if n := w.homes(); n != 1 {
			t.Errorf("after the own act one person is in %d households", n)
		}

		w.decide(areDifferent, population.OutcomeSplit)
		if n := w.count(`SELECT count(*) FROM person_aliases`); n != 0 {
			t.Errorf("%d aliases are left", n)
		}
		w.must(w.declare(1))
		if n := w.homes(); n != 2 {
			t.Errorf("two people are in %d households", n)
		}
	})
}

// TestAMergeBesideADeclaration: whichever comes first, the person is in one
// household or somebody is asked.
func TestAMergeBesideADeclaration(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, cfg system.Config, p system.Parts, _ *clock.Manual) {
		t.Helper()
		w := newPair(t, cfg, p)
		first := w.must(w.declare(0))
		last := w.reported(areSame)
		var wg sync.WaitGroup
		var second *household.Filed
		var declared, judged error
		wg.Go(func() { second, declared = w.declare(1) })
		wg.Go(func() { _, judged = last() })
		wg.Wait()
		if declared != nil || judged != nil {
			t.Fatalf("%v %v", declared, judged)
		}
		if err := w.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if w.homes() == 2 && (len(w.tasks(first)) == 0 || len(w.tasks(second)) == 0) {
			t.Errorf("one person is in two households, and they are asked %v and %v", w.tasks(first), w.tasks(second))
		}
	})
}

func social() access.Caller {
	return access.Caller{Kind: access.System, Roles: []access.Role{access.SocialRegister}, Areas: []string{access.AnyArea}, Purpose: "declaration", Basis: "law", Case: "h-1"}
}
