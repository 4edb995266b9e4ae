package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
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
	if err := people.fill(c, cmd.Size, nil); err != nil {
		return err
	}
	m, err := measure(c.ctx, cmd.Clients, cmd.Acts, people.enrolments())
	if err != nil {
		return err
	}
	fsyncs, err := fsyncRate(d.folder)
	if err != nil {
		return err
	}
	if !cmd.JSON {
		printDurable(c, "enrolments", people.before, m, fsyncs)
		return nil
	}
	return printJSON(c.out, benchEnrol{Before: people.before, Enrolments: m.acts, Seconds: m.seconds,
		PerSecond: float64(m.acts) / m.seconds, P50: m.p50, P99: m.p99, Fsyncs: fsyncs})
}

// benchPeople are the synthetic people of a bench and the officer who enrols
// them.
type benchPeople struct {
	d       *durable
	model   *sample.Model
	plan    *sample.Plan
	officer access.Caller
	before  int // people in the register when the measurement begins
}

func newBenchPeople(d *durable) (*benchPeople, error) {
	land := d.sys.Parts.Country
	model, err := loadSampleOf(land, clock.Today(clock.System{}, land.Zone))
	if err != nil {
		return nil, err
	}
	return &benchPeople{d: d, model: model, plan: model.Plan(sample.Options{Seed: 1}), officer: access.Caller{
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
		return p.Enrolment(by), nil
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
			start := time.Now()
			got, err := b.d.sys.Population.Enrol(ctx, b.officer, key, p.Enrolment(by))
			took := time.Since(start)
			if err == nil && got.State != population.Numbered {
				err = fmt.Errorf("an enrolment ended %s", got.State)
			}
			seat <- got.IDCS // the household goes on even when this one failed
			return took, err
		}, nil
	}
}
