package population

import (
	"context"
	"slices"
	"time"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/linkage"
)

// CaseView is a case as an officer sees it. What other officers hold of it is
// not shown: each judges alone.
type CaseView struct {
	Ref       uid.Ref
	Cause     CaseCause
	Opened    time.Time
	Due       time.Time
	Escalated time.Time // zero while the clock runs
	Seen      string    // what Judge asks for
	Split     bool      // the question is whether a merge was wrong
	Subject   CaseRecord
	Others    []CaseOther // the likest first
}

// CaseRecord is what an officer sees of a record. Address, contacts, number,
// witnesses and relations are left out: they show nothing of who somebody is
// that is worth telling where they live.
type CaseRecord struct {
	Names     []Name // former ones too
	Birth     Birth
	Sex       Sex
	Locality  string
	Documents []Document
	State     State
	Assurance Assurance
}

// CaseOther is a person whom the subject may be.
type CaseOther struct {
	Place int // names it in Judgement
	CaseRecord
	Weight   float64 // bits, when the case was opened
	Band     string
	Guard    string
	Conflict []string // types of documents of which each shows another
	// Lines say what speaks for and against, by the model of now; Model says
	// whether that is the model that opened the case.
	Lines []linkage.Line
	Model bool
}

// caseFields are what a view discloses of each person.
var caseFields = []Field{FieldNames, FieldFormer, FieldBirth, FieldSex, FieldLocality, FieldDocuments, FieldState}

// Case shows the records of a case side by side: a disclosure of each person,
// durable before anything is seen. Denied with code population.same_officer or
// population.concerned for officers who have to do with it.
func (s *Service) Case(ctx context.Context, c access.Caller, ref uid.Ref) (CaseView, error) {
	if err := c.May(access.CaseView); err != nil {
		return CaseView{}, err
	}
	return s.caseView(ctx, c, ref)
}

func (s *Service) caseView(ctx context.Context, c access.Caller, ref uid.Ref) (CaseView, error) {
	c.Case = string(ref)
	f, err := s.caseOf(ctx, c, ref)
	if err != nil {
		return CaseView{}, err
	}
	list, err := s.disclose(ctx, func(tx Tx) ([]looked, *Changes, error) {
		ids := []uid.ID{f.subject.row.ID}
		for _, o := range f.others {
			ids = append(ids, o.row.ID)
		}
		people, err := tx.Persons(ctx, ids, Agency)
		if err != nil {
			return nil, nil, err
		}
		out := make([]looked, len(ids))
		for i, id := range ids {
			out[i] = looked{people[id], c.Disclose(s.ids.NewID(), id, s.now(), access.CaseView, fieldNames(caseFields)...)}
		}
		return out, &Changes{}, nil
	})
	if err != nil {
		return CaseView{}, err
	}
	f.subject = list[0]
	for i := range f.others {
		f.others[i].opened = list[i+1]
	}
	return s.caseShown(ctx, f)
}

func (s *Service) caseShown(ctx context.Context, f *caseFile) (CaseView, error) {
	v := CaseView{
		Ref: f.row.Ref, Cause: f.row.Cause, Opened: f.row.Opened, Due: f.row.Due, Escalated: f.row.Escalated, Seen: f.seen(),
		Split: f.isSplit(), Subject: caseRecord(f.subject),
	}
	k, err := s.seek(ctx, f.subject.record)
	if err != nil {
		return v, err
	}
	for _, o := range f.others {
		v.Others = append(v.Others, CaseOther{
			Place: o.place, CaseRecord: caseRecord(o.opened), Weight: float64(o.pair.Weight) / 1000, Band: o.pair.Band, Guard: o.pair.Guard,
			Conflict: s.contradict(f.subject.record, o.record), Lines: s.explain(k, o.opened), Model: f.row.Model == s.modelHash(),
		})
	}
	return v, nil
}

func caseRecord(o opened) CaseRecord {
	return CaseRecord{Names: o.Names, Birth: o.Birth, Sex: o.Sex, Locality: o.Locality, Documents: o.Documents, State: o.row.State, Assurance: o.row.Assurance}
}

// explain says what speaks for and against two records being one person's, by
// the names that are likest.
func (s *Service) explain(k *sought, o opened) []linkage.Line {
	var best linkage.Score
	found := false
	for _, values := range s.duplicates.values(o.record) {
		form, err := s.duplicates.model.Record(values)
		if err != nil { // the number of columns is the rules' own
			continue
		}
		for _, mine := range k.forms {
			if sc := s.duplicates.model.Compare(mine, form); !found || sc.Weight > best.Weight {
				best, found = sc, true
			}
		}
	}
	if !found {
		return nil
	}
	return best.Explain()
}

// contradict returns the types of documents, each of one person, that both
// records have and of which none is the same.
func (s *Service) contradict(a, b *record) []string {
	var out []string
	for i := range s.rules.Documents {
		t := &s.rules.Documents[i]
		of := func(r *record) []string {
			var list []string
			for _, d := range r.Documents {
				if d.Type == t.Code {
					list = append(list, canonical(t, d))
				}
			}
			return list
		}
		x, y := of(a), of(b)
		if t.Claims && len(x) > 0 && len(y) > 0 && !slices.ContainsFunc(x, func(d string) bool { return slices.Contains(y, d) }) {
			out = append(out, t.Code)
		}
	}
	return out
}
