package population_test

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sijil/access"
	"sijil/internal/fields"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/population"
	"sijil/population/populationdb"
)

// sampleOf is the i-th of a thousand people of every kind; before are those
// enrolled before, one of whom may bring this one.
func sampleOf(i int, before []citizen) population.Enrolment {
	n := int64(1000 + i)
	e := population.Enrolment{
		Category: population.Citizen, Names: []population.Name{name("Youssef", invented(i)), {Use: population.Former, Spellings: []population.Spelling{{Script: "Arab", Given: "يوسف", Family: "بناني"}}}},
		Sex: population.Male, Birth: population.Birth{Date: date([]string{"1980-05-17", "1959", "1971-03"}[i%3])}, Locality: []string{here, hereToo}[i%2],
		Documents: []population.Document{card(n)}, Notice: noticed,
	}
	switch i % 6 {
	case 1:
		e.Contacts, e.Consents = []population.Contact{{Channel: population.Phone, Value: fmt.Sprintf("06%08d", i/30)}}, []string{"phone", "sharing"}
	case 2:
		e.Category, e.Documents = population.Foreigner, []population.Document{permit(n)}
	case 3:
		e.Birth.Date, e.Birth.Order = date("2021-02-03"), i%3
		e.Documents = []population.Document{birthAct(2021, n)}
		e.Introducer = &population.Relation{As: "mother", Holder: population.Holder{Name: "Khadija Tazi"}}
		e.Relations = []population.Relation{{Kind: population.Payee, State: population.Vacant}}
	case 4:
		e.Birth.Date, e.Documents = date("2024"), nil
		e.Introducer = &population.Relation{As: "kafil", Holder: population.Holder{Name: "Ahmed Naciri"}}
		e.Address = "Douar 5"
	case 5:
		e.Birth.Date, e.Documents = date("2022-11-03"), []population.Document{birthAct(2022, n)}
		e.Introducer = &population.Relation{As: "father", Holder: population.Holder{IDCS: before[broughtBy(i)].IDCS}}
	}
	return e
}

// invented is a family name that few bear.
func invented(i int) string {
	out := ""
	for _, part := range [][]string{{"Ba", "Cha", "Da", "Fou", "Gha", "Ha", "Ja", "Ka", "La", "Ma"}, {"li", "ri", "mi", "ni", "si", "di", "ti", "bi", "fi", "zi"}, {"d", "m", "l", "n", "r", "s", "t", "f", "k", "b"}} {
		out += part[i%10]
		i /= 10
	}
	return out
}

// broughtBy is the adult who brings the child i of sampleOf, -1 where nobody
// who is registered does.
func broughtBy(i int) int {
	if i%6 == 5 {
		return i - 5
	}
	return -1
}

// What the bulk path writes is what the service writes: every column of every
// row is equal, and what is sealed opens to the same, but for ids and chance.
func TestBulkIsTheService(t *testing.T) {
	t.Parallel()
	const people = 1000
	storetest.Each(t, []store.Migrations{populationdb.Migrations()}, func(t *testing.T, db *store.DB) {
		t.Helper()
		one := newWorld(t, db)
		two := newWorld(t, storetest.Open(t, db.Engine(), []store.Migrations{populationdb.Migrations()}))
		two.officer = one.officer
		var single, bulk []citizen
		for i := range people {
			single = append(single, one.enrol(sampleOf(i, single)))
		}
		i := 0
		all := two.officer
		all.Areas = []string{access.AnyArea}
		n, err := two.Bulk(t.Context(), all, func() (population.Enrolment, error) {
			if i == people {
				return population.Enrolment{}, io.EOF
			}
			i++
			return sampleOf(i-1, bulk), nil
		}, func(out population.Enrolled) {
			bulk = append(bulk, citizen{Enrolled: out, enrolment: sampleOf(len(bulk), bulk)})
		})
		if err != nil || n != people {
			t.Fatalf("%d, %v", n, err)
		}
		for i := range bulk {
			bulk[i].id = two.person(bulk[i].Receipt)
		}
		for _, f := range fields.Of("population") {
			if f.Name == "idempotency" || f.Name == "migrations" {
				continue
			}
			a, b := one.clear(f), two.clear(f)
			if !slices.Equal(a, b) {
				t.Errorf("%s differs: %d rows, %d in bulk", f.Name, len(a), len(b))
			}
		}
		for i := range people {
			a, b := one.whole(single, i), two.whole(bulk, i)
			if !reflect.DeepEqual(a, b) {
				t.Fatalf("person %d differs:\n%+v\n%+v", i, a, b)
			}
			if bulk[i].IDCS != two.show(bulk[i], population.FieldNumber).IDCS {
				t.Fatalf("person %d: the number that was answered is not the one that was kept", i)
			}
		}
		// People of the bulk path are found, exchanged and hold their documents.
		two.sector(bulk[0])
		_, err = two.Enrol(t.Context(), two.officer, two.key(), sampleOf(0, nil))
		wants(t, err, "document_taken")
	})
}

