package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync"
	"time"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/clock"
	"sijil/internal/sample"
	"sijil/population"
)

// benchEnrolCmd measures enrolments that reach the disk.
type benchEnrolCmd struct{ durableFlags }

// benchEnrol is its report.
type benchEnrol struct {
	Before     int     `json:"enrolled_before"`
	Enrolments int     `json:"enrolments"`
	Seconds    float64 `json:"seconds"`
	PerSecond  float64 `json:"per_second"`
	P50        float64 `json:"p50_ms"`
	P99        float64 `json:"p99_ms"`
	Fsyncs     float64 `json:"fsyncs_per_second"`

	// The check alone, of people who are not enrolled and, one in four, of people
	// who are, with a clerk's errors: one after the other.
	CheckP50   float64        `json:"check_p50_ms"`
	CheckP99   float64        `json:"check_p99_ms"`
	Candidates float64        `json:"candidates_mean"`
	Verdicts   map[string]int `json:"verdicts"` // of the measured enrolments
	FillPer    float64        `json:"fill_per_second"`
}

// Run fills the register, then enrols through the service.
func (cmd *benchEnrolCmd) Run(c *console) (err error) {
	if err := cmd.check(); err != nil {
		return err
	}
	d, err := cmd.install(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.remove()) }()
	people, err := newBenchPeople(d)
	if err != nil {
		return err
	}
	start := time.Now()
	if err := people.fill(c, cmd.Size, nil); err != nil {
		return err
	}
	out := benchEnrol{Before: people.before, FillPer: float64(people.before) / time.Since(start).Seconds(), Verdicts: people.verdicts}
	m, err := measure(c.ctx, cmd.Clients, cmd.Acts, people.enrolments())
	if err != nil {
		return err
	}
	if err := people.probe(c.ctx, &out); err != nil {
		return err
	}
	fsyncs, err := fsyncRate(d.folder)
	if err != nil {
		return err
	}
	if !cmd.JSON {
		printDurable(c, "enrolments", people.before, m, fsyncs)
		fmt.Fprintf(c.out, "  the check alone: half within %.2f ms, 99 of 100 within %.2f ms; %.1f records compared; filled at %.0f a second; verdicts %v\n",
			out.CheckP50, out.CheckP99, out.Candidates, out.FillPer, out.Verdicts)
		return nil
	}
	out.Enrolments, out.Seconds, out.PerSecond, out.P50, out.P99, out.Fsyncs = m.acts, m.seconds, float64(m.acts)/m.seconds, m.p50, m.p99, fsyncs
	return printJSON(c.out, out)
}

// probes is how many checks are measured by themselves.
const probes = 4000

// probe measures checks one after the other.
func (b *benchPeople) probe(ctx context.Context, out *benchEnrol) error {
	job := access.SystemCaller("bench", "bench")
	var took []time.Duration
	compared := 0
	for i := 0; len(took) < probes+probes/10; i++ {
		h, err := b.plan.Next()
		if err != nil {
			return err
		}
		for _, k := range h.Enrolling() {
			e := h.Persons[k].Enrolment(idcs.IDCS{})
			if h.Persons[k].Introducer >= 0 {
				e.Introducer = unregistered(&h.Persons[k])
			}
			if n := len(took); n%4 == 0 && len(b.enrolled) > 0 { // somebody who is enrolled, with another document
				documents := e.Documents
				if known := b.enrolled[n%len(b.enrolled)]; known.Introducer == nil && e.Introducer == nil && known.Category == e.Category {
					e = known
					e.Documents = documents
				}
			}
			start := time.Now()
			got, err := b.d.sys.Population.Probe(ctx, job, e)
			if err != nil {
				return err
			}
			took = append(took, time.Since(start))
			compared += got.Compared
		}
	}
	out.Candidates = float64(compared) / float64(len(took))
	took = took[probes/10:] // the first ones read what no cache has yet
	slices.Sort(took)
	out.CheckP50, out.CheckP99 = quantile(took, .5), quantile(took, .99)
	return nil
}

// unregistered is an introducer whose number is not known.
func unregistered(p *sample.Person) *population.Relation {
	return &population.Relation{As: p.As, Holder: population.Holder{Name: "Somebody Known"}}
}

