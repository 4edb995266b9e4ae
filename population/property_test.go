package population_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/population/populationdb"
)

// model is what the register should hold after random acts.
type model struct {
	people    []citizen
	revisions map[uid.ID]int64
	documents map[string]uid.ID // number of a card → who has it
}

// Random acts keep the invariants: a document is claimed by one person at
// most, a number belongs to one person for ever, a record has one version a
// revision, and what the service says agrees with a simple model.
func TestRandomActsKeepTheInvariants(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{populationdb.Migrations()}, func(t *testing.T, db *store.DB) {
		t.Helper()
		w := newWorld(t, db)
		numbers := map[string]uid.ID{}
		rapid.Check(t, func(t *rapid.T) {
			m := &model{revisions: map[uid.ID]int64{}, documents: map[string]uid.ID{}}
			base := w.serial.Add(1000) // cards of this run
			cardOf := func(label string) population.Document { return card(base + rapid.Int64Range(0, 5).Draw(t, label)) }
			t.Repeat(map[string]func(*rapid.T){
				"enrol": func(t *rapid.T) {
					e := w.adult()
					e.Documents = []population.Document{cardOf("card")}
					e.Names = []population.Name{name(lettered(w.serial.Add(1)), "Bennani")} // whoever shares a name with hundreds is left to people
					key := e.Documents[0].Parts["number"]
					out, err := w.Enrol(w.t.Context(), w.officer, w.key(), e)
					if _, taken := m.documents[key]; taken {
						if err == nil || codes(err)[0] != "document_taken" {
							t.Fatalf("a taken card: %v", err)
						}
						return
					}
					if err != nil {
						t.Fatal(err)
					}
					c := citizen{Enrolled: out, id: w.person(out.Receipt), enrolment: e}
					m.people = append(m.people, c)
					m.revisions[c.id], m.documents[key] = 1, c.id
					if other, twice := numbers[out.IDCS.Digits()]; twice {
						t.Fatalf("the number of %s was given to %s", other, c.id)
					}
					numbers[out.IDCS.Digits()] = c.id
				},
				"replace the card": func(t *rapid.T) {
					if len(m.people) == 0 {
						t.Skip()
					}
					i := rapid.IntRange(0, len(m.people)-1).Draw(t, "who")
					c := &m.people[i]
					next, old := cardOf("next"), c.enrolment.Documents[0]
					owner, taken := m.documents[next.Parts["number"]]
					stale := rapid.Bool().Draw(t, "stale") && m.revisions[c.id] > 1
					r := population.Correction{Person: w.find(*c), Revision: m.revisions[c.id], Drop: []population.Document{old}, Add: []population.Document{next}, Cause: "document", Act: act()}
					if stale {
						r.Revision--
					}
					_, err := w.Correct(w.t.Context(), w.officer, w.key(), r)
					switch want := ""; {
					case stale:
						want = "stale"
						fallthrough
					case taken && owner == c.id && !stale:
						if want == "" {
							want = "no_change"
						}
						fallthrough
					case taken && owner != c.id && !stale:
						if want == "" {
							want = "document_taken"
						}
						if err == nil || codes(err)[0] != want {
							t.Fatalf("want %s: %v", want, err)
						}
					case err != nil:
						t.Fatal(err)
					default:
						delete(m.documents, old.Parts["number"])
						m.documents[next.Parts["number"]] = c.id
						c.enrolment.Documents = []population.Document{next}
						m.revisions[c.id]++
					}
				},
				"exchange": func(t *rapid.T) {
					if len(m.people) == 0 {
						t.Skip()
					}
					c := rapid.SampledFrom(m.people).Draw(t, "who")
					claim, right := c.claim(), rapid.Bool().Draw(t, "right")
					if !right {
						claim.Birth = date("1980-05-18")
					}
					asker := w.social()
					asker.Actor = w.ids.NewID() // limits are those of one caller
					out, err := w.Exchange(w.t.Context(), asker, population.Social, w.key(), []population.Claim{claim})
					if err != nil || out[0].Yes != right {
						t.Fatalf("%v %v", out, err)
					}
				},
				"": func(t *rapid.T) {
					for number, id := range m.documents {
						d := card(0)
						d.Parts["number"] = number
						list, err := w.Find(w.t.Context(), w.officer, population.FindRequest{Document: &d})
						if err != nil || len(list) != 1 {
							t.Fatalf("%d people have one card: %v", len(list), err)
						}
						i := slices.IndexFunc(m.people, func(c citizen) bool { return c.id == id })
						if list[0].Number != m.people[i].IDCS.Mask(2) {
							t.Fatal("the card is somebody else's")
						}
					}
				},
			})
		})
		w.invariants()
	})
}

