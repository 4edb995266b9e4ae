package main

import (
	"errors"
	"math"
	"path/filepath"

	"sijil/internal/linkpage"
	"sijil/internal/roll"
	"sijil/linkage"
)

// writeReport writes the page of --report.
func (l *linking) writeReport(s linkSummary, j *roll.Judgement) error {
	r := &l.result
	p := &linkpage.Report{Records: s.Records, People: s.Clusters, Links: s.Links, Seconds: s.Seconds, PeakRSS: s.PeakRSSBytes,
		ModelHash: s.ModelHash, GivenModel: l.Model != "", Bands: l.model.Bands(), Prior: l.model.Prior(), Weights: l.model.Weights(),
		Stats: r.stats, ShowValues: l.ReportValues, TruthColumn: l.Truth}
	for _, one := range l.rolls {
		p.Files = append(p.Files, linkpage.File{Name: filepath.Base(one.file.Path), Rows: one.records.Len(), Columns: one.guess.Columns})
	}
	if j != nil {
		p.Judged = &linkpage.Judged{Judgement: *j, Bins: l.judgeBins()}
	}
	var err error
	if p.Samples, err = l.samples(); err != nil {
		return err
	}
	page, err := linkpage.Render(p, l.Lang)
	if err != nil {
		return err
	}
	return writeOutput("--report", l.Report, page)
}

// row is the number of a record over all files.
func (l *linking) row(second bool, n uint32) int {
	if second && len(l.rolls) == 2 {
		return l.rolls[1].base + int(n)
	}
	return int(n)
}

// judgeBins looks the truth of links and pairs for people up, by whole bits.
func (l *linking) judgeBins() []linkpage.JudgedBin {
	bins := map[int]*linkpage.JudgedBin{}
	low, high := math.MaxInt, math.MinInt
	for _, list := range [][]linkage.Link{l.result.links, l.result.review} {
		for _, k := range list {
			from := int(math.Floor(k.Weight))
			if bins[from] == nil {
				bins[from] = &linkpage.JudgedBin{From: from}
				low, high = min(low, from), max(high, from)
			}
			bins[from].Pairs++
			if l.truth.SameRow(l.row(false, k.A), l.row(true, k.B)) {
				bins[from].Right++
			}
		}
	}
	var out []linkpage.JudgedBin
	for from := low; from <= high; from++ {
		if b := bins[from]; b != nil {
			out = append(out, *b)
		}
	}
	return out
}

// samples are the pairs near the bands, read again from the files and weighed
// again with an explanation.
func (l *linking) samples() ([]linkpage.Sample, error) {
	values := map[int][]string{}
	for _, k := range l.result.stats.Samples {
		values[l.row(false, k.A)], values[l.row(true, k.B)] = nil, nil
	}
	for i, r := range l.rolls {
		if err := l.collect(r, i == 1, values); err != nil {
			return nil, err
		}
	}
	var out []linkpage.Sample
	for _, k := range l.result.stats.Samples {
		a, b := l.row(false, k.A), l.row(true, k.B)
		s := linkpage.Sample{A: l.pageRow(a, values[a]), B: l.pageRow(b, values[b]), Weight: k.Weight, Band: k.Band}
		first, err := l.model.Record(values[a])
		if err != nil {
			return nil, l.placed(err)
		}
		second, err := l.model.Record(values[b])
		if err != nil {
			return nil, l.placed(err)
		}
		score := l.model.Compare(first, second)
		s.Guard, s.Lines = score.Guard, score.Explain()
		if l.truth != nil {
			right := l.truth.SameRow(a, b)
			s.Right = &right
		}
		out = append(out, s)
	}
	return out, nil
}

// collect reads the values of the rows that are wanted of one file.
func (l *linking) collect(r *linkRoll, second bool, values map[int][]string) error {
	places, err := l.spec.Places(r.file, second)
	if err != nil {
		return err
	}
	left := 0
	for row := range values {
		if row >= r.base && row < r.base+r.records.Len() {
			left++
		}
	}
	if left == 0 {
		return nil
	}
	err = roll.Each(l.console.ctx, r.file, roll.Nothing, func(b *roll.Block, _ struct{}) error {
		for row := range b.Rows() {
			at := r.base + b.First + row
			if _, ok := values[at]; !ok {
				continue
			}
			list := make([]string, len(places))
			for i, column := range places {
				if column >= 0 {
					list[i] = string(b.Value(row, column))
				}
			}
			values[at] = list
			if left--; left == 0 {
				return errEnough
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// errEnough ends a reading that has found what it looked for.
var errEnough = errors.New("enough")

// pageRow is a record as the page shows it.
func (l *linking) pageRow(row int, values []string) linkpage.Row {
	r := l.rolls[0]
	if len(l.rolls) == 2 && row >= l.rolls[1].base {
		r = l.rolls[1]
	}
	out := linkpage.Row{File: filepath.Base(r.file.Path), Number: row - r.base + 1, Values: map[string][]string{}}
	at := 0
	for _, f := range l.engineSpec().Fields {
		out.Values[f.Name] = values[at : at+len(f.Columns)]
		at += len(f.Columns)
	}
	return out
}
