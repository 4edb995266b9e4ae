package trial_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/internal/store"
	"sijil/internal/uid"
)

// Acts on different households, done in any order, leave the same: the acts of
// each household keep theirs.
func TestOrderOfIndependentActs(t *testing.T) {
	t.Parallel()
	const houses = 6
	var first *twin
	rapid.Check(t, func(rt *rapid.T) {
		w := newTwin(t, store.SQLite, 4)
		st := newStreet(w.model, 4, 0, 0)
		receipts := make([]map[string]uid.Ref, houses)
		var open []int // houses with acts to do
		todo := make([][]act, houses)
		for n := range houses {
			h, err := st.house(n)
			if err != nil {
				rt.Fatal(err)
			}
			open, todo[n], receipts[n] = append(open, n), h.acts(), map[string]uid.Ref{}
		}
		for len(open) > 0 {
			n := rapid.SampledFrom(open).Draw(rt, "house")
			a := todo[n][0]
			if todo[n] = todo[n][1:]; len(todo[n]) == 0 {
				open = slices.DeleteFunc(open, func(o int) bool { return o == n })
			}
			got, err := st.houses[n].do(t.Context(), w.System, fmt.Sprintf("%d-%s", n, a), a)
			if err != nil {
				rt.Fatalf("%s of household %d: %v", a, n, err)
			}
			if a.kind == "enrol" || a.kind == "witnessed" {
				receipts[n][a.String()] = got.Receipt
			}
		}
		if err := w.Settle(t.Context()); err != nil {
			rt.Fatal(err)
		}
		for n, h := range st.houses { // named by household, not by when they came
			for _, a := range h.acts() {
				if r := receipts[n][a.String()]; r != "" {
					w.receipts = append(w.receipts, r)
				}
			}
			if h.filed != nil {
				w.ids = append(w.ids, h.filed.ID)
			}
		}
		if first == nil {
			first = w
		}
		if d := first.differs(w); len(d) > 0 {
			rt.Fatal(strings.Join(d, "\n"))
		}
	})
}
