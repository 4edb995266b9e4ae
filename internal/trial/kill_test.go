package trial_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sijil/internal/clock"
	"sijil/internal/pgtemp"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/system"
	"sijil/population"
)

// named reports whether the number of person i opens by the receipt's person.
func (h *house) named(ctx context.Context, s *system.System, i int) (bool, error) {
	list, err := s.Population.Find(ctx, officer, population.FindRequest{IDCS: h.numbers[i]})
	if err != nil || len(list) != 1 {
		return false, err
	}
	shown, err := s.Population.Show(ctx, officer, list[0].Token, population.Counter, []population.Field{population.FieldNumber, population.FieldNames})
	return err == nil && shown.IDCS == h.numbers[i] && len(shown.Names) > 0, err
}

// perRig is after how many kills an installation is made anew.
const perRig = 10

// A program that is killed in the middle of enrolments and declarations, and a
// database server that is, lose nothing they acknowledged and leave nothing
// half done; what they left behind is taken up; and whoever did not hear an
// answer gets it by asking again.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(e.String(), func(t *testing.T) {
			t.Parallel()
			kills := count("SIJIL_KILLS", 5, 200)
			total := &ledger{}
			for first := 0; first < kills; first += perRig {
				r := newRig(t, e, first)
				for n := first; n < min(kills, first+perRig); n++ {
					if found := r.kill(n); len(found) > 0 {
						t.Fatalf("kill %d, seed %d: %s", n, seed(), strings.Join(found, "\n"))
					}
				}
				total.add(r.ledger)
				r.stop()
			}
			t.Logf("%d kills, %d of them of the server: %d acts acknowledged, %d unknown of which %d were done, %d events taken up, %d data keys unused",
				kills, total.servers, total.acked, total.unknown, total.done, total.events, total.unused)
			if total.acked < int64(kills) || total.unknown == 0 {
				t.Error("too little was at work to prove anything")
			}
		})
	}
}

// The control: a program that acknowledges what it has not done yet is found
// out.
func TestAcknowledgedTooEarlyIsSeen(t *testing.T) {
	t.Parallel()
	r := newRig(t, store.SQLite, 0)
	r.orders.Early = true
	for n := range 5 {
		if found := r.kill(n); slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, "acknowledged") }) {
			r.stop()
			return
		}
	}
	t.Error("nobody saw that acts were acknowledged before they were done")
}

// ledger counts what was seen.
type ledger struct{ servers, acked, unknown, done, events, unused int64 }

func (l *ledger) add(o ledger) {
	l.servers += o.servers
	l.acked += o.acked
	l.unknown += o.unknown
	l.done += o.done
	l.events += o.events
	l.unused += o.unused
}

// rig is an installation that is killed again and again.
type rig struct {
	t      *testing.T
	orders orders
	server *pgtemp.Server
	rand   *rand.Rand
	ledger ledger
	acts   map[string]int // all that were begun, by kind
	until  int64          // so many corrections are waited for before the kill; 0 is a random moment
}

func newRig(t *testing.T, e store.Engine, first int) *rig {
	t.Helper()
	zone, err := land()
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, rand: rand.New(rand.NewPCG(seed(), uint64(first))), acts: map[string]int{}}
	r.orders = orders{Folder: filepath.Join(t.TempDir(), "data"), Today: clock.Today(clock.System{}, zone.Zone).String(), Seed: seed()}
	if err := os.MkdirAll(r.orders.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if e == store.Postgres {
		r.server, err = pgtemp.Start(t.Context(), pgtemp.Options{Durable: true})
		storetest.Need(t, err)
		t.Cleanup(r.stop)
		r.orders.DSN, r.orders.Schema = r.server.DSN(), "killed"
	}
	if _, err := system.Migrate(t.Context(), r.orders.config(), r.parts(), false); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *rig) stop() {
	if r.server != nil {
		if err := r.server.Stop(); err != nil {
			r.t.Error(err)
		}
	}
}

// parts are those of the test, whose clock is ahead: what a failure put off is
// due.
func (r *rig) parts() system.Parts {
	c, err := land()
	if err != nil {
		r.t.Fatal(err)
	}
	return system.Parts{Country: c, Clock: clock.NewManual(time.Now().Add(time.Minute))}
}

// heard is what the program told before it was killed.
type heard struct {
	order  []line            // acts that were begun
	answer map[string]answer // by key, of those acknowledged
	failed []line

	corrections atomic.Int64
}

