package linkage_test

import (
	"testing"

	"sijil/linkage"
)

func TestBarMatch(t *testing.T) {
	fa, fb := load(t, "febrl4a.csv"), load(t, "febrl4b.csv")
	ta, tb := fa.truth(t), fb.truth(t)
	a, b := fa.records(t, febrl), fb.records(t, febrl)
	m, err := linkage.TrainMatch(t.Context(), a, b, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := linkage.Match(t.Context(), a, b, m, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, l := range res.Links {
		if ta[l.A] == tb[l.B] {
			right++
		}
	}
	f1 := 2 * float64(right) / float64(len(res.Links)+len(ta))
	t.Logf("links %d right %d F1 %.4f candidates %d", len(res.Links), right, f1, res.Stats.Candidates)
	if f1 < .9995 {
		t.Errorf("F1 %.4f, want .9995", f1)
	}
	if testing.Verbose() {
		dump(t, m, &linkage.Result{Stats: res.Stats})
	}
}
