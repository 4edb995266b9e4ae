package population_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/population"
)

// ask makes one claim of a caller, a right one or not.
func (w *world) ask(c access.Caller, cl population.Claim, right bool) (bool, error) {
	w.t.Helper()
	if !right {
		cl.Name = "Somebody Else"
	}
	out, err := w.Exchange(w.t.Context(), c, population.PartnerRecipient(c.Actor), w.key(), []population.Claim{cl})
	return err == nil && out[0].Yes, err
}

// over holds that an error is of a limit, and returns how long it says to wait.
func over(t testing.TB, err error) time.Duration {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != errs.Limited || e.Code != "population.limited" || e.RetryAfter <= 0 {
		t.Fatalf("got %v, want a limit with its wait", err)
	}
	return e.RetryAfter
}

// A caller's claims about one number fail so often in a day and no more; then a
// right one is not answered either, the same for a number that nobody has.
// Another caller's are.
func TestFailedClaimsAreLimited(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		nobody := c.claim()
		nobody.IDCS, _ = reference().scheme.Draw(zero{})
		guesser := w.partner()
		var said []string
		for _, cl := range []population.Claim{c.claim(), nobody} {
			for i := range w.Rules().Exchange.Failures {
				if yes, err := w.ask(guesser, cl, false); yes || err != nil {
					t.Fatalf("claim %d: %v %v", i, yes, err)
				}
			}
			before := w.rows()
			for _, right := range []bool{false, true} {
				_, err := w.ask(guesser, cl, right)
				over(t, err)
				said = append(said, err.Error())
			}
			if after := w.rows(); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("a claim over the limit left rows: %v, before %v", after, before)
			}
		}
		if len(slices.Compact(said)) != 1 {
			t.Errorf("answers over the limit differ: %q", said)
		}
		if yes, err := w.ask(w.partner(), c.claim(), true); !yes || err != nil {
			t.Errorf("a stranger's guesses lock a person out: %v %v", yes, err)
		}
		_, err := w.ask(guesser, c.claim(), true)
		w.clock.Advance(over(t, err))
		if yes, err := w.ask(guesser, c.claim(), true); !yes || err != nil {
			t.Errorf("after the wait that was stated: %v %v", yes, err)
		}
	})
}

// A key that was answered before the limit was reached keeps its answer.
func TestARepeatedClaimIsAnsweredOverTheLimit(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c, p := w.enrol(w.adult()), w.partner()
		claims := []population.Claim{c.claim()}
		first, err := w.Exchange(t.Context(), p, population.PartnerRecipient(p.Actor), "first", claims)
		if err != nil {
			t.Fatal(err)
		}
		for range w.Rules().Exchange.Failures {
			_, _ = w.ask(p, c.claim(), false)
		}
		again, err := w.Exchange(t.Context(), p, population.PartnerRecipient(p.Actor), "first", claims)
		if err != nil || again[0] != first[0] {
			t.Errorf("%v %v", again, err)
		}
	})
}

// Claims made at the same time do not pass the limit together.
func TestTheLimitUnderConcurrency(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c, p := w.enrol(w.adult()), w.partner()
		var mu sync.Mutex
		answered := 0
		var wg sync.WaitGroup
		for range 24 {
			wg.Go(func() {
				_, err := w.ask(p, c.claim(), false)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					answered++
				} else if errs.KindOf(err) != errs.Limited {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if answered != w.Rules().Exchange.Failures {
			t.Errorf("%d of 24 were answered", answered)
		}
	})
}

// About a number that many guess at, each caller waits between claims that
// fail; a right one is answered at once to whoever has not failed.
func TestAGuessedNumberSlowsButIsNotLocked(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c, rule := w.enrol(w.adult()), w.Rules().Exchange
		mistyped := w.partner()
		if _, err := w.ask(mistyped, c.claim(), false); err != nil {
			t.Fatal(err)
		}
		for range rule.SlowAfter {
			if _, err := w.ask(w.partner(), c.claim(), false); err != nil {
				t.Fatal(err)
			}
		}
		if yes, err := w.ask(w.partner(), c.claim(), true); !yes || err != nil {
			t.Fatalf("a right claim does not get through: %v %v", yes, err)
		}
		_, err := w.ask(mistyped, c.claim(), true)
		if wait := over(t, err); wait > time.Duration(rule.SlowMinutes)*time.Minute+time.Second {
			t.Errorf("the wait is %s", wait)
		} else {
			w.clock.Advance(wait)
		}
		for range 3 { // strangers go on meanwhile
			_, _ = w.ask(w.partner(), c.claim(), false)
		}
		if yes, err := w.ask(mistyped, c.claim(), true); !yes || err != nil {
			t.Errorf("after the wait: %v %v", yes, err)
		}
		p, q := w.partner(), w.partner()
		_, _ = w.ask(p, c.claim(), false)
		_, err = w.ask(p, c.claim(), false)
		over(t, err)
		if yes, err := w.ask(q, w.enrol(w.adult()).claim(), true); !yes || err != nil {
			t.Errorf("another number is slow too: %v %v", yes, err)
		}
	})
}

