package population_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"sijil/access"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/seal"
)

func TestExchangeAnswersYesOrNo(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		e := w.adult()
		e.Names = []population.Name{
			{Use: population.Official, Spellings: []population.Spelling{
				{Script: "Latn", Given: "Fatima Zahra", Family: "El Alaoui"}, {Script: "Arab", Given: "فاطمة الزهراء", Family: "العلوي"}}},
			{Use: population.Usual, Spellings: []population.Spelling{{Script: "Latn", Given: "Fati", Family: "Alaoui"}}},
		}
		c := w.enrol(e)
		year := w.adult()
		year.Birth.Date = date("1959")
		y := w.enrol(year)
		unknown, err := reference().scheme.Draw(zero{})
		if err != nil {
			t.Fatal(err)
		}
		tests := []struct {
			what  string
			claim population.Claim
			want  bool
		}{
			{"as recorded", population.Claim{IDCS: c.IDCS, Name: "Fatima Zahra El Alaoui", Birth: date("1980-05-17")}, true},
			{"family name first", population.Claim{IDCS: c.IDCS, Name: "EL ALAOUI Fatima-Zahra", Birth: date("1980-05-17")}, true},
			{"spelt otherwise", population.Claim{IDCS: c.IDCS, Name: "Fatim Ezzahra Alaoui", Birth: date("1980-05-17")}, true},
			{"in Arabic", population.Claim{IDCS: c.IDCS, Name: "فاطمة الزهراء العلوي", Birth: date("1980-05-17")}, true},
			{"the usual name", population.Claim{IDCS: c.IDCS, Name: "Fati Alaoui", Birth: date("1980-05-17")}, true},
			{"another name", population.Claim{IDCS: c.IDCS, Name: "Fatiha El Alaoui", Birth: date("1980-05-17")}, false},
			{"a part of the name", population.Claim{IDCS: c.IDCS, Name: "Fatima El Alaoui", Birth: date("1980-05-17")}, false},
			{"the given name alone", population.Claim{IDCS: c.IDCS, Name: "Fatima Zahra", Birth: date("1980-05-17")}, false},
			{"another day", population.Claim{IDCS: c.IDCS, Name: "Fatima Zahra El Alaoui", Birth: date("1980-05-18")}, false},
			{"the year alone", population.Claim{IDCS: c.IDCS, Name: "Fatima Zahra El Alaoui", Birth: date("1980")}, false},
			{"another's number", population.Claim{IDCS: y.IDCS, Name: "Fatima Zahra El Alaoui", Birth: date("1980-05-17")}, false},
			{"nobody's number", population.Claim{IDCS: unknown, Name: "Fatima Zahra El Alaoui", Birth: date("1980-05-17")}, false},
			{"recorded by year", population.Claim{IDCS: y.IDCS, Name: "Youssef Bennani", Birth: date("1959")}, true},
			{"recorded by year, a birthday on every paper", population.Claim{IDCS: y.IDCS, Name: "Youssef Bennani", Birth: date("1959-01-01")}, true},
		}
		for _, tt := range tests {
			out, err := w.Exchange(t.Context(), w.social(), population.Social, w.key(), []population.Claim{tt.claim})
			if err != nil || out[0].Yes != tt.want || out[0].Token.IsZero() == tt.want {
				t.Errorf("%s: got %v, %v", tt.what, out[0].Yes, err)
			}
		}
	})
}

// zero is randomness that is none: its number is nobody's.
type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestTokensAreIssuedOnceForEachRecipient(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		first := w.sector(c)
		if again := w.sector(c); again != first {
			t.Error("the social register got two tokens of one person")
		}
		p, q := w.partner(), w.partner()
		tokens := map[seal.Token]bool{first: true, w.find(c): true}
		for _, who := range []access.Caller{p, q} {
			out, err := w.Exchange(t.Context(), who, population.PartnerRecipient(who.Actor), w.key(), []population.Claim{c.claim()})
			if err != nil || !out[0].Yes {
				t.Fatal(err)
			}
			tokens[out[0].Token] = true
		}
		if len(tokens) != 4 {
			t.Errorf("%d tokens for four recipients", len(tokens))
		}
		// Nobody speaks for another, and a token of another does not resolve.
		_, err := w.Exchange(t.Context(), p, population.PartnerRecipient(q.Actor), w.key(), []population.Claim{c.claim()})
		wants(t, err, "recipient")
		_, err = w.Exchange(t.Context(), p, population.Social, w.key(), []population.Claim{c.claim()})
		wants(t, err, "recipient")
		_, err = w.Show(t.Context(), w.social(), w.find(c), population.Social, []population.Field{population.FieldNames})
		wants(t, err, "unknown_token")
		_, err = w.Facts(t.Context(), w.social(), population.Social, []seal.Token{first, w.find(c)})
		wants(t, err, "unknown_token")
		_, err = w.Show(t.Context(), w.officer, first, population.Counter, []population.Field{population.FieldNames})
		wants(t, err, "unknown_token")
		_, err = w.Show(t.Context(), w.officer, seal.Token{}, population.Counter, []population.Field{population.FieldNames})
		wants(t, err, "unknown_token")
	})
}

