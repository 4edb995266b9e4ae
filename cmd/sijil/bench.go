package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"time"

	"sijil/formula"
	"sijil/internal/lines"
	"sijil/internal/score"
	"sijil/internal/synth"
)

// benchCmd reruns speed figures.
type benchCmd struct {
	Index   benchIndexCmd   `cmd:"" help:"Index: in memory, from feature lines, from declarations; and making the households."`
	Declare benchDeclareCmd `cmd:"" help:"Declarations computed: exchanged, scored, judged, on the disk."`
	Enrol   benchEnrolCmd   `cmd:"" help:"Enrolments that reach the disk, in a register that is full already."`
	Link    benchLinkCmd    `cmd:"" help:"Linking: right on files of known truth, fast on made rolls."`
	Pages   benchPagesCmd   `cmd:"" help:"Portal: home and simulator over HTTP on the loopback, and what pages weigh."`
	Survey  benchSurveyCmd  `cmd:"" help:"Formula lab: fits and a full assessment of a made survey of national size."`
}

// benchIndexCmd measures the index on synthetic households.
type benchIndexCmd struct {
	Size int  `help:"Households in memory; lines are a tenth of it." default:"2000000" placeholder:"N"`
	JSON bool `help:"Print one JSON object."`
}

// benchIndex is its report. Rates are households a second.
type benchIndex struct {
	Cores               int     `json:"cores"`
	Households          int     `json:"households"`
	Lines               int     `json:"lines"`
	InMemoryPerCore     float64 `json:"in_memory_per_core"`
	FeaturesPerCore     float64 `json:"features_per_core"`
	Features            float64 `json:"features_per_second"`
	DeclarationsPerCore float64 `json:"declarations_per_core"`
	Declarations        float64 `json:"declarations_per_second"`
	SynthPerSecond      float64 `json:"synth_per_second"`
}

// distinct is how many different households the benches go round.
const distinct = 20_000

// Run measures and prints.
func (cmd *benchIndexCmd) Run(c *console) error {
	if cmd.Size < 1000 {
		return usageError("--size: at least 1000 households, or the figures mean nothing")
	}
	b, err := newIndexBench(c, cmd.Size)
	if err != nil {
		return err
	}
	r := benchIndex{Cores: runtime.GOMAXPROCS(0), Households: cmd.Size, Lines: b.lines, SynthPerSecond: b.synthRate}
	if r.InMemoryPerCore, err = b.inMemory(cmd.Size); err != nil {
		return err
	}
	features := func(w *score.Worker, line []byte) (*score.Scored, error) { return w.Features(line) }
	declarations := func(w *score.Worker, line []byte) (*score.Scored, error) { return w.Line(line) }
	for _, m := range []struct {
		rate  *float64
		cores int
		input []byte
		score func(*score.Worker, []byte) (*score.Scored, error)
	}{
		{&r.FeaturesPerCore, 1, b.features, features},
		{&r.Features, r.Cores, b.features, features},
		{&r.DeclarationsPerCore, 1, b.declarations, declarations},
		{&r.Declarations, r.Cores, b.declarations, declarations},
	} {
		if *m.rate, err = b.throughLines(c.ctx, m.cores, m.input, m.score); err != nil {
			return err
		}
	}
	if cmd.JSON {
		return printJSON(c.out, r)
	}
	fmt.Fprintf(c.out, "%d cores; households a second\n", r.Cores)
	fmt.Fprintf(c.out, "  %-46s %12.0f\n", "index, exact, in memory, one core", r.InMemoryPerCore)
	fmt.Fprintf(c.out, "  %-46s %12.0f  all cores %12.0f\n", "index from feature lines, one core", r.FeaturesPerCore, r.Features)
	fmt.Fprintf(c.out, "  %-46s %12.0f  all cores %12.0f\n", "index from full declarations, one core", r.DeclarationsPerCore, r.Declarations)
	fmt.Fprintf(c.out, "  %-46s %12s  all cores %12.0f\n", "synthetic declarations made", "", r.SynthPerSecond)
	return nil
}

// indexBench holds households as vectors, feature lines and declarations.
type indexBench struct {
	scorer       *score.Scorer
	vectors      []formula.Household
	features     []byte
	declarations []byte
	lines        int
	synthRate    float64
}