// A partner that asks about unusually many numbers, or fails unusually often,
// raises an alarm once an hour; one that fails often is held up, and no other.
func TestBurstsRaiseAnAlarm(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		rules := *w.Rules()
		rules.Exchange.AlarmNumbers, rules.Exchange.CallerFailures = 10, 6
		w.config.Rules = &rules
		s, err := population.New(w.config)
		if err != nil {
			t.Fatal(err)
		}
		w.Service = s
		operator := w.caller(access.Operator)
		bursts := func() (out map[uid.ID]int64) {
			t.Helper()
			list, err := w.Bursts(t.Context(), operator, uid.ID{})
			if err != nil {
				t.Fatal(err)
			}
			out = map[uid.ID]int64{}
			for _, b := range list {
				out[b.Caller] = b.Hours
			}
			return out
		}
		var people []citizen
		for range 10 {
			people = append(people, w.enrol(w.adult()))
		}
		quiet, busy, wrong := w.partner(), w.partner(), w.partner()
		for _, c := range people {
			for range 3 {
				_, _ = w.ask(quiet, people[0].claim(), true) // one number, often
			}
			if n := bursts()[busy.Actor]; n != 0 {
				t.Fatalf("an alarm too early")
			}
			if yes, err := w.ask(busy, c.claim(), true); !yes || err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range people[:6] {
			if _, err := w.ask(wrong, c.claim(), false); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.ask(wrong, people[7].claim(), true)
		wait := over(t, err)
		if yes, err := w.ask(busy, people[0].claim(), true); !yes || err != nil {
			t.Errorf("another partner is held up: %v", err)
		}
		if got := bursts(); len(got) != 2 || got[busy.Actor] != 1 || got[wrong.Actor] != 1 {
			t.Errorf("alarms %v", got)
		}
		if n := w.count(`SELECT count(*) FROM outbox WHERE topic = $1`, population.TopicBurst); n != 2 {
			t.Errorf("%d events", n)
		}
		w.clock.Advance(wait)
		if yes, err := w.ask(wrong, people[7].claim(), true); !yes || err != nil {
			t.Errorf("in the next hour: %v %v", yes, err)
		}
		for _, c := range people {
			_, _ = w.ask(busy, c.claim(), true)
		}
		if got := bursts(); got[busy.Actor] != 2 || got[wrong.Actor] != 1 {
			t.Errorf("alarms in the second hour %v", got)
		}
		_, err = w.Bursts(t.Context(), busy, uid.ID{})
		if errs.KindOf(err) != errs.Denied {
			t.Errorf("a partner sees alarms: %v", err)
		}
	})
}

// Whatever strangers try, somebody who has not failed is answered; and nobody
// is told more answers about a number in a day than the rule allows.
func TestLimitsHoldForAnyOrder(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		rule := w.Rules().Exchange
		rapid.Check(w.t, func(t *rapid.T) {
			c := w.enrol(w.adult())
			callers := []access.Caller{w.partner(), w.partner(), w.partner()}
			failed := map[uid.ID]int{}
			day := w.clock.Now().Unix() / (24 * 3600)
			for range rapid.IntRange(1, 40).Draw(t, "acts") {
				if rapid.IntRange(0, 9).Draw(t, "later") == 0 {
					w.clock.Advance(time.Duration(rapid.IntRange(1, 600).Draw(t, "minutes")) * time.Minute)
				}
				if now := w.clock.Now().Unix() / (24 * 3600); now != day {
					day, failed = now, map[uid.ID]int{}
				}
				p := rapid.SampledFrom(callers).Draw(t, "caller")
				right := rapid.Bool().Draw(t, "right")
				yes, err := w.ask(p, c.claim(), right)
				switch {
				case errs.KindOf(err) == errs.Limited && failed[p.Actor] == 0 && day == w.clock.Now().Unix()/(24*3600):
					if w.count(`SELECT count(*) FROM attempts WHERE caller_id = $1 AND failed > 0`, p.Actor) == 0 {
						t.Fatal("a caller who never failed is held up")
					}
				case err == nil && yes != right:
					t.Fatalf("answered %v to a claim that is %v", yes, right)
				case err == nil && !right:
					failed[p.Actor]++
				}
				if failed[p.Actor] > rule.Failures {
					t.Fatalf("%d failed claims were answered", failed[p.Actor])
				}
			}
			if yes, err := w.ask(w.partner(), c.claim(), true); !yes || err != nil {
				t.Fatalf("somebody who has not failed: %v %v", yes, err)
			}
		})
	})
}
