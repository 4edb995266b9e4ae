package demo_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"sijil/internal/demo"
	"sijil/internal/errs"
	"sijil/internal/system"
)

// figures are counts that are the same however often a demo was cut off.
// Looks are not: whoever goes on looks again.
var figures = map[string][]string{
	system.PopulationStore: {
		"persons", "enrolments", "enrolments WHERE state = 'numbered'", "enrolments WHERE state = 'awaiting_acceptance'", "vouchings",
		"records", "relations", "consents WHERE withdrawn_at IS NOT NULL",
		"cases WHERE state = 'open'", "cases WHERE state <> 'open'", "case_opinions", "enrolments WHERE state = 'in_judgement'", "enrolments WHERE state = 'refused'",
	},
	system.SocialStore: {"households", "households WHERE draft > 0", "household_versions", "household_scores", "household_tasks", "programme_outcomes",
		"custody_disputes WHERE state = 'open'", "custody_disputes WHERE state = 'moved'", "custody_disputes WHERE state = 'stayed'",
	},
	system.AgencyStore: {"staff"},
}

func (d *trial) figures() map[string]int64 {
	d.t.Helper()
	out := map[string]int64{}
	for name, list := range figures {
		for _, what := range list {
			out[what] = d.count(name, "SELECT count(*) FROM "+what)
		}
	}
	return out
}

// TestLoad puts a small sample through the registers and looks at what is there.
func TestLoad(t *testing.T) {
	t.Parallel()
	d := newTrial(t, 126)
	l, err := d.load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := l.Refused(); n > 0 {
		t.Errorf("%d acts were refused: %v", n, l.Noes())
	}
	if !d.kept.Loaded || d.kept.Reached != 126 {
		t.Errorf("kept %+v", d.kept)
	}
	for what, n := range d.figures() {
		if n == 0 {
			t.Errorf("there are no %s", what)
		}
	}
	shows := map[string]bool{}
	for _, x := range d.kept.Examples {
		shows[x.Shows] = true
	}
	for _, want := range []string{
		demo.ShowsWitnesses, demo.ShowsAwaiting, demo.ShowsCorrection, demo.ShowsCustody, demo.ShowsAgain, demo.ShowsDeparture, demo.ShowsRefusal, demo.ShowsDraft, demo.ShowsPlain,
	} {
		if !shows[want] {
			t.Errorf("no example shows %s", want)
		}
	}
	for month := range 6 { // the work of half a year
		from := now.AddDate(0, 0, -30*(month+1))
		if d.count(system.SocialStore, "SELECT count(*) FROM households WHERE created_at > $1 AND created_at < $2", from, from.AddDate(0, 0, 30)) < 10 {
			t.Errorf("hardly a household came in the 30 days from %s", from)
		}
	}
	last := d.told[len(d.told)-1]
	if last.Stage != demo.StageDone || last.Done != 126 || last.Of != 126 {
		t.Errorf("told at the end: %+v", last)
	}
	if d.clock.Now().Before(now) {
		t.Error("the clock stayed in the past")
	}
}

// TestGoesOn cuts the loading off at several points, and compares what it
// comes to with a loading that was left alone.
func TestGoesOn(t *testing.T) {
	t.Parallel()
	whole := newTrial(t, 60)
	if _, err := whole.load(nil); err != nil {
		t.Fatal(err)
	}
	want := whole.figures()
	for _, at := range [][]int{{0}, {1}, {26, 27, 45}, {59}} {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			t.Parallel()
			d := newTrial(t, 60)
			for _, done := range at {
				_, err := d.load(func(p demo.Progress) bool { return p.Stage == demo.StageHouseholds && p.Done >= done })
				if !errors.Is(err, context.Canceled) || d.kept.Loaded {
					t.Fatalf("cut off at %d: %v", done, err)
				}
				d.again()
			}
			l, err := d.load(nil)
			if err != nil {
				t.Fatal(err)
			}
			if n := l.Refused(); n > 0 {
				t.Errorf("%d acts were refused: %v", n, l.Noes())
			}
			for what, n := range d.figures() {
				if n != want[what] {
					t.Errorf("%d %s, %d when left alone", n, what, want[what])
				}
			}
		})
	}
}

// TestTooOld does not go on with a demo whose keys may be forgotten.
func TestTooOld(t *testing.T) {
	t.Parallel()
	d := newTrial(t, 6)
	d.kept.Begun = now.AddDate(0, 0, -26)
	if _, err := d.load(nil); codeOf(err) != "demo.too_old" {
		t.Error(err)
	}
	if n := d.count(system.AgencyStore, "SELECT count(*) FROM staff"); n != 0 {
		t.Errorf("%d accounts", n)
	}
}

// TestSmall loads samples with too few people for everything that happens.
func TestSmall(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 3; n++ {
		d := newTrial(t, n)
		if _, err := d.load(nil); err != nil {
			t.Errorf("%d households: %v", n, err)
		}
	}
}

// TestFingerprint: another seed is another sample, the same one is the same.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	m, err := modelOf(day)
	if err != nil {
		t.Fatal(err)
	}
	var sums []string
	for _, seed := range []uint64{1, 2, 1} {
		sum, err := demo.Fingerprint(m, seed)
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, sum)
	}
	if sums[0] == sums[1] || sums[0] != sums[2] {
		t.Error(sums)
	}
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ""
}
