package rules

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/parser"

	"sijil/internal/errs"
)

// Env compiles expressions against one Schema. It is safe for concurrent use.
type Env struct {
	cel     *cel.Env
	scalars map[string]slot
	objects map[string]slot
	lists   map[string]slot
	sizes   map[string]uint64
	maxCost uint64
}

type slot struct {
	at     int
	field  Field
	object *Object
}

// functions is the part of CEL's standard library that expressions may use:
// what has an exact meaning on truths, whole numbers and codes.
var functions = []string{
	operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.NotStrictlyFalse,
	operators.Conditional, operators.Equals, operators.NotEquals, operators.In,
	operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals,
	operators.Add, operators.Subtract, operators.Multiply, operators.Divide, operators.Modulo,
	operators.Negate, "size",
}

// NewEnv checks a schema and returns its environment. An error names the
// variable or field declared twice or without its list.
func NewEnv(s Schema) (*Env, error) {
	e := &Env{
		scalars: map[string]slot{}, objects: map[string]slot{}, lists: map[string]slot{},
		sizes: map[string]uint64{}, maxCost: s.MaxCost,
	}
	if e.maxCost == 0 {
		e.maxCost = DefaultMaxCost
	}
	prov := provider{Provider: types.NewEmptyRegistry(), objects: map[string]*Object{}}
	subset := env.NewLibrarySubset().SetDisableMacros(true)
	for _, f := range functions {
		subset.AddIncludedFunctions(&env.Function{Name: f})
	}
	opts := []cel.EnvOption{
		cel.StdLib(cel.StdLibSubset(subset)),
		cel.CustomTypeProvider(prov), cel.CustomTypeAdapter(types.DefaultTypeAdapter),
		cel.Macros(macros()...),
		cel.ParserExpressionSizeLimit(8192), cel.ParserRecursionLimit(60),
	}
	var l errs.List
	seen := map[string]bool{}
	declare := func(name string, t *cel.Type) {
		if seen[name] {
			l.Addf(name, "give one of them another name", "the name is declared twice")
		}
		seen[name] = true
		opts = append(opts, cel.Variable(name, t))
	}
	for i, f := range s.Scalars {
		l.Add(checkField(f.Name, f))
		e.scalars[f.Name] = slot{at: i, field: f}
		declare(f.Name, celType(f.Kind))
	}
	for i, o := range s.Objects {
		l.Add(prov.add(o.Object))
		e.objects[o.Name] = slot{at: i, object: o.Object}
		declare(o.Name, cel.ObjectType(o.Object.Name))
	}
	for i, o := range s.Lists {
		l.Add(prov.add(o.Object))
		if o.Max < 1 {
			l.Addf(o.Name, "state the most objects it ever holds", "the list has no bound")
		}
		e.lists[o.Name] = slot{at: i, object: o.Object}
		e.sizes[o.Name] = uint64(o.Max)
		declare(o.Name, cel.ListType(cel.ObjectType(o.Object.Name)))
	}
	if err := l.Err(); err != nil {
		return nil, err
	}
	var err error
	if e.cel, err = cel.NewCustomEnv(opts...); err != nil {
		return nil, &errs.Error{Kind: errs.Invalid, What: "the names cannot be declared", Err: err}
	}
	return e, nil
}

func checkField(path string, f Field) error {
	if f.Kind < Bool || f.Kind > Choice {
		return errs.Bad(path, "the name has no kind", "declare it a truth, a whole number or a choice")
	}
	if (f.Kind == Choice) != (f.List != nil) {
		return errs.Bad(path, "a choice has a list of codes and nothing else has one", "give the choice its list")
	}
	return nil
}

func celType(k Kind) *cel.Type {
	switch k {
	case Bool:
		return cel.BoolType
	case Int:
		return cel.IntType
	}
	return cel.StringType
}

// Program is a compiled expression, safe for concurrent use.
type Program struct {
	name  string
	run   eval
	kind  Kind
	list  *List
	reads []string
}

// Kind returns the kind of the program's result.
func (p *Program) Kind() Kind { return p.kind }

// List returns the list that a Choice result is a position of; nil for other
// kinds.
func (p *Program) List() *List { return p.list }

// Reads returns the names the program reads, sorted: variables by their name,
// fields as "object.field" with the name of the object's type.
func (p *Program) Reads() []string { return p.reads }

