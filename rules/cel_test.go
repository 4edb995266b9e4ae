package rules_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"pgregory.net/rapid"

	"sijil/rules"
)

// TestAgreesWithCEL draws expressions and facts, absent values among them, and
// holds the result to what cel-go's own interpreter makes of the same text.
// count and sum are written out for it member by member.
func TestAgreesWithCEL(t *testing.T) {
	t.Parallel()
	oracle := newOracle(t)
	e := env(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		g := generator{t: t}
		want := rules.Bool
		ours, theirs := g.truth(4, "")
		if rapid.Bool().Draw(t, "whole number") {
			want = rules.Int
			ours, theirs = g.whole(4, "")
		}
		p, err := e.Compile("rule", ours, want, nil)
		if err != nil {
			t.Fatalf("%s: %v", ours, err)
		}
		got, err := p.Eval(f)
		val := oracle.eval(t, theirs, f)
		switch v := val.(type) {
		case *types.Unknown:
			ids := v.IDs()
			if state := rules.State(ids[len(ids)-1]); err == nil && got != rules.Without(state) {
				t.Fatalf("%s = %v, cel-go: absent %d", ours, got, state)
			}
			// cel-go reports the left operand where an absent value meets a
			// failure in arithmetic; here the failure stands on either side.
		case *types.Err:
			if err == nil && (got.State == rules.Present || !strings.Contains(v.Error(), "division") && !strings.Contains(v.Error(), "overflow") && !strings.Contains(v.Error(), "modulus")) {
				t.Fatalf("%s = %v, cel-go fails: %v", ours, got, v)
			}
		case types.Bool:
			if err != nil || got != rules.Truth(bool(v)) {
				t.Fatalf("%s = %v, %v, cel-go: %v", ours, got, err, v)
			}
		case types.Int:
			if err != nil || got != rules.Of(int64(v)) {
				t.Fatalf("%s = %v, %v, cel-go: %v", ours, got, err, v)
			}
		default:
			t.Fatalf("%s: cel-go gives %v", theirs, val)
		}
	})
}

// drawFacts draws facts of the schema with exactly three things, so that the
// oracle can name each.
func drawFacts(t *rapid.T) *rules.Facts {
	f := facts()
	absent := rapid.Bool().Draw(t, "some absent")
	change := func(v *rules.Value, most int64) {
		v.Int = rapid.Int64Range(0, most).Draw(t, "value")
		if absent && rapid.IntRange(0, 4).Draw(t, "absent") == 0 {
			*v = rules.Without(rules.State(rapid.IntRange(1, 3).Draw(t, "state")))
		}
	}
	for i, most := range []int64{9, 2, 1, 1, 2, 1} {
		change(&f.Scalars[i], most)
	}
	for _, r := range append(f.Lists[0], f.Objects[0]) {
		for i, most := range []int64{4, 1, 2} {
			change(&r[i], most)
		}
	}
	return f
}

// generator draws an expression twice: as rules read it, and for the oracle.
// m is the loop's variable, "" outside of loops.
type generator struct{ t *rapid.T }

func (g generator) pick(n int) int { return rapid.IntRange(0, n-1).Draw(g.t, "shape") }

func (g generator) both(s string) (string, string) { return s, s }

func (g generator) truth(depth int, m string) (string, string) {
	if depth == 0 {
		leaves := []string{"p", "q", "h.f", "c == 'green'", "c != 'red'", "'blue' == h.c", "c in ['red', 'blue']", "d == 'small'", "true", "h.c == c"}
		if m != "" {
			leaves = append(leaves, m+".f", m+".c == 'red'", m+".c != h.c", m+".c in ['green', 'blue']")
		}
		return g.both(leaves[g.pick(len(leaves))])
	}
	two := func(op string, side func(int, string) (string, string)) (string, string) {
		a, x := side(depth-1, m)
		b, y := side(depth-1, m)
		return "(" + a + op + b + ")", "(" + x + op + y + ")"
	}
	switch g.pick(9) {
	case 0:
		return two(" && ", g.truth)
	case 1:
		return two(" || ", g.truth)
	case 2:
		a, x := g.truth(depth-1, m)
		return "!(" + a + ")", "!(" + x + ")"
	case 3:
		return two([]string{" < ", " <= ", " > ", " >= ", " == ", " != "}[g.pick(6)], g.whole)
	case 4:
		a, x := g.whole(depth-1, m)
		return "(" + a + ") in [1, 3]", "(" + x + ") in [1, 3]"
	case 5, 6:
		if m == "" {
			loop := []string{"exists", "all"}[g.pick(2)]
			a, x := g.truth(depth-1, "m")
			return fmt.Sprintf("ms.%s(m, %s)", loop, a), fmt.Sprintf("ms.%s(m, %s)", loop, x)
		}
	}
	return g.truth(0, m)
}

