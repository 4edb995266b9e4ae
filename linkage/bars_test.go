package linkage_test

import (
	"fmt"
	"testing"
	"time"

	"sijil/linkage"
)

func TestBars(t *testing.T) {
	for _, test := range []struct {
		file string
		spec linkage.Spec
		f1   float64
	}{
		{"febrl1.csv", febrl, .999},
		{"febrl2.csv", febrl, .9985},
		{"febrl3.csv", febrl, .999},
		{"fake_1000.csv", fake, .935},
		{"ma_5k.csv", ma, .988},
		{"ma_100k.csv", ma, .988},
	} {
		t.Run(test.file, func(t *testing.T) {
			f := load(t, test.file)
			truth := f.truth(t)
			start := time.Now()
			recs := f.records(t, test.spec)
			built := time.Since(start)
			m, err := linkage.Train(t.Context(), recs, linkage.Options{})
			if err != nil {
				t.Fatal(err)
			}
			trained := time.Since(start)
			res, err := linkage.Dedupe(t.Context(), recs, m, linkage.Options{})
			if err != nil {
				t.Fatal(err)
			}
			q := judge(truth, res.Cluster)
			t.Logf("p %.4f r %.4f F1 %.4f candidates %d clusters %d reviews %d guarded %d; build %v train %v dedupe %v", q.precision, q.recall, q.f1,
				res.Stats.Candidates, res.Clusters, res.Stats.Reviews, res.Stats.Guarded, built, trained-built, time.Since(start)-trained)
			if testing.Verbose() {
				dump(t, m, res)
			}
			if q.f1 < test.f1 {
				t.Errorf("F1 %.4f, want %.4f", q.f1, test.f1)
			}
		})
	}
}

func dump(t *testing.T, m *linkage.Model, res *linkage.Result) {
	t.Helper()
	s := fmt.Sprintf("prior %.2f\n", m.Prior())
	for _, f := range m.Weights() {
		for _, l := range f.Levels {
			s += fmt.Sprintf("  %-14s %-22s m %.5f u %.7f kin %.5f bits %6.2f n %d\n", f.Field, l.Code, l.M, l.U, l.Kin, l.Bits, l.Count)
		}
	}
	for _, p := range res.Stats.Passes {
		s += fmt.Sprintf("  pass %-110s pairs %d blocks %d largest %d splits %d cut %d\n", p.Name, p.Pairs, p.Blocks, p.Largest, p.Splits, p.Cut)
	}
	t.Log(s)
}
