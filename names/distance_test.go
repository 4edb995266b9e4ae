package names_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/names"
)

// plainJaro is the textbook method over all pairs of characters in the window.
func plainJaro(s, t string) float64 {
	if s == t {
		return 1
	}
	if len(s) > len(t) || len(s) == len(t) && s > t {
		s, t = t, s
	}
	a, b := []rune(s), []rune(t)
	reach := max(max(len(a), len(b))/2-1, 0)
	usedA, usedB := make([]bool, len(a)), make([]bool, len(b))
	m := 0
	for i := range a {
		for j := range b {
			if !usedB[j] && a[i] == b[j] && max(i-j, j-i) <= reach {
				usedA[i], usedB[j] = true, true
				m++
				break
			}
		}
	}
	if m == 0 {
		return 0
	}
	var ma, mb []rune
	for i, r := range a {
		if usedA[i] {
			ma = append(ma, r)
		}
	}
	for j, r := range b {
		if usedB[j] {
			mb = append(mb, r)
		}
	}
	half := 0
	for i := range ma {
		if ma[i] != mb[i] {
			half++
		}
	}
	f := float64(m)
	return (f/float64(len(a)) + f/float64(len(b)) + (f-float64(half/2))/f) / 3
}

func plainJaroWinkler(s, t string) float64 {
	a, b := []rune(s), []rune(t)
	n := 0
	for n < 4 && n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	j := plainJaro(s, t)
	return j + 0.1*float64(n)*(1-j)
}

func plainLevenshtein(s, t string) int {
	a, b := []rune(s), []rune(t)
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range b {
		d[0][j+1] = j + 1
	}
	for i := range a {
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d[i+1][j+1] = min(d[i][j]+cost, d[i][j+1]+1, d[i+1][j]+1)
		}
	}
	return d[len(a)][len(b)]
}

// TestPublishedJaroWinkler holds to the values of Winkler's papers, which are
// rounded or cut to three decimals.
func TestPublishedJaroWinkler(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b   string
		jaro   float64
		winkle float64
	}{
		{"MARTHA", "MARHTA", 0.944, 0.961},
		{"DWAYNE", "DUANE", 0.822, 0.840},
		{"DIXON", "DICKSONX", 0.767, 0.813},
		{"SHACKLEFORD", "SHACKELFORD", 0.970, 0.982},
		{"DUNNINGHAM", "CUNNIGHAM", 0.896, 0.896},
		{"NICHLESON", "NICHULSON", 0.926, 0.956},
		{"JONES", "JOHNSON", 0.790, 0.832},
		{"MASSEY", "MASSIE", 0.889, 0.933},
		{"ABROMS", "ABRAMS", 0.889, 0.922},
		{"JERALDINE", "GERALDINE", 0.926, 0.926},
		{"MICHELLE", "MICHAEL", 0.869, 0.921},
		{"JULIES", "JULIUS", 0.889, 0.933},
		{"TANYA", "TONYA", 0.867, 0.880},
		{"SEAN", "SUSAN", 0.783, 0.805},
		{"JON", "JOHN", 0.917, 0.933},
	}
	for _, tt := range tests {
		if got := names.Jaro(tt.a, tt.b); math.Abs(got-tt.jaro) > 0.0011 {
			t.Errorf("Jaro(%s, %s) = %.4f, want %.3f", tt.a, tt.b, got, tt.jaro)
		}
		if got := names.JaroWinkler(tt.a, tt.b); math.Abs(got-tt.winkle) > 0.0011 {
			t.Errorf("JaroWinkler(%s, %s) = %.4f, want %.3f", tt.a, tt.b, got, tt.winkle)
		}
	}
	if names.Jaro("", "") != 1 || names.Jaro("", "a") != 0 || names.Jaro("ab", "cd") != 0 || names.Jaro("a", "a") != 1 {
		t.Error("empty and foreign strings")
	}
}

