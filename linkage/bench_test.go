package linkage_test

import (
	"testing"

	"sijil/linkage"
)

// benchRows is the size of the file the benchmarks invent.
const benchRows = 100_000

func BenchmarkBuild(b *testing.B) {
	rows, _ := people(b, 41, benchRows)
	for b.Loop() {
		build(b, ma, rows)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(rows)), "ns/row")
}

func BenchmarkTrain(b *testing.B) {
	rows, _ := people(b, 41, benchRows)
	recs := build(b, ma, rows)
	for b.Loop() {
		if _, err := linkage.Train(b.Context(), recs, linkage.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDedupe(b *testing.B) {
	rows, _ := people(b, 41, benchRows)
	recs := build(b, ma, rows)
	m, res := dedupe(b, recs)
	for b.Loop() {
		if _, err := linkage.Dedupe(b.Context(), recs, m, linkage.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(rows)), "ns/row")
	b.ReportMetric(float64(res.Stats.Candidates)/float64(len(rows)), "pairs/row")
}

// BenchmarkCompareOne is what an enrolment pays for each candidate.
func BenchmarkCompareOne(b *testing.B) {
	rows, _ := people(b, 42, 2000)
	m, _ := dedupe(b, build(b, ma, rows))
	var recs []*linkage.Record
	for _, row := range rows[:256] {
		r, err := m.Record(row)
		if err != nil {
			b.Fatal(err)
		}
		recs = append(recs, r)
	}
	i := 0
	for b.Loop() {
		m.Compare(recs[i%256], recs[(i*7+1)%256])
		i++
	}
}

// BenchmarkRecord is what it costs to make a record ready and give it keys.
func BenchmarkRecord(b *testing.B) {
	rows, _ := people(b, 42, 2000)
	m, _ := dedupe(b, build(b, ma, rows))
	i, keys := 0, 0
	for b.Loop() {
		r, err := m.Record(rows[i%len(rows)])
		if err != nil {
			b.Fatal(err)
		}
		keys += len(m.Keys(r))
		i++
	}
	b.ReportMetric(float64(keys)/float64(i), "keys/record")
}