func (g generator) whole(depth int, m string) (string, string) {
	if depth == 0 {
		leaves := []string{"a", "b", "h.n", "2", "size(ms)", "4611686018427387904"}
		if m != "" {
			leaves = append(leaves, m+".n", m+".n")
		}
		return g.both(leaves[g.pick(len(leaves))])
	}
	switch k := g.pick(8); {
	case k < 4:
		op := []string{" + ", " - ", " * ", " / ", " % "}[g.pick(5)]
		a, x := g.whole(depth-1, m)
		b, y := g.whole(depth-1, m)
		return "(" + a + op + b + ")", "(" + x + op + y + ")"
	case k == 4:
		c, z := g.truth(depth-1, m)
		a, x := g.whole(depth-1, m)
		b, y := g.whole(depth-1, m)
		return "(" + c + " ? " + a + " : " + b + ")", "((" + z + ") ? " + x + " : " + y + ")"
	case k < 7 && m == "":
		if g.pick(2) == 0 {
			a, x := g.truth(depth-1, "m")
			return "ms.count(m, " + a + ")", written("((" + x + ") ? 1 : 0)")
		}
		a, x := g.whole(depth-1, "m")
		return "ms.sum(m, " + a + ")", written(x)
	}
	return g.whole(0, m)
}

// written adds the term up over the three things by name.
func written(term string) string {
	sum := "(0"
	for _, name := range []string{"m0.", "m1.", "m2."} {
		sum += " + " + strings.ReplaceAll(term, "m.", name)
	}
	return sum + ")"
}

// oracle evaluates with cel-go's interpreter over text and records.
type oracle struct{ env *cel.Env }

func newOracle(tb testing.TB) oracle {
	tb.Helper()
	o := cel.ObjectType("thing")
	e, err := cel.NewEnv(
		cel.CustomTypeProvider(things{types.NewEmptyRegistry()}), cel.CustomTypeAdapter(things{types.NewEmptyRegistry()}),
		cel.Variable("a", cel.IntType), cel.Variable("b", cel.IntType),
		cel.Variable("p", cel.BoolType), cel.Variable("q", cel.BoolType),
		cel.Variable("c", cel.StringType), cel.Variable("d", cel.StringType),
		cel.Variable("h", o), cel.Variable("m0", o), cel.Variable("m1", o), cel.Variable("m2", o),
		cel.Variable("ms", cel.ListType(o)),
	)
	if err != nil {
		tb.Fatal(err)
	}
	return oracle{e}
}

func (o oracle) eval(t *rapid.T, expr string, f *rules.Facts) ref.Val {
	checked, issues := o.env.Compile(expr)
	if issues.Err() != nil {
		t.Fatalf("%s: %v", expr, issues.Err())
	}
	p, err := o.env.Program(checked, cel.EvalOptions(cel.OptPartialEval))
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]any{}
	for i, s := range schema.Scalars {
		in[s.Name] = boxed(s, f.Scalars[i])
	}
	ms := make([]ref.Val, 0, len(f.Lists[0]))
	for i, r := range f.Lists[0] {
		in[fmt.Sprintf("m%d", i)] = record{r}
		ms = append(ms, record{r})
	}
	in["h"] = record{f.Objects[0]}
	in["ms"] = types.NewRefValList(types.DefaultTypeAdapter, ms)
	v, _, err := p.Eval(in)
	if v == nil {
		return types.WrapErr(err)
	}
	return v
}

func boxed(s rules.Field, v rules.Value) ref.Val {
	switch {
	case v.State != rules.Present:
		return types.NewUnknown(int64(v.State), nil)
	case s.Kind == rules.Bool:
		return types.Bool(v.Int != 0)
	case s.Kind == rules.Int:
		return types.Int(v.Int)
	}
	return types.String(s.List.Codes[v.Int])
}

// things provides the type of a record to cel-go.
type things struct{ *types.Registry }

func (p things) NativeToValue(v any) ref.Val {
	if r, ok := v.(ref.Val); ok {
		return r
	}
	return p.Registry.NativeToValue(v)
}

func (p things) FindStructType(name string) (*types.Type, bool) {
	return types.NewTypeTypeWithParam(types.NewObjectType(name)), name == "thing"
}

func (p things) FindStructFieldType(_, name string) (*types.FieldType, bool) {
	for i, f := range thing.Fields {
		if f.Name == name {
			kind := map[rules.Kind]*types.Type{rules.Bool: types.BoolType, rules.Int: types.IntType, rules.Choice: types.StringType}[f.Kind]
			return &types.FieldType{Type: kind,
				IsSet:   func(any) bool { return true },
				GetFrom: func(target any) (any, error) { return boxed(f, target.(rules.Record)[i]), nil },
			}, true
		}
	}
	return nil, false
}

type record struct{ values rules.Record }

func (r record) ConvertToNative(reflect.Type) (any, error) { return r.values, nil }
func (r record) ConvertToType(ref.Type) ref.Val            { return r }
func (r record) Equal(ref.Val) ref.Val                     { return types.False }
func (r record) Type() ref.Type                            { return types.NewObjectType("thing") }
func (r record) Value() any                                { return r.values }
