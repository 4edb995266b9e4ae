package trial_test

import (
	"fmt"
	"slices"
	"time"

	"sijil/access"
	"sijil/household"
	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/seal"
)

// step does one random act and writes down what was answered.
func (w *twin) step() {
	kinds := []struct {
		name   string
		weight int
		do     func() string
	}{
		{"enrol", 24, w.enrol}, {"enrol badly", 6, w.enrolBadly}, {"enrol again", 4, w.enrolAgain}, {"witnessed", 3, w.witnessed}, {"accept", 4, w.accept},
		{"correct", 8, w.correctOne}, {"consent", 5, w.consent}, {"exchange", 5, w.exchange}, {"find", 5, w.find}, {"show", 5, w.show}, {"facts", 3, w.facts},
		{"declare", 10, w.declare}, {"declare badly", 6, w.declareBadly}, {"again", 6, w.again}, {"draft", 4, w.draft}, {"submit", 4, w.submit},
		{"word", 5, w.word}, {"view", 4, w.view}, {"settle", 4, w.settleAll}, {"wait", 2, w.pass},
	}
	sum := 0
	for _, k := range kinds {
		sum += k.weight
	}
	n := w.rand.IntN(sum)
	for _, k := range kinds {
		if n -= k.weight; n < 0 {
			w.clock.Advance(time.Second)
			w.log = append(w.log, k.name+": "+k.do())
			return
		}
	}
}

