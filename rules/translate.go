package rules

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"sijil/internal/errs"
)

// eval is a step of a compiled expression.
type eval func(*Facts) Value

// typed is a translated expression with what is known of its result.
type typed struct {
	run   eval
	kind  Kind
	list  *List
	fixed bool  // the value is known now
	value int64 // then this one
}

// translator turns a checked expression into closures, collecting every fault.
type translator struct {
	env   *Env
	info  *ast.SourceInfo
	name  string
	loops []bound
	reads []string
	errs  errs.List
}

type bound struct {
	item   string
	object *Object
	accu   string
	kind   Kind
}

func (t *translator) fail(e ast.Expr, fix, format string, args ...any) typed {
	t.errs.Add(bad(t.name, t.info.GetStartLocation(e.ID()), fmt.Sprintf(format, args...), fix))
	return typed{run: func(*Facts) Value { return Value{} }}
}

// expr translates e; text in it must be a code of list.
func (t *translator) expr(e ast.Expr, list *List) typed {
	switch e.Kind() {
	case ast.LiteralKind:
		return t.literal(e, list)
	case ast.IdentKind:
		return t.ident(e)
	case ast.SelectKind:
		return t.field(e)
	case ast.CallKind:
		return t.call(e, list)
	case ast.ComprehensionKind:
		return t.loop(e)
	}
	return t.fail(e, "write truths, whole numbers, codes and loops over them", "this construction is not part of rules")
}

func (t *translator) literal(e ast.Expr, list *List) typed {
	switch v := e.AsLiteral().(type) {
	case types.Bool:
		return constant(Bool, nil, Truth(bool(v)).Int)
	case types.Int:
		return constant(Int, nil, int64(v))
	case types.String:
		if list == nil {
			return t.fail(e, "compare it with a choice", "text stands where no list says what it may be")
		}
		pos, ok := list.Position(string(v))
		if !ok {
			return t.fail(e, "use one of: "+strings.Join(list.Codes, ", "), "%s has no code %q", list.Name, string(v))
		}
		return constant(Choice, list, int64(pos))
	}
	return t.fail(e, "write truths, whole numbers and codes", "this kind of constant is not part of rules")
}

func constant(k Kind, list *List, n int64) typed {
	v := Value{Int: n}
	return typed{run: func(*Facts) Value { return v }, kind: k, list: list, fixed: true, value: n}
}

func (t *translator) ident(e ast.Expr) typed {
	name := e.AsIdent()
	for i, l := range slices.Backward(t.loops) {
		if l.accu == name {
			return typed{run: func(f *Facts) Value { return f.loops[i].accu }, kind: l.kind}
		}
		if l.item == name {
			return t.fail(e, "read one of its fields", "an object stands where a value is needed")
		}
	}
	if s, ok := t.env.scalars[name]; ok {
		at := s.at
		t.reads = append(t.reads, name)
		return typed{run: func(f *Facts) Value { return f.Scalars[at] }, kind: s.field.Kind, list: s.field.List}
	}
	return t.fail(e, "read one of its fields, or loop over it", "an object stands where a value is needed")
}

func (t *translator) field(e ast.Expr) typed {
	sel := e.AsSelect()
	if sel.IsTestOnly() || sel.Operand().Kind() != ast.IdentKind {
		return t.fail(e, "write object.field", "this construction is not part of rules")
	}
	name := sel.Operand().AsIdent()
	for i, l := range slices.Backward(t.loops) {
		if l.item == name {
			at, f := t.place(l.object, sel.FieldName())
			return typed{run: func(v *Facts) Value { return v.loops[i].item[at] }, kind: f.Kind, list: f.List}
		}
	}
	s, ok := t.env.objects[name]
	if !ok {
		return t.fail(e, "write object.field", "this construction is not part of rules")
	}
	object := s.at
	at, f := t.place(s.object, sel.FieldName())
	return typed{run: func(v *Facts) Value { return v.Objects[object][at] }, kind: f.Kind, list: f.List}
}

// place finds a field; the checker has made sure that it exists.
func (t *translator) place(o *Object, name string) (int, Field) {
	t.reads = append(t.reads, o.Name+"."+name)
	for i, f := range o.Fields {
		if f.Name == name {
			return i, f
		}
	}
	return 0, Field{}
}

