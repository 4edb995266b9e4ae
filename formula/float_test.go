package formula_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"sijil/formula"
)

// Floating point with plain summation, as a spreadsheet or a telephone would
// do it, against exact evaluation. The figures stand in docs/formula.md.
func TestFloatingPointComparison(t *testing.T) {
	t.Parallel()
	f := load(t, moroccoFile)
	r := rand.New(rand.NewPCG(2021, 8))
	thresholds := []string{"9.3264284", "9.743001"}
	n, vars := count(1_000_000, 10_000_000), variables(t, f)
	largest, differ, ties, flips := 0.0, 0, 0, make([]int, len(thresholds))
	models := map[string]*floats{"urban": newFloats(t, f, "urban"), "rural": newFloats(t, f, "rural")}
	limits := make([]formula.Threshold, len(thresholds))
	for i, text := range thresholds {
		limits[i] = formula.Threshold(must(t)(formula.ParseIndex(text)))
	}
	for i := range n {
		stratum := [2]string{"urban", "rural"}[i&1]
		h := randomHousehold(r, vars[stratum], stratum)
		exact, err := f.Evaluate(h)
		if err != nil {
			continue
		}
		x := models[stratum].index(h)
		largest = math.Max(largest, math.Abs(x-float64(exact.Unrounded)/1e12))
		if math.RoundToEven(x*1e7) != float64(exact.Index) {
			differ++
			if exact.Unrounded%100_000 == 50_000 {
				ties++
			}
		}
		for j, limit := range limits {
			// What a program without decimals compares: the sum itself.
			if (x <= float64(limit)/1e7) != exact.Index.AtOrBelow(limit) {
				flips[j]++
			}
		}
	}
	t.Logf("%d households: largest difference %.2e; %d indexes differ after rounding to 7 decimals, %d of them exact ties; outcomes that flip at %v: %v",
		n, largest, differ, ties, thresholds, flips)
	if largest > 1e-9 || largest == 0 {
		t.Errorf("the largest difference is %g: one of the two is wrong", largest)
	}
}

// must returns a function that fails the test on an error.
func must(t *testing.T) func(formula.Index, error) formula.Index {
	t.Helper()
	return func(x formula.Index, err error) formula.Index {
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
}

// floats is a stratum in floating point.
type floats struct {
	intercept float64
	regions   map[string]float64
	terms     []struct {
		at          int // of its variable
		square      bool
		coefficient float64
	}
}

func newFloats(t *testing.T, f *formula.Formula, stratum string) *floats {
	t.Helper()
	number := func(s string) float64 {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	d := f.Definition().Strata[stratum]
	m := &floats{intercept: number(d.Intercept.Coefficient), regions: map[string]float64{}}
	for _, e := range d.Regions {
		for _, r := range e.Regions {
			m.regions[r] = number(e.Coefficient)
		}
	}
	vars, err := f.Variables(stratum)
	if err != nil {
		t.Fatal(err)
	}
	for _, term := range d.Terms {
		for at, v := range vars {
			if v.Name == term.Variable {
				m.terms = append(m.terms, struct {
					at          int
					square      bool
					coefficient float64
				}{at, term.Kind == formula.Square, number(*term.Coefficient)})
			}
		}
	}
	return m
}

func (m *floats) index(h formula.Household) float64 {
	sum := m.intercept + m.regions[h.Region]
	for _, term := range m.terms {
		v := &h.Values[term.at]
		x := float64(v.Num) / float64(v.Den)
		if term.square {
			x *= x
		}
		sum += term.coefficient * x
	}
	return sum
}

// The package itself must not use floating point, nor the functions that
// differ between machines.
func TestNoFloatingPoint(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	notTest := func(i fs.FileInfo) bool { return !strings.HasSuffix(i.Name(), "_test.go") }
	packages, err := parser.ParseDir(fset, ".", notTest, 0) //nolint:staticcheck // one folder without build constraints
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, p := range packages {
		files += len(p.Files)
		ast.Inspect(p, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				if strings.HasPrefix(n.Name, "float") || strings.HasPrefix(n.Name, "complex") {
					t.Errorf("%s: %s", fset.Position(n.Pos()), n.Name)
				}
			case *ast.BasicLit:
				if n.Kind == token.FLOAT {
					t.Errorf("%s: %s", fset.Position(n.Pos()), n.Value)
				}
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "math" && !strings.HasPrefix(n.Sel.Name, "MaxInt") && !strings.HasPrefix(n.Sel.Name, "MaxUint") && n.Sel.Name != "MinInt64" {
					t.Errorf("%s: math.%s", fset.Position(n.Pos()), n.Sel.Name)
				}
				if strings.HasSuffix(n.Sel.Name, "Float64") || strings.HasSuffix(n.Sel.Name, "Float") {
					t.Errorf("%s: %s", fset.Position(n.Pos()), n.Sel.Name)
				}
			}
			return true
		})
	}
	if files < 10 {
		t.Fatalf("%d files read: the test looks in the wrong place", files)
	}
}
