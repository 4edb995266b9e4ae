package population_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sijil/access"
	"sijil/idcs"
	"sijil/population"
	"sijil/population/populationdb"
)

// checked gives a world the bands of the country, and a wait that is short.
func checked(w *world) *world {
	w.t.Helper()
	w.config.Duplicates = shortWait(w.t)
	s, err := population.New(w.config)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Service = s
	return w
}

// shortWait is the country's check, but for how long it waits.
func shortWait(t testing.TB) *population.Duplicates {
	t.Helper()
	ref := reference()
	data, err := os.ReadFile("../morocco/duplicates.json")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(data), `"wait_ms": 2000`, `"wait_ms": 40`, 1)
	d, err := population.ParseDuplicates("duplicates.json", []byte(text), ref.rules, ref.names, func(name string) ([]byte, error) { return os.ReadFile("../morocco/" + name) })
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// somebody is an enrolment by name, birth and one document.
func (w *world) somebody(given, family, born string, documents ...population.Document) population.Enrolment {
	e := w.adult()
	e.Names, e.Birth.Date, e.Documents = []population.Name{name(given, family)}, date(born), documents
	return e
}

// khalek and khaleq are two spellings of one name, in both scripts.
func khalek(e population.Enrolment) population.Enrolment {
	return inBoth(e, "Abdelkhalek", "عبد الخالق", "Oubenhessaine", "اوبنحساين")
}
func khaleq(e population.Enrolment) population.Enrolment {
	return inBoth(e, "Abdelkhaleq", "عبدالخالق", "Oubenhessain", "أوبنحساين")
}

func inBoth(e population.Enrolment, given, arabGiven, family, arabFamily string) population.Enrolment {
	e.Names = []population.Name{{Use: population.Official, Spellings: []population.Spelling{
		{Script: "Latn", Given: given, Family: family}, {Script: "Arab", Given: arabGiven, Family: arabFamily},
	}}}
	return e
}

// state is how far an enrolment has come, as its receipt tells.
func (w *world) state(c citizen) population.Status {
	w.t.Helper()
	st, err := w.Receipt(w.t.Context(), w.resident(c.id), c.Receipt)
	if err != nil {
		w.t.Fatal(err)
	}
	return st
}

func TestThreeBands(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		checked(w)
		first := w.enrol(khalek(w.somebody("", "", "1971-03-19", card(1))))
		if first.State != population.Numbered {
			t.Fatalf("%+v", first.Enrolled)
		}
		// Another name, another day: somebody else.
		if c := w.enrol(w.somebody("Zineb", "Tahiri", "1988-11-02", card(2))); c.State != population.Numbered {
			t.Errorf("a stranger is %s", c.State)
		}
		// Everything the same, another spelling, no card of his own: a passport
		// does not identify, so two witnesses would; here a refugee's receipt of
		// another category stands for any other way in.
		again := khaleq(w.somebody("", "", "1971-03-19", permit(77)))
		again.Category = population.Foreigner
		c := w.enrol(again)
		if c.State != population.Refused || c.Refusal == nil || c.Refusal.Code != "duplicate" || len(c.Refusal.Help) == 0 || !c.IDCS.IsZero() {
			t.Fatalf("a second enrolment: %+v", c.Enrolled)
		}
		if st := w.state(c); st.State != population.Refused || st.Reason != "duplicate" {
			t.Errorf("%+v", st)
		}
		// The person who is enrolled sees that, and nothing else happened.
		uses, err := w.Used(t.Context(), w.resident(first.id), [16]byte{})
		if err != nil || len(uses) != 1 || uses[0].Verdict != "duplicate" {
			t.Errorf("%+v %v", uses, err)
		}
		if n := w.count(`SELECT count(*) FROM disclosures WHERE person_id = $1`, first.id); n != 0 {
			t.Errorf("%d disclosures of a comparison", n)
		}
		if n := w.count(`SELECT count(*) FROM blocking_keys WHERE person_id = $1`, c.id); n != 0 {
			t.Errorf("a refused person is looked for under %d keys", n)
		}
		if n := w.count(`SELECT count(*) FROM document_claims WHERE person_id = $1`, c.id); n != 0 {
			t.Errorf("a refused person claims %d documents", n)
		}
		// The same with another card: two documents contradict, people judge.
		contradicts := w.enrol(khalek(w.somebody("", "", "1971-03-19", card(3))))
		if contradicts.State != population.InJudgement || !contradicts.IDCS.IsZero() {
			t.Errorf("two cards: %+v", contradicts.Enrolled)
		}
		if n := w.count(`SELECT count(*) FROM case_pairs p JOIN cases c ON c.case_ref = p.case_ref WHERE c.person_id = $1 AND p.other_id = $2`, contradicts.id, first.id); n != 1 {
			t.Errorf("%d cases about the two", n)
		}
		if n := w.count(`SELECT count(*) FROM number_claims`); n != 2 {
			t.Errorf("%d numbers", n)
		}
		// Erased, the refused leaves nothing that could be opened.
		w.clock.Advance(400 * 24 * time.Hour)
		if _, err := w.EraseRefused(t.Context(), w.job(), 10); err != nil {
			t.Error(err)
		}
	})
}

