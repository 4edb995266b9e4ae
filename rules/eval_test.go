package rules_test

import (
	"math"
	"strings"
	"sync"
	"testing"

	"sijil/rules"
)

func TestEval(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expr string
		want int64
	}{
		{"a + 2 * a - 1", 14}, {"-a / 2", -2}, {"-a % 3", -2}, {"a != 5", 0}, {"a < 6 && a > 4", 1},
		{"p || q", 1}, {"p && q", 0}, {"!q", 1}, {"p ? a : b", 5}, {"q == p", 0},
		{"c == 'green'", 1}, {"c != 'red'", 1}, {"c in ['red', 'blue']", 0}, {"h.c in ['red', 'blue']", 1}, {"h.c == c", 0},
		{"a in [1, 5]", 1}, {"size(ms)", 3}, {"ms.size() * h.n", 21},
		{"ms.exists(m, m.c == 'blue')", 1}, {"ms.all(m, m.n >= 1)", 1}, {"ms.all(m, m.f)", 0},
		{"ms.count(m, m.f)", 2}, {"ms.sum(m, m.f ? m.n : 0)", 4}, {"ms.count(m, m.n >= a)", 0},
		{"ms.sum(m, ms.count(o, o.n <= m.n))", 6}, {"ms.count(m, ms.exists(o, o.c == m.c && o.n > m.n))", 0},
	}
	for _, tt := range tests {
		if v, err := compile(t, tt.expr).Eval(facts()); err != nil || v != rules.Of(tt.want) {
			t.Errorf("%s = %v, %v; want %d", tt.expr, v, err, tt.want)
		}
	}
}

// Absent values spread unless the other operand decides, and the state that
// ranks highest wins wherever it stands.
func TestStates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expr string
		a, b rules.State // of a and b, and of p and q
		want rules.Value
	}{
		{"a + b", rules.Unknown, rules.NotAsked, rules.Without(rules.Unknown)},
		{"b + a", rules.Unknown, rules.NotAsked, rules.Without(rules.Unknown)},
		{"a + b", rules.NotApplicable, rules.NotAsked, rules.Without(rules.NotAsked)},
		{"a < 3", rules.NotApplicable, 0, rules.Without(rules.NotApplicable)},
		{"a == a", rules.Unknown, 0, rules.Without(rules.Unknown)},
		{"a in [1]", rules.NotAsked, 0, rules.Without(rules.NotAsked)},
		{"p || h.f", rules.Unknown, 0, rules.Of(1)},
		{"h.f || p", rules.Unknown, 0, rules.Of(1)},
		{"p && !h.f", rules.Unknown, 0, rules.Of(0)},
		{"p || q", rules.NotAsked, rules.Unknown, rules.Without(rules.Unknown)},
		{"!p", rules.NotAsked, 0, rules.Without(rules.NotAsked)},
		{"p ? 1 : 2", rules.Unknown, 0, rules.Without(rules.Unknown)},
		{"h.f ? 1 : a", rules.Unknown, 0, rules.Of(1)},
		{"ms.exists(m, p)", rules.Unknown, 0, rules.Without(rules.Unknown)},
		{"ms.exists(m, p || m.n == 3)", rules.Unknown, 0, rules.Of(1)},
		{"ms.count(m, p)", rules.NotAsked, 0, rules.Without(rules.NotAsked)},
		{"ms.count(m, m.n == 1 ? p : q)", rules.Unknown, rules.NotApplicable, rules.Without(rules.Unknown)},
		{"ms.count(m, m.n == 3 ? p : q)", rules.Unknown, rules.NotApplicable, rules.Without(rules.Unknown)},
		{"ms.count(m, m.n > 9 && p)", rules.Unknown, 0, rules.Of(0)},
		{"p || 1 / b == 1", rules.Unknown, 0, rules.Without(rules.Unknown)},
	}
	for _, tt := range tests {
		f := facts()
		f.Scalars[0].State, f.Scalars[2].State = tt.a, tt.a
		f.Scalars[1].State, f.Scalars[3].State = tt.b, tt.b
		if v, err := compile(t, tt.expr).Eval(f); err != nil || v != tt.want {
			t.Errorf("%s = %v, %v; want %v", tt.expr, v, err, tt.want)
		}
	}
}

func TestFailuresAreErrors(t *testing.T) {
	t.Parallel()
	const most = "9223372036854775807"
	tests := []struct{ expr, part string }{
		{"a / b", "rule 1:3: division by zero"},
		{"a % b", "division by zero"},
		{most + " + a", "rule 1:21: the number is too large"},
		{"-" + most + " - a", "too large"},
		{most + " * a", "too large"},
		{"(-" + most + " - 1) * -1", "too large"},
		{"(-" + most + " - 1) / (b - 1)", "too large"},
		{"-(-" + most + " - 1)", "too large"},
		{"ms.count(m, m.n / b == 1)", "division by zero"},
		{"a / b == 1 || q", "division by zero"},
		{"ms.sum(m, m.n * " + most + ")", "too large"},
	}
	for _, tt := range tests {
		if v, err := compile(t, tt.expr).Eval(facts()); err == nil || !strings.Contains(err.Error(), tt.part) {
			t.Errorf("%s = %v, %v; want %s", tt.expr, v, err, tt.part)
		}
	}
	if v, err := compile(t, "p || a / b == 1").Eval(facts()); err != nil || !v.True() {
		t.Errorf("a decided truth: %v, %v", v, err)
	}
	if v, err := compile(t, "(-"+most+" - 1) * 1").Eval(facts()); err != nil || v.Int != math.MinInt64 {
		t.Errorf("the least number: %v, %v", v, err)
	}
}

func TestProgramsAreConcurrent(t *testing.T) {
	t.Parallel()
	p := compile(t, "ms.sum(m, ms.count(o, o.n <= m.n)) + a")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			f := facts()
			for range 500 {
				if v, err := p.Eval(f); err != nil || v.Int != 11 {
					t.Errorf("got %v, %v", v, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkEval(b *testing.B) {
	for _, expr := range []string{"a >= 3", "ms.exists(m, m.c == 'blue')", "ms.count(m, m.n >= 2 && m.c == 'blue')"} {
		b.Run(expr, func(b *testing.B) {
			p, f := compile(b, expr), facts()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Eval(f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