func TestOneTokenUnderConcurrency(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		var mu sync.Mutex
		got := map[seal.Token]int{}
		var wg sync.WaitGroup
		for range 16 {
			key := w.key()
			wg.Go(func() {
				out, err := w.Exchange(t.Context(), w.social(), population.Social, key, []population.Claim{c.claim()})
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
					return
				}
				got[out[0].Token]++
			})
		}
		wg.Wait()
		if len(got) != 1 {
			t.Errorf("%d tokens", len(got))
		}
	})
}

// A household is one transaction; a wrong claim does not hold up the others;
// repeated claims are answered from what was kept.
func TestAHouseholdIsExchangedAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		var claims []population.Claim
		for i := range 7 {
			c := w.enrol(w.adult())
			claims = append(claims, c.claim())
			if i == 3 {
				claims[i].Birth = date("1980-05-18")
			}
		}
		key := w.key()
		first, err := w.Exchange(t.Context(), w.social(), population.Social, key, claims)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range first {
			if x.Yes != (i != 3) {
				t.Errorf("claim %d: %v", i, x.Yes)
			}
		}
		before := w.rows()
		again, err := w.Exchange(t.Context(), w.social(), population.Social, key, claims)
		if err != nil || !slices.Equal(first, again) {
			t.Errorf("%v", err)
		}
		if after := w.rows(); fmt.Sprint(before) != fmt.Sprint(after) {
			t.Errorf("%v, before %v", after, before)
		}
		if n := w.count(`SELECT count(*) FROM disclosures WHERE operation = 'door.exchange' AND fields = 'token'`); n != 6 {
			t.Errorf("%d disclosures", n)
		}
		if n := w.count(`SELECT count(*) FROM uses WHERE operation = 'door.exchange' AND verdict = 'no'`); n != 1 {
			t.Errorf("%d uses", n)
		}
		_, err = w.Exchange(t.Context(), w.social(), population.Social, w.key(), append(claims, claims[0]))
		wants(t, err, "claim_twice")
	})
}

// Failing attempts are counted per caller and claimed number, whether or not
// somebody has it; yes and no leave as many rows.
func TestAttemptsAreCounted(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		wrong := c.claim()
		wrong.Name = "Somebody Else"
		nobody := wrong
		nobody.IDCS, _ = reference().scheme.Draw(zero{})
		p := w.partner()
		ask := func(cl population.Claim) int64 {
			var before, after int64
			for _, t := range []string{"disclosures", "uses", "attempts", "tokens", "token_claims"} {
				before += w.count("SELECT count(*) FROM " + t)
			}
			if _, err := w.Exchange(t.Context(), p, population.PartnerRecipient(p.Actor), w.key(), []population.Claim{cl}); err != nil {
				t.Fatal(err)
			}
			for _, t := range []string{"disclosures", "uses", "attempts", "tokens", "token_claims"} {
				after += w.count("SELECT count(*) FROM " + t)
			}
			return after - before
		}
		ask(c.claim()) // issues the token
		for range 3 {
			ask(wrong)
		}
		ask(nobody)
		if a, b, n := ask(c.claim()), ask(wrong), ask(nobody); a != 1 || b != 1 || n != 1 {
			t.Errorf("yes leaves %d rows, no %d, a number of nobody %d", a, b, n)
		}
		if n := w.count(`SELECT failed FROM attempts WHERE caller_id = $1 AND asked = 6`, p.Actor); n != 4 {
			t.Errorf("%d failed", n)
		}
		if n := w.count(`SELECT failed FROM attempts WHERE caller_id = $1 AND asked = 2`, p.Actor); n != 2 {
			t.Errorf("%d failed", n)
		}
	})
}

