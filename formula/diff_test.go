package formula_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sijil/formula"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	text := read(t, "testdata/thalassa.json")
	a := parse(t, text)
	for _, change := range [][2]string{
		{`"version": "2"`, `"version": "3"`},
		{`"-0.12"`, `"-0.15"`},
		{`"cap": "10"`, `"cap": "12"`},
		{`{"value": "6", "points": "-0.15"}`, `{"value": "6", "points": "-0.2"}`},
		{`{"from": "7.5", "points": "0.11"}`, `{"from": "7.5", "below": "20", "points": "0.11"}`},
		{`"without": {"unknown": "120.5"}`, `"without": {"unknown": "100", "not_asked": "0"}`},
		{`["n1", "n2"]`, `["n1", "n2", "n3"]`},
		{`"at_sea", "label"`, `"nomad", "label"`},
		{`"code": "altitude"`, `"code": "height"`},
		{`"code": "at_sea"`, `"code": "nomad"`},
		{`"7.5",`, `"7.25",`},
	} {
		text = strings.Replace(text, change[0], change[1], 1)
	}
	b := parse(t, text)
	got := make([]string, 0, 20)
	for _, d := range formula.Diff(a, b) {
		got = append(got, d.String())
	}
	want := []string{
		"outside: at_sea → nomad",
		"version: 2 → 3",
		"coast altitude term: removed, number -0.0001",
		"coast dependency coefficient: -0.12 → -0.15",
		"coast goats cap: 10 → 12",
		"coast height term: added, number -0.0001",
		"coast intercept coefficient: 7.5 → 7.25",
		"coast region n3: added, 0.25",
		"coast rent without_not_asked: added, 0",
		"coast rent without_unknown: 120.5 → 100",
		"coast size row 6: -0.15 → -0.2",
		"coast years_at_school row 7.5 -: removed, 0.11",
		"coast years_at_school row 7.5 20: added, 0.11",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if d := formula.Diff(a, a); len(d) != 0 {
		t.Errorf("a formula differs from itself: %v", d)
	}
	// Seen from the other side, before and after change places.
	for i, d := range formula.Diff(b, a) {
		o := formula.Diff(a, b)[i]
		if d.Before != o.After || d.After != o.Before || d.Code != o.Code {
			t.Errorf("%v is not %v seen from the other side", d, o)
		}
	}
	other := formula.Diff(a, load(t, moroccoFile))
	var strata []string
	for _, d := range other {
		if d.Field == "stratum" {
			strata = append(strata, d.String())
		}
	}
	if fmt.Sprint(strata) != "[coast stratum: removed, intercept 7.5, 9 terms hills stratum: removed, intercept 7, 3 terms rural stratum: added, intercept 8.695, 28 terms urban stratum: added, intercept 9.825, 35 terms]" {
		t.Error(strata)
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	text := read(t, "testdata/thalassa.json")
	a := parse(t, text)
	b := parse(t, strings.Replace(strings.Replace(text, `"0.5"`, `"-0.25"`, 1), `"coefficient": "0.00000005"`, `"coefficient": "1"`, 1))
	limit, err := formula.ParseThreshold("7.5")
	if err != nil {
		t.Fatal(err)
	}
	vector := func(ref string, wells, lamp int64) formula.Vector {
		return formula.Vector{Ref: ref, Stratum: "hills", Region: "s1", Values: map[string]formula.Value{
			"wells": formula.Int(wells), "lamp": formula.Int(lamp), "plots": formula.Int(0), "unused": formula.Int(7)}}
	}
	missing := vector("f", 0, 0)
	delete(missing.Values, "plots")
	households := []formula.Vector{
		vector("a", 0, 0), // 7.0 → 7.0
		vector("b", 0, 1), // 7.5 → 6.75
		vector("c", 2, 0), // 7.0000001 → 9.0, over the limit
		vector("d", 1, 1), // 7.5, rounded from 7.50000005 to the even 7.5000000 → 7.75, over the limit
		vector("e", 3, 0), // 7.0000002 → 10.0, over the limit
		vector("g", 3, 1), // 7.5000002 → 9.75: above before and after
		missing,
	}
	c := formula.Compare(a, b, slices.Values(households), limit, 2)
	got := fmt.Sprint(c.Households, c.Rose, c.Fell, c.Same, c.CameUnder, c.WentOver, c.Refused, c.Largest)
	if got != "6 4 1 1 0 3 1 [{e 7.0000002 10.0000000} {g 7.5000002 9.7500000}]" {
		t.Error(got)
	}
	if got := c.Reasons.Error(); got != "plots: term plots: the variable is missing; give it a value, or say why it has none" {
		t.Error(got)
	}
	back := formula.Compare(b, a, slices.Values(households), limit, 9)
	if back.CameUnder != c.WentOver || back.Rose != c.Fell || len(back.Largest) != 5 || back.Largest[0].Change().String() != "-2.9999998" {
		t.Error(back)
	}
}
