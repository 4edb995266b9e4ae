package synth

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"sijil/formula"
	"sijil/internal/errs"
	"sijil/internal/inorder"
)

// Summary compares a population with its targets.
type Summary struct {
	Seed       uint64      `json:"seed"`
	Households int64       `json:"households"`
	Persons    int64       `json:"persons"`
	Formula    string      `json:"formula"`
	Rows       []Row       `json:"rows"`
	Regions    []RegionRow `json:"regions"`
	Kinds      []KindRow   `json:"kinds"`
}

// Row is one figure: generated, and what it is aimed at.
type Row struct {
	Target

	Generated float64 `json:"generated"`
	Reached   bool    `json:"reached"`
}

// RegionRow is a region's part, and the percentage of its persons at or below
// each threshold, in the order of the targets.
type RegionRow struct {
	Region     string    `json:"region"`
	Households int64     `json:"households"`
	MeanSize   float64   `json:"mean_size"`
	AtOrBelow  []float64 `json:"persons_at_or_below"`
}

// KindRow is the percentage of households of a kind.
type KindRow struct {
	Kind  string  `json:"kind"`
	Share float64 `json:"share"`
}

// Summarise makes the first n households of a seed, takes each through the
// questionnaire and a formula, and compares the whole with the targets.
// progress, where not nil, is told how many are done. Fewer than 100 households
// are an error: their shares mean nothing.
func (m *Model) Summarise(ctx context.Context, f *formula.Formula, seed uint64, n int, progress func(done int)) (*Summary, error) {
	if n < 100 {
		return nil, errs.Bad("households", "too few for shares to mean anything", "ask for 100 at least; the bounds of the targets suit 30,000")
	}
	total, err := m.newTally(f)
	if err != nil {
		return nil, err
	}
	done := 0
	err = inorder.Run(ctx, spans(n), func() func(span) (*tally, error) {
		return func(s span) (*tally, error) { return m.count(f, seed, s) }
	}, func(t *tally) error {
		total.merge(t)
		if done = min(done+chunk, n); progress != nil {
			progress(done)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return total.summary(seed), nil
}

// count tallies a run of households.
func (m *Model) count(f *formula.Formula, seed uint64, s span) (*tally, error) {
	t, err := m.newTally(f)
	if err != nil {
		return nil, err
	}
	var h Household
	for i := s.from; i < s.to; i++ {
		m.Household(seed, i, &h)
		if err := t.add(&h); err != nil {
			return nil, fmt.Errorf("household %d of seed %d: %w", i, seed, err)
		}
	}
	return t, nil
}

func (t *tally) summary(seed uint64) *Summary {
	all := counts{hit: make([]int64, len(t.m.targets)), base: make([]int64, len(t.m.targets))}
	for i := range t.strata {
		all.merge(&t.strata[i])
	}
	s := &Summary{Seed: seed, Households: all.households, Persons: all.persons, Formula: t.f.ID()}
	for i := range t.m.targets {
		tg := &t.m.targets[i]
		c := &all
		if tg.stratum >= 0 {
			c = &t.strata[tg.stratum]
		}
		got := figure(tg, i, c, &all)
		// The tolerance is that of the decimals printed.
		s.Rows = append(s.Rows, Row{Target: tg.Target, Generated: got, Reached: got >= tg.low-0.005 && got <= tg.high+0.005})
	}
	for _, code := range slices.Sorted(maps.Keys(t.regions)) {
		r := t.regions[code]
		row := RegionRow{Region: code, Households: r.households, MeanSize: ratio(r.persons, r.households)}
		for i := range t.m.targets {
			if t.m.targets[i].Figure == FigureUnder && t.m.targets[i].stratum < 0 {
				row.AtOrBelow = append(row.AtOrBelow, percent(r.under[i], r.persons))
			}
		}
		s.Regions = append(s.Regions, row)
	}
	for i, n := range t.kinds {
		s.Kinds = append(s.Kinds, KindRow{t.m.kinds[i].code, percent(n, all.households)})
	}
	return s
}

func figure(t *target, i int, c, all *counts) float64 {
	switch t.Figure {
	case FigureSize:
		return ratio(c.persons, c.households)
	case FigurePersons:
		return percent(c.persons, all.persons)
	case FigureOne:
		return percent(c.one, c.households)
	case FigureFemaleHead:
		return percent(c.femaleHead, c.households)
	case FigureYoung:
		return percent(c.young, c.persons)
	case FigureOld:
		return percent(c.old, c.persons)
	case FigureIlliterate:
		return percent(c.illiterate, c.tenPlus)
	case FigureAnswer:
		return percent(c.hit[i], c.base[i])
	}
	return percent(c.hit[i], c.persons)
}

// ratio is 0 where there is nobody to count, which misses every target.
func ratio(a, b int64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func percent(a, b int64) float64 { return 100 * ratio(a, b) }

// Write prints the summary as a table for people.
func (s *Summary) Write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "%d households, %d persons, seed %d, formula %s\n\n", s.Households, s.Persons, s.Seed, s.Formula)
	fmt.Fprintln(tw, "figure\tgenerated\taim\tbounds\t\tsource\tstatus")
	for _, r := range s.Rows {
		mark := ""
		if !r.Reached {
			mark = "missed"
		}
		fmt.Fprintf(tw, "%s\t%.2f\t%s\t%s to %s\t%s\t%s\t%s\n", r.Target, r.Generated, r.Aim, r.Low, r.High, mark, r.Source, r.Status)
	}
	fmt.Fprintln(tw, "\nregion\thouseholds\tmean size\tpersons at or below each threshold, %")
	for _, r := range s.Regions {
		fmt.Fprintf(tw, "%s\t%d\t%.2f\t", r.Region, r.Households, r.MeanSize)
		for _, p := range r.AtOrBelow {
			fmt.Fprintf(tw, "%.1f  ", p)
		}
		fmt.Fprintln(tw)
	}
	fmt.Fprintln(tw, "\nkind of household\t%")
	for _, k := range s.Kinds {
		fmt.Fprintf(tw, "%s\t%.2f\n", k.Kind, k.Share)
	}
	return tw.Flush()
}