// benchPeople are the synthetic people of a bench and the officer who enrols
// them.
type benchPeople struct {
	d       *durable
	model   *sample.Model
	plan    *sample.Plan
	officer access.Caller
	before  int // people in the register when the measurement begins

	mu       sync.Mutex
	verdicts map[string]int         // of the enrolments that were measured
	enrolled []population.Enrolment // some of those enrolled before
}

func newBenchPeople(d *durable) (*benchPeople, error) {
	land := d.sys.Parts.Country
	model, err := loadSampleOf(land, clock.Today(clock.System{}, land.Zone))
	if err != nil {
		return nil, err
	}
	return &benchPeople{verdicts: map[string]int{}, d: d, model: model, plan: model.Plan(sample.Options{Seed: 1}), officer: access.Caller{
		Kind: access.Staff, Actor: d.sys.IDs.NewID(), Roles: []access.Role{access.RegistrationOfficer}, Areas: []string{access.AnyArea},
		Purpose: "enrolment", Basis: "bench",
	}}, nil
}

// fill enrols at least size people through the bulk path, whole households,
// and tells each household with the numbers of its members, zero for those who
// await one.
func (b *benchPeople) fill(c *console, size int, made func(*sample.Household, []idcs.IDCS)) error {
	var (
		bar     = newProgress(c.err, "enrolling", size)
		h       *sample.Household
		order   []int // members of h to enrol
		numbers []idcs.IDCS
		at      int // in order
	)
	next := func() (population.Enrolment, error) {
		for at == len(order) {
			if h != nil && made != nil {
				made(h, numbers)
			}
			if b.before >= size {
				return population.Enrolment{}, io.EOF
			}
			var err error
			if h, err = b.plan.Next(); err != nil {
				return population.Enrolment{}, err
			}
			order, numbers, at = h.Enrolling(), make([]idcs.IDCS, len(h.Persons)), 0
		}
		p, by := &h.Persons[order[at]], idcs.IDCS{}
		if p.Introducer >= 0 {
			by = numbers[p.Introducer]
		}
		e := p.Enrolment(by)
		if b.before%97 == 0 && len(b.enrolled) < 1000 {
			kept := e
			if p.Introducer >= 0 {
				kept.Introducer = unregistered(p)
			}
			b.enrolled = append(b.enrolled, kept)
		}
		return e, nil
	}
	_, err := b.d.sys.Population.Bulk(c.ctx, b.officer, next, func(e population.Enrolled) {
		numbers[order[at]] = e.IDCS
		at++
		b.before++
		bar.at(b.before)
	})
	bar.end()
	return err
}

// enrolments deals one enrolment after the other. A child waits for the number
// of who brings it, so that each household is one client's at a time.
func (b *benchPeople) enrolments() func() (act, error) {
	var (
		h     *sample.Household
		queue []int
		seats []chan idcs.IDCS
		n     int
	)
	return func() (act, error) {
		for len(queue) == 0 {
			var err error
			if h, err = b.plan.Next(); err != nil {
				return nil, err
			}
			queue = h.Enrolling()
			seats = make([]chan idcs.IDCS, len(h.Persons))
			for i := range seats {
				seats[i] = make(chan idcs.IDCS, 1)
			}
		}
		p, seat, from := &h.Persons[queue[0]], seats[queue[0]], (chan idcs.IDCS)(nil)
		if p.Introducer >= 0 {
			from = seats[p.Introducer]
		}
		queue = queue[1:]
		n++
		key := "bench-" + strconv.Itoa(n)
		return func(ctx context.Context) (time.Duration, error) {
			var by idcs.IDCS
			if from != nil {
				by = <-from
				from <- by
			}
			e := p.Enrolment(by)
			if from != nil && by.IsZero() { // who brings the child is in judgement
				e.Introducer = unregistered(p)
			}
			start := time.Now()
			got, err := b.d.sys.Population.Enrol(ctx, b.officer, key, e)
			took := time.Since(start)
			b.mu.Lock()
			b.verdicts[string(got.State)]++
			b.mu.Unlock()
			seat <- got.IDCS // the household goes on even when this one failed
			return took, err
		}, nil
	}
}