// A repeated act makes no second record, whatever came of the first.
func TestARepeatedEnrolmentIsTheSame(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		checked(w)
		one := w.somebody("Abdelkhalek", "Oubenhessaine", "1971-03-19", card(1))
		two := one
		two.Documents = []population.Document{card(2)}
		for _, e := range []population.Enrolment{one, two} {
			key := w.key()
			first, err := w.Enrol(t.Context(), w.officer, key, e)
			if err != nil {
				t.Fatal(err)
			}
			before := w.rows("idempotency")
			again, err := w.Enrol(t.Context(), w.officer, key, e)
			if err != nil || again.Receipt != first.Receipt || again.State != first.State || again.IDCS != first.IDCS {
				t.Errorf("%+v, then %+v %v", first, again, err)
			}
			if after := w.rows("idempotency"); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("%v, before %v", after, before)
			}
		}
	})
}

// gate lets the transactions of one enrolment through one by one.
type gate struct {
	population.Store

	turn chan struct{} // a permit for one transaction
	done chan struct{} // told when a transaction ended
	cut  int           // the program "dies" instead of transaction cut+1; -1 never
	n    int
	open bool // no permits are needed any more
	mu   sync.Mutex
}

var errCut = errors.New("cut off")

func (g *gate) pass(do func() error) error {
	g.mu.Lock()
	open, dies := g.open, g.n == g.cut
	g.n++
	g.mu.Unlock()
	if dies {
		return errCut
	}
	if !open {
		<-g.turn
	}
	err := do()
	if !open {
		g.done <- struct{}{}
	}
	return err
}

func (g *gate) Do(ctx context.Context, fn func(population.Tx) error) error {
	return g.pass(func() error { return g.Store.Do(ctx, fn) })
}

func (g *gate) DoKeyed(ctx context.Context, fn func(population.Tx) error) error {
	return g.pass(func() error { return g.Store.DoKeyed(ctx, fn) })
}

func (g *gate) View(ctx context.Context, fn func(population.Tx) error) error {
	return g.pass(func() error { return g.Store.View(ctx, fn) })
}

// racer is one of several enrolments at the same time.
type racer struct {
	*population.Service
	g      *gate
	end    chan struct{}
	result population.Enrolled
	err    error
}

func (w *world) race(e population.Enrolment) *racer {
	w.t.Helper()
	r := &racer{g: &gate{Store: populationdb.New(w.db), turn: make(chan struct{}), done: make(chan struct{}), cut: -1}, end: make(chan struct{})}
	cfg := w.config
	cfg.Store = r.g
	var err error
	if r.Service, err = population.New(cfg); err != nil {
		w.t.Fatal(err)
	}
	key := w.key()
	ctx := w.t.Context()
	go func() {
		defer close(r.end)
		r.result, r.err = r.Enrol(ctx, w.officer, key, e)
	}()
	return r
}

// step lets one transaction of a racer through, if it wants one within a
// while: it may have ended, or pause.
func (r *racer) step() {
	select {
	case r.g.turn <- struct{}{}:
		<-r.g.done
	case <-r.end:
	case <-time.After(20 * time.Millisecond):
	}
}

