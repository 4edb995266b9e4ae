package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sijil/internal/arch"
)

const root = "../.."

// imports maps each package of the module, by its path below it, to what its
// non-test files import.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "./...")
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	pkgs := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		pkgs[strings.TrimPrefix(f[0], arch.Module+"/")] = f[1:]
	}
	return pkgs
}

func TestEveryPackageKeepsItsWalls(t *testing.T) {
	t.Parallel()
	pkgs := imports(t)
	if len(pkgs) < 5 {
		t.Fatalf("go list found only %d packages", len(pkgs))
	}
	for pkg, list := range pkgs {
		room, ok := arch.RoomOf(pkg)
		if !ok {
			t.Errorf("%s: no room names this package; add it to arch.Rooms and docs/ARCHITECTURE.md", pkg)
			continue
		}
		for _, imp := range list {
			if !room.Allows(imp) {
				t.Errorf("%s (%s) may not import %s", pkg, room.Name, imp)
			}
		}
	}
}

func TestWallsRefuse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pkg, imp string
		want     bool
	}{
		{"formula", "sijil/internal/errs", true},
		{"formula", "sijil/questionnaire", false},
		{"formula", "net/http", false},
		{"formula", "database/sql", false},
		{"formula", "math/bits", true},
		{"formula", "cel.dev/cel-go/cel", false},
		{"rules", "cel.dev/cel-go/cel", true},
		{"questionnaire", "sijil/formula", true},
		{"idcs", "math/rand/v2", false},
		{"internal/country", "sijil/morocco", false},
		{"internal/synth", "sijil/morocco", false},
		{"cmd/sijil", "sijil/morocco", true},
	}
	for _, tt := range tests {
		room, ok := arch.RoomOf(tt.pkg)
		if !ok {
			t.Fatalf("%s has no room", tt.pkg)
		}
		if got := room.Allows(tt.imp); got != tt.want {
			t.Errorf("%s imports %s: got %v, want %v", tt.pkg, tt.imp, got, tt.want)
		}
	}
	if _, ok := arch.RoomOf("util"); ok {
		t.Error("a package nobody planned has a room")
	}
}

// goFiles calls f with every Go file of the module that is not a test.
func goFiles(t *testing.T, f func(rel string, file *ast.File, fset *token.FileSet)) {
	t.Helper()
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); p != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "bin") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(fset, p, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		f(filepath.ToSlash(rel), file, fset)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOnlyClocksAskTheTime keeps time.Now, Since and Until out of everything
// but the clock, measurement and the command line.
func TestOnlyClocksAskTheTime(t *testing.T) {
	t.Parallel()
	allowed := []string{"internal/clock/", "internal/observe/", "cmd/"}
	goFiles(t, func(rel string, file *ast.File, fset *token.FileSet) {
		if slices.ContainsFunc(allowed, func(p string) bool { return strings.HasPrefix(rel, p) }) {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" &&
				slices.Contains([]string{"Now", "Since", "Until", "Tick", "After", "NewTimer", "NewTicker"}, sel.Sel.Name) {
				t.Errorf("%s: time.%s outside the clock", fset.Position(n.Pos()), sel.Sel.Name)
			}
			return true
		})
	})
}

// TestExactArithmeticUsesNoFloats keeps floating point out of the index.
func TestExactArithmeticUsesNoFloats(t *testing.T) {
	t.Parallel()
	seen := 0
	goFiles(t, func(rel string, file *ast.File, fset *token.FileSet) {
		if !strings.HasPrefix(rel, "formula/") {
			return
		}
		seen++
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if n.Kind == token.FLOAT {
					t.Errorf("%s: a floating-point number", fset.Position(n.Pos()))
				}
			case *ast.Ident:
				if n.Name == "float64" || n.Name == "float32" {
					t.Errorf("%s: %s", fset.Position(n.Pos()), n.Name)
				}
			}
			return true
		})
		for _, imp := range file.Imports {
			if p, _ := strconv.Unquote(imp.Path.Value); p == "math" {
				for _, d := range file.Decls {
					ast.Inspect(d, func(n ast.Node) bool {
						if sel, ok := n.(*ast.SelectorExpr); ok {
							if x, ok := sel.X.(*ast.Ident); ok && x.Name == "math" && !strings.HasPrefix(sel.Sel.Name, "Max") && !strings.HasPrefix(sel.Sel.Name, "Min") {
								t.Errorf("%s: math.%s", fset.Position(n.Pos()), sel.Sel.Name)
							}
						}
						return true
					})
				}
			}
		}
	})
	if seen == 0 {
		t.Error("no file of package formula was read")
	}
}

// TestCountryFactsLiveWithTheCountry looks for words of the reference country
// in the names and texts of the code that must serve any country.
func TestCountryFactsLiveWithTheCountry(t *testing.T) {
	t.Parallel()
	words := []string{
		"maroc", "morocc", "casablanca", "rabat", "marrakech", "tadamon", "ramed", "cnie", "cnss", "tayssir",
		"urban", "rural", "dirham", "asd", "9.3264284", "9.743001", "المغرب",
	}
	allowed := []string{"morocco/", "cmd/sijil/country.go", "internal/arch/"}
	goFiles(t, func(rel string, file *ast.File, fset *token.FileSet) {
		if slices.ContainsFunc(allowed, func(p string) bool { return strings.HasPrefix(rel, p) }) {
			return
		}
		report := func(pos token.Pos, text string) {
			for _, part := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ' ' || r == '_' || r == '-' || r == '/' || r == '"' }) {
				for _, w := range words {
					if part == w || (len(w) > 5 && strings.Contains(part, w)) { // "framed" is no programme
						t.Errorf("%s: %q belongs into the country's data", fset.Position(pos), w)
					}
				}
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.BasicLit:
				report(n.Pos(), n.Value)
			case *ast.Ident:
				report(n.Pos(), n.Name)
			}
			return true
		})
	})
}
