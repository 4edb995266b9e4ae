package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"sijil/household"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/clock"
	"sijil/internal/errs"
	"sijil/internal/sample"
	"sijil/internal/system"
	"sijil/internal/uid"
)

// householdsFile says how far back a declaration may lie.
const householdsFile = "households.json"

// How the work of the sample is spread over the past: so many periods, each as
// long as a declaration may lie back, at most a month.
const (
	periods    = 6
	longest    = 30  // days of a period
	atOnce     = 6   // households served at the same time
	step       = 25  // households between two notes of how far the sample is
	keysLive   = 25  // days after which a sample that was cut off cannot go on: keys are kept for 30
	firstLooks = 40  // households that tell one sample from another
	mayFail    = .05 // of the acts; more, and something is wrong with the sample
)

// The stages of a demo, in their order. The stores are made by whoever calls.
const (
	StageStores     = "stores"
	StageAccounts   = "accounts"
	StageHouseholds = "households" // people enrol, households declare, things happen to them
	StageDone       = "done"
)

// Progress is how far a demo has come.
type Progress struct {
	Stage      string
	Done, Of   int // households
	People     int // enrolled
	Households int // with an index
}

// Loader puts the sample through the services. All fields are needed.
type Loader struct {
	System *system.System // whose clock is Clock
	Clock  *Clock
	// Model returns what synthetic people of a day are made from.
	Model  func(day civil.Date) (*sample.Model, error)
	State  State
	Keep   func(State) error
	Report func(Progress)

	office   *office
	rules    *household.Rules
	backDays int // of a declaration, at most

	mu       sync.Mutex
	progress Progress
	acts     int
	noes     map[string]int // refusals by their codes
}

// Load does what is left of the sample, and returns the state with everything
// done. An error leaves a demo that can go on.
func (l *Loader) Load(ctx context.Context) (State, error) {
	l.noes, l.progress = map[string]int{}, Progress{Stage: StageAccounts, Of: l.State.Households}
	err := l.mayGoOn()
	if err == nil {
		err = l.days()
	}
	if err != nil {
		return l.State, err
	}
	l.Clock.To(l.at(l.State.Reached))
	l.report(func(*Progress) {})
	if err := makeAccounts(ctx, l.System, l.State.Password); err != nil {
		return l.State, err
	}
	if l.office, err = openOffice(ctx, l.System, l.State.Password); err != nil {
		return l.State, err
	}
	l.report(func(p *Progress) { p.Stage = StageHouseholds })
	serial := 0
	for p := range periods {
		if err := l.period(ctx, p, &serial); err != nil {
			return l.State, err
		}
	}
	if n := l.Refused(); float64(n) > mayFail*float64(l.acts) {
		return l.State, &errs.Error{Code: "demo.refused", What: fmt.Sprintf("the registers refused %d of %d acts of the sample: %v", n, l.acts, l.noes)}
	}
	l.State.Loaded = true
	if err := l.Keep(l.State); err != nil {
		return l.State, err
	}
	l.Clock.Present()
	l.report(func(p *Progress) { p.Stage = StageDone })
	return l.State, nil
}

// Refused is how many acts the registers said no to.
func (l *Loader) Refused() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range l.noes {
		n += k
	}
	return n
}

// mayGoOn refuses to go on with keys that may be forgotten.
func (l *Loader) mayGoOn() error {
	if age := l.Clock.Now().Sub(l.State.Begun); age > keysLive*24*time.Hour {
		return &errs.Error{Kind: errs.Conflict, Code: "demo.too_old", What: "this demo was cut off too long ago to go on",
			Fix: "delete its folder, or name a new one with --data"}
	}
	return nil
}

// days reads how far back a declaration may lie.
func (l *Loader) days() error {
	text, err := l.System.Parts.Country.ReadFile(householdsFile)
	if err != nil {
		return err
	}
	if l.rules, err = household.ParseRules(householdsFile, text); err != nil {
		return err
	}
	l.backDays = min(l.rules.AsOf.DaysBack/2, longest) // half: a demo that goes on may be late
	return nil
}

// at is when household n comes to the counter.
func (l *Loader) at(n int) time.Time {
	span := time.Duration(periods*l.backDays) * 24 * time.Hour
	return l.State.Begun.Add(-span - time.Hour + span/time.Duration(max(l.State.Households, 1))*time.Duration(n))
}