// kill lets the program work, kills it, and returns what is wrong afterwards.
func (r *rig) kill(n int) []string {
	r.t.Helper()
	r.orders.Round = n
	h, err := r.run(n%2 == 1 && r.server != nil)
	if err != nil {
		return []string{err.Error()}
	}
	s, err := system.Open(r.t.Context(), r.orders.config(), r.parts())
	if err != nil {
		return []string{"after the kill the installation does not open: " + err.Error()}
	}
	defer func() {
		if err := s.Close(); err != nil {
			r.t.Error(err)
		}
	}()
	return r.examine(s, h)
}

// run starts the program and kills it at a random moment, or its server and
// then it.
func (r *rig) run(server bool) (*heard, error) {
	text, err := json.Marshal(r.orders)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ordersVariable+"="+string(text))
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	h := &heard{answer: map[string]answer{}}
	ready, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			h.hear(&r.orders, lines.Bytes(), ready)
		}
	}()
	select {
	case <-ready:
	case <-ended:
		return nil, fmt.Errorf("the program did not start: %w: %s", cmd.Wait(), complaints.String())
	}
	time.Sleep(time.Duration(100+r.rand.IntN(700)) * time.Millisecond)
	for r.t.Context().Err() == nil && h.corrections.Load() < r.until {
		time.Sleep(10 * time.Millisecond)
	}
	if server {
		r.ledger.servers++
		err = r.server.Kill()
		time.Sleep(20 * time.Millisecond) // errors are told, or not
	}
	if e := cmd.Process.Kill(); err == nil {
		err = e
	}
	<-ended
	_ = cmd.Wait() // it was killed
	if err == nil && server {
		err = r.server.Restart(r.t.Context())
	}
	if err == nil && !server && len(h.failed) > 0 {
		err = fmt.Errorf("an act failed while nothing was killed: %s of household %d: %s", h.failed[0].Kind, h.failed[0].House, h.failed[0].Err)
	}
	return h, err
}

func (h *heard) hear(o *orders, text []byte, ready chan struct{}) {
	var l line
	if json.Unmarshal(text, &l) != nil {
		return // cut off by the kill
	}
	key := o.key(l.Client, l.House, act{l.Kind, l.Person})
	switch {
	case l.Client < 0:
		close(ready)
	case l.Err != "":
		h.failed = append(h.failed, l)
	case l.Begins:
		h.order = append(h.order, l)
	default:
		h.answer[key] = *l.Answer
		if l.Kind == "correct" {
			h.corrections.Add(1)
		}
	}
}

// examine holds an installation after a kill to everything.
func (r *rig) examine(s *system.System, h *heard) []string {
	ctx := r.t.Context()
	r.quiet(s)
	streets, err := r.orders.streets()
	if err != nil {
		return []string{err.Error()}
	}
	found := faults(ctx, s)
	before, err := rowsOf(ctx, s)
	if err != nil {
		return append(found, err.Error())
	}
	found = append(found, r.repeat(s, streets, h, false)...)
	after, err := rowsOf(ctx, s)
	if err != nil {
		return append(found, err.Error())
	}
	if !maps.Equal(before, after) {
		found = append(found, fmt.Sprintf("acts were acknowledged that were not there: repeating them made rows: %v, before %v", after, before))
	}
	found = append(found, r.repeat(s, streets, h, true)...)
	found = append(found, faults(ctx, s)...)
	found = append(found, r.takeUp(s)...)
	found = append(found, r.totals(s)...)
	for _, st := range streets {
		for _, house := range st.houses {
			if err := house.opens(ctx, s); err != nil {
				found = append(found, err.Error())
			}
		}
	}
	return append(found, r.takeUp(s)...)
}

// quiet waits until the server has ended what the killed program had begun.
func (r *rig) quiet(s *system.System) {
	r.t.Helper()
	for busy := int64(1); r.server != nil && busy > 0; time.Sleep(5 * time.Millisecond) {
		var err error
		busy, err = tally(r.t.Context(), s, system.PopulationStore, `SELECT count(*) FROM pg_stat_activity
			WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'`)
		if err != nil {
			r.t.Fatal(err)
		}
	}
}

