package household_test

import (
	"context"
	"testing"

	"sijil/household"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/programme"
	"sijil/questionnaire"
)

func TestTheSchemaIsAsListed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, sets, func(t *testing.T, db *store.DB) { t.Helper(); storetest.Fields(t, db, "social") })
}

// TestGolden declares the six golden households through the service. The
// indexes were computed independently from the published coefficients.
func TestGolden(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		want := []struct{ index, tadamon, asd string }{
			{"9.4563944", "above", "at_or_below"},
			{"9.3626150", "above", "at_or_below"},
			{"10.4604364", "above", "above"},
			{"10.0178904", "above", "above"},
			{"8.7790733", "at_or_below", "at_or_below"},
			{"9.6002600", "above", "at_or_below"},
		}
		for i, g := range goldens(t) {
			_, d := r.family(g)
			f := r.declare(d)
			if f.Index != want[i].index {
				t.Errorf("golden %d: index %s, want %s", i+1, f.Index, want[i].index)
			}
			v := r.view(f.Household)
			if v.Score.Index.String() != want[i].index || v.Score.Low != v.Score.High || len(v.History) != 1 {
				t.Errorf("golden %d: in force %s of %d scores", i+1, v.Score.Index, len(v.History))
			}
			parts, err := v.Score.Contributions()
			if err != nil || len(parts) < 20 {
				t.Errorf("golden %d: %d contributions, %v", i+1, len(parts), err)
			}
			out, err := r.programmes.Of(context.Background(), officer, f.ID, f.Score)
			if err != nil || len(out) != 2 {
				t.Fatalf("golden %d: %d outcomes, %v", i+1, len(out), err)
			}
			if string(out[0].Standing) != want[i].tadamon || string(out[1].Standing) != want[i].asd {
				t.Errorf("golden %d: outcomes %s and %s", i+1, out[0].Standing, out[1].Standing)
			}
			if out[0].Threshold.String() != "9.3264284" || out[0].Reason != programme.Compared {
				t.Errorf("golden %d: threshold %s, reason %s", i+1, out[0].Threshold, out[0].Reason)
			}
		}
	})
}

// TestAChildWithoutNumber shows the index both ways: taking one child without
// a number out moves the second golden household from 9.3626 to 9.5823.
func TestAChildWithoutNumber(t *testing.T) {
	each(t, func(r *rig) {
		t := r.t
		_, d := r.family(goldens(t)[1])
		last := &d.Members[3]
		born := last.Claim.Birth
		last.Claim, last.Awaiting = nil, &household.Unregistered{Birth: born, Sex: questionnaire.Male}
		last.Answers = with(last.Answers, map[string]any{"awaiting_number": true})
		f := r.declare(d)
		if f.Index != "9.3626150" || f.Awaiting != 1 || f.Otherwise != "9.5822633" {
			t.Errorf("index %s, %d awaiting, otherwise %s", f.Index, f.Awaiting, f.Otherwise)
		}
		if f.Lines[3].Standing != household.Awaiting || !f.Lines[3].Counted {
			t.Errorf("line %+v", f.Lines[3])
		}
		// Above the first threshold either way; the second hinges on nothing.
		out, err := r.programmes.Of(context.Background(), officer, f.ID, f.Score)
		if err != nil || out[0].Standing != programme.Above || out[1].Standing != programme.AtOrBelow || out[1].Hinges != "" {
			t.Errorf("outcomes %+v, %v", out, err)
		}
		// The next declaration leaves the child out.
		d.Members = d.Members[:3]
		if f2 := r.declare(again(f, d)); f2.Index != "9.5822633" {
			t.Errorf("index %s without the child", f2.Index)
		}
	})
}
