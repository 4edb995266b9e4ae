package linkage_test

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"sijil/linkage"
)

// groups returns, for each row, the first row of its cluster: what a result
// says whatever the numbers of its clusters.
func groups(cluster []uint32) []int {
	first := map[uint32]int{}
	out := make([]int, len(cluster))
	for i, c := range cluster {
		if _, ok := first[c]; !ok {
			first[c] = i
		}
		out[i] = first[c]
	}
	return out
}

// TestOrderOfRows shuffles a file: the same people come out, put there by the
// same weights, and the model is the same to the byte.
func TestOrderOfRows(t *testing.T) {
	t.Parallel()
	rows, _ := people(t, 1, 1500)
	m, res := dedupe(t, build(t, ma, rows))
	for seed := range uint64(3) {
		order := rand.New(rand.NewPCG(seed, 3)).Perm(len(rows))
		mixed := make([][]string, len(rows))
		for to, from := range order {
			mixed[to] = rows[from]
		}
		m2, res2 := dedupe(t, build(t, ma, mixed))
		if m.Hash() != m2.Hash() {
			t.Fatal("the model depends on the order of rows")
		}
		back := make([]uint32, len(rows))
		for to, from := range order {
			back[from] = res2.Cluster[to]
			a, b := res.Weight[from], res2.Weight[to]
			if a != b && !(math.IsNaN(a) && math.IsNaN(b)) {
				t.Fatalf("row %d has weight %v in one order and %v in another", from, a, b)
			}
		}
		if !reflect.DeepEqual(groups(res.Cluster), groups(back)) {
			t.Fatal("the clusters depend on the order of rows")
		}
	}
}

// TestThreads works with one thread and with several: everything is the same.
func TestThreads(t *testing.T) {
	t.Parallel()
	rows, _ := people(t, 2, 3000)
	recs := build(t, ma, rows)
	var model []byte
	var results []*linkage.Result
	for _, threads := range []int{1, 2, 7} {
		opt := linkage.Options{Threads: threads}
		m, err := linkage.Train(t.Context(), recs, opt)
		if err != nil {
			t.Fatal(err)
		}
		data, err := m.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if model != nil && !bytes.Equal(model, data) {
			t.Fatalf("another model with %d threads", threads)
		}
		model = data
		res, err := linkage.Dedupe(t.Context(), recs, m, opt)
		if err != nil {
			t.Fatal(err)
		}
		for i := range res.Weight { // NaN is unequal to itself
			if math.IsNaN(res.Weight[i]) {
				res.Weight[i] = 0
			}
		}
		results = append(results, res)
	}
	for _, r := range results[1:] {
		if !reflect.DeepEqual(results[0], r) {
			t.Fatal("another result with another number of threads")
		}
	}
}

// TestFrozen reads a model back: it says the same of a file, and of each pair
// one by one what it says of the file.
func TestFrozen(t *testing.T) {
	t.Parallel()
	rows, truth := people(t, 3, 2000)
	recs := build(t, ma, rows)
	m, res := dedupe(t, recs)
	if q := judge(truth, res.Cluster); q.f1 < .98 {
		t.Errorf("F1 %.4f on invented people, want .98", q.f1)
	}
	data, err := m.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	frozen, err := linkage.ParseModel("model.json", data, nameTable(t))
	if err != nil {
		t.Fatal(err)
	}
	if frozen.Hash() != m.Hash() || frozen.KeyVersion() != m.KeyVersion() {
		t.Fatal("a model that was read is another one")
	}
	again, err := linkage.Dedupe(t.Context(), recs, frozen, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(res.Cluster, again.Cluster) || !reflect.DeepEqual(res.Links, again.Links) || !reflect.DeepEqual(res.Review, again.Review) {
		t.Fatal("a model that was read says something else")
	}
	record := func(i uint32) *linkage.Record {
		r, err := frozen.Record(rows[i])
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	met, seen := 0, map[[2]uint32]bool{}
	for _, l := range append(res.Links, res.Review...) {
		if seen[[2]uint32{l.A, l.B}] {
			t.Fatal("a pair is told twice")
		}
		seen[[2]uint32{l.A, l.B}] = true
		a, b := record(l.A), record(l.B)
		s := frozen.Compare(a, b)
		if s.Weight != l.Weight {
			t.Fatalf("rows %d and %d weigh %v in the file, %v alone", l.A, l.B, l.Weight, s.Weight)
		}
		if l.Band == linkage.Same && s.Band != linkage.Same {
			t.Fatalf("rows %d and %d are linked in the file, %v alone", l.A, l.B, s.Band)
		}
		if shareKey(frozen.Keys(a), frozen.Keys(b)) {
			met++
		}
	}
	if all := len(res.Links) + len(res.Review); met != all {
		t.Errorf("%d of %d pairs share a key", met, all)
	}
}

func shareKey(a, b []linkage.Key) bool {
	for _, k := range a {
		for _, l := range b {
			if bytes.Equal(k.Bytes(), l.Bytes()) {
				return true
			}
		}
	}
	return false
}

// TestSubset applies the model of a file to a part of it: pairs weigh what
// they did.
func TestSubset(t *testing.T) {
	t.Parallel()
	rows, _ := people(t, 4, 1200)
	m, whole := dedupe(t, build(t, ma, rows))
	part, err := linkage.Dedupe(t.Context(), build(t, ma, rows[:500]), m, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	weights := map[[2]uint32]float64{}
	for _, l := range append(whole.Links, whole.Review...) {
		weights[[2]uint32{l.A, l.B}] = l.Weight
	}
	for _, l := range part.Links {
		if w, ok := weights[[2]uint32{l.A, l.B}]; ok && w != l.Weight {
			t.Errorf("rows %d and %d weigh %v among all, %v among some", l.A, l.B, w, l.Weight)
		}
	}
	if len(part.Links) == 0 {
		t.Error("no links in a part of the file")
	}
}

// TestMatchOneToOne matches a file with its own rows: each finds itself, or
// another row of its person.
func TestMatchOneToOne(t *testing.T) {
	t.Parallel()
	rows, truth := people(t, 5, 800)
	recs := build(t, ma, rows)
	m, _ := dedupe(t, recs)
	res, err := linkage.Match(t.Context(), recs, build(t, ma, rows), m, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	seenA, seenB := map[uint32]bool{}, map[uint32]bool{}
	self := 0
	for _, l := range res.Links {
		if seenA[l.A] || seenB[l.B] {
			t.Fatal("a row has two links")
		}
		seenA[l.A], seenB[l.B] = true, true
		if truth[l.A] == truth[l.B] {
			self++
		}
	}
	if float64(self) < .95*float64(len(rows)) {
		t.Errorf("%d of %d rows find themselves", self, len(rows))
	}
}

// TestCancel stops in the middle.
func TestCancel(t *testing.T) {
	t.Parallel()
	rows, _ := people(t, 6, 500)
	recs := build(t, ma, rows)
	m, _ := dedupe(t, recs)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := linkage.Train(ctx, recs, linkage.Options{}); err == nil {
		t.Error("training goes on")
	}
	if _, err := linkage.Dedupe(ctx, recs, m, linkage.Options{}); err == nil {
		t.Error("searching goes on")
	}
}
