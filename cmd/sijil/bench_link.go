package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"sijil/internal/roll"
	"sijil/internal/synthroll"
)

// synthRolls is the file of a country from which large rolls are made.
const synthRolls = "synthroll.json"

// benchLinkCmd measures linking: how right it is on files with known truth, how
// fast on made rolls.
type benchLinkCmd struct {
	Size int    `help:"Rows of the made roll; 0 leaves the speed out." default:"1000000" placeholder:"N"`
	Grow bool   `help:"Also link a roll ten times as large, and compare the cost of a record."`
	Data string `help:"Folder with the files of known truth. Default: linkage in $SIJIL_TESTDATA." placeholder:"DIR" type:"existingdir"`
	JSON bool   `help:"Print one JSON object."`
}

// benchLink is its report.
type benchLink struct {
	Cores int              `json:"cores"`
	Files []benchLinkFile  `json:"files"`
	Twins *benchLinkTwins  `json:"twins,omitempty"`
	Speed []benchLinkSpeed `json:"speed"`
	Grow  float64          `json:"cost_per_record_growth,omitempty"` // of the last size over the first
	CPU   float64          `json:"cpu_per_record_growth,omitempty"`  // the same in time of the cores
}

// benchLinkFile is a file of known truth at the default threshold.
type benchLinkFile struct {
	File      string  `json:"file"`
	Bar       float64 `json:"bar"`
	F1        float64 `json:"f1"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	Records   int     `json:"records"`
	Pairs     int64   `json:"candidate_pairs"`
	Review    int64   `json:"review"`
	Seconds   float64 `json:"seconds"`
}

// benchLinkTwins counts people of one family name, father, birth date and
// birth place who are two by the truth, and those of them put together.
type benchLinkTwins struct {
	File   string `json:"file"`
	Pairs  int    `json:"pairs"`
	Merged int    `json:"merged"`
}

// benchLinkSpeed is a made roll, from the file to the people.
type benchLinkSpeed struct {
	Size          int     `json:"size"`
	MakingPerSec  float64 `json:"rows_made_per_second"`
	ReadingPerSec float64 `json:"rows_read_per_second"` // the CSV alone
	Seconds       float64 `json:"seconds"`
	CPUSeconds    float64 `json:"cpu_seconds"` // of all cores: what it costs on a machine with other work
	PeakRSSBytes  int64   `json:"peak_rss_bytes"`
	PairsPerRow   float64 `json:"candidate_pairs_per_record"`
	F1            float64 `json:"f1"`
	Precision     float64 `json:"precision"`
	Recall        float64 `json:"recall"`
}

// Bars of speed for a million rows on two cores.
const (
	linkSecondsBar = 6.0
	linkMemoryBar  = 1.5e9
	linkGrowthBar  = 1.5
	linkTwinsBar   = .03
)

// linkTable is the files of known truth, with the bar each must reach.
var linkTable = []struct {
	name, truth string
	files       []string
	bar         float64
	twins       bool
}{
	{"febrl1", "rec_id", []string{"febrl1.csv"}, .999, false},
	{"febrl2", "rec_id", []string{"febrl2.csv"}, .9985, false},
	{"febrl3", "rec_id", []string{"febrl3.csv"}, .999, false},
	{"febrl4", "rec_id", []string{"febrl4a.csv", "febrl4b.csv"}, .9995, false},
	{"fake_1000", "cluster", []string{"fake_1000.csv"}, .935, false},
	{"ma_5k", "cluster", []string{"ma_5k.csv"}, 0, false},
	{"ma_100k", "cluster", []string{"ma_100k.csv"}, .988, true},
}

// Run measures and prints.
func (cmd *benchLinkCmd) Run(c *console) error {
	if cmd.Size < 0 || cmd.Size > synthroll.MaxRows || cmd.Grow && cmd.Size > synthroll.MaxRows/10 {
		return usageError(fmt.Sprintf("--size: up to %d rows, and a tenth of that with --grow", synthroll.MaxRows))
	}
	r := benchLink{Cores: runtime.GOMAXPROCS(0), Files: []benchLinkFile{}, Speed: []benchLinkSpeed{}}
	if err := cmd.accuracy(c, &r); err != nil {
		return err
	}
	sizes := []int{cmd.Size}
	if cmd.Grow {
		sizes = append(sizes, 10*cmd.Size)
	}
	for _, size := range sizes {
		if size == 0 {
			break
		}
		s, err := benchLinkRoll(c, size)
		if err != nil {
			return err
		}
		r.Speed = append(r.Speed, *s)
	}
	if n := len(r.Speed); n > 1 {
		per := func(s benchLinkSpeed) float64 { return s.Seconds / float64(s.Size) }
		r.Grow = per(r.Speed[n-1]) / per(r.Speed[0])
		r.CPU = r.Speed[n-1].CPUSeconds / float64(r.Speed[n-1].Size) / (r.Speed[0].CPUSeconds / float64(r.Speed[0].Size))
	}
	if cmd.JSON {
		return printJSON(c.out, r)
	}
	r.print(c.out)
	return nil
}

// accuracy links the files of known truth that are there.
func (cmd *benchLinkCmd) accuracy(c *console, r *benchLink) error {
	dir := cmd.Data
	if dir == "" && os.Getenv("SIJIL_TESTDATA") != "" {
		dir = filepath.Join(os.Getenv("SIJIL_TESTDATA"), "linkage")
	}
	if dir == "" {
		return nil
	}
	for _, row := range linkTable {
		var paths []string
		for _, name := range row.files {
			paths = append(paths, filepath.Join(dir, name))
		}
		if _, err := os.Stat(paths[0]); errors.Is(err, fs.ErrNotExist) { //nolint:gosec // whoever runs the bench names the folder
			continue
		}
		l, err := linkQuietly(c, linkFlags{Truth: row.truth}, paths...)
		if err != nil {
			return err
		}
		j := l.judge()
		r.Files = append(r.Files, benchLinkFile{File: row.name, Bar: row.bar, F1: j.F1(), Precision: j.Precision(), Recall: j.Recall(),
			Records: l.result.rows, Pairs: l.result.stats.Candidates, Review: l.result.stats.Reviews, Seconds: l.seconds})
		if row.twins {
			if r.Twins, err = l.twins(row.name); err != nil {
				return err
			}
		}
	}
	return nil
}

// linkQuietly links files as the command does, without printing.
func linkQuietly(c *console, flags linkFlags, paths ...string) (*linking, error) {
	silent := *c
	silent.out = io.Discard
	flags.JSON = true
	l := &linking{linkFlags: &flags, console: &silent, start: time.Now()}
	if err := l.understand(paths); err != nil {
		return nil, err
	}
	return l, l.work()
}

// twins counts people who share what twins share.
func (l *linking) twins(file string) (*benchLinkTwins, error) {
	r := l.rolls[0]
	var columns []int
	for _, want := range []string{"family", "father", "birth_date", "birth_place"} {
		for _, f := range l.spec.Fields {
			if f.Name == want {
				columns = append(columns, r.file.Column(f.Columns[0]))
			}
		}
	}
	alike := map[string][]int{}
	err := roll.Each(l.console.ctx, r.file, roll.Nothing, func(b *roll.Block, _ struct{}) error {
		var key []byte
		for row := range b.Rows() {
			key = key[:0]
			for _, column := range columns {
				key = append(append(key, b.Value(row, column)...), 0)
			}
			alike[string(key)] = append(alike[string(key)], b.First+row)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	merged := map[[2]uint32]bool{}
	for _, rows := range alike {
		for i, a := range rows {
			for _, b := range rows[:i] {
				if l.truth.SameRow(a, b) {
					continue
				}
				p, q := l.truth.Person(a), l.truth.Person(b)
				pair := [2]uint32{min(p, q), max(p, q)}
				merged[pair] = merged[pair] || l.result.cluster[a] == l.result.cluster[b]
			}
		}
	}
	t := &benchLinkTwins{File: file, Pairs: len(merged)}
	for _, is := range merged {
		if is {
			t.Merged++
		}
	}
	return t, nil
}

// benchLinkRoll makes a roll and links it.
func benchLinkRoll(c *console, size int) (*benchLinkSpeed, error) {
	m, err := loadRolls(c)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "sijil-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	s := &benchLinkSpeed{Size: size}
	path := filepath.Join(dir, "roll.csv")
	start := time.Now()
	if err := writeMadeRoll(c, m, path, size); err != nil {
		return nil, err
	}
	s.MakingPerSec = float64(size) / time.Since(start).Seconds()
	if s.ReadingPerSec, err = readingRate(c.ctx, path, size); err != nil {
		return nil, err
	}
	debug.FreeOSMemory()
	truth, before := m.Header[1], cpuSeconds()
	l, err := linkQuietly(c, linkFlags{ID: truth}, path) // the truth is no part of the time
	if err != nil {
		return nil, err
	}
	s.Seconds, s.CPUSeconds, s.PeakRSSBytes = l.seconds, cpuSeconds()-before, peakRSS()
	l.truth = roll.NewTruth()
	column := l.rolls[0].file.Column(truth)
	err = roll.Each(c.ctx, l.rolls[0].file, roll.Nothing, func(b *roll.Block, _ struct{}) error {
		for row := range b.Rows() {
			l.truth.Add(b.Value(row, column))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	j := l.judge()
	s.PairsPerRow = float64(l.result.stats.Candidates) / float64(size)
	s.F1, s.Precision, s.Recall = j.F1(), j.Precision(), j.Recall()
	return s, nil
}

// cpuSeconds is the time that cores have worked for this process.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return math.NaN()
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func readingRate(ctx context.Context, path string, size int) (float64, error) {
	f, err := roll.Open(path)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	err = roll.Each(ctx, f, roll.Nothing, func(*roll.Block, struct{}) error { return nil })
	return float64(size) / time.Since(start).Seconds(), err
}

// loadRolls hands a country's data to the maker of large rolls.
func loadRolls(c *console) (*synthroll.Model, error) {
	land, err := c.openCountry()
	if err != nil {
		return nil, err
	}
	in := synthroll.Inputs{FiguresFile: synthRolls, NamesFile: synthNames}
	if in.Figures, err = land.ReadFile(synthRolls); err != nil {
		return nil, err
	}
	if in.Names, err = land.ReadFile(synthNames); err != nil {
		return nil, err
	}
	g, err := land.LoadGeography()
	if err != nil {
		return nil, err
	}
	for _, p := range g.Provinces {
		in.Places = append(in.Places, synthroll.Place{Latin: p.Name.In("fr", "en"), Arabic: p.Name.In("ar", "fr", "en")})
	}
	return synthroll.Load(in)
}

func writeMadeRoll(c *console, m *synthroll.Model, path string, size int) error {
	out, err := newOutput("TMPDIR", path)
	if err != nil {
		return err
	}
	defer out.discard()
	p := newProgress(c.err, "rows made", size)
	err = m.Write(c.ctx, out, 1, size, p.at)
	p.end()
	if err != nil {
		return err
	}
	return out.keep()
}

// print prints the report for people.
func (r *benchLink) print(w io.Writer) {
	fmt.Fprintf(w, "%d cores\n", r.Cores)
	if len(r.Files) == 0 {
		fmt.Fprintln(w, "no files of known truth: name their folder with --data, or set SIJIL_TESTDATA")
	} else {
		fmt.Fprintf(w, "%-10s %9s %9s %9s %9s %9s %8s %8s\n", "file", "records", "precision", "recall", "F1", "bar", "review", "s")
	}
	for _, f := range r.Files {
		bar := fmt.Sprintf("%9.4f", f.Bar)
		if f.Bar == 0 {
			bar = fmt.Sprintf("%9s", "-")
		}
		fmt.Fprintf(w, "%-10s %9d %9.4f %9.4f %9.4f %s %8d %8.2f\n", f.File, f.Records, f.Precision, f.Recall, f.F1, bar, f.Review, f.Seconds)
	}
	if t := r.Twins; t != nil {
		fmt.Fprintf(w, "of %d pairs of twins in %s, %d are put together: %.1f %%, bar %.0f %%\n", t.Pairs, t.File, t.Merged, 100*float64(t.Merged)/float64(max(t.Pairs, 1)), 100*linkTwinsBar)
	}
	for _, s := range r.Speed {
		fmt.Fprintf(w, "made roll of %d rows (%.0f rows made, %.0f read a second)\n", s.Size, s.MakingPerSec, s.ReadingPerSec)
		fmt.Fprintf(w, "  from CSV to people %.2f s (bar for a million %.0f), %.2f s of the cores, %.0f MB (bar %.0f), %.2f pairs for each record\n",
			s.Seconds, linkSecondsBar, s.CPUSeconds, float64(s.PeakRSSBytes)/1e6, linkMemoryBar/1e6, s.PairsPerRow)
		fmt.Fprintf(w, "  precision %.4f, recall %.4f, F1 %.4f\n", s.Precision, s.Recall, s.F1)
	}
	if r.Grow > 0 {
		fmt.Fprintf(w, "cost of a record grows %.2f times, bar %.1f; %.2f times in time of the cores\n", r.Grow, linkGrowthBar, r.CPU)
	}
}
