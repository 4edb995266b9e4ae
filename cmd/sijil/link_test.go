package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sijil/internal/roll"
)

// madeRoll writes a synthetic roll of the reference country.
func madeRoll(t *testing.T, rows int) string {
	t.Helper()
	c := &console{ctx: t.Context(), err: &bytes.Buffer{}}
	m, err := loadRolls(c)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "roll.csv")
	if err := writeMadeRoll(c, m, path, rows); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLinkStoppedHalfWay stops a linking at many moments. An output is whole or
// it is not there, and nothing else is left.
func TestLinkStoppedHalfWay(t *testing.T) {
	t.Parallel()
	const rows = 20_000
	in := madeRoll(t, rows)
	stopped := 0
	for i := range 14 {
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		timer := time.AfterFunc(time.Duration(1<<i>>1)*time.Millisecond, cancel)
		var out, errw bytes.Buffer
		status := run(ctx, []string{"link", "dedupe", in, "--out", filepath.Join(dir, "out.csv"), "--report", filepath.Join(dir, "page.html")}, strings.NewReader(""), &out, &errw)
		timer.Stop()
		cancel()
		if status != exitOK {
			stopped++
			if !strings.Contains(errw.String(), "stopped") {
				t.Errorf("%q", errw.String())
			}
		}
		left, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range left {
			data, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case e.Name() == "out.csv" && bytes.Count(data, []byte{'\n'}) == rows+1:
			case e.Name() == "page.html" && bytes.HasSuffix(bytes.TrimSpace(data), []byte("</html>")):
			default:
				t.Errorf("left behind: %s of %d bytes", e.Name(), len(data))
			}
		}
	}
	if stopped == 0 {
		t.Error("nothing was stopped")
	}
}

// TestLinkOutKeepsEveryRow takes the two columns off again and has the file as
// it was; people and truth agree with what the command says.
func TestLinkOutKeepsEveryRow(t *testing.T) {
	t.Parallel()
	in := madeRoll(t, 5000)
	to := filepath.Join(t.TempDir(), "out.csv")
	var out, errw bytes.Buffer
	if status := run(t.Context(), []string{"link", "dedupe", in, "--truth", "cluster", "--out", to, "--json"}, strings.NewReader(""), &out, &errw); status != exitOK {
		t.Fatal(errw.String())
	}
	was, err := os.ReadFile(in)
	if err != nil {
		t.Fatal(err)
	}
	is, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	var back strings.Builder
	truth := roll.NewTruth()
	truth.NextFile()
	var clusters []uint32
	numbers := map[string]uint32{}
	for line := range strings.Lines(string(is)) {
		values := strings.Split(strings.TrimSuffix(line, "\n"), ",")
		back.WriteString(strings.Join(values[:len(values)-2], ",") + "\n")
		if values[0] == "unique_id" {
			continue
		}
		cluster, weight := values[len(values)-2], values[len(values)-1]
		if _, ok := numbers[cluster]; !ok {
			numbers[cluster] = uint32(len(numbers))
		}
		truth.Add([]byte(values[1]))
		clusters = append(clusters, numbers[cluster])
		if weight == "" {
			continue
		}
		if weight[0] == '-' {
			t.Errorf("a link of weight %s", weight)
		}
	}
	if back.String() != string(was) {
		t.Error("a row changed")
	}
	var said linkSummary
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	j := truth.Clusters(clusters)
	if said.Clusters != len(numbers) || said.F1 == nil || *said.F1 != j.F1() || *said.Precision != j.Precision() || j.F1() < .9 {
		t.Errorf("the command says %+v, the file %+v and %d people", said, j, len(numbers))
	}
}

// TestLinkBars holds linking to the bars of the files that others made.
func TestLinkBars(t *testing.T) {
	t.Parallel()
	if os.Getenv("SIJIL_TESTDATA") == "" || testing.Short() {
		t.Skip("SIJIL_TESTDATA is not set")
	}
	var out, errw bytes.Buffer
	if status := run(t.Context(), []string{"bench", "link", "--size", "0", "--json"}, strings.NewReader(""), &out, &errw); status != exitOK {
		t.Fatal(errw.String())
	}
	var r benchLink
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Files) < 5 || r.Twins == nil || r.Twins.Pairs < 500 {
		t.Fatalf("%d files, twins %+v", len(r.Files), r.Twins)
	}
	for _, f := range r.Files {
		if f.F1 < f.Bar {
			t.Errorf("%s: F1 %.4f, bar %.4f", f.File, f.F1, f.Bar)
		}
	}
	if got := float64(r.Twins.Merged) / float64(r.Twins.Pairs); got > linkTwinsBar {
		t.Errorf("%.3f of twins are put together, bar %.3f", got, linkTwinsBar)
	}
}

// TestBenchLink runs the speed on a small roll.
func TestBenchLink(t *testing.T) {
	t.Parallel()
	var out, errw bytes.Buffer
	args := []string{"bench", "link", "--size", "2000", "--grow", "--data", t.TempDir()}
	if status := run(t.Context(), args, strings.NewReader(""), &out, &errw); status != exitOK {
		t.Fatal(errw.String())
	}
	for _, want := range []string{"no files of known truth", "made roll of 2000 rows", "made roll of 20000 rows", "cost of a record grows"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the bench does not say %q:\n%s", want, out.String())
		}
	}
}