func (t *translator) call(e ast.Expr, list *List) typed {
	c := e.AsCall()
	args := c.Args()
	switch c.FunctionName() {
	case operators.Equals, operators.NotEquals, operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
		return t.comparison(e, c.FunctionName(), args)
	case operators.In:
		return t.in(e, args)
	case operators.Conditional:
		cond, a, b := t.expr(args[0], nil), t.expr(args[1], list), t.expr(args[2], list)
		if a.kind != b.kind || a.list != b.list {
			return t.fail(e, "let both give the same kind", "the two sides give different kinds")
		}
		return typed{run: conditional(cond.run, a.run, b.run), kind: a.kind, list: a.list}
	case operators.LogicalAnd:
		return typed{run: decidedBy(0, t.expr(args[0], nil).run, t.expr(args[1], nil).run), kind: Bool}
	case operators.LogicalOr:
		return typed{run: decidedBy(1, t.expr(args[0], nil).run, t.expr(args[1], nil).run), kind: Bool}
	case operators.LogicalNot:
		return typed{run: not(t.expr(args[0], nil).run), kind: Bool}
	case operators.NotStrictlyFalse:
		return typed{run: notStrictlyFalse(t.expr(args[0], nil).run), kind: Bool}
	case operators.Negate:
		return t.arithmetic(e, operators.Subtract, constant(Int, nil, 0), t.expr(args[0], nil))
	case operators.Add, operators.Subtract, operators.Multiply, operators.Divide, operators.Modulo:
		return t.arithmetic(e, c.FunctionName(), t.expr(args[0], nil), t.expr(args[1], nil))
	case "size":
		return t.size(e, c)
	}
	return t.fail(e, "see the functions rules know", "this function is not part of rules")
}

func (t *translator) arithmetic(e ast.Expr, op string, a, b typed) typed {
	if a.kind != Int || b.kind != Int {
		return t.fail(e, "use whole numbers", "arithmetic is for whole numbers")
	}
	at := t.info.GetStartLocation(e.ID())
	return typed{run: arithmetic(op, a.run, b.run, failure{line: at.Line(), column: at.Column() + 1}), kind: Int}
}

// sides translates two operands that are compared, giving text on either side
// the list of the other.
func (t *translator) sides(e ast.Expr, x, y ast.Expr) (a, b typed, ok bool) {
	if isText(x) {
		b = t.expr(y, nil)
		a = t.expr(x, b.list)
	} else {
		a = t.expr(x, nil)
		b = t.expr(y, a.list)
	}
	if a.kind == 0 || b.kind == 0 {
		return a, b, false // its fault is reported
	}
	if a.kind != b.kind || a.list != b.list {
		t.fail(e, "compare values of one kind and list", "%s is compared with %s of another list or kind", a.kind, b.kind)
		return a, b, false
	}
	return a, b, true
}

func isText(e ast.Expr) bool {
	if e.Kind() != ast.LiteralKind {
		return false
	}
	_, ok := e.AsLiteral().(types.String)
	return ok
}

func (t *translator) comparison(e ast.Expr, op string, args []ast.Expr) typed {
	a, b, ok := t.sides(e, args[0], args[1])
	if !ok {
		return typed{run: a.run, kind: Bool}
	}
	if a.kind == Choice && op != operators.Equals && op != operators.NotEquals {
		return t.fail(e, "compare codes with == or in", "codes have no order")
	}
	if b.fixed {
		return typed{run: compareWith(op, a.run, b.value), kind: Bool}
	}
	return typed{run: compare(op, a.run, b.run), kind: Bool}
}

// in translates x in [a, b, …]; the list must be written out.
func (t *translator) in(e ast.Expr, args []ast.Expr) typed {
	if args[1].Kind() != ast.ListKind {
		return t.fail(e, "write the list out, as in ['a', 'b']", "this list is not known in advance")
	}
	a := t.expr(args[0], nil)
	var values []int64
	for _, el := range args[1].AsList().Elements() {
		b := t.expr(el, a.list)
		if b.kind == 0 || a.kind == 0 {
			continue
		}
		if !b.fixed || b.kind != a.kind || b.list != a.list {
			return t.fail(el, "list constants of the same kind", "this element cannot be compared")
		}
		values = append(values, b.value)
	}
	return typed{run: oneOf(a.run, values), kind: Bool}
}

func (t *translator) size(e ast.Expr, c ast.CallExpr) typed {
	target := c.Target()
	if !c.IsMemberFunction() && len(c.Args()) == 1 {
		target = c.Args()[0]
	}
	if target == nil || target.Kind() != ast.IdentKind {
		return t.fail(e, "take the size of a declared list", "this has no size")
	}
	s, ok := t.env.lists[target.AsIdent()]
	if !ok {
		return t.fail(e, "take the size of a declared list", "this has no size")
	}
	at := s.at
	return typed{run: func(f *Facts) Value { return Value{Int: int64(len(f.Lists[at]))} }, kind: Int}
}

func (t *translator) loop(e ast.Expr) typed {
	c := e.AsComprehension()
	if c.IterRange().Kind() != ast.IdentKind {
		return t.fail(e, "loop over a declared list", "this is not a declared list")
	}
	s, ok := t.env.lists[c.IterRange().AsIdent()]
	if !ok {
		return t.fail(e, "loop over a declared list", "this is not a declared list")
	}
	depth := len(t.loops)
	if depth == maxLoops {
		return t.fail(e, "avoid a loop inside a loop", "loops are nested too deeply")
	}
	init := t.expr(c.AccuInit(), nil)
	t.loops = append(t.loops, bound{item: c.IterVar(), object: s.object, accu: c.AccuVar(), kind: init.kind})
	cond := t.expr(c.LoopCondition(), nil)
	step := t.expr(c.LoopStep(), nil)
	result := t.expr(c.Result(), nil)
	t.loops = t.loops[:depth]
	return typed{run: repeat(s.at, depth, init.value, cond, step.run), kind: result.kind}
}
