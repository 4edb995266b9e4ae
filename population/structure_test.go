package population_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// opens says which functions may call those that lead to plaintext. What
// leaves the register goes through disclose, which writes the disclosure first;
// inside is for comparisons, whose callers record a use.
var opens = map[string][]string{
	"unseal":    {"open", "asKnown"},
	"open":      {"disclose", "inside"},
	"disclose":  {"show", "facts", "members", "find", "Review", "caseView"},
	"inside":    {"caseOf", "readSplitting", "beforeMerge", "judge", "judgeWitness", "revisableBut", "relationChanges", "awaiting", "erase", "look", "checked", "rekeyed", "Reblind", "Probe", "alike", "recheckPerson"},
	"asKnown":   {"show"},
	"shown":     {"show"},
	"candidate": {"find"},
	"Open":      {"unseal", "openNumber", "openToken", "relationsShown", "copyRelations"}, // of a key
}

func TestOnlyDisclosuresOpenRecords(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	called := map[string]bool{}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				name := ""
				switch n := n.(type) {
				case *ast.SelectorExpr: // a method, called or taken as a value
					name = n.Sel.Name
				case *ast.CallExpr:
					if id, ok := n.Fun.(*ast.Ident); ok {
						name = id.Name
					}
				}
				if allowed, guarded := opens[name]; guarded {
					called[name] = true
					if !slices.Contains(allowed, fn.Name.Name) {
						t.Errorf("%s: %s calls %s", f.Name(), fn.Name.Name, name)
					}
				}
				return true
			})
		}
	}
	for name := range opens {
		if !called[name] {
			t.Errorf("nobody calls %s: the test looks for the wrong name", name)
		}
	}
}
