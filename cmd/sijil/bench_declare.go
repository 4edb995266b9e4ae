package main

import (
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"sijil/idcs"
	"sijil/internal/errs"
	"sijil/internal/sample"
)

// benchDeclareCmd measures declarations: members exchanged and asked for at
// the doors of the population register, the index and the outcomes computed,
// all of it on the disk.
type benchDeclareCmd struct{ durableFlags }

// benchDeclare is its report.
type benchDeclare struct {
	Before       int     `json:"enrolled_before"`
	Declarations int     `json:"declarations"`
	Seconds      float64 `json:"seconds"`
	PerSecond    float64 `json:"per_second"`
	P50          float64 `json:"p50_ms"`
	P99          float64 `json:"p99_ms"`
	Fsyncs       float64 `json:"fsyncs_per_second"`
}

// Run fills the population register, then lets its last households declare.
func (cmd *benchDeclareCmd) Run(c *console) (err error) {
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
	homes := benchHomes{people: people, keep: cmd.Acts}
	if err := people.fill(c, max(cmd.Size, 8*cmd.Acts), homes.add); err != nil {
		return err
	}
	m, err := measure(c.ctx, cmd.Clients, len(homes.all), homes.declarations())
	if err != nil {
		return err
	}
	fsyncs, err := fsyncRate(d.folder)
	if err != nil {
		return err
	}
	if !cmd.JSON {
		printDurable(c, "declarations computed", people.before, m, fsyncs)
		return nil
	}
	return printJSON(c.out, benchDeclare{Before: people.before, Declarations: m.acts, Seconds: m.seconds,
		PerSecond: float64(m.acts) / m.seconds, P50: m.p50, P99: m.p99, Fsyncs: fsyncs})
}

// benchHomes are the households that declare.
type benchHomes struct {
	people *benchPeople
	keep   int
	all    []benchHome
}

type benchHome struct {
	h       *sample.Household
	numbers []idcs.IDCS
}

// add keeps every household until there are enough. Those whose declarant
// awaits a number or is a child cannot declare for themselves; they are left
// out.
func (b *benchHomes) add(h *sample.Household, numbers []idcs.IDCS) {
	if len(b.all) < b.keep && !numbers[0].IsZero() {
		b.all = append(b.all, benchHome{h, numbers})
	}
}

func (b *benchHomes) declarations() func() (act, error) {
	officer := b.people.officer
	officer.Purpose = "declaration"
	sys, n := b.people.d.sys, 0
	return func() (act, error) {
		if n == len(b.all) {
			return nil, io.EOF
		}
		home := b.all[n]
		n++
		d, err := b.people.model.Declaration(home.h, home.numbers)
		if err != nil {
			return nil, err
		}
		key := "bench-" + strconv.Itoa(n)
		c := officer
		c.Case = key
		return func(ctx context.Context) (time.Duration, error) {
			start := time.Now()
			got, err := sys.Household.Declare(ctx, c, key, d)
			took := time.Since(start)
			if err == nil && got.Score.IsZero() {
				err = &errs.Error{What: "a declaration was not computed"}
			}
			return took, err
		}, nil
	}
}
