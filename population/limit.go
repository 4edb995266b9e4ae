package population

import (
	"context"
	"fmt"
	"time"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/uid"
	"sijil/seal"
)

// ExchangeRule says how often claims may fail at the door Exchange. Days and
// hours are those of UTC: what is counted begins anew with each.
type ExchangeRule struct {
	// Failures is how many claims of one caller about one number may fail in a
	// day. It is of that caller alone: a stranger who guesses locks nobody out.
	Failures int `json:"failures"`
	// SlowAfter is how many claims about one number, whoever makes them, may fail
	// in a day before every caller has to wait SlowMinutes between a claim that
	// failed and the next. The first claim of a caller is always judged, so that
	// a right one gets through.
	SlowAfter   int `json:"slow_after"`
	SlowMinutes int `json:"slow_minutes"`
	// CallerFailures is how many claims of one caller, about any numbers, may
	// fail in an hour.
	CallerFailures int `json:"caller_failures"`
	// AlarmNumbers is about how many numbers one caller may ask in an hour before
	// an alarm is raised.
	AlarmNumbers int `json:"alarm_numbers"`
	Origin
}

// everybody stands, in the counts of attempts, for all callers together.
var everybody = uid.ID{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// never is later than anything that happened.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// askerSlots are the rows that the counts of one caller are spread over, so
// that the claims of a busy partner do not wait for each other.
const askerSlots = 16

// TopicBurst says that a caller asked about more numbers, or failed more often,
// than is usual: its subject is the caller, it has no body.
const TopicBurst = "exchange.burst"

// limited is the error of claims that are not judged for now. It is the same
// whether or not somebody has the number, and whether or not the claim is true.
func limited(field string, left time.Duration) error {
	left = max(left.Truncate(time.Second), 0) + time.Second
	return &errs.Error{Kind: errs.Limited, Code: "population.limited", Field: field, RetryAfter: left,
		What: "too many claims failed", Fix: fmt.Sprintf("check what was typed; nothing is answered for another %s", left)}
}

// asker is what a caller asked before an exchange.
type asker struct {
	now       time.Time
	day, hour int64
	own       map[idcs.IDCS]AttemptRow // of this caller
	hot       map[idcs.IDCS]bool       // about which many failed
	before    AskerRow
}

// asked reads what a caller asked before, and refuses claims that are over a
// limit: all of them, as what they have in common is who asks.
func (s *Service) asked(ctx context.Context, c access.Caller, numbers []idcs.IDCS) (*asker, error) {
	now := s.now()
	a := &asker{now: now, day: now.Unix() / (24 * 3600), hour: now.Unix() / 3600, own: map[idcs.IDCS]AttemptRow{}, hot: map[idcs.IDCS]bool{}}
	var all []seal.Blind
	of := map[seal.Blind]idcs.IDCS{}
	for _, n := range numbers {
		blinds, err := s.numberBlinds(ctx, n)
		if err != nil {
			return nil, err
		}
		for _, b := range blinds {
			all, of[b] = append(all, b), n
		}
	}
	var rows []AttemptRow
	err := s.store.View(ctx, func(tx Tx) (err error) {
		if rows, err = tx.Attempts(ctx, all, []uid.ID{c.Actor, everybody}); err != nil {
			return err
		}
		a.before, err = tx.Asker(ctx, c.Actor, a.hour)
		return err
	})
	if err != nil {
		return nil, err
	}
	total := map[idcs.IDCS]int64{}
	for _, r := range rows {
		n := of[r.Blind]
		if r.Period != a.day {
			r.Failed = 0
		}
		if r.Caller == everybody {
			total[n] += r.Failed
			continue
		}
		o := a.own[n] // under each live blind key there may be one
		r.Failed += o.Failed
		if o.FailedAt.After(r.FailedAt) {
			r.FailedAt = o.FailedAt
		}
		a.own[n] = r
	}
	for n, failed := range total {
		a.hot[n] = failed >= int64(s.rules.Exchange.SlowAfter)
	}
	return a, s.within(a, numbers)
}

// within returns the error of a limit that is reached.
func (s *Service) within(a *asker, numbers []idcs.IDCS) error {
	r := &s.rules.Exchange
	if a.before.Failed >= int64(r.CallerFailures) {
		return limited("claims", time.Unix((a.hour+1)*3600, 0).Sub(a.now))
	}
	for i, n := range numbers {
		o, known := a.own[n]
		switch free := o.FailedAt.Add(s.pause()); {
		case !known:
		case o.Failed >= int64(r.Failures):
			return limited(index("claims", i), time.Unix((a.day+1)*24*3600, 0).Sub(a.now))
		case a.hot[n] && !o.FailedAt.IsZero() && free.After(a.now):
			return limited(index("claims", i), free.Sub(a.now))
		}
	}
	return nil
}

func (s *Service) pause() time.Duration {
	return time.Duration(s.rules.Exchange.SlowMinutes) * time.Minute
}

// count adds what an exchange leaves in the counts. The rows carry the limits,
// so that claims made at the same time are counted one after the other too.
func (s *Service) count(ctx context.Context, c access.Caller, ch *Changes, a *asker, numbers []idcs.IDCS, yes []bool) error {
	slots := map[int16]*Asking{}
	sum := a.before
	for i, n := range numbers {
		b, err := s.vault.Blind(ctx, blindNumber, []byte(n.Digits()))
		if err != nil {
			return err
		}
		at := Attempt{Blind: b, Caller: c.Actor, At: a.now, Period: a.day, Most: int64(s.rules.Exchange.Failures), NotAfter: never,
			Over: limited(index("claims", i), time.Second)}
		if !yes[i] {
			at.Failed, sum.Failed = 1, sum.Failed+1
		}
		if a.hot[n] {
			at.NotAfter = a.now.Add(-s.pause())
		}
		all := at
		all.Caller, all.Most, all.NotAfter = everybody, 1<<62, never
		ch.Attempts = append(ch.Attempts, at, all)
		slot := int16(b[len(b)-1] % askerSlots)
		if slots[slot] == nil {
			slots[slot] = &Asking{Caller: c.Actor, Slot: slot, Period: a.hour}
		}
		slots[slot].Failed += at.Failed
		if o, known := a.own[n]; !known || o.Last.Unix()/3600 != a.hour {
			slots[slot].Numbers++
			sum.Numbers++
		}
	}
	for slot := range int16(askerSlots) {
		if r := slots[slot]; r != nil {
			ch.Askings = append(ch.Askings, *r)
		}
	}
	r := &s.rules.Exchange
	if hour := time.Unix(a.hour*3600, 0); (sum.Numbers >= int64(r.AlarmNumbers) || sum.Failed >= int64(r.CallerFailures)) && sum.Alarmed.Before(hour) {
		ch.Alarms = append(ch.Alarms, Alarm{Caller: c.Actor, Period: a.hour, At: a.now, Since: hour})
		ch.Events = append(ch.Events, outbox.Event{ID: s.ids.NewID(), Subject: c.Actor, Topic: TopicBurst, At: a.now})
	}
	return nil
}

// Burst is a caller who asked about unusually many numbers, or failed
// unusually often.
type Burst struct {
	Caller uid.ID // a client, a staff member or a person
	Hours  int64  // in how many hours that was
	Last   time.Time
}

// Bursts returns callers that raised an alarm, in the order of their ids, above
// an id (zero: from the first), at most MaxPage.
func (s *Service) Bursts(ctx context.Context, c access.Caller, after uid.ID) ([]Burst, error) {
	if err := c.May(access.CountsView); err != nil {
		return nil, err
	}
	var out []Burst
	err := s.store.View(ctx, func(tx Tx) (err error) {
		out, err = tx.Bursts(ctx, after, MaxPage)
		return err
	})
	return out, err
}
