package trial_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"sijil/internal/fields"
	"sijil/internal/store"
	"sijil/internal/system"
	"sijil/internal/uid"
)

// SQLite and PostgreSQL, given the same random acts by the same clock, answer
// the same and keep the same.
func TestBothEnginesAgree(t *testing.T) {
	t.Parallel()
	n := count("SIJIL_ACTS", 1000, 10_000)
	one, two := newTwin(t, store.SQLite, seed()), newTwin(t, store.Postgres, seed())
	var wg sync.WaitGroup
	for _, w := range []*twin{one, two} {
		wg.Go(func() {
			for range n {
				w.step()
			}
			w.log = append(w.log, "at the end: "+w.settleAll())
		})
	}
	wg.Wait()
	kinds := map[string]int{}
	for i := range one.log {
		if one.log[i] != two.log[i] {
			t.Fatalf("seed %d, act %d: SQLite answers\n%s\nPostgreSQL\n%s", seed(), i, one.log[i], two.log[i])
		}
		kind, answer, _ := strings.Cut(one.log[i], ": ")
		kinds[fmt.Sprintf("%s: %.24s", kind, answer)]++
	}
	sameRows(t, one, two)
	for _, w := range []*twin{one, two} {
		for _, f := range faults(t.Context(), w.System, settled...) {
			t.Error(f)
		}
		if err := looksUnseen(t.Context(), w.System); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d acts, %d kinds of answers, %d persons, %d households", n, len(kinds), len(one.receipts), len(one.ids))
	if len(kinds) < 60 {
		t.Errorf("only %d kinds of answers", len(kinds))
	}
}

// The comparison sees a single value that differs.
func TestADifferenceIsSeen(t *testing.T) {
	t.Parallel()
	one, two := newTwin(t, store.SQLite, 3), newTwin(t, store.SQLite, 3)
	for range 120 {
		one.step()
		two.step()
	}
	if d := one.differs(two); len(d) > 0 {
		t.Fatal(strings.Join(d, "\n"))
	}
	for _, damage := range []struct{ store, sql, table string }{
		{system.PopulationStore, `UPDATE persons SET locality = '01.051-R' WHERE rowid = 1`, "persons"},
		{system.PopulationStore, `UPDATE records SET recorded_at = recorded_at + 1 WHERE rowid = 2`, "records"},
		{system.PopulationStore, `UPDATE uses SET person_id = (SELECT max(person_id) FROM persons) WHERE rowid = (SELECT min(rowid) FROM uses)`, "uses"},
		{system.SocialStore, `UPDATE household_scores SET index_value = index_value + 1 WHERE rowid = 1`, "household_scores"},
	} {
		damageIn(t, two.System, damage.store, damage.sql)
		if d := one.differs(two); !slices.ContainsFunc(d, func(f string) bool { return strings.Contains(f, damage.table) }) {
			t.Errorf("nobody saw what was done to %s: %v", damage.table, d)
		}
	}
}

func sameRows(t *testing.T, one, two *twin) {
	t.Helper()
	for _, d := range one.differs(two) {
		t.Error(d)
	}
}

// differs compares the clear columns of all stores, in which what chance drew
// is named by the act that drew it.
func (w *twin) differs(o *twin) (out []string) {
	w.t.Helper()
	names, theirs := w.aliases(), o.aliases()
	for _, where := range []string{system.PopulationStore, system.SocialStore, system.AgencyStore} {
		for _, f := range fields.Of(where) {
			if f.Name == "migrations" || f.Name == "askers" { // which of a caller's rows counts a number, a keyed hash says
				continue
			}
			a, b := w.rows(where, f, names), o.rows(where, f, theirs)
			if len(a) != len(b) {
				out = append(out, fmt.Sprintf("%s.%s: %d rows and %d", where, f.Name, len(a), len(b)))
			}
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					out = append(out, fmt.Sprintf("%s.%s differs:\n%s\n%s", where, f.Name, a[i], b[i]))
					break
				}
			}
		}
	}
	return out
}

