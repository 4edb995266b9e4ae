package roll_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/internal/roll"
)

func truthOf(files ...string) *roll.Truth {
	t := roll.NewTruth()
	for _, f := range files {
		t.NextFile()
		for v := range strings.SplitSeq(f, " ") {
			t.Add([]byte(strings.Trim(v, "-")))
		}
	}
	return t
}

// TestTruthOfFEBRL understands rec-N-org and rec-N-dup-K, and only when every
// value has the form.
func TestTruthOfFEBRL(t *testing.T) {
	t.Parallel()
	all := []uint32{0, 0, 0, 1, 1}
	if j := truthOf("rec-7-org rec-7-dup-0 rec-7-dup-12 rec-8-org rec-8-dup-0").Clusters(all); j.F1() != 1 || j.True != 4 {
		t.Errorf("%+v", j)
	}
	for _, other := range []string{"rec-7-org rec-7-dup-0 rec-7-dup-1 rec-8-org other", "rec-7-org rec-7-dup- rec-7-dup-1 rec-8-org rec-8-dup-0x", "rec--org rec-7-dup-0 rec-a-org rec-8 rec-8-dup"} {
		if j := truthOf(other).Clusters(all); j.True != 0 {
			t.Errorf("%s: %+v", other, j)
		}
	}
}

// TestTruthCounts counts by hand.
func TestTruthCounts(t *testing.T) {
	t.Parallel()
	j := truthOf("a a a b b c").Clusters([]uint32{0, 0, 1, 1, 1, 2})
	if j.True != 4 || j.Found != 4 || j.Right != 2 || j.Precision() != .5 || j.Recall() != .5 || j.F1() != .5 {
		t.Errorf("%+v", j)
	}
	// An empty truth is of nobody else.
	if j := truthOf("a - - a").Clusters([]uint32{0, 1, 1, 0}); j.True != 1 || j.Found != 2 || j.Right != 1 {
		t.Errorf("%+v", j)
	}
	if j := truthOf("a b").Clusters([]uint32{0, 1}); j.Precision() != 1 || j.Recall() != 1 || j.F1() != 1 {
		t.Errorf("nothing to find: %+v", j)
	}
	two := truthOf("a b c", "b c c d")
	links := [][2]uint32{{1, 0}, {0, 3}, {2, 2}}
	if j := two.Links(len(links), func(i int) (a, b uint32) { return links[i][0], links[i][1] }); j.True != 3 || j.Found != 3 || j.Right != 2 {
		t.Errorf("links: %+v", j)
	}
}

// TestTruthAgainstCounting compares the counts with those of all pairs.
func TestTruthAgainstCounting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		who := rapid.SliceOfN(rapid.IntRange(0, 5), n, n).Draw(t, "who")
		cluster := rapid.SliceOfN(rapid.Uint32Range(0, 5), n, n).Draw(t, "cluster")
		truth := roll.NewTruth()
		truth.NextFile()
		for _, w := range who {
			v := ""
			if w > 0 {
				v = fmt.Sprintf("p%d", w)
			}
			truth.Add([]byte(v))
		}
		var want roll.Judgement
		for i := range n {
			for k := range i {
				same, found := who[i] == who[k] && who[i] > 0, cluster[i] == cluster[k]
				if same != truth.SameRow(i, k) {
					t.Fatal("two rows")
				}
				if same {
					want.True++
				}
				if found {
					want.Found++
				}
				if same && found {
					want.Right++
				}
			}
		}
		if got := truth.Clusters(cluster); got != want || math.IsNaN(got.F1()) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}
