package canary_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sijil/access"
	"sijil/idcs"
	"sijil/internal/canary"
	"sijil/internal/errs"
	"sijil/internal/outbox"
	"sijil/internal/sample"
	"sijil/internal/store"
	"sijil/internal/storetest"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/seal"
	"sijil/seal/sealtest"
)

var (
	officer = access.Caller{Kind: access.Staff, Actor: uid.ID{1}, Roles: []access.Role{access.RegistrationOfficer}, Areas: []string{access.AnyArea},
		Purpose: "registration", Basis: "law", Case: "case-1"}
	atDoor = access.Caller{Kind: access.Staff, Actor: uid.ID{1}, Roles: []access.Role{access.SocialRegister}, Areas: []string{access.AnyArea},
		Purpose: "registration", Basis: "law", Case: "case-1"}
)

const most = 1 << 20 // hits

// Nothing that a thousand people said of themselves, none of their numbers and
// tokens, is in any file of an installation: not in the stores, their logs and
// temporary files, nor in what a PostgreSQL server writes about its work.
func TestNothingIsReadableInAnyFile(t *testing.T) {
	t.Parallel()
	people := 1000
	if testing.Short() {
		people = 100
	}
	each(t, true, func(t *testing.T, s *site) {
		t.Helper()
		p := s.work(t, people)
		t.Logf("%d people, %d values, %d patterns", p.people, len(p.values), p.finder.Len())
		s.sql(t, "CHECKPOINT")
		s.nothingFound(t, p, "with the stores open")
		s.close(t)
		s.nothingFound(t, p, "with the stores closed")
	})
}

// The control: where sealing is off, the same search finds every value of
// everybody, and a value in any other form where it is put.
func TestTheSearchFindsWhatIsNotSealed(t *testing.T) {
	t.Parallel()
	each(t, false, func(t *testing.T, s *site) {
		t.Helper()
		p := s.work(t, 60)
		forms := s.plantForms(t, p)
		s.sql(t, "CHECKPOINT")
		hits, _, err := p.finder.SearchTree(s.root, most)
		if err != nil {
			t.Fatal(err)
		}
		found := map[canary.Form]map[string]bool{}
		inLog := 0
		for _, h := range hits {
			if found[h.Form] == nil {
				found[h.Form] = map[string]bool{}
			}
			found[h.Form][h.Field] = true
			if h.Form == canary.HexLower && strings.HasSuffix(h.File, "/log") {
				inLog++
			}
		}
		for _, v := range p.values {
			if !found[canary.Plain][v] {
				t.Errorf("%s was stored and not found", v)
			}
		}
		for form, fields := range forms {
			for _, f := range fields {
				if !found[form][f] {
					t.Errorf("%s in %s was not found", f, form)
				}
			}
		}
		if s.stores["population"].Engine() == store.Postgres && inLog == 0 {
			t.Error("the server logged no parameter: its log proves nothing")
		}
	})
}

func each(t *testing.T, sealing bool, fn func(t *testing.T, s *site)) {
	t.Helper()
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(e.String(), func(t *testing.T) {
			t.Parallel()
			fn(t, open(t, e, sealing))
		})
	}
}

func (s *site) nothingFound(t *testing.T, p *planted, when string) {
	t.Helper()
	hits, read, err := p.finder.SearchTree(s.root, most)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d bytes searched", when, read)
	if read < int64(p.people)*1000 {
		t.Errorf("%s: only %d bytes were found to search", when, read)
	}
	seen := map[string]int{}
	for _, h := range hits {
		_, field, _ := strings.Cut(h.Field, " ")
		seen[fmt.Sprintf("%s as %s in %s", field, h.Form, strings.TrimPrefix(h.File, s.root))]++
	}
	for what, n := range seen {
		t.Errorf("%s: %s, %d times", when, what, n)
	}
}

// planted is what is searched for.
type planted struct {
	finder canary.Finder
	values []string // names of the values that are stored sealed, one each
	people int
	random *sealtest.Rand
}

func (p *planted) add(name string, value []byte, text bool) {
	p.finder.Add(name, value, text)
	p.values = append(p.values, name)
}

func (p *planted) token(name string, t seal.Token) {
	b := t.Bytes()
	p.add(name+" token", b[:], false)
	p.finder.Add(name+" token as text", []byte(t.Text()), true)
}

// work has people enrolled, shown, corrected and refused, and their households
// declared.
func (s *site) work(t *testing.T, people int) *planted {
	t.Helper()
	p := &planted{random: sealtest.NewRand(6)}
	s.hire(t, p)
	plan := s.sample.Plan(sample.Options{Seed: 11, Canaries: true})
	for p.people < people {
		h, err := plan.Next()
		if err != nil {
			t.Fatal(err)
		}
		numbers := s.enrol(t, p, h)
		s.visit(t, p, h, numbers)
		s.look(t, p, h)
		s.declare(t, p, h, numbers)
	}
	return p
}

