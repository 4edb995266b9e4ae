package names_test

import (
	"slices"
	"testing"

	"sijil/names"
)

// tally counts pairs of which some agree.
type tally struct{ agree, all float64 }

func (c *tally) add(agrees bool, weight float64) {
	c.all += weight
	if agrees {
		c.agree += weight
	}
}

func (c *tally) share() float64 { return c.agree / c.all }

// keysOf are the two keys of a spelling, by rule alone or with a table.
func keysOf(tb *names.Table, kind names.Kind, s string) (skeleton, fine string) {
	f := tb.Form(kind, s)
	return f.Skeleton(), f.Fine()
}

// agreement measures every Arabic spelling of every entry against every Latin
// one, and the usual ones alone.
func agreement(tb *names.Table, list []names.Entry) (skeleton, fine, usual tally) {
	for _, e := range list {
		for i, a := range e.Arabic {
			sa, fa := keysOf(tb, e.Kind, a)
			for j, l := range e.Latin {
				sl, fl := keysOf(tb, e.Kind, l)
				skeleton.add(sa == sl, 1)
				fine.add(fa == fl, 1)
				if i+j == 0 {
					usual.add(sa == sl, 1)
				}
			}
		}
	}
	return skeleton, fine, usual
}

// TestAgreement prints, with -v, how often an Arabic and a Latin spelling of
// one name have one key; and holds it to what docs/names.md says.
func TestAgreement(t *testing.T) {
	t.Parallel()
	tb := table(t)
	for h, name := range halves {
		list := slices.DeleteFunc(entries(t), func(e names.Entry) bool { return half(e) != h })
		skeleton, fine, usual := agreement(nil, list)
		t.Logf("rules alone, %s half: %d names, %.0f pairs: skeleton %.4f, fine %.4f; usual pairs: skeleton %.4f",
			name, len(list), skeleton.all, skeleton.share(), fine.share(), usual.share())
		if skeleton.share() < 0.989 || fine.share() < 0.96 || usual.share() < 0.99 {
			t.Errorf("%s half: agreement fell", name)
		}
	}
	skeleton, fine, _ := agreement(tb, entries(t))
	t.Logf("with the table: skeleton %.4f, fine %.4f", skeleton.share(), fine.share())
	if skeleton.share() < 0.9975 || fine.share() < 0.995 {
		t.Error("agreement with the table fell")
	}
}

// TestPairsOutsideTheTable measures pairs written by hand, none of whose names
// is in the table in both scripts.
func TestPairsOutsideTheTable(t *testing.T) {
	t.Parallel()
	tb := table(t)
	var skeleton, fine tally
	for _, p := range rows(t, "pairs.csv") {
		for kind := range names.Kind(2) {
			if len(tb.Find(kind, p[0])) > 0 && len(tb.Find(kind, p[1])) > 0 {
				t.Errorf("%s, %s is in the table", p[0], p[1])
			}
		}
		same := names.Skeleton(p[0]) == names.Skeleton(p[1])
		skeleton.add(same, 1)
		fine.add(names.Fine(p[0]) == names.Fine(p[1]), 1)
		if names.Fine(p[0]) != names.Fine(p[1]) {
			t.Logf("%s %q, %s %q", p[0], names.Fine(p[0]), p[1], names.Fine(p[1]))
		}
	}
	t.Logf("%.0f pairs outside the table: skeleton %.4f, fine %.4f", skeleton.all, skeleton.share(), fine.share())
	if skeleton.all < 120 || skeleton.share() < 0.99 || fine.share() < 0.96 {
		t.Error("agreement fell")
	}
}

// keyed is an entry with the keys of its usual spellings, Latin and Arabic.
type keyed struct {
	skeleton, fine [2]string
	spellings      map[string]bool
}

func keysOfUsual(e names.Entry) keyed {
	k := keyed{spellings: map[string]bool{}}
	for i, s := range []string{e.Latin[0], e.Arabic[0]} {
		k.skeleton[i], k.fine[i] = names.Skeleton(s), names.Fine(s)
	}
	for _, s := range slices.Concat(e.Arabic, e.Latin) {
		k.spellings[names.Normal(s)] = true
	}
	return k
}

// shares reports entries that are one name in the table's eyes.
func (k keyed) shares(o keyed) bool {
	for s := range k.spellings {
		if o.spellings[s] {
			return true
		}
	}
	return false
}