// enrolled is a random person of the register.
func (w *twin) enrolled() *soul {
	var all []*soul
	for _, s := range w.souls[:w.next] {
		if s.enrolled {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		w.enrol()
		return w.enrolled()
	}
	if len(all) > 12 && !w.chance(4) { // mostly of late
		all = all[len(all)-12:]
	}
	return pick(w, all)
}

func (w *twin) enrolment(s *soul) population.Enrolment {
	by := idcs.IDCS{}
	if s.p.Introducer >= 0 {
		by = w.numbers(s.house)[s.p.Introducer]
	}
	return s.p.Enrolment(by)
}

func (w *twin) enrol() string {
	s := w.soul(w.next)
	w.next++
	s.key = w.key()
	out, err := w.Population.Enrol(w.t.Context(), officer, s.key, w.enrolment(s))
	if err == nil && out.State == population.Numbered {
		s.enrolled, s.receipt, s.number, s.revision = true, out.Receipt, out.IDCS, 1
		w.receipts = append(w.receipts, out.Receipt)
	}
	return said(out, err)
}

// enrolBadly enrols somebody with something wrong, or without what is needed.
func (w *twin) enrolBadly() string {
	e := w.enrolment(w.soul(w.next)) // stays to be enrolled
	c := officer
	n := w.rand.IntN(11)
	switch n {
	case 0:
		e.Names = nil
	case 1:
		e.Locality = "99.999-U"
	case 2:
		e.Birth.Date = civil.Partial{Year: 2031}
	case 3:
		e.Notice.Version = "1999-1"
	case 4:
		e.Documents = append(e.Documents, population.Document{Type: "moon_card"})
	case 5:
		e.Category, e.Documents = population.Foreigner, nil
	case 6:
		e.Consents = []string{"everything"}
	case 7:
		c.Areas = []string{"99"}
	case 8:
		e.Documents = w.enrolled().p.Enrolment(idcs.IDCS{}).Documents // another's
	case 9:
		e.Sex = "both"
	case 10:
		c.Roles = []access.Role{access.Planner}
	}
	out, err := w.Population.Enrol(w.t.Context(), c, w.key(), e)
	if err == nil && out.Receipt != "" {
		w.receipts = append(w.receipts, out.Receipt)
	}
	return fmt.Sprint(n, " ", said(out, err))
}

// enrolAgain repeats a key, with the same enrolment or another.
func (w *twin) enrolAgain() string {
	s := w.enrolled()
	e := w.enrolment(s)
	if other := w.chance(2); other {
		e.Address += " bis"
	}
	out, err := w.Population.Enrol(w.t.Context(), officer, s.key, e)
	if err == nil && (out.Receipt != s.receipt || out.IDCS != s.number) {
		return "another receipt"
	}
	return said(out, err)
}

func (w *twin) witnessed() string {
	a, b := w.enrolled(), w.enrolled()
	e := a.p.Enrolment(idcs.IDCS{})
	e = population.Enrolment{Category: population.Citizen, Sex: population.Male, Birth: population.Birth{Date: civil.Partial{Year: 1959}}, Locality: e.Locality, Notice: e.Notice,
		Names: []population.Name{{Use: population.Official, Spellings: []population.Spelling{{Script: "Latn", Given: "Paperless", Family: "Neighbour"}}}}}
	for _, s := range []*soul{a, b} {
		if d := s.p.Enrolment(idcs.IDCS{}).Documents; len(d) > 0 {
			e.Witnesses = append(e.Witnesses, population.Witness{IDCS: s.number, Document: d[0]})
		}
	}
	out, err := w.Population.Enrol(w.t.Context(), officer, w.key(), e)
	if err == nil && out.Receipt != "" {
		w.waits, w.receipts = append(w.waits, out.Receipt), append(w.receipts, out.Receipt)
	}
	return said(out, err)
}

func (w *twin) accept() string {
	receipt := uid.Ref("aaaaaaaaaaaaaaaaaaaaaaaaaa")
	if len(w.waits) > 0 && !w.chance(8) {
		receipt = w.waits[len(w.waits)-1-w.rand.IntN(min(3, len(w.waits)))]
	}
	c, a := authority, population.Acceptance{Accept: true}
	switch w.rand.IntN(6) {
	case 0:
		c.Actor = officer.Actor
	case 1:
		a = population.Acceptance{Reason: "witnesses_refused"}
	case 2:
		a.Reason = "witnesses_refused"
	}
	return said(w.Population.Accept(w.t.Context(), c, w.key(), receipt, a))
}

func (w *twin) correctOne() string {
	s := w.enrolled()
	token, err := w.token(s)
	if err != nil {
		return codes(err)
	}
	r := population.Correction{Person: token, Revision: s.revision, Cause: "court",
		Act: population.Act{Type: "judgment", Number: "1/26", Office: "ZZ01", Date: civil.MustParse("2026-10-30")}}
	n := w.rand.IntN(9)
	born := s.birth
	switch n {
	case 0, 1:
		born.Year -= 1 + w.rand.IntN(3)
		if born.Month == 2 {
			born.Day = min(born.Day, 28)
		}
		r.Birth = &population.Birth{Date: born}
	case 2:
		address := fmt.Sprint("Lot ", w.rand.IntN(3))
		r.Address = &address
	case 3:
		r.Revision--
		r.Sex = population.Male
	case 4:
		r.Sex = population.Female
	case 5:
		r.Cause = "whim"
	case 6:
		r.Add = w.enrolled().p.Enrolment(idcs.IDCS{}).Documents
	case 7:
		r.Locality, r.Cause, r.From = pick(w, []string{"01.051-U", "06.141-U", "99"}), "moved", civil.MustParse("2026-11-01")
	}
	key := w.key()
	out, err := w.Population.Correct(w.t.Context(), officer, key, r)
	if err == nil {
		if again, err := w.Population.Correct(w.t.Context(), officer, key, r); err != nil || again.Revision != out.Revision {
			return "repeated, another answer: " + said(again, err)
		}
		s.revision = out.Revision
		if r.Birth != nil {
			s.birth = born
		}
	}
	return fmt.Sprint(n, " ", said(out, err))
}

func (w *twin) consent() string {
	s := w.enrolled()
	token, err := w.token(s)
	if err != nil {
		return codes(err)
	}
	a := population.ConsentAct{Person: token, Kind: pick(w, []string{"phone", "mail", "sharing", "nothing"}), Give: w.chance(2)}
	if a.Give && w.chance(2) {
		a.Contact = &population.Contact{Channel: population.Phone, Value: fmt.Sprintf("06%08d", w.rand.IntN(20))}
	}
	err = w.Population.Consent(w.t.Context(), officer, w.key(), a)
	if err != nil {
		return codes(err)
	}
	shown, err := w.Population.Show(w.t.Context(), officer, token, population.Counter, []population.Field{population.FieldState, population.FieldContacts, population.FieldConsents})
	s.revision = shown.Revision
	return said(shown, err)
}

var atDoor = staff(4, access.SocialRegister)

func (w *twin) exchange() string {
	var claims []population.Claim
	for range 1 + w.rand.IntN(3) {
		c := w.enrolled().claim()
		switch w.rand.IntN(5) {
		case 0:
			c.Name = "Somebody Else"
		case 1:
			c.Birth.Year++
		case 2:
			c.IDCS = w.enrolled().number
		}
		claims = append(claims, c)
	}
	c := atDoor
	if w.chance(8) {
		c = auditor
	}
	key := w.key()
	out, err := w.Population.Exchange(w.t.Context(), c, population.Social, key, claims)
	if err == nil {
		if again, err := w.Population.Exchange(w.t.Context(), c, population.Social, key, claims); err != nil || !slices.Equal(again, out) {
			return "repeated, another answer: " + said(again, err)
		}
	}
	return said(out, err)
}

func (w *twin) find() string {
	s := w.enrolled()
	var r population.FindRequest
	c := officer
	switch w.rand.IntN(6) {
	case 0:
		r.IDCS = s.number
	case 1:
		if d := s.p.Enrolment(idcs.IDCS{}).Documents; len(d) > 0 {
			r.Document = &d[0]
		}
	case 2:
		r.Receipt = s.receipt
	case 3:
		if k := s.p.Enrolment(idcs.IDCS{}).Contacts; len(k) > 0 {
			r.Contact = &k[0]
		}
	case 4:
		r.IDCS, c.Areas = s.number, []string{"99"}
	case 5:
		r.Receipt, c.Case = s.receipt, ""
	}
	list, err := w.Population.Find(w.t.Context(), c, r)
	slices.SortFunc(list, func(a, b population.Candidate) int { return a.BirthYear - b.BirthYear })
	return said(list, err)
}

func (w *twin) show() string {
	token, err := w.token(w.enrolled())
	if err != nil {
		return codes(err)
	}
	all := []population.Field{population.FieldNames, population.FieldFormer, population.FieldBirth, population.FieldSex, population.FieldLocality, population.FieldAddress,
		population.FieldContacts, population.FieldDocuments, population.FieldNumber, population.FieldRelations, population.FieldConsents, population.FieldState, "soul"}
	var fields []population.Field
	for range 1 + w.rand.IntN(4) {
		fields = append(fields, pick(w, all))
	}
	c, recipient := officer, population.Counter
	switch w.rand.IntN(8) {
	case 0:
		token = seal.Token{}
	case 1:
		recipient = population.Social
	case 2:
		c = authority
	}
	if w.chance(4) {
		return said(w.Population.ShowAsKnown(w.t.Context(), c, token, recipient, fields, civil.MustParse("2026-11-02"), w.clock.Now().Add(-time.Minute)))
	}
	return said(w.Population.Show(w.t.Context(), c, token, recipient, fields))
}

func (w *twin) facts() string {
	var tokens []seal.Token
	for range 1 + w.rand.IntN(2) {
		got, err := w.Population.Exchange(w.t.Context(), atDoor, population.Social, w.key(), []population.Claim{w.enrolled().claim()})
		if err != nil {
			return codes(err)
		}
		tokens = append(tokens, got[0].Token)
	}
	if w.chance(6) {
		tokens = append(tokens, seal.Token{})
	}
	return said(w.Population.Facts(w.t.Context(), atDoor, population.Social, tokens))
}

// declaration is what a house declares now.
func (w *twin) declaration(house int) household.Declaration {
	d, err := w.model.Declaration(w.houses[house], w.numbers(house))
	if err != nil {
		w.t.Fatal(err)
	}
	d.AsOf = civil.Date{}
	for i := range d.Members {
		for _, s := range w.souls {
			if c := d.Members[i].Claim; c != nil && s.number == c.IDCS {
				c.Birth = s.birth
			}
		}
	}
	return d
}

// file declares, repeats it, and remembers the household.
func (w *twin) file(house int, h *home, d household.Declaration) string {
	key := w.key()
	f, err := w.Household.Declare(w.t.Context(), officer, key, d)
	if err != nil {
		return codes(err)
	}
	if again, err := w.Household.Declare(w.t.Context(), officer, key, d); err != nil || again.Household != f.Household || again.Revision != f.Revision || again.Score != f.Score {
		return "repeated, another answer: " + said(again, err)
	}
	if w.chance(3) {
		d.Note += "."
		if _, err := w.Household.Declare(w.t.Context(), officer, key, d); err == nil {
			return "a key was used twice"
		}
	}
	if h == nil {
		h = &home{house: house, code: f.Household, key: key}
		w.homes, w.ids = append(w.homes, h), append(w.ids, f.ID)
	}
	h.revision, h.lines = f.Revision, len(f.Lines)
	return said(f, nil)
}

func (w *twin) anyHouse() int { return w.enrolled().house }

func (w *twin) declare() string {
	house := w.anyHouse()
	for i, h := range w.homes {
		if h.house == house && !w.chance(6) { // a second household of the same people, now and then
			return w.againAt(w.homes[i])
		}
	}
	return w.file(house, nil, w.declaration(house))
}

func (w *twin) declareBadly() string {
	house := w.anyHouse()
	d := w.declaration(house)
	n := w.rand.IntN(9)
	switch n {
	case 0:
		d.Members = append(d.Members, d.Members[0])
	case 1:
		d.Declarant = "99"
	case 2:
		d.Members[w.rand.IntN(len(d.Members))].Answers = []byte(`{"moon": 1}`)
	case 3:
		d.Answers = slices.Repeat([]byte{' '}, 17<<10)
		d.Answers[0], d.Answers[len(d.Answers)-1] = '{', '}'
	case 4:
		d.Locality = "99.999-U"
	case 5:
		d.Household = "AAAAAAAAAA-0"
	case 6:
		for i := range d.Members {
			if c := d.Members[i].Claim; c != nil {
				c.Name = "Somebody Else"
			}
		}
	case 7:
		d.AsOf = civil.MustParse("2020-01-01")
	case 8:
		if s := w.enrolled(); s.house != house { // a member of another household
			c := s.claim()
			d.Members[len(d.Members)-1].Claim, d.Members[len(d.Members)-1].Awaiting = &household.Claim{IDCS: c.IDCS, Name: c.Name, Birth: c.Birth}, nil
		}
	}
	return fmt.Sprint(n, " ", w.file(house, nil, d))
}

func (w *twin) again() string {
	if len(w.homes) == 0 {
		return "no household"
	}
	return w.againAt(w.homes[len(w.homes)-1-w.rand.IntN(min(10, len(w.homes)))])
}

func (w *twin) againAt(h *home) string {
	d := w.declaration(h.house)
	d.Household, d.Revision = h.code, h.revision
	if w.chance(8) {
		d.Revision--
	}
	for i := range d.Members {
		if d.Members[i].Awaiting == nil && !w.chance(4) {
			d.Members[i].Claim, d.Members[i].Line = nil, i+1
		}
	}
	text := w.file(h.house, h, d)
	w.refresh(h)
	return text
}

// refresh learns the revision of a household, which others may have moved.
func (w *twin) refresh(h *home) {
	if v, err := w.Household.View(w.t.Context(), officer, household.ViewRequest{Household: h.code}); err == nil {
		h.revision = v.Revision
	}
}

func (w *twin) draft() string {
	house := w.anyHouse()
	d := w.declaration(house)
	var at *home
	if len(w.drafts) > 0 && w.chance(2) {
		at = pick(w, w.drafts)
		d = w.declaration(at.house)
		d.Household, d.Revision = at.code, at.revision
	}
	if w.chance(2) {
		d.Members = d.Members[:1]
	}
	f, err := w.Household.Save(w.t.Context(), officer, w.key(), d)
	if err == nil && at == nil {
		at = &home{house: house, code: f.Household}
		w.drafts, w.ids = append(w.drafts, at), append(w.ids, f.ID)
	}
	if err == nil {
		at.revision = f.Revision
	}
	return said(f, err)
}

func (w *twin) submit() string {
	if len(w.drafts) == 0 {
		return "no draft"
	}
	h := pick(w, w.drafts)
	if !w.chance(6) {
		w.refresh(h)
	}
	if w.chance(3) {
		return said(w.Household.Discard(w.t.Context(), officer, w.key(), h.code, h.revision))
	}
	return said(w.Household.Submit(w.t.Context(), officer, w.key(), h.code, h.revision))
}

// word lets somebody confirm, refuse or leave a line, of a household that may
// not be theirs.
func (w *twin) word() string {
	s := w.enrolled()
	var h *home
	for _, o := range w.homes {
		if o.house == s.house {
			h = o
		}
	}
	if len(w.homes) == 0 {
		return "no household"
	}
	if h == nil || w.chance(8) {
		h = pick(w, w.homes)
	}
	c := s.claim()
	who := household.Claim{IDCS: c.IDCS, Name: c.Name, Birth: c.Birth}
	var text string
	if w.chance(3) {
		text = said(w.Household.Leave(w.t.Context(), officer, w.key(), household.Departure{Household: h.code, Who: who}))
	} else {
		text = said(w.Household.Confirm(w.t.Context(), officer, w.key(), household.Word{Household: h.code, Who: who, Accept: !w.chance(3)}))
	}
	w.refresh(h)
	return text
}

func (w *twin) view() string {
	if len(w.homes) == 0 {
		return "no household"
	}
	h := pick(w, w.homes)
	v, err := w.Household.View(w.t.Context(), officer, household.ViewRequest{Household: h.code, Parts: household.TheScore | household.TheHistory | household.TheAnswers})
	if err != nil {
		return codes(err)
	}
	verdicts, err := w.Household.RecomputeHousehold(w.t.Context(), auditor, h.code)
	return said(v, nil) + " " + said(verdicts, err)
}

func (w *twin) settleAll() string {
	if err := w.Settle(w.t.Context()); err != nil {
		return codes(err)
	}
	return said("chores", w.Chores(w.t.Context()))
}

func (w *twin) pass() string {
	w.clock.Advance(time.Hour)
	return ""
}