// Every look is a disclosure that the person sees, written before anything is
// opened: when it cannot be written, nothing is shown.
func TestWhoLooked(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		token := w.sector(c)
		if _, err := w.Show(t.Context(), w.social(), token, population.Social, []population.Field{population.FieldNames, population.FieldAddress}); err != nil {
			t.Fatal(err)
		}
		facts, err := w.Facts(t.Context(), w.social(), population.Social, []seal.Token{token, token})
		if err != nil || len(facts) != 2 || facts[0].Birth != date("1980-05-17") || facts[1].Sex != population.Male || !facts[0].Alive || facts[0].Token != token {
			t.Errorf("%+v %v", facts, err)
		}
		list, err := w.Disclosed(t.Context(), w.resident(c.id), uid.ID{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range list {
			got = append(got, fmt.Sprint(d.Operation, " ", d.Fields, " ", d.Kind, " ", d.Purpose, " ", d.Case))
		}
		want := []string{
			"door.facts [birth sex alive] system declaration h-1", "door.facts [birth sex alive] system declaration h-1",
			"door.show [names address] system declaration h-1", "door.exchange [token] system declaration h-1",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
		rest, err := w.Disclosed(t.Context(), w.resident(c.id), list[1].ID)
		if err != nil || len(rest) != 2 || rest[0].ID != list[2].ID {
			t.Errorf("the next page: %v %v", rest, err)
		}
		// A person sees everything of himself or herself, and that too is recorded.
		own, err := w.Show(t.Context(), w.resident(c.id), seal.Token{}, "", []population.Field{population.FieldNumber})
		if err != nil || own.IDCS != c.IDCS {
			t.Errorf("%v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if out, err := w.Show(ctx, w.social(), token, population.Social, []population.Field{population.FieldNames}); err == nil || out.Names != nil {
			t.Error("shown without a disclosure")
		}
	})
}

func TestWhatARoleSees(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		token := w.sector(c)
		before := w.rows()
		for _, f := range []population.Field{population.FieldNumber, population.FieldDocuments, population.FieldFormer, population.FieldRelations, population.FieldConsents} {
			_, err := w.Show(t.Context(), w.social(), token, population.Social, []population.Field{population.FieldNames, f})
			wants(t, err, "field")
		}
		_, err := w.Show(t.Context(), w.social(), token, population.Social, nil)
		wants(t, err, "field")
		_, err = w.Show(t.Context(), w.social(), token, population.Social, []population.Field{"mother"})
		wants(t, err, "field")
		none := w.officer
		none.Roles = []access.Role{access.Planner}
		for _, try := range []func() error{
			func() error {
				_, err := w.Show(t.Context(), none, token, population.Social, []population.Field{population.FieldNames})
				return err
			},
			func() error {
				_, err := w.Find(t.Context(), w.second, population.FindRequest{IDCS: c.IDCS})
				return err
			},
			func() error {
				_, err := w.Exchange(t.Context(), w.officer, population.Counter, "k", []population.Claim{c.claim()})
				return err
			},
			func() error { _, err := w.Facts(t.Context(), w.partner(), "x", []seal.Token{token}); return err },
			func() error { _, err := w.Enrol(t.Context(), w.second, "k", w.adult()); return err },
			func() error { _, err := w.Disclosed(t.Context(), w.officer, uid.ID{}); return err },
			func() error { _, err := w.Vouched(t.Context(), w.officer, uid.ID{}); return err },
			func() error {
				_, err := w.Accept(t.Context(), w.officer, "k", c.Receipt, population.Acceptance{Accept: true})
				return err
			},
			func() error { _, err := w.Review(t.Context(), w.officer, c.Receipt); return err },
			func() error {
				_, err := w.TokenOf(t.Context(), w.officer, c.id, population.Social, false)
				return err
			},
			func() error { _, err := w.EraseRefused(t.Context(), w.officer, 1); return err },
			func() error { _, err := w.Counts(t.Context(), w.officer, "x", population.Count{}); return err },
			func() error { _, err := w.Receipt(t.Context(), w.partner(), c.Receipt); return err },
		} {
			if err := try(); errs.KindOf(err) != errs.Denied {
				t.Errorf("not denied: %v", err)
			}
		}
		if after := w.rows(); fmt.Sprint(before) != fmt.Sprint(after) {
			t.Errorf("a denied look wrote something: %v, before %v", after, before)
		}
	})
}

