package population_test

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/errs"
	"sijil/population"
)

// A document belongs to one live person, whoever comes first; the others learn
// nothing of that person.
func TestOneWinnerOfADocument(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		const racers = 24
		shared := card(424_242)
		var won atomic.Int64
		var wg sync.WaitGroup
		for i := range racers {
			e := w.adult()
			e.Names = []population.Name{name("Canary"+strings.Repeat("a", i+1), "Winner")}
			e.Documents = []population.Document{e.Documents[0], shared, birthAct(1980, int64(i))}
			if i%2 == 1 { // in another order, so that the claims cross
				e.Documents[0], e.Documents[2] = e.Documents[2], e.Documents[0]
			}
			key := w.key()
			wg.Go(func() {
				_, err := w.Enrol(t.Context(), w.officer, key, e)
				switch {
				case err == nil:
					won.Add(1)
				case errs.KindOf(err) != errs.Conflict || codes(err)[0] != "document_taken" || strings.Contains(err.Error(), "Canary"):
					t.Errorf("a loser got %v", err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Errorf("%d winners", won.Load())
		}
		for table, want := range map[string]int64{"persons": 1, "enrolments": 1, "number_claims": 1, "document_claims": 3, "records": 1, "outbox": 1, "idempotency": 1, "uses": racers - 1} {
			if n := w.count("SELECT count(*) FROM " + table); n != want {
				t.Errorf("%s: %d rows, want %d", table, n, want)
			}
		}
	})
}

// A number that is drawn twice is drawn again: the country's rule here leaves
// few numbers, and everyone gets one of their own.
func TestNumbersThatAreTakenAreDrawnAgain(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		cfg := w.config
		cfg.Rand = &narrow{of: cfg.Rand}
		s, err := population.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		got := map[idcs.IDCS]bool{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 5 {
					out, err := s.Enrol(t.Context(), w.officer, w.key(), w.adult())
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					got[out.IDCS] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(got) != 20 || w.count(`SELECT count(*) FROM number_claims`) != 20 {
			t.Errorf("%d numbers for twenty people", len(got))
		}
	})
}

// narrow is randomness that often repeats itself.
type narrow struct {
	mu sync.Mutex
	of io.Reader
}

func (n *narrow) Read(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, err := n.of.Read(p[:1]); err != nil {
		return 0, err
	}
	for i := range p {
		p[i] = p[0] & 0x3f
	}
	return len(p), nil
}

// The same act sent many times at once, with one key, happens once.
func TestOneActUnderConcurrency(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		e := w.adult()
		var mu sync.Mutex
		answers := map[string]bool{}
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() {
				out, err := w.Enrol(t.Context(), w.officer, "one", e)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				answers[string(out.Receipt)+out.IDCS.Digits()] = true
			})
		}
		wg.Wait()
		if len(answers) != 1 || w.count(`SELECT count(*) FROM persons`) != 1 {
			t.Errorf("%d answers", len(answers))
		}
	})
}

// A witness's cap holds when many vouch at once.
func TestTheCapUnderConcurrency(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		a, b := w.enrol(w.adult()), w.enrol(w.adult())
		var won atomic.Int64
		var wg sync.WaitGroup
		for i := range 16 {
			e := w.paperless(a, b)
			e.Address = fmt.Sprint(i)
			key := w.key()
			wg.Go(func() {
				_, err := w.Enrol(t.Context(), w.officer, key, e)
				if err == nil {
					won.Add(1)
				} else if codes(err)[0] != "witness_cap" {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if limit := int64(w.Rules().Witnesses.Cap); won.Load() != limit {
			t.Errorf("%d were taken, the cap is %d", won.Load(), limit)
		}
	})
}

// Two corrections of one revision: one is stale.
func TestOneCorrectionOfARevision(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		token := w.find(c)
		var won atomic.Int64
		var wg sync.WaitGroup
		for i := range 8 {
			address, key := fmt.Sprint("Rue ", i), w.key()
			wg.Go(func() {
				_, err := w.Correct(t.Context(), w.officer, key, population.Correction{Person: token, Revision: 1, Address: &address, Cause: "clerical", Act: act()})
				if err == nil {
					won.Add(1)
				} else if codes(err)[0] != "stale" {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := w.count(`SELECT count(*) FROM records WHERE person_id = $1`, c.id); won.Load() != 1 || n != 2 {
			t.Errorf("%d corrections, %d versions", won.Load(), n)
		}
	})
}

// An accepted enrolment gets one number, also from two officers at once.
func TestOneAcceptance(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		a, b := w.enrol(w.adult()), w.enrol(w.adult())
		c := w.enrol(w.paperless(a, b))
		var won atomic.Int64
		var wg sync.WaitGroup
		for range 6 {
			who, key := w.caller(access.LocalAuthority, hereArea), w.key()
			wg.Go(func() {
				_, err := w.Accept(t.Context(), who, key, c.Receipt, population.Acceptance{Accept: true})
				if err == nil {
					won.Add(1)
				} else if got := codes(err)[0]; got != "not_awaiting" {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := w.count(`SELECT count(*) FROM number_claims WHERE person_id = $1`, c.id); won.Load() != 1 || n != 1 {
			t.Errorf("%d acceptances, %d numbers", won.Load(), n)
		}
	})
}