// repeat does acts again under their keys, each client's in order: those that
// were acknowledged, which then answer the same, or those that were not.
func (r *rig) repeat(s *system.System, streets []*street, h *heard, unknown bool) (found []string) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		found = append(found, fmt.Sprintf(format, args...))
	}
	each := func(client int) {
		for _, l := range h.order {
			a := act{l.Kind, l.Person}
			key := r.orders.key(client, l.House, a)
			was, acked := h.answer[key]
			if l.Client != client || acked == unknown {
				continue
			}
			house, err := streets[client].house(l.House)
			if err != nil {
				say("%v", err)
				return
			}
			before := r.made(s, unknown)
			got, err := house.do(r.t.Context(), s, key, a)
			switch {
			case err != nil:
				say("%s of household %d cannot be repeated: %v", a, house.h.Number, err)
				return
			case acked && was != got && was.State != "early":
				say("%s of household %d answered %s, and %s when it was repeated", a, house.h.Number, was, got)
			case unknown && before == r.made(s, unknown):
				r.ledger.done++
			}
		}
	}
	for client := range streets {
		if unknown {
			each(client)
		} else {
			wg.Go(func() { each(client) })
		}
	}
	wg.Wait()
	if unknown {
		r.ledger.unknown += int64(len(h.order) - len(h.answer))
		for _, l := range h.order {
			r.acts[l.Kind]++
		}
	} else {
		r.ledger.acked += int64(len(h.answer))
	}
	return found
}

// made counts rows that every act makes some of.
func (r *rig) made(s *system.System, wanted bool) (n int64) {
	if !wanted {
		return 0
	}
	for where, sql := range map[string]string{
		system.PopulationStore: `SELECT (SELECT count(*) FROM records) + (SELECT count(*) FROM number_claims)`,
		system.SocialStore:     `SELECT count(*) FROM household_versions`,
	} {
		k, err := tally(r.t.Context(), s, where, sql)
		if err != nil {
			r.t.Error(err)
		}
		n += k
	}
	return n
}

// takeUp does the work that was left behind.
func (r *rig) takeUp(s *system.System) []string {
	ctx := r.t.Context()
	waiting := int64(0)
	for _, where := range []string{system.PopulationStore, system.SocialStore} {
		n, err := tally(ctx, s, where, `SELECT count(*) FROM outbox WHERE state <> 1 AND topic IN ('person.looked', 'person.corrected', 'household.looked', 'household.scored')`)
		if err != nil {
			return []string{err.Error()}
		}
		waiting += n
	}
	r.ledger.events += waiting
	if err := s.Settle(ctx); err != nil {
		return []string{err.Error()}
	}
	if err := s.Chores(ctx); err != nil {
		return []string{err.Error()}
	}
	found := faults(ctx, s, settled...)
	if err := looksUnseen(ctx, s); err != nil {
		found = append(found, err.Error())
	}
	return found
}

// totals hold what there is to what was begun: now each act was done once.
func (r *rig) totals(s *system.System) (found []string) {
	n := func(kinds ...string) (sum int64) {
		for _, k := range kinds {
			sum += int64(r.acts[k])
		}
		return sum
	}
	unused := int64(0)
	for _, c := range []struct {
		what, store, sql string
		want             int64
	}{
		{"persons", system.PopulationStore, `SELECT count(*) FROM persons`, n("enrol", "witnessed")},
		{"numbers", system.PopulationStore, `SELECT count(*) FROM number_claims`, n("enrol", "accept")},
		{"records", system.PopulationStore, `SELECT count(*) FROM records`, n("enrol", "witnessed", "correct")},
		{"vouchings", system.PopulationStore, `SELECT count(*) FROM vouchings`, 2 * n("witnessed")},
		{"households", system.SocialStore, `SELECT count(*) FROM households`, n("declare")},
		{"versions", system.SocialStore, `SELECT count(*) FROM household_versions`, n("declare", "again")},
		{"scores of declarations", system.SocialStore, `SELECT count(*) FROM household_scores WHERE cause_event IS NULL`, n("declare", "again")},
	} {
		got, err := tally(r.t.Context(), s, c.store, c.sql)
		if err != nil || got != c.want {
			found = append(found, fmt.Sprintf("%d %s are there, %d acts made one: %v", got, c.what, c.want, err))
		}
		if c.what == "persons" || c.what == "versions" {
			unused -= got
		}
	}
	keys, err := tally(r.t.Context(), s, system.KeyStore, `SELECT count(*) FROM data_keys`)
	if err != nil {
		found = append(found, err.Error())
	}
	r.ledger.unused = unused + keys
	return found
}
