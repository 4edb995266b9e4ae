package population

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// Correction changes a record, and keeps what was there. Nil and empty fields
// stay as they are. Contacts change with Consent, relations with Relate.
type Correction struct {
	Person   seal.Token `json:"-"`        // for the recipient Counter, as Find gives it
	Revision int64      `json:"revision"` // the revision that the officer saw
	// From is the first day the new facts hold: zero when the record was wrong
	// from the start, a day when the facts themselves have changed.
	From     civil.Date `json:"from,omitzero"`
	Names    []Name     `json:"names,omitempty"` // official and usual; an official name that is replaced becomes a former one
	Birth    *Birth     `json:"birth,omitempty"`
	Sex      Sex        `json:"sex,omitempty"`
	Locality string     `json:"locality,omitempty"`
	Address  *string    `json:"address,omitempty"`
	Drop     []Document `json:"drop,omitempty"` // their claims are released
	Add      []Document `json:"add,omitempty"`
	Act      Act        `json:"act"`   // what the correction rests on
	Cause    string     `json:"cause"` // code of the country's data
}

// Corrected is the record's new revision, and the facts that changed.
type Corrected struct {
	Revision  int64
	Changed   []Field
	Assurance Assurance
}

// Correct writes a new version of a person's record. A revision that is no
// longer the latest is Conflict with code population.stale; a document of
// another live person population.document_taken.
func (s *Service) Correct(ctx context.Context, c access.Caller, key string, r Correction) (Corrected, error) {
	if err := c.May(access.PersonCorrect); err != nil {
		return Corrected{}, err
	}
	return s.correct(ctx, c, key, r)
}

func (s *Service) correct(ctx context.Context, c access.Caller, key string, r Correction) (Corrected, error) {
	if err := recipientOf(c, Counter); err != nil {
		return Corrected{}, err
	}
	req, err := s.request(ctx, c, access.PersonCorrect, key, r, r.Person.Text())
	if err != nil {
		return Corrected{}, err
	}
	var person uid.ID
	response, err := s.act(ctx, req, func() (*Changes, []byte, error) {
		var relations []RelationRow
		old, err := s.revisable(ctx, func(tx Tx) (PersonRow, error) {
			row, err := s.correctable(ctx, tx, c, r)
			if err == nil && r.Birth != nil {
				relations, err = tx.Relations(ctx, row.ID)
			}
			return row, err
		})
		if err != nil {
			return nil, nil, err
		}
		person = old.row.ID
		rev := &revision{old: old, next: *old.record, from: r.From, why: r.Cause, assurance: old.row.Assurance}
		if err := s.revise(ctx, rev, r); err != nil {
			return nil, nil, err
		}
		s.moveMajority(c, rev, relations)
		if err := s.write(ctx, c, rev); err != nil {
			return nil, nil, err
		}
		response, err := json.Marshal(Corrected{Revision: old.row.Revision + 1, Changed: rev.changed, Assurance: rev.assurance})
		return &rev.ch, response, err
	})
	if err != nil {
		return Corrected{}, s.afterRefusedCorrection(ctx, c, person, r.Add, err)
	}
	var out Corrected
	if err := json.Unmarshal(response, &out); err != nil {
		return Corrected{}, &errs.Error{Code: "population.response", What: "a kept answer cannot be read"}
	}
	return out, nil
}

// afterRefusedCorrection records that a correction was compared with whoever
// has a document already: a use of that person's record, never of the record
// that was to be corrected.
func (s *Service) afterRefusedCorrection(ctx context.Context, c access.Caller, person uid.ID, added []Document, cause error) error {
	if e, ok := errors.AsType[*errs.Error](cause); !ok || e.Code != "population.document_taken" {
		return cause
	}
	owners, err := s.ownersOf(ctx, added)
	if err != nil {
		return errors.Join(cause, err)
	}
	var uses []access.Use
	for _, id := range owners {
		if id != person {
			uses = append(uses, c.Used(s.ids.NewID(), id, s.now(), access.PersonCorrect, "document_taken"))
		}
	}
	if err := s.note(ctx, uses); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}

// correctable finds the person, whom an officer may correct who works where the
// person lives, or where the person comes to live.
func (s *Service) correctable(ctx context.Context, tx Tx, c access.Caller, r Correction) (PersonRow, error) {
	row, err := s.resolve(ctx, tx, r.Person, Counter)
	switch {
	case err != nil:
	case !c.In(row.Locality) && (r.Locality == "" || !c.In(r.Locality)):
		err = outside()
	case row.Revision != r.Revision:
		err = stale()
	}
	return row, err
}

