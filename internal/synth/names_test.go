package synth_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"unicode"
)

type nameRow struct {
	kind          string
	arabic, latin []string
}

func nameTable(t *testing.T) []nameRow {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(reference(t).inputs.Names)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	split := func(usual, others string) []string {
		return append([]string{usual}, strings.FieldsFunc(others, func(r rune) bool { return r == '|' })...)
	}
	out := make([]nameRow, 0, len(rows))
	for _, r := range rows[1:] {
		out = append(out, nameRow{r[0], split(r[1], r[2]), split(r[3], r[4])})
	}
	return out
}

// TestNameTable holds the table to its scripts, its size and its variants.
func TestNameTable(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	seen := map[string]bool{}
	for _, r := range nameTable(t) {
		count[r.kind]++
		if key := r.kind + r.arabic[0]; seen[key] {
			t.Errorf("%s stands twice", r.arabic[0])
		} else {
			seen[key] = true
		}
		if len(r.latin) < 2 || len(r.latin) > 7 {
			t.Errorf("%s has %d spellings", r.latin[0], len(r.latin))
		}
		for i, s := range r.latin {
			if strings.ContainsFunc(s, func(c rune) bool { return !unicode.Is(unicode.Latin, c) && !strings.ContainsRune(" -'’.", c) }) {
				t.Errorf("%s is not Latin", s)
			}
			if slices.Contains(r.latin[:i], s) {
				t.Errorf("%s is given twice", s)
			}
		}
		for i, s := range r.arabic {
			if strings.ContainsFunc(s, func(c rune) bool { return !unicode.Is(unicode.Arabic, c) && !strings.ContainsRune(" .", c) }) {
				t.Errorf("%s is not Arabic", s)
			}
			if slices.Contains(r.arabic[:i], s) {
				t.Errorf("%s is given twice", s)
			}
		}
	}
	for kind, least := range map[string]int{"first_m": 150, "first_f": 150, "family": 250} {
		if count[kind] < least {
			t.Errorf("%d names of kind %s, want %d", count[kind], kind, least)
		}
	}
}

// TestDistinctNames: محمد and امحمد are two names, and brothers may bear one
// each.
func TestDistinctNames(t *testing.T) {
	t.Parallel()
	find := func(arabic string) nameRow {
		for _, r := range nameTable(t) {
			if r.kind == "first_m" && r.arabic[0] == arabic {
				return r
			}
		}
		t.Fatalf("no %s", arabic)
		return nameRow{}
	}
	a, b := find("محمد"), find("امحمد")
	for _, s := range slices.Concat(a.latin, a.arabic) {
		if slices.Contains(slices.Concat(b.latin, b.arabic), s) {
			t.Errorf("%s is a spelling of both", s)
		}
	}
}
