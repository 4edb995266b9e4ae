package portal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"text/template/parse"

	"sijil/internal/i18n"
)

// use is one place that asks for a message.
type use struct {
	where   string
	key     string
	names   []string // of the values it gives
	counted bool
}

// uses finds every use of a message: in templates the functions t and n, in
// Go the methods T, N and t.
func uses(t *testing.T) []use {
	t.Helper()
	var out []use
	files, err := filepath.Glob("templates/*.html")
	check(t, err)
	for _, file := range files {
		tree := template.New(filepath.Base(file)).Funcs(template.FuncMap{})
		for _, name := range []string{"t", "n", "text", "index", "limit", "points", "exact", "change", "day", "decimal", "whole"} {
			tree.Funcs(template.FuncMap{name: func() string { return "" }})
		}
		parsed, err := tree.ParseFiles(file)
		check(t, err)
		for _, part := range parsed.Templates() {
			if part.Tree != nil {
				walk(part.Root, func(c *parse.CommandNode) { out = append(out, ofTemplate(file, c)...) })
			}
		}
	}
	sources, err := filepath.Glob("*.go")
	check(t, err)
	for _, file := range append(sources, "../internal/i18n/number.go") {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		check(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				out = append(out, ofCall(file, call)...)
			}
			return true
		})
	}
	return out
}

func walk(n parse.Node, f func(*parse.CommandNode)) {
	list := func(l *parse.ListNode) {
		if l != nil {
			for _, x := range l.Nodes {
				walk(x, f)
			}
		}
	}
	branch := func(b *parse.BranchNode) { walk(b.Pipe, f); list(b.List); list(b.ElseList) }
	switch n := n.(type) {
	case *parse.ListNode:
		list(n)
	case *parse.ActionNode:
		walk(n.Pipe, f)
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.TemplateNode:
		if n.Pipe != nil {
			walk(n.Pipe, f)
		}
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			f(c)
			for _, a := range c.Args {
				walk(a, f)
			}
		}
	}
}

func ofTemplate(file string, c *parse.CommandNode) []use {
	name, ok := c.Args[0].(*parse.IdentifierNode)
	if !ok || name.Ident != "t" && name.Ident != "n" || len(c.Args) < 2 {
		return nil
	}
	key, ok := c.Args[1].(*parse.StringNode)
	if !ok {
		return nil
	}
	u := use{where: file, key: key.Text, counted: name.Ident == "n"}
	from := 2
	if u.counted {
		from = 3
	}
	for i := from; i < len(c.Args); i += 2 {
		if s, ok := c.Args[i].(*parse.StringNode); ok {
			u.names = append(u.names, s.Text)
		}
	}
	return []use{u}
}

func ofCall(file string, call *ast.CallExpr) []use {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) == 0 || !slices.Contains([]string{"T", "N", "t", "bad"}, method.Sel.Name) {
		return nil
	}
	args := call.Args
	if method.Sel.Name == "bad" { // field, key, pairs
		args = args[1:]
	}
	literal := func(e ast.Expr) (string, bool) {
		l, ok := e.(*ast.BasicLit)
		if !ok || l.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(l.Value)
		return s, err == nil
	}
	key, ok := literal(args[0])
	if !ok {
		return nil
	}
	u := use{where: file, key: key, counted: method.Sel.Name == "N"}
	from := 1
	if u.counted {
		from = 2
	}
	for i := from; i < len(args); i += 2 {
		if s, ok := literal(args[i]); ok {
			u.names = append(u.names, s)
		}
	}
	return []use{u}
}

// Every message asked for is there in every language, speaks of exactly the
// values it is given, and none is there that nobody asks for.
func TestMessagesAreThereUsedAndGivenTheirValues(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.Open("ma", languages...)
	check(t, err)
	used := literals(t)
	for _, u := range uses(t) {
		used[u.key] = true
		for _, l := range catalogue.Languages {
			names, counted, ok := l.Speaks(u.key)
			slices.Sort(u.names)
			switch {
			case !ok:
				t.Errorf("%s asks for %s, which %s does not have", u.where, u.key, l.Code)
			case counted != u.counted:
				t.Errorf("%s: %s of %s: counted is %v in the file and %v in the use", u.where, u.key, l.Code, counted, u.counted)
			case !slices.Equal(names, u.names):
				t.Errorf("%s: %s of %s speaks of %q and is given %q", u.where, u.key, l.Code, names, u.names)
			}
		}
	}
	for m := range 12 {
		used["month."+strconv.Itoa(m+1)] = true
	}
	for _, l := range catalogue.Languages {
		for _, key := range l.Keys() {
			if !used[key] {
				t.Errorf("%s: nobody asks for %s", l.Code, key)
			}
		}
	}
	if len(used) < 100 {
		t.Errorf("only %d uses were found: the test does not look where they are", len(used))
	}
}

// literals are the texts in the Go files: keys are also handed on in tables.
func literals(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	sources, err := filepath.Glob("*.go")
	check(t, err)
	for _, file := range sources {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		check(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, err := strconv.Unquote(l.Value); err == nil {
					out[s] = true
				}
			}
			return true
		})
	}
	return out
}
