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

// world is one engine's register in the test of agreement, with the people and
// households of one run.
type world struct {
	*rig
	people []*someone
	homes  []*household.Filed
	lists  [][]int // whom each household's computed version lists, in order
	log    []string
}

func (w *world) say(f *household.Filed, err error) {
	if err != nil {
		w.log = append(w.log, strings.Join(codes(err), "; "))
		return
	}
	w.log = append(w.log, fmt.Sprintf("%s rev %d v%d index %s lines %v tasks %v", f.State, f.Revision, f.Version, f.Index, f.Lines, f.Tasks))
}

// op is one random act, the same in every world.
type op struct {
	kind      string
	who, home int
	others    []int
	accept    bool
}

func (w *world) act(o op) {
	ctx := context.Background()
	who := w.people[o.who]
	switch o.kind {
	case "declare":
		d := w.list(append([]int{o.who}, o.others...))
		f, err := w.svc.Declare(ctx, officer, w.key(), d)
		if err == nil {
			w.homes, w.lists = append(w.homes, f), append(w.lists, append([]int{o.who}, o.others...))
		}
		w.say(f, err)
		return
	case "wait":
		w.clock.Advance(8 * 24 * time.Hour)
		n, err := w.svc.CountDue(ctx, job, 100)
		w.log = append(w.log, fmt.Sprint(n, err))
		return
	case "correct":
		err := w.svc.PersonCorrected(ctx, job, who.token, w.ids.NewID())
		w.log = append(w.log, fmt.Sprint(err))
		return
	}
	if len(w.homes) == 0 {
		return
	}
	home := o.home % len(w.homes)
	code := w.homes[home].Household
	v := w.view(code)
	switch o.kind {
	case "again":
		var listed []int
		for i, n := range w.lists[home] {
			if st := v.Lines[i].Standing; st != household.Left && st != household.Refused {
				listed = append(listed, n)
			}
		}
		if !slices.Contains(listed, o.who) {
			listed = append(listed, o.who)
		}
		d := w.list(listed)
		d.Household, d.Revision = code, v.Revision
		f, err := w.svc.Declare(ctx, officer, w.key(), d)
		if err == nil {
			w.lists[home] = listed
		}
		w.say(f, err)
	case "word":
		w.say(w.svc.Confirm(ctx, officer, w.key(), household.Word{Household: code, Who: who.Claim, Accept: o.accept}))
	case "leave":
		w.say(w.svc.Leave(ctx, officer, w.key(), household.Departure{Household: code, Who: who.Claim}))
	}
}

// list is a declaration of persons by their places: the first adult declares
// and is the head.
func (w *world) list(persons []int) household.Declaration {
	d := household.Declaration{Locality: "06.141-U", Answers: home(w.t)}
	head := ""
	for i, n := range persons {
		answers := adult("other", "single")
		ref := fmt.Sprint(i + 1)
		switch {
		case n >= 4:
			answers = child("child")
		case head == "":
			head, answers = ref, adult("head", "single")
		}
		d.Members = append(d.Members, household.Member{Ref: ref, Claim: &w.people[n].Claim, Answers: answers})
	}
	d.Declarant = head
	return d
}

// TestBothEnginesAgree runs random acts on both engines: every answer is the
// same, and what must hold, holds.
func TestBothEnginesAgree(t *testing.T) {
	t.Parallel()
	var worlds []*world
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		worlds = append(worlds, &world{rig: newRig(t, storetest.Open(t, e, sets), delayed(15))})
	}
	births := []string{"1980-03-01", "1985", "1990-06-30", "2000-12-31", "2024-02-02", "2025-05"}
	seen := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		for _, w := range worlds {
			w.people, w.homes, w.lists, w.log = nil, nil, nil, nil
			for _, b := range births {
				w.people = append(w.people, w.rig.people.born(b, woman))
			}
		}
		for range rapid.IntRange(3, 10).Draw(rt, "acts") {
			o := op{
				kind:   rapid.SampledFrom([]string{"declare", "declare", "again", "again", "word", "word", "leave", "wait", "correct"}).Draw(rt, "kind"),
				who:    rapid.IntRange(0, 3).Draw(rt, "who"),
				home:   rapid.IntRange(0, 9).Draw(rt, "home"),
				accept: rapid.Bool().Draw(rt, "accept"),
			}
			for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 5), 0, 3, rapid.ID[int]).Draw(rt, "others") {
				if n != o.who {
					o.others = append(o.others, n)
				}
			}
			for _, w := range worlds {
				w.act(o)
			}
			if n := len(worlds[0].log); n > 0 && (len(worlds[1].log) != n || worlds[0].log[n-1] != worlds[1].log[n-1]) {
				rt.Fatalf("%s: %q and %q", o.kind, worlds[0].log, worlds[1].log)
			}
		}
		for i := range worlds[0].homes {
			one, two := worlds[0].view(worlds[0].homes[i].Household), worlds[1].view(worlds[1].homes[i].Household)
			if fmt.Sprint(standings(one), one.Tasks, one.Score.Index, len(one.History)) != fmt.Sprint(standings(two), two.Tasks, two.Score.Index, len(two.History)) {
				rt.Fatalf("a household differs: %+v and %+v", one, two)
			}
		}
		for _, l := range worlds[0].log {
			seen[l[:min(len(l), 22)]]++
		}
	})
	for _, w := range worlds {
		w.rig.t = t
		w.holds()
	}
	t.Log(seen)
}
