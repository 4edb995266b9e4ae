package rules_test

import (
	"testing"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// BenchmarkRule evaluates one loop over three members, here and with cel-go's
// own interpreter over the same text: the ratio decision 003 quotes.
func BenchmarkRule(b *testing.B) {
	const text = `ms.exists(m, m.n >= 15 && m.c == 'blue') || a == 4`
	f := facts()
	b.Run("here", func(b *testing.B) {
		p := compile(b, text)
		b.ReportAllocs()
		for b.Loop() {
			if v, err := p.Eval(f); err != nil || v.True() {
				b.Fatal(v, err)
			}
		}
	})
	b.Run("cel-go", func(b *testing.B) {
		o := newOracle(b)
		checked, issues := o.env.Compile(text)
		if issues.Err() != nil {
			b.Fatal(issues.Err())
		}
		p, err := o.env.Program(checked, cel.EvalOptions(cel.OptOptimize))
		if err != nil {
			b.Fatal(err)
		}
		members := []ref.Val{record{f.Lists[0][0]}, record{f.Lists[0][1]}, record{f.Lists[0][2]}}
		in := map[string]any{"a": types.Int(5), "ms": types.NewRefValList(types.DefaultTypeAdapter, members)}
		b.ReportAllocs()
		for b.Loop() {
			if v, _, err := p.Eval(in); err != nil || v != types.False {
				b.Fatal(v, err)
			}
		}
	})
}
