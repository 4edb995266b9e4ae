package household_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sijil/household"
	"sijil/internal/store"
	"sijil/internal/storetest"
)

// village is one engine's register in the test of custody: adults, their
// children, and the households they have declared.
type village struct {
	*rig

	adults, kids []*someone
	homes        []*household.Filed
	lists        [][]int // who stands in the lines of each computed version: adults by place, children from 100 on
	log          string
}

// fate is one random act, the same in every village.
type fate struct {
	kind      string
	who, kid  int
	home      int
	with      []int // adults beside who declares
	kids      []int
	state     household.CustodyState
	byAct     bool
	outcome   household.DisputeState
	officer   int
	evidence  int
	decisions int
}

func (w *village) list(adults, kids []int) (household.Declaration, []int) {
	var all []household.Member
	var listed []int
	for i, n := range adults {
		relation := "other"
		if i == 0 {
			relation = "head"
		}
		all, listed = append(all, named(w.adults[n], adult(relation, "single"))), append(listed, n)
	}
	for _, n := range kids {
		all, listed = append(all, named(w.kids[n], child("other"))), append(listed, 100+n)
	}
	return w.house(home(w.t), all...), listed
}

func (w *village) say(f *household.Filed, err error) {
	if err != nil {
		w.log = strings.Join(codes(err), "; ")
		return
	}
	w.log = fmt.Sprintf("rev %d v%d index %s lines %v tasks %v", f.Revision, f.Version, f.Index, f.Lines, f.Tasks)
}

// act does it, and returns the children who may have lost their household by
// it: those whom somebody with custody took along.
func (w *village) act(o fate) (may []int) {
	ctx := context.Background()
	who, kid := w.adults[o.who], w.kids[o.kid]
	w.log = ""
	w.clock.Advance(time.Second)
	switch o.kind {
	case "declare":
		d, listed := w.list(append([]int{o.who}, o.with...), o.kids)
		f, err := w.svc.Declare(ctx, officer, w.key(), d)
		if err == nil {
			w.homes, w.lists = append(w.homes, f), append(w.lists, listed)
		}
		w.say(f, err)
	case "register":
		holder := household.Custodian{Token: who.token, ByAct: o.byAct}
		w.custodian(kid, o.state, holder)
		if o.state != household.CustodyHeld {
			w.custodian(kid, o.state)
		}
		w.log = fmt.Sprint(w.svc.CustodyRecorded(ctx, job, kid.token))
	case "die":
		w.people.change(who, func() { who.dead = true })
		w.log = fmt.Sprint(w.svc.PersonDied(ctx, job, who.token, w.ids.NewID()))
	case "child dies":
		w.people.change(kid, func() { kid.dead = true })
		w.log = fmt.Sprint(w.svc.PersonDied(ctx, job, kid.token, w.ids.NewID()))
	case "look":
		w.clock.Advance(31 * 24 * time.Hour)
		n, err := w.svc.LookAgain(ctx, job, 100)
		w.log = fmt.Sprint(n, err)
	default:
		if len(w.homes) > 0 {
			return w.actAt(ctx, o, o.home%len(w.homes))
		}
	}
	return nil
}

func (w *village) actAt(ctx context.Context, o fate, home int) (may []int) {
	code, who := w.homes[home].Household, w.adults[o.who]
	v := w.view(code)
	switch o.kind {
	case "again":
		d, listed := w.list(append([]int{o.who}, o.with...), o.kids)
		d.Household, d.Revision = code, v.Revision
		d.HeadReason = "members_choice"
		if w.lists[home][v.Head-1] == o.who {
			d.HeadReason = ""
		}
		f, err := w.svc.Declare(ctx, officer, w.key(), d)
		if err == nil {
			w.lists[home] = listed
		}
		w.say(f, err)
	case "word":
		w.say(w.svc.Confirm(ctx, officer, w.key(), household.Word{Household: code, Who: who.Claim, Accept: o.byAct}))
	case "leave":
		gone := household.Departure{Household: code, Who: who.Claim}
		if line := slices.Index(w.lists[home], 100+o.kid); line >= 0 && o.byAct {
			gone.Lines, may = []int{line + 1}, []int{o.kid}
		}
		w.say(w.svc.Leave(ctx, officer, w.key(), gone))
	case "decide":
		for i := 0; len(v.Custody) == 0 && i < len(w.homes); i++ {
			v = w.view(w.homes[i].Household)
		}
		if len(v.Custody) == 0 {
			return nil
		}
		m := v.Custody[o.kid%len(v.Custody)]
		got, err := w.svc.DecideCustody(ctx, authority(byte(20+o.officer), "06"), w.key(), household.Verification{
			Matter: m.Matter, Decisions: m.Decisions - o.decisions, Outcome: o.outcome, Evidence: seenOn([]string{"visit", "neighbours", "court_decision"}[o.evidence])})
		w.log = strings.Join(codes(err), "; ")
		if err == nil {
			w.log = fmt.Sprint(got.State, got.Decisions, got.Moved)
		}
	}
	return may
}

