package formula_test

import (
	"fmt"
	"strings"
	"testing"

	"sijil/formula"
)

func TestGolden(t *testing.T) {
	for _, g := range []struct{ formula, cases string }{
		{moroccoFile, "testdata/morocco.golden"},
		{"testdata/thalassa.json", "testdata/thalassa.golden"},
	} {
		t.Run(g.cases, func(t *testing.T) {
			f := load(t, g.formula)
			golden(t, g.cases, func(t *testing.T, input string) string {
				t.Helper()
				first, rest, _ := strings.Cut(input, "\n")
				verb, head, _ := strings.Cut(first, " ")
				h := household(t, f, head, strings.Fields(rest))
				e, err := f.Explain(h)
				if err != nil {
					return err.Error() + "\n"
				}
				if verb == "explain" {
					return explained(e)
				}
				return indexed(t, e.Result)
			})
		})
	}
}

// The thresholds printed are those two programmes of the reference country use.
func indexed(t *testing.T, r formula.Result) string {
	t.Helper()
	out := "index " + r.Index.String() + "\n"
	for _, text := range []string{"9.3264284", "9.743001"} {
		limit, err := formula.ParseThreshold(text)
		if err != nil {
			t.Fatal(err)
		}
		answer := "no"
		if r.Index.AtOrBelow(limit) {
			answer = "yes"
		}
		out += fmt.Sprintf("at or below %s: %s, %s\n", limit, answer, r.Index.Above(limit))
	}
	if r.OutsideFrame != "" {
		out += "outside frame: " + r.OutsideFrame + "\n"
	}
	for _, code := range r.Imputed {
		out += "imputed: " + code + "\n"
	}
	return out
}

func explained(e formula.Explanation) string {
	var b strings.Builder
	var sum formula.Points
	for _, p := range e.Parts {
		sum += p.Points
		if p.Points == 0 && p.State == formula.Present && p.Limit == "" {
			continue
		}
		fmt.Fprintf(&b, "%-30s %12s × %-10s %18s", p.Code, p.Value, p.Coefficient, p.Points)
		for _, mark := range []string{string(p.Limit), p.Status} {
			if mark != "" && mark != formula.Secondary {
				b.WriteString(" " + mark)
			}
		}
		if p.State != formula.Present {
			b.WriteString(" " + p.State.String())
		}
		if p.Imputed {
			b.WriteString(" imputed")
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%-30s %44s\nunrounded %s, index %s\n", "sum", sum, e.Unrounded, e.Index)
	if e.OutsideFrame != "" {
		fmt.Fprintf(&b, "outside frame: %s\n", e.OutsideFrame)
	}
	return b.String()
}
