package score_test

import (
	"strings"
	"testing"

	"sijil/formula"
	"sijil/internal/score"
)

// A feature line of what the formula saw gives the index of the declaration.
func TestFeaturesAgreeWithDeclarations(t *testing.T) {
	t.Parallel()
	s, lines := scorer(t)
	w := s.Worker()
	for _, l := range lines {
		x, err := w.Line(l)
		if err != nil {
			t.Fatal(err)
		}
		ref, index, line := x.Ref, x.Result.Index, featureLine(t, s, x)
		y, err := w.Features(line)
		if err != nil {
			t.Fatal(err)
		}
		if y.Ref != ref || y.Result.Index != index {
			t.Errorf("%s: %s from the declaration, %s from features", ref, index, y.Result.Index)
		}
	}
}

// Values are read as formula.ParseValue reads them, whatever way they are
// written.
func TestValuesAsWritten(t *testing.T) {
	t.Parallel()
	s, lines := scorer(t)
	w := s.Worker()
	x, err := w.Line(lines[0])
	if err != nil {
		t.Fatal(err)
	}
	line := string(featureLine(t, s, x))
	at := strings.Index(line, `"share_15p_no_diploma":`) + len(`"share_15p_no_diploma":`)
	end := at + strings.IndexAny(line[at:], ",}")
	variables, err := s.Formula.Variables("urban")
	if err != nil {
		t.Fatal(err)
	}
	share := 0
	for i, v := range variables {
		if v.Name == "share_15p_no_diploma" {
			share = i
		}
	}
	for _, text := range []string{
		`0`, `1`, `true`, `"1"`, `"2/5"`, `"0/7"`, `"02/5"`, `"2/0"`, `"2/05"`, `"/5"`, `"2/"`, `0.4`, `4e-1`, `"0.4"`, `-1`, `"4\u002f5"`,
		`"2/5 "`, `""`, `null`, `[1]`, `100000000000000000000`, `"99999999999999999999/5"`, `"123456789012345678"`, `"1/123456789012345678"`, `"x"`,
	} {
		got, err := w.Features([]byte(line[:at] + text + line[end:]))
		want, wantErr := formula.ParseValue(strings.ReplaceAll(strings.Trim(text, `"`), `\u002f`, "/"))
		if text == "true" {
			want, wantErr = formula.Int(1), nil
		}
		switch {
		case wantErr != nil && err == nil:
			t.Errorf("%s was taken for %v", text, got.Household.Values[share])
		case wantErr == nil && err == nil && got.Household.Values[share] != want:
			t.Errorf("%s: %v, want %v", text, got.Household.Values[share], want)
		case wantErr == nil && err != nil && strings.Contains(err.Error(), "not a value"):
			t.Errorf("%s was refused: %v", text, err)
		}
	}
}

// Where a presumed birthday leaves ages open, the index has a range, and its
// ends are the indexes of the other days.
func TestPresumedBirthdays(t *testing.T) {
	t.Parallel()
	s, lines := scorer(t)
	w := s.Worker()
	with := func(asOf, birth string) score.Scored {
		line := strings.Replace(string(lines[2]), `"1954-06-15"`, `"`+birth+`"`, 1)
		line = strings.Replace(line, `"as_of":"2026-11-01"`, `"as_of":"`+asOf+`"`, 1)
		x, err := w.Line([]byte(line))
		if err != nil {
			t.Fatalf("%s: %v", birth, err)
		}
		return *x
	}
	// The presumed birthday lies before the first day and after the second, so
	// that the index itself is one end of the range on each.
	for _, asOf := range []string{"2026-11-01", "2026-03-01"} {
		younger, older := with(asOf, "1954-12-31").Result.Index, with(asOf, "1954-01-01").Result.Index
		if n := with(asOf, "1954-01-01").PresumedAges; n != 0 || older == younger {
			t.Fatalf("whole dates: %d presumed, %s and %s", n, older, younger)
		}
		x := with(asOf, "1954")
		if x.PresumedAges != 1 || x.Low != min(older, younger) || x.High != max(older, younger) || (x.Result.Index != x.Low && x.Result.Index != x.High) {
			t.Errorf("%s, year only: %s in %s to %s, %d presumed; want %s and %s", asOf, x.Result.Index, x.Low, x.High, x.PresumedAges, older, younger)
		}
	}
}

// Concurrent workers do not disturb each other.
func TestWorkersAreApart(t *testing.T) {
	t.Parallel()
	s, lines := scorer(t)
	want := make([]formula.Index, len(lines))
	first := s.Worker()
	for i, l := range lines {
		x, err := first.Line(l)
		if err != nil {
			t.Fatal(err)
		}
		want[i] = x.Result.Index
	}
	done := make(chan error)
	for range 4 {
		go func() {
			w := s.Worker()
			for round := range 50 {
				i := round % len(lines)
				x, err := w.Line(lines[i])
				if err != nil || x.Result.Index != want[i] {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
