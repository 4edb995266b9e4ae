package formula_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"sijil/formula"
)

func TestVariablesOfTheReferenceCountry(t *testing.T) {
	t.Parallel()
	f := load(t, moroccoFile)
	for stratum, want := range map[string]struct{ variables, terms int }{"urban": {33, 35}, "rural": {27, 28}} {
		vars, err := f.Variables(stratum)
		if err != nil {
			t.Fatal(err)
		}
		terms := 0
		for _, v := range vars {
			terms += len(v.Terms)
			for _, language := range f.Definition().Languages {
				if v.Label[language] == "" {
					t.Errorf("%s has no label in %s", v.Name, language)
				}
			}
		}
		if len(vars) != want.variables || terms != want.terms {
			t.Errorf("%s: %d variables, %d terms", stratum, len(vars), terms)
		}
	}
	if _, err := f.Variables("sea"); err == nil || err.Error() != "stratum: the formula has no such stratum; use one of [rural urban]" {
		t.Error(err)
	}
	var disputed []string
	for stratum, s := range f.Definition().Strata {
		for _, e := range s.Regions {
			if e.Status == formula.Disputed {
				disputed = append(disputed, fmt.Sprint(stratum, e.Regions, e.Coefficient, e.Readings))
			}
		}
	}
	if fmt.Sprint(disputed) != "[urban[07]0.194[{0.194 android} {0.197 angular}]]" {
		t.Error(disputed)
	}
}

func TestBind(t *testing.T) {
	t.Parallel()
	f := load(t, moroccoFile)
	whole := map[string]formula.Value{}
	vars, err := f.Variables("rural")
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range vars {
		whole[v.Name] = formula.Int(int64(i))
	}
	got, err := f.Bind("rural", whole)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got {
		if v != formula.Int(int64(i)) {
			t.Errorf("variable %d is %v", i, v)
		}
	}
	size := whole["hh_size"].Num
	tests := []struct {
		name   string
		change func(map[string]formula.Value)
		want   string
	}{
		{"the square beside its variable", func(m map[string]formula.Value) { m["hh_size_sq"] = formula.Int(size * size) }, ""},
		{"the square of a ratio", func(m map[string]formula.Value) {
			m["hh_size"], m["hh_size_sq"] = formula.Ratio(3, 2), formula.Ratio(18, 8)
		}, ""},
		{"both without a value", func(m map[string]formula.Value) {
			m["hh_size"], m["hh_size_sq"] = formula.Without(formula.Unknown), formula.Without(formula.Unknown)
		}, ""},
		{"not the square", func(m map[string]formula.Value) { m["hh_size_sq"] = formula.Int(size*size + 1) }, "hh_size_sq: term hh_size_sq: the value is not the square of hh_size; leave it out: it is computed"},
		{"square of nothing", func(m map[string]formula.Value) { m["hh_size_sq"] = formula.Without(formula.NotAsked) }, "not the square of hh_size"},
		{"missing", func(m map[string]formula.Value) { delete(m, "car"); delete(m, "n_cows") }, "car: term car: the variable is missing; give it a value, or say why it has none\nn_cows: term n_cows: the variable is missing; give it a value, or say why it has none"},
		{"unknown", func(m map[string]formula.Value) { m["garage"] = formula.Int(1) }, "garage: stratum rural has no such variable; check its spelling"},
		{"unknown and long", func(m map[string]formula.Value) { m[strings.Repeat("ن", 5000)] = formula.Int(1) }, "a name of 10000 bytes: stratum rural has no such variable; check its spelling"},
	}
	for _, tt := range tests {
		m := maps.Clone(whole)
		tt.change(m)
		_, err := f.Bind("rural", m)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.HasSuffix(err.Error(), tt.want) && !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestStatesComeBackByName(t *testing.T) {
	t.Parallel()
	for _, s := range []formula.State{formula.Present, formula.NotApplicable, formula.Unknown, formula.NotAsked} {
		if got, ok := formula.ParseState(s.String()); !ok || got != s {
			t.Errorf("%s comes back as %s", s, got)
		}
	}
	if _, ok := formula.ParseState("missing"); ok || formula.State(9).String() != "invalid" {
		t.Error("an unknown state is accepted")
	}
}

// A value that says two things, or nothing, is refused; it is never zero.
func TestMalformedValues(t *testing.T) {
	t.Parallel()
	f := load(t, "testdata/thalassa.json")
	for _, v := range []formula.Value{{}, {Num: 1}, {Den: -1, Num: 1}, {Den: 1, Num: 1, Code: "x"}, {State: formula.Unknown, Num: 1, Den: 1}, {State: formula.Unknown, Code: "x"}, {State: 9}, formula.Code("1")} {
		h := formula.Household{Stratum: "hills", Region: "n1", Values: []formula.Value{formula.Int(0), formula.Int(0), v}}
		if r, err := f.Evaluate(h); err == nil {
			t.Errorf("%+v gives %s", v, r.Index)
		}
		tab, err := f.NewTable("hills")
		if err != nil {
			t.Fatal(err)
		}
		if tab.Append(h) == nil {
			t.Errorf("a table takes %+v", v)
		}
	}
	coast := household(t, f, "coast n1", []string{"members=1", "schooling_of_head=none"})
	for i := range coast.Values {
		h := coast
		h.Values = append([]formula.Value(nil), coast.Values...)
		h.Values[i] = formula.Value{}
		if _, err := f.Evaluate(h); err == nil {
			t.Errorf("variable %d without a value is accepted", i)
		}
	}
}