// first is the first household of a period.
func (l *Loader) first(period int) int { return l.State.Households * period / periods }

// day is the day a period begins, at which its declarations are taken.
func (l *Loader) day(period int) civil.Date {
	return clock.Today(clock.NewManual(l.at(l.first(period))), l.System.Parts.Country.Zone)
}

// period serves the households of a period, lets things happen to them, and
// lets the registers tell each other. serial counts people over all periods.
func (l *Loader) period(ctx context.Context, p int, serial *int) error {
	from, to := l.first(p), l.first(p+1)
	model, err := l.Model(l.day(p))
	if err != nil {
		return err
	}
	plan := model.Plan(sample.Options{Seed: l.State.Seed, First: from, Serial: *serial})
	homes := make([]*home, 0, to-from)
	deal := func() (*home, error) {
		n := from + len(homes)
		if n == to {
			return nil, io.EOF
		}
		h, err := plan.Next()
		if err != nil {
			return nil, err
		}
		*serial += len(h.Persons)
		homes = append(homes, &home{l: l, model: model, n: n, h: h, numbers: make([]idcs.IDCS, len(h.Persons)), receipts: make([]uid.Ref, len(h.Persons))})
		return homes[len(homes)-1], l.reach(n)
	}
	if p < l.State.Periods { // done: only its people are counted
		for err == nil {
			_, err = deal()
		}
		l.report(func(now *Progress) { now.Done = to })
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return err
	}
	if err := l.serve(ctx, deal); err != nil {
		return err
	}
	e := &events{l: l, period: p, homes: homes}
	shown, err := e.happen(ctx)
	if err == nil {
		err = l.System.Settle(ctx)
	}
	if err != nil {
		return err
	}
	l.State.Periods, l.State.Examples = p+1, append(l.State.Examples, shown...)
	return l.Keep(l.State)
}

// reach notes that households up to some after n may be begun, before one is:
// a demo that goes on never goes back in time.
func (l *Loader) reach(n int) error {
	if n >= l.State.Reached {
		l.State.Reached = min(n-n%step+step, l.State.Households)
		if err := l.Keep(l.State); err != nil {
			return err
		}
	}
	l.Clock.To(l.at(n))
	return nil
}

// serve lets several households be served at the same time.
func (l *Loader) serve(ctx context.Context, deal func() (*home, error)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex
	next := func() (*home, error) {
		mu.Lock()
		defer mu.Unlock()
		return deal()
	}
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for ctx.Err() == nil {
				h, err := next()
				if errors.Is(err, io.EOF) {
					return
				}
				if err == nil {
					err = h.come(ctx)
				}
				if err != nil {
					cancel(fmt.Errorf("the sample: %w", err))
					return
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

func (l *Loader) report(change func(*Progress)) {
	l.mu.Lock()
	change(&l.progress)
	now := l.progress
	l.mu.Unlock()
	l.Report(now)
}

// took counts an act and says whether it was done: a register's no is none.
func (l *Loader) took(err error) (done bool, fault error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acts++
	if err == nil {
		return true, nil
	}
	if !refused(err) {
		return false, err
	}
	l.noes[codeOf(err)]++
	return false, nil
}

func codeOf(err error) string {
	if list, ok := errors.AsType[errs.List](err); ok && len(list) > 0 {
		err = list[0]
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" {
		return e.Code
	}
	return errs.KindOf(err).String()
}

// key is the idempotency key of an act: the same whenever it is done.
func (l *Loader) key(n int, act string) string {
	return fmt.Sprintf("demo-%d-%d-%s", l.State.Seed, n, act)
}

// Fingerprint tells the samples of different data, and of programs that make
// them differently, apart.
func Fingerprint(m *sample.Model, seed uint64) (string, error) {
	sum := sha256.New()
	plan := m.Plan(sample.Options{Seed: seed})
	for range firstLooks {
		h, err := plan.Next()
		if err != nil {
			return "", err
		}
		for i := range h.Persons {
			text, err := json.Marshal(h.Persons[i].Enrolment(idcs.IDCS{}))
			if err != nil {
				return "", err
			}
			sum.Write(text)
		}
		d, err := m.Declaration(h, make([]idcs.IDCS, len(h.Persons)))
		if err != nil {
			return "", err
		}
		sum.Write(d.Answers)
		for i := range d.Members {
			sum.Write(d.Members[i].Answers)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
