package rules_test

import (
	"testing"

	"sijil/rules"
)

var (
	colours = &rules.List{Name: "colour", Codes: []string{"red", "green", "blue"}}
	sizes   = &rules.List{Name: "breadth", Codes: []string{"small", "green"}}
	thing   = &rules.Object{Name: "thing", Fields: []rules.Field{
		{Name: "n", Kind: rules.Int}, {Name: "f", Kind: rules.Bool}, {Name: "c", Kind: rules.Choice, List: colours},
	}}
	schema = rules.Schema{
		Scalars: []rules.Field{
			{Name: "a", Kind: rules.Int}, {Name: "b", Kind: rules.Int},
			{Name: "p", Kind: rules.Bool}, {Name: "q", Kind: rules.Bool},
			{Name: "c", Kind: rules.Choice, List: colours}, {Name: "d", Kind: rules.Choice, List: sizes},
		},
		Objects: []rules.Named{{Name: "h", Object: thing}},
		Lists:   []rules.Named{{Name: "ms", Object: thing, Max: 20}},
	}
)

func env(tb testing.TB) *rules.Env {
	tb.Helper()
	e, err := rules.NewEnv(schema)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func compile(tb testing.TB, expr string) *rules.Program {
	tb.Helper()
	p, err := env(tb).Compile("rule", expr, 0, nil)
	if err != nil {
		tb.Fatalf("%s: %v", expr, err)
	}
	return p
}

// facts returns a = 5, b = 0, p true, q false, c green, d small, h {7, true,
// blue} and three things {1, true, red}, {2, false, green}, {3, true, blue}.
func facts() *rules.Facts {
	return &rules.Facts{
		Scalars: []rules.Value{rules.Of(5), rules.Of(0), rules.Truth(true), rules.Truth(false), rules.Of(1), rules.Of(0)},
		Objects: []rules.Record{{rules.Of(7), rules.Truth(true), rules.Of(2)}},
		Lists: [][]rules.Record{{
			{rules.Of(1), rules.Truth(true), rules.Of(0)},
			{rules.Of(2), rules.Truth(false), rules.Of(1)},
			{rules.Of(3), rules.Truth(true), rules.Of(2)},
		}},
	}
}
