package synth_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"runtime"
	"slices"
	"testing"

	"sijil/internal/synth"
)

// The SHA-256 of the first 1,000 households of seed 1 and of their persons.
// They change when the figures, the names, the questionnaire's lists or the
// order of draws change, and never with the machine: after such a change,
// look at the summary, then put the new sums here.
const (
	goldenHouseholds = "2608f922e97501de1798b04b144b6d497f72ce240364e37b3c7465c5e13e6439"
	goldenPersons    = "ff03622f401af118aff9660e8659e62d36b05427a80750116ff1ed6662943d7f"
)

func generate(t *testing.T, seed uint64, n int) (households, persons []byte) {
	t.Helper()
	var h, p bytes.Buffer
	err := reference(t).model.Generate(context.Background(), synth.Writers{Households: &h, Persons: &p}, seed, n, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h.Bytes(), p.Bytes()
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func TestSameSeedSameBytes(t *testing.T) {
	h, p := generate(t, 1, 1000)
	if got := sum(h); got != goldenHouseholds {
		t.Errorf("households: %s", got)
	}
	if got := sum(p); got != goldenPersons {
		t.Errorf("persons: %s", got)
	}
	// Not parallel: it changes how many goroutines make chunks.
	h, p = generate(t, 7, 3000)
	for _, procs := range []int{1, 2, 5} {
		before := runtime.GOMAXPROCS(procs)
		h2, p2 := generate(t, 7, 3000)
		runtime.GOMAXPROCS(before)
		if !bytes.Equal(h, h2) || !bytes.Equal(p, p2) {
			t.Errorf("%d processors give other bytes", procs)
		}
	}
	if other, _ := generate(t, 8, 3000); bytes.Equal(h, other) {
		t.Error("another seed gives the same bytes")
	}
	if longer, _ := generate(t, 7, 3001); !bytes.HasPrefix(longer, h) {
		t.Error("more households change the first ones")
	}
}

// TestHouseholdDependsOnNothingElse makes households backwards into one buffer
// and compares them with those made alone.
func TestHouseholdDependsOnNothingElse(t *testing.T) {
	t.Parallel()
	c := reference(t)
	var used synth.Household
	for i := 999; i >= 0; i-- {
		c.model.Household(3, i, &used)
		var fresh synth.Household
		c.model.Household(3, i, &fresh)
		if !bytes.Equal(c.q.AppendJSON(nil, &used.Declaration), c.q.AppendJSON(nil, &fresh.Declaration)) {
			t.Fatalf("household %d depends on what was in the buffer", i)
		}
		if !slices.Equal(used.Persons, fresh.Persons) {
			t.Fatalf("persons of household %d depend on what was in the buffer", i)
		}
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	var told []int
	err := reference(t).model.Generate(context.Background(), synth.Writers{}, 1, 2000, func(done int) { told = append(told, done) })
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(told) || len(told) < 2 || told[len(told)-1] != 2000 {
		t.Errorf("told %v", told)
	}
	if err := reference(t).model.Generate(context.Background(), synth.Writers{}, 1, 0, nil); err != nil {
		t.Errorf("no households: %v", err)
	}
}

type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errors.New("no space left")
	}
	return len(p), nil
}

func TestGenerateStops(t *testing.T) {
	t.Parallel()
	m := reference(t).model
	if err := m.Generate(context.Background(), synth.Writers{Households: &full{1_000_000}}, 1, 100_000_000, nil); err == nil {
		t.Error("a full disk is no error")
	}
	if err := m.Generate(context.Background(), synth.Writers{Persons: &full{1_000_000}}, 1, 100_000_000, nil); err == nil {
		t.Error("a full disk is no error for persons")
	}
	ctx, cancel := context.WithCancel(context.Background())
	err := m.Generate(ctx, synth.Writers{Households: io.Discard}, 1, 100_000_000, func(int) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