// TestFalseAgreement prints, with -v, the share of pairs of different names of
// one kind that have one key, between usual Latin spellings and between the
// usual Arabic one and the usual Latin one; weighted, it is the chance that two
// people of different names have one key.
func TestFalseAgreement(t *testing.T) {
	t.Parallel()
	most := map[names.Kind][4]float64{ // skeleton, fine; skeleton weighted, fine weighted
		names.Given:  {0.0045, 0.0015, 0.0060, 0.0025},
		names.Family: {0.0015, 0.0006, 0.0020, 0.0008},
	}
	for kind, label := range []string{"given", "family"} {
		list := slices.DeleteFunc(entries(t), func(e names.Entry) bool { return e.Kind != names.Kind(kind) })
		var counts [4]tally
		all := make([]keyed, len(list))
		for i, e := range list {
			all[i] = keysOfUsual(e)
		}
		for i, x := range all {
			for j, y := range all[i+1:] {
				a, b := list[i], list[i+1+j]
				if x.shares(y) {
					continue
				}
				w := float64(a.Older+a.Recent) * float64(b.Older+b.Recent)
				for _, s := range [][2]int{{0, 0}, {1, 0}, {0, 1}} {
					skeleton, fine := x.skeleton[s[0]] == y.skeleton[s[1]], x.fine[s[0]] == y.fine[s[1]]
					counts[0].add(skeleton, 1)
					counts[1].add(fine, 1)
					counts[2].add(skeleton, w)
					counts[3].add(fine, w)
				}
			}
		}
		t.Logf("%s: %.0f pairs of different names: skeleton %.5f, fine %.5f; weighted: skeleton %.5f, fine %.5f",
			label, counts[0].all/3, counts[0].share(), counts[1].share(), counts[2].share(), counts[3].share())
		for i, limit := range most[names.Kind(kind)] {
			if counts[i].share() > limit {
				t.Errorf("%s: share %d is %.5f, above %.5f", label, i, counts[i].share(), limit)
			}
		}
	}
}

// TestSizesOfKeys prints how many names share a key at most and on average.
func TestSizesOfKeys(t *testing.T) {
	t.Parallel()
	for kind, label := range []string{"given", "family"} {
		skeletons, fines := map[string]int{}, map[string]int{}
		n := 0
		for _, e := range entries(t) {
			if e.Kind == names.Kind(kind) {
				n++
				skeletons[names.Skeleton(e.Arabic[0])]++
				fines[names.Fine(e.Arabic[0])]++
			}
		}
		largest := 0
		for _, c := range skeletons {
			largest = max(largest, c)
		}
		t.Logf("%s: %d names, %d skeletons (largest %d), %d fine keys", label, n, len(skeletons), largest, len(fines))
		if len(skeletons)*2 < n || len(fines)*10 < n*7 {
			t.Error("the keys have become too coarse")
		}
	}
}

// TestLevelsOfDifferentNames prints, with -v, what level pairs of different
// given names reach by the rules alone, as names outside the table do, with
// each name's weight; and holds those of the table below Near.
func TestLevelsOfDifferentNames(t *testing.T) {
	t.Parallel()
	list := slices.DeleteFunc(entries(t), func(e names.Entry) bool { return e.Kind != names.Given })
	var none *names.Table
	type forms struct{ byTable, byRules [2]*names.Form }
	all, keys := make([]forms, len(list)), make([]keyed, len(list))
	for i, e := range list {
		keys[i] = keysOfUsual(e)
		for k, s := range []string{e.Latin[0], e.Arabic[0]} {
			all[i].byTable[k], all[i].byRules[k] = table(t).Form(names.Given, s), none.Form(names.Given, s)
		}
	}
	var counts [names.Levels]tally
	for i := range all {
		for j := range i {
			if keys[i].shares(keys[j]) {
				continue
			}
			w := float64(list[i].Older+list[i].Recent) * float64(list[j].Older+list[j].Recent)
			for _, s := range [][2]int{{0, 0}, {1, 1}, {1, 0}, {0, 1}} {
				if l := names.Compare(all[i].byTable[s[0]], all[j].byTable[s[1]]).Level; l >= names.Near {
					t.Errorf("%s, %s: %v", list[i].Latin[0], list[j].Latin[0], l)
				}
				got := names.Compare(all[i].byRules[s[0]], all[j].byRules[s[1]]).Level
				for l := range counts {
					counts[l].add(got == names.Level(l), w)
				}
			}
		}
	}
	merging := 0.0
	for l := range counts {
		t.Logf("rules alone, weighted: %-10v %.5f", names.Level(l), counts[l].share())
		if names.Level(l) >= names.Close {
			merging += counts[l].share()
		}
	}
	if merging > 0.002 {
		t.Errorf("%.5f of different names reach a level that merges", merging)
	}
}
