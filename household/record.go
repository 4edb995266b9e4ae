package household

import (
	"context"
	"encoding/json"

	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/questionnaire"
	"sijil/seal"
)

// record is what a version keeps sealed: who its lines are, by sector token,
// and what was answered.
type record struct {
	Note           string          `json:"note,omitempty"`
	Declarant      int             `json:"declarant,omitempty"`      // line; 0 for somebody who is not a member
	Representative string          `json:"representative,omitempty"` // sector token
	Members        []recordLine    `json:"members"`
	Answers        json.RawMessage `json:"answers"`
}

type recordLine struct {
	Ref       string            `json:"ref"`
	Token     string            `json:"token,omitempty"`
	Receipt   uid.Ref           `json:"receipt,omitempty"`
	Birth     civil.Partial     `json:"birth,omitzero"` // as declared, of somebody without a number
	Sex       questionnaire.Sex `json:"sex,omitempty"`
	Custodian int               `json:"custodian,omitempty"` // line; 0 for the declarant
	Answers   json.RawMessage   `json:"answers"`
}

func (l *recordLine) awaiting() bool { return l.Token == "" }

func versionBinding(household uid.ID, version int) seal.Binding {
	return seal.Binding{Table: "household_versions", Column: "record", Row: household, Version: int64(version)}
}

func inputsBinding(score uid.ID) seal.Binding {
	return seal.Binding{Table: "household_scores", Column: "inputs", Row: score}
}

func (r *record) seal(k seal.Key, household uid.ID, version int) ([]byte, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, &errs.Error{Code: "household.record", What: "a declaration cannot be written", Err: err}
	}
	return k.Seal(versionBinding(household, version), b), nil
}

func (s *Service) open(ctx context.Context, v *VersionRow) (*record, seal.Key, error) {
	k, err := s.vault.Key(ctx, v.Key)
	if err != nil {
		return nil, k, err
	}
	b, err := k.Open(versionBinding(v.Household, v.Version), v.Record)
	if err != nil {
		return nil, k, err
	}
	r := new(record)
	if err := json.Unmarshal(b, r); err != nil {
		return nil, k, &errs.Error{Code: "household.record", What: "a stored declaration cannot be read", Err: err}
	}
	return r, k, nil
}

// tokens returns the tokens of the lines that have one, in their order.
func (r *record) tokens() ([]seal.Token, error) {
	var out []seal.Token
	for i := range r.Members {
		if r.Members[i].awaiting() {
			continue
		}
		t, err := seal.ParseToken(r.Members[i].Token)
		if err != nil {
			return nil, &errs.Error{Code: "household.record", What: "a stored declaration cannot be read", Err: err}
		}
		out = append(out, t)
	}
	return out, nil
}