// Compile parses, checks and translates an expression. The result must be of
// the kind want (0: any scalar), and of the given list for a Choice. Errors
// name the rule, the line and column inside the expression, and what is wrong:
// an unknown name, a code its list does not have, mixed kinds, or a worst-case
// cost beyond the schema's limit.
func (e *Env) Compile(name, expr string, want Kind, list *List) (*Program, error) {
	checked, issues := e.cel.Compile(expr)
	if issues.Err() != nil {
		var l errs.List
		for _, i := range issues.Errors() {
			l.Add(bad(name, i.Location, i.Message, "see the names and lists the rule may use"))
		}
		return nil, l.Err()
	}
	estimate, err := e.cel.EstimateCost(checked, sizer{e.sizes})
	if err != nil {
		return nil, &errs.Error{Kind: errs.Invalid, Field: name, What: "its cost cannot be estimated", Err: err}
	}
	if estimate.Max > e.maxCost {
		return nil, errs.Bad(name, fmt.Sprintf("its worst case takes %d steps, the limit is %d", estimate.Max, e.maxCost),
			"avoid a loop inside a loop")
	}
	t := translator{env: e, info: checked.NativeRep().SourceInfo(), name: name}
	out := t.expr(checked.NativeRep().Expr(), list)
	if len(t.errs) > 0 {
		return nil, t.errs.Err()
	}
	if want != 0 && out.kind != want {
		return nil, errs.Bad(name, "the expression gives "+out.kind.String()+", expected "+want.String(), "change the expression")
	}
	if out.kind == Choice && list != nil && out.list != list {
		return nil, errs.Bad(name, "the expression gives a code of another list, expected one of "+list.Name, "use the codes of that list")
	}
	slices.Sort(t.reads)
	return &Program{name: name, run: out.run, kind: out.kind, list: out.list, reads: slices.Compact(t.reads)}, nil
}

func bad(name string, at common.Location, what, fix string) error {
	return errs.Bad(fmt.Sprintf("%s %d:%d", name, at.Line(), at.Column()+1), strings.TrimSpace(what), fix)
}

// provider tells cel-go the fields of the schema's objects.
type provider struct {
	types.Provider

	objects map[string]*Object
}

func (p provider) add(o *Object) error {
	if _, done := p.objects[o.Name]; done {
		return nil
	}
	p.objects[o.Name] = o
	var l errs.List
	seen := map[string]bool{}
	for _, f := range o.Fields {
		path := o.Name + "." + f.Name
		if seen[f.Name] {
			l.Addf(path, "give one of them another name", "the field is declared twice")
		}
		seen[f.Name] = true
		l.Add(checkField(path, f))
	}
	return l.Err()
}

// FindStructType implements types.Provider.
func (p provider) FindStructType(name string) (*types.Type, bool) {
	if _, ok := p.objects[name]; ok {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldNames implements types.Provider.
func (p provider) FindStructFieldNames(name string) ([]string, bool) {
	o, ok := p.objects[name]
	if !ok {
		return p.Provider.FindStructFieldNames(name)
	}
	names := make([]string, len(o.Fields))
	for i, f := range o.Fields {
		names[i] = f.Name
	}
	return names, true
}

// FindStructFieldType implements types.Provider.
func (p provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	o, ok := p.objects[name]
	if !ok {
		return p.Provider.FindStructFieldType(name, field)
	}
	for _, f := range o.Fields {
		if f.Name == field {
			return &types.FieldType{Type: celType(f.Kind)}, true
		}
	}
	return nil, false
}

// NewValue refuses: rules read objects and never make them.
func (p provider) NewValue(string, map[string]ref.Val) ref.Val {
	return types.NewErr("rules do not make objects")
}

// sizer bounds the lists of the schema for the estimate of cost.
type sizer struct{ sizes map[string]uint64 }

// EstimateSize implements cost.Estimator.
func (s sizer) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	if p := n.Path(); len(p) == 1 {
		if most, ok := s.sizes[p[0]]; ok {
			return &cost.SizeEstimate{Min: 0, Max: most}
		}
	}
	// Codes are short; comparing two of them compares two integers.
	if n.Type().Kind() == types.StringKind {
		return &cost.SizeEstimate{Min: 0, Max: 1}
	}
	return nil
}

// EstimateCallCost implements cost.Estimator; cel-go's own figures hold.
func (s sizer) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

// macros are the loops an expression may write. count and sum fold into one
// whole number and build no list; their step adds to the accumulator on every
// round, so that states met on the way are never lost to a later one.
func macros() []cel.Macro {
	return []cel.Macro{
		parser.AllMacro, parser.ExistsMacro,
		cel.ReceiverMacro("count", 2, func(h cel.MacroExprFactory, target ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
			one := h.NewCall(operators.Conditional, args[1], h.NewLiteral(types.Int(1)), h.NewLiteral(types.Int(0)))
			return fold(h, target, args[0], one)
		}),
		cel.ReceiverMacro("sum", 2, func(h cel.MacroExprFactory, target ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
			return fold(h, target, args[0], args[1])
		}),
	}
}

func fold(h cel.MacroExprFactory, target, name, term ast.Expr) (ast.Expr, *common.Error) {
	if name.Kind() != ast.IdentKind {
		return nil, h.NewError(name.ID(), "the first argument must be a simple name")
	}
	return h.NewComprehension(target, name.AsIdent(), h.AccuIdentName(), h.NewLiteral(types.Int(0)),
		h.NewLiteral(types.True), h.NewCall(operators.Add, h.NewAccuIdent(), term), h.NewAccuIdent()), nil
}