func newIndexBench(c *console, size int) (*indexBench, error) {
	land, err := c.openCountry()
	if err != nil {
		return nil, err
	}
	model, err := loadSynth(land, "")
	if err != nil {
		return nil, err
	}
	b := &indexBench{lines: max(size/10, 1000)}
	if b.scorer, err = newScorer(land, "", true); err != nil {
		return nil, err
	}
	start := time.Now()
	if err := model.Generate(c.ctx, synth.Writers{Households: io.Discard, Persons: io.Discard}, 1, b.lines, nil); err != nil {
		return nil, err
	}
	b.synthRate = float64(b.lines) / time.Since(start).Seconds()
	var made bytes.Buffer
	if err := model.Generate(c.ctx, synth.Writers{Households: &made}, 1, b.lines, nil); err != nil {
		return nil, err
	}
	b.declarations = made.Bytes()
	return b, b.collect(model)
}

// collect scores some households once, to have their vectors and lines.
func (b *indexBench) collect(model *synth.Model) error {
	w := b.scorer.Worker()
	var h synth.Household
	var lines [][]byte
	for i := range min(distinct, b.lines) {
		model.Household(1, i, &h)
		s, err := w.Declaration(&h.Declaration)
		if err != nil {
			return err
		}
		v := s.Household
		v.Values = append([]formula.Value(nil), v.Values...)
		b.vectors = append(b.vectors, v)
		line, err := b.featureLine(v, h.Declaration.Household)
		if err != nil {
			return err
		}
		lines = append(lines, line)
	}
	for i := range b.lines {
		b.features = append(append(b.features, lines[i%len(lines)]...), '\n')
	}
	return nil
}

func (b *indexBench) featureLine(h formula.Household, ref string) ([]byte, error) {
	variables, err := b.scorer.Formula.Variables(h.Stratum)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	for i, v := range variables {
		switch x := h.Values[i]; {
		case x.State != formula.Present:
			values[v.Name] = map[string]string{"state": x.State.String()}
		case x.Den == 1:
			values[v.Name] = x.Num
		default:
			values[v.Name] = x.String()
		}
	}
	return json.Marshal(struct {
		Household string         `json:"household"`
		AsOf      string         `json:"as_of"`
		Stratum   string         `json:"stratum"`
		Region    string         `json:"region"`
		Profile   string         `json:"profile,omitempty"`
		Values    map[string]any `json:"values"`
	}{ref, h.AsOf.String(), h.Stratum, h.Region, h.Profile, values})
}

// inMemory returns the rate of one core over tables of size households in
// all, one table per stratum.
func (b *indexBench) inMemory(size int) (float64, error) {
	var tables []*formula.Table
	byStratum := map[string]*formula.Table{}
	for i := range size {
		h := b.vectors[i%len(b.vectors)]
		t := byStratum[h.Stratum]
		if t == nil {
			var err error
			if t, err = b.scorer.Formula.NewTable(h.Stratum); err != nil {
				return 0, err
			}
			byStratum[h.Stratum] = t
			tables = append(tables, t)
		}
		if err := t.Append(h); err != nil {
			return 0, err
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	runtime.GC()
	best := 0.0
	for range 5 {
		start := time.Now()
		for _, t := range tables {
			if err := t.Evaluate(make([]formula.Index, t.Len())); err != nil {
				return 0, err
			}
		}
		best = max(best, float64(size)/time.Since(start).Seconds())
	}
	return best, nil
}

// throughLines returns the rate of scoring lines on some cores.
func (b *indexBench) throughLines(ctx context.Context, cores int, input []byte, read func(*score.Worker, []byte) (*score.Scored, error)) (float64, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
	runtime.GC()
	start := time.Now()
	total := 0
	err := lines.Each(ctx, "-", bytes.NewReader(input), func() lines.Work {
		w := b.scorer.Worker()
		return func(out []byte, _ int, line []byte) ([]byte, error) {
			s, err := read(w, line)
			if err != nil {
				return out, err
			}
			return append(append(out, s.Result.Index.String()...), '\n'), nil
		}
	}, func(out []byte, failed []error, done int) error {
		for _, e := range failed {
			return e
		}
		total = done
		_, err := io.Discard.Write(out)
		return err
	})
	return float64(total) / time.Since(start).Seconds(), err
}
