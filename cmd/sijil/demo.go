package main

import (
	"fmt"
	"math"
	"strings"

	"sijil/formula"
	"sijil/internal/country"
	"sijil/internal/score"
	"sijil/internal/synth"
)

// demoCmd shows what the program does, on synthetic households.
type demoCmd struct {
	Households int    `help:"How many households." default:"500" placeholder:"N"`
	Seed       uint64 `help:"Same seed, same households." default:"1" placeholder:"S"`
	Lang       string `help:"Language of labels." default:"en"`
}

// Run makes the households, scores each, and prints who they are, how their
// indexes are spread, and one household explained.
func (cmd *demoCmd) Run(c *console) error {
	if cmd.Households < 1 {
		return usageError("--households: make at least one")
	}
	land, err := c.openCountry()
	if err != nil {
		return err
	}
	model, err := loadSynth(land, "")
	if err != nil {
		return err
	}
	scorer, err := newScorer(land, "", true)
	if err != nil {
		return err
	}
	programmes, err := land.LoadProgrammes()
	if err != nil {
		return err
	}
	d := &demo{cmd: cmd, run: &indexRun{cmd: &indexCmd{Lang: cmd.Lang}, scorer: scorer, programmes: programmes}}
	if err := d.score(c, model); err != nil {
		return err
	}
	return d.print(c, land)
}

// demo is what the sample came to.
type demo struct {
	cmd     *demoCmd
	run     *indexRun
	indexes []formula.Index
	persons int
	below   map[string]counted
	nearest []byte // the household nearest to a threshold, explained
	gap     formula.Distance
}

type counted struct{ households, persons int }

// score takes each household through questionnaire, derivation and formula.
func (d *demo) score(c *console, model *synth.Model) error {
	d.below, d.gap = map[string]counted{}, math.MaxInt64
	w := d.run.scorer.Worker()
	p := newProgress(c.err, "households", d.cmd.Households)
	defer p.end()
	var h synth.Household
	for i := range d.cmd.Households {
		if c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		model.Household(d.cmd.Seed, i, &h)
		s, err := w.Declaration(&h.Declaration)
		if err != nil {
			return err
		}
		if err := d.count(s, len(h.Declaration.Members)); err != nil {
			return err
		}
		p.at(i + 1)
	}
	return nil
}

func (d *demo) count(s *score.Scored, persons int) error {
	d.indexes = append(d.indexes, s.Result.Index)
	d.persons += persons
	for _, o := range d.run.outcomes(s) {
		if o.atOrBelow {
			n := d.below[o.programme.ID]
			d.below[o.programme.ID] = counted{n.households + 1, n.persons + persons}
		}
		if gap := max(o.above, -o.above); gap < d.gap {
			d.gap = gap
			text, err := d.run.explained(nil, 0, s)
			if err != nil {
				return err
			}
			d.nearest = text
		}
	}
	return nil
}

func (d *demo) print(c *console, land *country.Country) error {
	f := d.run.scorer.Formula
	w := c.out
	fmt.Fprintf(w, "Sijil %s — %s, formula %s\n", version, land.Name.In(d.cmd.Lang, "en"), f.ID())
	fmt.Fprintf(w, "%d synthetic households of %d persons declared themselves; nobody in them exists.\n\n", len(d.indexes), d.persons)
	fmt.Fprintln(w, "How their indexes are spread, the poorest first; * is one household in a hundred:")
	for _, line := range d.histogram() {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintln(w)
	for _, p := range d.run.programmes {
		n := d.below[p.ID]
		fmt.Fprintf(w, "%s: %d of %d households (%d %%) are at or below the threshold, %d persons (%d %%).\n",
			p.Name.In(d.cmd.Lang, "en"), n.households, len(d.indexes), percent(n.households, len(d.indexes)), n.persons, percent(n.persons, d.persons))
	}
	fmt.Fprintf(w, "\nThe household nearest to a threshold, and why its index is what it is:\n%s", d.nearest)
	fmt.Fprintln(w, "\nNext: write such households to files, and compute their indexes from them:")
	fmt.Fprintln(w, "  bin/sijil synth --households 500 --out demo-data")
	fmt.Fprintln(w, "  bin/sijil index --explain demo-data/households.jsonl")
	return nil
}

func percent(n, of int) int { return int(math.Round(100 * float64(n) / float64(max(of, 1)))) }

// short prints an index with the two decimals that the ends of bins need.
func short(x formula.Index) string { return strings.TrimSuffix(x.String(), "00000") }

// step is the width of a histogram's bin.
const step formula.Index = 2_500_000 // 0.25

// histogram draws the indexes in bins, with a line for each threshold that
// holds today between the bins it separates.
func (d *demo) histogram() []string {
	bins := map[formula.Index]int{}
	low, high := formula.NoIndex, formula.Index(math.MinInt64)
	for _, x := range d.indexes {
		b := x / step
		bins[b]++
		low, high = min(low, b), max(high, b)
	}
	var out []string
	for b := low; b <= high; b++ {
		stars := strings.Repeat("*", percent(bins[b], len(d.indexes)))
		out = append(out, strings.TrimRight(fmt.Sprintf("  %5s to %5s  %4d %s", short(b*step), short((b+1)*step), bins[b], stars), " "))
		for _, p := range d.run.programmes {
			for _, t := range p.Thresholds {
				if x := formula.Index(t.AtMost); t.To.IsZero() && x/step == b {
					out = append(out, fmt.Sprintf("  -- %s: %s", t.AtMost, p.Name.In(d.cmd.Lang, "en")))
				}
			}
		}
	}
	return out
}