// invariants holds what no act may break, whatever was done.
func (w *world) invariants() {
	w.t.Helper()
	for what, sql := range map[string]string{
		"a numbered person without one number": `SELECT count(*) FROM persons p WHERE number IS NOT NULL AND (SELECT count(*) FROM number_claims n WHERE n.person_id = p.person_id) <> 1`,
		"a number of an unnumbered person":     `SELECT count(*) FROM number_claims n JOIN persons p ON p.person_id = n.person_id WHERE p.number IS NULL`,
		"a claim of nobody":                    `SELECT count(*) FROM document_claims d LEFT JOIN persons p ON p.person_id = d.person_id WHERE p.person_id IS NULL`,
		"versions that leave a gap":            `SELECT count(*) FROM persons p WHERE revision <> (SELECT count(*) FROM records r WHERE r.person_id = p.person_id)`,
		"a person without enrolment":           `SELECT count(*) FROM persons p LEFT JOIN enrolments e ON e.receipt = p.receipt AND e.person_id = p.person_id WHERE e.receipt IS NULL`,
		"a verdict that is not the person's":   `SELECT count(*) FROM persons p JOIN enrolments e ON e.receipt = p.receipt WHERE (p.state = 'unnumbered') = (e.state = 'numbered')`,
		"a token nobody can resolve":           `SELECT count(*) FROM tokens t WHERE (SELECT count(*) FROM token_claims c WHERE c.person_id = t.person_id AND c.recipient = t.recipient) <> 1`,
		"an act without its event":             `SELECT count(*) FROM persons p WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject_id = p.person_id AND o.topic = 'person.enrolled')`,
		"a key without its answer":             `SELECT count(*) FROM idempotency WHERE response IS NULL`,
		"people counted who have no contact":   `SELECT count(*) FROM contact_totals c WHERE people <> (SELECT count(*) FROM contacts x WHERE x.blind = c.blind)`,
		"vouchings that are not counted":       `SELECT count(*) FROM (SELECT person_id, sum(vouchings) AS n FROM vouching_totals GROUP BY person_id) v WHERE n <> (SELECT count(*) FROM vouchings x WHERE x.person_id = v.person_id)`,
	} {
		if n := w.count(sql); n != 0 {
			w.t.Errorf("%s: %d", what, n)
		}
	}
}

// The order of independent acts does not matter: any order, one at a time,
// leaves as many rows of every table, and the same people.
func TestIndependentActsInAnyOrder(t *testing.T) {
	t.Parallel()
	var want map[string]int64
	rapid.Check(t, func(rt *rapid.T) {
		db := storetest.Open(t, store.SQLite, []store.Migrations{populationdb.Migrations()})
		w := newWorld(t, db)
		a, b, child := w.enrol(w.adult()), w.enrol(w.adult()), w.child()
		foreigner := w.adult()
		foreigner.Category, foreigner.Documents = population.Foreigner, nil
		witnessed := w.enrol(w.paperless(a, b))
		token := w.find(a)
		acts := []func() error{
			func() error { _, err := w.Enrol(t.Context(), w.officer, "child", child); return err },
			func() error { _, err := w.Enrol(t.Context(), w.officer, "child", child); return err }, // repeated
			func() error { _, err := w.Enrol(t.Context(), w.officer, "refused", foreigner); return err },
			func() error { _, err := w.Enrol(t.Context(), w.officer, "adult", w.fixed()); return err },
			func() error {
				_, err := w.Accept(t.Context(), w.second, "accept", witnessed.Receipt, population.Acceptance{Accept: true})
				return err
			},
			func() error {
				_, err := w.Exchange(t.Context(), w.social(), population.Social, "x", []population.Claim{a.claim(), b.claim()})
				return err
			},
			func() error {
				_, err := w.Correct(t.Context(), w.officer, "fix", population.Correction{Person: token, Revision: 1, Sex: population.Female, Cause: "clerical", Act: act()})
				return err
			},
			func() error {
				return w.Consent(t.Context(), w.resident(b.id), "consent", population.ConsentAct{Kind: "phone", Give: true, Contact: &population.Contact{Channel: population.Phone, Value: "0612345678"}})
			},
			func() error {
				_, err := w.Find(t.Context(), w.officer, population.FindRequest{IDCS: b.IDCS})
				return err
			},
		}
		for _, i := range rapid.Permutation(slices.Collect(indexes(len(acts)))).Draw(rt, "order") {
			if err := acts[i](); err != nil {
				rt.Fatalf("act %d: %v", i, err)
			}
		}
		w.invariants()
		got := w.rows()
		if want == nil {
			want = got
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			rt.Fatalf("%v, in another order %v", got, want)
		}
	})
}

// fixed is an adult who is the same whenever he is made.
func (w *world) fixed() population.Enrolment {
	e := w.adult()
	e.Documents = []population.Document{card(9_000_000)}
	return e
}

func indexes(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}
