package names_test

import (
	"os"
	"testing"

	"sijil/names"
)

// someNames are names as a register writes them, of all kinds.
func someNames(tb testing.TB) []string {
	tb.Helper()
	var out []string
	for _, e := range entries(tb) {
		out = append(out, e.Arabic[0], e.Latin[0])
	}
	return out
}

func BenchmarkNormal(b *testing.B) { perName(b, func(s string) { names.Normal(s) }) }

func BenchmarkSkeleton(b *testing.B) { perName(b, func(s string) { names.Skeleton(s) }) }

func BenchmarkForm(b *testing.B) {
	tb := table(b)
	perName(b, func(s string) { tb.Form(names.Given, s) })
}

func perName(b *testing.B, f func(string)) {
	b.Helper()
	list := someNames(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		f(list[i%len(list)])
		i++
	}
}

func BenchmarkCompare(b *testing.B) {
	tb := table(b)
	var forms []*names.Form
	for _, s := range someNames(b) {
		forms = append(forms, tb.Form(names.Given, s))
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		names.Compare(forms[i%len(forms)], forms[i*7%len(forms)])
		i++
	}
}

func BenchmarkSuggestLatin(b *testing.B) {
	tb := table(b)
	for b.Loop() {
		tb.SuggestLatin(names.Given, "عبد الجبار", 5)
	}
}

func BenchmarkSuggestArabic(b *testing.B) {
	tb := table(b)
	for b.Loop() {
		tb.SuggestArabic(names.Given, "Abdeljabbar", 5)
	}
}

func BenchmarkReadTable(b *testing.B) {
	data, err := os.ReadFile(tableFile)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := names.ReadTable(tableFile, data); err != nil {
			b.Fatal(err)
		}
	}
}