func TestFindByExactKeysMasked(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		e := w.adult()
		act := birthAct(1980, 41)
		e.Documents = append(e.Documents, act)
		c := w.enrol(e)
		elsewhere := w.adult()
		elsewhere.Locality = there
		far := w.enrol(elsewhere)
		typed := act
		typed.Parts = map[string]string{"office": " zz-01", "year": "١٩٨٠", "number": "00041"} // as somebody types it
		for what, r := range map[string]population.FindRequest{
			"number": {IDCS: c.IDCS}, "card": {Document: &e.Documents[0]}, "act": {Document: &typed}, "receipt": {Receipt: c.Receipt},
		} {
			list, err := w.Find(t.Context(), w.officer, r)
			if err != nil || len(list) != 1 {
				t.Fatalf("%s: %d, %v", what, len(list), err)
			}
			got := list[0]
			if got.Names[0] != "Y••• B•••" || got.BirthYear != 1980 || got.Number != c.IDCS.Mask(2) || got.Locality != here || got.Token != w.find(c) {
				t.Errorf("%s: %+v", what, got)
			}
		}
		before := w.rows()
		for what, r := range map[string]population.FindRequest{
			"outside the area": {IDCS: far.IDCS}, "nobody's": {Document: new(card(88_888))}, "no receipt": {Receipt: w.ids.NewRef()},
		} {
			if list, err := w.Find(t.Context(), w.officer, r); err != nil || len(list) != 0 {
				t.Errorf("%s: %d, %v", what, len(list), err)
			}
		}
		for what, r := range map[string]population.FindRequest{
			"nothing": {}, "two keys": {IDCS: c.IDCS, Receipt: c.Receipt},
			"no claim": {Document: &population.Document{Type: "family_booklet", Parts: map[string]string{"number": "1"}}},
			"no form":  {Document: &population.Document{Type: "national_card", Parts: map[string]string{"number": "1"}}},
		} {
			if _, err := w.Find(t.Context(), w.officer, r); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		if after := w.rows(); fmt.Sprint(before) != fmt.Sprint(after) {
			t.Errorf("%v, before %v", after, before)
		}
		officer := w.officer
		officer.Areas = []string{access.AnyArea}
		list, err := w.Find(t.Context(), officer, population.FindRequest{IDCS: far.IDCS})
		if err != nil || len(list) != 1 {
			t.Fatal(err)
		}
		_, err = w.Show(t.Context(), w.officer, list[0].Token, population.Counter, []population.Field{population.FieldNames})
		if errs.KindOf(err) != errs.Denied {
			t.Errorf("outside the area: %v", err)
		}
	})
}

// Blind keys rotate: what was claimed under one is found and held under the next.
func TestKeysRotate(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		e := w.adult()
		c := w.enrol(e)
		token := w.sector(c)
		w.keeper.RotateBlind()
		if got := w.sector(c); got != token {
			t.Error("another token after the rotation")
		}
		_, err := w.Enrol(t.Context(), w.officer, w.key(), e)
		wants(t, err, "document_taken")
		later := w.enrol(w.adult())
		if list, err := w.Find(t.Context(), w.officer, population.FindRequest{Document: &later.enrolment.Documents[0]}); err != nil || len(list) != 1 {
			t.Errorf("%d, %v", len(list), err)
		}
	})
}

// What is erased answers so, and a claim about it is no.
func TestErasedPeople(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		token := w.sector(c)
		var key uid.ID
		copy(key[:], w.bytes(`SELECT key_id FROM persons WHERE person_id = $1`, c.id))
		if err := w.vault.Destroy(t.Context(), key, "test"); err != nil {
			t.Fatal(err)
		}
		_, err := w.Facts(t.Context(), w.social(), population.Social, []seal.Token{token})
		if _, ok := errors.AsType[*seal.Erased](err); !ok {
			t.Errorf("%v", err)
		}
		out, err := w.Exchange(t.Context(), w.social(), population.Social, w.key(), []population.Claim{c.claim()})
		if err != nil || out[0].Yes {
			t.Errorf("%v %v", out, err)
		}
	})
}

func TestEventsFindTheirToken(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		if got, err := w.TokenOf(t.Context(), w.job(), c.id, population.Social, false); err != nil || !got.IsZero() {
			t.Errorf("a token that was not issued: %v", err)
		}
		token := w.sector(c)
		if got, err := w.TokenOf(t.Context(), w.job(), c.id, population.Social, false); err != nil || got != token {
			t.Errorf("another token, %v", err)
		}
		made, err := w.TokenOf(t.Context(), w.job(), c.id, population.Agency, true)
		if err != nil || made.IsZero() {
			t.Fatal(err)
		}
		if again, err := w.TokenOf(t.Context(), w.job(), c.id, population.Agency, true); err != nil || again != made {
			t.Errorf("another token, %v", err)
		}
	})
}

// Only an active person is exchanged; of the deceased the facts say so.
func TestOnlyTheLivingAreExchanged(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		t := w.t
		c := w.enrol(w.adult())
		token := w.sector(c)
		for _, state := range []population.State{population.Contested, population.Suspended, population.Departed, population.Deceased, population.Merged, population.Active} {
			w.exec(`UPDATE persons SET state = $2 WHERE person_id = $1`, c.id, state)
			asker := w.social()
			asker.Actor = w.ids.NewID() // limits are those of one caller
			out, err := w.Exchange(t.Context(), asker, population.Social, w.key(), []population.Claim{c.claim()})
			if err != nil || out[0].Yes != (state == population.Active) {
				t.Errorf("%s: %v %v", state, out, err)
			}
			facts, err := w.Facts(t.Context(), w.social(), population.Social, []seal.Token{token})
			if err != nil || facts[0].Alive != (state != population.Deceased) {
				t.Errorf("%s: %+v %v", state, facts, err)
			}
		}
	})
}
