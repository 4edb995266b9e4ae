package demo_test

import (
	"testing"

	"sijil/internal/system"
)

// TestLoad puts a small sample through the registers and looks at what is there.
func TestLoad(t *testing.T) {
	t.Parallel()
	d := newTrial(t, 120)
	l, err := d.load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := l.Refused(); n > 0 {
		t.Errorf("%d acts were refused: %v", n, l.Noes())
	}
	for _, x := range d.kept.Examples {
		t.Log(x)
	}
	for _, q := range []string{"SELECT count(*) FROM persons", "SELECT count(*) FROM enrolments WHERE state = 'numbered'", "SELECT count(*) FROM enrolments WHERE state <> 'numbered'"} {
		t.Log(q, d.count(system.PopulationStore, q))
	}
	for _, q := range []string{"SELECT count(*) FROM households", "SELECT count(*) FROM household_scores", "SELECT count(*) FROM household_tasks", "SELECT count(*) FROM programme_outcomes"} {
		t.Log(q, d.count(system.SocialStore, q))
	}
}
