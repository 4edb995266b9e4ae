package main

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"os"
	"strconv"
	"syscall"

	"sijil/internal/roll"
	"sijil/linkage"
)

// linkResult is what either command found, in one form. Rows of a second file
// follow those of the first.
type linkResult struct {
	rows     int
	cluster  []uint32
	weight   []float64 // NaN for a row alone
	clusters int
	links    []linkage.Link
	review   []linkage.Link
	stats    linkage.Stats
}

func dedupeResult(r *linkage.Result, rows int) linkResult {
	return linkResult{rows: rows, cluster: r.Cluster, weight: r.Weight, clusters: r.Clusters, links: r.Links, review: r.Review, stats: r.Stats}
}

// matchResult numbers people: those of the first file in its order, then those
// whom only the second has.
func matchResult(r *linkage.MatchResult, a, b int) linkResult {
	out := linkResult{rows: a + b, cluster: make([]uint32, a+b), weight: make([]float64, a+b), links: r.Links, review: r.Review, stats: r.Stats}
	for i := range out.weight {
		out.weight[i] = math.NaN()
	}
	const none = math.MaxUint32
	for i := range a {
		out.cluster[i] = uint32(i)
	}
	for i := a; i < a+b; i++ {
		out.cluster[i] = none
	}
	for _, l := range r.Links {
		second := a + int(l.B)
		out.cluster[second] = l.A
		out.weight[l.A], out.weight[second] = l.Weight, l.Weight
	}
	out.clusters = a
	for i := a; i < a+b; i++ {
		if out.cluster[i] == none {
			out.cluster[i] = uint32(out.clusters)
			out.clusters++
		}
	}
	return out
}

// linkSummary is what --json prints.
type linkSummary struct {
	Records        int      `json:"records"`
	CandidatePairs int64    `json:"candidate_pairs"`
	Links          int      `json:"links"`
	Clusters       int      `json:"clusters"`
	Seconds        float64  `json:"seconds"`
	PeakRSSBytes   int64    `json:"peak_rss_bytes"`
	ModelHash      string   `json:"model_hash"`
	Precision      *float64 `json:"precision,omitempty"`
	Recall         *float64 `json:"recall,omitempty"`
	F1             *float64 `json:"f1,omitempty"`
}

// judge compares the result with the truth; nil without one.
func (l *linking) judge() *roll.Judgement {
	if l.truth == nil {
		return nil
	}
	var j roll.Judgement
	if len(l.rolls) == 1 {
		j = l.truth.Clusters(l.result.cluster)
	} else {
		j = l.truth.Links(len(l.result.links), func(i int) (a, b uint32) { return l.result.links[i].A, l.result.links[i].B })
	}
	return &j
}

// tell writes the files that were asked for, and prints.
func (l *linking) tell() error {
	r := &l.result
	s := linkSummary{Records: r.rows, CandidatePairs: r.stats.Candidates, Links: len(r.links), Clusters: r.clusters,
		Seconds: math.Round(1000*l.seconds) / 1000, PeakRSSBytes: peakRSS(), ModelHash: l.model.Hash()}
	j := l.judge()
	if j != nil {
		p, q, f := j.Precision(), j.Recall(), j.F1()
		s.Precision, s.Recall, s.F1 = &p, &q, &f
	}
	var written []string
	if l.SaveModel != "" {
		data, err := l.model.Marshal()
		if err == nil {
			err = writeOutput("--save-model", l.SaveModel, data)
		}
		if err != nil {
			return err
		}
		written = append(written, l.SaveModel)
	}
	if l.Report != "" {
		if err := l.writeReport(s, j); err != nil {
			return err
		}
		written = append(written, l.Report)
	}
	if l.Out != "" {
		paths, err := l.writeRows()
		if err != nil {
			return err
		}
		written = append(written, paths...)
	}
	if l.JSON {
		return printJSON(l.console.out, s)
	}
	return l.printSummary(s, j, written)
}

// peakRSS is the greatest memory the program has held, in bytes.
func peakRSS() int64 {
	if data, err := os.ReadFile("/proc/self/status"); err == nil {
		for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
			var kib int64
			if n, err := fmt.Sscanf(lines.Text(), "VmHWM: %d kB", &kib); n == 1 && err == nil {
				return kib << 10
			}
		}
	}
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return u.Maxrss << 10
}

// writeRows writes the rows with their clusters: one file, or one for each roll
// where their headers differ.
func (l *linking) writeRows() ([]string, error) {
	if len(l.rolls) == 1 {
		return []string{l.Out}, l.writeRolls(l.Out, l.rolls)
	}
	if l.rolls[0].file.SameHeader(l.rolls[1].file) {
		return []string{l.Out}, l.writeRolls(l.Out, l.rolls)
	}
	var paths []string
	for i, r := range l.rolls {
		paths = append(paths, numbered(l.Out, i+1))
		if err := l.writeRolls(paths[i], l.rolls[i:i+1]); err != nil {
			return nil, fmt.Errorf("%s: %w", r.file.Path, err)
		}
	}
	return paths, nil
}

// writeRolls writes some of the rolls into one file.
func (l *linking) writeRolls(path string, rolls []*linkRoll) error {
	out, err := newOutput("--out", path)
	if err != nil {
		return err
	}
	defer out.discard()
	p := newProgress(l.console.err, "rows written", l.result.rows)
	defer p.end()
	for i, r := range rolls {
		err := r.file.CopyWith(l.console.ctx, out, i == 0, func(to []byte, row int, comma byte) []byte {
			row += r.base
			to = strconv.AppendUint(append(to, comma), uint64(l.result.cluster[row]), 10)
			if to = append(to, comma); !math.IsNaN(l.result.weight[row]) {
				to = strconv.AppendFloat(to, l.result.weight[row], 'f', 2, 64)
			}
			p.at(row)
			return to
		})
		if err != nil {
			return err
		}
	}
	return out.keep()
}

// numbered puts a number before the extension of a file.
func numbered(path string, n int) string {
	for i := len(path) - 1; i > 0 && path[i] != '/'; i-- {
		if path[i] == '.' {
			return path[:i] + "." + strconv.Itoa(n) + path[i:]
		}
	}
	return path + "." + strconv.Itoa(n)
}
