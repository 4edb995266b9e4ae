package linkage_test

import (
	"bufio"
	"bytes"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"sijil/linkage"
)

func TestBig(t *testing.T) {
	name := os.Getenv("BIG")
	if name == "" {
		t.Skip()
	}
	if p := os.Getenv("PROF"); p != "" {
		w, _ := os.Create(p)
		pprof.StartCPUProfile(w)
		defer pprof.StopCPUProfile()
	}
	start := time.Now()
	b, _ := linkage.NewBuilder(ma, nameTable(t))
	f, _ := os.Open(name)
	sc := bufio.NewScanner(f)
	sc.Scan()
	var truth []string
	row := make([][]byte, 0, 16)
	for sc.Scan() {
		row = row[:0]
		for _, v := range bytes.Split(sc.Bytes(), []byte(",")) {
			row = append(row, v)
		}
		truth = append(truth, string(row[1]))
		r := [][]byte{row[2], row[5], row[3], row[6], row[4], row[7], row[8], row[9], row[10], row[11], row[12], row[13]}
		if err := b.AddBytes(r); err != nil {
			t.Fatal(err)
		}
	}
	t.Log("read", time.Since(start))
	recs, _ := b.Records()
	t.Log("built", time.Since(start))
	m, err := linkage.Train(t.Context(), recs, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("trained", time.Since(start))
	res, err := linkage.Dedupe(t.Context(), recs, m, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("done", time.Since(start))
	q := judge(truth, res.Cluster)
	t.Logf("p %.4f r %.4f F1 %.4f candidates %d clusters %d reviews %d guarded %d", q.precision, q.recall, q.f1,
		res.Stats.Candidates, res.Clusters, res.Stats.Reviews, res.Stats.Guarded)
	dump(t, m, res)
	data, _ := os.ReadFile("/proc/self/status")
	for l := range strings.Lines(string(data)) {
		if strings.HasPrefix(l, "VmHWM") {
			t.Log(l)
		}
	}
	runtime.KeepAlive(recs)
}
