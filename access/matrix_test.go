package access_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
)

var update = flag.Bool("update", false, "write the golden files anew")

const matrixFile = "testdata/matrix.golden"

// kindOf is a kind of caller that may hold the role.
func kindOf(r access.Role) access.Kind {
	switch r {
	case access.Partner:
		return access.Client
	case access.Resident:
		return access.Person
	case access.Job, access.SocialRegister:
		return access.System
	}
	return access.Staff
}

// stated are the four ways of stating purpose and case, in the order of the
// letters of a cell.
var stated = []func(*access.Caller){
	func(*access.Caller) {},
	func(c *access.Caller) { c.Purpose, c.Basis = "enrolment", "law" },
	func(c *access.Caller) { c.Case = "case" },
	func(c *access.Caller) { c.Purpose, c.Basis, c.Case = "enrolment", "law", "case" },
}

// letter is the answer of May: allowed, or which of the three refusals.
func letter(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return "+"
	}
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != errs.Denied {
		t.Fatalf("a refusal that is not one: %v", err)
	}
	switch e.Code {
	case "access.denied":
		return "-"
	case "access.purpose":
		return "p"
	case "access.case":
		return "c"
	}
	t.Fatalf("a refusal of unknown code %q", e.Code)
	return ""
}

// cell is what a role gets from an operation in the four ways.
func cell(t *testing.T, op access.Operation, r access.Role) string {
	t.Helper()
	var b strings.Builder
	for _, state := range stated {
		c := access.Caller{Kind: kindOf(r), Actor: uid.ID{1}, Roles: []access.Role{r}, Areas: []string{access.AnyArea}}
		state(&c)
		b.WriteString(letter(t, c.May(op)))
	}
	return b.String()
}

// TestMatrix asks for every operation, as every role, with and without a
// purpose and a case, and compares with what was agreed. A changed line is a
// changed right: read it before -update.
func TestMatrix(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	fmt.Fprintln(&b, "# operation role: what is answered with nothing stated, with a purpose, with a case, with both")
	fmt.Fprintln(&b, "# + allowed, - denied, p a purpose is missing, c a case is missing")
	cells := 0
	for _, op := range access.Operations() {
		for _, r := range access.Roles {
			fmt.Fprintf(&b, "%s %s %s\n", op, r, cell(t, op, r))
			cells++
		}
	}
	if want := len(access.Operations()) * len(access.Roles); cells != want || cells < 300 {
		t.Fatalf("%d cells, want %d", cells, want)
	}
	golden(t, matrixFile, b.Bytes())
}

// golden compares with a file, or writes it anew.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for _, line := range g {
		if !slices.Contains(w, line) {
			t.Errorf("%s: new: %s", file, line)
		}
	}
	for _, line := range w {
		if !slices.Contains(g, line) {
			t.Errorf("%s: gone: %s", file, line)
		}
	}
	t.Errorf("%s differs from what the code says; if that is meant, run the test with -update", file)
}

// TestEveryOperationHasItsLine reads the source: an operation without a line in
// the table would be denied to everybody, silently.
func TestEveryOperationHasItsLine(t *testing.T) {
	t.Parallel()
	ops := access.Operations()
	for _, d := range declared(t) {
		if !slices.Contains(ops, access.Operation(d.value)) {
			t.Errorf("%s (%s) has no line in the table", d.name, d.value)
		}
		if d.about == "" {
			t.Errorf("%s (%s) has no comment beside it, which docs/access.md is made of", d.name, d.value)
		}
	}
	if len(declared(t)) != len(ops) {
		t.Errorf("%d operations are declared, %d have a line", len(declared(t)), len(ops))
	}
	for _, op := range ops {
		if !slices.ContainsFunc(access.Roles, func(r access.Role) bool { return strings.Contains(cell(t, op, r), "+") }) {
			t.Errorf("nobody may do %s", op)
		}
	}
	for _, r := range access.Roles {
		if !slices.ContainsFunc(ops, func(op access.Operation) bool { return strings.Contains(cell(t, op, r), "+") }) {
			t.Errorf("%s may do nothing", r)
		}
	}
}
