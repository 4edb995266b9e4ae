package population

import (
	"encoding/json"
	"slices"

	"sijil/idcs"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

// record is what a version of a person's record holds, sealed as JSON.
type record struct {
	Format    int        `json:"format"`
	Category  Category   `json:"category"`
	Names     []Name     `json:"names"`
	Sex       Sex        `json:"sex"`
	Birth     Birth      `json:"birth"`
	Locality  string     `json:"locality"`
	Address   string     `json:"address,omitempty"`
	Contacts  []Contact  `json:"contacts,omitempty"`
	Documents []Document `json:"documents,omitempty"`
	Witnesses []uid.ID   `json:"witnesses,omitempty"` // persons who vouched at enrolment
	Brought   brought    `json:"brought,omitzero"`    // who introduced a child: it tells children apart
	Act       Act        `json:"act,omitzero"`        // what this version rests on
}

// recordFormat is the version of the layout of records.
const recordFormat = 1

// factFields are the fields of a record that have a history of their own.
var factFields = []Field{FieldNames, FieldBirth, FieldSex, FieldLocality, FieldAddress, FieldContacts, FieldDocuments}

func recordBinding(person uid.ID, revision int64) seal.Binding {
	return seal.Binding{Table: "records", Column: "sealed", Row: person, Version: revision}
}

func numberBinding(person uid.ID) seal.Binding {
	return seal.Binding{Table: "persons", Column: "number", Row: person}
}

func tokenBinding(person uid.ID, recipient string) seal.Binding {
	return seal.Binding{Table: "tokens", Column: "sealed." + recipient, Row: person}
}

func relationBinding(id uid.ID) seal.Binding {
	return seal.Binding{Table: "relations", Column: "sealed", Row: id}
}

func (r *record) seal(k seal.Key, person uid.ID, revision int64) ([]byte, error) {
	r.Format = recordFormat
	text, err := json.Marshal(r)
	if err != nil {
		return nil, &errs.Error{Code: "population.record", What: "a record cannot be written"} // the cause may hold a value
	}
	return k.Seal(recordBinding(person, revision), text), nil
}

// unseal opens a version of a record. Only the functions of open.go call it.
func unseal(k seal.Key, person uid.ID, revision int64, sealed []byte) (*record, error) {
	text, err := k.Open(recordBinding(person, revision), sealed)
	if err != nil {
		return nil, err
	}
	r := &record{}
	if err := json.Unmarshal(text, r); err != nil || r.Format != recordFormat {
		return nil, &errs.Error{Code: "population.record", What: "a record has a layout this program does not know",
			Fix: "run the version that wrote it, or a later one"}
	}
	return r, nil
}

func (s *Service) openNumber(k seal.Key, person uid.ID, sealed []byte) (idcs.IDCS, error) {
	if sealed == nil {
		return idcs.IDCS{}, nil
	}
	text, err := k.Open(numberBinding(person), sealed)
	if err != nil {
		return idcs.IDCS{}, err
	}
	return s.scheme.Parse(string(text))
}

// changed returns which facts differ between two versions.
func (r *record) changed(o *record) []Field {
	var out []Field
	for _, f := range factFields {
		if !sameJSON(r.fact(f), o.fact(f)) {
			out = append(out, f)
		}
	}
	return out
}

func (r *record) fact(f Field) any {
	switch f {
	case FieldNames:
		return r.Names
	case FieldBirth:
		return r.Birth
	case FieldSex:
		return r.Sex
	case FieldLocality:
		return r.Locality
	case FieldAddress:
		return r.Address
	case FieldContacts:
		return slices.Concat([]Contact{}, r.Contacts)
	case FieldDocuments:
		return slices.Concat([]Document{}, r.Documents)
	}
	return nil
}

// take copies facts of another version.
func (r *record) take(o *record, fields []Field) {
	for _, f := range fields {
		switch f {
		case FieldNames:
			r.Names = o.Names
		case FieldBirth:
			r.Birth = o.Birth
		case FieldSex:
			r.Sex = o.Sex
		case FieldLocality:
			r.Locality = o.Locality
		case FieldAddress:
			r.Address = o.Address
		case FieldContacts:
			r.Contacts = o.Contacts
		case FieldDocuments:
			r.Documents = o.Documents
		}
	}
}

func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// official returns the official name.
func official(list []Name) Name {
	if n := find(list, func(n Name) bool { return n.Use == Official }); n != nil {
		return *n
	}
	return Name{}
}

// rename returns the new names, and what of the old ones is borne no more.
// Former names stay.
func rename(old, next []Name, from civil.Date) []Name {
	out := slices.Clone(next)
	for _, n := range old {
		kept := slices.ContainsFunc(next, func(o Name) bool { return sameJSON(o.Spellings, n.Spellings) })
		if kept {
			continue
		}
		if n.Use != Former {
			n.Use, n.Until = Former, from
		}
		out = append(out, n)
	}
	return out
}
