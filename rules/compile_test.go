package rules_test

import (
	"slices"
	"strings"
	"testing"

	"sijil/rules"
)

func TestCompileErrorsSayWhereAndWhat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expr string
		want rules.Kind
		part string
	}{
		{"a + ", rules.Int, "rule 1:5: Syntax error"},
		{"a +\n zz", rules.Int, "rule 2:2: undeclared reference to 'zz'"},
		{"h.zz == 1", rules.Bool, "undefined field 'zz'"},
		{"a == 'red'", rules.Bool, "no matching overload"},
		{"c == 'purple'", rules.Bool, `rule 1:6: colour has no code "purple"; use one of: red, green, blue`},
		{"'purple' != c", rules.Bool, `colour has no code "purple"`},
		{"h.c in ['red', 'purple']", rules.Bool, `rule 1:16: colour has no code "purple"`},
		{"ms.exists(m, m.c == 'purple')", rules.Bool, `rule 1:21: colour has no code "purple"`},
		{"c == d", rules.Bool, "of another list or kind"},
		{"c < 'red'", rules.Bool, "codes have no order"},
		{"c + 'red' == 'red'", rules.Bool, "text stands where no list says"},
		{"'red'", rules.Choice, "text stands where no list says what it may be"},
		{"a", rules.Bool, "gives a whole number, expected a truth"},
		{"p", rules.Int, "gives a truth, expected a whole number"},
		{"a == 1.5", rules.Bool, "no matching overload"},
		{"1.5", 0, "this kind of constant is not part of rules"},
		{"h", 0, "an object stands where a value is needed"},
		{"ms", 0, "an object stands where a value is needed"},
		{"ms[0].n == 1", rules.Bool, "undeclared reference to '_[_]'"},
		{"a in [b]", rules.Bool, "this element cannot be compared"},
		{"p ? a : 1.5", 0, "no matching overload"},
		{"[1, 2].exists(x, x == a)", rules.Bool, "this is not a declared list"},
		{"ms.map(m, m.n)", 0, "undeclared reference to 'map'"},
		{"ms.count(1, true)", rules.Int, "the first argument must be a simple name"},
		{"ms.exists(m, ms.exists(n, ms.exists(o, ms.exists(x, x.n == m.n))))", rules.Bool, "the limit is 20000"},
		{"has(h.n)", rules.Bool, "undeclared reference"},
		{strings.Repeat("(", 200) + "p" + strings.Repeat(")", 200), rules.Bool, "rule"},
		{strings.Repeat("p && ", 3000) + "p", rules.Bool, "rule"},
		{"", rules.Bool, "Syntax error"},
	}
	e := env(t)
	for _, tt := range tests {
		_, err := e.Compile("rule", tt.expr, tt.want, nil)
		if err == nil || !strings.Contains(err.Error(), tt.part) {
			t.Errorf("%.60s:\n got  %v\n want %s", tt.expr, err, tt.part)
		}
	}
}

func TestSchemaErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		schema rules.Schema
		part   string
	}{
		{"twice", rules.Schema{Scalars: []rules.Field{{Name: "a", Kind: rules.Int}, {Name: "a", Kind: rules.Bool}}}, "a: the name is declared twice"},
		{"choice without list", rules.Schema{Scalars: []rules.Field{{Name: "a", Kind: rules.Choice}}}, "a: a choice has a list"},
		{"no kind", rules.Schema{Scalars: []rules.Field{{Name: "a"}}}, "a: the name has no kind"},
		{"list without bound", rules.Schema{Lists: []rules.Named{{Name: "l", Object: thing}}}, "l: the list has no bound"},
		{"field twice", rules.Schema{Lists: []rules.Named{{Name: "l", Object: &rules.Object{Name: "o", Fields: []rules.Field{
			{Name: "x", Kind: rules.Int}, {Name: "x", Kind: rules.Int}}}}}}, "o.x: the field is declared twice"},
	}
	for _, tt := range tests {
		if _, err := rules.NewEnv(tt.schema); err == nil || !strings.Contains(err.Error(), tt.part) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.part)
		}
	}
}

func TestReads(t *testing.T) {
	t.Parallel()
	p := compile(t, "h.n > a || ms.exists(m, m.c == 'red' && m.n < a)")
	if got, want := p.Reads(), []string{"a", "thing.c", "thing.n"}; !slices.Equal(got, want) {
		t.Errorf("Reads() = %v, want %v", got, want)
	}
}

// A result that is a code is one of the list asked for.
func TestChoiceResult(t *testing.T) {
	t.Parallel()
	e := env(t)
	p, err := e.Compile("band", "a > 3 ? 'blue' : c", rules.Choice, colours)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := p.Eval(facts()); err != nil || colours.Codes[v.Int] != "blue" || p.List() != colours {
		t.Errorf("got %v, %v", v, err)
	}
	if _, err := e.Compile("band", "a > 3 ? 'small' : 'red'", rules.Choice, colours); err == nil {
		t.Error("a code of another list is accepted")
	}
	if _, err := e.Compile("band", "d", rules.Choice, colours); err == nil {
		t.Error("a choice of another list is accepted")
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{"a + b * 2", "ms.count(m, m.c == 'red') >= 1", "p ? h.n : -a", "c in ['red']", "ms.sum(m, m.n)"} {
		f.Add(s)
	}
	e := env(f)
	f.Fuzz(func(t *testing.T, expr string) {
		p, err := e.Compile("rule", expr, 0, nil)
		if err != nil {
			return
		}
		v, err := p.Eval(facts())
		if err == nil && v.State > rules.Unknown {
			t.Errorf("%q: state %d", expr, v.State)
		}
		if p.Kind() == rules.Choice && err == nil && v.State == rules.Present && (v.Int < 0 || int(v.Int) >= len(p.List().Codes)) {
			t.Errorf("%q: code %d", expr, v.Int)
		}
	})
}