// free lets a racer run to its end.
func (r *racer) free() {
	r.g.mu.Lock()
	r.g.open = true
	r.g.mu.Unlock()
	for {
		select {
		case r.g.turn <- struct{}{}:
			<-r.g.done
		case <-r.end:
			return
		}
	}
}

// orders are the ways to deal so many steps to so many racers, at most limit of
// them, spread over all.
func orders(racers, steps, limit int) [][]int {
	total := 1
	for range steps {
		total *= racers
	}
	var out [][]int
	for i := range min(total, limit) {
		n := i
		if total > limit {
			n = i * (total / limit)
		}
		o := make([]int, steps)
		for k := range o {
			o[k], n = n%racers, n/racers
		}
		out = append(out, o)
	}
	return out
}

// Two and three enrolments of one person at the same time, in every order of
// their steps: one number at most, and everybody has an answer.
func TestEnrolmentsOfOnePersonAtTheSameTime(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		checked(w)
		w.officer.Areas = []string{access.AnyArea}
		serial := int64(100)
		for _, n := range []int{2, 3} {
			for i, order := range orders(n, 5, 60) {
				family := invented(n*1000+i*7) + "hessaine"
				before := w.count(`SELECT count(*) FROM number_claims`)
				var racers []*racer
				for range n {
					serial++
					racers = append(racers, w.race(w.somebody("Abdelkhalek", family, "1971-03-19", card(serial))))
				}
				for _, k := range order {
					racers[k].step()
				}
				var all sync.WaitGroup
				for _, r := range racers {
					all.Go(r.free)
				}
				all.Wait()
				numbered := 0
				var states []population.EnrolmentState
				for _, r := range racers {
					if r.err != nil {
						t.Errorf("%v: %v", order, r.err)
					}
					if !r.result.IDCS.IsZero() {
						numbered++
					}
					states = append(states, r.result.State)
				}
				if got := w.count(`SELECT count(*) FROM number_claims`) - before; numbered > 1 || got != int64(numbered) {
					t.Fatalf("%v: %d have a number, %d numbers were given", order, numbered, got)
				}
				if slices.Contains(states, population.Checking) {
					t.Errorf("%v: %v", order, states)
				}
			}
		}
	})
}

// A check that is cut off after any of its steps is finished by whoever asks
// again, and by the job; it makes no second record and one number.
func TestACheckThatWasCutOff(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		checked(w)
		for cut := range 4 {
			for _, by := range []string{"repeating", "the job"} {
				e := w.somebody("Abdelkhalek", invented(cut*50+len(by))+"hessaine", "1971-03-19", card(int64(500+10*cut+len(by))))
				g := &gate{Store: populationdb.New(w.db), open: true, cut: cut}
				cfg := w.config
				cfg.Store = g
				s, err := population.New(cfg)
				if err != nil {
					t.Fatal(err)
				}
				key, persons, numbers := w.key(), w.count(`SELECT count(*) FROM persons`), w.count(`SELECT count(*) FROM number_claims`)
				if _, err = s.Enrol(t.Context(), w.officer, key, e); cut < 3 && !errors.Is(err, errCut) {
					t.Fatalf("cut %d: %v", cut, err)
				}
				if cut > 0 && cut < 3 && w.count(`SELECT count(*) FROM number_claims`) != numbers {
					t.Errorf("cut %d: a number before the verdict", cut)
				}
				if by == "the job" {
					w.clock.Advance(time.Minute)
					if _, err := w.FinishChecks(t.Context(), w.job(), 10); err != nil {
						t.Fatal(err)
					}
					if n := w.count(`SELECT count(*) FROM enrolments WHERE state = 'checking'`); n != 0 {
						t.Errorf("cut %d: %d are still being checked", cut, n)
					}
				}
				out, err := w.Enrol(t.Context(), w.officer, key, e)
				if err != nil || out.State != population.Numbered || out.IDCS == (idcs.IDCS{}) {
					t.Fatalf("cut %d, %s: %+v %v", cut, by, out, err)
				}
				if p, n := w.count(`SELECT count(*) FROM persons`)-persons, w.count(`SELECT count(*) FROM number_claims`)-numbers; p != 1 || n != 1 {
					t.Errorf("cut %d, %s: %d persons, %d numbers", cut, by, p, n)
				}
			}
		}
	})
}

