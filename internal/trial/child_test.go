package trial_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"sijil/internal/civil"
	"sijil/internal/store"
	"sijil/internal/system"
)

// ordersVariable makes the test binary the program that is killed.
const ordersVariable = "SIJIL_TRIAL_ORDERS"

// orders say what that program does.
type orders struct {
	Folder, DSN, Schema string // DSN is "" for SQLite
	Today               string
	Seed                uint64
	Round               int
	Early               bool // the control: acts are acknowledged before they are done
}

const clients = 6

func (o *orders) config() system.Config {
	cfg := system.Config{Engine: store.SQLite, Folder: o.Folder, KeyFile: filepath.Join(o.Folder, "key.json")}
	if o.DSN != "" {
		cfg.Engine, cfg.DSN, cfg.Schema, cfg.Conns = store.Postgres, map[string]string{}, o.Schema, 8
		for _, name := range system.StoreNames {
			cfg.DSN[name] = o.DSN
		}
	}
	return cfg
}

// streets are the households of a round, those of each client.
func (o *orders) streets() ([]*street, error) {
	day, err := civil.Parse(o.Today)
	if err != nil {
		return nil, err
	}
	m, err := modelOf(day)
	if err != nil {
		return nil, err
	}
	out := make([]*street, clients)
	for i := range out {
		n := o.Round*clients + i
		out[i] = newStreet(m, o.Seed, n*1000, n*10_000)
	}
	return out, nil
}

// key is the idempotency key of an act.
func (o *orders) key(client, n int, a act) string {
	return fmt.Sprintf("round-%d-%d-%d-%s", o.Round, client, n, a)
}

// line is one line that the program tells: that an act begins, or what came
// of it.
type line struct {
	Begins bool    `json:"begins,omitempty"`
	Client int     `json:"client"`
	House  int     `json:"house"`
	Kind   string  `json:"kind,omitempty"`
	Person int     `json:"person"`
	Answer *answer `json:"answer,omitempty"`
	Err    string  `json:"err,omitempty"`
}

// tell writes a line in one piece: a kill leaves whole lines, but the last.
func tell(l line) {
	b, err := json.Marshal(l)
	if err == nil {
		_, err = os.Stdout.Write(append(b, '\n'))
	}
	if err != nil {
		os.Exit(3)
	}
}

// work is the program that is killed: clients enrol and declare at the same
// time, and the background carries events. It does not end by itself.
func work() int {
	var o orders
	err := json.Unmarshal([]byte(os.Getenv(ordersVariable)), &o)
	var streets []*street
	if err == nil {
		streets, err = o.streets()
	}
	var s *system.System
	ctx := context.Background()
	if err == nil {
		c, e := land()
		if err = e; err == nil {
			s, err = system.Open(ctx, o.config(), system.Parts{Country: c})
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	tell(line{Client: -1}) // ready
	var wg sync.WaitGroup
	wg.Go(func() { s.Run(ctx) })
	for i, st := range streets {
		wg.Go(func() {
			for n := 0; ; n++ {
				serve(ctx, s, &o, st, i, n)
			}
		})
	}
	wg.Wait()
	return 0
}

// serve does all acts of a house. After an error, which only a lost database
// may cause, the rest of the house is left out.
func serve(ctx context.Context, s *system.System, o *orders, st *street, client, n int) {
	h, err := st.house(n)
	if err != nil {
		tell(line{Client: client, House: n, Err: err.Error()})
		select {} // killed
	}
	for _, a := range h.acts() {
		l := line{Begins: true, Client: client, House: n, Kind: a.kind, Person: a.person}
		tell(l)
		if l.Begins = false; o.Early {
			l.Answer = &answer{State: "early"}
			tell(l)
		}
		out, err := h.do(ctx, s, o.key(client, n, a), a)
		if err != nil {
			l.Answer, l.Err = nil, err.Error()
			tell(l)
			return
		}
		l.Answer = &out
		tell(l)
	}
}