// aliases name persons, receipts and households by when they came.
func (w *twin) aliases() map[string]string {
	w.t.Helper()
	of := map[string]string{}
	for i, r := range w.receipts {
		of[string(r)] = fmt.Sprint("receipt ", i)
	}
	for i, id := range w.ids {
		of[fmt.Sprintf("%x", id[:])] = fmt.Sprint("household ", i)
	}
	ids, err := column(w.t.Context(), w.Stores[system.PopulationStore], `SELECT person_id FROM persons ORDER BY person_id`)
	if err != nil {
		w.t.Fatal(err)
	}
	receipts, err := ask(w.t.Context(), w.Stores[system.PopulationStore], 1, `SELECT receipt FROM persons ORDER BY person_id`)
	if err != nil {
		w.t.Fatal(err)
	}
	for i, id := range ids {
		of[fmt.Sprintf("%x", id)] = "person of " + of[strings.TrimPrefix(receipts[i], "|")]
	}
	cases, err := ask(w.t.Context(), w.Stores[system.PopulationStore], 1, `SELECT case_ref FROM cases ORDER BY opened_at, person_id`)
	if err != nil {
		w.t.Fatal(err)
	}
	for i, ref := range cases {
		of[strings.TrimPrefix(ref, "|")] = fmt.Sprint("case ", i)
	}
	return of
}

// chance are columns whose values are drawn and that no act names.
var chance = []string{"ref", "matter", "key_id", "relation_id", "consent_id", "event_id", "disclosure_id", "use_id", "vouching_id", "score_id", "cause_event", "task_id", "look_id", "code", "claim", "body", "actor_id"}

// rows returns the rows of a table in an order of their own.
func (w *twin) rows(where string, f fields.Table, names map[string]string) []string {
	w.t.Helper()
	db := w.Stores[where]
	var columns []string
	for _, c := range f.Columns {
		if c.Class == fields.Clear && !slices.Contains(chance, c.Name) && (c.Name != "cause" || f.Name != "household_tasks") {
			columns = append(columns, c.Name)
		}
	}
	as := make([]string, len(columns))
	types := map[string]string{}
	if db.Engine() == store.Postgres {
		list, err := ask(w.t.Context(), db, 2, `SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1`, f.Name)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, l := range list {
			name, kind, _ := strings.Cut(l[1:], "|")
			types[name] = kind
		}
	}
	for i, c := range columns {
		switch kind := types[c]; {
		case db.Engine() == store.SQLite:
			as[i] = `CASE typeof(` + c + `) WHEN 'blob' THEN lower(hex(` + c + `)) ELSE CAST(` + c + ` AS TEXT) END`
		case kind == "timestamp with time zone":
			as[i] = `(EXTRACT(EPOCH FROM ` + c + `) * 1000000)::bigint::text`
		case kind == "bytea":
			as[i] = `encode(` + c + `, 'hex')`
		case kind == "uuid":
			as[i] = `replace(` + c + `::text, '-', '')`
		case kind == "boolean":
			as[i] = c + `::int::text`
		default:
			as[i] = c + `::text`
		}
	}
	out := []string{}
	if len(columns) == 0 {
		return out
	}
	list, err := ask(w.t.Context(), db, len(columns), `SELECT `+strings.Join(as, ", ")+` FROM `+f.Name)
	if err != nil {
		w.t.Fatal(f.Name, err)
	}
	for _, l := range list {
		cells := strings.Split(l[1:], "|")
		for i, c := range cells {
			if n := names[c]; n != "" {
				cells[i] = n
			} else if len(c) == 2*len(uid.ID{}) && strings.HasPrefix(c, "01") {
				cells[i] = "an id"
			}
		}
		out = append(out, strings.Join(cells, "|"))
	}
	slices.Sort(out)
	return out
}