func (s *site) enrol(t *testing.T, p *planted, h *sample.Household) []idcs.IDCS {
	t.Helper()
	numbers := make([]idcs.IDCS, len(h.Persons))
	for _, i := range h.Enrolling() {
		person := &h.Persons[i]
		var introducer idcs.IDCS
		if person.Introducer >= 0 {
			introducer = numbers[person.Introducer]
		}
		e := person.Enrolment(introducer)
		got, err := s.people.Enrol(t.Context(), officer, fmt.Sprintf("enrol-%d", person.Serial), e)
		if err != nil || got.State != population.Numbered {
			t.Fatalf("household %d, person %d: %s, %v", h.Number, i, got.State, err)
		}
		numbers[i] = got.IDCS
		name := fmt.Sprint(person.Serial)
		for _, c := range person.Canaries {
			p.add(name+" "+c.Field, []byte(c.Value), true)
		}
		p.add(name+" number", []byte(got.IDCS.Digits()), true)
		if p.people++; p.people%20 == 0 {
			// An error's message and its log hold nothing either.
			if _, err := s.people.Enrol(t.Context(), officer, "again-"+name, e); errs.KindOf(err) != errs.Conflict {
				t.Fatalf("enrolled twice: %v", err)
			}
		}
	}
	return numbers
}

// visit has a token issued to everybody, and every tenth person found, shown
// and corrected at the counter.
func (s *site) visit(t *testing.T, p *planted, h *sample.Household, numbers []idcs.IDCS) {
	t.Helper()
	for i := range h.Persons {
		person := &h.Persons[i]
		if numbers[i].IsZero() {
			continue
		}
		name := fmt.Sprint(person.Serial)
		got, err := s.people.Exchange(t.Context(), atDoor, population.Social, "exchange-"+name,
			[]population.Claim{{IDCS: numbers[i], Name: person.Name(), Birth: person.Birth()}})
		if err != nil || len(got) != 1 || !got[0].Yes {
			t.Fatalf("household %d, person %d is not known at the door: %v", h.Number, i, err)
		}
		p.token(name+" social", got[0].Token)
		if person.Serial%10 != 0 {
			continue
		}
		found, err := s.people.Find(t.Context(), officer, population.FindRequest{IDCS: numbers[i]})
		if err != nil || len(found) != 1 {
			t.Fatalf("household %d, person %d is not found: %v", h.Number, i, err)
		}
		p.token(name+" counter", found[0].Token)
		shown, err := s.people.Show(t.Context(), officer, found[0].Token, population.Counter, []population.Field{population.FieldNames, population.FieldState})
		if err != nil {
			t.Fatal(err)
		}
		address := "canari apres correction " + seal.NewToken(p.random).Text()
		office := "canari bureau " + seal.NewToken(p.random).Text()
		_, err = s.people.Correct(t.Context(), officer, "correct-"+name, population.Correction{Person: found[0].Token, Revision: shown.Revision,
			Address: &address, Cause: "moved", From: s.sample.Today(), Act: population.Act{Type: "canari de l'acte", Office: office, Date: s.sample.Today()}})
		if err != nil {
			t.Fatal(err)
		}
		p.add(name+" corrected address", []byte(address), true)
		p.add(name+" office of the correction", []byte(office), true)
	}
}

func (s *site) declare(t *testing.T, p *planted, h *sample.Household, numbers []idcs.IDCS) {
	t.Helper()
	d, err := s.sample.Declaration(h, numbers)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.homes.Declare(t.Context(), officer, fmt.Sprintf("declare-%d", h.Number), d); err != nil {
		t.Fatalf("household %d: %v", h.Number, err)
	}
	for _, c := range h.Canaries {
		p.add(fmt.Sprintf("household-%d %s", h.Number, c.Field), []byte(c.Value), true)
	}
	for i, m := range d.Members {
		p.add(fmt.Sprintf("household-%d answers of member %d", h.Number, i+1), m.Answers[:min(len(m.Answers), 60)], true)
	}
}

// plantForms writes values into the outbox in every form that a value can
// have, and returns which.
func (s *site) plantForms(t *testing.T, p *planted) map[canary.Form][]string {
	t.Helper()
	forms := map[canary.Form][]string{}
	values := []struct {
		name  string
		bytes []byte
		text  bool
	}{
		{"form latin", []byte("Canari-Feuille-77"), true}, {"form arabic", []byte("طائر الكناري في القفص"), true},
		{"form digits", []byte("7301982264"), true},
		{"form token", []byte{0xfb, 0xff, 0xbf, 1, 0xfb, 0xff, 0xbf, 2, 0xfb, 0xff, 0xbf, 3, 0xfb, 0xff, 0xbf, 4}, false},
	}
	err := s.stores["social"].Do(t.Context(), func(tx *store.Tx) error {
		var all []error
		for i, v := range values {
			for j, form := range canary.Forms {
				b, ok := canary.Encode(form, v.bytes, v.text)
				if !ok {
					continue
				}
				forms[form] = append(forms[form], v.name)
				body := slices.Concat([]byte("before "), b, []byte(" after"))
				all = append(all, tx.Emit(t.Context(), outbox.Event{ID: uid.ID{byte(i), byte(j), 1}, Subject: uid.ID{2}, Topic: "planted", Body: body, At: storetest.Now}))
			}
		}
		return errors.Join(all...)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range values {
		p.finder.Add(v.name, v.bytes, v.text)
	}
	if len(forms) != len(canary.Forms) {
		t.Fatalf("only %d forms are planted", len(forms))
	}
	return forms
}

func (s *site) close(t *testing.T) {
	t.Helper()
	for name, db := range s.stores {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		delete(s.stores, name)
	}
}