func TestPublishedLevenshtein(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want int
	}{
		{"kitten", "sitting", 3}, {"saturday", "sunday", 3}, {"intention", "execution", 5}, {"", "abc", 3}, {"abc", "abc", 0},
		{"محمد", "امحمد", 1}, {"فاطمة", "فاطنة", 1},
	}
	for _, tt := range tests {
		if got := names.Levenshtein(tt.a, tt.b); got != tt.want {
			t.Errorf("Levenshtein(%s, %s) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

// likelyClose draws two strings over few characters, so that they share many,
// of one script or several, short or beyond one machine word.
func likelyClose() *rapid.Generator[[2]string] {
	return rapid.Custom(func(t *rapid.T) [2]string {
		alphabet := rapid.SampledFrom([]string{"ab", "abcde \x00", "محمد", "aéمⴰ😀", "abcdefghijklmnop", "a\xffb"}).Draw(t, "alphabet")
		letters := []rune(alphabet)
		longest := rapid.SampledFrom([]int{3, 8, 12, 20, 64, 90}).Draw(t, "longest")
		draw := func(label string) string {
			n := rapid.IntRange(0, longest).Draw(t, "length of "+label) // slices drawn freely stay short
			return string(rapid.SliceOfN(rapid.SampledFrom(letters), n, n).Draw(t, label))
		}
		return [2]string{draw("a"), draw("b")}
	})
}

func TestDistancesAgreeWithTextbook(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := likelyClose().Draw(t, "pair")
		checkDistances(t, p[0], p[1])
	})
}

type failer interface {
	Errorf(format string, args ...any)
}

func checkDistances(t failer, a, b string) {
	if got, want := names.Jaro(a, b), plainJaro(a, b); math.Abs(got-want) > 1e-12 {
		t.Errorf("Jaro(%q, %q) = %v, textbook %v", a, b, got, want)
	}
	if got, want := names.JaroWinkler(a, b), plainJaroWinkler(a, b); math.Abs(got-want) > 1e-12 {
		t.Errorf("JaroWinkler(%q, %q) = %v, textbook %v", a, b, got, want)
	}
	if names.JaroWinkler(a, b) != names.JaroWinkler(b, a) {
		t.Errorf("JaroWinkler(%q, %q) depends on the order", a, b)
	}
	d := names.Levenshtein(a, b)
	if want := plainLevenshtein(a, b); d != want {
		t.Errorf("Levenshtein(%q, %q) = %d, textbook %d", a, b, d, want)
	}
	if d != names.Levenshtein(b, a) {
		t.Errorf("Levenshtein(%q, %q) depends on the order", a, b)
	}
}

func FuzzDistances(f *testing.F) {
	for _, s := range []string{"MARTHA", "محمد", "a\xff", strings.Repeat("ab", 40), ""} {
		f.Add(s, "MARHTA")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 300 || len(b) > 300 {
			return
		}
		// Different invalid bytes are the same character and different strings.
		checkDistances(t, strings.ToValidUTF8(a, "?"), strings.ToValidUTF8(b, "?"))
		if j := names.JaroWinkler(a, b); j < 0 || j > 1 || names.Levenshtein(a, b) < 0 {
			t.Errorf("out of range for %q, %q", a, b)
		}
	})
}

func TestDistancesDoNotAllocate(t *testing.T) {
	for _, p := range [][2]string{{"mohamed", "mouhamed"}, {"فاطمة الزهراء", "فاطمه"}, {"Aïcha", "عائشة"}} {
		if n := testing.AllocsPerRun(100, func() { names.JaroWinkler(p[0], p[1]); names.Levenshtein(p[0], p[1]) }); n != 0 {
			t.Errorf("%v: %v allocations", p, n)
		}
	}
}

// closePairs are pairs a linkage run compares, as the benchmarks do.
var closePairs = [][2]string{
	{"mohamed", "mouhamed"}, {"abderrahmane", "abderrahim"}, {"elhoussaine", "houcine"}, {"fatima", "fatiha"},
	{"benjelloun", "benchekroun"}, {"idrissi", "drissi"}, {"khadija", "kadija"}, {"yassine", "yasine"},
}

var arabicPairs = [][2]string{
	{"محمد", "امحمد"}, {"عبدالرحمان", "عبدالرحيم"}, {"الحسين", "حسين"}, {"فاطمه", "فاتحه"},
	{"بنجلون", "بنشقرون"}, {"الادريسي", "ادريسي"}, {"خديجه", "خدوج"}, {"ياسين", "يسين"},
}

func BenchmarkJaroWinkler(b *testing.B) {
	for name, pairs := range map[string][][2]string{"latin": closePairs, "arabic": arabicPairs} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				p := &pairs[i&7]
				names.JaroWinkler(p[0], p[1])
				i++
			}
		})
	}
}

func BenchmarkLevenshtein(b *testing.B) {
	for name, pairs := range map[string][][2]string{"latin": closePairs, "arabic": arabicPairs} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				p := &pairs[i&7]
				names.Levenshtein(p[0], p[1])
				i++
			}
		})
	}
}