var (
	fates  = []string{"declare", "declare", "declare", "declare", "again", "again", "again", "word", "leave", "leave", "register", "register", "look", "decide", "decide", "decide", "decide", "mortal"}
	states = []household.CustodyState{household.CustodyHeld, household.CustodyHeld, household.NoCustody, household.CustodyDisputed, household.CustodyOfInstitution, household.CustodyVacant}
)

func drawFate(rt *rapid.T) fate {
	o := fate{
		kind: rapid.SampledFrom(fates).Draw(rt, "kind"), who: rapid.IntRange(0, 3).Draw(rt, "who"), kid: rapid.IntRange(0, 1).Draw(rt, "kid"), home: rapid.IntRange(0, 5).Draw(rt, "home"),
		kids: rapid.SliceOfNDistinct(rapid.IntRange(0, 1), 1, 2, rapid.ID[int]).Draw(rt, "kids"), state: rapid.SampledFrom(states).Draw(rt, "state"), byAct: rapid.Bool().Draw(rt, "act"),
		outcome: rapid.SampledFrom([]household.DisputeState{household.Moved, household.Stayed}).Draw(rt, "outcome"), officer: rapid.IntRange(0, 2).Draw(rt, "officer"),
		evidence: rapid.IntRange(0, 2).Draw(rt, "evidence"), decisions: rapid.SampledFrom([]int{0, 0, 0, 0, 1}).Draw(rt, "decisions"),
	}
	if o.kind == "mortal" {
		o.kind = rapid.SampledFrom([]string{"die", "child dies"}).Draw(rt, "who dies")
	}
	if o.kind == "again" && o.byAct {
		o.kids = o.kids[:len(o.kids)-1]
	}
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 3), 0, 1, rapid.ID[int]).Draw(rt, "with") {
		if n != o.who {
			o.with = append(o.with, n)
		}
	}
	return o
}

// TestChildrenUnderRandomFates: whatever is claimed, decided, left and died of,
// in any order: a child is in at most one household; it loses one only to
// another, to death, or to who had custody and took it along; and every open
// rival claim has two live sides. Both engines agree.
func TestChildrenUnderRandomFates(t *testing.T) {
	t.Parallel()
	var villages []*village
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		villages = append(villages, &village{rig: newRig(t, storetest.Open(t, e, sets))})
	}
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		for _, w := range villages {
			w.adults, w.kids, w.homes, w.lists = nil, nil, nil, nil
			for range 4 {
				w.adults = append(w.adults, w.people.born(fmt.Sprintf("%d-03-01", w.clock.Now().Year()-40), woman))
			}
			for range 2 {
				w.kids = append(w.kids, w.people.born(fmt.Sprint(w.clock.Now().Year()-1), man))
			}
		}
		var log []string
		for range rapid.IntRange(4, 14).Draw(rt, "acts") {
			o := drawFate(rt)
			for i, w := range villages {
				before := w.housed()
				may := w.act(o)
				for n, was := range before {
					now := w.housed()[n]
					if len(now) > 1 {
						rt.Fatalf("%q: a child is in %d households", append(log, o.kind), len(now))
					}
					if len(was) == 1 && len(now) == 0 && !slices.Contains(may, n) && !w.kids[n].dead {
						rt.Fatalf("%q %+v: a child has lost its household: %s", log, o, w.log)
					}
				}
				if i == 0 {
					log = append(log, o.kind+": "+w.log)
				} else if log[len(log)-1] != o.kind+": "+w.log {
					rt.Fatalf("%q, and on the other engine %q", log, w.log)
				}
			}
			seen[o.kind+" "+villages[0].log[:min(len(villages[0].log), 22)]]++
		}
		for _, w := range villages {
			if wrong := w.broken(); len(wrong) > 0 {
				rt.Fatalf("%q: %q", log, wrong)
			}
			for i := range w.adults { // no claim of this run is left to be looked at in the next
				w.act(fate{kind: "die", who: i})
			}
		}
	})
	t.Log(seen)
}

// housed returns the households of the children.
func (w *village) housed() [][]household.Code {
	out := make([][]household.Code, len(w.kids))
	for i, k := range w.kids {
		out[i] = w.where(k)
	}
	return out
}