// clear returns the rows of a table, sorted, with what chance decides left out.
func (w *world) clear(f fields.Table) []string {
	w.t.Helper()
	// What a check found is not there in bulk, which checks nobody.
	chance := []string{"model", "compared", "cut", "person_id", "key_id", "receipt", "relation_id", "consent_id", "subject_id", "event_id", "disclosure_id", "use_id"}
	var columns []string
	for _, c := range f.Columns {
		if c.Class == fields.Clear && !slices.Contains(chance, c.Name) || (c.Class == fields.Blind || c.Class == fields.Blocking) && f.Name != "number_claims" {
			columns = append(columns, c.Name)
		}
	}
	var out []string
	err := w.db.View(w.t.Context(), func(tx *store.Tx) error {
		out = nil
		casts := make([]string, len(columns))
		for i, c := range columns {
			if casts[i] = "CAST(" + c + " AS text)"; c == "holder_id" { // whole says who it is
				casts[i] = "CASE WHEN holder_id IS NULL THEN 'nobody' ELSE 'somebody' END"
			}
		}
		rows, err := tx.Query(w.t.Context(), `SELECT `+strings.Join(casts, ", ")+` FROM `+f.Name)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			row, dest := make([]*string, len(columns)), make([]any, len(columns))
			for i := range row {
				dest[i] = &row[i]
			}
			if err := rows.Scan(dest...); err != nil {
				return err
			}
			text := ""
			for _, v := range row {
				if v == nil {
					v = new("null")
				}
				text += " " + *v
			}
			out = append(out, text)
		}
		return rows.Err()
	})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// whole is everything that can be shown of one of the people but the number.
// Who brought the person is looked at here, and left out.
func (w *world) whole(people []citizen, i int) population.Shown {
	w.t.Helper()
	out := w.show(people[i], population.FieldNames, population.FieldFormer, population.FieldBirth, population.FieldSex, population.FieldLocality, population.FieldAddress,
		population.FieldContacts, population.FieldDocuments, population.FieldRelations, population.FieldConsents, population.FieldState)
	by := broughtBy(i)
	if by >= 0 && (len(out.Relations) != 1 || !out.Relations[0].Registered ||
		w.count(`SELECT count(*) FROM relations WHERE person_id = $1 AND holder_id = $2`, people[i].id, people[by].id) != 1 ||
		w.count(`SELECT count(*) FROM uses WHERE person_id = $1 AND verdict = 'relation'`, people[by].id) != 1) {
		w.t.Errorf("person %d is not kept as brought by person %d: %+v", i, by, out.Relations)
	}
	for k := range out.Relations {
		out.Relations[k].ID = [16]byte{}
	}
	return out
}

func TestWhatCannotComeInBulk(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		a, b := w.enrol(w.adult()), w.enrol(w.adult())
		registered := w.child()
		registered.Introducer.Holder = population.Holder{IDCS: a.IDCS}
		refused := w.adult()
		refused.Category, refused.Documents = population.Foreigner, nil
		outside := w.adult()
		outside.Locality = there
		before := w.rows()
		for what, e := range map[string]population.Enrolment{
			"witnesses": w.paperless(a, b), "a registered introducer": registered, "a refusal": refused, "outside the area": outside,
		} {
			if _, err := w.Bulk(t.Context(), w.officer, func() (population.Enrolment, error) { return e, nil }, nil); err == nil {
				t.Errorf("%s was taken", what)
			}
		}
		if after := w.rows(); fmt.Sprint(before) != fmt.Sprint(after) {
			t.Errorf("%v, before %v", after, before)
		}
	})
}
