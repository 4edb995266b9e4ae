package questionnaire_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sijil/formula"
	"sijil/questionnaire"
)

func clone(d *questionnaire.Declaration) *questionnaire.Declaration {
	c := *d
	c.Answers = slices.Clone(d.Answers)
	c.Members = slices.Clone(d.Members)
	for i := range c.Members {
		c.Members[i].Answers = slices.Clone(c.Members[i].Answers)
	}
	return &c
}

// everyVariable are the variables of the reference country.
func everyVariable() []string {
	out := make([]string, 0, len(morocco().Derivations))
	for _, d := range morocco().Derivations {
		out = append(out, d.Variable)
	}
	return out
}

func drawPlace(t *rapid.T) questionnaire.Place {
	return rapid.SampledFrom([]questionnaire.Place{urban, rural}).Draw(t, "place")
}

// Members may be declared in any order.
func TestOrderOfMembersDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlace(t)
		d := drawDeclaration(t, p)
		other := clone(d)
		other.Members = rapid.Permutation(other.Members).Draw(t, "order")
		v, err := morocco().Deriver(everyVariable())
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []questionnaire.Options{{}, {Awaiting: questionnaire.NotCounted}} {
			a, errA := v.Derive(nil, d, p, o)
			b, errB := v.Derive(nil, other, p, o)
			if (errA == nil) != (errB == nil) || !slices.Equal(a, b) {
				t.Fatalf("%v %v\n%v\n%v", errA, errB, a, b)
			}
		}
	})
}

// A declaration that passed is written, read and passes again, unchanged.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q, p := morocco(), drawPlace(t)
		d := drawDeclaration(t, p)
		text := q.AppendJSON(nil, d)
		again, err := q.ParseDeclaration(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := q.Check(again, p); err != nil {
			t.Fatal(err)
		}
		if twice := q.AppendJSON(nil, again); !bytes.Equal(text, twice) {
			t.Fatalf("%s\n%s", text, twice)
		}
	})
}

// No variable of an accepted declaration is a failure, a ratio has a
// denominator above zero, and shares lie between 0 and 1.
func TestEveryDeclarationHasItsVariables(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlace(t)
		d := drawDeclaration(t, p)
		v, err := morocco().Deriver(everyVariable())
		if err != nil {
			t.Fatal(err)
		}
		values, err := v.Derive(nil, d, p, questionnaire.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range everyVariable() {
			x := values[i]
			if x.State == formula.NotApplicable || x.State == formula.NotAsked {
				t.Errorf("%s: %s", name, x.State)
			}
			if x.State == formula.Present && (x.Den <= 0 || x.Num < 0 || strings.HasPrefix(name, "share_") && x.Num > x.Den) {
				t.Errorf("%s = %d/%d", name, x.Num, x.Den)
			}
		}
	})
}

// One answer unknown makes unknown the variables that need it and no others.
func TestUnknownSpreadsToWhatReadsIt(t *testing.T) {
	t.Parallel()
	q := morocco()
	base := declare(t, goldenLines(t)[0], urban)
	v, err := q.Deriver(everyVariable())
	if err != nil {
		t.Fatal(err)
	}
	before, err := v.Derive(nil, base, urban, questionnaire.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range append(slices.Clone(q.Household), q.Member...) {
		if item.Code == "relation" || item.Code == "presence" || item.Code == "awaiting_number" {
			continue
		}
		d := clone(base)
		reads := item.Code
		if item.Level == questionnaire.OfMember {
			reads = "member." + item.Code
			d.Members[0].Answers[item.Position()] = questionnaire.Answer{Given: true, State: formula.Unknown}
		} else {
			d.Answers[item.Position()] = questionnaire.Answer{Given: true, State: formula.Unknown}
		}
		after, err := v.Derive(nil, d, urban, questionnaire.Options{})
		if err != nil {
			t.Fatal(err)
		}
		hit := false
		for i, r := range q.Derivations {
			touched := slices.Contains(r.Reads(), reads)
			hit = hit || after[i].State == formula.Unknown
			if !touched && after[i] != before[i] {
				t.Errorf("%s changes %s, which does not read it", item.Code, r.Variable)
			}
			if after[i] != before[i] && after[i].State != formula.Unknown {
				t.Errorf("%s unknown makes %s = %v", item.Code, r.Variable, after[i])
			}
		}
		// Of the head, an adult who has a spouse, these two decide nothing; and
		// lighting only decides whether the meter is asked for.
		idle := item.Code == "school" || item.Code == "marital_status" || item.Code == "lighting"
		if !hit && item.Purpose == "index" && !idle {
			t.Errorf("%s unknown leaves every variable known", item.Code)
		}
	}
}