// revise checks a correction and puts it into the next version of the record.
func (s *Service) revise(ctx context.Context, rev *revision, r Correction) error {
	k := &checker{rules: s.rules, today: s.today()}
	n := &rev.next
	if !s.rules.cause(r.Cause) {
		k.bad("cause", "cause", "no cause is stated", "use a code of the country's list")
	}
	n.Act = k.act("act", r.Act, true)
	if r.From.After(k.today) {
		k.bad("from", "from", "the day is in the future", "record a change when it holds")
	}
	if r.Names != nil {
		n.Names = rename(rev.old.Names, k.names("names", r.Names), r.From)
		if len(n.Names) > 2*maxNames {
			k.bad("too_many", "names", "too many names", "leave out usual names that are borne no more")
		}
	}
	if r.Birth != nil && k.birth("birth", *r.Birth) {
		n.Birth = *r.Birth
	}
	if r.Sex != "" {
		k.sex("sex", r.Sex)
		n.Sex = r.Sex
	}
	if r.Locality != "" {
		k.place(s, "locality", r.Locality)
		n.Locality = r.Locality
	}
	if r.Address != nil {
		n.Address = k.text("address", *r.Address, maxAddress)
	}
	dropped, added := k.exchangeDocuments(n, r)
	if r.Birth != nil {
		k.stillBelong(rev.old.Birth.Date, n)
	}
	if err := k.errors.Err(); err != nil {
		return err
	}
	var err error
	if rev.ch.ReleaseDocuments, err = s.releases(ctx, rev.old.row.ID, dropped); err != nil {
		return err
	}
	if len(added) > 0 {
		if _, identified := k.documents("add", n.Documents, n.Category, n.Birth.Date, k.ageOf(n.Birth.Date)); identified {
			rev.assurance = betterAssurance(rev.assurance, s.rules.grounds(n.Documents))
		}
	}
	return s.claimDocuments(ctx, &rev.ch, "add", rev.old.row.ID, added)
}

// stillBelong holds the documents of a record to a corrected date of birth: one
// that belonged to the person by the age that was believed and does not by the
// true one, or that was made before the birth, is dropped in the same act. So
// nothing stays that was allowed by age alone, and nothing goes unsaid.
func (k *checker) stillBelong(before civil.Partial, n *record) {
	was, is := k.ageOf(before), k.ageOf(n.Birth.Date)
	for i, d := range n.Documents {
		t := k.rules.document[d.Type]
		if t == nil {
			continue
		}
		at := index("documents", i)
		belonged, _ := t.fits(n.Category, was)
		if belongs, _ := t.fits(n.Category, is); belonged && !belongs {
			k.bad("document_of_others", at, "by the corrected date of birth the document does not belong to the person", "drop it in the same correction, or check the date")
		}
		if y, err := strconv.Atoi(d.Parts[t.Birth]); t.Birth != "" && err == nil && y < n.Birth.Date.Year {
			k.bad("document", at, "the document was made before the corrected birth", "drop it in the same correction, or check the date")
		}
	}
}

// exchangeDocuments takes documents out of a record and puts others in. A
// document that is dropped and added again only changes.
func (k *checker) exchangeDocuments(n *record, r Correction) (dropped, added []Document) {
	n.Documents = slices.Clone(n.Documents)
	for i, d := range r.Drop {
		j := slices.IndexFunc(n.Documents, func(o Document) bool { return sameDocument(k.rules, o, d) })
		if j < 0 {
			k.bad("document", index("drop", i), "the record does not have this document", "look at the record again")
			continue
		}
		dropped = append(dropped, n.Documents[j])
		n.Documents = slices.Delete(n.Documents, j, j+1)
	}
	added, _ = k.documents("add", r.Add, n.Category, n.Birth.Date, k.ageOf(n.Birth.Date))
	for i, d := range added {
		if slices.ContainsFunc(n.Documents, func(o Document) bool { return sameDocument(k.rules, o, d) }) {
			k.bad("document_twice", index("add", i), "the record has this document", "drop it first when it has changed")
		}
	}
	n.Documents = append(n.Documents, added...)
	if len(n.Documents) > maxDocuments {
		k.bad("too_many", "add", "too many documents", "drop those that hold no more")
	}
	return dropped, added
}