// Witnesses: the keys come with the capture, the check with the acceptance.
func TestWitnessesDoNotHideADuplicate(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		checked(w)
		a := w.enrol(w.somebody("Hassan", "Amellal", "1960-02-03", card(1)))
		b := w.enrol(w.somebody("Driss", "Chkounda", "1955-07-21", card(2)))
		waits := w.paperless(a, b)
		waits.Birth.Date = date("1971-03-19")
		waits = khaleq(waits)
		awaiting := w.enrol(waits)
		if awaiting.State != population.AwaitingAcceptance {
			t.Fatalf("%+v", awaiting.Enrolled)
		}
		// The same person comes with a card while the first enrolment waits: numbered.
		if c := w.enrol(khalek(w.somebody("", "", "1971-03-19", card(3)))); c.State != population.Numbered {
			t.Fatalf("%+v", c.Enrolled)
		}
		key := w.key()
		for range 2 {
			st, err := w.Accept(t.Context(), w.second, key, awaiting.Receipt, population.Acceptance{Accept: true})
			if err != nil || st.State != population.Refused || st.Reason != "duplicate" {
				t.Fatalf("%+v %v", st, err)
			}
		}
		// Whoever is nobody else is numbered when accepted.
		other := w.paperless(a, b)
		c := w.enrol(other)
		st, err := w.Accept(t.Context(), w.second, w.key(), c.Receipt, population.Acceptance{Accept: true})
		if err != nil || st.State != population.Numbered || st.Decided.IsZero() {
			t.Errorf("%+v %v", st, err)
		}
	})
}

// A correction that makes two people alike is judged by two officers; nothing
// that runs stops, and whoever enrols next is compared with the corrected.
func TestACorrectionIsComparedAgain(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		checked(w)
		one := w.enrol(khalek(w.somebody("", "", "1971-03-19", card(1))))
		two := w.enrol(w.somebody("Hassan", "Amellal", "1960-02-03", card(2)))
		names := khaleq(w.adult()).Names
		birth := population.Birth{Date: date("1971-03-19")}
		if _, err := w.Correct(t.Context(), w.officer, w.key(), population.Correction{Person: w.find(two), Revision: 1, Names: names, Birth: &birth, Cause: "court", Act: act()}); err != nil {
			t.Fatal(err)
		}
		if n := w.count(`SELECT count(*) FROM outbox WHERE topic = 'person.alike' AND subject_id = $1`, two.id); n != 1 {
			t.Fatalf("%d events ask for a comparison", n)
		}
		for range 2 {
			if err := w.Recheck(t.Context(), w.job(), two.id); err != nil {
				t.Fatal(err)
			}
		}
		if n := w.count(`SELECT count(*) FROM cases WHERE person_id = $1 AND cause = 'likeness'`, two.id); n != 1 {
			t.Errorf("%d cases", n)
		}
		for _, c := range []citizen{one, two} {
			shown, err := w.Show(t.Context(), w.officer, w.find(c), population.Counter, []population.Field{population.FieldState, population.FieldNumber})
			if err != nil || shown.State != population.Active || shown.IDCS != c.IDCS {
				t.Errorf("%+v %v", shown, err)
			}
		}
		// The old name is a former one, and still leads to the person.
		if c := w.enrol(w.somebody("Hassan", "Amellal", "1971-03-19", card(9))); c.State != population.InJudgement {
			t.Errorf("by the former name: %s", c.State)
		}
		// A correction of the address compares nobody.
		address := "Derb 4"
		if _, err := w.Correct(t.Context(), w.officer, w.key(), population.Correction{Person: w.find(one), Revision: 1, Address: &address, Cause: "moved", From: date("2026-11-01").First(), Act: act()}); err != nil {
			t.Fatal(err)
		}
		if n := w.count(`SELECT count(*) FROM outbox WHERE topic = 'person.alike' AND subject_id = $1`, one.id); n != 0 {
			t.Errorf("%d events of a new address", n)
		}
	})
}
